"""Who receives and who pays under policies, by size class and by tier, and where value added lands.

A firm counts with what it gets in a month less what it pays, on one side only, so that the classes add
up to `private_receipts` and `private_cost`, and so do the tiers. Grants for equipment are included.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.economy.accounts import HOLDERS
from sim.economy.kinds import OUTSIDE, Size
from sim.metrics.economy import value_added
from sim.metrics.finance import policy_flows
from sim.metrics.metric import Economy, Measure, metric, real, shared

Chosen = Callable[[Economy], NDArray[np.bool_]]
HOUSEHOLDS = HOLDERS.index("households")


def of_class(first: Size, last: Size) -> Chosen:
    """Choose firms by size class, both ends included."""
    return shared(lambda model: (model.firms.size_class >= first) & (model.firms.size_class <= last))


def of_tiers(first: int, last: int) -> Chosen:
    """Choose firms by tier, both ends included."""
    return shared(lambda model: (model.firms.tier >= first) & (model.firms.tier <= last))


@shared
def received(model: Economy) -> NDArray[np.int64]:
    """Return (n_firms,) KRW/month receipts under policies of firms that get more than they pay."""
    return np.asarray(np.maximum(model.firms.transfers, 0))


@shared
def paid(model: Economy) -> NDArray[np.int64]:
    """Return (n_firms,) KRW/month payments under policies of firms that pay more than they get."""
    return np.asarray(np.maximum(-model.firms.transfers, 0))


@shared
def income_of_firms(model: Economy) -> NDArray[np.int64]:
    """Return (n_firms,) KRW/month value added, with receipts less payments under policies."""
    return np.asarray(value_added(model) + model.firms.transfers)


def receipts_of(who: str, chosen: Chosen) -> Measure:
    """Return a metric of what firms receive."""

    def receipts(model: Economy) -> float:
        return real(received(model)[chosen(model)].sum(), model)

    receipts.__doc__ = f"Receipts under policies of {who} that get more than they pay."
    return metric(unit="KRW/month")(receipts)


def payments_of(who: str, chosen: Chosen) -> Measure:
    """Return a metric of what firms pay."""

    def payments(model: Economy) -> float:
        return real(paid(model)[chosen(model)].sum(), model)

    payments.__doc__ = f"Payments under policies of {who} that pay more than they get."
    return metric(unit="KRW/month")(payments)


def income_of(who: str, chosen: Chosen) -> Measure:
    """Return a metric of what firms earn for their workers and owners."""

    def income(model: Economy) -> float:
        return real(income_of_firms(model)[chosen(model)].sum(), model)

    income.__doc__ = f"Value added of {who}, and what they receive less what they pay under policies."
    return metric(unit="KRW/month")(income)


_LARGE, _MID, _SME = (
    of_class(Size.LARGE, Size.LARGE),
    of_class(Size.MID_SIZED, Size.MID_SIZED),
    of_class(Size.SME, Size.MICRO),
)
_PRIME, _FIRST, _SECOND, _LOWER, _OUTSIDE = (
    of_tiers(0, 0),
    of_tiers(1, 1),
    of_tiers(2, 2),
    of_tiers(3, OUTSIDE - 1),
    of_tiers(OUTSIDE, OUTSIDE),
)

policy_receipts_large = receipts_of("large firms", _LARGE)
policy_receipts_mid_sized = receipts_of("mid-sized firms", _MID)
policy_receipts_sme = receipts_of("SMEs", _SME)
policy_payments_large = payments_of("large firms", _LARGE)
policy_payments_mid_sized = payments_of("mid-sized firms", _MID)
policy_payments_sme = payments_of("SMEs", _SME)

policy_receipts_tier0 = receipts_of("conglomerates", _PRIME)
policy_receipts_tier1 = receipts_of("suppliers of the first tier", _FIRST)
policy_receipts_tier2 = receipts_of("suppliers of the second tier", _SECOND)
policy_receipts_tier3 = receipts_of("suppliers of the third tier and below", _LOWER)
policy_receipts_outside = receipts_of("firms outside conglomerates' chains", _OUTSIDE)
policy_payments_tier0 = payments_of("conglomerates", _PRIME)
policy_payments_tier1 = payments_of("suppliers of the first tier", _FIRST)
policy_payments_tier2 = payments_of("suppliers of the second tier", _SECOND)
policy_payments_tier3 = payments_of("suppliers of the third tier and below", _LOWER)
policy_payments_outside = payments_of("firms outside conglomerates' chains", _OUTSIDE)

income_tier0 = income_of("conglomerates", _PRIME)
income_tier1 = income_of("suppliers of the first tier", _FIRST)
income_tier2 = income_of("suppliers of the second tier", _SECOND)
income_tier3 = income_of("suppliers of the third tier and below", _LOWER)
income_outside = income_of("firms outside conglomerates' chains", _OUTSIDE)


@metric(unit="KRW/month")
def policy_receipts_households(model: Economy) -> float:
    """Receipts of households less their payments under the names of policies."""
    return real(sum(int(row[HOUSEHOLDS]) for row in policy_flows(model).values()), model)
