"""Input groups: which sectors a firm buys from, and how much a unit of output.

A small firm does not buy from all sectors. Each firm uses a few, sector t with probability
``p_t = min(1, l a_t)`` where ``a_t`` is the sector's input coefficient and ``l`` makes the probabilities
add up to the number of groups; with coefficient ``a_t / p_t`` the table holds in expectation. The choice
is systematic (one draw a firm, fixed number of groups); raking then makes flows fit the table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.economy.contracts import Groups
from sim.economy.firms import Firms
from sim.economy.kinds import Criticality
from sim.population.firms import BEFORE, Reals, Rows
from sim.population.parameters import EconomyParameters

MOST_LINKS = 60_000  # a link's number within its buyer must fit in its key
RAKING_ROUNDS = 8


def number_of_links(
    firms: Firms, sales: Reals, economy: EconomyParameters, draws: Draws
) -> NDArray[np.int64]:
    """Return how many supply links each firm wants.

    They grow with sales to the power ``size_tail / supplier_tail``, so that sales with one tail exponent
    give numbers of suppliers with the other.
    """
    living = firms.living
    size = (sales / sales[living].mean()) ** (economy.size_tail / economy.supplier_tail)
    wanted = (economy.links_per_firm - economy.fewest_links) * living.sum()
    extra = economy.fewest_links + size * wanted / size[living].sum()
    draw = draws.uniform(Decision.DEGREE, BEFORE, firms.uid)
    links: NDArray[np.int64] = np.minimum(np.floor(extra + draw), MOST_LINKS).astype(np.int64)
    return links


def inclusion(coefficient: Reals, groups: NDArray[Any]) -> Reals:
    """Return the probability of using each input so that the expected number of inputs is ``groups``.

    Parameters
    ----------
    coefficient
        (S,) input coefficients.
    groups
        (k,) wanted numbers of inputs, at most as many as have a coefficient.

    Returns
    -------
    (k, S) probabilities.

    Examples
    --------
    >>> inclusion(np.array([0.3, 0.1, 0.1, 0.0]), np.array([1, 2])).round(3).tolist()
    [[0.6, 0.2, 0.2, 0.0], [1.0, 0.5, 0.5, 0.0]]
    """
    wanted = groups[:, None].astype(float)
    probability = np.broadcast_to(coefficient, (groups.size, coefficient.size)) * 0.0
    for _ in range(coefficient.size):
        certain = probability >= 1
        free = np.where(certain, 0, coefficient)
        level = (wanted - certain.sum(axis=1, keepdims=True)) / np.maximum(
            free.sum(axis=1, keepdims=True), 1e-300
        )
        probability = np.where(certain, 1.0, np.minimum(1.0, level * free))
        if ((probability >= 1) == certain).all():
            break
    return probability


def make_groups(
    firms: Firms, links: NDArray[np.int64], coefficients: Reals, power: float, draws: Draws
) -> Groups:
    """Make the input groups of all firms, in order of the buyer's row.

    Parameters
    ----------
    firms
        Living and potential firms.
    links
        (n,) links each firm wants.
    coefficients
        (S, S) domestic input a unit of output, supplier in rows.
    power
        The number of a firm's groups grows with its links to this power.
    draws
        Source of randomness.
    """
    wanted = np.maximum(np.round(links**power), 1).astype(np.intp)
    # The first firm of a sector buys every input, so that no cell of the table is without a buyer.
    wanted[np.unique(firms.sector, return_index=True)[1]] = len(coefficients)
    draw = draws.uniform(Decision.SECTOR, BEFORE, firms.uid)
    parts = []
    for rows in (np.flatnonzero(firms.living), np.flatnonzero(~firms.living)):
        for sector in range(len(coefficients)):
            buyers = rows[firms.sector[rows] == sector]
            parts.append(_choose_inputs(buyers, wanted[buyers], coefficients[:, sector], draw[buyers]))
    buyer, sector_of, coefficient = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(buyer, kind="stable")
    groups = Groups(buyer.size)
    groups.buyer, groups.sector, groups.coefficient = buyer[order], sector_of[order], coefficient[order]
    return groups


def describe_inputs(groups: Groups, firms: Firms, profiles: pd.DataFrame) -> None:
    """Write how critical each input is and how many months of it are kept in store."""
    groups.criticality = criticality(profiles)[groups.sector, firms.sector[groups.buyer]]
    groups.target_months = profiles["stock_months"].to_numpy(dtype=float)[groups.sector]


def _choose_inputs(buyers: Rows, wanted: Rows, coefficient: Reals, draw: Reals) -> tuple[Rows, Rows, Reals]:
    used = int((coefficient > 0).sum())
    wanted = np.minimum(wanted, used)
    table = inclusion(coefficient, np.arange(used + 1))
    reached = np.floor(np.cumsum(table, axis=1)[wanted] + draw[:, None] + 1e-9)
    chosen = np.diff(reached, axis=1, prepend=np.floor(draw + 1e-9)[:, None]) > 0
    firm, sector = np.nonzero(chosen & (coefficient > 0))
    return buyers[firm], sector, coefficient[sector] / table[wanted[firm], sector]


def criticality(profiles: pd.DataFrame) -> NDArray[np.int8]:
    """Return how critical each input is: (S, S) codes, supplier in rows, buyer in columns.

    A supplying sector is essential or important to makers of goods, to services, or to all, by
    ``data/sectors.csv``; everything else is other. After the idea of Pichler et al. 2022.
    """
    goods = profiles["goods"].to_numpy() == 1
    code = np.full((len(profiles), len(profiles)), Criticality.OTHER, dtype=np.int8)
    for column, value in (("important_to", Criticality.IMPORTANT), ("essential_to", Criticality.ESSENTIAL)):
        to = profiles[column].to_numpy()[:, None]
        code[(to == "all") | ((to == "goods") & goods) | ((to == "services") & ~goods)] = value
    return code


def rake(groups: Groups, firms: Firms, sales: Reals, coefficients: Reals, within: float) -> None:
    """Scale the coefficients of living buyers until flows between sectors fit the table.

    Firms' total input coefficients and sectors' flows are fitted in turn, the flows last; but no firm's total
    differs from its sector's by more than the factor ``within``. Where a researcher's own links leave a cell
    of the table to few or tiny buyers, or to nobody, that flow is given up and other inputs take its place.
    """
    size = len(coefficients)
    living = np.flatnonzero(firms.living[groups.buyer])
    buyer = groups.buyer[living]
    cell = groups.sector[living] * size + firms.sector[buyer]
    sold = np.bincount(firms.sector, np.where(firms.living, sales, 0), size)
    flows = (coefficients * sold).ravel()
    total = coefficients.sum(axis=0)[firms.sector]
    coefficient = groups.coefficient[living]
    for _ in range(RAKING_ROUNDS):
        own = np.bincount(buyer, coefficient, firms.rows)
        coefficient = coefficient * _ratio(total, own)[buyer]
        found = np.bincount(cell, coefficient * sales[buyer], flows.size)
        coefficient = coefficient * np.divide(
            flows[cell], found[cell], out=np.ones_like(coefficient), where=found[cell] > 0
        )
    ratio = _ratio(total, np.bincount(buyer, coefficient, firms.rows))
    groups.coefficient[living] = coefficient * np.clip(1.0, ratio / within, ratio * within)[buyer]


def _ratio(wanted: Reals, had: Reals) -> Reals:
    """Return wanted over had, 1 where there is nothing to scale."""
    return np.divide(wanted, had, out=np.ones_like(wanted), where=had > 0)
