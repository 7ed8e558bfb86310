"""Lead firms and advisers help small firms into a further export market (동반 해외진출).

Source: support of a joint entry 1.5 to 2.0 billion won over three years (evidence rows 170-171); Hyundai's
suppliers abroad rose from 34 in 1997 to 736 in 2016 (row 200). Supported firms grow faster than others
(row 201), but they are selected, and nothing here is fitted to that. Sales are won from foreign rivals, not
from Korean exporters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.policies.base import Policy
from sim.policies.lead_firms import led, shares_of_lead_firms
from sim.rules import demand, projects

Real = NDArray[np.float64]
Won = NDArray[np.int64]


class ExportSupport(Policy):
    """Small firms consider a further export market, pay for entry with support, and sell there from then on.

    ``where`` names the small firms that are reached.
    """

    title = "Export support and joint entry"
    korean = "동반 해외진출"
    acts_on = "entry of SMEs into export markets"
    paid_by = "lead firms and government share the cost of entry with the SME"
    received_by = "SMEs that enter"
    channel = "demand"

    reach: float = param(
        0.0,
        ge=0,
        le=4,
        unit="1/year",
        doc="how often an adviser leads a small firm to consider entry",
        source="scenario assumption, 0.0005 to 0.05: some 700 entered with one maker in 20 years (row 200)",
    )
    joint: float = param(
        3.0,
        ge=1,
        le=20,
        unit="1",
        doc="factor on it for suppliers of an exporting conglomerate",
        source="scenario assumption, 1 to 10",
    )
    market: float = param(
        0.1,
        ge=0,
        le=1,
        unit="1",
        doc="exports won at price parity over output at entry",
        source="scenario assumption, 0.02 to 0.3",
    )
    cost: float = param(
        0.3,
        ge=0,
        le=5,
        unit="1",
        doc="cost of entry over a year's exports won",
        source="scenario assumption, 0.1 to 1",
    )
    support: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of the cost of entry that others pay",
        source="scenario assumption, 0.3 to 0.8",
    )
    most: float = param(
        1.5,
        ge=0,
        le=100,
        unit="bn KRW",
        doc="largest support of one entry",
        source="row 171, 1.5 bn won; row 170, 2.0 bn won for the United States",
    )
    lead_share: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of the support that conglomerates pay for their suppliers, the government the rest",
        source="scenario assumption, 0 to 1",
    )
    years: float = param(
        5.0,
        ge=0.5,
        le=20,
        unit="year",
        doc="years of sales over which a firm reckons whether entry pays",
        source="scenario assumption, 3 to 8",
    )

    def on_quarter_end(self, model: Any) -> None:
        """Let firms that consider entry enter where it pays and they can pay."""
        firms = model.firms
        units = self.market * firms.output
        base = np.where(firms.living, units, 0.0)
        parity = np.maximum(firms.price, 1e-9) / firms.quality, model.sectors.foreign_price[firms.sector]
        sold = demand.exports(base, *parity, model.parameters["world"].export_elasticity)
        cost = self.cost * MONTHS * sold * firms.price
        support = np.minimum(self.support * cost, self.most * 1e9)
        gain = MONTHS * sold * (firms.price - firms.unit_cost)
        pays = projects.pays_off(gain, cost, cost - support, firms.loan_rate, self.years, 0.0)
        able = model.spare_cash() + firms.credit_line >= cost - support
        drawn = model.draws.uniform(Decision.EXPORT_ENTRY, model.month, firms.uid)
        enters = self._candidates(model) & (drawn < self.chance(model)) & pays & able & (base > 0)
        if enters.any():
            self._pay(
                model, *(np.where(enters, np.floor(won), 0).astype(np.int64) for won in (cost, support))
            )
            firms.joint_exports = np.where(enters, base / model.export_growth, firms.joint_exports)

    def _candidates(self, model: Any) -> NDArray[np.bool_]:
        """(n_firms,) small firms of trading sectors that have not entered under the scheme."""
        firms = model.firms
        trading = model.sectors.export_demand[firms.sector] > 0
        small = self.covers(model) & firms.living & model.entitled()
        return np.asarray(small & trading & (firms.joint_exports == 0))

    def chance(self, model: Any) -> Real:
        """(n_firms,) probability of considering entry this quarter."""
        firms, network = model.firms, model.network
        led_by = led(model) & (firms.export_share[model.links.buyer] > 0)
        jointly = network.sum_by_supplier(led_by.astype(float)) > 0
        hazard = self.reach * np.where(jointly, self.joint, 1.0)
        return np.asarray(-np.expm1(-hazard * QUARTER / MONTHS))

    def _pay(self, model: Any, cost: Won, support: Won) -> None:
        """Let lead firms and the government support, and the entrants spend, abroad."""
        firms, ledger, at = model.firms, model.ledger, model.ledger.at
        pool = np.floor(self.lead_share * support).astype(np.int64)
        payer, entrant, won = shares_of_lead_firms(model, pool)
        model.transfer(payer, entrant, won, f"{self.name}: joint entry")
        rest = support.copy()
        np.subtract.at(rest, entrant, won)
        model.fund_government(int(rest.sum()))
        ledger.pay(at.government, ledger.every_firm, rest, f"{self.name}: grants")
        from_credit = np.minimum(np.maximum(0, cost - ledger.deposits), firms.credit_line.astype(np.int64))
        ledger.lend(np.arange(firms.rows), np.where(cost > 0, from_credit, 0), f"{self.name}: loans")
        firms.credit_line = firms.credit_line - np.where(cost > 0, from_credit, 0)
        ledger.pay(ledger.every_firm, at.world, cost, f"{self.name}: cost of entry")
        firms.transfers += rest - cost
        model.earn(None, rest - cost)
