"""Mixes of policies' doses: what each costs in present value, and what it does.

A mix is judged in every world (a scenario of the design, say with another shock) and with every seed, paired
with the same world without policies. Runs are those of the sweep engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.budget import RATE, TOTALS, present_value, without_policies
from sim.experiments.design import Design
from sim.experiments.plan import Planned, put
from sim.experiments.points import Points
from sim.experiments.sampling import Point
from sim.experiments.sweep import Watch
from sim.scenario import Scenario

Real = NDArray[np.float64]
OBJECTIVES = {  # metric: whether more of it is better
    "real_gdp": True,
    "sme_value_added_share": True,
    "sme_wage_ratio": True,
    "supplier_survival": True,
    "fiscal_cost": False,
}
TOLERANCE = 0.05  # of the budget, within which mixes count as equally costly


class Mixes:
    """The mixes tried so far, and what came of each in each world with each seed.

    Parameters
    ----------
    design
        Worlds, seeds, and the doses with their ranges; all else that it says is the same for all mixes.
    folder, workers, on, watch
        As of `sim.sweep`.
    plan
        What else the folder holds.
    """

    def __init__(
        self,
        design: Design,
        folder: Path,
        workers: int,
        on: Any,
        watch: Watch,
        plan: Sequence[Planned] = (),
    ) -> None:
        self.design = design
        self.fixed: Point = {one.name: one.values[0] for one in design.varied if one.fixed}
        self.metrics = list(dict.fromkeys([*OBJECTIVES, *TOTALS]))
        bare = [control(world, self.fixed) for world in design.scenarios]
        controls = Points(replace(design, scenarios=tuple(bare)), folder, workers, on, watch, list(plan))
        self.inflation = [world.pricing.trend_inflation for world in bare]
        (frames,) = controls.run([{}], self.metrics)
        self.without = self.judged(frames)
        if np.isnan(self.without).any():
            fix = f"winwin results {folder} tells which"
            raise InputError([Problem(f"design {design.name}", "a run without policies failed", fix)])
        self.points = Points(design, folder, workers, on, watch, list(controls.plan))
        self.doses: list[Point] = []
        self.values: list[Real] = []

    @property
    def costs(self) -> Real:
        """What each mix costs, the mean over worlds and seeds; not a number where a run failed."""
        return np.array([value[..., -1].mean() for value in self.values])

    def cost_as_it_stands(self) -> float:
        """Return what the first scenario costs with the doses it has."""
        (frames,) = self.points.run([self.fixed], self.metrics)
        cost = float(self.effects(self.judged(frames))[0, :, -1].mean())
        if not 0 < cost < np.inf:
            what = f"scenario {self.design.scenarios[0].name} costs {cost:g} won as it stands"
            raise InputError(
                [
                    Problem(
                        f"design {self.design.name}",
                        what,
                        "give --budget, or a budget in bn won in the design",
                    )
                ]
            )
        return cost

    def run(self, points: Sequence[Point]) -> list[Real]:
        """Return (worlds, seeds, objectives and cost) of mixes, and remember them."""
        values = [self.effects(self.judged(frames)) for frames in self.points.run(points, self.metrics)]
        self.doses += points
        self.values += values
        return values

    def judged(self, frames: Sequence[Sequence[pd.DataFrame | None]]) -> Real:
        """Return (worlds, seeds, objectives and cost) of runs; not a number where one failed."""
        worlds = zip(self.inflation, frames, strict=True)
        return np.array([[of_run(run, inflation) for run in runs] for inflation, runs in worlds])

    def effects(self, values: Real) -> Real:
        """Return differences from no policies; of real output as a part of it."""
        found: Real = values - self.without
        found[..., 0] /= self.without[..., 0]
        return found

    def point(self, vector: Real) -> Point:
        """Return the point at which doses have some values."""
        doses = zip(self.design.free, vector, strict=True)
        return {**self.fixed, **{one.name: round(x) if one.whole else float(x) for one, x in doses}}

    def fit(self) -> Real:
        """Return what mixes cost by least squares: a constant, and so much for each dose."""
        known = np.isfinite(self.costs)
        doses = np.array([[1.0, *(dose[one.name] for one in self.design.free)] for dose in self.doses])
        found: Real = np.linalg.lstsq(doses[known], self.costs[known])[0]
        return found

    def scaled(self, vectors: Real, budget: float) -> Real:
        """Return mixes of the same proportions that should cost a budget, from the costs known so far.

        What a mix costs is measured all the same. While too few costs are known, mixes are returned as they
        are.
        """
        if np.count_nonzero(np.isfinite(self.costs)) <= len(self.design.free):
            return vectors
        constant, *each = self.fit()
        expected, left = vectors @ np.array(each), budget - constant
        factors = np.where((expected > 0) & (left > 0), left / np.where(expected > 0, expected, 1.0), 1.0)
        return self.times(vectors, factors)

    def times(self, vectors: Real, factors: Real) -> Real:
        """Return mixes times a factor each, cut at the ends of the doses' ranges."""
        low, high = (np.array([getattr(one, end) for one in self.design.free]) for end in ("low", "high"))
        found: Real = np.clip(vectors * factors[:, None], low, high)
        return found


def of_run(run: pd.DataFrame | None, inflation: float) -> list[float]:
    """Return the objectives of a run, and its cost, in prices of the first month."""
    if run is None:
        return [np.nan] * (len(OBJECTIVES) + 1)
    value = present_value(run[list(TOTALS)], RATE, inflation)
    levels = [value[name] if name in TOTALS else run[name].mean() for name in OBJECTIVES]
    return [*map(float, levels), float(value.sum())]


def doses_problems(design: Design) -> list[Problem]:
    """Return what is wrong with a design whose parameters are to be doses that can be scaled."""
    place, problems = f"design {design.name}", []
    for one in design.free:
        if not one.name.startswith("policy.") or one.values:
            fix = "vary doses of policies: policy.NAME.PARAMETER = { low = ..., high = ... }"
            problems.append(Problem(f"{place}, {one.name}", "is no range of a dose", fix))
    if not design.free:
        problems.append(Problem(place, "no dose varies", "give one a range"))
    return problems


def control(world: Scenario, fixed: Point) -> Scenario:
    """Return a world without policies, but with what the design fixes for all mixes."""
    others = tuple((name, value) for name, value in fixed.items() if not name.startswith("policy."))
    return without_policies(put(world, others))
