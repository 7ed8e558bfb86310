"""Give suppliers' workers the bonus rate of their prime's own workers (성과급 동률 지급).

Source: a shipbuilder raised the bonus of about 15,000 workers of its suppliers from half of its own rate
to the same rate, 150 % of base pay (evidence row 190). No causal estimate of an effect was found, so there
is none: workers have the money, and spend it.
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


class BonusParity(Voluntary):
    """Conglomerates pay suppliers' workers their own bonus rate on the pay for the work delivered to them."""

    title = "Bonus parity"
    korean = "성과급 동률 지급"
    acts_on = "bonus of suppliers' workers, by the work they do for the prime"
    paid_by = "prime contractors, payroll tax included"
    received_by = "workers of their direct suppliers; government in taxes on pay"
    channel = "demand"

    parity: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="bonus rate of suppliers' workers over that of the prime's own",
        source="row 190: 75 % of base pay against 150 % in 2024, 0.5; 1 in 2025",
    )
    least_share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="least part of its yearly sales that a supplier has to sell to the prime",
        source="scenario assumption, 0 to 0.8: the suppliers of row 190 work inside the yard",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may pay."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the cost, after tax, of a year like this month at the last bonus rate."""
        firms, tax = model.firms, model.parameters["government"]
        pay = MONTHS * firms.wage_bill / (1 + tax.payroll_tax)
        work = self._work(model, pay, model.invoice, firms.sales)
        bonus = self.parity * firms.bonus_rate * np.bincount(model.links.buyer, work, firms.rows)
        return np.asarray(-(1 - tax.corporate_tax) * (1 + tax.payroll_tax) * bonus)

    def _work(self, model: Any, pay: Any, delivered: Any, sales: Any) -> Real:
        """Return (n_links,) won of suppliers' pay that counts: conglomerates pay bonuses of their own."""
        works = model.firms.kind != Kind.CONGLOMERATE
        return pay_for_work_delivered(model, works, pay, delivered, sales, self.least_share)

    def on_bonus(self, model: Any) -> None:
        """Pay the bonus and its taxes out of members' cash; note it over the suppliers' pay."""
        firms, links, ledger, tax = model.firms, model.links, model.ledger, model.parameters["government"]
        work = self._work(model, firms.year_wages, links.year_deliveries, firms.year_sales)
        promised = self.parity * firms.bonus_rate * np.bincount(links.buyer, work, firms.rows)
        promised *= self.members(model) & firms.living
        cost = np.floor((1 + tax.payroll_tax) * promised).astype(np.int64)
        cost = np.minimum(cost, np.maximum(ledger.deposits, 0))
        bonus = np.floor(cost / (1 + tax.payroll_tax)).astype(np.int64)
        self._pay(model, split_pools(bonus, work, links.buyer))
        ledger.pay(ledger.every_firm, ledger.at.government, cost - bonus, "payroll tax on bonuses")
        model.earn(None, -cost)
        firms.transfers -= cost

    def _pay(self, model: Any, won: Won) -> None:
        """Pay (n_links,) won to the workers of suppliers, income tax withheld."""
        firms, links, ledger = model.firms, model.links, model.ledger
        supplier, payer = model.network.supplier, ledger.firm(links.buyer)
        withheld = np.floor(model.parameters["government"].income_tax * won).astype(np.int64)
        ledger.pay(payer, ledger.workers(supplier), won - withheld, self.name)
        ledger.pay(payer, ledger.at.government, withheld, "income tax")
        received = np.zeros(firms.rows, dtype=np.int64)
        np.add.at(received, supplier, won)
        firms.benefit_rate += received / np.maximum(firms.year_wages, 1)
