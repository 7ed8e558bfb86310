"""What a sweep will take, told by short probes of its smallest and its largest run."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError, Problem
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.equal import pilots_left, pilots_of
from sim.experiments.plan import Planned, missing, plan_of, resolved
from sim.experiments.run import run
from sim.experiments.store import Result
from sim.experiments.where import Place, open_place, settle
from sim.scenario import Scenario

PROBE_MONTHS = 13  # a year and a month: quarter and year ends are part of what a month costs
MOST_PROBES = 8  # at once, on a large cluster


@dataclass(frozen=True)
class Cost:
    """What a short run took: seconds to build and store, seconds and bytes a month, bytes at all."""

    firms: int
    fixed_seconds: float
    month_seconds: float
    fixed_bytes: float
    month_bytes: float


@dataclass(frozen=True)
class Estimate:
    """What a sweep would do and take; ``free`` is the room on the disk."""

    folder: Path
    runs: int
    reused: int
    seconds: float
    bytes: float
    free: int


def estimate(design: Design, workers: int, folder: Path, on: Any) -> Estimate:
    """Say what a sweep would take, without starting it; nothing is written but into a temporary folder."""
    archive = Archive(folder)
    archive.check_version()
    plan = plan_of(design, archive.points())
    pilots, left = 0, left_of(archive, design, plan)
    if design.method == "equal_cost":
        pilots = len({row.run for row in pilots_of(design)})
    seconds, size = forecast(left, workers, on) if left else (0.0, 0.0)
    disk = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    runs = pilots + len({row.run for row in plan})
    return Estimate(folder, runs, runs - len(left), seconds, size, shutil.disk_usage(disk).free)


def left_of(archive: Archive, design: Design, plan: Sequence[Planned]) -> list[Planned]:
    """Return the runs that are not there; of points of equal cost as many, as drawn, and their pilots."""
    rows = {row.run: row for row in plan}
    if design.method == "equal_cost":
        pilots = list(pilots_left(design, archive.folder).values())
        return pilots + list(rows.values())[points_kept(archive, design) :]
    near_by = archive.nearby()
    return [row for run, row in missing(archive, list(rows.values())).items() if run not in near_by]


def points_kept(archive: Archive, design: Design) -> int:
    """Return how many runs are stored of the points that a design of equal cost led to."""
    kept = archive.folder / "design.toml"
    if not kept.exists() or kept.read_text(encoding="utf-8") != design.text:
        return 0
    return len(archive.complete() & set(archive.plan()[0]["run"]))


def forecast(left: Sequence[Planned], workers: int, on: Any) -> tuple[float, float]:
    """Return seconds and bytes that runs will take, after probing the smallest and the largest."""
    by_size = sorted(left, key=firms_of)
    ends = [by_size[0], by_size[-1]] if firms_of(by_size[0]) < firms_of(by_size[-1]) else [by_size[-1]]
    begun = time.perf_counter()
    with open_place(on, workers) as place:
        slots = min(place.slots(), len(left))
        if slots < 1:
            fix = "start a worker: dask worker tcp://HOST:PORT --nthreads 1"
            raise InputError([Problem(f"--on {on}", "the cluster has no workers yet", fix)])
        costs, work = [], 0.0
        for row in ends:
            cost, seconds = probes(place, row, min(slots, MOST_PROBES))
            costs.append(cost)
            work += seconds
    start = max(0.0, time.perf_counter() - begun - work)
    firms, months = (np.array([size(row) for row in left], float) for size in (firms_of, months_of))

    def at(name: str) -> Any:
        return np.interp(firms, [cost.firms for cost in costs], [getattr(cost, name) for cost in costs])

    seconds = at("fixed_seconds") + at("month_seconds") * months
    bytes_needed = at("fixed_bytes") + at("month_bytes") * months
    return start + max(float(seconds.sum()) / slots, float(seconds.max())), float(bytes_needed.sum())


def probes(place: Place, row: Planned, slots: int) -> tuple[Cost, float]:
    """Probe as many at once as will run at once, as they are in each other's way; return the mean."""
    scenario = resolved(row)
    short = scenario.replacing("run.months", min(PROBE_MONTHS, scenario.run.months))
    futures: list[Future[tuple[Cost, float]]] = [
        place.executor.submit(probe, short, row.seed) for _ in range(slots)
    ]
    found = [future.result() for future in futures]
    values = np.mean([[getattr(cost, name) for name in Cost.__annotations__] for cost, _ in found], axis=0)
    firms, *rest = values.tolist()
    return Cost(int(firms), *rest), max(seconds for _, seconds in found)


def probe(short: Scenario, seed: int) -> tuple[Cost, float]:
    """Do a short run and store it, all and in part, in a temporary folder; return cost and time taken."""
    settle()
    begun = time.perf_counter()
    ticks: list[float] = []
    result = run(short, seed, lambda _: ticks.append(time.perf_counter()))
    many = len(ticks)
    month = (ticks[-1] - ticks[0]) / max(many - 1, 1)
    with tempfile.TemporaryDirectory() as folder:
        archive, started = Archive(Path(folder)), time.perf_counter()
        whole = archive.save(result, "whole")
        stored = time.perf_counter() - started
        fewer = max(1, many // 2)
        part = archive.save(first_months(result, fewer), "part")
    a_month = (whole - part) / max(many - fewer, 1)
    fixed = ticks[0] - begun - (month if many > 1 else 0) + stored
    cost = Cost(short.economy.firms, fixed, month, max(whole - many * a_month, 0), a_month)
    return cost, time.perf_counter() - begun


def first_months(result: Result, many: int) -> Result:
    """Return a result of which only the first months are kept."""
    kept = result.metrics.iloc[:many]
    panel = result.panel
    if panel is not None:
        panel = panel[panel["month"].isin(kept.index)]
    return Result(result.scenario, result.seed, kept, panel, result.manifest)


def firms_of(row: Planned) -> int:
    """Return the number of firms of a run."""
    return int(dict(row.values).get("economy.firms", row.scenario.economy.firms))


def months_of(row: Planned) -> int:
    """Return the length of a run."""
    return int(dict(row.values).get("run.months", row.scenario.run.months))
