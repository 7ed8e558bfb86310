"""What everybody wants this month: output, goods, inputs."""

from __future__ import annotations

import math

from .requirements import export_access
from .state import Cell, Firm, Group, SlowEconomy, total


def move_the_world(economy: SlowEconomy) -> None:
    """Prices abroad follow trend inflation; materials jump, for good or for a time, and goods with them."""
    pricing = economy.parameters.pricing
    for sector in economy.sectors:
        sector.foreign_price = economy.import_price
        sector.material_price = economy.price_trend * (1 + economy.material_jump)
    if economy.age > 0:
        economy.trend_index *= (1 + economy.productivity_growth) ** (1 / 12)
        for link in economy.links:
            link.price *= (1 + pricing.trend_inflation * pricing.indexation) ** (1 / 12)


def plan_output(economy: SlowEconomy) -> None:
    """Each firm expects what it saw and the trend, and plans to fill its stock of finished goods."""
    for firm in economy.firms:
        firm.expected_demand = expected_demand(economy, firm) if firm.living else 0.0
        firm.planned_output = planned_output(economy, firm) if firm.living else 0.0


def expected_demand(economy: SlowEconomy, firm: Firm) -> float:
    """De' = trend (l D + (1 - l) De)."""
    weight = economy.parameters.demand.smoothing
    growth = (1 + economy.productivity_growth) ** (1 / 12)
    return growth * (weight * firm.demand + (1 - weight) * firm.expected_demand)


def planned_output(economy: SlowEconomy, firm: Firm) -> float:
    """Y = max(0, De + (n De - S) / t), with restraint below the limit where SME benefits end.

    A firm plans for no more than its capital can make, as far as it is not shut; a new one has none yet.
    """
    expected, months = firm.expected_demand, economy.parameters.demand.stock_adjustment
    planned = max(0.0, expected + (firm.stock_months * expected - firm.stock) / months)
    size = economy.parameters.lifecycle
    limit = size.size_limit * economy.price_trend
    at_limit = limit / 12 / max(firm.price, 1e-9)
    if not above_size_limit(economy, firm, firm.year_sales_past) and planned > at_limit:
        planned -= size.size_caution * (planned - at_limit)
    if firm.capital > 0:
        left = economy.left_of("Capacity", firm) if economy.striking("Capacity") else 1.0
        planned = min(planned, left * firm.capital_productivity * firm.capital)
    return planned


def above_size_limit(economy: SlowEconomy, firm: Firm, year_sales: int) -> bool:
    """Whether a year's sales exceed twelve months' output at the SME limit and the stock besides."""
    limit = economy.parameters.lifecycle.size_limit * economy.price_trend
    return year_sales > limit * (1 + firm.stock_months / 12)


def want_final_goods(economy: SlowEconomy) -> None:
    """Households, government, investors and the world say what they want, sector by sector."""
    invest(economy)
    basket_price = economy.bundle_price("household_share")
    for cell in economy.households:
        cell.baskets = baskets(economy, cell, basket_price)
    all_baskets = total(cell.baskets for cell in economy.households)
    all_investment = total(firm.investment for firm in economy.firms)
    for sector in economy.sectors:
        sold = any(firm.home_share > 0 for firm in sector.firms)
        sector.government_asked = sector.government_demand * economy.public_growth if sold else 0.0
        private = sector.household_share * all_baskets + sector.investment_share * all_investment
        sector.home_asked = private + sector.government_asked if sold else 0.0
        for firm in sector.firms:
            firm.home_asked = firm.home_share * sector.home_asked
            wanted = exports(economy, firm)
            firm.exports_asked = wanted * export_access(economy, firm)
            firm.exports_refused = wanted - firm.exports_asked


def invest(economy: SlowEconomy) -> None:
    """Replace what wears out and close a part of the gap in capacity, as far as cash and credit reach.

    Equipment ordered last month comes first; a new firm keeps the cash for its first months.
    """
    price = economy.investment_price
    for firm in economy.firms:
        months = economy.parameters.lifecycle.starting_months
        first_costs = months * firm.expected_demand * firm.unit_cost
        held = 0.5 * economy.cash_target(firm) if firm.capital > 0 else first_costs
        set_aside = held + firm.equipment * price
        cash = max(0.0, firm.deposits - set_aside)
        wanted = wanted_investment(economy, firm) if firm.living else 0.0
        firm.investment = min(wanted, (cash + firm.credit_line) / price) + firm.equipment
        firm.equipment = 0.0


def wanted_investment(economy: SlowEconomy, firm: Firm) -> float:
    """I = max(0, (d + g) K + (K* - K) / t); a firm without capital buys all of it at once."""
    weight = economy.parameters.production
    wear = (weight.depreciation + economy.productivity_growth) / 12
    capacity = weight.normal_use * max(firm.capital_productivity, 1e-12)
    dearer = economy.policy_rate - economy.parameters.credit.policy_rate
    capacity *= math.exp(weight.rate_sensitivity * dearer)
    months = weight.capital_adjustment if firm.capital > 0 else 1.0
    return max(0.0, wear * firm.capital + (firm.expected_demand / capacity - firm.capital) / months)


def baskets(economy: SlowEconomy, cell: Cell, price: float) -> float:
    """C = c0 + c1 (income - c0)+ + c2 wealth, never above deposits.

    Income is what the cell counts on: it grows at the trend and closes a part of its gap to last year's.
    """
    weight = economy.parameters.demand
    growth = economy.productivity_growth + economy.parameters.pricing.trend_inflation
    cell.permanent_income *= (1 + growth) ** (1 / 12)
    gap = mean_at_trend(economy, cell.income_history) - cell.permanent_income
    cell.permanent_income += weight.income_adjustment / 12 * gap
    income = cell.permanent_income
    wealth = mean_at_trend(economy, cell.wealth_history)
    need = cell.autonomous * economy.wage_index
    spending = need + cell.propensity * max(0.0, income - need) + weight.wealth_propensity / 12 * wealth
    # Home goods, imports and the tax on both are rounded.
    affordable = min(max(spending, 0.0), max(cell.deposits - 3, 0))
    return affordable / ((1 + economy.parameters.government.sales_tax) * price)


def mean_at_trend(economy: SlowEconomy, history: list[int]) -> float:
    """Mean of the last twelve months, each raised by the inflation and growth expected since."""
    growth = economy.productivity_growth + economy.parameters.pricing.trend_inflation
    raised = 0.0
    for months_ago in range(1, 13):
        raised += history[(economy.month - months_ago) % 12] * (1 + growth) ** (months_ago / 12)
    return raised / 12


def exports(economy: SlowEconomy, firm: Firm) -> float:
    """X = (share Xbar + joint entry) (p / (q P*))^-eta; markets abroad grow, and shocks strike them."""
    world, sector = economy.parameters.world, firm.sector
    base = (firm.export_share * sector.export_demand + firm.joint_exports) * economy.trend_index
    base *= (1 + world.export_growth) ** (economy.age / 12) * economy.left_of("Exports", firm)
    if base <= 0:
        return 0.0
    price = max(firm.price, 1e-9) / firm.quality
    return base * (price / sector.foreign_price) ** -world.export_elasticity


def place_orders(economy: SlowEconomy) -> None:
    """Each living firm orders inputs for its plan and for the gap in its stocks; demand adds up."""
    for firm in economy.firms:
        firm.demand = 0.0
    for group in economy.groups:
        group.wanted = wanted_inputs(economy, group) if group.buyer.living else 0.0
        for link in group.links:
            link.order = link.share * group.wanted if link.supplier else 0.0
            if link.supplier:
                link.supplier.demand += link.order
    for firm in economy.firms:
        firm.demand += firm.home_asked + firm.exports_asked


def wanted_inputs(economy: SlowEconomy, group: Group) -> float:
    """o = max(0, a Y + (n a Y - S) / t)."""
    use, months = group.coefficient * group.buyer.planned_output, economy.parameters.demand.input_adjustment
    return max(0.0, use + (group.target_months * use - group.stock) / months)
