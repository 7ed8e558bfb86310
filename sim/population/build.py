"""The economy at month zero, complete: structure, rest point, balance sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.columns import Table
from sim.core.draws import Decision, Draws
from sim.core.errors import InputError, Problem
from sim.core.memory import keep_freed_memory
from sim.economy.kinds import Criticality, Kind
from sim.economy.ledger import Ledger
from sim.economy.network import Network
from sim.economy.sectors import Households, Sectors
from sim.population.balance_sheets import (
    MonthlyFlows,
    open_firms,
    open_ledger,
    open_trade_credit,
    settle_reserves,
)
from sim.population.firms import BEFORE
from sim.population.household_budgets import open_households
from sim.population.opening import FinalDemand, open_prices, open_real_side, open_sectors
from sim.population.structure import Structure, build_structure
from sim.population.tiers import place
from sim.rules import lifecycle, screening, technology

LARGE = 100_000  # firms from which arrays are so large that memory is kept


@dataclass
class Opening:
    """Everything a model starts from."""

    structure: Structure
    network: Network
    sectors: Sectors
    households: Households
    ledger: Ledger
    final: FinalDemand
    flows: MonthlyFlows
    transfers: float
    labour_force: NDArray[np.float64]
    innovation_scale: float


def open_economy(economy: Any, parameters: Mapping[str, Any], draws: Draws, month: int) -> Opening:
    """Build the economy of month zero.

    Parameters
    ----------
    economy
        `sim.population.parameters.EconomyParameters`.
    parameters
        Parameters of the rules by table name.
    draws
        Source of randomness.
    month
        First month, in months since year 0; a January.

    Raises
    ------
    InputError
        When parameters or own tables leave no opening economy at rest, or an own table has mistakes.
    """
    if economy.firms >= LARGE:
        keep_freed_memory()
    try:
        return open_structure(build_structure(economy, draws), parameters, draws, month)
    except InputError:
        raise
    except (ArithmeticError, ValueError) as error:
        own = [table for table in (economy.firms_table, economy.links_table, economy.io_table) if table]
        where = f"the opening economy (own tables: {', '.join(own)})" if own else "the opening economy"
        fix = (
            "the tables do not fit together: give the firms' sales, or fewer links, so that no firm has "
            "to buy more than it makes"
            if own
            else "change the parameters named, or economy.firms"
        )
        raise InputError([Problem(where, str(error), fix)]) from error


def open_structure(structure: Structure, parameters: Mapping[str, Any], draws: Draws, month: int) -> Opening:
    """Build the economy of month zero on a given real structure; arguments as in `open_economy`."""
    firms, network = structure.firms, structure.network
    growth = parameters["technology"].trend
    firms.waiting = ~firms.living
    network.expect(firms.waiting)
    minor = structure.groups.coefficient < parameters["production"].critical_share
    structure.groups.criticality[minor] = Criticality.OTHER
    final, debt = open_real_side(structure, network, parameters, growth, draws)
    firms.normal_debt = debt
    flows = open_firms(firms, network, parameters)
    open_prices(structure, network, parameters)
    sectors = open_sectors(structure, final)
    _open_margins(structure, sectors, flows)
    gdp = float(firms.output.sum() - flows.purchases.sum())
    ledger = open_ledger(firms, flows, parameters, gdp, draws)
    households, transfers = open_households(firms, ledger, flows, final, parameters, growth)
    settle_reserves(ledger)
    ledger.trade_credit = open_trade_credit(network, firms, month)
    for column in (structure.links.next_review, structure.links.since, firms.birth):
        column += month  # the structure counts months from the start
    place(firms, structure.links, network.flow(firms.output), firms.output)
    _open_kinds(structure, parameters, month)
    employed = np.bincount(firms.region, firms.workers)
    force = employed / (1 - parameters["labour"].natural_unemployment)
    scale = _open_technology(structure, parameters)
    _open_scores(structure, parameters, draws)
    for table in (firms, structure.groups, structure.links, sectors, households):
        check_finite(table)
    return Opening(structure, network, sectors, households, ledger, final, flows, transfers, force, scale)


def _open_margins(structure: Structure, sectors: Sectors, flows: MonthlyFlows) -> None:
    firms = structure.firms
    surplus = np.bincount(firms.sector, firms.profit_trend * firms.living, sectors.rows)
    sales = np.bincount(firms.sector, firms.output, sectors.rows)
    sectors.margin = surplus / np.where(sales > 0, sales, 1.0)


def _open_kinds(structure: Structure, parameters: Mapping[str, Any], month: int) -> None:
    """Count young firms of scale as suppliers from the start, as the first quarter would."""
    firms = structure.firms
    age, staff = parameters["economy"].startup_age, parameters["lifecycle"].startup_workers
    grown = lifecycle.grown_up(month - firms.birth, firms.workers, age, staff)
    firms.kind[firms.living & (firms.kind == Kind.STARTUP) & grown] = Kind.SUPPLIER


def _open_technology(structure: Structure, parameters: Mapping[str, Any]) -> float:
    """Scale the success of R&D so that the leaders' brings trend growth; put others behind them.

    Firms that do less R&D than their sector start at the distance at which imitation lets them keep
    pace, so that growth is steady from the first year.
    """
    firms, weight = structure.firms, parameters["technology"]
    by_research = weight.trend * (1 - weight.diffusion_share)
    effort = firms.research_intensity
    gain = weight.step * (1 - weight.product_share)  # in productivity, of an average innovation
    scale = technology.innovation_scale(effort, firms.output, by_research, gain)
    own = technology.innovations_a_year(effort, scale) * gain
    gap = technology.stationary_gap(by_research - own, weight.imitation, weight.catch_up)
    firms.knowledge = np.exp(-gap)
    return scale


def _open_scores(structure: Structure, parameters: Mapping[str, Any], draws: Draws) -> None:
    """Draw every firm's ESG score by size class."""
    firms = structure.firms
    ready = np.array(parameters["screening"].ready)[firms.size_class]
    firms.esg = screening.opening_score(draws.uniform(Decision.ESG, BEFORE, firms.uid), ready)


def check_finite(table: Table) -> None:
    """Refuse numbers that are not finite.

    Raises
    ------
    ArithmeticError
        Naming table and column.
    """
    for name, values in table.arrays.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ArithmeticError(f"{type(table).__name__}.{name} is not finite in the opening economy")
