"""Who supplies whom: choice of suppliers, shares within an input group, candidate lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.graph import runs
from sim.economy.contracts import Groups
from sim.economy.firms import Firms
from sim.economy.kinds import CANDIDATES, NOBODY, Kind
from sim.population.firms import BEFORE, Reals, Rows
from sim.population.markets import Market
from sim.population.parameters import EconomyParameters

ATTEMPTS = 8  # draws before a repeated supplier is given up and its link left out
SLOTS = 1 << 16  # a link's number within its group lies below
ROUNDS = 12
SMALLEST_STEP, LARGEST_STEP = 0.5, 2.0  # bounds of one correction of a share


@dataclass
class Choice:
    """Links being built: (l,) arrays in order of the group."""

    group: Rows
    slot: Rows
    supplier: Rows


def wanted_suppliers(
    groups: Groups, links: NDArray[np.int64], available: Rows, least_choice: float, draws: Draws
) -> NDArray[np.int64]:
    """Spread each firm's links over its groups, one at least, the rest by coefficient.

    Parameters
    ----------
    groups
        Input groups in order of the buyer.
    links
        (n,) links each firm wants.
    available
        (S,) suppliers in each sector's market.
    least_choice
        Suppliers in the market over those a group takes, at least.
    draws
        Source of randomness.
    """
    buyer = groups.buyer
    per_firm = np.bincount(buyer, minlength=links.size)
    own = np.bincount(buyer, groups.coefficient, links.size)
    spare = np.maximum(links - per_firm, 0)[buyer] * groups.coefficient / own[buyer]
    running = (
        np.cumsum(spare) + draws.uniform(Decision.DEGREE, BEFORE, np.arange(links.size), partner=1)[buyer]
    )
    extra = np.floor(running + 1e-9) - np.floor(running - spare + 1e-9)
    most = np.maximum(np.floor(available / least_choice), 1)[groups.sector]
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
    slot, group = runs(np.zeros(groups.rows, dtype=np.intp), number)
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


def uneven_shares(
    choice: Choice, groups: Groups, sold: Reals, economy: EconomyParameters, draws: Draws
) -> Reals:
    """Return (l,) shares within groups: larger suppliers get more, the rest is chance; they add up to 1."""
    buyer = groups.buyer[choice.group]
    key = choice.slot + SLOTS * groups.sector[choice.group]
    share = np.exp(economy.uneven_shares * draws.normal(Decision.FITNESS, BEFORE, buyer, key + 2))
    known = choice.supplier != NOBODY
    share[known] *= np.maximum(sold[choice.supplier[known]], 1.0) ** economy.size_shares
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
