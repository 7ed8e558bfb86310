"""What happens in December: corporate tax, borrowing, dividends, repayment, tiers."""

from __future__ import annotations

import math

from .books import earn, issue_bonds, lend, pay
from .planning import above_size_limit
from .state import Firm, SlowEconomy
from .won import down, largest_remainder, nearest

CONGLOMERATE, OUTSIDE = 0, 9
SME = 2  # size classes from here on are small or medium-sized
PRECISION = 1e-9  # of the average distance from final use


def pay_bonuses(economy: SlowEconomy) -> None:
    """Workers get a share of the year's profit, as far as there is cash and a ceiling over pay allows."""
    weight, tax = economy.parameters.labour, economy.parameters.government
    for firm in economy.firms:
        profit = max(firm.year_profit, 0) if firm.living else 0
        most = min(max(firm.deposits, 0), (1 + tax.payroll_tax) * weight.bonus_ceiling * firm.year_wages)
        cost = down(min(weight.bonus_share * profit, most))
        bonus = down(cost / (1 + tax.payroll_tax))
        withheld = down(tax.income_tax * bonus)
        pay(firm, economy.workers_of(firm), bonus - withheld)
        pay(firm, economy.government, withheld + cost - bonus)
        earn(firm, -cost)
        firm.bonus_rate = bonus / max(firm.year_wages, 1)


def tax_profits(economy: SlowEconomy) -> None:
    """Collect corporate tax on what the year earned beyond old losses; what cannot be paid stays due."""
    for firm in economy.firms:
        taxed = taxed_profit(economy, firm) if firm.living else 0
        firm.owes_profit_tax = nearest(economy.parameters.government.corporate_tax * taxed)
        paid = min(firm.owes_profit_tax, max(firm.deposits, 0))
        pay(firm, economy.government, paid)
        firm.tax_due += firm.owes_profit_tax - paid


def taxed_profit(economy: SlowEconomy, firm: Firm) -> int:
    """A loss is kept for later years; it frees all profit of an SME and a part of that of others."""
    if firm.year_profit < 0:
        firm.tax_losses -= firm.year_profit
        return 0
    part = 1.0 if firm.size_class >= SME else economy.parameters.government.loss_offset
    used = min(firm.tax_losses, down(part * firm.year_profit))
    firm.tax_losses -= used
    return firm.year_profit - used


def raise_debt(economy: SlowEconomy) -> None:
    """Where profit is tied up in growth, a firm below its normal debt borrows what its dividend lacks.

    Debt may grow with the economy, and by a part of what it is short of its normal share of assets.
    """
    price, weight = economy.investment_price, economy.parameters.credit
    growth = economy.productivity_growth + economy.parameters.pricing.trend_inflation
    for firm in economy.firms:
        normal = firm.normal_debt * economy.assets(firm, price)
        after_tax = firm.year_profit - firm.owes_profit_tax
        if firm.living and after_tax > 0 and normal > firm.loans:
            room = growth * firm.loans + weight.debt_adjustment * (normal - firm.loans)
            lacking = after_tax - economy.spare_cash(firm, price)
            drawn = down(max(0, min(lacking, room, firm.credit_line)))
            lend(firm, drawn)
            firm.credit_line -= drawn


def pay_dividends(economy: SlowEconomy) -> None:
    """Owners get profit after tax as far as cash is spare."""
    price = economy.investment_price
    for firm in economy.firms:
        if firm.living:
            after_tax = firm.year_profit - firm.owes_profit_tax
            dividend = max(0, min(after_tax, economy.spare_cash(firm, price)))
            withheld = down(economy.parameters.government.income_tax * dividend)
            pay(firm, economy.owners_of(firm), dividend - withheld)
            pay(firm, economy.government, withheld)


def sweep_estates(economy: SlowEconomy) -> None:
    """Owners get what reached failed firms after their end."""
    for firm in economy.firms:
        if not firm.living and firm.closing == 0 and firm.deposits > 0:
            pay(firm, economy.owners_of(firm), firm.deposits)


def repay_loans(economy: SlowEconomy) -> None:
    """Use spare cash to bring debt back to what is normal for the firm, a share of its assets."""
    price = economy.investment_price
    for firm in economy.firms:
        if firm.living:
            spare = max(0, economy.spare_cash(firm, price))
            excess = max(0, firm.loans - nearest(firm.normal_debt * economy.assets(firm, price)))
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


def refresh_places(economy: SlowEconomy) -> None:
    """Say again where firms stand in chains."""
    refresh_tiers(economy)
    refresh_upstreamness(economy)


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


def refresh_upstreamness(economy: SlowEconomy) -> None:
    """Average distance from final use: one, and the customers' own weighted with their part of sales."""
    distance, widest = dict.fromkeys(economy.firms, 1.0), math.inf
    while widest >= PRECISION * max(distance.values()):
        farther = dict.fromkeys(economy.firms, 0.0)
        for link in economy.links:
            if link.supplier and link.since < economy.month:
                farther[link.supplier] += link.invoice / max(link.supplier.sales, 1) * distance[link.buyer]
        moved = {firm: 1 + steps for firm, steps in farther.items()}
        widest = max(abs(moved[firm] - distance[firm]) for firm in economy.firms)
        distance = moved
    for firm in economy.firms:
        firm.upstreamness = distance[firm]


def close_year(economy: SlowEconomy) -> None:
    """Redeem bonds with surplus cash; start the yearly sums anew."""
    keeps = int(economy.government_cash * economy.price_trend)
    held = sum(bank.bonds for bank in economy.banks)
    if economy.government.deposits > keeps:
        issue_bonds(economy, -min(economy.government.deposits - keeps, held))
    for firm in economy.firms:
        above = firm.living and above_size_limit(economy, firm, firm.year_sales)
        firm.years_over = firm.years_over + 1 if above else 0
        firm.year_sales_past = firm.year_sales
        firm.year_sales = firm.year_wages = firm.year_profit = firm.year_value_added = 0
    for link in economy.links:
        link.year_deliveries = 0
        link.tied *= 1 - economy.parameters.production.depreciation
