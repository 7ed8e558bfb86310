"""How many take part in policies that have members, and what they pay into the fund."""

from __future__ import annotations

import numpy as np

from sim.economy.accounts import HOLDERS
from sim.economy.kinds import Kind
from sim.metrics.metric import Economy, metric, ratio, real

FIRMS = HOLDERS.index("firms")


@metric(unit="firm")
def memberships(model: Economy) -> float:
    """Firms that take part in voluntary policies, counted once for each policy; simulated firms."""
    return float(sum(np.count_nonzero(joined >= 0) for joined in model.memberships.values()))


@metric(unit="1")
def linked_share(model: Economy) -> float:
    """Part of deliveries to firms, by value, on contracts with price linkage, forced opt-outs left out."""
    links = model.links
    value = links.price * links.delivery
    return ratio(value[(links.linked_since >= 0) & ~links.opted_out].sum(), value.sum())


def part_of_conglomerates(model: Economy, policy: str) -> float:
    """Return the part of living conglomerates, by number, that take part in a policy."""
    firms = model.firms
    prime = firms.living & (firms.kind == Kind.CONGLOMERATE)
    joined = model.memberships.get(policy)
    return ratio(0 if joined is None else np.count_nonzero(joined[prime] >= 0), np.count_nonzero(prime))


@metric(unit="1")
def win_win_drawers(model: Economy) -> float:
    """Part of conglomerates, by number, that draw win-win claims on themselves."""
    return part_of_conglomerates(model, "win_win_payment")


@metric(unit="1")
def fund_contributors(model: Economy) -> float:
    """Part of conglomerates, by number, that take part in the win-win cooperation fund."""
    return part_of_conglomerates(model, "cooperation_fund")


@metric(unit="KRW/month")
def fund_contributions(model: Economy) -> float:
    """Won that firms pay into the win-win cooperation fund, in December (상생협력기금 출연금)."""
    paid = model.ledger.flows.payments.get("cooperation_fund: contributions")
    return real(0 if paid is None else -int(paid[FIRMS]), model)
