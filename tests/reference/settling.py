"""Wages, interest and taxes; settlement of everything that is due."""

from __future__ import annotations

from .books import earn, fund_government, lend, pay
from .state import SLOTS, Debt, Firm, SlowEconomy
from .won import down, largest_remainder, nearest


def settle(economy: SlowEconomy) -> None:
    """Find what everybody can pay, pay it, and keep the rest as arrears."""
    for firm in economy.firms:
        owe_senior_debts(economy, firm)
    due = debts_due(economy)
    paid = clear(economy, due)
    pay_debts(economy, due, paid)
    keep_arrears(economy, due, paid)
    for firm in economy.firms:
        beyond_line = pay_senior_debts(economy, firm)
        late = firm.living and firm.arrears + firm.wages_due + firm.tax_due + beyond_line > 0
        firm.arrears_months = firm.arrears_months + 1 if late else 0


def owe_senior_debts(economy: SlowEconomy, firm: Firm) -> None:
    """Imported materials, loan interest, pay with R&D staff and payroll tax come before trade debts."""
    materials = firm.material_coefficient * firm.output * firm.sector.material_price
    firm.owes_imports = nearest(materials + firm.substitutes)
    firm.owes_interest = nearest(firm.loan_rate / 12 * firm.loans) if firm.living else 0
    month_pay = nearest(firm.wage * firm.workers + economy.research(firm))
    payroll_tax = nearest(economy.parameters.government.payroll_tax * month_pay)
    firm.owes_wages = firm.wages_due + month_pay
    firm.owes_tax = firm.tax_due + payroll_tax
    firm.owes_first = firm.owes_imports + firm.owes_interest + firm.owes_wages + firm.owes_tax
    firm.purchases += firm.owes_imports
    firm.wage_bill = month_pay + payroll_tax
    firm.year_wages += month_pay


class Due:
    """One debt due now. ``origin`` is the link, the run-off debt or, for a loan of an estate, the firm."""

    def __init__(self, debtor: Firm, creditor: Firm | None, amount: int, origin) -> None:
        self.debtor, self.creditor, self.amount, self.origin = debtor, creditor, amount, origin


def debts_due(economy: SlowEconomy) -> list[Due]:
    """List invoices due this month, of running and of ended contracts, and loans of failed firms."""
    links = (Due(link.buyer, link.supplier, link.payable[economy.slot], link) for link in economy.links)
    run_off = (debt for debt in economy.runoff if debt.slot == economy.slot)
    ended = (Due(debt.debtor, debt.creditor, debt.amount, debt) for debt in run_off)
    estates = (Due(firm, None, firm.loans, firm) for firm in economy.firms if firm.closing > 0)
    return [debt for debt in (*links, *ended, *estates) if debt.amount > 0]


def clear(economy: SlowEconomy, due: list[Due]) -> dict[Due, int]:
    """Every debtor pays the same share to all, rounded down; repeat until nothing changes.

    Everybody starts by paying in full, and payments only fall: what is left standing is the
    greatest set of payments that nobody's means and receipts exceed.
    """
    paid = {debt: debt.amount for debt in due}
    received = dict.fromkeys(economy.firms, 0)
    owed_by: dict[Firm, list[Due]] = {}
    for debt in due:
        owed_by.setdefault(debt.debtor, []).append(debt)
        if debt.creditor:
            received[debt.creditor] += debt.amount
    moving = True
    while moving:
        moving = False
        for debtor, debts in owed_by.items():
            means = debtor.deposits + debtor.credit_line - debtor.owes_first + received[debtor]
            share = min(1.0, max(0, means) / sum(debt.amount for debt in debts))
            for debt in debts:
                cut = paid[debt] - min(paid[debt], down(debt.amount * share))
                paid[debt] -= cut
                moving = moving or cut > 0
                if debt.creditor:
                    received[debt.creditor] -= cut
    return paid


def pay_debts(economy: SlowEconomy, due: list[Due], paid: dict[Due, int]) -> None:
    """Book the payments; what estates pay to banks repays their loans."""
    for debt in due:
        if debt.creditor:
            pay(debt.debtor, debt.creditor, paid[debt])
            economy.trade_credit -= paid[debt]
        else:
            lend(debt.debtor, -paid[debt])


def keep_arrears(economy: SlowEconomy, due: list[Due], paid: dict[Due, int]) -> None:
    """What was not paid is due again next month, with penalty interest as long as the debtor lives."""
    rate = economy.parameters.payment.penalty_rate / 12
    later = (economy.slot + 1) % SLOTS
    for firm in economy.firms:
        firm.arrears = 0
    for link in economy.links:
        link.payable[economy.slot] = 0
    for debt in due:
        rest = debt.amount - paid[debt]
        debt.debtor.arrears += rest if debt.debtor.living else 0
        penalty = down(rate * rest) if debt.creditor and debt.debtor.living else 0
        economy.trade_credit += penalty
        debt.debtor.interest += penalty
        if debt.creditor:
            debt.creditor.interest -= penalty
        if isinstance(debt.origin, Debt):
            debt.origin.amount, debt.origin.slot = rest + penalty, later
        elif debt.creditor:
            debt.origin.payable[later] += rest + penalty
    economy.runoff = [debt for debt in economy.runoff if debt.amount > 0]


def pay_senior_debts(economy: SlowEconomy, firm: Firm) -> int:
    """Draw the credit line where cash is short, pay imports and interest in full, then wages, then tax.

    Imports are bought on a bank's letter of credit and unpaid interest is added to the loan, so for
    these two the bank lends whatever is missing. Returns what it had to lend beyond the line.
    """
    shortage = max(0, firm.owes_first - firm.deposits)
    certain = firm.owes_imports + firm.owes_interest - firm.deposits
    drawn = max(min(shortage, firm.credit_line), certain)
    lend(firm, drawn)
    beyond_line = max(0, drawn - firm.credit_line)
    firm.credit_line = max(0, firm.credit_line - drawn)
    pay(firm, economy.world, firm.owes_imports)
    pay(firm, firm.bank, firm.owes_interest)
    wages = min(firm.owes_wages, firm.deposits)
    withheld = down(economy.parameters.government.income_tax * wages)
    pay(firm, economy.workers_of(firm), wages - withheld)
    pay(firm, economy.government, withheld)
    tax = min(firm.owes_tax, firm.deposits)
    pay(firm, economy.government, tax)
    firm.wages_due = firm.owes_wages - wages
    firm.tax_due = firm.owes_tax - tax
    firm.interest += firm.owes_interest
    return beyond_line


def pay_interest_and_transfers(economy: SlowEconomy) -> None:
    """Banks pay for deposits; the government pays for its debt, benefits and transfers."""
    credit = economy.parameters.credit
    rate = max(0.0, economy.policy_rate - credit.deposit_spread) / 12
    for firm in economy.firms:
        earned = nearest(rate * max(firm.deposits, 0))
        pay(firm.bank, firm, earned)
        firm.interest -= earned
    for cell in economy.households:
        earned = nearest(rate * max(cell.deposits, 0))
        pay(cell.bank, cell, earned)
        pay(cell, economy.government, down(economy.parameters.government.income_tax * earned))
    pay_public_interest_and_benefits(economy)


def pay_public_interest_and_benefits(economy: SlowEconomy) -> None:
    """Coupons, interest on reserves or advances, transfers to cells, benefit for those without work."""
    tax, rate = economy.parameters.government, economy.policy_rate / 12
    coupons = {bank: nearest(rate * bank.bonds) for bank in economy.banks}
    reserves = {bank: nearest(rate * bank.reserves) for bank in economy.banks}
    for bank in economy.banks:
        pay(bank, economy.government, max(-reserves[bank], 0))
    transfers = int(economy.opening_transfers * economy.public_growth * economy.price_trend)
    micro_pay = economy.opening_micro_pay * economy.wage_index
    benefits = int(tax.benefit_rate * micro_pay * max(0.0, economy.unemployed()))
    on_reserves = {bank: max(won, 0) for bank, won in reserves.items()}
    fund_government(economy, transfers + benefits + sum(coupons.values()) + sum(on_reserves.values()))
    for bank in economy.banks:
        pay(economy.government, bank, coupons[bank] + on_reserves[bank])
    parts = largest_remainder(transfers, [cell.transfer_share for cell in economy.households])
    for cell, part in zip(economy.households, parts, strict=True):
        pay(economy.government, cell, part)
    pay(economy.government, economy.households[-1], benefits)


def close_accounts(economy: SlowEconomy) -> None:
    """Operating profit less interest enters the profit of the month and of the year, to which losses come."""
    for firm in economy.firms:
        operating = firm.sales - firm.purchases - firm.wage_bill - firm.depreciation
        earn(firm, operating - firm.interest)
        firm.profit_trend += (operating - firm.profit_trend) / 12
        firm.year_sales += firm.sales
        firm.year_value_added += firm.sales - firm.purchases


def record_households(economy: SlowEconomy, opening: dict) -> None:
    """A cell's income is what came in besides what it spent on purpose."""
    for cell in economy.households:
        spent = cell.consumption + cell.owners_spent
        cell.income = cell.deposits - opening[cell] + spent
        cell.income_history[economy.month % 12] = cell.income
        cell.wealth_history[economy.month % 12] = cell.deposits
