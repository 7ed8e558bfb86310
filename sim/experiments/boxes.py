"""Limits of parameters within which most points are of interest: PRIM's boxes, and how sure they are.

PRIM (Friedman and Fisher 1999) peels thin slices off the space of parameters so that the share of points of
interest rises, and pastes back what can be had again. EMA Workbench does the peeling; here is what is asked
of it, and how sure one can be of a box that was looked for in the very points it is judged by.

It is handed numbers with a point only: with columns of whole numbers its version 3.0 fails under pandas 3.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.sampling import Point, Varied

LEAST = 5  # points in a box or a leaf, and of either sort in a table that is searched
SLICE = 0.05  # of the points: what a box or a leaf holds at least

Flags = NDArray[np.bool_]
Limit = tuple[float, float] | frozenset[str]  # inclusive ends, not a number where open; or the choices left
Limits = Mapping[str, Limit]
Tell = Callable[[], object]


@dataclass(frozen=True, eq=False)
class Peeling:
    """What PRIM went through.

    Parameters
    ----------
    steps
        A row a step: ``points`` in the box, ``of_interest`` among them, ``coverage`` (part of all points of
        interest that are in it), ``density`` (part of its points that are of interest), ``mass`` (part of
        all points), ``restricted`` parameters.
    limits
        Of each step, those of the parameters it restricts.
    chances
        Of each step and restricted parameter, quasi-p values of the two ends: how likely at least as many
        points of interest would be in the box if taking this limit away did not change their density.
    """

    steps: pd.DataFrame
    limits: Sequence[Limits]
    chances: list[dict[str, tuple[float, float]]]

    def chosen(self, density: float) -> int:
        """Return the step that covers most at a wanted density; the densest where none is so dense."""
        dense = self.steps[self.steps["density"] >= density]
        order = ["coverage", "density"] if len(dense) else ["density", "coverage"]
        best = (dense if len(dense) else self.steps).sort_values(order, ascending=False, kind="stable")
        return int(best.index[0])


@dataclass(frozen=True, eq=False)
class Found:
    """One box, and how sure it is.

    Parameters
    ----------
    peeling, step
        What PRIM went through, and the step that was chosen.
    restricted
        Of each parameter, the part of resamples in which the chosen box restricts it.
    coverage, density
        Of boxes from resamples, in the points that these left out.
    luck
        p value: how often points of interest dealt out at random had a box with this coverage and density
        or more, this one counted among them.
    """

    peeling: Peeling
    step: int
    restricted: dict[str, float]
    coverage: float
    density: float
    luck: float


# --- the table ---------------------------------------------------------------------------------------


def coded(varied: Sequence[Varied], points: Sequence[Point]) -> pd.DataFrame:
    """Return the points as PRIM takes them: numbers as numbers with a point, all else by its place."""
    return pd.DataFrame(
        {
            one.name: [
                float(point[one.name]) if is_number(one) else str(place_of(one, point)) for point in points
            ]
            for one in varied
        }
    )


def is_number(one: Varied) -> bool:
    """Whether a parameter takes numbers only."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in one.values)


def place_of(one: Varied, point: Point) -> int:
    """Return which of its values a parameter has at a point."""
    value = point[one.name]
    return next(place for place in count() if one.values[place] == value)


def least_of(table: pd.DataFrame) -> int:
    """Return how many points a box or a leaf must hold."""
    return max(LEAST, math.ceil(SLICE * len(table)))


def inside(limits: Limits, table: pd.DataFrame) -> Flags:
    """Say of every point whether it lies within limits.

    Examples
    --------
    >>> inside({"a": (0.2, np.nan)}, pd.DataFrame({"a": [0.1, 0.2, 0.3]})).tolist()
    [False, True, True]
    """
    found = np.ones(len(table), dtype=bool)
    for name, limit in limits.items():
        values = table[name]
        if isinstance(limit, frozenset):
            found &= values.isin(limit).to_numpy()
        else:
            found &= ~((values < limit[0]) | (values > limit[1])).to_numpy()
    return found


# --- PRIM --------------------------------------------------------------------------------------------


def boxes(
    table: pd.DataFrame, wanted: Flags, density: float, most: int, resamples: int, tell: Tell
) -> list[Found]:
    """Return boxes, each found in the points that those before it do not hold.

    The first is returned however dense it is, others only if they reach the density; a box that restricts
    nothing is none.
    """
    found: list[Found] = []
    rest = np.ones(len(table), dtype=bool)
    least = least_of(table)
    while len(found) < most and min(wanted[rest].sum(), (~wanted[rest]).sum()) >= LEAST:
        left, sought = table[rest].reset_index(drop=True), wanted[rest]
        peeling = peeled(left, sought, least)
        step = peeling.chosen(density)
        reached = peeling.steps["density"][step] >= density
        if not peeling.limits[step] or (found and not reached):
            break
        one = judged(left, sought, peeling, step, density, resamples, tell)
        found.append(of_all(one, sought.sum() / wanted.sum(), len(left) / len(table)))
        rest &= ~inside(peeling.limits[step], table)
    return found


def of_all(one: Found, coverage: float, mass: float) -> Found:
    """Return a box whose parts are those of all points, not of those that the boxes before it left."""
    steps = one.peeling.steps
    steps = steps.assign(coverage=steps["coverage"] * coverage, mass=steps["mass"] * mass)
    return replace(one, peeling=replace(one.peeling, steps=steps), coverage=one.coverage * coverage)


def peeled(table: pd.DataFrame, wanted: Flags, least: int) -> Peeling:
    """Let PRIM look for one box."""
    search = prim()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses a word of pandas that will go away
        box = search(table, wanted, mass_min=least / len(table)).find_box()
    names = {"n": "points", "k": "of_interest", "res_dim": "restricted"}
    columns = ["points", "of_interest", "coverage", "density", "mass", "restricted"]
    steps = box.peeling_trajectory.rename(columns=names)[columns]
    chances = [
        {str(name): (ends[0], ends[1]) for name, ends in step.items()} for step in box.p_values
    ]  # of an open end, -1
    limits = [
        {name: limit(table[name], frame[name], ends) for name, ends in step.items()}
        for frame, step in zip(box.box_lims, chances, strict=True)
    ]
    return Peeling(steps, limits, [{n: known(ends) for n, ends in step.items()} for step in chances])


def limit(values: pd.Series[Any], found: pd.Series[Any], chances: tuple[float, float]) -> Limit:
    """Return the limit of a parameter, closed at values that occur."""
    if not pd.api.types.is_numeric_dtype(values):
        return frozenset(found.iloc[0])
    low, high = float(found.iloc[0]), float(found.iloc[1])
    held = values[(values >= low) & (values <= high)]
    return (
        float(held.min()) if chances[0] >= 0 else math.nan,
        float(held.max()) if chances[1] >= 0 else math.nan,
    )


def known(chances: tuple[float, float]) -> tuple[float, float]:
    """Return quasi-p values, not a number for an open end."""
    low, high = (value if value >= 0 else math.nan for value in chances)
    return low, high


def judged(
    table: pd.DataFrame,
    wanted: Flags,
    peeling: Peeling,
    step: int,
    density: float,
    resamples: int,
    tell: Tell,
) -> Found:
    """Tell how sure a box is, by bootstrap and by dealing out the points of interest at random."""
    from sklearn.utils import resample, shuffle

    least, places = least_of(table), np.arange(len(table))
    box = peeling.steps.loc[step]
    times, used, lucky = dict.fromkeys(table, 0), 0, 0
    held = caught = there = 0
    for seed in range(resamples):
        drawn = resample(places, random_state=seed)
        if 0 < wanted[drawn].sum() < len(drawn):
            again = peeled(table.iloc[drawn].reset_index(drop=True), wanted[drawn], least)
            limits = again.limits[again.chosen(density)]
            for name in limits:
                times[name] += 1
            out = np.setdiff1d(places, drawn)
            within = inside(limits, table.iloc[out])
            held, caught = held + int(within.sum()), caught + int(wanted[out][within].sum())
            there, used = there + int(wanted[out].sum()), used + 1
        tell()
        dealt = peeled(table, shuffle(wanted, random_state=seed), least).steps
        lucky += bool(((dealt["coverage"] >= box["coverage"]) & (dealt["density"] >= box["density"])).any())
        tell()
    return Found(
        peeling,
        step,
        {str(name): part(many, used) for name, many in times.items()},
        part(caught, there),
        part(caught, held),
        (lucky + 1) / (resamples + 1) if resamples else math.nan,
    )


def part(some: int, of: int) -> float:
    """Return a part, not a number of nothing."""
    return some / of if of else math.nan


def prim() -> Any:
    """Import PRIM, or say how to have it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells which ways to run it does not find; none is used
            from ema_workbench.analysis.prim import Prim
    except ImportError:
        what = "needs EMA Workbench and scikit-learn, which are not installed"
        raise InputError([Problem("discover", what, "install winwin[sensitivity]")]) from None
    return Prim
