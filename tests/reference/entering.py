"""Entry: a potential firm starts when profit beckons and it finds first customers."""

from __future__ import annotations

from sim.core.draws import Decision

from .books import change
from .contracting import flow_of, sign_contract
from .failing import end_contracts, share_out_markets
from .requirements import required_score
from .state import YEARS, Firm, Link, Sector, SlowEconomy, total
from .won import down, largest_remainder


def enter_firms(economy: SlowEconomy) -> None:
    """Those who want to enter look for customers; those who find enough of them start."""
    willing = [firm for firm in economy.firms if wants_to_enter(economy, firm)]
    orders = pilot_orders(economy, willing)
    starting = {}
    for firm in willing:
        at_home = firm.entry_home_share * firm.sector.home_asked
        demand = min(total(flow_of(link) for link in orders[firm]) + at_home, firm.entry_output)
        if demand >= economy.parameters.lifecycle.least_demand * firm.entry_output:
            starting[firm] = demand
    found(economy, starting)
    signed = sorted((link.row, link, firm) for firm in starting for link in orders[firm])
    end_contracts(economy, [link for _, link, _ in signed])
    for _, link, firm in signed:
        sign_contract(economy, link, firm)
    economy.count("entries", len(starting))


def wants_to_enter(economy: SlowEconomy, firm: Firm) -> bool:
    """Chance of entry: a rate times the sector's margin over its opening value, to a power."""
    if not firm.waiting or firm.cohort > economy.age:
        return False
    weight, sector = economy.parameters.lifecycle, firm.sector
    expected = margin(sector)
    if expected <= 0:
        return False
    relative = expected / max(sector.margin, 1e-9)
    chance = min(1.0, weight.entry_rate * YEARS * relative**weight.entry_response)
    return economy.happens(chance, Decision.ENTRY, firm.uid)


def margin(sector: Sector) -> float:
    """Smoothed operating profit over sales of the living."""
    sales = sum(firm.sales for firm in sector.firms if firm.living)
    profit = total(firm.profit_trend for firm in sector.firms if firm.living)
    return profit / sales if sales > 0 else profit


def pilot_orders(economy: SlowEconomy, willing: list[Firm]) -> dict[Firm, list[Link]]:
    """Each newcomer asks buyers that know it, in an order of its own, until its output is sold.

    A buyer offers the smallest link of the group, and only to the first newcomer that asks.
    """
    orders: dict[Firm, list[Link]] = {}
    promised: set[Link] = set()
    for firm in willing:
        offers = [link for link in offers_to(economy, firm) if link not in promised]
        promised.update(offers)
        orders[firm], sold = [], 0.0
        for link in offers:
            sold += flow_of(link)
            if sold > firm.entry_output:
                break
            orders[firm].append(link)
    return orders


def offers_to(economy: SlowEconomy, firm: Firm) -> list[Link]:
    """Smallest links of living buyers that list the firm and accept its price, in the order drawn.

    A buyer needs no more than the firm plans to make.
    """
    accepted = 1 + economy.parameters.lifecycle.pilot_premium
    offers = []
    for group in economy.groups:
        if firm in group.candidates and group.buyer.living and group.buyer is not firm:
            link = min(group.links, key=lambda link: link.share)
            accepts = firm.esg >= required_score(economy, group.buyer)
            cheap_enough = accepts and link.supplier and firm.price <= link.price * accepted
            if cheap_enough and flow_of(link) <= firm.entry_output:
                offers.append(link)
    return sorted(offers, key=lambda link: economy.drawn(Decision.PILOT, firm.uid, link.buyer.uid, month=0))


def found(economy: SlowEconomy, starting: dict[Firm, float]) -> None:
    """Households pay in equity; the firms begin with the demand they have found, without capital or staff."""
    raise_equity(economy, starting)
    for firm, demand in starting.items():
        firm.living, firm.waiting, firm.birth = True, False, economy.month
        firm.expected_demand = firm.demand = demand
        firm.home_share = firm.entry_home_share
    share_out_markets(economy)


def raise_equity(economy: SlowEconomy, starting: dict[Firm, float]) -> None:
    """All cells share in the equity by their deposits; where they cannot afford all, each firm gets less."""
    weight, price = economy.parameters.lifecycle, economy.investment_price
    needed = {}
    for firm, demand in starting.items():
        capital = demand / (economy.parameters.production.normal_use * firm.capital_productivity)
        costs = weight.starting_months * demand * firm.unit_cost
        needed[firm] = weight.entry_equity * (capital * price + costs)
    deposits = [float(max(0, cell.deposits)) for cell in economy.households]
    part = min(1.0, weight.affordable * total(deposits) / max(total(needed.values()), 1.0))
    equity = {firm: down(won * part) for firm, won in needed.items()}
    for firm, won in equity.items():
        change(firm, won)
    paid = largest_remainder(sum(equity.values()), deposits)
    for cell, won in zip(economy.households, paid, strict=True):
        change(cell, -won)
        cell.owners_spent += won
