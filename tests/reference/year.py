"""What happens in December: corporate tax, dividends, repayment, tiers."""

from __future__ import annotations

from .books import issue_bonds, lend, pay
from .state import Firm, SlowEconomy
from .won import down, largest_remainder, nearest

CONGLOMERATE, OUTSIDE = 0, 9


def tax_profits(economy: SlowEconomy) -> None:
    """Collect corporate tax on the year's profit; what cannot be paid stays due."""
    for firm in economy.firms:
        due = corporate_tax(economy, firm) if firm.living else 0
        paid = min(due, max(firm.deposits, 0))
        pay(firm, economy.government, paid)
        firm.tax_due += due - paid


def corporate_tax(economy: SlowEconomy, firm: Firm) -> int:
    """Won of tax on the year's profit."""
    return nearest(economy.parameters.government.corporate_tax * max(firm.year_profit, 0))


def pay_dividends(economy: SlowEconomy) -> None:
    """Owners get profit after tax as far as cash exceeds the target; then debt; then estates."""
    for firm in economy.firms:
        if firm.living:
            after_tax = firm.year_profit - corporate_tax(economy, firm)
            spare = firm.deposits - nearest(economy.cash_target(firm))
            dividend = max(0, min(after_tax, spare))
            withheld = down(economy.parameters.government.income_tax * dividend)
            pay(firm, economy.owners_of(firm), dividend - withheld)
            pay(firm, economy.government, withheld)
    repay_loans(economy)
    for firm in economy.firms:
        if not firm.living and firm.closing == 0 and firm.deposits > 0:
            pay(firm, economy.owners_of(firm), firm.deposits)


def repay_loans(economy: SlowEconomy) -> None:
    """Use spare cash to bring debt back to its normal share of assets."""
    share, price = economy.parameters.credit.debt_share, economy.investment_price
    for firm in economy.firms:
        if firm.living:
            spare = max(0, firm.deposits - nearest(economy.cash_target(firm)))
            excess = max(0, firm.loans - nearest(share * economy.assets(firm, price)))
            lend(firm, -min(spare, excess))
        firm.guaranteed = min(firm.guaranteed, firm.loans)


def pay_bank_dividends(economy: SlowEconomy) -> None:
    """Banks pay out what they hold above their capital target."""
    weight = [cell.ownership for cell in economy.households]
    for bank in economy.banks:
        loans = sum(firm.loans for firm in economy.firms if firm.bank is bank)
        spare = max(0, bank.deposits - nearest(economy.parameters.credit.capital_target * loans))
        withheld = down(economy.parameters.government.income_tax * spare)
        for cell, part in zip(economy.households, largest_remainder(spare - withheld, weight), strict=True):
            pay(bank, cell, part)
        pay(bank, economy.government, withheld)


def refresh_tiers(economy: SlowEconomy) -> None:
    """A supplier is one step further from a conglomerate than its nearest customer."""
    for firm in economy.firms:
        firm.tier = 0 if firm.kind == CONGLOMERATE and firm.living else OUTSIDE
    moving = True
    while moving:
        moving = False
        for link in economy.links:
            if link.supplier and link.supplier.tier > link.buyer.tier + 1:
                link.supplier.tier = link.buyer.tier + 1
                moving = True


def close_year(economy: SlowEconomy) -> None:
    """Redeem bonds with surplus cash; start the yearly sums anew."""
    keeps = int(economy.government_cash * economy.price_trend)
    held = sum(bank.bonds for bank in economy.banks)
    if economy.government.deposits > keeps:
        issue_bonds(economy, -min(economy.government.deposits - keeps, held))
    for firm in economy.firms:
        firm.year_sales_past = firm.year_sales
        firm.year_sales = firm.year_profit = firm.year_value_added = firm.year_wages = 0
    for link in economy.links:
        link.year_deliveries = 0
