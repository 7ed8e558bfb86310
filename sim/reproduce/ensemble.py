"""The ensemble: every study on many networks, each of them kept as soon as it is done.

A seed draws the firms of an economy, its network and all events, so that the spread over seeds is what
another network and other luck would have given. `split` tells how much of it is the network's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.manifest import digest, origin
from sim.experiments.run import Job, Outcome, Tell, silent
from sim.experiments.store import Result
from sim.scenario import Scenario

Real = NDArray[np.float64]
Measured = dict[str, float]
Measure = Callable[[Scenario, int, Tell], Measured]
LOW, HIGH = 0.05, 0.95  # a 90 % interval
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


def summary(table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Return median and 90 % interval of each measure over networks.

    A measure that comes in two parts is a ratio of sums over all networks, because a single network has
    too few of the events it counts; its interval is that of this ratio, and not the spread of networks.
    """
    found = {}
    for name in table.columns:
        if name.endswith(OVER):
            bare = name.removesuffix(OVER)
            found[bare] = pooled(table[name].to_numpy(), table[bare + UNDER].to_numpy())
        elif not name.endswith(UNDER):
            values = table[name].to_numpy()
            values = values[np.isfinite(values)]
            parts = np.quantile(values, [0.5, LOW, HIGH]) if values.size else np.full(3, np.nan)
            found[str(name)] = (float(parts[0]), float(parts[1]), float(parts[2]))
    return found


def pooled(over: Real, under: Real) -> tuple[float, float, float]:
    """Return a ratio of sums over networks with a 90 % interval, by the usual linear approximation.

    Examples
    --------
    >>> pooled(np.array([1.0, 1.0]), np.array([2.0, 2.0]))
    (0.5, 0.5, 0.5)
    """
    keep = np.isfinite(over) & np.isfinite(under)
    over, under = over[keep], under[keep]
    if not under.sum() > 0:
        return np.nan, np.nan, np.nan
    ratio = float(over.sum() / under.sum())
    if over.size < 2:
        return ratio, np.nan, np.nan
    error = float((over - ratio * under).std(ddof=1)) / (np.sqrt(over.size) * float(under.mean()))
    half = float(stdtrit(over.size - 1, HIGH) * error)
    return ratio, ratio - half, ratio + half


def split(groups: Mapping[int, pd.DataFrame]) -> dict[str, float]:
    """Return the part of the variance of each measure that lies between networks.

    Parameters
    ----------
    groups
        By network, a row a seed of events: the same opening economy met by other events.

    Returns
    -------
    By measure, from 0 (events alone) to 1 (the network alone), by the analysis of variance with one
    random effect: the variance of the networks' means, less what events leave in it, over the whole.

    Examples
    --------
    >>> frame = lambda *values: pd.DataFrame({"x": values})
    >>> split({1: frame(0.0, 0.0), 2: frame(2.0, 2.0)}), split({1: frame(0.0, 2.0), 2: frame(0.0, 2.0)})
    ({'x': 1.0}, {'x': 0.0})
    """
    means = pd.DataFrame([group.mean() for group in groups.values()])
    inside = pd.DataFrame([group.var(ddof=1) for group in groups.values()]).mean()
    many = float(np.mean([len(group) for group in groups.values()]))
    between = (means.var(ddof=1) - inside / many).clip(lower=0)
    return {str(name): float(part) for name, part in (between / (between + inside)).items() if part == part}
