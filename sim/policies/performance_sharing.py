"""Divide what a supplier's cost has fallen, instead of leaving it to the buyer (성과공유제).

Source: the supplier got 60.5 % of the gain of a joint project in 2015 (evidence rows 130-131), in part
as cash and price (row 132), 45.1 % of projects were R&D (row 134); all trade between firms from 2026
(row 173). No causal estimate of any effect was found.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.months import MONTHS
from sim.core.params import param
from sim.policies.terms import PRICE, Sets
from sim.policies.voluntary import Real, Rows, Voluntary
from sim.rules import reviews


class PerformanceSharing(Voluntary):
    """In price reviews suppliers keep a part of what the price would fall; buyers pay for joint research.

    ``where`` names the buyers that may take part.
    """

    title = "Performance sharing"
    korean = "성과공유제"
    acts_on = "prices after a fall of suppliers' costs; joint research"
    paid_by = "buyers, in prices and research"
    received_by = "suppliers whose costs fall"
    channel = "price"
    sets = (Sets(PRICE, by="share", at="adjust_price_change"),)

    share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of the fall of a price in a review that stays with the supplier",
        source="row 131, 60.5 % in 2015",
    )
    projects: float = param(
        0.0,
        ge=0,
        le=0.1,
        unit="1",
        doc="research at suppliers that members pay for, over the deliveries they receive",
        source="scenario assumption, 0 to 0.005: projects cost what they gain (rows 130, 132)",
    )

    def expected_gain(self, model: Any) -> Real:
        """Return minus what suppliers would keep of a year's price cuts, less projects, after tax."""
        links, network = model.links, model.network
        rows = np.flatnonzero(network.served)
        power = reviews.power_of(model, rows)
        agreed = reviews.agreed_price(model, rows, power)
        fall = np.maximum(0.0, 1 - agreed / np.maximum(links.price[rows], 1e-9))
        lost = self.share * reviews.cut_chance(model, power) * fall + self.projects
        lost = np.bincount(links.buyer[rows], MONTHS * model.invoice[rows] * lost, model.firms.rows)
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * lost)

    def adjust_price_change(self, model: Any, price: Real, rows: Rows) -> Real:
        """Give the supplier its part of what a price falls."""
        links = model.links
        fall = np.maximum(0.0, links.price[rows] - price) * self.members(model)[links.buyer[rows]]
        return np.asarray(price + self.share * fall)

    def on_settlement(self, model: Any) -> None:
        """Let members with cash pay their suppliers for the month's joint research."""
        firms, links = model.firms, model.links
        paying = (self.members(model) & firms.living)[links.buyer] & model.network.served
        wanted = np.floor(self.projects * model.invoice * paying)
        due = np.bincount(links.buyer, wanted, firms.rows)
        means = np.minimum(1.0, np.maximum(model.ledger.deposits, 0) / np.maximum(due, 1.0))
        paid = np.floor(wanted * means[links.buyer]).astype(np.int64)
        rows = np.flatnonzero(paid)
        model.transfer(links.buyer[rows], links.supplier[rows], paid[rows], f"{self.name}: projects")
        np.add.at(firms.commissioned, links.supplier[rows], paid[rows])

    def adjust_research(self, model: Any, spending: Real) -> Real:
        """Add the research that members have paid for; the payroll tax on it is paid out of it too."""
        return np.asarray(
            spending + model.firms.commissioned / (1 + model.parameters["government"].payroll_tax)
        )
