"""Which parameters matter: Morris effects and Sobol indices of a sweep's results, with intervals.

The points come from a design of the method ``morris`` or ``saltelli``, the runs from the sweep engine.
Points are of use only in blocks (a Morris walk; a pair of points and all crosses of them), so a run that
failed, or a metric that is not finite, takes its whole block out. SALib itself returns zeros, without a
warning, when one value among thousands is not a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.design import Design
from sim.experiments.effects import WHOLE, Span, choose
from sim.experiments.outputs import chosen_metrics, outputs_of
from sim.experiments.sampling import MORRIS_LEVELS, Method, block, problem, salib, unit_cube
from sim.experiments.sweep import Watch, sweep, unseen

Real = NDArray[np.float64]
METHODS: tuple[Method, ...] = ("morris", "saltelli")
LEAST = 4  # blocks, from which an interval is estimated
RESAMPLES = 1000
SEED = 1  # of the bootstrap; SALib takes 0 for none
SAME = 1e-12  # outputs that differ by less, relative to their size, are the same
MEASURES = {"morris": ("mu_star", "mu", "sigma"), "saltelli": ("S1", "ST")}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What each parameter contributes to each metric.

    Parameters
    ----------
    design
        What was run.
    table
        A row for each scenario, metric and parameter. ``S1``: part of the variance of the metric over the
        ranges that the parameter explains alone; ``ST``: with all it takes part in. ``mu_star``, ``mu``,
        ``sigma``: mean size, mean and standard deviation of the effect of moving the parameter through
        its whole range. ``..._low`` and ``..._high`` are 95 % bootstrap intervals over blocks.
    outputs
        A row for each scenario and metric: ``mean`` and ``deviation`` over the points; ``noise``, the part
        of the variance that is luck of the draws and not of the points (not known with one seed);
        ``blocks`` used and ``dropped``.
    baseline
        Scenario from which differences are taken; "" where the outputs are levels.
    folder
        Where the runs are.
    """

    design: Design
    table: pd.DataFrame
    outputs: pd.DataFrame
    baseline: str
    folder: Path


def sensitivity(
    design: Design | str | Path,
    workers: int = 1,
    folder: str | Path | None = None,
    on: Any = None,
    metrics: str | Sequence[str] | None = None,
    by: Span = "in_force",
    watch: Watch = unseen,
) -> Sensitivity:
    """Do the runs of a design that are not there yet, and return the sensitivity of its metrics.

    With several scenarios the outputs are paired differences from the first one, in the same shock; with one,
    levels.

    Parameters
    ----------
    design
        A design of the method ``morris`` or ``saltelli``, its file, or the name of a shipped one.
    workers, folder, on, watch
        As of `sim.sweep`.
    metrics
        Which metrics, by default the headline ones.
    by
        ``"in_force"`` averages over the months since the scenarios part (see `Effect`), over all months
        where there is but one; ``"last_year"`` over the last twelve.

    Raises
    ------
    InputError
        When the design is not of such a method, a metric is not known, or too few blocks are whole.
    """
    design = design if isinstance(design, Design) else Design.load(design)
    check(design, by)
    names = chosen_metrics(metrics)
    done = sweep(design, workers, folder, on, watch)
    return analysed(design, done.folder, names, by)


def analysed(design: Design, folder: Path, metrics: Sequence[str], by: Span = "in_force") -> Sensitivity:
    """Return the sensitivity of metrics from the stored runs of a design."""
    parts, told = [], []
    baseline = design.scenarios[0].name if design.paired else ""
    values = outputs_of(design, folder, metrics, by)
    for arm, base in design.pairs():
        for place, metric in enumerate(metrics):
            output = values[:, arm, :, place] - (values[:, base, :, place] if baseline else 0.0)
            table, about = measured(design, output)
            where = {"scenario": design.scenarios[arm].name, "metric": metric}
            parts.append(table.assign(**where))
            told.append({**where, **about})
    keys = ["scenario", "metric"]
    table = pd.concat(parts, ignore_index=True).set_index([*keys, "parameter"])
    return Sensitivity(design, table, pd.DataFrame(told).set_index(keys), baseline, folder)


def check(design: Design, by: Span) -> None:
    """Refuse a design from which no sensitivity can be told."""
    if design.method not in METHODS:
        fix = 'write method = "morris" or method = "saltelli"'
        what = f"tells no sensitivity: its method is {design.method}"
        raise InputError([Problem(f"design {design.name}", what, fix)])
    choose("by", by, WHOLE)
    if not design.free:
        raise InputError([Problem(f"design {design.name}", "no parameter varies", "give one a range")])
    if design.drawn < LEAST:
        what = f"{design.drawn} are too few for an interval"
        raise InputError([Problem(f"design {design.name}, points", what, f"write at least {LEAST}")])


# --- one output ------------------------------------------------------------------------------------


def measured(design: Design, values: Real) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return a row for each parameter, and what is told of the output.

    Parameters
    ----------
    design
        Which points they are.
    values
        (points, seeds) of one output.

    Raises
    ------
    InputError
        When too few blocks are whole.
    """
    many = len(design.free)
    kept = whole_blocks(values, block(design.method, many))
    left = values[kept]
    blocks, dropped = (int(part.sum()) // block(design.method, many) for part in (kept, ~kept))
    if blocks < LEAST:
        what = f"{dropped} of {blocks + dropped} blocks of points hold a run that failed or is not finite"
        fix = "winwin results tells which runs failed; narrow the ranges, or draw more points"
        raise InputError([Problem(f"design {design.name}", what, fix)])
    mean = left.mean(axis=1)
    told = {"mean": float(mean.mean()), "deviation": float(mean.std()), "noise": noise(left)}
    found = estimates(design, mean, kept)
    table = pd.DataFrame({"parameter": [one.name for one in design.free], **found})
    return table, told | {"blocks": blocks, "dropped": dropped}


def whole_blocks(values: Real, size: int) -> NDArray[np.bool_]:
    """Return (points,) whether all values of all points of its block are finite."""
    finite = np.isfinite(values).all(axis=1)
    return np.repeat(finite.reshape(-1, size).all(axis=1), size)


def noise(values: Real) -> float:
    """Return the part of the variance of means over seeds that does not come from the points.

    A seed that moves all points alike is no noise here. What remains of a point and a seed, after the
    means of both are taken off, is; its variance is that of a mean over seeds. It is an estimate: above 1
    when there is nothing but luck. Sobol's total index of a parameter that does nothing but change which
    draws meet which firm is about as large as this.

    Examples
    --------
    >>> noise(np.array([[1.0, 2.0], [3.0, 4.0]])), noise(np.array([[1.0], [2.0]]))
    (0.0, nan)
    """
    points, seeds = values.shape
    mean = values.mean(axis=1, keepdims=True)
    if seeds < 2 or same(mean):
        return np.nan
    rest = values - mean - values.mean(axis=0) + values.mean()
    return float((rest**2).sum() / ((points - 1) * (seeds - 1)) / seeds / mean.var(ddof=1))


def same(values: Real) -> bool:
    """Whether values do not differ but for rounding."""
    return bool(np.ptp(values) <= SAME * np.abs(values).max())


def estimates(design: Design, mean: Real, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the measures of all parameters with their intervals; an output that is constant has none."""
    names = MEASURES[design.method]
    columns = [name + end for name in names for end in ("", "_low", "_high")]
    if same(mean):
        return dict.fromkeys(columns, [np.nan] * len(design.free))
    salib()
    from SALib.analyze import morris, sobol

    unit = problem(len(design.free))
    if design.method == "saltelli":
        found = sobol.analyze(unit, mean, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED)
        halves = {"S1": found["S1_conf"], "ST": found["ST_conf"]}
    else:
        cube = unit_cube("morris", design.drawn, len(design.free), design.scramble_seed)[kept]
        settings = {"num_resamples": RESAMPLES, "num_levels": MORRIS_LEVELS, "seed": SEED}
        found = morris.analyze(unit, cube, mean, **settings)
        halves = {"mu_star": found["mu_star_conf"]}
    told: dict[str, Any] = {}
    for name in names:
        told[name] = np.asarray(found[name], dtype=np.float64)
        if name in halves:
            half = np.asarray(halves[name], dtype=np.float64)
            told |= {f"{name}_low": told[name] - half, f"{name}_high": told[name] + half}
    return told
