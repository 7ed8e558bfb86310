"""One run, and many runs."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.core.months import month_name
from sim.experiments.disk import storage
from sim.experiments.dispatch import LOST, dispatch
from sim.experiments.following import Followed, Following
from sim.experiments.inputs import as_scenario, checked_jobs, checked_seeds
from sim.experiments.manifest import fingerprint, manifest
from sim.experiments.openings import opened
from sim.experiments.processes import Processes, passed
from sim.experiments.store import Result, folder_name, stored
from sim.experiments.where import Here, Place, open_place
from sim.scenario import Scenario
from sim.scenario.private import out_of_reach

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
    scenario = as_scenario(scenario)
    scenario.check_complete()
    (number,) = checked_seeds([scenario.run.seed if seed is None else seed])
    model, following = opened(scenario, number), None
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

    With a month ``since`` its firms are followed from then on.
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

    def done(self, tell: Tell = silent) -> Result:
        """Do the run."""
        if self.since is None:
            return self.work(self.scenario, self.seed, tell)
        return live(self.scenario, self.seed, tell, self.since)

    def anywhere(self) -> Job:
        """Return the same run for a machine whose programs start in another folder."""
        return replace(self, folder=self.folder and str(Path(self.folder).absolute()))


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: with metrics and a manifest, or with an error.

    ``problems`` are mistakes in the input that were found only when the economy was built; ``unfit`` says
    that results cannot be stored; ``kept`` that the run was found stored and was not done again; ``firms``
    are what was followed of each.
    """

    scenario: str
    seed: int
    metrics: pd.DataFrame | None = None
    manifest: dict[str, Any] | None = None
    folder: str | None = None
    error: str = ""
    problems: tuple[Problem, ...] = ()
    unfit: Problem | None = None
    kept: bool = False
    firms: Followed | None = None

    @property
    def notes(self) -> list[str]:
        """What the run noted."""
        return [] if self.manifest is None else list(self.manifest["notes"])

    def check_fit(self) -> None:
        """Refuse to go on where results cannot be stored, or another version of the model made them."""
        if self.unfit:
            raise InputError([self.unfit])
        made = fingerprint() if self.manifest is None else self.manifest["model"]
        if made != fingerprint():
            raise InputError([other_version(made)])


def other_version(made: str) -> Problem:
    """Say that a worker has another version of the model."""
    what = f"a worker runs another version of the model ({made[:8]}, not {fingerprint()[:8]})"
    return Problem("--on", what, "install the same version everywhere")


def perform(job: Job, tell: Tell = silent) -> Outcome:
    """Do one run, unless it is stored, and report how it ended; only an interruption gets out of here."""
    name, seed = job.scenario.name, job.seed
    try:
        found = stored(job.scenario, seed, job.folder, job.since) if job.folder else None
        result = found or job.done(tell)
    except InputError as error:
        return Outcome(name, seed, error=str(error), problems=error.problems)
    except Exception:
        return Outcome(name, seed, error=traceback.format_exc())
    finally:
        gc.collect()  # a model refers to itself; without this it stays in memory
    if found:
        tell(job.scenario.run.months)
    elif job.folder:
        try:
            with storage(Path(job.folder)):
                result.save(job.folder)
        except InputError as error:
            return Outcome(name, seed, error=str(error), unfit=error.problems[0])
    kept = found is not None
    return Outcome(name, seed, result.metrics, result.manifest, job.path, kept=kept, firms=result.firms)


def run_all(jobs: Sequence[Job], workers: int = 1, tell: Tell = silent, on: Any = None) -> list[Outcome]:
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
    on
        Where the runs are done, as of `sim.sweep`; None for this machine.

    Returns
    -------
    One outcome a job, in the order of the jobs.

    Raises
    ------
    InputError
        When a scenario cannot be run, an economy cannot be built from the data it names, or results
        cannot be stored.
    """
    workers = checked_jobs(workers)
    check_reach([job.scenario for job in jobs], alone=workers == 1 and on is None)
    fingerprint()  # of this machine's model, read before an answer is compared with it
    done: dict[int, Outcome] = {}
    with open_place(on, min(workers, max(len(jobs), 1))) as place:
        telling = by_month(place, tell)
        for number, answer in dispatch(
            telling or perform, range(len(jobs)), lambda at: jobs[at].anywhere(), place
        ):
            job = jobs[number]
            if answer is None:
                answer = Outcome(job.scenario.name, job.seed, error=LOST)
            answer.check_fit()
            done[number] = replace(answer, folder=answer.folder and job.path)
            if telling is None:
                tell(job.scenario.run.months)
    outcomes = [done[number] for number in range(len(jobs))]
    problems = dict.fromkeys(problem for outcome in outcomes for problem in outcome.problems)
    if problems:
        raise InputError(list(problems))
    return outcomes


def by_month(place: Place, tell: Tell) -> Callable[[Job], Outcome] | None:
    """Return what does a run and tells every month of it; None where runs are too far away for that."""
    if isinstance(place.executor, Here):
        return partial(perform, tell=tell)
    if isinstance(place.executor, Processes):
        place.executor.tell = tell
        return partial(perform, tell=passed)
    return None


def check_reach(scenarios: Iterable[Scenario], alone: bool) -> None:
    """Refuse scenarios that are not complete, and those that other processes could not find again."""
    found: dict[Problem, None] = {}
    for scenario in {id(one): one for one in scenarios}.values():
        scenario.check_complete()
        found |= {} if alone else dict.fromkeys(out_of_reach(scenario.given_sources))
    if found:
        raise InputError(list(found))


def jobs_for(
    scenarios: Sequence[Scenario],
    seeds: Iterable[int],
    folder: str | Path | None = None,
    since: str | None = None,
) -> list[Job]:
    """Return one job for every scenario and seed."""
    where = None if folder is None else str(folder)
    return [Job(scenario, seed, where, since=since) for seed in seeds for scenario in scenarios]
