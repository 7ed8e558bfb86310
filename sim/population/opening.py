"""The opening rest point: a month zero from which, without shocks, nothing moves.

Given who buys what from whom (`Structure`), every price is set to one won a unit and output is
solved from final demand through the firms' own network, ``x = (I - A)^-1 f``. Exports are scaled so
that they pay for imports. Capital is what the economy's investment replaces (and, on a growth
path, extends). Costs are the firm's own inputs and materials; what remains is split into pay and
operating surplus by the size class's margin. Money follows in `sim.population.balance_sheets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.sums import dot
from sim.economy.kinds import Size
from sim.economy.network import Network
from sim.economy.sectors import Sectors
from sim.population.firms import BEFORE, size_classes
from sim.population.structure import Structure
from sim.rules import credit, pricing

Real = NDArray[np.float64]

LEAST_COVER = 1.2  # interest cover of the weakest firms at the start; rates differ a little from firm to firm
MOST_DEBT = 0.95  # part of the debt ceiling that opening debt reaches at most
MOST_INTEREST = 0.9  # part of the class's mean margin that interest takes at most
STOCKS = 2.0  # months of output in stocks, for that purpose
LEAST_PAY = 0.25  # scenario assumption: pay is at least this part of value added, else the margin gives way
HOARDED = 0.75  # scenario assumption, 0.5-1: part of what firms may hoard that they have, as later on
MOST_BONUS = 0.5  # scenario assumption: part of production workers' pay that is bonus at the start, at most
PERSONS_EMPLOYED = (
    19.12e6 / 0.804
)  # SMEs employ 19.12 m persons, 80.4 % of all, in 2023 (emetro 20250829500001)
CRITERION = 1e-13


@dataclass
class FinalDemand:
    """Real final demand at month zero, in units a month by sector, and imported parts in all."""

    household: Real
    government: Real
    investment: Real
    exports: Real
    imported_household: float
    imported_government: float
    imported_investment: float


def solve_output(network: Network, final: Real) -> Real:
    """Output of each firm that meets final demand: ``x = A x + f`` by iteration.

    Parameters
    ----------
    network
        Links with shares, groups with coefficients.
    final
        (n_firms,) units a month.

    Raises
    ------
    ArithmeticError
        When inputs take up all output, so that no rest point exists.
    """
    need, buyer = network.use(), network.links.buyer
    output = final.copy()
    for _ in range(2000):
        new = final + network.sum_by_supplier(need * output[buyer])
        if np.max(np.abs(new - output)) <= CRITERION * np.max(new):
            return new
        output = new
    raise ArithmeticError("output does not settle: some firms use more inputs than they make output")


def open_real_side(
    structure: Structure, network: Network, parameters: Any, growth: float, draws: Draws
) -> tuple[FinalDemand, Real]:
    """Fill the real columns of firms, groups, links; return final demand and each firm's debt over assets.

    ``parameters`` maps table names to parameters, ``growth`` is the real growth rate per year.
    """
    firms, groups = structure.firms, structure.groups
    firms.material_coefficient = structure.import_coefficients[firms.sector]
    home, abroad = _final_sales(structure, network)
    final = _split_final(structure, home, abroad, parameters)
    firms.output = solve_output(network, home + abroad)
    _set_markets(structure, home, abroad)
    planned = np.where(firms.living, firms.output, structure.target_sales)
    firms.entry_output = np.where(firms.living, 0.0, structure.target_sales)
    _set_capital(structure, planned, final, parameters, growth)
    debt = _set_labour(structure, network, planned, parameters, draws)
    months = parameters["demand"].finished_months
    for column in ("demand", "expected_demand", "planned_output", "delivered"):
        setattr(firms, column, firms.output)
    firms.stock_months = months
    firms.stock = months * firms.output
    groups.stock = groups.target_months * groups.coefficient * firms.output[groups.buyer]
    return final, debt


def _final_sales(structure: Structure, network: Network) -> tuple[Real, Real]:
    """Return final sales at home and abroad, exports scaled to what imports cost."""
    firms, table = structure.firms, structure.table
    living = firms.living
    home = np.where(living, structure.home_sales, 0.0)
    abroad = np.where(living, structure.export_sales, 0.0)
    imports = firms.material_coefficient
    for_home, for_abroad = solve_output(network, home), solve_output(network, abroad)
    owed = dot(imports, for_home) + float(table.imported_finals.sum())
    earned = float(abroad.sum()) - dot(imports, for_abroad)
    return home, abroad * (owed / earned if earned > 0 else 1.0)


def _split_final(structure: Structure, home: Real, abroad: Real, parameters: Any) -> FinalDemand:
    table, firms = structure.table, structure.firms
    total = np.bincount(firms.sector, home, len(table.names))
    use = table.finals[:3]
    part = use / np.where(use.sum(axis=0) > 0, use.sum(axis=0), 1.0)
    household, government, investment = part * total
    imported = table.imported_finals
    business = parameters["production"].business_investment
    public = min(parameters["government"].public_investment, 1 - business)
    housing = 1 - business - public
    return FinalDemand(
        household=household + housing * investment,
        government=government + public * investment,
        investment=business * investment,
        exports=np.bincount(firms.sector, abroad, len(table.names)),
        imported_household=float(imported[0] + housing * imported[2]),
        imported_government=float(imported[1] + public * imported[2]),
        imported_investment=float(business * imported[2]),
    )


def _set_markets(structure: Structure, home: Real, abroad: Real) -> None:
    firms = structure.firms
    sectors = len(structure.table.names)
    for column, sales in (("home_share", home), ("export_share", abroad)):
        total = np.bincount(firms.sector, sales, sectors)
        setattr(firms, column, sales / np.where(total > 0, total, 1.0)[firms.sector])
    # An entrant starts with its planned size's part of the home market; customers come by search.
    output = np.bincount(firms.sector, firms.output, sectors)
    share = structure.target_sales / np.where(output > 0, output, np.inf)[firms.sector]
    firms.entry_home_share = np.where(firms.living, 0.0, share)


def _set_capital(
    structure: Structure, planned: Real, final: FinalDemand, parameters: Any, growth: float
) -> None:
    """Capital in proportion to value added, so much that investment just replaces and extends it."""
    firms, table = structure.firms, structure.table
    wear = parameters["production"].depreciation
    value_added = (table.value_added / table.output)[firms.sector]
    invested = float(final.investment.sum()) + final.imported_investment
    months = invested / ((wear + growth) / 12 * float(np.sum(value_added * firms.output)))
    capital = months * value_added * planned
    firms.capital = np.where(firms.living, capital, 0.0)
    use = parameters["production"].normal_use
    firms.capital_productivity = 1 / (use * months * np.maximum(value_added, 1e-9))
    firms.investment = (wear + growth) / 12 * firms.capital


def _set_labour(structure: Structure, network: Network, planned: Real, parameters: Any, draws: Draws) -> Real:
    """Split value added into pay and surplus; pay into wages by size class, R&D staff and bonus.

    Published pay contains the bonus and published margins are what is left after it.
    """
    firms, groups = structure.firms, structure.groups
    classes = size_classes()
    of_class = {
        name: classes[name].to_numpy(dtype=float)[firms.size_class]
        for name in ("pay", "operating_margin", "research_intensity")
    }
    inputs = network.sum_groups_by_buyer(groups.coefficient)
    value_added = 1 - inputs - firms.material_coefficient
    if value_added[planned > 0].min(initial=1.0) <= 0:
        raise ArithmeticError("a firm's inputs cost more than its output: check the coefficients")
    margin, debt, interest = _margins(structure, planned, of_class["operating_margin"], parameters, draws)
    wear = parameters["production"].depreciation / 12
    capital_cost = wear / (parameters["production"].normal_use * firms.capital_productivity)
    pay_share = np.maximum(value_added - margin - capital_cost, LEAST_PAY * value_added)
    wages = pay_share / (1 + parameters["government"].payroll_tax)
    firms.research_intensity = np.minimum(of_class["research_intensity"], 0.5 * wages)
    profit = value_added - capital_cost - pay_share - interest
    bonus = _bonus(profit, wages - firms.research_intensity, parameters)
    on_line = wages - firms.research_intensity - bonus
    firms.bonus_rate = bonus / (wages - bonus)
    base_pay = of_class["pay"] / (1 + firms.bonus_rate)
    living = firms.living
    staff = float(np.sum((on_line * planned / base_pay)[living]))
    level = staff / (PERSONS_EMPLOYED / structure.scale)
    firms.wage = level * base_pay
    staffed = 1 + HOARDED * parameters["labour"].hoarding
    firms.productivity = staffed * firms.wage / on_line
    firms.workers = np.where(living, staffed * planned / firms.productivity, 0.0)
    return debt


def _bonus(profit: Real, pay: Real, parameters: Any) -> Real:
    """Bonus a unit of output that goes with a profit left after it, before interest on deposits.

    A share *s* of profit before the bonus is ``s/(1-s)`` of what is left.
    """
    share = parameters["labour"].bonus_share
    cost = share / (1 - share) * np.maximum(profit, 0.0)
    return np.asarray(np.minimum(cost / (1 + parameters["government"].payroll_tax), MOST_BONUS * pay))


def _margins(
    structure: Structure, planned: Real, mean: Real, parameters: Any, draws: Draws
) -> tuple[Real, Real, Real]:
    """Spread debt and operating margins within each size class around its published mean margin.

    A margin is what interest on the firm's own debt takes, and above it a part drawn from a lognormal
    distribution: at rest every firm can just live, and shocks decide who cannot. Returns margins, debt
    over assets, and interest a unit of output.
    """
    firms, weight = structure.firms, parameters["credit"]
    months = 1 / (parameters["production"].normal_use * firms.capital_productivity) + STOCKS
    spread = weight.debt_spread
    drawn = np.exp(spread * draws.normal(Decision.LEVERAGE, BEFORE, firms.uid) - spread**2 / 2)
    debt = np.minimum(weight.debt_share * drawn, MOST_DEBT * weight.debt_ceiling)
    _, rate = credit.loan_terms(
        debt, 1 / LEAST_COVER, 0, firms.size_class >= Size.SME, weight.policy_rate, weight
    )
    least = LEAST_COVER * rate / 12 * months * debt
    # Nobody owes more than its class's margin can serve.
    debt = debt * np.minimum(1.0, MOST_INTEREST * mean / np.maximum(least, 1e-12))
    least = np.minimum(least, MOST_INTEREST * mean)
    above = (mean - least) * np.exp(
        parameters["production"].margin_spread * draws.normal(Decision.MARGIN, BEFORE, firms.uid)
    )
    made = planned * firms.living
    wanted, got = (np.bincount(firms.size_class, made * part, len(Size)) for part in (mean - least, above))
    scale = wanted / np.where(got > 0, got, 1.0)
    margin = least + above * scale[firms.size_class]
    return np.asarray(margin), np.asarray(debt), np.asarray(least / LEAST_COVER)


def open_prices(structure: Structure, network: Network, parameters: Any) -> None:
    """Set all prices to one, markups to what that leaves over cost, and buyers' alternatives."""
    firms, links = structure.firms, network.links
    firms.price, links.price = 1.0, 1.0
    firms.unit_cost = pricing.unit_cost(
        network.sum_groups_by_buyer(structure.groups.coefficient),
        firms.wage,
        parameters["government"].payroll_tax,
        firms.productivity,
        firms.material_coefficient,
        firms.loan_rate,
    )
    firms.markup = 1 / firms.unit_cost - 1
    _set_outside_options(structure, network, parameters)


def _set_outside_options(structure: Structure, network: Network, parameters: Any) -> None:
    """Give every buyer the alternative that makes the opening price the one agreed in a review."""
    firms, links = structure.firms, network.links
    flow = network.flow(firms.output)
    sold = np.maximum(firms.output, 1e-300)[network.supplier]
    power = pricing.bargaining_power(links.share, flow / sold, parameters["pricing"].power_exponent)
    cost = firms.unit_cost[network.supplier]
    links.outside_option = np.where(network.served, pricing.outside_option(1.0, cost, power), 1.0)


def open_sectors(structure: Structure, final: FinalDemand) -> Sectors:
    """Return the table of sectors: composition of demand, real exports, price levels of one."""
    sectors = Sectors(len(structure.table.names))
    sectors.names = tuple(structure.table.names)
    sectors.household_share = final.household / (final.household.sum() + final.imported_household)
    sectors.investment_share = final.investment / (final.investment.sum() + final.imported_investment)
    sectors.government_demand = final.government
    sectors.export_demand = final.exports
    return sectors
