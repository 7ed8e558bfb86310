"""What the commands do once the input is known to be good: run, show, store."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from sim.core.errors import InputError, Problem, nearest
from sim.experiments import incidence_page, opening_page, records, tables
from sim.experiments.compare import paired
from sim.experiments.disk import check_writable
from sim.experiments.incidence import BY
from sim.experiments.inputs import chosen_seeds
from sim.experiments.pairs import check_pairs, notes_of
from sim.experiments.precision import METRIC, MOST, Precision
from sim.experiments.run import Job, Outcome, Tell, jobs_for, run_all
from sim.experiments.store import stored
from sim.scenario import Scenario


def run(
    scenarios: Sequence[Scenario], workers: int, folder: Path | None, as_json: bool, on: str | None = None
) -> bool:
    """Run scenarios, print what came out, and return whether a run failed."""
    check_names(scenarios)
    jobs = [job for one in scenarios for job in jobs_for([one], chosen_seeds(None, one), folder)]
    outcomes = watched(jobs, workers, folder, on)
    report(outcomes, folder, notes_of(outcomes))
    if as_json:
        records.emit(records.runs(scenarios, outcomes))
    else:
        for scenario in scenarios:
            mine = [done for done in outcomes if done.scenario == scenario.name]
            print(tables.levels(scenario, mine, tables.labels(scenarios)), end="\n\n")
    return report_failures(outcomes)


def compare(
    scenarios: Sequence[Scenario],
    workers: int,
    folder: Path | None,
    as_json: bool,
    precision: Precision | None = None,
    placebo: bool = False,
    incidence: Sequence[str] = (),
    on: str | None = None,
) -> bool:
    """Compare scenarios with the first, print the differences, and return whether a run failed."""
    outcomes: list[Outcome] = []

    def do(jobs: Sequence[Job]) -> list[Outcome]:
        done = watched(jobs, workers, folder, on)
        outcomes.extend(replace(one, firms=None) for one in done)
        return done

    check_pairs(scenarios)
    effect = paired(scenarios, do, None, folder, precision, placebo, bool(incidence))
    report(outcomes, folder, effect.notes)
    if as_json:
        firms = incidence_page.record(effect, incidence) if incidence else {}
        records.emit(records.comparison(scenarios, effect) | firms)
    else:
        names = tables.labels(scenarios)
        for scenario in scenarios[1:]:
            print(tables.differences(effect, scenarios[0], scenario, names), end="\n\n")
            if incidence:
                print(incidence_page.page(effect, scenario.name, incidence, names), end="\n\n")
    return report_failures(outcomes)


def wanted_precision(
    part: float | None, of: str | None, most: int | None, seeds: int | None
) -> Precision | None:
    """Return the precision asked for on the command line, or None."""
    problems = []
    if part is None and (of is not None or most is not None):
        problems.append(Problem("compare", "--of and --most belong to --precision", "add --precision 0.05"))
    if part is not None and seeds is not None:
        fix = "leave out one; --most says how many seeds at most"
        problems.append(Problem("compare", "--seeds and --precision exclude each other", fix))
    if problems:
        raise InputError(problems)
    return None if part is None else Precision(part, of or METRIC, MOST if most is None else most)


def attributes(words: str | None) -> tuple[str, ...]:
    """Return the attributes of firms named on the command line, separated by commas."""
    named = [] if words is None else [word.strip() for word in words.split(",")]
    unknown = [
        Problem("--incidence", f"there is no {word!r}", nearest(word, BY)) for word in named if word not in BY
    ]
    if unknown:
        raise InputError(unknown)
    return tuple(named)


def check_names(scenarios: Sequence[Scenario]) -> None:
    """Refuse two scenarios of one name, whose results could not be told apart."""
    names = [scenario.name for scenario in scenarios]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    if twice:
        fix = "run each once, or rename a file"
        raise InputError([Problem(f"scenario {name}", "two scenarios have this name", fix) for name in twice])


def watched(jobs: Sequence[Job], workers: int, folder: Path | None, on: str | None = None) -> list[Outcome]:
    """Do all runs that are not stored, showing progress.

    Raises
    ------
    KeyboardInterrupt
        With a sentence on what is stored and how to go on.
    """
    check_folder(folder)
    try:
        with progress(sum(job.scenario.run.months for job in jobs)) as tell:
            return run_all(jobs, workers, tell, on)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(interruption(jobs, folder)) from None


def report(outcomes: Sequence[Outcome], folder: Path | None, notes: Sequence[str]) -> None:
    """Say how many runs were stored, and what was noted."""
    kept = sum(done.kept for done in outcomes)
    if kept:
        say(f"{kept} of {len(outcomes)} runs were stored in {folder} and not done again")
    for note in notes:
        say(f"note: {note}")


def say(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr)


def interruption(jobs: Sequence[Job], folder: Path | None) -> str:
    """Say what an interruption has left and how to go on."""
    if folder is None:
        return "interrupted; nothing is stored. With --output DIR complete runs are kept"
    done = sum(stored(job.scenario, job.seed, folder) is not None for job in jobs)
    left = f"{done} of {len(jobs)} runs are complete in {folder}"
    return f"interrupted; {left}. The same command does the others"


def check_folder(folder: Path | None) -> None:
    """Refuse an output folder that cannot be made or written to, before anything runs."""
    if folder is not None:
        check_writable(folder, f"--output {folder}", "name another folder")


@contextmanager
def progress(months: int, what: str = "simulated") -> Iterator[Tell]:
    """Show a bar with the remaining time on standard error, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("months", total=months)
        yield lambda passed: bar.advance(task, passed)


def report_failures(outcomes: Sequence[Outcome]) -> bool:
    """Name every failed run on standard error and return whether there was one."""
    failures = [done for done in outcomes if done.error]
    for done in failures:
        say(f"winwin: {done.scenario}, seed {done.seed}: the run failed\n{done.error}")
    return bool(failures)


def levers(
    renew: bool, seeds: int | None, firms: int | None, months: int | None, workers: int, as_json: bool
) -> None:
    """Print the table of levers, after running them all when asked to."""
    from sim.experiments import levers as book

    if not renew and (seeds or firms or months):
        fix = "add --renew to run the levers again"
        raise InputError([Problem("levers", "--seeds, --firms and --months belong to --renew", fix)])
    table = book.stored()
    if renew:
        baseline = Scenario.load("baseline")
        length, pairs = months or baseline.run.months, seeds or baseline.run.seeds
        every = book.levers()
        runs = len(every) + 2 * len(book.controls(every))  # each control, and a placebo on it
        with progress(length * pairs * runs) as tell:
            table = book.renew(pairs, firms or baseline.economy.firms, workers, tell=tell, months=months)
    if as_json:
        records.emit(book.record(table))
    else:
        print(book.page(table))


def budget(
    scenario: Scenario,
    other: Scenario | None,
    key: str | None,
    rate: float,
    workers: int,
    file: Path | None,
    as_json: bool,
) -> None:
    """Print what a scenario's policies cost, and the dose at which it costs as much as another one."""
    from sim.experiments import budget_page
    from sim.experiments.budget import Budgets, match

    if (other is None) != (key is None):
        fix = "give both, or neither to see only what the scenario costs"
        raise InputError([Problem("budget", "--match and --vary belong together", fix)])
    if file is not None:
        check_writable(file.parent, f"--output {file}", "name another file")

    def do(jobs: Sequence[Job]) -> list[Outcome]:
        with progress(sum(job.scenario.run.months for job in jobs)) as tell:
            return run_all(jobs, workers, tell)

    budgets = Budgets(chosen_seeds(None, scenario), do, rate)
    scenarios, found = {scenario.name: scenario}, None
    if other is not None and key is not None:
        check_pairs([other, scenario])
        found = match(scenario, other, key, budgets)
        scenarios = {scenario.name: scenario.replacing(key, found.dose), other.name: other}
    costs = dict(zip(scenarios, budgets.of(*scenarios.values()), strict=True))
    record = budget_page.record(scenarios, costs, rate, found)
    if file is not None:
        records.keep(record, file)
    if as_json:
        records.emit(record)
    else:
        print(budget_page.page(scenarios, costs, rate, found))


def trickle(scenario: Scenario, workers: int, as_json: bool) -> None:
    """Print how far down the chain a shock to large firms reaches."""
    from sim.experiments import trickle as chain

    seeds = chosen_seeds(None, scenario)
    with progress(2 * len(seeds) * scenario.run.months) as tell:
        table = chain.trickle(scenario, seeds, workers, tell)
    if as_json:
        records.emit(
            {"scenarios": records.told([scenario]), "elasticities": table.reset_index().to_dict("records")}
        )
    else:
        print(chain.page(table, len(seeds)))


def opening(scenario: Scenario) -> str:
    """Return a page on the opening economy: its size and moments next to their targets."""
    from sim.experiments.opening import OpeningTables

    found = OpeningTables(scenario)
    return opening_page.page(found.structure, found.moments, scenario.run.seed)
