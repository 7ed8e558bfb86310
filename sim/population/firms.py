"""Firms at month zero: numbers, sizes, sectors, regions, business groups, ages.

Rows are listed sector by sector, from the largest firm to the smallest, so that the suppliers of a sector
lie together; potential firms follow in the same order. Sizes follow Zipf's law by rank within a sector,
the size classes being bands of ranks, each scaled to the sales its class has in that sector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.months import MONTHS
from sim.core.split import largest_remainder
from sim.economy.firms import Firms
from sim.economy.kinds import Kind, Size
from sim.population.io_table import DATA
from sim.population.parameters import EconomyParameters

Reals = NDArray[np.float64]
Rows = NDArray[np.intp]
BEFORE = -1  # month of all draws that build the economy
REGIONS = ("capital", "chungcheong", "honam", "daegyeong", "dongnam")
SIZES = tuple(size.name.lower() for size in Size)
ROUNDS = 200
FEWEST = 3  # firms of the smallest class in every sector, so that each has somebody to buy from
SIZE_NOISE = 0.15  # scenario assumption, 0-0.3: log spread of sizes about their rank
ENTRANT_NOISE = 0.5  # scenario assumption, 0.3-1: log spread of entrants' planned sizes
ENTRANT_SIZE = 0.8  # scenario assumption, 0.2-1: entrants' planned size over the average micro firm's
KOREAN_GROUPS = 92  # row 240
MID_SIZED_ODDS = 10.0  # scenario assumption, 3-30: odds of being an affiliate against an SME
LARGE_GROUP_NOISE = 0.5  # scenario assumption, 0-1: log spread in which large firms belong to groups

# Ages of SMEs (row 288): 12.9 % younger than 5 years, 60.4 % at least 10 years, mean 14.3 years. Within
# the two younger bands ages are even; above, exponential with the mean that makes the whole come out.
YOUNG, OLD, MEAN_AGE = 0.129, 0.604, 14.3
ELDERS = (MEAN_AGE - YOUNG * 2.5 - (1 - YOUNG - OLD) * 7.5) / OLD - 10
ELDERS_LARGE = (
    20.0  # scenario assumption, 10-30 years: the same for large and mid-sized firms, all at least 10
)


@dataclass(frozen=True)
class SizeTargets:
    """Firms and sales of each sector (rows) and size class (columns)."""

    firms: NDArray[np.int64]
    sales: Reals


def size_classes() -> pd.DataFrame:
    """Return ``data/size_classes.csv``, indexed by class name."""
    return pd.read_csv(DATA / "size_classes.csv", index_col=0)


def sector_profiles(names: tuple[str, ...]) -> pd.DataFrame:
    """Return ``data/sectors.csv`` for the named sectors, in their order."""
    return pd.read_csv(DATA / "sectors.csv", index_col=0, keep_default_na=False).loc[list(names)]


def declared_scale(firms: int) -> float:
    """Return how many Korean corporations one simulated firm stands for, at least 1.

    Examples
    --------
    >>> declared_scale(1_000_000)
    1.0
    """
    return max(1.0, float(size_classes()["corporations"].sum()) / firms)


def firms_by_class(firms: int) -> NDArray[np.int64]:
    """Return the number of firms of each size class.

    Large and mid-sized firms are as many as in Korea when there is room, that is unless they exceed the
    share ``largest_share`` of all firms; micro firms are the rest.

    Examples
    --------
    >>> firms_by_class(3000).tolist()
    [90, 180, 600, 2130]
    >>> firms_by_class(1_000_000).tolist()
    [2236, 4431, 69498, 923835]
    """
    classes = size_classes()
    count: NDArray[np.int64] = np.minimum(
        classes["corporations"].to_numpy(), np.round(classes["largest_share"].to_numpy() * firms)
    ).astype(np.int64)
    count[Size.MICRO] = firms - count[: Size.MICRO].sum()
    return count


def size_targets(firms: int, output: Reals, large_weight: Reals) -> SizeTargets:
    """Spread firms and sales over sectors and size classes.

    Parameters
    ----------
    firms
        Number of living firms.
    output
        (S,) won/month: sales of each sector.
    large_weight
        (S,) odds of large firms in a sector's sales, relative to other classes.

    Returns
    -------
    Whole firms, and sales that add up to ``output`` by sector and, as nearly as whole firms allow, to the
    sales shares of ``size_classes.csv`` by class.
    """
    share = size_classes()["sales_share"].to_numpy(dtype=float)
    by_class = share / share.sum() * output.sum()
    odds = np.stack([large_weight, np.sqrt(large_weight), np.ones_like(output), np.ones_like(output)], axis=1)
    wanted = _fit(odds * output[:, None], output, by_class)
    number = firms_by_class(firms)
    count = np.stack([largest_remainder(int(n), wanted[:, c]) for c, n in enumerate(number)], axis=1)
    # A sector without any firm of a class cannot have sales of that class.
    _lend_firms(count)
    sales = _fit(np.where(count > 0, wanted, 0), by_class=by_class, output=output)
    return SizeTargets(count, sales * (output / sales.sum(axis=1))[:, None])


def _fit(seed: Reals, output: Reals, by_class: Reals) -> Reals:
    for _ in range(ROUNDS):
        seed = seed * (by_class / np.maximum(seed.sum(axis=0), 1e-300))
        seed = seed * (output / seed.sum(axis=1))[:, None]
    return seed


def _lend_firms(count: NDArray[np.int64]) -> None:
    """Give every sector a few micro firms, taken from the sector with most."""
    micro = count[:, Size.MICRO]
    for sector in np.flatnonzero(micro < FEWEST):
        missing = FEWEST - micro[sector]
        micro[sector] += missing
        micro[np.argmax(micro)] -= missing


def make_firms(
    economy: EconomyParameters, output: Reals, profiles: pd.DataFrame, draws: Draws
) -> tuple[Firms, Reals]:
    """Make living and potential firms.

    Parameters
    ----------
    economy
        Declared parameters.
    output
        (S,) won/month: sales of each sector, already scaled.
    profiles
        S rows of ``data/sectors.csv``.
    draws
        Source of randomness.

    Returns
    -------
    The firms, and their target sales: (n,) won/month; of a potential firm the size it would enter with.
    """
    targets = size_targets(economy.firms, output, profiles["large_weight"].to_numpy(dtype=float))
    entrants = entrants_by_sector(economy, targets)
    firms = Firms(economy.firms + int(entrants.sum()))
    sectors, classes = (grid.ravel() for grid in np.indices(targets.firms.shape))
    firms.uid = np.arange(firms.rows)
    living = slice(0, economy.firms)
    firms.living[living] = True
    firms.sector[living] = np.repeat(sectors, targets.firms.ravel())
    firms.size_class[living] = np.repeat(classes, targets.firms.ravel())
    firms.sector[economy.firms :] = np.repeat(np.arange(output.size), entrants)
    firms.size_class[economy.firms :] = Size.MICRO
    sales = np.zeros(firms.rows)
    sales[living] = zipf_sales(firms, targets, economy, draws)
    sales[economy.firms :] = planned_sales(firms, targets, economy, draws)
    settle_regions(firms, profiles, draws)
    set_ages(firms, economy, draws)
    form_groups(firms, sales, economy, draws)
    firms.research_intensity = size_classes()["research_intensity"].to_numpy()[firms.size_class]
    return firms, sales


def entrants_by_sector(economy: EconomyParameters, targets: SizeTargets) -> NDArray[np.int64]:
    """Return how many potential firms each sector has: as its micro firms."""
    number = round(economy.potential_firms * economy.firms)
    return largest_remainder(number, targets.firms[:, Size.MICRO])


def zipf_sales(firms: Firms, targets: SizeTargets, economy: EconomyParameters, draws: Draws) -> Reals:
    """Return living firms' sales by Zipf's law of their order in the sector, scaled to each cell."""
    living = slice(0, economy.firms)
    sector = firms.sector[living]
    first = np.searchsorted(sector, np.arange(targets.firms.shape[0]))
    rank = np.arange(economy.firms) - first[sector] + 1.0
    noise = draws.normal(Decision.SIZE, BEFORE, firms.uid[living])
    size = rank ** (-1 / economy.size_tail) * np.exp(SIZE_NOISE * noise)
    cell = sector * len(Size) + firms.size_class[living]
    total = np.bincount(cell, size, targets.sales.size)
    return np.asarray(size * targets.sales.ravel()[cell] / total[cell])


def planned_sales(firms: Firms, targets: SizeTargets, economy: EconomyParameters, draws: Draws) -> Reals:
    """Return the sizes with which potential firms would enter."""
    rows = slice(economy.firms, firms.rows)
    micro = np.maximum(targets.firms[:, Size.MICRO], 1)
    average = np.where(
        targets.firms[:, Size.MICRO] > 0,
        targets.sales[:, Size.MICRO] / micro,
        targets.sales.sum(axis=1) / 1000,
    )
    noise = draws.normal(Decision.SIZE, BEFORE, firms.uid[rows])
    return np.asarray(ENTRANT_SIZE * average[firms.sector[rows]] * np.exp(ENTRANT_NOISE * noise))


def settle_regions(firms: Firms, profiles: pd.DataFrame, draws: Draws) -> None:
    """Give every firm a region, by its sector's regional shares."""
    share = profiles[list(REGIONS)].to_numpy(dtype=float)
    border = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    draw = draws.uniform(Decision.REGION, BEFORE, firms.uid)
    firms.region = sum(
        (draw >= border[firms.sector, region]).astype(np.int8) for region in range(border.shape[1])
    )


def set_ages(firms: Firms, economy: EconomyParameters, draws: Draws) -> None:
    """Give living firms a birth month and potential firms a month of entry; the small young are startups."""
    draw = draws.uniform(Decision.AGE, BEFORE, firms.uid)
    small = firms.size_class >= Size.SME
    firms.birth = -np.round(MONTHS * np.where(small, small_age(draw), 10 - ELDERS_LARGE * np.log1p(-draw)))
    firms.kind = np.where(small & (firms.birth > -economy.startup_age), Kind.STARTUP, Kind.SUPPLIER)
    rows = np.arange(economy.firms, firms.rows)
    if rows.size:
        # Ranks of keyed draws, not the draws themselves, so that every month has as many.
        order = np.argsort(draws.uniform(Decision.COHORT, BEFORE, firms.uid[rows]), kind="stable")
        firms.cohort[rows[order]] = np.arange(rows.size) * economy.entry_months // rows.size
    firms.birth[rows] = firms.cohort[rows]
    firms.kind[rows] = Kind.STARTUP


def small_age(draw: Reals) -> Reals:
    """Turn even draws into ages of small firms in years.

    Examples
    --------
    >>> small_age(np.array([0.0, 0.129, 0.396])).round(6).tolist()
    [0.0, 5.0, 10.0]
    """
    older = np.maximum(draw - (1 - OLD), 0) / OLD
    bands = [5 * draw / YOUNG, 5 + 5 * (draw - YOUNG) / (1 - YOUNG - OLD)]
    return np.asarray(np.select([draw < YOUNG, draw < 1 - OLD], bands, 10 - ELDERS * np.log1p(-older)))


def form_groups(firms: Firms, sales: Reals, economy: EconomyParameters, draws: Draws) -> None:
    """Join large firms in business groups, each led by one of the largest, and give them affiliates."""
    large = np.flatnonzero(firms.size_class[: economy.firms] == Size.LARGE)
    classes = size_classes()
    members = max(1, round(float(classes["grouped_share"].iloc[Size.LARGE]) * large.size))
    groups = max(1, min(KOREAN_GROUPS, int(members / economy.firms_per_group)))
    noise = draws.normal(Decision.BUSINESS_GROUP, BEFORE, firms.uid[large])
    chosen = large[np.argsort(-np.log(sales[large]) - LARGE_GROUP_NOISE * noise, kind="stable")[:members]]
    heads, others = chosen[:groups], chosen[groups:]
    firms.kind[chosen] = Kind.CONGLOMERATE
    firms.business_group[heads] = np.arange(groups)
    firms.business_group[others] = _choose_group(others, sales[heads], draws)
    affiliates = _affiliates(firms, round(economy.affiliates * members), draws)
    firms.business_group[affiliates] = _choose_group(affiliates, sales[heads], draws)


def _choose_group(rows: Rows, weight: Reals, draws: Draws) -> NDArray[Any]:
    """Larger groups have more members: the chance of joining rises with the head's sales."""
    border = np.cumsum(weight / weight.sum())
    draw = draws.uniform(Decision.BUSINESS_GROUP, BEFORE, rows, partner=1)
    return np.minimum(np.searchsorted(border, draw), weight.size - 1)


def _affiliates(firms: Firms, number: int, draws: Draws) -> Rows:
    """Choose affiliates among suppliers, mid-sized firms ten times as likely as SMEs; micro firms never."""
    eligible = np.flatnonzero(firms.living & (firms.kind == Kind.SUPPLIER) & (firms.size_class < Size.MICRO))
    eligible = eligible[firms.size_class[eligible] > Size.LARGE]
    odds = np.where(firms.size_class[eligible] == Size.MID_SIZED, MID_SIZED_ODDS, 1.0)
    # The smallest of -log(draw)/odds are a sample without replacement in proportion to the odds.
    waiting = -np.log(draws.uniform(Decision.KIND, BEFORE, firms.uid[eligible]) + 2.0**-54) / odds
    return np.asarray(eligible[np.argsort(waiting, kind="stable")[:number]])
