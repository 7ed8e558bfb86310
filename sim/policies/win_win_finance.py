"""Lend to small firms at a lower rate, guaranteed by the policy-finance agency (상생금융).

Source: the win-win growth strategy of January 2026 raises win-win finance from 1.0 to 1.7 trillion won
(evidence rows 164-168): deposits of lead firms lower the rate, the agency guarantees. A counterfactual
of the Korea Development Institute finds that policy finance keeps weak firms alive, at the expense of
mean productivity (row 317); nothing here imposes that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS
from sim.core.params import param
from sim.policies.base import Policy
from sim.policies.lead_firms import shares_of_lead_firms
from sim.rules import credit

Won = NDArray[np.int64]
Real = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


class WinWinFinance(Policy):
    """Emergency loans to SMEs short of cash, then loans for equipment, at a rate that others lower.

    ``where`` names the borrowers; only SMEs and micro firms among them can apply.
    """

    title = "Win-win finance"
    korean = "상생금융"
    acts_on = "interest and limits of SME loans"
    paid_by = "lead firms and government for the interest; the agency for guarantees called"
    received_by = "SMEs of the grades entitled"
    channel = "credit"

    volume: float = param(
        0.0,
        ge=0,
        le=0.5,
        unit="1",
        doc="loans offered a year over the covered SMEs' yearly sales",
        source="scenario assumption, 0.0005 to 0.02: 1.7 trillion won (row 164) are about 0.13 % of the "
        "sales of SMEs in the model",
    )
    guarantee: float = param(
        0.67,
        ge=0,
        le=1,
        unit="1",
        doc="part of each loan that the policy-finance agency guarantees",
        source="row 166: guarantees are 870 of 1,295 bn won for the suppliers of car makers",
    )
    rate_cut: float = param(
        0.01,
        ge=0,
        le=0.04,
        unit="1/year",
        doc="interest below the market, at most the policy rate and the banks' margin before risk",
        source="scenario assumption, 0.005 to 0.02",
    )
    lead_share: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of the interest subsidy that conglomerates pay for their own suppliers",
        source="scenario assumption, 0 to 1; the government pays the rest",
    )
    safest: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1/year",
        doc="probability of default from which a firm is eligible",
        source="scenario assumption, 0 to 0.05: above 0 for weak credit only",
    )
    riskiest: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1/year",
        doc="probability of default up to which a firm is eligible",
        source="scenario assumption, 0.05 to 0.5: banks lend up to 0.1",
    )
    years: float = param(
        3.0,
        ge=0.25,
        le=20,
        unit="year",
        doc="mean time until a loan loses subsidy and guarantee and is ordinary bank credit",
        source="scenario assumption, 1 to 8",
    )

    def on_month_start(self, model: Any) -> None:
        """Let old loans run off; serve applicants, those short of cash first, in an order drawn anew."""
        outstanding = self._outstanding(model)
        self._book(model, outstanding - np.floor(outstanding / (MONTHS * self.years)).astype(np.int64))
        rows = np.flatnonzero(self.eligible(model))
        pool = int(self.volume * model.firms.sales[rows].sum())
        drawn = model.draws.uniform(Decision.FINANCE_QUEUE, model.month, model.firms.uid[rows])
        rows = rows[np.argsort(drawn, kind="stable")]
        pool = self._lend(model, rows, self.emergency_need(model)[rows], pool, "emergency loans")
        self._lend(model, rows, self.equipment_need(model)[rows], pool, "equipment loans")

    def eligible(self, model: Any) -> Mask:
        """(n_firms,) living SMEs in the range of credit grades whose bank has the capital to lend."""
        firms, weight = model.firms, model.parameters["credit"]
        burden = credit.interest_burden(firms.loan_rate / MONTHS * firms.loans, firms.profit_trend)
        leverage = firms.loans / np.maximum(model.assets(), 1.0)
        risk = credit.default_probability(leverage, burden, firms.arrears_months, weight)
        sound = (model.capital_ratio() >= weight.capital_requirement)[firms.bank]
        small = self.covers(model) & firms.living & model.entitled()
        return np.asarray(small & sound & (risk >= self.safest) & (risk <= self.riskiest))

    def emergency_need(self, model: Any) -> Won:
        """(n_firms,) won that firms late with payments, or producing less for want of cash, lack."""
        firms = model.firms
        short = (firms.arrears_months > 0) | (firms.funded < 1)
        overdue = firms.arrears + firms.wages_due + firms.tax_due
        lacking = np.maximum(0, overdue + model.cash_target(1.0) - model.ledger.deposits)
        return np.where(short, np.floor(lacking), 0).astype(np.int64)

    def equipment_need(self, model: Any) -> Won:
        """(n_firms,) won of the equipment missing for expected demand that own spare cash does not buy.

        What a bank would have lent does not count: a subsidised loan is cheaper, so it is asked for first.
        """
        firms = model.firms
        normal = model.parameters["production"].normal_use * np.maximum(firms.capital_productivity, 1e-12)
        missing = np.maximum(0.0, firms.expected_demand / normal - firms.capital) * model.investment_price
        return np.asarray(
            np.floor(np.maximum(0.0, missing - np.maximum(0, model.spare_cash()))).astype(np.int64)
        )

    def _lend(self, model: Any, rows: Rows, need: Won, pool: int, what: str) -> int:
        """Serve applicants in turn until the pool is empty; return what is left of it."""
        before = np.cumsum(need) - need
        amount = np.clip(pool - before, 0, need)
        model.ledger.lend(rows, amount, f"{self.name}: {what}")
        if what == "equipment loans":
            model.order_equipment(rows, amount)
        outstanding = self._outstanding(model)
        outstanding[rows] += amount
        self._book(model, outstanding)
        return pool - int(amount.sum())

    def _outstanding(self, model: Any) -> Won:
        """(n_firms,) won under the scheme that are still owed."""
        firms = model.firms
        return np.where(firms.living, np.minimum(firms.supported_loans, firms.loans), 0)

    def _book(self, model: Any, outstanding: Won) -> None:
        """Note loans outstanding, and what of them is guaranteed."""
        firms = model.firms
        old, new = (
            np.floor(self.guarantee * loans).astype(np.int64)
            for loans in (firms.supported_loans, outstanding)
        )
        # A failed firm's guarantee stays until its loans are written off.
        firms.guaranteed = np.where(
            firms.living, np.maximum(0, firms.guaranteed + new - old), firms.guaranteed
        )
        firms.supported_loans = outstanding

    def _subsidy(self, model: Any) -> Won:
        """(n_firms,) won a month by which others lower a firm's interest."""
        weight = model.parameters["credit"]
        cut = min(self.rate_cut, model.policy_rate + weight.lending_spread)
        return np.asarray(np.rint(cut / MONTHS * self._outstanding(model)).astype(np.int64))

    def adjust_loan_rate(self, model: Any, rate: NDArray[Any]) -> NDArray[Any]:
        """Lower the mean rate of a firm's loans by the subsidy."""
        loans = model.firms.loans
        lower = MONTHS * self._subsidy(model) / np.where(loans > 0, loans, 1)
        return np.where(loans > 0, rate - lower, rate)

    def adjust_credit_line(self, model: Any, line: NDArray[Any]) -> NDArray[Any]:
        """Leave the guaranteed part of debt out of the limit where banks lend at all."""
        return np.where(line > 0, line + model.firms.guaranteed, line)

    def on_settlement(self, model: Any) -> None:
        """Pay banks the subsidy: conglomerates for their suppliers, the government the rest."""
        firms, ledger = model.firms, model.ledger
        subsidy = self._subsidy(model)
        pool = np.floor(self.lead_share * subsidy).astype(np.int64)
        payer, borrower, won = shares_of_lead_firms(model, pool)
        reason = f"{self.name}: interest of suppliers"
        ledger.pay(ledger.firm(payer), ledger.firm_bank[borrower], won, reason)
        np.subtract.at(firms.transfers, payer, won)
        model.earn(payer, -won)
        rest = subsidy.copy()
        np.subtract.at(rest, borrower, won)
        model.fund_government(int(rest.sum()))
        ledger.pay(ledger.at.government, ledger.firm_bank, rest, f"{self.name}: interest")
