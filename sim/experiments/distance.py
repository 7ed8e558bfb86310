"""What a calibration needs of the model: priors, and the distance of its moments from targets.

Any library that asks for a function of a vector, with bounds or a prior, can use both: an optimiser (see
`sim/docs/sweeps.md` for one) or a sampler for approximate Bayesian computation. Runs are kept like those
of a sweep, so a calibration that is started again with the same seed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.design import Design
from sim.experiments.effects import in_span
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.outputs import chosen_metrics
from sim.experiments.points import Points
from sim.experiments.ranges import declared_range
from sim.experiments.sampling import Varied
from sim.experiments.varied import is_whole_parameter
from sim.scenario import Scenario

Moments = Callable[[pd.DataFrame], Mapping[str, float]]  # of the metrics of a run, month by metric


def priors(scenario: Scenario | str | Path, *names: str) -> tuple[Varied, ...]:
    """Return a uniform prior for each parameter, over the range that its source states.

    `Varied.low` and `Varied.high` are bounds; `Varied.drawn` turns a uniform draw into a value. A range of
    one's own is ``Varied(name, low=0.0, high=1.0)``.

    Raises
    ------
    InputError
        With every parameter whose source states no range.

    Examples
    --------
    >>> (found,) = priors("baseline", "demand.smoothing")
    >>> found.low, found.high, found.drawn(0.5)
    (0.1, 0.5, 0.3)
    """
    scenario = as_scenario(scenario)
    ranges = {name: declared_range(scenario, name) for name in names}
    fix = "give a range: Varied(name, low=..., high=...)"
    missing = [name for name, ends in ranges.items() if ends is None]
    if missing:
        raise InputError([Problem(name, "its source states no range", fix) for name in missing])
    return tuple(
        Varied(name, low=ends[0], high=ends[1], whole=is_whole_parameter(scenario, name))
        for name, ends in ranges.items()
        if ends
    )


def distance(
    reached: Mapping[str, float], targets: Mapping[str, float], weights: Mapping[str, float] | None = None
) -> float:
    """Return the root of the weighted sum of squared distances of moments from their targets.

    Without weights each counts relative to its target: weight 1 / target squared. A moment that is missing
    or not finite makes the distance infinite, so that no search takes it for near.

    Examples
    --------
    >>> distance({"a": 11.0, "b": 2.0}, {"a": 10.0, "b": 2.0})
    0.1
    >>> distance({"a": float("nan")}, {"a": 10.0})
    inf
    """
    weights = checked_weights(targets, weights)
    parts = [weights[name] * (reached.get(name, np.nan) - target) ** 2 for name, target in targets.items()]
    total = float(np.sqrt(sum(parts)))
    return total if np.isfinite(total) else np.inf


def checked_weights(targets: Mapping[str, float], weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return a weight for each target, or refuse those that cannot be used."""
    problems, found = [], {}
    for name in set(weights or {}) - set(targets):
        problems.append(Problem(f"weights, {name}", "has no target", "leave it out"))
    for name, target in targets.items():
        weight = (weights or {}).get(name, 1 / target**2 if target and np.isfinite(target) else None)
        if weight is None or not np.isfinite(target):
            problems.append(Problem(f"targets, {name}", f"is {target:g}", "give it a weight of its own"))
        elif not 0 <= weight < np.inf:
            problems.append(Problem(f"weights, {name}", f"is {weight:g}", "allowed: numbers from 0"))
        else:
            found[name] = weight
    if not targets:
        problems.append(Problem("targets", "there are none", "give at least one"))
    if problems:
        raise InputError(problems)
    return found


@dataclass(frozen=True)
class MeanOf:
    """Moments that are means of metrics over the last twelve months, or over all."""

    names: tuple[str, ...]
    last_year: bool = True

    def __call__(self, run: pd.DataFrame) -> dict[str, float]:
        """Return the moments of a run."""
        months = in_span(run.index, "last_year" if self.last_year else "in_force", "")
        means = run.loc[months, list(self.names)].mean()
        return {str(name): float(value) for name, value in means.items()}


class Calibration:
    """The distance of a scenario from targets as a function of parameters.

    Parameters
    ----------
    scenario
        What is run, with the parameters put in.
    priors
        The parameters, in the order of the vectors that are handed over.
    targets
        Moments by name.
    folder
        Where runs are kept.
    seeds
        Moments are means over these; the same at every point, so that distances do not differ by luck of
        other draws.
    weights
        Of `distance`.
    moments
        Makes moments of the metrics of a run; without it they are means of the metrics of these names over
        the last twelve months.
    metrics
        Which metrics ``moments`` looks at; without it, those that the targets name.
    workers
        Processes at work.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path,
        priors: Sequence[Varied],
        targets: Mapping[str, float],
        folder: str | Path,
        *,
        seeds: Seeds | None = None,
        weights: Mapping[str, float] | None = None,
        moments: Moments | None = None,
        metrics: Sequence[str] | None = None,
        workers: int = 1,
    ) -> None:
        scenario = as_scenario(scenario)
        self.priors, self.targets = tuple(priors), dict(targets)
        self.weights = checked_weights(targets, weights)
        self.metrics = chosen_metrics(list(metrics or targets))
        self.of_run: Moments = moments or MeanOf(tuple(self.metrics))
        chosen = tuple(chosen_seeds(seeds, scenario))
        told = f"# calibration of {scenario.name}: {', '.join(one.name for one in priors)}\n"
        design = Design("calibration", "Calibration", (scenario,), "list", (), chosen, told, self.priors)
        self.points = Points(design, Path(folder), workers)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Bounds of the vectors, as optimisers want them."""
        return [(one.low, one.high) for one in self.priors]

    def __call__(self, vector: Sequence[float] | NDArray[np.float64]) -> float:
        """Return the distance at a vector of values; infinite where a run fails."""
        return distance(self.moments(vector), self.targets, self.weights)

    def moments(self, vector: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
        """Return the moments at a vector of values, means over seeds; none where a run fails."""
        pairs = zip(self.priors, vector, strict=True)
        point = {one.name: round(value) if one.whole else float(value) for one, value in pairs}
        (((*runs,),),) = self.points.run([point], self.metrics)
        frames = [run for run in runs if run is not None]
        if len(frames) < len(runs):
            return {}
        return {str(name): float(value) for name, value in mean_of([self.of_run(run) for run in frames])}


def mean_of(moments: Sequence[Mapping[str, float]]) -> list[tuple[str, float]]:
    """Return the mean of each moment over runs; not a number where one run has none."""
    table = pd.DataFrame(list(moments))
    return [(str(name), float(value)) for name, value in table.mean(skipna=False).items()]
