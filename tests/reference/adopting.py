"""Smart factories: who takes the next level, what it costs and brings."""

from __future__ import annotations

from sim.core.draws import Decision

from .state import YEARS, Firm, SlowEconomy, sector_mean
from .won import nearest

SME, HIGHEST = 2, 4


def adopt_smart_factories(economy: SlowEconomy) -> dict[Firm, float]:
    """Small firms that consider the next level take it if it pays and they can pay; return their gains."""
    weight, price = economy.parameters.smart_factory, economy.investment_price
    means = {sector: sector_mean(sector, "knowledge") for sector in economy.sectors}
    success = {}
    for firm in economy.firms:
        if firm.living and firm.size_class >= SME and firm.smart_level < HIGHEST:
            peers = part_of_peers(firm)
            chance = (weight.adoption + weight.adoption_by_peers * peers) * YEARS
            absorbed = min(1.0, (firm.knowledge / means[firm.sector]) ** weight.absorption)
            reached = absorbed * (1 - peers)
            busy = firm.sales > 0 and firm.capital > 0
            wants = busy and is_worth_it(economy, firm, weight.gain * reached, price)
            if wants and economy.happens(chance, Decision.ADOPTION, firm.uid):
                success[firm] = reached
    for firm, reached in success.items():
        install(economy, firm, reached, price)
    economy.count("adoptions", len(success))
    return {firm: 1 + weight.gain * reached for firm, reached in success.items()}


def part_of_peers(firm: Firm) -> float:
    """Part of the small and medium-sized firms of its sector that have the firm's next level."""
    small = [other for other in firm.sector.firms if other.living and other.size_class >= SME]
    return sum(other.smart_level > firm.smart_level for other in small) / max(len(small), 1)


def cost_of_level(economy: SlowEconomy, firm: Firm) -> int:
    """Won: a part of yearly sales."""
    return nearest(economy.parameters.smart_factory.cost * 12 * firm.sales)


def is_worth_it(economy: SlowEconomy, firm: Firm, gain: float, price: float) -> bool:
    """Whether what is saved in pay, less upkeep, is worth the cost at the firm's rate; and cash or credit."""
    weight, cost = economy.parameters.smart_factory, cost_of_level(economy, firm)
    pay = 12 * firm.wage * firm.workers * (1 + economy.parameters.government.payroll_tax)
    saved = pay * gain / (1 + gain) - economy.parameters.production.depreciation * cost
    worth = annuity(firm.loan_rate, weight.years) * saved
    return worth >= cost and economy.spare_cash(firm, price) + firm.credit_line >= cost


def annuity(rate: float, years: float) -> float:
    """Present value of one won a year for some years."""
    return (1 - (1 + rate) ** -years) / rate if rate > 0 else years


def install(economy: SlowEconomy, firm: Firm, reached: float, price: float) -> None:
    """Order equipment that adds no capacity; quality rises, stocks beyond what a month needs fall."""
    weight, cost = economy.parameters.smart_factory, cost_of_level(economy, firm)
    retool(firm, cost / price)
    firm.smart_level += 1
    firm.smart_spent += cost
    firm.quality *= 1 + weight.quality * reached
    firm.stock_months *= 1 - weight.stock * reached
    for group in firm.groups:
        group.target_months -= weight.stock * reached * max(0.0, group.target_months - 1)


def retool(firm: Firm, units: float) -> None:
    """Order equipment for next month; the firm makes as much as before with more capital."""
    firm.capital_productivity *= firm.capital / (firm.capital + units)
    firm.equipment += units
