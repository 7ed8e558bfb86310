"""Who buys from whom: choice from a permanent list, in-sourcing.

The list of candidates is drawn once and never changes, and the first acceptable entry is taken, so
that one death or one new contract does not shift every later choice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param


class MatchingParameters(Parameters):
    """Looking around, in-sourcing."""

    look_around: float = param(
        0.02,
        ge=0,
        le=1,
        unit="1/quarter",
        doc="part of input groups that compare suppliers in a quarter",
        source="yearly link survival of 92-93 % (Mizuno, Souma and Watanabe 2014, "
        "doi:10.1371/journal.pone.0100712)",
    )
    spare_capacity: float = param(
        0.98,
        gt=0,
        le=1.5,
        unit="1",
        doc="use of capacity up to which a supplier takes a new customer",
        source="scenario assumption, 0.9 to 1.05",
    )
    reliability: float = param(
        0.8,
        ge=0,
        le=1,
        unit="1",
        doc="part of an order below which a buyer looks for another supplier at once",
        source="scenario assumption, 0.5 to 0.95",
    )
    grace_months: int = param(
        6,
        ge=0,
        le=36,
        unit="month",
        doc="age of a contract up to which a buyer does not leave a supplier for late delivery",
        source="scenario assumption, 3 to 12",
    )
    share_shift: float = param(
        0.25,
        ge=0,
        lt=1,
        unit="1/month",
        doc="part of an undelivered share of orders that moves to the group's other suppliers",
        source="scenario assumption, 0.1 to 0.5",
    )
    in_sourcing: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1/year",
        doc="yearly chance that a group replaces an outside supplier by an affiliate",
        source="scenario assumption, 0 to 0.1",
    )
    usual_margin: float = param(
        0.15,
        gt=0,
        le=1,
        unit="1",
        doc="supplier's margin over variable cost at which a group in-sources at the declared chance",
        source="scenario assumption, 0.05 to 0.3: about the mean margin over variable cost at the start",
    )


def first_acceptable(acceptable: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Place of the first acceptable candidate; -1 where there is none.

    ``acceptable`` is (candidates, n_groups).
    """
    place = np.argmax(acceptable, axis=0)
    return np.where(acceptable.any(axis=0), place, -1)


def switch_pays(incumbent: Any, incumbent_worth: Any, offer: Any, offer_worth: Any, cost: Any) -> Any:
    """Whether an offer beats the incumbent by the switching cost.

    Prices are compared over what they buy, ``worth``: reliability (fill rate) times quality.
    """
    return offer / np.maximum(offer_worth, 1e-9) * (1 + cost) < incumbent / np.maximum(incumbent_worth, 1e-9)


def in_sourcing_probability(rate: Any, margin: Any, specificity: Any, usual_margin: float) -> Any:
    """Chance to in-source: rises with the supplier's margin, falls with specificity."""
    return np.minimum(1.0, rate * np.maximum(margin, 0.0) / usual_margin * (1 - specificity))
