"""Share a prime contractor's excess profit with its suppliers (협력이익공유제).

Source: voluntary contracts on a sales or profit target since November 2018; deductible expense and
corporate tax credit of 10 % (etnews.com 20181106000422, evidence rows 214-215).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.params import param
from sim.core.split import split_pools
from sim.policies.voluntary import Real, Voluntary, yearly_profit


class ProfitSharing(Voluntary):
    """A part of profit above a hurdle is paid to suppliers in proportion to the year's deliveries.

    ``where`` names the firms that may take part, by paying.
    """

    title = "Cooperative profit sharing"
    korean = "협력이익공유제"
    acts_on = "profit above a hurdle"
    paid_by = "prime contractors; government through the tax credit"
    received_by = "their suppliers, by deliveries"
    channel = "liquidity"

    share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of excess profit paid to suppliers",
        source="scenario assumption, 0.02 to 0.2",
    )
    hurdle: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1",
        doc="profit over sales above which profit is excess",
        source="scenario assumption, 0.03 to 0.08 (operating margins of large and mid-sized firms, row 259)",
    )
    tax_credit: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="corporate tax credit over the amount shared",
        source="row 215, 10 %",
    )

    def _pool(self, profit: Real, sales: Real) -> Real:
        """Return (n_firms,) won to share out of a year's profit."""
        return np.asarray(self.share * np.maximum(0.0, profit - self.hurdle * sales))

    def expected_gain(self, model: Any) -> Real:
        """Return minus what is shared of a year like the last, less the tax it saves."""
        kept = max(0.0, 1 - model.parameters["government"].corporate_tax - self.tax_credit)
        return np.asarray(-kept * self._pool(yearly_profit(model), self.turnover(model)))

    def on_year_end(self, model: Any) -> None:
        """Split the pools of covered primes over their suppliers."""
        firms, links = model.firms, model.links
        pool = np.floor(self._pool(firms.year_profit, firms.year_sales) * self.members(model) * firms.living)
        pool = np.clip(pool, 0, np.maximum(model.ledger.deposits, 0)).astype(np.int64)
        weight = np.where(model.network.served, links.year_deliveries, 0).astype(float)
        part = split_pools(pool, weight, links.buyer)
        paid = np.flatnonzero(part)
        model.transfer(links.buyer[paid], links.supplier[paid], part[paid], self.name)
        credit = np.bincount(links.buyer[paid], self.tax_credit * part[paid], firms.rows)
        model.tax_credits += np.rint(credit).astype(np.int64)
