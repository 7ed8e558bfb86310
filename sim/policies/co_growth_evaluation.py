"""Rate large firms by how they treat their partners (동반성장지수): standing, compliance, shared plans.

Source: 230 firms were rated in 2024 on surveys of about 15,000 partners (evidence rows 195-197); good
grades bring inspection waivers (row 227), and the rating reaches public institutions too (row 172). What
a grade is worth to a firm is not known. Consulting for partners is left out: no effect of it was found.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.economy.kinds import Size
from sim.policies.base import Policy
from sim.policies.officials import pay_officials
from sim.rules import demand

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]


class CoGrowthEvaluation(Policy):
    """Rated firms gain more from taking part in voluntary policies, keep to linkage, and show their plans.

    ``where`` names the firms that may be rated, of which only large ones are.
    """

    title = "Co-growth evaluation"
    korean = "동반성장지수"
    acts_on = "take-up, compliance and information sharing of rated firms"
    paid_by = "prime contractors and government, for consulting"
    received_by = "partners of rated firms"
    channel = "price"

    rated: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of large firms, by number, that are rated, the largest first",
        source="scenario assumption, 0.05 to 1; 230 firms in 2024 (row 196)",
    )
    reputation: float = param(
        0.001,
        ge=0,
        le=0.1,
        unit="1",
        doc="value added to the reputation of rated firms from taking part in a voluntary policy, over sales",
        source="scenario assumption, 0 to 0.005",
    )
    compliance: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of what rated buyers lack in compliance with price linkage that they make up",
        source="scenario assumption, 0 to 1",
    )
    information: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="weight of the orders that a rated buyer plans in what its suppliers expect from it",
        source="scenario assumption, 0 to 1",
    )
    cost: float = param(
        0.000003,
        ge=0,
        le=0.001,
        unit="1",
        doc="public cost of a rating over the firm's sales of the year",
        source="scenario assumption, 0.000001 to 0.00001: surveys of 15,000 partners (row 197) at some "
        "100,000 won each, over the sales of 230 large firms",
    )

    def under_rating(self, model: Any) -> Mask:
        """Return (n_firms,) which firms are rated: the largest by last year's sales."""
        firms = model.firms
        rows = np.flatnonzero(self.covers(model) & firms.living & (firms.size_class == Size.LARGE))
        first = rows[np.lexsort((firms.uid[rows], -firms.year_sales_past[rows]))]
        chosen = np.zeros(firms.rows, dtype=bool)
        chosen[first[: round(self.rated * rows.size)]] = True
        return chosen

    def adjust_reputation(self, model: Any, value: Real) -> Real:
        """Let taking part count for more where it is rated."""
        return np.asarray(value + self.reputation * self.under_rating(model))

    def adjust_compliance(self, model: Any, value: Real) -> Real:
        """Let rated buyers make up a part of what they lack."""
        return np.asarray(value + self.compliance * (1 - value) * self.under_rating(model))

    def adjust_expected_demand(self, model: Any, expected: Real) -> Real:
        """Replace a part of what suppliers believe of rated buyers by what these are about to order."""
        firms, groups, links, network = model.firms, model.groups, model.links, model.network
        weight = model.parameters["demand"]
        if model.month == model.start:
            return expected  # no order has been placed yet
        shown = self.under_rating(model)[links.buyer] & network.served
        planned = demand.plan_output(expected, firms.stock, firms.stock_months, weight.stock_adjustment)
        use = groups.coefficient * planned[groups.buyer]
        wanted = demand.group_orders(use, groups.stock, groups.target_months, weight.input_adjustment)
        told = network.sum_by_supplier(np.where(shown, links.share * wanted[links.group], 0.0))
        # The last order of a new contract went to another supplier; those of the opening are not new.
        old = shown & (links.since < max(model.month - 1, model.start + 1))
        ordered = network.sum_by_supplier(np.where(old, links.order, 0.0))
        part = np.minimum(1.0, ordered / np.where(firms.demand > 0, firms.demand, 1.0))
        return np.asarray(expected + self.information * (told - part * expected))

    def on_year_end(self, model: Any) -> None:
        """Pay for the surveys."""
        due = round(self.cost * int(model.firms.year_sales[self.under_rating(model)].sum()))
        pay_officials(model, due, f"{self.name}: surveys")
