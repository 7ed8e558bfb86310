"""Let primes and the government pay benefits to the workers of small suppliers (공동근로복지기금).

Source: joint labour welfare funds gave 180,000 workers of 1,106 SMEs 25 bn won (evidence row 193), of
which the government matches contributions one to one (rows 193, 226). The same payment stands for a
prime's part in the Naeil Chaeum deduction (내일채움공제, row 194), for tuition and for wage support (row
199). No causal estimate of an effect on quits or productivity was found, so there is none: workers
have the money, and spend it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.core.params import param
from sim.core.split import split_pools
from sim.economy.kinds import Kind
from sim.policies.lead_firms import pay_for_work_delivered
from sim.policies.voluntary import Mask, Real, Voluntary

Won = NDArray[np.int64]


class WorkerWelfare(Voluntary):
    """Conglomerates pay benefits to workers of their small suppliers; the government matches them."""

    title = "Worker welfare"
    korean = "공동근로복지기금"
    acts_on = "income of workers of small suppliers"
    paid_by = "conglomerates; government by its match"
    received_by = "workers of small suppliers"
    channel = "demand"

    benefit: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="benefits members pay, over small suppliers' pay for the work delivered to them",
        source="scenario assumption, 0.001 to 0.05: 0.14 m won a worker (row 193) are about 0.4 % of pay in "
        "SMEs, match included",
    )
    government_match: float = param(
        1.0,
        ge=0,
        le=5,
        unit="1",
        doc="government's payment over a member's",
        source="row 226, one to one",
    )
    match_limit: float = param(
        200e6,
        ge=0,
        unit="KRW/year",
        doc="most the government adds to the payment of one member",
        source="row 226, at first up to 200 m won",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may pay benefits."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the benefits of a year like this month, after tax."""
        firms, links = model.firms, model.links
        pay = MONTHS * firms.wage_bill / (1 + model.parameters["government"].payroll_tax)
        part = self._part_of_pay(model, pay, model.invoice, firms.sales)
        cost = np.bincount(links.buyer, self.benefit * part, firms.rows)
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * cost)

    def _part_of_pay(self, model: Any, pay: Any, delivered: Any, sales: Any) -> Real:
        """Return (n_links,) won of small suppliers' pay for the work delivered on each link."""
        return pay_for_work_delivered(model, model.entitled(), pay, delivered, sales)

    def on_bonus(self, model: Any) -> None:
        """Pay the year's benefits out of members' cash and the match; note them over the year's pay."""
        firms, links, ledger, at = model.firms, model.links, model.ledger, model.ledger.at
        weight = self._part_of_pay(model, firms.year_wages, links.year_deliveries, firms.year_sales)
        promised = self.benefit * np.bincount(links.buyer, weight, firms.rows)
        gives = self.members(model) & firms.living
        paid = np.clip(np.floor(promised * gives), 0, np.maximum(ledger.deposits, 0)).astype(np.int64)
        match = np.floor(np.minimum(self.government_match * paid, self.match_limit)).astype(np.int64)
        model.fund_government(int(match.sum()))
        received = np.zeros(firms.rows, dtype=np.int64)
        for pool, payer, part_of in (
            (paid, ledger.firm(links.buyer), "benefits"),
            (match, at.government, "government match"),
        ):
            won = split_pools(pool, weight, links.buyer)
            ledger.pay(payer, ledger.workers(model.network.supplier), won, f"{self.name}: {part_of}")
            np.add.at(received, model.network.supplier, won)
        model.earn(None, -paid)
        firms.transfers -= paid
        firms.benefit_rate += received / np.maximum(firms.year_wages, 1)
