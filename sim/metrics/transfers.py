"""Who receives and who pays under policies, by size class and by tier, and where value added lands.

A firm counts with what it gets in a month less what it pays, on one side only, so that the classes add
up to `private_receipts` and `private_cost`, and so do the tiers. Grants for equipment are included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.split import whole_sums
from sim.economy.accounts import HOLDERS
from sim.economy.kinds import OUTSIDE, Size
from sim.metrics.economy import value_added
from sim.metrics.finance import policy_flows
from sim.metrics.metric import Economy, Measure, metric, real, shared

Won = NDArray[np.int64]
CODES = max(OUTSIDE, *Size) + 1
HOUSEHOLDS = HOLDERS.index("households")


@dataclass(frozen=True)
class Chosen:
    """Firms chosen by size class or by tier, both ends included."""

    by: str
    first: int
    last: int

    def total(self, of: Callable[[Economy], Won], model: Economy) -> int:
        """Return the won of these firms."""
        return int(sums(model, of, self.by)[self.first : self.last + 1].sum())


@shared
def sums(model: Economy, of: Callable[[Economy], Won], by: str) -> Won:
    """Return (codes,) won of all firms with each code of a column."""
    return whole_sums(getattr(model.firms, by), of(model), CODES)


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
        return real(chosen.total(received, model), model)

    receipts.__doc__ = f"Receipts under policies of {who} that get more than they pay."
    return metric(unit="KRW/month")(receipts)


def payments_of(who: str, chosen: Chosen) -> Measure:
    """Return a metric of what firms pay."""

    def payments(model: Economy) -> float:
        return real(chosen.total(paid, model), model)

    payments.__doc__ = f"Payments under policies of {who} that pay more than they get."
    return metric(unit="KRW/month")(payments)


def income_of(who: str, chosen: Chosen) -> Measure:
    """Return a metric of what firms earn for their workers and owners."""

    def income(model: Economy) -> float:
        return real(chosen.total(income_of_firms, model), model)

    income.__doc__ = f"Value added of {who}, and what they receive less what they pay under policies."
    return metric(unit="KRW/month")(income)


_LARGE = Chosen("size_class", Size.LARGE, Size.LARGE)
_MID = Chosen("size_class", Size.MID_SIZED, Size.MID_SIZED)
_SME = Chosen("size_class", Size.SME, Size.MICRO)
_PRIME, _FIRST, _SECOND = (Chosen("tier", tier, tier) for tier in range(3))
_LOWER = Chosen("tier", 3, OUTSIDE - 1)
_OUTSIDE = Chosen("tier", OUTSIDE, OUTSIDE)

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
