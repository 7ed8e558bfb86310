"""The real structure of month zero: sectors, firms, network, target sales."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Draws
from sim.core.months import MONTHS
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.network import Network
from sim.population.demand import Sales, split_sales
from sim.population.firms import Reals, declared_scale, make_firms, sector_profiles
from sim.population.inputs import rake
from sim.population.io_table import IOTable, balanced
from sim.population.network import make_network
from sim.population.own_firms import OwnFirms, adopt_firms
from sim.population.own_links import OwnLinks
from sim.population.own_tables import read_own_tables
from sim.population.parameters import EconomyParameters

SETTLING_ROUNDS = 3
NOTED_PART, NOTED_FLOW = 0.01, 1e-4  # a flow is noted that misses so much of its cell and of all flows
NOTED_CELLS = 10  # flows noted one by one
LEONTIEF_ROUNDS = 60
PRECISION = 1e-10
AMOUNTS = ("intermediate", "imports", "value_added", "finals", "imported_finals")


@dataclass
class Structure:
    """The economy before money: everything real, at price 1.

    Attributes
    ----------
    table
        Input-output table in won a month, scaled to the simulated economy, closed, with balanced trade.
    firms, groups, links
        Tables; the first ``living`` rows of firms live, the others are potential. ``network`` sums over them.
    target_sales, home_sales, export_sales
        (n,) won/month; sales = home + export + deliveries to firms. A potential firm has its planned size as
        target and sells nothing.
    scale
        Korea over the simulated economy, for totals in won.
    notes
        What was filled in, dropped or changed.
    identity
        (living,) ids of a researcher's table by row; row numbers in a generated economy.
    raised
        Firms whose target sales were raised to what they sell to other firms.
    """

    table: IOTable
    firms: Firms
    groups: Groups
    links: Links
    target_sales: Reals
    home_sales: Reals
    export_sales: Reals
    scale: float
    notes: list[str] = field(default_factory=list)
    identity: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    raised: int = 0

    def __post_init__(self) -> None:
        self.network = Network(self.groups, self.links, self.firms.rows)

    @property
    def flows(self) -> Reals:
        """(l,) won/month delivered on each link at target sales; 0 where a potential firm buys."""
        return self.network.flow(np.where(self.firms.living, self.target_sales, 0.0))

    @property
    def sector_flows(self) -> Reals:
        """(S, S) won/month delivered on links at target sales, supplying sector in rows."""
        sectors, served = len(self.table.names), self.network.served
        sector = self.firms.sector
        cell = sector[self.network.supplier] * sectors + sector[self.links.buyer]
        flow = np.where(served, self.flows, 0.0)
        return np.bincount(cell, flow, sectors**2).reshape(sectors, sectors)

    @property
    def import_coefficients(self) -> Reals:
        """(S,) imported input a unit of output."""
        return np.asarray(self.table.imports / self.table.output)


def build_structure(economy: EconomyParameters, draws: Draws) -> Structure:
    """Build the real structure of month zero.

    Parameters
    ----------
    economy
        Declared parameters.
    draws
        Source of randomness.

    Raises
    ------
    InputError
        When a table the researcher supplied has mistakes.
    """
    notes: list[str] = []
    given = read_own_tables(economy)
    table = closed(given.io, economy, notes)
    profiles = sector_profiles(table.names)
    own = None if given.firms is None else OwnFirms.of(given.firms, table.names, economy, draws)
    notes += [] if own is None else own.notes()
    scale = korean_scale(economy, own, table)
    table = scaled(table, economy.io_unit / MONTHS / scale)
    if own is None:
        firms, sales = make_firms(economy, table.output, profiles, draws)
    else:
        economy = own.economy
        firms, sales = adopt_firms(own, table.output, profiles, draws)
    identity = firms.uid[firms.living] if own is None else own.identity
    links_of_own = None if given.links is None else OwnLinks.of(given.links, identity, firms)
    notes += [] if links_of_own is None else links_of_own.notes()
    split = split_sales(economy, firms, sales, table.finals[3], table.intermediate.sum(axis=1), draws)
    groups, links = make_network(
        economy, firms, sales, split.to_firms, table.coefficients, profiles, draws, links_of_own
    )
    structure = Structure(
        table, firms, groups, links, sales, split.home, split.exports, scale, notes, identity
    )
    settle(structure, split, economy.input_range)
    if own is not None and structure.raised:
        notes.append(
            f"{structure.raised} firms sell more to other firms than their sales allow; sales were raised"
        )
    notes += missing_flows(structure)
    return structure


def closed(table: IOTable, economy: EconomyParameters, notes: list[str]) -> IOTable:
    """Close the input-output table and balance its trade."""
    table, home, export = balanced(table)
    if max(abs(home - 1), abs(export - 1)) > PRECISION**0.5:
        notes.append(
            f"{Path(economy.io_table).name}: trade balanced, home demand x {home:.4f}, exports x {export:.4f}"
        )
    return table


def scaled(table: IOTable, unit: float) -> IOTable:
    """Multiply all amounts of a table."""
    amounts = {name: getattr(table, name) * unit for name in AMOUNTS}
    return replace(table, **amounts)


def korean_scale(economy: EconomyParameters, own: OwnFirms | None, table: IOTable) -> float:
    """Return Korea over the simulated economy: by own firms' sales where given, else by numbers of firms."""
    if own is None:
        return declared_scale(economy.firms)
    if "sales" not in own.frame:
        return declared_scale(own.economy.firms)
    return float(table.output.sum() * economy.io_unit / MONTHS / own.frame["sales"].sum())


def settle(structure: Structure, split: Sales, input_range: float) -> None:
    """Make sales by destination and the network agree, firm by firm.

    Sales to firms follow from the network, exports stay, home sales take up the rest; a firm whose other
    sales exceed its target gets a higher target, and the home sales of its sector's other firms fall, so
    that final demand by sector is kept. Coefficients are raked again to the sales that result.
    """
    firms, table, network = structure.firms, structure.table, structure.network
    size = len(table.names)
    wanted = np.where(firms.living, structure.target_sales, 0)
    home_demand = table.finals[:3].sum(axis=0)
    target = wanted
    raised = 0
    for _ in range(SETTLING_ROUNDS):
        rest = wanted - split.exports - network.sum_by_supplier(network.flow(target))
        raised = int((rest < 0).sum())
        rest = np.maximum(rest, 0)
        # Where nobody has anything left to sell at home, all do so in proportion to their size.
        none_left = np.bincount(firms.sector, rest, size) <= 0
        rest = np.where(none_left[firms.sector], wanted, rest)
        by_sector = np.bincount(firms.sector, rest, size)
        structure.home_sales = (
            rest * np.divide(home_demand, by_sector, out=np.zeros(size), where=by_sector > 0)[firms.sector]
        )
        target = rest_point(structure, target)
        rake(
            structure.groups,
            firms,
            np.where(firms.living, target, structure.target_sales),
            table.coefficients,
            input_range,
        )
    target = rest_point(structure, target)
    structure.target_sales = np.where(firms.living, target, structure.target_sales)
    structure.raised = raised


def missing_flows(structure: Structure) -> list[str]:
    """Name the largest cells of the input-output table that firms' links cannot carry, for the notes."""
    firms, names = structure.firms, structure.table.names
    sold = np.bincount(firms.sector, np.where(firms.living, structure.target_sales, 0.0), len(names))
    wanted = structure.table.coefficients * sold
    missing = wanted - structure.sector_flows
    noted = (missing > NOTED_PART * wanted) & (missing > NOTED_FLOW * wanted.sum())
    suppliers, buyers = np.nonzero(noted)
    if suppliers.size == 0:
        return []
    order = np.argsort(-missing[noted], kind="stable")[:NOTED_CELLS]
    cells = [
        f"  {names[buyers[cell]]} from {names[suppliers[cell]]}: {missing[noted][cell]:,.0f} of "
        f"{wanted[noted][cell]:,.0f} won a month are not bought"
        for cell in order
    ]
    if suppliers.size > NOTED_CELLS:
        cells.append(f"  and {suppliers.size - NOTED_CELLS} smaller ones")
    part = missing[noted].sum() / wanted.sum()
    return [
        f"{suppliers.size} flows between sectors fall short of the input-output table, by {part:.1%} of all "
        "flows, because no buyers or only small ones have links there; these firms buy other inputs instead "
        "(flow_error counts both, what is missing and what is bought instead):",
        *cells,
    ]


def rest_point(structure: Structure, start: Reals) -> Reals:
    """Solve sales = final sales + deliveries to firms by repeated substitution."""
    final = structure.home_sales + structure.export_sales
    network = structure.network
    use, buyer = network.use(), structure.links.buyer
    sales = start
    for _ in range(LEONTIEF_ROUNDS):
        new = final + network.sum_by_supplier(use * sales[buyer])
        done = np.abs(new - sales).sum() < PRECISION * new.sum()
        sales = new
        if done:
            break
    return sales
