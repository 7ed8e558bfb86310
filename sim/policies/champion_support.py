"""Concentrate support on the largest firms (대기업 집중 지원), the trickle-down regime.

A stylised regime, not one programme: public money for investment in proportion to a power of value
added, more in-sourcing by business groups, harder unit-price cuts. All sizes are scenario
assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.core.split import largest_remainder
from sim.economy.kinds import NOBODY
from sim.policies.base import Policy


class ChampionSupport(Policy):
    """Equipment grants to champions; groups take work in-house; buyers press prices."""

    title = "Champion support"
    korean = "대기업 집중 지원"
    acts_on = "investment, in-sourcing, unit-price cuts"
    paid_by = "government; suppliers, in prices"
    received_by = "the largest firms"
    channel = "technology"

    budget: float = param(
        0.0,
        ge=0,
        le=0.1,
        unit="1",
        doc="yearly grants over the covered firms' value added",
        source="scenario assumption, 0.0005 to 0.005",
    )
    concentration: float = param(
        1.0,
        ge=0,
        le=3,
        unit="1",
        doc="alpha in support proportional to value added^alpha; 0 is even",
        source="scenario assumption, 1 to 2",
    )
    in_sourcing: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1/year",
        doc="added yearly chance that a group takes an outside order in-house",
        source="scenario assumption, 0 to 0.1",
    )
    cost_cutting: float = param(
        1.0,
        ge=1,
        le=5,
        unit="1",
        doc="factor on the chance of unit-price cuts by business groups",
        source="scenario assumption, 1 to 3",
    )

    def on_year_end(self, model: Any) -> None:
        """Pay the year's grants."""
        firms, at = model.firms, model.ledger.at
        value_added = np.maximum(firms.year_value_added, 0) * self.covers(model) * firms.living
        pool = int(self.budget * float(value_added.sum()))
        weight = np.where(value_added > 0, value_added.astype(float) ** self.concentration, 0.0)
        part = largest_remainder(pool, weight)
        rows = np.flatnonzero(part)
        model.fund_government(int(part.sum()))
        model.grant_equipment(at.government, rows, part[rows], f"{self.name}: grants")

    def adjust_in_sourcing(self, model: Any, probability: NDArray[Any]) -> NDArray[Any]:
        """Add the regime's hazard (per year)."""
        added = self.in_sourcing * self.covers(model)[model.links.buyer]
        return np.asarray(np.minimum(1.0, probability + added))

    def adjust_buyer_review(
        self, model: Any, probability: NDArray[Any], rows: NDArray[np.intp]
    ) -> NDArray[Any]:
        """Raise the chance of unit-price cuts by firms of business groups."""
        buyer = model.links.buyer[rows]
        pressing = self.covers(model)[buyer] & (model.firms.business_group[buyer] != NOBODY)
        return np.where(pressing, np.minimum(1.0, self.cost_cutting * probability), probability)
