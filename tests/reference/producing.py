"""Credit for the month, work, output, deliveries, invoices, final sales."""

from __future__ import annotations

import math

from .books import change, fund_government, pay
from .state import SLOTS, Firm, Group, Link, SlowEconomy, total
from .won import cumulative_spread, nearest

SME = 2  # size classes from here on are small or medium-sized
ESSENTIAL, IMPORTANT = 0, 1


def grant_credit(economy: SlowEconomy) -> None:
    """Banks price the risk of failure and lend up to the debt ceiling and some working capital."""
    weight, price = economy.parameters.credit, economy.investment_price
    for bank in economy.banks:
        loans = sum(firm.loans for firm in economy.firms if firm.bank is bank)
        bank.capital_ratio = bank.deposits / max(loans, 1)
    for firm in economy.firms:
        assets = max(economy.assets(firm, price), 1.0)
        risk = default_probability(economy, firm, assets)
        premium = weight.sme_premium if firm.size_class >= SME else 0.0
        margin = weight.lending_spread + weight.loss_given_default * risk + premium
        firm.loan_rate = economy.policy_rate + margin
        sound = firm.bank.capital_ratio >= weight.capital_requirement
        granted = firm.living and sound and risk <= weight.risk_ceiling
        limit = weight.debt_ceiling * assets + weight.working_months * firm.sales
        firm.credit_line = int(max(0.0, limit - firm.loans)) if granted else 0


def default_probability(economy: SlowEconomy, firm: Firm, assets: float) -> float:
    """Logistic in debt over assets, interest over profit (at most 1) and months in arrears."""
    weight, interest = economy.parameters.credit, firm.loan_rate / 12 * firm.loans
    burden = 1.0 if interest > 0 else 0.0
    if firm.profit_trend > interest:
        burden = interest / firm.profit_trend
    score = weight.risk_constant + weight.risk_leverage * firm.loans / assets
    score += weight.risk_cover * burden + weight.risk_arrears * firm.arrears_months
    return 1 / (1 + math.exp(-score))


def fund_plans(economy: SlowEconomy) -> None:
    """A firm that cannot pay for its plan before sales come in cuts it; invoices due can wait."""
    price = economy.investment_price
    for firm in economy.firms:
        firm.receivable = 0
    for link in economy.links:
        if link.supplier:
            link.supplier.receivable += link.payable[economy.slot]
    for debt in economy.runoff:
        if debt.slot == economy.slot:
            debt.creditor.receivable += debt.amount
    for firm in economy.firms:
        left = max(0.0, means_for_production(firm, price))
        pay_bill = firm.wage * firm.workers + economy.planned_research(firm, firm.planned_output)
        materials = firm.material_coefficient * firm.planned_output * firm.sector.material_price
        outlays = pay_bill * (1 + economy.parameters.government.payroll_tax) + materials
        firm.funded = left / outlays if outlays > left else 1.0
        firm.planned_output *= firm.funded


def means_for_production(firm: Firm, equipment_price: float) -> float:
    """Cash, credit and this month's receipts less equipment, interest, and pay and tax in arrears."""
    on_offer = firm.planned_output + firm.stock
    sales = firm.price * min(firm.home_asked + firm.exports_asked, on_offer)
    means = firm.deposits + firm.credit_line + firm.receivable + sales
    equipment, interest = firm.investment * equipment_price, firm.loan_rate / 12 * firm.loans
    return means - equipment - interest - firm.wages_due - firm.tax_due


def staff_up(economy: SlowEconomy) -> None:
    """Firms staff what plan and capital allow, step by step; a region's job seekers limit hiring there."""
    speed, wish = economy.parameters.labour, {}
    for firm in economy.firms:
        reachable = min(firm.planned_output, firm.capital_productivity * firm.capital)
        need = reachable / firm.productivity
        most = (1 + speed.hoarding) * need
        step = 0.0
        if firm.workers < need:
            step = speed.hiring_speed * (need - firm.workers)
        if firm.workers > most:
            step = -speed.firing_speed * (firm.workers - most)
        wish[firm] = step if firm.living else -firm.workers
    for region, force in enumerate(economy.labour_force):
        local = [firm for firm in economy.firms if firm.region == region]
        seekers = speed.matching * (force - total(firm.workers for firm in local))
        wanted = total(max(0.0, wish[firm]) for firm in local)
        rate = max(seekers, 0.0) / wanted if wanted > seekers and wanted > 0 else 1.0
        for firm in local:
            firm.workers += wish[firm] * rate if wish[firm] > 0 else wish[firm]


def produce(economy: SlowEconomy) -> None:
    """Output is the plan, or what capital, hands or inputs allow; inputs are used up."""
    for firm in economy.firms:
        capacity = firm.capital_productivity * firm.capital
        hands = firm.productivity * firm.workers * economy.parameters.production.overtime
        firm.output = min(firm.planned_output, capacity, hands, input_limit(firm, capacity))
        for group in firm.groups:
            group.used = min(group.stock, group.coefficient * firm.output)
            group.stock -= group.used


def input_limit(firm: Firm, capacity: float) -> float:
    """Essential inputs bind fully, important ones half-way between their reach and capacity."""
    limit = math.inf
    for group in firm.groups:
        if group.coefficient > 0 and group.criticality in (ESSENTIAL, IMPORTANT):
            reach = group.stock / group.coefficient
            limit = min(limit, reach if group.criticality == ESSENTIAL else (reach + capacity) / 2)
    return limit


def deliver(economy: SlowEconomy) -> None:
    """Goods go out in proportion to orders; inputs into store, invoices into the ring of due months."""
    chain_rate = {}
    for firm in economy.firms:
        chain_rate[firm], firm.final_rate = delivery_rates(economy, firm)
        available = firm.output + firm.stock
        firm.delivered = min(firm.demand, available)
        firm.fill_rate = firm.delivered / firm.demand if firm.demand > 0 else 1.0
        firm.stock = available - firm.delivered
        firm.sales = firm.purchases = 0
        firm.substitutes = 0.0
    for group in economy.groups:
        for link in group.links:
            link.delivery = link.order * chain_rate[link.supplier] if link.supplier else 0.0
        group.imported = import_substitutes(economy, group)
        group.stock += total(link.delivery for link in group.links) + group.imported
    for link in economy.links:
        write_invoice(economy, link)


def import_substitutes(economy: SlowEconomy, group: Group) -> float:
    """Units of needed inputs imported, at a premium, in place of a part of what was not delivered."""
    weight = economy.parameters.production
    missing = group.wanted - total(link.delivery for link in group.links)
    if group.criticality not in (ESSENTIAL, IMPORTANT) or missing <= 1e-9 * group.wanted:
        return 0.0
    bought = weight.import_substitution * missing
    group.buyer.substitutes += (1 + weight.import_premium) * economy.import_price * bought
    return bought


def delivery_rates(economy: SlowEconomy, firm: Firm) -> tuple[float, float]:
    """Part delivered of other firms' orders and of final demand."""
    available, final = firm.output + firm.stock, firm.home_asked + firm.exports_asked
    if economy.parameters.production.firms_first:
        chain = firm.demand - final
        left = max(0.0, available - chain)
        return part_delivered(available, chain), part_delivered(left, final)
    same = part_delivered(available, firm.demand)
    return same, same


def part_delivered(available: float, demand: float) -> float:
    """Return r = min(1, available / demand)."""
    return available / demand if demand > available else 1.0


def write_invoice(economy: SlowEconomy, link: Link) -> None:
    """Note what the buyer owes for this month's delivery, due when the terms end."""
    link.invoice = nearest(link.price * link.delivery)
    link.payable[(economy.month + link.terms) % SLOTS] += link.invoice
    link.year_deliveries += link.invoice
    link.buyer.purchases += link.invoice
    if link.supplier:
        link.supplier.sales += link.invoice
    economy.trade_credit += link.invoice


def sell_to_final_users(economy: SlowEconomy) -> None:
    """Final users pay what was delivered; scarce goods are shared out alike among them."""
    home = {firm: nearest(firm.price * firm.home_asked * firm.final_rate) for firm in economy.firms}
    paid = bill_users(economy, home)
    fund_government(economy, paid[economy.government])
    for user, won in paid.items():
        change(user, -won)
    for firm in economy.firms:
        change(firm, home[firm])
    for firm in economy.firms:
        abroad = nearest(firm.price * firm.exports_asked * firm.final_rate)
        pay(economy.world, firm, abroad)
        firm.sales += home[firm] + abroad
    buy_imports(economy, paid)
    renew_capital(economy)


def bill_users(economy: SlowEconomy, home: dict[Firm, int]) -> dict:
    """Spread the revenue of the home market over its users, by units asked for and their price."""
    price = {}
    for sector in economy.sectors:
        revenue = sum(home[firm] for firm in sector.firms)
        price[sector] = revenue / sector.home_asked if sector.home_asked > 0 else float(revenue)
    basket = total(sector.household_share * price[sector] for sector in economy.sectors)
    bundle = total(sector.investment_share * price[sector] for sector in economy.sectors)
    weight = {cell: cell.baskets * basket for cell in economy.households}
    weight[economy.government] = total(sector.government_asked * price[sector] for sector in economy.sectors)
    weight |= {firm: firm.investment * bundle for firm in economy.firms}
    parts = cumulative_spread(sum(home.values()), list(weight.values()))
    return dict(zip(weight, parts, strict=True))


def buy_imports(economy: SlowEconomy, paid: dict) -> None:
    """Buy the imported parts of baskets, public purchases and investment; households pay sales tax."""
    tax, price = economy.parameters.government, economy.import_price
    basket_part = 1 - total(sector.household_share for sector in economy.sectors)
    bundle_part = 1 - total(sector.investment_share for sector in economy.sectors)
    public = int(economy.imported_government * economy.public_growth * price)
    fund_government(economy, public)
    pay(economy.government, economy.world, public)
    for cell in economy.households:
        imports = nearest(cell.baskets * basket_part * price)
        spent = paid[cell] + imports
        sales_tax = nearest(tax.sales_tax * spent)
        pay(cell, economy.world, imports)
        pay(cell, economy.government, sales_tax)
        cell.consumption = spent + sales_tax
    for firm in economy.firms:
        imports = nearest(firm.investment * bundle_part * price)
        pay(firm, economy.world, imports)
        firm.investment_spending = paid[firm] + imports


def renew_capital(economy: SlowEconomy) -> None:
    """Capital wears out and grows by the investment goods that arrived."""
    filled, price = 1.0, economy.investment_price
    for sector in economy.sectors:
        got = total(firm.home_asked * firm.final_rate for firm in sector.firms)
        part = got / sector.home_asked if sector.home_asked > 0 else 0.0
        filled -= sector.investment_share * (1 - part)
    wear = economy.parameters.production.depreciation / 12
    for firm in economy.firms:
        firm.depreciation = nearest(wear * firm.capital * price)
        firm.capital = (1 - wear) * firm.capital + firm.investment * filled
