"""Primes develop the suppliers of their own region (방산·지역 상생).

Two things a prime can do for a region, at its own cost: prefer its small firms as suppliers though they
are dearer, and pay for equipment of those that deliver. ``where`` masks sectors and regions, for example
aerospace and defence in the south-east. Sizes are scenario assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.core.split import split_pools
from sim.economy.kinds import Kind
from sim.policies.lead_firms import tie
from sim.policies.voluntary import Mask, Real, Voluntary, yearly_profit


class RegionalCooperation(Voluntary):
    """Conglomerates give small firms of their region orders, at a price, and equipment.

    ``where`` names the conglomerates that may take part.
    """

    title = "Defence and regional cooperation"
    korean = "방산·지역 상생협력"
    acts_on = "orders and finance in a region or sector"
    paid_by = "prime contractors of the region"
    received_by = "SMEs covered"
    channel = "liquidity"

    preference: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of a regional small firm's price that a member comparing suppliers overlooks",
        source="scenario assumption, 0.02 to 0.2",
    )
    co_development: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of yearly profit a member spends on equipment of regional small suppliers",
        source="scenario assumption, 0.001 to 0.02",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may take part."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the cost of equipment in a year like the last, after tax."""
        kept = 1 - model.parameters["government"].corporate_tax
        return np.asarray(-kept * self.co_development * np.maximum(0.0, yearly_profit(model)))

    def local(self, model: Any, buyer: NDArray[np.intp], supplier: NDArray[np.intp]) -> Mask:
        """Whether a member faces a small firm of its own region; (n,) buyers and (..., n) suppliers."""
        firms = model.firms
        near = firms.region[supplier] == firms.region[buyer]
        return np.asarray(self.members(model)[buyer] & near & model.entitled()[supplier])

    def adjust_offers(
        self, model: Any, price: NDArray[Any], rows: NDArray[np.intp], candidate: NDArray[np.intp]
    ) -> NDArray[Any]:
        """Overlook a part of the prices of regional small firms, which the member pays all the same."""
        near = self.local(model, model.links.buyer[rows], candidate)
        return np.where(near, (1 - self.preference) * price, price)

    def on_year_end(self, model: Any) -> None:
        """Pay for equipment of regional small suppliers, by the year's deliveries."""
        firms, links, ledger = model.firms, model.links, model.ledger
        pool = np.floor(self.co_development * np.maximum(firms.year_profit, 0) * firms.living)
        pool = np.clip(pool, 0, np.maximum(ledger.deposits, 0)).astype(np.int64)
        near = model.network.served & self.local(model, links.buyer, model.network.supplier)
        part = split_pools(pool, np.where(near, links.year_deliveries, 0).astype(float), links.buyer)
        rows = np.flatnonzero(part)
        payer, payee, won = links.buyer[rows], links.supplier[rows], part[rows]
        ledger.pay(ledger.firm(payer), ledger.firm(payee), won, f"{self.name}: equipment")
        np.subtract.at(firms.transfers, payer, won)
        np.add.at(firms.transfers, payee, won)
        model.earn(payer, -won)
        model.order_equipment(payee, won)
        tie(model, payee, payer, won)
