"""Unit costs, list prices, market shares, contract reviews."""

from __future__ import annotations

import math

from sim.core.draws import Decision

from .state import Firm, Link, Sector, SlowEconomy, mean_price, total


def update_costs_and_prices(economy: SlowEconomy) -> None:
    """Recompute unit costs; list prices move towards them; market shares follow price and service."""
    weight = economy.parameters.pricing
    kept = weight.stickiness * (1 + weight.trend_inflation * weight.indexation / 12)
    for firm in economy.firms:
        firm.unit_cost = unit_cost(economy, firm)
        firm.price = kept * firm.price + (1 - weight.stickiness) * (1 + firm.markup) * firm.unit_cost
    for sector in economy.sectors:
        made = [firm.output if firm.living else 0.0 for firm in sector.firms]
        sector.price_level = mean_price(sector, made)
    for sector in economy.sectors:
        move_market_shares(economy, sector)


def unit_cost(economy: SlowEconomy, firm: Firm) -> float:
    """c = (inputs + imported materials) with a month's interest + labour with payroll tax."""
    inputs = total(
        group.coefficient * total(link.share * link.price for link in group.links) for group in firm.groups
    )
    materials = firm.material_coefficient * firm.sector.material_price
    labour = firm.wage * (1 + economy.parameters.government.payroll_tax) / firm.productivity
    return (inputs + materials) * (1 + firm.loan_rate / 12) + labour


def move_market_shares(economy: SlowEconomy, sector: Sector) -> None:
    """Replicator: shares grow with attraction over the mean, and with taste; markups follow shares."""
    weight, old = economy.parameters.demand, {firm: firm.home_share for firm in sector.firms}
    attraction = {firm: firm.quality * firm.fill_rate / firm.price for firm in sector.firms}
    mean = total(old[firm] * attraction[firm] for firm in sector.firms)
    new = {}
    for firm in sector.firms:
        relative = attraction[firm] / (mean if mean > 0 else 1.0)
        moved = old[firm] * max(0.0, 1 + weight.selection / 12 * (relative - 1))
        new[firm] = moved * taste(economy, firm) if firm.living else 0.0
    of_all = total(new.values())
    for firm in sector.firms:
        firm.home_share = new[firm] / of_all if of_all > 0 else 0.0
        if old[firm] > 0 and firm.home_share > 0:
            firm.markup *= (firm.home_share / old[firm]) ** economy.parameters.pricing.markup_response


def taste(economy: SlowEconomy, firm: Firm) -> float:
    """Factor of mean one by which taste moves a firm's share; less if it makes more than was typical."""
    weight = economy.parameters.demand
    if weight.volatility == 0:
        return 1.0
    size = max(firm.output, 1e-300) / economy.typical_output
    sigma = min(0.5, weight.volatility / math.sqrt(12) * size**-weight.volatility_exponent)
    return math.exp(sigma * economy.normal(Decision.DEMAND_SHOCK, firm.uid) - sigma**2 / 2)


def bargaining_power(economy: SlowEconomy, supplier_share: float, buyer_share: float) -> float:
    """Return phi = s^h / (s^h + b^h)."""
    exponent = economy.parameters.pricing.power_exponent
    supplier, buyer = supplier_share**exponent, buyer_share**exponent
    return supplier / max(supplier + buyer, 1e-300)


def review_contracts(economy: SlowEconomy) -> None:
    """In the yearly review the supplier may raise the price to the negotiated one, or the buyer cut it."""
    for link in economy.links:
        if link.supplier and link.next_review <= economy.month:
            link.next_review += 12
            if link.buyer.living:
                review(economy, link)


def review(economy: SlowEconomy, link: Link) -> None:
    """Agreed price c + phi (v - c); reopened with chances theta phi^q and theta (1 - phi)^q CR."""
    weight, supplier = economy.parameters.pricing, link.supplier
    bought = min(1.0, link.invoice / max(supplier.sales, 1))
    power = bargaining_power(economy, link.share, bought + link.tied * (1 - bought))
    outside = link.outside_option * supplier.sector.price_level
    agreed = max(0.0, supplier.unit_cost + power * (outside - supplier.unit_cost))
    up = weight.review_rate * power**weight.review_exponent
    down = min(1.0, weight.review_rate * (1 - power) ** weight.review_exponent * weight.cost_cutting)
    if economy.happens(up, Decision.SUPPLIER_REVIEW, supplier.uid, link.buyer.uid):
        link.price = max(link.price, agreed)
    elif economy.happens(down, Decision.BUYER_REVIEW, supplier.uid, link.buyer.uid):
        link.price = min(link.price, agreed)
    if weight.payment_in_prices > 0:
        ask_back_interest(economy, link)


def ask_back_interest(economy: SlowEconomy, link: Link) -> None:
    """Without policies everybody pays as agreed, so that only what is in the price already is given back."""
    interest = economy.parameters.pricing.payment_in_prices * link.buyer.loan_rate / 12
    link.price *= 1 + interest * link.sooner
    link.sooner = 0


def sign_contract(economy: SlowEconomy, link: Link, supplier: Firm, price: float | None = None) -> None:
    """Start a contract at the list price or another agreed; the buyer's alternative is what explains it."""
    link.supplier, link.price = supplier, supplier.price if price is None else price
    link.next_review, link.since = economy.month + 12, economy.month
    link.sooner, link.tied = 0, 0.0
    flow = flow_of(link)
    power = bargaining_power(economy, link.share, flow / max(supplier.demand, flow, 1e-9))
    cost = supplier.unit_cost
    option = cost + (link.price - cost) / max(power, 1e-6)
    link.outside_option = max(option, cost) / max(supplier.sector.price_level, 1e-9)
    economy.count("new_contracts")


def flow_of(link: Link) -> float:
    """Units a month the buyer's plan needs from a link."""
    return link.group.coefficient * link.share * link.buyer.planned_output
