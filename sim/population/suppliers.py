"""Who supplies whom: choice of suppliers, shares within an input group, candidate lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.economy.contracts import Groups
from sim.economy.firms import Firms
from sim.economy.kinds import NOBODY, Kind
from sim.population.firms import BEFORE, REGIONS, Reals, Rows
from sim.population.parameters import EconomyParameters

CANDIDATES = Groups.candidates.width
ATTEMPTS = 8  # draws before a repeated supplier is given up and its link left out
SLOTS = 1 << 16  # a link's number within its group lies below
ROUNDS = 12
SMALLEST_STEP, LARGEST_STEP = 0.5, 2.0  # bounds of one correction of a share


@dataclass(frozen=True)
class Market:
    """Suppliers of one sector, region by region, from the largest to the smallest.

    Attributes
    ----------
    rows
        For each region the suppliers' rows.
    size
        For each region their sales to firms, descending, won/month.
    weight
        For each region the running sum of their weights, from 0; one longer than ``rows``.
    """

    rows: list[Rows]
    size: list[Reals]
    weight: list[Reals]

    @classmethod
    def of(cls, rows: Rows, size: Reals, weight: Reals, region: NDArray[np.int8]) -> Market:
        """Sort suppliers into a market; all arguments (n,)."""
        order = np.argsort(-size, kind="stable")
        places = [order[region[order] == place] for place in range(len(REGIONS))]
        return cls(
            [rows[place] for place in places],
            [size[place] for place in places],
            [np.concatenate([[0.0], np.cumsum(weight[place])]) for place in places],
        )

    @property
    def largest(self) -> Reals:
        """(n,) won/month: sizes of all suppliers, descending."""
        return np.sort(np.concatenate(self.size))[::-1]

    def leaders(self) -> tuple[int, int]:
        """Return the rows of the two largest suppliers; -1 where there is none."""
        rows, size = np.concatenate(self.rows), np.concatenate(self.size)
        largest = rows[np.argsort(-size, kind="stable")[:2]].tolist()
        best, second = [*largest, NOBODY, NOBODY][:2]
        return best, second

    def eligible(self, need: Reals) -> list[Rows]:
        """Return how many suppliers of each region sell at least ``need``, (k,) each; they come first."""
        return [np.searchsorted(-size, -need, side="right") for size in self.size]

    def choose(self, draw: Reals, eligible: list[Rows], region: NDArray[np.int8], same_region: float) -> Rows:
        """Choose one supplier for each draw.

        Parameters
        ----------
        draw
            (k,) even draws.
        eligible
            For each region the number of first suppliers that come into question, (k,) each.
        region
            (k,) the buyers' regions.
        same_region
            Odds of a supplier of the own region against others.

        Returns
        -------
        (k,) rows; -1 for nobody.
        """
        mass = np.array(
            [
                weight[number] * np.where(region == place, same_region, 1.0)
                for place, (weight, number) in enumerate(zip(self.weight, eligible, strict=True))
            ]
        )
        border = np.cumsum(mass, axis=0)
        target = draw * border[-1]
        place_of = np.minimum((target >= border).sum(axis=0), len(REGIONS) - 1)
        chosen = np.full(draw.size, NOBODY, dtype=np.intp)
        for place, (rows, weight) in enumerate(zip(self.rows, self.weight, strict=True)):
            here = np.flatnonzero((place_of == place) & (eligible[place] > 0))
            before = border[place, here] - mass[place, here]
            within = (target[here] - before) / mass[place, here] * weight[eligible[place][here]]
            position = np.searchsorted(weight, within, side="right") - 1
            chosen[here] = rows[np.minimum(position, eligible[place][here] - 1)]
        return chosen


def markets(firms: Firms, sold: Reals, choice: float, sectors: int) -> list[Market]:
    """Return each sector's market of firms that sell to firms.

    Parameters
    ----------
    firms
        Firms.
    sold
        (n,) won/month: target sales to firms; those with none are in no market, unless nobody else is.
    choice
        Elasticity of the weight to these sales.
    sectors
        Number of sectors.
    """
    # A single seller could not supply itself: then all firms of the sector sell, the others very little.
    sellers = np.bincount(firms.sector, sold > 0, sectors)
    lone = (sellers < 2)[firms.sector] & firms.living
    offered = np.where(lone, np.maximum(sold, 1.0), sold)
    rows = np.flatnonzero(offered > 0)
    return [_market(firms, rows[firms.sector[rows] == sector], offered, choice) for sector in range(sectors)]


def entrant_markets(firms: Firms, sectors: int) -> list[Market]:
    """Return each sector's market of potential firms, all alike."""
    rows = np.flatnonzero(~firms.living)
    alike = np.ones(firms.rows)
    return [_market(firms, rows[firms.sector[rows] == sector], alike, 1.0) for sector in range(sectors)]


def _market(firms: Firms, rows: Rows, sold: Reals, choice: float) -> Market:
    return Market.of(rows, sold[rows], sold[rows] ** choice, firms.region[rows])


@dataclass
class Choice:
    """Links being built: (l,) arrays in order of the group."""

    group: Rows
    slot: Rows
    supplier: Rows


def wanted_suppliers(
    groups: Groups, links: NDArray[np.int64], available: Rows, draws: Draws
) -> NDArray[np.int64]:
    """Spread each firm's links over its groups, one at least, the rest by coefficient.

    Parameters
    ----------
    groups
        Input groups in order of the buyer.
    links
        (n,) links each firm wants.
    available
        (S,) suppliers in each sector's market; a group takes at most half of them.
    """
    buyer = groups.buyer
    per_firm = np.bincount(buyer, minlength=links.size)
    own = np.bincount(buyer, groups.coefficient, links.size)
    spare = np.maximum(links - per_firm, 0)[buyer] * groups.coefficient / own[buyer]
    running = (
        np.cumsum(spare) + draws.uniform(Decision.DEGREE, BEFORE, np.arange(links.size), partner=1)[buyer]
    )
    extra = np.floor(running + 1e-9) - np.floor(running - spare + 1e-9)
    most = np.maximum(available[groups.sector] // 2, 1)
    number: NDArray[np.int64] = np.minimum(1 + extra, most).astype(np.int64)
    return number


def choose_suppliers(
    firms: Firms,
    groups: Groups,
    number: NDArray[np.int64],
    need: Reals,
    market: list[Market],
    prime_market: list[Market],
    economy: EconomyParameters,
    draws: Draws,
) -> Choice:
    """Choose every group's suppliers; those of potential buyers are left open.

    Parameters
    ----------
    firms, groups
        The economy so far.
    number
        (g,) suppliers wanted.
    need
        (g,) won/month: a chosen supplier sells at least this much to firms.
    market, prime_market
        One market a sector; conglomerates weigh suppliers' size differently from others.
    economy, draws
        Parameters and source of randomness.

    Returns
    -------
    Links without self-supply and without repetition in a group.
    """
    group = np.repeat(np.arange(groups.rows), number)
    first = np.cumsum(number) - number
    slot = np.arange(group.size) - first[group]
    supplier = np.full(group.size, NOBODY, dtype=np.intp)
    searching = np.flatnonzero(firms.living[groups.buyer[group]])
    for attempt in range(ATTEMPTS):
        if searching.size == 0:
            break
        prime = firms.kind[groups.buyer[group[searching]]] == Kind.CONGLOMERATE
        place = groups.sector[group[searching]] + len(market) * prime
        for place_of_market, here in enumerate([*market, *prime_market]):
            sector = place_of_market % len(market)
            links = searching[place == place_of_market]
            if links.size:
                buyer = groups.buyer[group[links]]
                key = slot[links] + SLOTS * sector
                draw = draws.uniform(Decision.PARTNER, BEFORE - attempt, buyer, key)
                region = firms.region[buyer]
                supplier[links] = here.choose(
                    draw, here.eligible(need[group[links]]), region, economy.same_region
                )
        supplier[supplier == groups.buyer[group]] = NOBODY
        touched = np.zeros(groups.rows, dtype=bool)
        touched[group[searching]] = True
        _drop_repeated(group, supplier, touched & (number > 1))
        searching = np.flatnonzero((supplier == NOBODY) & firms.living[groups.buyer[group]])
    _supply_orphans(firms, groups, Choice(group, slot, supplier), market)
    kept = (supplier != NOBODY) | ~firms.living[groups.buyer[group]]
    return Choice(group[kept], slot[kept], supplier[kept])


def _supply_orphans(firms: Firms, groups: Groups, choice: Choice, market: list[Market]) -> None:
    """Give a living buyer's group that found nobody the largest supplier that is not the buyer itself."""
    found = np.bincount(choice.group, choice.supplier != NOBODY, groups.rows)
    first = np.flatnonzero(
        (choice.slot == 0) & firms.living[groups.buyer[choice.group]] & (found[choice.group] == 0)
    )
    buyer = groups.buyer[choice.group[first]]
    best, second = np.array([here.leaders() for here in market]).T
    sector = groups.sector[choice.group[first]]
    choice.supplier[first] = np.where(best[sector] == buyer, second[sector], best[sector])


def _drop_repeated(group: Rows, supplier: Rows, several: NDArray[np.bool_]) -> None:
    """Open a group's second link with the same supplier again, in the groups that may have one."""
    links = np.flatnonzero(several[group] & (supplier != NOBODY))
    order = links[np.lexsort((supplier[links], group[links]))]
    same = (group[order[1:]] == group[order[:-1]]) & (supplier[order[1:]] == supplier[order[:-1]])
    supplier[order[1:][same]] = NOBODY


def uneven_shares(choice: Choice, groups: Groups, sold: Reals, spread: float, draws: Draws) -> Reals:
    """Return (l,) shares within groups: larger suppliers get more, the rest is chance; they add up to 1."""
    buyer = groups.buyer[choice.group]
    key = choice.slot + SLOTS * groups.sector[choice.group]
    share = np.exp(spread * draws.normal(Decision.FITNESS, BEFORE, buyer, key + 2))
    known = choice.supplier != NOBODY
    share[known] *= np.sqrt(np.maximum(sold[choice.supplier[known]], 1.0))
    return np.asarray(share / np.bincount(choice.group, share, groups.rows)[choice.group])


def fit_shares(choice: Choice, share: Reals, flow: Reals, sold: Reals) -> Reals:
    """Move shares within groups until what suppliers sell comes near their target sales to firms.

    Parameters
    ----------
    choice
        Links.
    share
        (l,) shares to start from.
    flow
        (g,) won/month a group buys at target sales; 0 for potential buyers.
    sold
        (n,) won/month: target sales to firms.
    """
    links = np.flatnonzero((choice.supplier != NOBODY) & (flow[choice.group] > 0))
    group, supplier = choice.group[links], choice.supplier[links]
    fitted = share[links]
    for _ in range(ROUNDS):
        found = np.bincount(supplier, fitted * flow[group], sold.size)
        step = np.clip(sold / np.maximum(found, 1.0), SMALLEST_STEP, LARGEST_STEP)
        fitted = fitted * step[supplier]
        fitted /= np.bincount(group, fitted, flow.size)[group]
    result = share.copy()
    result[links] = fitted
    return result


def set_candidates(
    firms: Firms,
    groups: Groups,
    need: Reals,
    market: list[Market],
    entrants: list[Market],
    economy: EconomyParameters,
    draws: Draws,
) -> None:
    """Write each group's permanent candidate list: firms of month zero first, then potential firms.

    The buyer itself, and a firm listed before, leave their place empty.
    """
    listed = groups.candidates
    known = CANDIDATES - economy.entrant_candidates
    for sector in range(len(market)):
        rows = np.flatnonzero(groups.sector == sector)
        buyer, region = groups.buyer[rows], firms.region[groups.buyer[rows]]
        found = np.full((CANDIDATES, rows.size), NOBODY, dtype=np.int32)
        old, new = market[sector].eligible(need[rows]), entrants[sector].eligible(np.zeros(rows.size))
        for slot in range(CANDIDATES):
            draw = draws.uniform(Decision.CANDIDATE, BEFORE, buyer, slot + SLOTS * sector)
            here, eligible = (market[sector], old) if slot < known else (entrants[sector], new)
            found[slot] = here.choose(draw, eligible, region, economy.same_region)
            repeated = (found[:slot] == found[slot]).any(axis=0) | (found[slot] == buyer)
            found[slot, repeated] = NOBODY
        listed[:, rows] = found
