"""What the commands do once the input is known to be good: run, show, store."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

import sim.metrics
from sim.core.errors import InputError, Problem
from sim.core.months import MONTHS
from sim.experiments.compare import Effect, check_pairs, effect_of, interval
from sim.experiments.run import Outcome, Tell, jobs_for, run_all
from sim.scenario import Scenario

WIDE = 140  # columns of a table that is not shown in a terminal


def run(scenarios: Sequence[Scenario], workers: int, folder: Path | None, as_json: bool) -> bool:
    """Run scenarios, print what came out, and return whether a run failed."""
    outcomes = perform(scenarios, scenarios[0].run.seeds, workers, folder)
    if as_json:
        emit(
            {
                "runs": [run_record(done) for done in outcomes if not done.error],
                "failed": failed_records(outcomes),
            }
        )
    else:
        for scenario in scenarios:
            show(levels_table(scenario, [done for done in outcomes if done.scenario == scenario.name]))
    return report_failures(outcomes)


def compare(scenarios: Sequence[Scenario], workers: int, folder: Path | None, as_json: bool) -> bool:
    """Compare scenarios with the first, print the differences, and return whether a run failed."""
    check_pairs(scenarios)
    outcomes = perform(scenarios, scenarios[0].run.seeds, workers, folder)
    effect = effect_of(outcomes, [scenario.name for scenario in scenarios])
    if as_json:
        emit(effect_record(scenarios, effect))
    else:
        for arm, scenario in zip(effect.arms, scenarios[1:], strict=True):
            show(effect_table(effect, arm, scenario, scenarios[0]))
    return report_failures(outcomes)


def perform(scenarios: Sequence[Scenario], seeds: int, workers: int, folder: Path | None) -> list[Outcome]:
    """Run every scenario with every seed, showing progress."""
    check_folder(folder)
    first = scenarios[0].run.seed
    jobs = jobs_for(scenarios, range(first, first + seeds), folder)
    with progress(sum(job.scenario.run.months for job in jobs)) as tell:
        return run_all(jobs, workers, tell)


def check_folder(folder: Path | None) -> None:
    """Refuse an output folder that cannot be made or written to, before anything runs."""
    if folder is None:
        return
    place = next(near for near in (folder, *folder.absolute().parents) if near.exists())
    if not place.is_dir():
        raise InputError([Problem(f"--output {folder}", f"{place} is a file", "name a folder")])
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        what = f"{place} cannot be written to: {error.strerror}"
        raise InputError([Problem(f"--output {folder}", what, "name another folder")]) from error


@contextmanager
def progress(months: int) -> Iterator[Tell]:
    """Show a bar with the remaining time on standard error, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("simulated"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("months", total=months)
        yield lambda passed: bar.advance(task, passed)


# --- tables ------------------------------------------------------------------------------------


def headline(names: Sequence[str]) -> list[str]:
    """Return the headline metrics that were recorded, or all when none of them was."""
    return [name for name in sim.metrics.HEADLINE if name in names] or list(names)


def last_year(scenario: Scenario) -> str:
    """Say over which months a table averages."""
    return f"average of the last {min(MONTHS, scenario.run.months)} months"


def show(table: Table) -> None:
    """Print a table to standard output."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    console.print(table)


def blank_table(title: str, *columns: str) -> Table:
    """Return an empty table with a title and a column of names."""
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column("metric")
    table.add_column("unit")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def levels_table(scenario: Scenario, outcomes: Sequence[Outcome]) -> Table:
    """Return the last year's averages over seeds."""
    frames = [done.metrics for done in outcomes if done.metrics is not None]
    title = f"{scenario.title}: {last_year(scenario)}, {len(frames)} seeds"
    table = blank_table(title, "mean", "95 % interval over seeds")
    if frames:
        years = pd.DataFrame([frame.tail(MONTHS).mean() for frame in frames])
        for name in headline(years.columns.tolist()):
            mean, low, high = interval(years[name].dropna().to_numpy())
            table.add_row(name, unit(name), number(mean), span(low, high))
    table.caption = f"scenario {scenario.name}, hash {scenario.hash[:8]}"
    return table


def effect_table(effect: Effect, arm: str, scenario: Scenario, baseline: Scenario) -> Table:
    """Return the paired differences of one scenario."""
    title = f"{scenario.title} less {baseline.title}: {last_year(scenario)}"
    table = blank_table(title, baseline.name, "difference", "95 % interval", "pairs")
    if effect.seeds(arm):
        table_of_arm = effect.table().loc[[arm]].droplevel("scenario")
        rows: dict[Any, dict[Any, Any]] = table_of_arm.to_dict("index")
        for name in headline(list(rows)):
            row = rows[name]
            clear = row["low"] > 0 or row["high"] < 0
            table.add_row(
                name,
                unit(name),
                number(row["baseline"]),
                number(row["difference"]) + (" *" if clear else "  "),
                span(row["low"], row["high"]),
                str(int(row["n"])),
            )
    dropped = f", {effect.dropped(arm)} seeds dropped" if effect.dropped(arm) else ""
    hashes = f"{baseline.name} {baseline.hash[:8]}, {scenario.name} {scenario.hash[:8]}"
    table.caption = f"paired by seed, shared draws{dropped}; * interval without 0; hashes: {hashes}"
    return table


def unit(name: str) -> str:
    """Return the unit of a metric."""
    metrics = sim.metrics.available()
    return metrics[name].unit if name in metrics else ""


def number(value: float) -> str:
    """Write a number with four digits that matter.

    Examples
    --------
    >>> number(0.123456), number(1234567.0), number(float("nan"))
    ('0.1235', '1.235e+06', '-')
    """
    return "-" if value != value else f"{value:.4g}"


def span(low: float, high: float) -> str:
    """Write an interval."""
    return "-" if low != low else f"[{number(low)}, {number(high)}]"


# --- JSON --------------------------------------------------------------------------------------


def emit(record: dict[str, Any]) -> None:
    """Print one JSON document to standard output."""
    print(json.dumps(clean(record), ensure_ascii=False, allow_nan=False))


def clean(value: Any) -> Any:
    """Replace what JSON cannot say, a number that is not finite, by null."""
    if isinstance(value, dict):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return None if isinstance(value, float) and value - value != 0 else value


def run_record(done: Outcome) -> dict[str, Any]:
    """Return a run as a JSON object: manifest, folder, and every metric by month."""
    assert done.metrics is not None
    metrics = {str(name): done.metrics[name].tolist() for name in done.metrics}
    return {
        "manifest": done.manifest,
        "folder": done.folder,
        "months": list(map(str, done.metrics.index)),
        "metrics": metrics,
    }


def effect_record(scenarios: Sequence[Scenario], effect: Effect) -> dict[str, Any]:
    """Return a comparison as a JSON object."""
    table = effect.table().reset_index() if effect.runs else pd.DataFrame()
    return {
        "baseline": effect.baseline,
        "hashes": {scenario.name: scenario.hash for scenario in scenarios},
        "seeds": {arm: effect.seeds(arm) for arm in effect.arms},
        "failed": failed_records(effect.failures),
        "period": last_year(scenarios[0]),
        "differences": [{**row, "unit": unit(row["metric"])} for row in table.to_dict("records")],
    }


def failed_records(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return the runs that failed as JSON objects."""
    return [
        {"scenario": done.scenario, "seed": done.seed, "error": done.error} for done in outcomes if done.error
    ]


def report_failures(outcomes: Sequence[Outcome]) -> bool:
    """Name every failed run on standard error and return whether there was one."""
    failures = [done for done in outcomes if done.error]
    for done in failures:
        print(f"winwin: {done.scenario}, seed {done.seed}: the run failed\n{done.error}", file=sys.stderr)
    return bool(failures)


def opening(scenario: Scenario) -> str:
    """Return the moments of the opening economy next to their targets."""
    from sim.core.draws import Draws
    from sim.population.build import open_economy
    from sim.population.describe import moments
    from sim.population.opening_moments import opening_moments

    opening = open_economy(scenario.economy, scenario.parameters, Draws(scenario.run.seed), month=0)
    structure = opening.structure
    table = moments(structure, lambda _: opening_moments(opening)).astype(object)
    columns = ["moment", "reached", "target", "unit", "year", "row", "meaning"]
    lines = table[columns].map(lambda value: number(value) if isinstance(value, float) else value)
    notes = [f"note: {note}" for note in structure.notes]
    return "\n".join([lines.to_string(index=False, na_rep="-"), *notes])
