"""One run, and many runs on one machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.core.months import month_name
from sim.experiments.following import Followed, Following
from sim.experiments.inputs import as_scenario, checked_jobs, checked_seeds
from sim.experiments.manifest import manifest
from sim.experiments.store import Result, folder_name, stored
from sim.scenario import Scenario
from sim.scenario.private import main_file, out_of_reach

if TYPE_CHECKING:
    import pandas as pd

Tell = Callable[[int], object]  # receives the number of months that have passed


def silent(months: int) -> None:
    """Tell nobody."""


def run(scenario: Scenario | str | Path, seed: int | None = None, tell: Tell = silent) -> Result:
    """Run a scenario once.

    Parameters
    ----------
    scenario
        What to run: a scenario, its file, or the name of a shipped one.
    seed
        Non-negative whole number, by default the scenario's first; equal seeds share every draw in
        all scenarios.
    tell
        Called with 1 after every month.

    Returns
    -------
    Metrics, panel and manifest of the run.
    """
    return live(scenario, seed, tell)


def live(
    scenario: Scenario | str | Path, seed: int | None = None, tell: Tell = silent, since: str | None = None
) -> Result:
    """Run a scenario once; with a month ``since``, follow every firm from its beginning on."""
    from sim.model import Ecosystem

    scenario = as_scenario(scenario)
    scenario.check_complete()
    (number,) = checked_seeds([scenario.run.seed if seed is None else seed])
    model, following = Ecosystem(scenario, number), None
    for _ in range(scenario.run.months):
        if since is not None and following is None and month_name(model.month) >= since:
            following = Following(model)
        model.step()
        if following:
            following.add()
        tell(1)
    metrics = model.metrics_frame()
    panel = model.panel_frame() if scenario.record.panel.columns else None
    vouched = manifest(scenario, number, metrics, panel, model.notes)
    return Result(scenario, number, metrics, panel, vouched, following.table() if following else None)


@dataclass(frozen=True)
class Job:
    """One run to be done; with a folder, the result is stored there. ``work`` does it.

    With a month ``since`` its firms are followed from then on. That is not stored: the run is always done.
    """

    scenario: Scenario
    seed: int
    folder: str | None = None
    work: Callable[[Scenario, int, Tell], Result] = run
    since: str | None = None

    @property
    def path(self) -> str | None:
        """Where the result is stored once it is there."""
        return self.folder and str(Path(self.folder) / folder_name(self.scenario, self.seed))


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: with metrics and a manifest, or with an error.

    ``problems`` are mistakes in the input that were found only when the economy was built; ``kept`` says
    that the run was found stored and was not done again; ``firms`` are what was followed of each.
    """

    scenario: str
    seed: int
    metrics: pd.DataFrame | None = None
    manifest: dict[str, Any] | None = None
    folder: str | None = None
    error: str = ""
    problems: tuple[Problem, ...] = ()
    kept: bool = False
    firms: Followed | None = None

    @property
    def notes(self) -> list[str]:
        """What the run noted."""
        return [] if self.manifest is None else list(self.manifest["notes"])


def perform(job: Job, tell: Tell = silent) -> Outcome:
    """Do one run, unless it is stored, and report how it ended; only an interruption gets out of here."""
    name, seed = job.scenario.name, job.seed
    try:
        found = stored(job.scenario, seed, job.folder) if job.folder and job.since is None else None
        if found is not None:
            tell(job.scenario.run.months)
            return Outcome(name, seed, found.metrics, found.manifest, job.path, kept=True)
        if job.since is None:
            result = job.work(job.scenario, seed, tell)
        else:
            result = live(job.scenario, seed, tell, job.since)
        folder = str(result.save(job.folder)) if job.folder else None
        return Outcome(name, seed, result.metrics, result.manifest, folder, firms=result.firms)
    except InputError as error:
        return Outcome(name, seed, error=str(error), problems=error.problems)
    except Exception:
        return Outcome(name, seed, error=traceback.format_exc())
    finally:
        gc.collect()  # a model refers to itself; without this it stays in memory


def run_all(jobs: Sequence[Job], workers: int = 1, tell: Tell = silent) -> list[Outcome]:
    """Do many runs; a failed one does not touch the others.

    Parameters
    ----------
    jobs
        The runs.
    workers
        Processes at work; 1 stays in this process. The results are the same to the bit. A
        script that asks for more than one guards its body with ``if __name__ == "__main__":``.
    tell
        Called with a number of months whenever they have been simulated.

    Returns
    -------
    One outcome a job, in the order of the jobs.

    Raises
    ------
    InputError
        When a scenario cannot be run, or an economy cannot be built from the data it names.
    """
    workers = checked_jobs(workers)
    scenarios = {id(job.scenario): job.scenario for job in jobs}.values()
    for scenario in scenarios:
        scenario.check_complete()
    if workers > 1:
        check_reach(list(scenarios))
    if workers > 1 and len(jobs) > 1:
        done = in_processes(jobs, min(workers, len(jobs)), tell)
    else:
        done = {place: perform(job, tell) for place, job in enumerate(jobs)}
    outcomes = [done[place] for place in range(len(jobs))]
    problems = dict.fromkeys(problem for outcome in outcomes for problem in outcome.problems)
    if problems:
        raise InputError(list(problems))
    return outcomes


def check_reach(scenarios: Sequence[Scenario]) -> None:
    """Refuse several processes when they could not find the program or a policy again."""
    problems = [problem for scenario in scenarios for problem in out_of_reach(scenario.given_sources)]
    if hasattr(sys.modules["__main__"], "__file__") and main_file() is None:
        what = "the program comes from standard input, where other processes cannot find it"
        problems.append(Problem("jobs", what, "use one job, or put the program in a file"))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def in_processes(jobs: Sequence[Job], workers: int, tell: Tell) -> dict[int, Outcome]:
    """Do runs in worker processes, and again one by one those that a dying worker took with it.

    When a worker dies (out of memory, a fault in compiled code) the pool breaks and does not say
    which run was to blame. What is left then gets a process a run, so that only the run that
    dies is lost.
    """
    done: dict[int, Outcome] = {}

    def collect(futures: dict[Future[Outcome], int]) -> None:
        for future in as_completed(futures):
            place = futures[future]
            try:
                done[place] = future.result()
            except BrokenProcessPool:
                continue
            tell(jobs[place].scenario.run.months)

    with pool(workers) as executor:
        collect(submit(executor, perform_in_worker, dict(enumerate(jobs))))
    left = {place: job for place, job in enumerate(jobs) if place not in done}
    with ThreadPoolExecutor(workers) as threads:
        collect(submit(threads, perform_alone, left))
    return done


def submit(
    executor: Executor, work: Callable[[Job], Outcome], jobs: dict[int, Job]
) -> dict[Future[Outcome], int]:
    """Hand out jobs as long as the pool takes them."""
    futures: dict[Future[Outcome], int] = {}
    for place, job in jobs.items():
        try:
            futures[executor.submit(work, job)] = place
        except BrokenProcessPool:
            break
    return futures


def perform_alone(job: Job) -> Outcome:
    """Do one run in a process of its own."""
    with pool(1) as executor:
        try:
            return executor.submit(perform_in_worker, job).result()
        except BrokenProcessPool:
            return Outcome(
                job.scenario.name, job.seed, error="the process died; it may have run out of memory"
            )


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of fresh processes; an interruption ends them at once."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    before = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=context, initializer=prepare_worker) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise


def perform_in_worker(job: Job) -> Outcome:
    """Do one run in a process that may be ended at any moment, and leave no half-written result."""
    return tidy_at_end(perform, job)


def tidy_at_end[T](work: Callable[..., T], *given: Any) -> T:
    """Call a function in a process that may be told to end; what it was writing goes away with it."""
    signal.signal(signal.SIGTERM, interrupt_once)
    try:
        return work(*given)
    except KeyboardInterrupt:
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def interrupt_once(*_: object) -> None:
    """Interrupt what is done; told again, do not interrupt the tidying up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def prepare_worker() -> None:
    """Leave interruptions to the parent, and leave with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=leave_with_parent, daemon=True).start()


def leave_with_parent() -> None:
    """End this process when the one that started it is gone, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def jobs_for(
    scenarios: Sequence[Scenario],
    seeds: Iterable[int],
    folder: str | Path | None = None,
    since: str | None = None,
) -> list[Job]:
    """Return one job for every scenario and seed."""
    where = None if folder is None else str(folder)
    return [Job(scenario, seed, where, since=since) for seed in seeds for scenario in scenarios]
