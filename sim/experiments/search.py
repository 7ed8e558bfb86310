"""Policy mixes that cost the same in present value and of which none is best in everything.

NSGA-II (pymoo) chooses doses; runs are those of the sweep engine. A mix is judged in every world (a scenario
of the design, say with another shock) and with every seed, paired with the same world without policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.budget import RATE, TOTALS, present_value, without_policies
from sim.experiments.design import Design
from sim.experiments.disk import replacing, storage
from sim.experiments.points import Points
from sim.experiments.sampling import SPREAD, Point
from sim.experiments.sweep import Watch, put, unseen
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
SEED = 1  # of the search


@dataclass(frozen=True, eq=False)
class Front:
    """What a search has found.

    Parameters
    ----------
    design
        Scenarios, seeds and ranges.
    budget
        Present value in won that mixes were to cost, fiscal and private together.
    tried
        A row for each mix: its doses; ``cost``; the objectives, mean differences from no policies over
        worlds and seeds (``real_gdp`` as a part of its level, ``fiscal_cost`` in present value);
        ``regret <objective>`` of affordable ones: the largest, over worlds and seeds, of what the best
        affordable mix found for that world and seed is better by; ``affordable``: within `TOLERANCE` of the
        budget; ``efficient``: affordable, and no other such mix is as good in all and better in one.
    failed
        Mixes left out because a run failed or was not finite.
    folder
        Where the runs are.
    """

    design: Design
    budget: float
    tried: pd.DataFrame
    failed: int
    folder: Path

    @property
    def efficient(self) -> pd.DataFrame:
        """The efficient mixes, that with the most SME value added first."""
        chosen = self.tried[self.tried["efficient"]]
        return chosen.sort_values("sme_value_added_share", ascending=False, ignore_index=True)

    def save(self) -> tuple[Path, Path]:
        """Write all mixes as ``mixes.csv`` and ``mixes.json`` into the folder of the runs."""
        files = self.folder / "mixes.csv", self.folder / "mixes.json"
        with storage(self.folder), replacing(files[0]) as aside:
            self.tried.to_csv(aside, index=False, lineterminator="\n")
        with storage(self.folder), replacing(files[1]) as aside:
            self.tried.to_json(aside, orient="records", indent=1, double_precision=15)
        return files


def search(
    design: Design | str | Path,
    generations: int = 10,
    budget: float | None = None,
    workers: int = 1,
    folder: str | Path | None = None,
    on: Any = None,
    watch: Watch = unseen,
) -> Front:
    """Search for mixes that cost the same and are efficient, or go on with a search.

    Parameters
    ----------
    design
        A design that draws points, which are the first generation, or its file or name. Its ranges are
        doses of policies; its scenarios are worlds in which all of them are in force.
    generations
        How many, the first one included; each has as many mixes as the design has points.
    budget
        Won in present value; by default what the first scenario costs as it stands.
    workers, folder, on, watch
        As of `sim.sweep`; runs are kept in ``results/<name of the design>`` by default.

    Raises
    ------
    InputError
        When the design cannot be searched, or a run without policies fails.
    """
    design = design if isinstance(design, Design) else Design.load(design)
    check(design, generations, budget)
    folder = Path(folder) if folder is not None else Path("results") / design.name
    search = Search(design, folder, workers, on, watch, budget)
    search.explore(generations)
    return search.front()


def check(design: Design, generations: int, budget: float | None) -> None:
    """Refuse what cannot be searched, naming all reasons."""
    place, problems = f"design {design.name}", []
    if design.method not in SPREAD:
        what = f"draws no first generation: its method is {design.method}"
        problems.append(Problem(place, what, f"write one of {', '.join(SPREAD)}"))
    for one in design.free:
        if not one.name.startswith("policy.") or one.values:
            fix = "vary doses of policies: policy.NAME.PARAMETER = { low = ..., high = ... }"
            problems.append(Problem(f"{place}, {one.name}", "is no range of a dose", fix))
    if not design.free:
        problems.append(Problem(place, "no dose varies", "give one a range"))
    if generations < 1:
        problems.append(Problem("--generations", f"{generations} are too few", "give at least 1"))
    if budget is not None and not 0 < budget < np.inf:
        problems.append(Problem("--budget", f"{budget:g} won buy nothing", "give an amount above 0"))
    if problems:
        raise InputError(problems)


class Search:
    """The mixes tried so far, and what came of each in each world with each seed."""

    def __init__(
        self, design: Design, folder: Path, workers: int, on: Any, watch: Watch, budget: float | None
    ) -> None:
        self.design, self.folder = design, folder
        self.fixed: Point = {one.name: one.values[0] for one in design.varied if one.fixed}
        self.metrics = list(dict.fromkeys([*OBJECTIVES, *TOTALS]))
        bare = [control(world, self.fixed) for world in design.scenarios]
        self.controls = Points(replace(design, scenarios=tuple(bare)), folder, workers, on, watch)
        (frames,) = self.controls.run([{}], self.metrics)
        self.without = self.judged(frames)
        if np.isnan(self.without).any():
            fix = f"winwin results {folder} tells which"
            raise InputError([Problem(f"design {design.name}", "a run without policies failed", fix)])
        self.points = Points(design, folder, workers, on, watch, list(self.controls.plan))
        self.doses: list[Point] = []
        self.values: list[Real] = []
        self.budget = self.cost_as_it_stands() if budget is None else budget

    def cost_as_it_stands(self) -> float:
        """Return what the first scenario costs with the doses it has."""
        (frames,) = self.points.run([self.fixed], self.metrics)
        cost = float(self.effects(self.judged(frames))[0, :, -1].mean())
        if not 0 < cost < np.inf:
            what = f"scenario {self.design.scenarios[0].name} costs {cost:g} won as it stands"
            raise InputError([Problem(f"design {self.design.name}", what, "give --budget")])
        return cost

    def judged(self, frames: Sequence[Sequence[pd.DataFrame | None]]) -> Real:
        """Return (worlds, seeds, objectives and cost) of runs; not a number where one failed."""
        return np.array(
            [
                [self.of_run(world, run) for run in runs]
                for world, runs in zip(self.design.scenarios, frames, strict=True)
            ]
        )

    def of_run(self, world: Scenario, run: pd.DataFrame | None) -> list[float]:
        """Return the objectives of a run, and its cost, in prices of the first month."""
        if run is None:
            return [np.nan] * (len(OBJECTIVES) + 1)
        years = np.arange(len(run)) / 12
        real = run[list(TOTALS)].div((1 + world.pricing.trend_inflation) ** years, axis=0)
        value = present_value(real, RATE)
        levels = [value[name] if name in TOTALS else run[name].mean() for name in OBJECTIVES]
        return [*map(float, levels), float(value.sum())]

    def effects(self, values: Real) -> Real:
        """Return differences from no policies; of real output as a part of it."""
        found: Real = values - self.without
        found[..., 0] /= self.without[..., 0]
        return found

    def explore(self, generations: int) -> None:
        """Let NSGA-II choose mixes, generation after generation."""
        algorithm_of, problem_of = pymoo()
        low, high = (np.array([getattr(one, end) for one in self.design.free]) for end in ("low", "high"))
        first = np.array([[point[one.name] for one in self.design.free] for point in self.design.points])
        problem = problem_of(n_var=len(low), n_obj=len(OBJECTIVES), n_ieq_constr=1, xl=low, xu=high)
        algorithm = algorithm_of(pop_size=len(first), sampling=first)
        algorithm.setup(problem, termination=("n_gen", generations), seed=SEED)
        while algorithm.has_next():
            mixes = algorithm.ask()
            mixes.set("X", np.clip(self.scaled(mixes.get("X")), low, high))
            goals, beyond = self.evaluate(mixes.get("X"))
            mixes.set("F", goals)
            mixes.set("G", beyond[:, None])
            algorithm.tell(infills=mixes)

    def scaled(self, vectors: Real) -> Real:
        """Return mixes of the same proportions that should cost the budget, from the costs known so far.

        Costs are taken to be a constant and so much for each dose, by least squares. That only makes
        affordable mixes frequent: what a mix costs is measured all the same. The first generation is as the
        design draws it.
        """
        free = [one.name for one in self.design.free]
        costs = np.array([value[..., -1].mean() for value in self.values])
        known = np.isfinite(costs)
        if np.count_nonzero(known) <= len(free):
            return vectors
        doses = np.array([[1.0, *(dose[name] for name in free)] for dose in self.doses])
        constant, *each = np.linalg.lstsq(doses[known], costs[known])[0]
        expected, left = vectors @ np.array(each), self.budget - constant
        factors = np.where((expected > 0) & (left > 0), left / np.where(expected > 0, expected, 1.0), 1.0)
        found: Real = vectors * factors[:, None]
        return found

    def evaluate(self, vectors: Real) -> tuple[Real, Real]:
        """Return (mixes, objectives) to make small, and by how much costs are off the budget."""
        points = [
            {
                **self.fixed,
                **{
                    one.name: round(value) if one.whole else float(value)
                    for one, value in zip(self.design.free, vector, strict=True)
                },
            }
            for vector in vectors
        ]
        values = [self.effects(self.judged(frames)) for frames in self.points.run(points, self.metrics)]
        self.doses += points
        self.values += values
        means = np.array([value.mean(axis=(0, 1)) for value in values])
        failed = ~np.isfinite(means).all(axis=1)
        goals = np.where(failed[:, None], FAR, -means[:, :-1] * SIGNS)
        return goals, np.where(failed, FAR, self.beyond(means[:, -1]))

    def beyond(self, cost: Real) -> Real:
        """Return how far costs are outside the tolerance, as a part of the budget; below 0 within it."""
        return np.abs(cost / self.budget - 1) - TOLERANCE

    def front(self) -> Front:
        """Return all mixes with their objectives and regrets."""
        values = np.array(self.values)
        sound = np.isfinite(values).all(axis=(1, 2, 3))
        values = values[sound]
        doses = pd.DataFrame([dose for dose, kept in zip(self.doses, sound, strict=True) if kept])
        means = values.mean(axis=(1, 2))
        affordable = self.beyond(means[:, -1]) <= 0
        table = doses[[one.name for one in self.design.free]].copy()
        table["cost"] = means[:, -1]
        losses = regrets(values[..., :-1] * SIGNS, affordable)
        losses[~affordable] = np.nan
        for place, name in enumerate(OBJECTIVES):
            table[name] = means[:, place]
            table[f"regret {name}"] = losses[:, place]
        table["affordable"] = affordable
        table["efficient"] = affordable & efficient(means[:, :-1] * SIGNS, affordable)
        table = table.drop_duplicates(ignore_index=True)
        return Front(self.design, self.budget, table, int((~sound).sum()), self.folder)


FAR = 1e6  # of a mix of which a run failed: worse than any
SIGNS = np.array([1.0 if more else -1.0 for more in OBJECTIVES.values()])


def control(world: Scenario, fixed: Point) -> Scenario:
    """Return a world without policies, but with what the design fixes for all mixes."""
    others = tuple((name, value) for name, value in fixed.items() if not name.startswith("policy."))
    return without_policies(put(world, others))


def efficient(goods: Real, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows no row among some beats: none is as good in all columns and better in one.

    Examples
    --------
    >>> goods = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [3.0, 3.0]])
    >>> efficient(goods, np.array([True, True, True, False])).tolist()
    [True, True, False, True]
    """
    rivals = goods[among]
    return np.array(
        [not ((rivals >= row).all(axis=1) & (rivals > row).any(axis=1)).any() for row in goods], dtype=bool
    )


def regrets(goods: Real, among: NDArray[np.bool_]) -> Real:
    """Return (mixes, objectives) the largest loss, over worlds and seeds, against the best among some mixes.

    Parameters
    ----------
    goods
        (mixes, worlds, seeds, objectives), more is better.
    among
        Mixes that count as the alternative.

    Examples
    --------
    >>> goods = np.array([[[[1.0], [5.0]]], [[[4.0], [4.0]]]])
    >>> regrets(goods, np.array([True, True])).tolist()
    [[3.0], [1.0]]
    """
    if not among.any():
        return np.full((goods.shape[0], goods.shape[-1]), np.nan)
    losses: Real = (goods[among].max(axis=0) - goods).max(axis=(1, 2))
    return losses


def pymoo() -> tuple[Any, Any]:
    """Import NSGA-II, or say how to have it."""
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem as Task
    except ImportError:
        what = "needs pymoo, which is not installed"
        raise InputError([Problem("search", what, "install winwin[sensitivity]")]) from None
    return NSGA2, Task
