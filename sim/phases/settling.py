"""Wages, interest and taxes; settlement of everything that is due.

Trade debts are cleared first as a matter of arithmetic (receipts of one firm are means of the
next), but wages, taxes, imports and interest are senior: only what they leave is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    materials = firms.material_coefficient * firms.output * model.sectors.material_price[firms.sector]
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
    """Everything due between firms (and to banks, creditor -1) in a month."""

    debtor: Rows
    creditor: Rows
    amount: Won
    source: NDArray[Any]  # which list below a debt comes from
    entry: Rows  # row in that list


SOURCES = ("payable", "claim", "runoff", "discounted", "estate")


def collect_debts(model: Ecosystem, slot: int) -> Debts:
    """List all debts due this month."""
    links, firms, runoff = model.links, model.firms, model.runoff
    lists: list[tuple[Rows, Rows, Won, Rows]] = []  # one a source
    rows = np.flatnonzero(links.payable[slot] != 0)
    lists.append((links.buyer[rows], links.supplier[rows], links.payable[slot, rows], rows))
    rows = np.flatnonzero(links.claim[slot] != 0)
    lists.append((links.drawer[rows], links.supplier[rows], links.claim[slot, rows], rows))
    rows = runoff.due(slot)
    lists.append((runoff.debtor[rows], runoff.creditor[rows], runoff.amount[rows], rows))
    rows = np.flatnonzero(firms.discounted[slot] != 0)
    lists.append((rows, np.full(rows.size, OUTSIDE), firms.discounted[slot, rows], rows))
    rows = np.flatnonzero((firms.closing > 0) & (firms.loans > 0))
    lists.append((rows, np.full(rows.size, OUTSIDE), firms.loans[rows], rows))
    debtor, creditor, amount, entry = (np.concatenate(part) for part in zip(*lists, strict=True))
    source = np.repeat(np.arange(len(SOURCES), dtype=np.int8), [part[0].size for part in lists])
    return Debts(debtor, creditor, amount, source, entry)


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
    trade = debts.creditor != OUTSIDE
    spent = whole_sums(debts.debtor[trade], result.paid[trade], firms.rows)
    every = ledger.every_firm
    ledger.settle_net(every, -spent, every, result.received, "trade")
    ledger.claim(-int(spent.sum()), "invoices paid")
    bank = debts.source == SOURCES.index("discounted")
    paid = result.paid[bank]
    ledger.redeem(debts.debtor[bank], paid, np.zeros_like(paid), model.month % RING)
    estate = debts.source == SOURCES.index("estate")
    ledger.lend(debts.debtor[estate], -result.paid[estate], "loans repaid")


def _keep_arrears(model: Ecosystem, debts: Debts, result: Clearing, slot: int) -> Won:
    """Move what was not paid to next month, with penalty interest; return what living firms owe."""
    firms, links, runoff = model.firms, model.links, model.runoff
    short = np.flatnonzero(debts.amount != result.paid)
    debtor, entry, source = debts.debtor[short], debts.entry[short], debts.source[short]
    rest = debts.amount[short] - result.paid[short]
    # Banks charge no penalty: what a failed firm owes them stands in their loans.
    charged = (debts.creditor[short] != OUTSIDE) & firms.living[debtor]
    rate = model.parameters["payment"].penalty_rate / 12
    penalty = np.where(charged, np.floor(rate * rest), 0).astype(np.int64)
    model.ledger.claim(int(penalty.sum()), "penalty interest")
    np.add.at(firms.interest, debtor[charged], penalty[charged])
    np.subtract.at(firms.interest, debts.creditor[short][charged], penalty[charged])
    kept, later = rest + penalty, (slot + 1) % RING
    for name, ring in (("payable", links.payable), ("claim", links.claim)):
        ring[slot] = 0
        of_ring = source == SOURCES.index(name)
        np.add.at(ring[later], entry[of_ring], kept[of_ring])
    of_bank = source == SOURCES.index("discounted")
    firms.discounted[later, entry[of_bank]] += rest[of_bank]
    firms.discounted[slot, entry[of_bank]] -= rest[of_bank]
    of_runoff = source == SOURCES.index("runoff")
    unpaid = np.zeros(runoff.amount.size, dtype=np.int64)
    unpaid[entry[of_runoff]] = kept[of_runoff]
    ending = runoff.due(slot)
    runoff.settle(ending, unpaid[ending], slot)
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
