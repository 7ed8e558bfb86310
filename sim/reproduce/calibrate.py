"""The parameters that moments of the running economy can tell, and what published figures say of them.

Each point is run once or more as the studies of the card are, every run kept, so that a calibration goes on
where it was stopped. The runs teach an emulator, and the emulator a posterior. Its result is not put into the
model by itself: defaults are changed by hand, with the reason beside them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.core.errors import InputError, Problem
from sim.experiments import failures
from sim.experiments.run import Job, Tell, run_all, silent
from sim.experiments.sampling import Varied
from sim.population.published import published
from sim.reproduce import mechanisms, structure
from sim.reproduce.emulator import Emulator, fit
from sim.reproduce.ensemble import Measure, Measured, code, measured
from sim.reproduce.posterior import Posterior, Target, posterior
from sim.reproduce.rules import half_width
from sim.scenario import Scenario

VARIED = (  # what moments of this kind can tell, and how far each may lie from what it is
    Varied("pricing.review_rate", low=0.1, high=1.0),
    Varied("pricing.review_exponent", low=0.5, high=2.0),
    Varied("pricing.cost_cutting", low=0.0, high=1.0),
    Varied("pricing.stickiness", low=0.5, high=0.97),
    Varied("matching.look_around", low=0.005, high=0.2),
    Varied("demand.volatility", low=0.02, high=0.3),
    Varied("demand.volatility_exponent", low=0.0, high=0.4),
    Varied("demand.selection", low=0.0, high=1.0),
    Varied("technology.fluctuation", low=0.0, high=0.3),
)
FITTED = (  # moments by name, as measured on the running economy or by a paired rise of material costs
    "pass_through_none",
    "pass_through_partly",
    "pass_through_mean",
    "customer_link_survival",
    "size_variance",
    "growth_shape",
    "running_interest_not_covered",
    "running_margin_small",
    "running_margin_large",
    "running_sales_tail",
)


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What a calibration found.

    Attributes
    ----------
    points
        A row a point: parameters, then moments, means over seeds.
    emulator, posterior
        What was learnt from them.
    """

    points: pd.DataFrame
    emulator: Emulator
    posterior: Posterior

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all that is kept, by the name of its file."""
        found = self.posterior
        return {
            "points": self.points,
            "parameters": found.parameters(),
            "moments": found.fitted(self.emulator),
            "correlations": found.correlations(),
        }


def both(scenario: Scenario, seed: int, tell: Tell = silent) -> Measured:
    """Measure the running economy, and the pass-through of dearer materials on a pair of runs."""
    return structure.measure(scenario, seed, tell) | mechanisms.unlinked(scenario, seed)


def targets(names: Sequence[str] = FITTED) -> tuple[Target, ...]:
    """Return published figures as targets; what their rule allows is the tolerance."""
    table = published()
    found = []
    for name in names:
        bare = name.removeprefix(structure.PREFIX)
        of_moment = table["moment"] == bare if bare != name else table["name"] == name
        found.append(target(name, table[of_moment].to_dict("records")[-1]))
    return tuple(found)


def target(name: str, figure: Mapping[Hashable, Any]) -> Target:
    """Return a published figure as a target; what its rule allows is the tolerance."""
    value = float(figure["value"])
    return Target(name, value, half_width(str(figure["rule"]), value))


def calibrate(
    scenario: Scenario,
    folder: str | Path,
    *,
    varied: Sequence[Varied] = VARIED,
    aims: Sequence[Target] | None = None,
    points: int = 128,
    seeds: Sequence[int] = (1, 2),
    workers: int = 1,
    tell: Tell = silent,
    measure: Measure = both,
) -> Calibrated:
    """Run a scenario at points that fill the ranges of some parameters, and say what targets tell of them.

    Parameters
    ----------
    scenario
        What is run, with its size.
    folder
        Where runs are kept; those found there are not done again.
    varied
        Parameters with their ranges.
    aims
        What is aimed at; the published figures of `FITTED` unless given.
    points
        How many, best a power of two.
    seeds
        Of every point; moments are means over them, as published figures are of one large economy.
    workers
        Processes at work.
    tell
        Called with months that have passed.
    measure
        Takes a scenario, a seed and ``tell``, and returns moments; a function of a module.

    Raises
    ------
    InputError
        When runs fail, or are too few to learn from.
    """
    aims = tuple(targets() if aims is None else aims)
    places = qmc.Sobol(len(varied), scramble=True, rng=1).random(points)
    at = [{one.name: one.at(float(x)) for one, x in zip(varied, place, strict=True)} for place in places]
    arms = [scenario.replacing(*[part for pair in point.items() for part in pair]) for point in at]
    place = str(Path(folder) / f"points-{code(measure)}")
    work = partial(measured, measure=measure)
    jobs = [Job(arm, seed, place, work) for arm in arms for seed in seeds]
    outcomes = run_all(jobs, workers, tell)
    failures.refuse(outcomes)
    names = [aim.name for aim in aims]
    rows = pd.concat([done.metrics[names] for done in outcomes if done.metrics is not None])
    moments = rows.to_numpy().reshape(points, len(seeds), len(names)).mean(axis=1)
    usable = np.isfinite(moments).all(axis=1)
    if not usable.any():
        raise InputError([Problem("calibration", "no point has all moments", "raise economy.firms")])
    return learnt(
        places[usable], [p for p, ok in zip(at, usable, strict=True) if ok], moments[usable], varied, aims
    )


def learnt(
    places: NDArray[np.float64],
    at: Sequence[dict[str, float]],
    moments: NDArray[np.float64],
    varied: Sequence[Varied],
    aims: Sequence[Target],
) -> Calibrated:
    """Return what moments reached at some points say."""
    emulator = fit(places, moments)
    table = pd.concat([pd.DataFrame(at), pd.DataFrame(moments, columns=[aim.name for aim in aims])], axis=1)
    return Calibrated(table, emulator, posterior(emulator, varied, aims))
