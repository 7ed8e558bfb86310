"""Public purchases and retail shelves for certified products of small firms (판로 지원).

Source: win-win products enter public procurement by bid points and a relaxed own-production test
(evidence row 229), 250 products by 2023 (row 9); 23 of 64 applications are selected (row 181); public
purchases of SME products are 119.7 trillion won in 2021 (row 182). Demand is moved, not made: what
certified firms win, the other firms of their sector lose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.core.params import param
from sim.core.split import largest_remainder
from sim.policies.voluntary import Mask, Real, Voluntary
from sim.policies.where import Where

RETAILERS = Where(sector=("distribution",), size=("large", "mid_sized"))


class SalesChannels(Voluntary):
    """Certified small firms are served first by a part of public purchases and of household spending.

    ``where`` names firms that may apply; take-up is the part of them whose products are certified.
    """

    title = "Sales channels and win-win procurement"
    korean = "판로 지원"
    acts_on = "who serves public and retail demand"
    paid_by = "other sellers, in sales; retailers, in margin"
    received_by = "SMEs with certified products"
    channel = "demand"

    quota: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of public purchases in each sector kept for certified firms",
        source="scenario assumption, 0.005 to 0.1",
    )
    shelf: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of household purchases in each sector that retailers keep for certified firms",
        source="scenario assumption, 0.001 to 0.02",
    )
    margin: float = param(
        0.05,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of what is sold on the shelf that retailers give up",
        source="scenario assumption, 0.02 to 0.2",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which small firms may apply: those that sell to final users at home."""
        firms = model.firms
        return np.asarray(super().may_join(model) & model.entitled() & (firms.home_share > 0))

    def expected_gain(self, model: Any) -> Real:
        """Return a year's margin on what a certified firm would win, as public and household demand stand."""
        firms, sectors = model.firms, model.sectors
        certified = np.bincount(firms.sector, self.members(model) * firms.home_share, sectors.rows)
        others = np.where(self.members(model), 0.0, firms.home_share)
        among = certified[firms.sector] + others  # the certified of its sector, the firm itself included
        share = np.where(among > 0, firms.home_share / np.where(among > 0, among, 1.0), 0.0)
        tax = model.parameters["government"].sales_tax
        baskets = float(model.households.consumption.sum()) / ((1 + tax) * model.basket_price)
        kept = self.quota * sectors.government_demand * model.public_growth
        kept = kept + self._shelf(model) * sectors.household_share * baskets
        won = MONTHS * kept[firms.sector] * (share - firms.home_share)
        return np.asarray(won * (firms.price - firms.unit_cost))

    def certified_share(self, model: Any) -> Real:
        """(n_firms,) share of a certified firm among those of its sector; zero for the others."""
        firms = model.firms
        share = np.where(self.members(model), firms.home_share, 0.0)
        total = np.bincount(firms.sector, share, model.sectors.rows)
        return np.asarray(share / np.where(total > 0, total, 1.0)[firms.sector])

    def adjust_home_demand(
        self, model: Any, home: NDArray[Any], government: NDArray[Any], households: NDArray[Any]
    ) -> NDArray[Any]:
        """Take a part of public and household demand from all firms of a sector, give it to the certified."""
        firms = model.firms
        share = self.certified_share(model)
        kept = self.quota * government + self._shelf(model) * households
        kept = kept * (np.bincount(firms.sector, share, model.sectors.rows) > 0)
        return np.asarray(home + kept[firms.sector] * (share - firms.home_share))

    def _shelf(self, model: Any) -> float:
        """Return the part kept by retailers; without a retailer there is no shelf."""
        return self.shelf if self._retailers(model).any() else 0.0

    def _retailers(self, model: Any) -> Mask:
        return np.asarray(RETAILERS.mask(model) & model.firms.living)

    def on_settlement(self, model: Any) -> None:
        """Let retailers pay certified firms the margin they give up, by the retailers' home sales."""
        firms, ledger, final = model.firms, model.ledger, model.final
        households = model.sectors.household_share * final.households.sum()
        units = self._shelf(model) * households[firms.sector] * self.certified_share(model) * final.fill
        won = np.floor(self.margin * firms.price * units).astype(np.int64)
        retailer = self._retailers(model) & (ledger.deposits > won.sum())
        paid = largest_remainder(int(won.sum()), np.where(retailer, firms.home_share, 0.0))
        if not paid.any():
            return
        ledger.settle_net(ledger.every_firm, -paid, ledger.every_firm, won, f"{self.name}: margin")
        firms.transfers += won - paid
        model.earn(None, won - paid)
