"""Points of equal cost: mixes whose doses are scaled until they should cost the same in present value.

What a mix costs is not known before it has run, while a plan is made before anything runs. So the points
are run as pilots first: as the design draws them, then scaled by a fit of what these cost. A point that
still is off the budget is scaled once more, by what it cost itself. Pilots are a sweep of their own, in a
folder beside, that is kept and gone on with like any other. The points they lead to are an ordinary list,
planned before it runs; it takes over the pilots that hit the budget. What points cost is measured, and told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.disk import replacing, storage
from sim.experiments.mixes import Mixes, control, doses_problems
from sim.experiments.plan import Planned, missing, plan_of
from sim.experiments.points import frames_of
from sim.experiments.sampling import Varied
from sim.experiments.sweep import Watch, unseen
from sim.scenario import Scenario

Real = NDArray[np.float64]
NEAR = 0.02  # of the budget: a pilot that is off by more is scaled again
DIGITS = 4  # of a dose
SPARE = 2  # pilots more than doses, from which costs are told


def check(design: Design) -> None:
    """Refuse a design whose points cannot be scaled."""
    problems, least = doses_problems(design), len(design.free) + SPARE
    if design.drawn < least:
        what = f"{design.drawn} are too few to tell what {len(design.free)} doses cost"
        problems.append(Problem(f"design {design.name}, points", what, f"write at least {least}"))
    if problems:
        raise InputError(problems)


def pilots_of(design: Design) -> list[Planned]:
    """Return the pilots that are known before anything runs."""
    check(design)
    fixed = {one.name: one.values[0] for one in design.varied if one.fixed}
    bare = tuple(control(world, fixed) for world in design.scenarios)
    rows = plan_of(replace(design, scenarios=bare, points=({},))) + plan_of(design)
    if isinstance(design.budget, Scenario):
        model = as_it_stands(design, design.budget)
        bare = (control(design.budget, fixed),)
        rows += plan_of(replace(model, scenarios=bare, points=({},))) + plan_of(model)
    return rows


def pilots_left(design: Design, folder: Path) -> dict[str, Planned]:
    """Return those of them that are not stored."""
    return missing(Archive(pilots_folder(folder)), pilots_of(design))


def pilots_folder(folder: Path) -> Path:
    """Return where the pilots of a sweep are kept: beside it, so that it takes over what it can use."""
    return folder.with_name(f"{folder.name}_pilots")


def as_it_stands(design: Design, scenario: Scenario) -> Design:
    """Return a design of one point: a scenario with its own doses, and all else as the design says."""
    kept: tuple[Varied, ...] = tuple(
        one for one in design.varied if one.fixed and not one.name.startswith("policy.")
    )
    point = {one.name: one.values[0] for one in kept}
    return replace(design, scenarios=(scenario,), varied=kept, points=(point,))


@dataclass(frozen=True, eq=False)
class Settled:
    """A design whose points should cost a budget, in won of present value, and the pilots that told how."""

    design: Design
    budget: float
    pilots: Mixes


def settled(design: Design, workers: int, folder: Path, on: Any = None, watch: Watch = unseen) -> Settled:
    """Scale the points of a design of the method ``equal_cost``, after doing the pilots that are left."""
    check(design)
    pilots = pilots_folder(folder)
    budget, plan = design.budget, []
    if isinstance(budget, Scenario):
        model = Mixes(as_it_stands(design, budget), pilots, workers, on, watch)
        budget, plan = model.cost_as_it_stands(), model.points.plan
    assert budget is not None
    mixes = Mixes(design, pilots, workers, on, watch, plan)
    mixes.run(design.points)
    known = int(np.isfinite(mixes.costs).sum())
    if known < len(design.free) + SPARE:
        what = f"{known} of {design.drawn} pilots ran: too few to tell what {len(design.free)} doses cost"
        raise InputError([Problem(f"design {design.name}", what, f"winwin results {pilots} tells why")])
    drawn = np.array([[point[one.name] for one in design.free] for point in design.points])
    scaled = tidy(mixes.scaled(drawn, budget))
    values = mixes.run([mixes.point(vector) for vector in scaled])
    cost, constant = np.array([value[..., -1].mean() for value in values]), mixes.fit()[0]
    off = (np.abs(cost / budget - 1) > NEAR) & (cost > constant) & (budget > constant)
    factors = np.where(off, (budget - constant) / np.where(off, cost - constant, 1.0), 1.0)
    points = tuple(mixes.point(vector) for vector in tidy(mixes.times(scaled, factors)))
    return Settled(replace(design, method="list", points=points, budget=budget), budget, mixes)


def tidy(doses: Real) -> Real:
    """Round doses, so that the last bits of a fit do not make another run.

    >>> tidy(np.array([0.0123456, 0.0])).tolist()
    [0.01235, 0.0]
    """
    return np.vectorize(lambda dose: float(f"{dose:.{DIGITS}g}"))(doses)  # type: ignore[no-any-return]


@dataclass(frozen=True, eq=False)
class Costs:
    """What the points of a sweep of equal cost do cost.

    Parameters
    ----------
    budget
        Won in present value that they were to cost.
    table
        A row a point: its doses; ``cost``, measured, the mean over worlds and seeds; ``off``, the part of
        the budget by which it is too dear. Not a number where a run failed.
    """

    budget: float
    table: pd.DataFrame

    def save(self, folder: Path) -> Path:
        """Write the table as ``costs.csv`` into the folder of the runs."""
        file = folder / "costs.csv"
        with storage(folder), replacing(file) as aside:
            self.table.to_csv(aside, index=False, lineterminator="\n")
        return file


def costs(done: Settled, folder: Path) -> Costs:
    """Return what the points of a sweep of equal cost do cost, from its stored runs."""
    design, pilots = done.design, done.pilots
    frames = frames_of(Archive(folder), design, plan_of(design), pilots.metrics)
    cost = np.array([pilots.effects(pilots.judged(one))[..., -1].mean() for one in frames])
    table = pd.DataFrame([{one.name: point[one.name] for one in design.free} for point in design.points])
    return Costs(done.budget, table.assign(cost=cost, off=cost / done.budget - 1))
