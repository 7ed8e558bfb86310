"""Scenario discovery: within which limits of its parameters a sweep has the outcomes one asks for.

A point is of interest when its means over seeds meet the condition. Points with a run that failed, or a
metric that is not finite, are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.boxes import LEAST, Tell, boxes, coded, prim
from sim.experiments.condition import BASELINE, Condition
from sim.experiments.design import Design
from sim.experiments.discovery_tables import TABLES, box_row, leaf_rows, limit_rows, step_rows
from sim.experiments.effects import WHOLE, Span, choose
from sim.experiments.outputs import outputs_of
from sim.experiments.sampling import SPREAD
from sim.experiments.sweep import Watch, sweep, unseen
from sim.experiments.tree import tree

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
DENSITY = 0.8  # wanted of a box
RESAMPLES = 30
BOXES = 3  # at most


@dataclass(frozen=True, eq=False)
class Discovery:
    """Where in the space of parameters the points of interest lie.

    Parameters
    ----------
    design
        What was run.
    condition
        What makes a point one of interest.
    baseline
        Scenario from which differences are taken; "" where values are levels.
    density, resamples
        As asked for.
    points
        A row a scenario: ``points`` looked at, ``of_interest`` among them, ``dropped`` ones, ``split`` ones,
        on which single seeds disagree; ``right``, the part of points that the tree tells right in
        cross-validation, and ``guess``, what always saying the more frequent would. A scenario in which
        fewer than five points are of interest, or are not, has no box and no tree.
    boxes
        A row a scenario and box: ``points``, ``of_interest``, ``coverage``, ``density``, ``mass``,
        ``restricted`` parameters; a box is sought, and sits, among the points that those before it left.
        ``coverage_left_out`` and ``density_left_out``: those of boxes from resamples in the points that these
        did not draw; ``luck``: p value of points of interest dealt out at random having one as good.
    limits
        A row a scenario, box and parameter that the box, or that of a resample, restricts: ``low``,
        ``high`` (closed), ``values`` left of a list; ``low_p``, ``high_p``: quasi-p values; ``restricted``:
        part of resamples that restrict it.
    steps
        A row a scenario, box and step of the peeling, with ``chosen``.
    leaves
        A row a scenario and leaf of the tree: ``where``, ``points``, ``of_interest``, ``coverage``,
        ``density``, ``mass``.
    folder
        Where the runs are.
    """

    design: Design
    condition: Condition
    baseline: str
    density: float
    resamples: int
    points: pd.DataFrame
    boxes: pd.DataFrame
    limits: pd.DataFrame
    steps: pd.DataFrame
    leaves: pd.DataFrame
    folder: Path


def discover(
    design: Design | str | Path,
    when: str,
    workers: int = 1,
    folder: str | Path | None = None,
    on: Any = None,
    by: Span = "in_force",
    density: float = DENSITY,
    resamples: int = RESAMPLES,
    watch: Watch = unseen,
    tell: Tell = lambda: None,
) -> Discovery:
    """Do the runs of a design that are not there yet, and return the limits within which a condition holds.

    With several scenarios the condition reads paired differences from the first one, in the same shock; with
    one, levels.

    Parameters
    ----------
    design
        A design of the method ``sobol`` or ``latin_hypercube``, its file, or the name of a shipped one.
    when
        A comparison of metrics in base units, ``"sme_value_added_share < 0"``; may be joined by ``and``,
        ``or``, ``not``, and name the baseline's level: ``"real_gdp < -0.01 * baseline.real_gdp"``.
    workers, folder, on, watch
        As of `sim.sweep`.
    by
        As of `sim.sensitivity`.
    density
        Part of the points of a box that are to be of interest.
    resamples
        How many bootstrap samples, and how many random deals, tell how sure a box is; 0 for none.
    tell
        Called after each of them.

    Raises
    ------
    InputError
        When the design or the condition is not fit, or no scenario has enough points of interest and others.
    """
    design = design if isinstance(design, Design) else Design.load(design)
    condition = checked(design, when, by, density, resamples)
    done = sweep(design, workers, folder, on, watch)
    return found_in(design, done.folder, condition, by, density, resamples, tell)


def checked(design: Design, when: str, by: Span, density: float, resamples: int) -> Condition:
    """Return the condition, or refuse what nothing can be discovered in."""
    place = f"design {design.name}"
    choose("by", by, WHOLE)
    problems = []
    if design.method not in SPREAD:
        fix = f"write method = {' or '.join(show_word(word) for word in SPREAD)}"
        problems.append(Problem(place, f"its method {design.method} does not fill the ranges evenly", fix))
    if not design.free:
        problems.append(Problem(place, "no parameter varies", "give one a range"))
    if not 0 < density <= 1:
        problems.append(Problem("--density", f"{density:g} is no part", "give a part above 0, up to 1"))
    if resamples < 0:
        problems.append(Problem("--resamples", f"{resamples} are too few", "give 0 or more"))
    try:
        condition = Condition.read(when, design.paired)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    prim()
    return condition


def show_word(word: str) -> str:
    """Write a word as a design does."""
    return f'"{word}"'


def found_in(
    design: Design,
    folder: Path,
    condition: Condition,
    by: Span = "in_force",
    density: float = DENSITY,
    resamples: int = RESAMPLES,
    tell: Tell = lambda: None,
) -> Discovery:
    """Return what the stored runs of a design tell."""
    paired = design.paired
    values = outputs_of(design, folder, condition.metrics, by)
    rows: dict[str, list[dict[Any, Any]]] = {name: [] for name in TABLES}
    problems: list[Problem] = []
    for arm, base in design.pairs():
        scenario = design.scenarios[arm].name
        own = values[:, arm] - values[:, base] if paired else values[:, arm]
        sound = np.isfinite(own).all(axis=(1, 2))
        told, wanted = of_interest(condition, own[sound], values[sound, base] if paired else None)
        told |= {"dropped": int((~sound).sum())}
        if few := too_few(design, scenario, condition, told):
            problems.append(few)
            rows["points"].append({"scenario": scenario, **told})
            continue
        table = coded(design.free, [point for point, kept in zip(design.points, sound, strict=True) if kept])
        for place, one in enumerate(boxes(table, wanted, density, BOXES, resamples, tell), start=1):
            where = {"scenario": scenario, "box": place}
            rows["boxes"].append(where | box_row(one))
            rows["limits"] += [where | row for row in limit_rows(one, design.free)]
            rows["steps"] += [where | row for row in step_rows(one)]
        grown = tree(table, wanted)
        rows["points"].append({"scenario": scenario, **told, "right": grown.right, "guess": grown.guess})
        rows["leaves"] += [
            {"scenario": scenario, **leaf} for leaf in leaf_rows(grown.leaves, design.free, told)
        ]
    if len(problems) == len(rows["points"]):
        raise InputError(problems)
    tables = {
        name: pd.DataFrame(rows[name], columns=[*keys, *columns]).set_index(keys)
        for name, (keys, columns) in TABLES.items()
    }
    baseline = design.scenarios[0].name if paired else ""
    return Discovery(design, condition, baseline, density, resamples, folder=folder, **tables)


def of_interest(condition: Condition, values: Real, baseline: Real | None) -> tuple[dict[str, int], Flags]:
    """Return what is told of points, and which of them are of interest.

    Parameters
    ----------
    values, baseline
        (points, seeds, metrics) of the condition's.
    """

    def holds(own: Real, other: Real | None) -> Flags:
        named = {name: own[..., place] for place, name in enumerate(condition.metrics)}
        if other is not None:
            named |= {f"{BASELINE}.{name}": other[..., at] for at, name in enumerate(condition.metrics)}
        return condition.holds(named)

    single = holds(values, baseline)
    wanted = holds(values.mean(axis=1), None if baseline is None else baseline.mean(axis=1))
    split = int((single.any(axis=1) & ~single.all(axis=1)).sum())
    return {"points": len(wanted), "of_interest": int(wanted.sum()), "split": split}, wanted


def too_few(design: Design, scenario: str, condition: Condition, told: Mapping[str, int]) -> Problem | None:
    """Say so where almost no point, or almost every one, is of interest: then no limits are looked for."""
    points, some = told["points"], told["of_interest"]
    if LEAST <= some <= points - LEAST:
        return None
    what = f"{scenario}: {some} of {points} points are of interest, {told['dropped']} left out"
    fix = f"at least {LEAST} must be and {LEAST} must not: move the bound of --when, or draw more points"
    return Problem(f"design {design.name}, --when {condition.text!r}", what, fix)
