"""Policy mixes that cost the same in present value and of which none is best in everything.

NSGA-II (pymoo) chooses doses; `sim.experiments.mixes` runs and judges them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.design import Design
from sim.experiments.front import Front, efficient, in_world, regrets
from sim.experiments.mixes import OBJECTIVES, TOLERANCE, Mixes, doses_problems
from sim.experiments.sampling import SPREAD
from sim.experiments.sweep import Watch, unseen

Real = NDArray[np.float64]
SEED = 1  # of the search
FAR = 1e6  # of a mix of which a run failed: worse than any
SIGNS = np.array([1.0 if more else -1.0 for more in OBJECTIVES.values()])


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
    problems += doses_problems(design)
    if generations < 1:
        problems.append(Problem("--generations", f"{generations} are too few", "give at least 1"))
    if budget is not None and not 0 < budget < np.inf:
        problems.append(Problem("--budget", f"{budget:g} won buy nothing", "give an amount above 0"))
    if problems:
        raise InputError(problems)


class Search:
    """A search for mixes that cost a budget, by default what the first scenario costs as it stands."""

    def __init__(
        self, design: Design, folder: Path, workers: int, on: Any, watch: Watch, budget: float | None
    ) -> None:
        self.design, self.folder = design, folder
        self.mixes = Mixes(design, folder, workers, on, watch)
        self.budget = self.mixes.cost_as_it_stands() if budget is None else budget

    def explore(self, generations: int) -> None:
        """Let NSGA-II choose mixes, generation after generation; the first is as the design draws it."""
        algorithm_of, problem_of = pymoo()
        low, high = (np.array([getattr(one, end) for one in self.design.free]) for end in ("low", "high"))
        first = np.array([[point[one.name] for one in self.design.free] for point in self.design.points])
        problem = problem_of(n_var=len(low), n_obj=len(OBJECTIVES), n_ieq_constr=1, xl=low, xu=high)
        algorithm = algorithm_of(pop_size=len(first), sampling=first)
        algorithm.setup(problem, termination=("n_gen", generations), seed=SEED)
        while algorithm.has_next():
            mixes = algorithm.ask()
            mixes.set("X", self.mixes.scaled(mixes.get("X"), self.budget))  # so that many are affordable
            goals, beyond = self.evaluate(mixes.get("X"))
            mixes.set("F", goals)
            mixes.set("G", beyond[:, None])
            algorithm.tell(infills=mixes)

    def evaluate(self, vectors: Real) -> tuple[Real, Real]:
        """Return (mixes, objectives) to make small, and by how much costs are off the budget."""
        values = self.mixes.run([self.mixes.point(vector) for vector in vectors])
        means = np.array([value.mean(axis=(0, 1)) for value in values])
        failed = ~np.isfinite(means).all(axis=1)
        goals = np.where(failed[:, None], FAR, -means[:, :-1] * SIGNS)
        return goals, np.where(failed, FAR, self.beyond(means[:, -1]))

    def beyond(self, cost: Real) -> Real:
        """Return how far costs are outside the tolerance, as a part of the budget; below 0 within it."""
        return np.abs(cost / self.budget - 1) - TOLERANCE

    def front(self) -> Front:
        """Return all mixes with their objectives and regrets."""
        values = np.array(self.mixes.values)
        sound = np.isfinite(values).all(axis=(1, 2, 3))
        values = values[sound]
        doses = pd.DataFrame([dose for dose, kept in zip(self.mixes.doses, sound, strict=True) if kept])
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
        if len(self.design.scenarios) > 1:
            for place, world in enumerate(self.design.scenarios):
                found = values[:, place].mean(axis=1)
                for at, name in enumerate(OBJECTIVES):
                    table[in_world(name, world.name)] = found[:, at]
        table = table.drop_duplicates(ignore_index=True)
        return Front(self.design, self.budget, table, int((~sound).sum()), self.folder)


def pymoo() -> tuple[Any, Any]:
    """Import NSGA-II, or say how to have it."""
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem as Task
    except ImportError:
        what = "needs pymoo, which is not installed"
        raise InputError([Problem("search", what, "install winwin[sensitivity]")]) from None
    return NSGA2, Task
