"""The ensemble: every study on many networks, each of them kept as soon as it is done.

A seed draws the firms of an economy, its network and all events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.manifest import digest, origin
from sim.experiments.run import Job, Outcome, Tell, silent
from sim.experiments.store import Result
from sim.scenario import Scenario

Measured = dict[str, float]
Measure = Callable[[Scenario, int, Tell], Measured]
OVER, UNDER = "|over", "|under"  # a ratio whose parts are summed over the ensemble before they are divided
ALSO = {"structure": ("growth", "panel")}  # modules by which those of studies measure


@dataclass(frozen=True)
class Study:
    """What is measured on one economy, and how many economies it is measured on.

    Attributes
    ----------
    name
        What its runs are kept under.
    scenario
        With the size of the runs.
    measure
        Runs the economy of a seed and returns what was measured; a function of a module, for the workers.
    seeds
        Seeds of the economies.
    """

    name: str
    scenario: Scenario
    measure: Measure
    seeds: Sequence[int]

    def jobs(self, folder: Path) -> list[Job]:
        """Return what is to be done; a change of how things are measured does all of it again."""
        place = str(folder / f"{self.name}-{code(self.measure)}")
        work = partial(measured, measure=self.measure)
        return [Job(self.scenario, seed, place, work) for seed in self.seeds]


def measured(scenario: Scenario, seed: int, tell: Tell = silent, *, measure: Measure) -> Result:
    """Measure one economy and return it in the form in which results are kept."""
    table = pd.DataFrame({key: [float(value)] for key, value in measure(scenario, seed, tell).items()})
    table.index = pd.Index(["all"], name="month")
    told = origin(scenario, seed) | {"notes": [], "digest": digest(table)}
    return Result(scenario, seed, table, None, told)


def code(measure: Callable[..., Any]) -> str:
    """Return a short hash of the source by which something is measured; that of the page is no part of it."""
    function = measure.func if isinstance(measure, partial) else measure
    name = function.__module__.rpartition(".")[2]
    return source_of(name, *ALSO.get(name, ()))


@cache
def source_of(*names: str) -> str:
    """Return a short hash of some modules of this package, and of this one."""
    hashed = hashlib.sha256(Path(__file__).read_bytes().replace(b"\r\n", b"\n"))
    for file in (Path(__file__).with_name(f"{name}.py") for name in names):
        hashed.update(b"\0" + (file.read_bytes().replace(b"\r\n", b"\n") if file.exists() else b""))
    return hashed.hexdigest()[:8]


def gathered(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return what was measured: a row a seed, a column a measure."""
    rows = {done.seed: done.metrics.iloc[0] for done in outcomes if done.metrics is not None}
    return pd.DataFrame.from_dict(rows, orient="index").sort_index()
