"""Wages, interest and taxes; settlement of everything that is due.

Trade debts are cleared first as a matter of arithmetic (receipts of one firm are means of the
next), but wages, taxes, imports and interest are senior: only what they leave is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.split import whole_sums
from sim.economy.kinds import INACTIVE, RING
from sim.rules.credit import deposit_rate
from sim.rules.payment import Clearing, clear

if TYPE_CHECKING:
    from sim.model import Ecosystem

Won = NDArray[np.int64]
Rows = NDArray[np.intp]
OUTSIDE = -1


@dataclass
class Senior:
    """Won each firm owes before trade debts."""

    imports: Won
    interest: Won
    wages: Won
    tax: Won

    @property
    def total(self) -> Won:
        """Sum over kinds."""
        return np.asarray(self.imports + self.interest + self.wages + self.tax)


def senior_debts(model: Ecosystem) -> Senior:
    """Compute the month's pay, payroll tax, interest and imported materials of every firm."""
    firms, tax = model.firms, model.parameters["government"]
    materials = firms.material_coefficient * firms.output * model.sectors.material_price.take(firms.sector)
    imports = np.rint(materials + model.substitutes).astype(np.int64)
    interest = np.rint(firms.loan_rate / 12 * firms.loans * firms.living).astype(np.int64)
    research = model.research_spending()
    pay = np.rint(firms.wage * firms.workers + research).astype(np.int64)
    payroll = np.rint(tax.payroll_tax * pay).astype(np.int64)
    firms.purchases += imports
    firms.wage_bill = pay + payroll
    firms.year_wages += pay
    return Senior(imports, interest, firms.wages_due + pay, firms.tax_due + payroll)


@dataclass
class Debts:
    """Everything due between firms (and to banks, creditor -1) in a month, list after list."""

    debtor: Rows
    creditor: Rows
    amount: Won
    first: Rows  # place at which each list below begins, and the end of the last
    rows: list[Rows | None]  # of each list, the row each debt comes from; None where it is the place

    def of(self, source: str) -> slice:
        """Return the places of a list."""
        number = SOURCES.index(source)
        return slice(int(self.first[number]), int(self.first[number + 1]))

    def some_of(self, source: str, places: Rows) -> tuple[slice, Rows]:
        """Return which of some ascending places belong to a list, and the rows they come from."""
        whole, rows = self.of(source), self.rows[SOURCES.index(source)]
        low, high = np.searchsorted(places, (whole.start, whole.stop)).tolist()
        entry = places[low:high] - whole.start
        return slice(low, high), entry if rows is None else rows[entry]


SOURCES = ("payable", "claim", "runoff", "discounted", "estate")


def collect_debts(model: Ecosystem, slot: int) -> Debts:
    """List all debts due this month.

    All links are listed, as almost every one has an invoice due: picking them would take longer.
    """
    links, firms, runoff = model.links, model.firms, model.runoff
    lists: list[tuple[Rows, Rows, Won]] = [(links.buyer, links.supplier, links.payable[slot])]
    claimed = np.flatnonzero(links.claim[slot] != 0)
    lists.append((links.drawer[claimed], links.supplier[claimed], links.claim[slot, claimed]))
    ending = runoff.due(slot)
    lists.append((runoff.debtor[ending], runoff.creditor[ending], runoff.amount[ending]))
    drawn = np.flatnonzero(firms.discounted[slot] != 0)
    lists.append((drawn, np.full(drawn.size, OUTSIDE), firms.discounted[slot, drawn]))
    lent = np.flatnonzero((firms.closing > 0) & (firms.loans > 0))
    lists.append((lent, np.full(lent.size, OUTSIDE), firms.loans[lent]))
    debtor, creditor, amount = (np.concatenate(part) for part in zip(*lists, strict=True))
    first = np.cumsum([0, *(part[0].size for part in lists)])
    return Debts(debtor, creditor, amount, first, [None, claimed, ending, drawn, lent])


def settle(model: Ecosystem) -> None:
    """Pay what is due, with cash, receipts and credit lines; keep the rest as arrears."""
    slot = model.month % RING
    senior = senior_debts(model)
    debts = collect_debts(model, slot)
    means = model.ledger.deposits + model.firms.credit_line - senior.total
    result = clear(means, debts.debtor, debts.creditor, debts.amount, model.firms.rows)
    _book_trade(model, debts, result)
    overdue = _keep_arrears(model, debts, result, slot)
    beyond_line = _pay_senior(model, senior)
    firms = model.firms
    firms.arrears = overdue
    late = firms.living & (overdue + firms.wages_due + firms.tax_due + beyond_line > 0)
    firms.arrears_months = np.where(late, firms.arrears_months + 1, 0)


def _book_trade(model: Ecosystem, debts: Debts, result: Clearing) -> None:
    ledger, firms = model.ledger, model.firms
    bank, estate = debts.of("discounted"), debts.of("estate")
    outside = slice(bank.start, estate.stop)
    spent = result.spent - whole_sums(debts.debtor[outside], result.paid[outside], firms.rows)
    every = ledger.every_firm
    ledger.settle_net(every, -spent, every, result.received, "trade")
    ledger.claim(-int(spent.sum()), "invoices paid")
    paid = result.paid[bank]
    ledger.redeem(debts.debtor[bank], paid, np.zeros_like(paid), model.month % RING)
    ledger.lend(debts.debtor[estate], -result.paid[estate], "loans repaid")


def _keep_arrears(model: Ecosystem, debts: Debts, result: Clearing, slot: int) -> Won:
    """Move what was not paid to next month, with penalty interest; return what living firms owe."""
    firms, links, runoff, short = model.firms, model.links, model.runoff, result.short
    debtor, creditor = debts.debtor[short], debts.creditor[short]
    rest = debts.amount[short] - result.paid[short]
    # Banks charge no penalty: what a failed firm owes them stands in their loans.
    charged = (creditor != OUTSIDE) & firms.living[debtor]
    rate = model.parameters["payment"].penalty_rate / 12
    penalty = np.where(charged, np.floor(rate * rest), 0).astype(np.int64)
    model.ledger.claim(int(penalty.sum()), "penalty interest")
    np.add.at(firms.interest, debtor[charged], penalty[charged])
    np.subtract.at(firms.interest, creditor[charged], penalty[charged])
    kept, later = rest + penalty, (slot + 1) % RING
    links.payable[slot] = 0
    links.claim[slot, debts.rows[SOURCES.index("claim")]] = 0
    for name, ring in (("payable", links.payable), ("claim", links.claim)):
        unpaid, entry = debts.some_of(name, short)
        np.add.at(ring[later], entry, kept[unpaid])
    unpaid, entry = debts.some_of("discounted", short)
    firms.discounted[later, entry] += rest[unpaid]
    firms.discounted[slot, entry] -= rest[unpaid]
    unpaid, entry = debts.some_of("runoff", short)
    left = np.zeros(runoff.amount.size, dtype=np.int64)
    left[entry] = kept[unpaid]
    ending = runoff.due(slot)
    runoff.settle(ending, left[ending], slot)
    return whole_sums(debtor, np.where(firms.living[debtor], rest, 0), firms.rows)


def _pay_senior(model: Ecosystem, senior: Senior) -> Won:
    """Pay imports, interest, wages, taxes in this order; draw on credit lines where cash is short.

    Returns (n_firms,) won that banks had to lend beyond the line: a debtor late with its bank.
    """
    firms, ledger, at = model.firms, model.ledger, model.ledger.at
    every = ledger.every_firm
    shortage = np.maximum(0, senior.total - ledger.deposits)
    drawn = np.minimum(shortage, firms.credit_line.astype(np.int64))
    # Imports are bought on a bank's letter of credit, and unpaid interest is added to the loan.
    drawn = np.maximum(drawn, senior.imports + senior.interest - ledger.deposits)
    borrowers = np.flatnonzero(drawn)
    ledger.lend(borrowers, drawn[borrowers], "credit lines drawn")
    beyond_line = np.maximum(0, drawn - firms.credit_line)
    firms.credit_line = np.maximum(0, firms.credit_line - drawn)
    ledger.pay(every, at.world, senior.imports, "imported materials")
    ledger.pay(every, ledger.firm_bank, senior.interest, "loan interest")
    wages = np.minimum(senior.wages, ledger.deposits)
    _pay_wages(model, wages)
    tax = np.minimum(senior.tax, ledger.deposits)
    ledger.pay(every, at.government, tax, "payroll and overdue taxes")
    firms.wages_due = senior.wages - wages
    firms.tax_due = senior.tax - tax
    firms.interest += senior.interest
    return np.asarray(beyond_line)


def _pay_wages(model: Ecosystem, wages: Won) -> None:
    ledger, at = model.ledger, model.ledger.at
    withheld = np.floor(model.parameters["government"].income_tax * wages).astype(np.int64)
    ledger.pay(ledger.every_firm, ledger.workers(), wages - withheld, "wages")
    ledger.pay(ledger.every_firm, at.government, withheld, "income tax")


def pay_interest_and_transfers(model: Ecosystem) -> None:
    """Pay interest on deposits and bonds, unemployment benefit and transfers."""
    ledger, firms, at = model.ledger, model.firms, model.ledger.at
    tax, policy_rate = model.parameters["government"], model.policy_rate
    rate = deposit_rate(policy_rate, model.parameters["credit"]) / 12
    every = ledger.every_firm
    earned = np.rint(rate * np.maximum(ledger.deposits, 0)).astype(np.int64)
    ledger.pay(ledger.firm_bank, every, earned, "deposit interest")
    firms.interest -= earned
    cells = ledger.every_household
    saved = np.rint(rate * np.maximum(ledger.household_deposits, 0)).astype(np.int64)
    withheld = np.floor(tax.income_tax * saved).astype(np.int64)
    ledger.pay(ledger.bank_of[cells] + at.first_bank, cells, saved, "deposit interest")
    ledger.pay(cells, at.government, withheld, "income tax")
    own = ledger.bank(np.arange(at.banks))
    coupon = np.rint(policy_rate / 12 * model.banks.bonds).astype(np.int64)
    reserve = np.rint(policy_rate / 12 * ledger.reserves).astype(np.int64)
    # The central bank's interest on reserves and advances passes through the government's account.
    ledger.pay(own, at.government, np.maximum(-reserve, 0), "interest on advances")
    transfers = int(model.opening_transfers * model.public_growth * model.price_trend)
    benefits = int(tax.benefit_rate * model.micro_pay() * max(0.0, model.unemployed()))
    model.fund_government(transfers + benefits + int(coupon.sum()) + int(np.maximum(reserve, 0).sum()))
    ledger.pay(at.government, own, coupon, "bond interest")
    ledger.pay(at.government, own, np.maximum(reserve, 0), "interest on reserves")
    ledger.distribute(at.government, transfers, cells, model.households.transfer_share, "transfers")
    ledger.pay(at.government, INACTIVE, [benefits], "unemployment benefit")


def close_accounts(model: Ecosystem) -> None:
    """Work out operating profit and interest of the month; add them to profit and to the year's sums."""
    firms = model.firms
    operating = firms.sales - firms.purchases - firms.wage_bill - firms.depreciation
    model.earn(None, operating - firms.interest)
    firms.profit_trend += (operating - firms.profit_trend) / 12
    firms.year_sales += firms.sales
    firms.year_value_added += firms.sales - firms.purchases


def record_households(model: Ecosystem) -> None:
    """Note each cell's income of the month: what came in besides what was spent on purpose."""
    cells, ledger = model.households, model.ledger
    opening = ledger.opening_balance[: cells.rows]
    spent = cells.consumption + model.owners_spent
    cells.income = ledger.household_deposits - opening + spent
    slot = model.month % 12
    cells.income_history[slot] = cells.income
    cells.wealth_history[slot] = ledger.household_deposits
