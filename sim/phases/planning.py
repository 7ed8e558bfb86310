"""What everybody wants this month: output, goods, inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.phases.requirements import export_access
from sim.phases.switching import move_to_new_parts
from sim.rules import demand, lifecycle, production

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
ROUNDED = 3  # won that home purchases, imports and the tax on both may cost a cell more when rounded


@dataclass
class FinalDemand:
    """Real final demand of the month, in units; by sector or by firm where said."""

    households: Real  # (n_cells,) baskets
    government: Real  # (n_sectors,)
    investment: Real  # (n_firms,) bundles of investment goods
    home: Real  # (n_firms,) what each firm is asked for at home
    exports: Real  # (n_firms,)
    refused: Real  # (n_firms,) further exports, refused for the firm's ESG score
    by_sector: Real  # (n_sectors,) home demand in all
    fill: Real  # (n_firms,) part of final demand that is delivered, once known


def move_the_world(model: Ecosystem) -> None:
    """Set foreign prices, material prices and trends of the month; index contract prices."""
    pricing = model.parameters["pricing"]
    model.sectors.foreign_price = model.import_price
    model.sectors.material_price = model.price_trend * (1 + model.material_shock)
    if model.month > model.start:
        model.trend_index *= (1 + model.productivity_growth) ** (1 / 12)
        customary = (1 + pricing.trend_inflation * pricing.indexation) ** (1 / 12)
        model.links.price *= customary
        model.links.reference_cost *= customary
        model.links.price_before_cut *= customary


def plan_output(model: Ecosystem) -> None:
    """Update expected demand, which follows the economy's trend, and plan output.

    A firm plans for no more than its capital can make, as far as it is not shut; a new one has none yet.
    Else it would buy inputs for orders it cannot fill, month after month, until it cannot pay them.
    """
    firms, weight = model.firms, model.parameters["demand"]
    growth = (1 + model.productivity_growth) ** (1 / 12)
    expected = growth * demand.expect(firms.demand, firms.expected_demand, weight.smoothing)
    firms.expected_demand = np.where(firms.living, expected, 0.0)
    of_month = model.policies.adjust("adjust_expected_demand", model, firms.expected_demand)
    planned = demand.plan_output(of_month, firms.stock, firms.stock_months, weight.stock_adjustment)
    size = model.parameters["lifecycle"]
    if size.size_caution > 0:
        at_limit = size.size_limit * model.price_trend / MONTHS / np.maximum(firms.price, 1e-9)
        below = firms.living & ~model.above_size_limit(firms.year_sales_past)
        planned = np.where(below, lifecycle.cautious_growth(planned, at_limit, size.size_caution), planned)
    usable = model.shocks.capacity(model)
    most = (1.0 if usable is None else usable) * firms.capital_productivity * firms.capital
    planned = np.where(firms.capital > 0, np.minimum(planned, most), planned)
    firms.planned_output = np.where(firms.living, planned, 0.0)


def wanted_investment(model: Ecosystem) -> Real:
    """Investment goods firms want and can pay for, from cash first and then from credit.

    A firm keeps half its usual cash, a new one what its first months cost.
    """
    firms, weight = model.firms, model.parameters["production"]
    new = firms.capital <= 0
    change = model.policy_rate - model.parameters["credit"].policy_rate
    wanted = production.investment(
        firms.capital,
        firms.expected_demand * production.capital_at_rate(change, weight.rate_sensitivity),
        np.maximum(firms.capital_productivity, 1e-12),
        (weight.depreciation + model.productivity_growth) / 12,
        weight.normal_use,
        np.where(new, 1.0, weight.capital_adjustment),
    )
    wanted = model.policies.adjust("adjust_investment", model, np.where(firms.living, wanted, 0.0))
    price = model.investment_price
    first_costs = model.parameters["lifecycle"].starting_months * firms.expected_demand * firms.unit_cost
    set_aside = np.where(new, first_costs, model.cash_target(0.5)) + model.equipment * price
    cash = np.maximum(0, model.ledger.deposits - set_aside)
    return np.asarray(np.minimum(wanted, (cash + firms.credit_line) / price))


def final_demand(model: Ecosystem) -> FinalDemand:
    """Return what households, government, investors and the world want to buy."""
    firms, sectors = model.firms, model.sectors
    count = sectors.rows
    investment = wanted_investment(model) + model.equipment
    model.equipment[:] = 0
    baskets = household_baskets(model)
    public = sectors.government_demand * model.public_growth
    government = model.policies.adjust("adjust_government_demand", model, public)
    by_sector = (
        sectors.household_share * baskets.sum()
        + government
        + sectors.investment_share * float(investment.sum())
    )
    home = firms.home_share * by_sector.take(firms.sector)
    bought = sectors.household_share * baskets.sum()
    home = model.policies.adjust("adjust_home_demand", model, home, government, bought)
    world = model.parameters["world"]
    asked = sectors.export_demand * model.export_growth
    asked = model.policies.adjust("adjust_export_demand", model, asked)
    base = firms.export_share * asked.take(firms.sector) + firms.joint_exports * model.export_growth
    base *= model.shocks.exports(model)
    parity = np.maximum(firms.price, 1e-9) / firms.quality, sectors.foreign_price.take(firms.sector)
    wanted = np.where(base > 0, demand.exports(base, *parity, world.export_elasticity), 0.0)
    exports = wanted * export_access(model)
    served = np.bincount(firms.sector, firms.home_share, count) > 0
    return FinalDemand(
        baskets,
        government * served,
        investment,
        home,
        exports,
        wanted - exports,
        by_sector * served,
        np.ones(firms.rows),
    )


def household_baskets(model: Ecosystem) -> Real:
    """Baskets each household cell buys: spending out of a year's mean income and deposits."""
    cells, weight = model.households, model.parameters["demand"]
    age = (model.month - np.arange(MONTHS) - 1) % MONTHS + 1.0  # of each slot of the histories
    growth = model.nominal_growth
    cells.permanent_income = demand.permanent_income(
        cells.permanent_income,
        demand.mean_at_trend(cells.income_history, age, growth),
        growth,
        weight.income_adjustment,
    )
    spending = demand.consumption(
        cells.permanent_income,
        demand.mean_at_trend(cells.wealth_history, age, growth),
        cells.autonomous * model.wage_index,
        cells.propensity,
        weight.wealth_propensity,
    )
    affordable = np.clip(spending, 0.0, np.maximum(model.ledger.household_deposits - ROUNDED, 0))
    tax = model.parameters["government"].sales_tax
    return np.asarray(affordable / ((1 + tax) * model.basket_price))


def place_orders(model: Ecosystem) -> None:
    """Order inputs for the planned output and for the gap in stocks."""
    groups, links = model.groups, model.links
    use = groups.coefficient * model.firms.planned_output.take(groups.buyer)
    adjustment = model.parameters["demand"].input_adjustment
    wanted = demand.group_orders(use, groups.stock, groups.target_months, adjustment)
    wanted *= model.firms.living.take(groups.buyer)
    model.wanted = wanted
    np.multiply(links.share, wanted.take(links.group), out=links.order)
    links.order[np.flatnonzero(~model.network.served)] = 0.0
    move_to_new_parts(model)
    model.firms.demand = model.network.sum_by_supplier(links.order) + model.final.home + model.final.exports
