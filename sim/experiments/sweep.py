"""Sweeps: every scenario at every point of a design with every seed, each run made once.

The truth is on the disk: a worker stores its own run and reports only how it ended, so nothing is lost
with the process that hands out the runs, and to go on is to do those that the folder does not hold.
"""

from __future__ import annotations

import gc
import pickle
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.disk import storage
from sim.experiments.dispatch import LOST, dispatch
from sim.experiments.inputs import checked_jobs
from sim.experiments.manifest import fingerprint
from sim.experiments.plan import Planned, keep_plan, missing, plan_of, put, resolved
from sim.experiments.run import other_version, run
from sim.experiments.where import open_place, settle
from sim.scenario import Scenario


@dataclass(frozen=True)
class Task:
    """One run as it is handed to a worker."""

    run: str
    scenario: bytes
    values: tuple[tuple[str, Any], ...]
    seed: int
    folder: str
    model: str


@dataclass(frozen=True)
class Report:
    """How a run ended, but for its numbers, which are on the disk.

    ``problem`` says that the place where results are kept, or the worker itself, is not fit.
    """

    run: str
    seconds: float = 0.0
    error: str = ""
    problem: Problem | None = None


@dataclass
class Sweep:
    """What came of a sweep.

    Parameters
    ----------
    folder
        Where its runs are; `sim.results` reads them.
    runs
        How many runs the design consists of.
    reused
        How many were stored before.
    seconds
        How long the others took.
    failed
        Errors of the failed runs, by run.
    """

    folder: Path
    runs: int
    reused: int
    seconds: float = 0.0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many runs were done now."""
        return self.runs - self.reused - len(self.failed)


Watch = Callable[[Report], object]


def unseen(report: Report) -> None:
    """Tell nobody."""


def sweep(
    design: Design | str | Path,
    workers: int = 1,
    folder: str | Path | None = None,
    on: Any = None,
    watch: Watch = unseen,
) -> Sweep:
    """Do the runs of a design that its folder does not hold; a failed one does not touch the others.

    Parameters
    ----------
    design
        The design, its file, or the name of a shipped one.
    workers
        Processes at work on this machine. A script that asks for more than one, or for a cluster,
        guards its body with ``if __name__ == "__main__":``.
    folder
        Where the runs are kept, by default ``results/<name of the design>``.
    on
        Where the runs are done: None for this machine, ``"local-cluster"``, ``"dask://host:port"``, a
        `distributed.Client`, or any executor of `concurrent.futures`.
    watch
        Called with a `Report` whenever a run has ended.

    Raises
    ------
    InputError
        When the design is wrong, the folder was made by another version of the model, or cannot be
        written to.
    """
    workers = checked_jobs(workers)
    design = design if isinstance(design, Design) else Design.load(design)
    archive = Archive(Path(folder) if folder is not None else Path("results") / design.name)
    if design.method == "equal_cost":
        from sim.experiments.equal import settled  # which runs sweeps itself

        archive.check_version()
        design = settled(design, workers, archive.folder, on, watch).design
    return carry_out(planned(design, archive), archive, workers, on, watch)


def planned(design: Design, archive: Archive) -> list[Planned]:
    """Return the plan of a design after writing it into the folder, if that is of this version."""
    archive.check_version()
    plan = plan_of(design, archive.points())
    keep_plan(archive, design, plan)
    return plan


def carry_out(plan: Sequence[Planned], archive: Archive, workers: int, on: Any, watch: Watch) -> Sweep:
    """Do the runs of a plan that are not stored; a failed one is recorded."""
    with storage(archive.folder):
        archive.adopt(missing(archive, plan))
    left = missing(archive, plan)
    started = time.monotonic()
    done = Sweep(archive.folder, len({row.run for row in plan}), 0)
    done.reused = done.runs - len(left)
    for report in perform_all(left, archive, workers, on) if left else ():
        if report.error:
            row = left[report.run]
            with storage(archive.folder):
                archive.record_failure(row.run, resolved(row), row.seed, report.error)
            done.failed[report.run] = report.error
        elif archive.failure_folder(report.run).exists():
            shutil.rmtree(archive.failure_folder(report.run), ignore_errors=True)
        watch(report)
    done.seconds = time.monotonic() - started
    return done


# --- in the worker -----------------------------------------------------------------------------------


def perform(task: Task) -> Report:
    """Do a run and store it; whatever happens is reported."""
    if task.model != fingerprint():
        return Report(task.run, problem=other_version(fingerprint()))
    archive = Archive(Path(task.folder))
    if archive.run_file(task.run).exists():  # its worker died with the answer, or another sweep did it
        return Report(task.run)
    settle()
    started = time.perf_counter()
    try:
        result = run(scenario_of(task.scenario, task.values), task.seed)
    except InputError as error:
        return Report(task.run, error=str(error))
    except Exception:
        return Report(task.run, error=traceback.format_exc())
    finally:
        gc.collect()  # a model refers to itself; without this it stays in memory
    try:
        with storage(archive.folder):
            archive.save(result, task.run)
    except InputError as error:
        return Report(task.run, problem=error.problems[0])
    return Report(task.run, time.perf_counter() - started)


@lru_cache(maxsize=4)
def base_of(pickled: bytes) -> Scenario:
    """Return a scenario of the design; all points are put into the same few."""
    scenario: Scenario = pickle.loads(pickled)
    return scenario


@lru_cache(maxsize=2)
def prepared(pickled: bytes, values: str) -> Scenario:
    """Return a scenario with the values of a point; its seeds come one after the other."""
    return put(base_of(pickled), pickle.loads(bytes.fromhex(values)))


def scenario_of(pickled: bytes, values: Sequence[tuple[str, Any]]) -> Scenario:
    """Return the scenario of a task."""
    return prepared(pickled, pickle.dumps(tuple(values)).hex())


def perform_all(left: dict[str, Planned], archive: Archive, workers: int, on: Any) -> Iterator[Report]:
    """Do runs where it was said, and yield how each ended."""
    bases = {id(row.scenario): pickle.dumps(row.scenario) for row in left.values()}
    folder, model = str(archive.folder.absolute()), fingerprint()

    def task(run: str) -> Task:
        row = left[run]
        return Task(run, bases[id(row.scenario)], row.values, row.seed, folder, model)

    with open_place(on, workers) as place:
        for run, report in dispatch(perform, list(left), task, place):
            if report is not None and report.problem:
                raise InputError([report.problem])
            yield report or Report(run, error=LOST)
