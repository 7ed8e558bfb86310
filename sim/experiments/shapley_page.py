"""Contributions as a table of plain text and as JSON, and the command that prints them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import sim.metrics
from sim.core.errors import InputError, Problem, nearest
from sim.experiments import records
from sim.experiments.commands import report, report_failures, watched
from sim.experiments.run import Job, Outcome
from sim.experiments.shapley import REST, TOTAL, By, Decomposition, decomposed
from sim.experiments.tables import grid, half_width, labels, number, paragraph, readable
from sim.scenario import Scenario

NOTE = (
    "Each number is what a part adds, averaged over all orders in which the parts may come; a line's parts "
    "add up to the total. The second line of a metric: ± 95 % over seeds; * where that leaves out 0."
)
OFF = {
    "channels": " A channel that is off has none of its hooks called; policies act on by the others.",
    "policies": " A policy that is off is as in the baseline.",
}


def command(
    scenarios: Sequence[Scenario],
    by: str,
    workers: int,
    folder: Path | None,
    as_json: bool,
    on: str | None = None,
) -> bool:
    """Decompose the effect of the second scenario, print it, and return whether a run failed."""
    check(scenarios, by)
    outcomes: list[Outcome] = []

    def do(jobs: Sequence[Job]) -> list[Outcome]:
        outcomes.extend(watched(jobs, workers, folder, on))
        return outcomes

    found = decomposed(scenarios, by, do, None, folder)
    report(outcomes, folder, found.notes)
    if as_json:
        records.emit(record(found, scenarios))
    else:
        print(page(found, labels(scenarios)), end="\n\n")
    return report_failures(outcomes)


def refuse_others(**options: Any) -> None:
    """Refuse options of a comparison that a decomposition does not take."""
    given = [f"--{name}" for name, value in options.items() if value not in (None, False)]
    if given:
        what = f"{' and '.join(given)} cannot be used with --decompose"
        raise InputError([Problem("compare", what, "leave one out")])


def check(scenarios: Sequence[Scenario], by: str) -> None:
    """Refuse what cannot be decomposed."""
    problems = []
    if by not in get_args(By):
        problems.append(Problem("--decompose", f"there is no {by!r}", nearest(by, get_args(By))))
    if len(scenarios) != 2:
        what = f"it takes a baseline and one other scenario, not {len(scenarios)}"
        problems.append(Problem("--decompose", what, "name two scenarios"))
    if problems:
        raise InputError(problems)


def page(found: Decomposition, titles: dict[str, str]) -> str:
    """Return two lines a metric: contributions of the parts, and half the widths of their intervals."""
    title = paragraph(f"{titles[found.arm]} less {titles[found.baseline]}, by {found.by}")
    if not found.seeds:
        return f"{title}\nno seed of which all runs ended well"
    table = found.table()
    parts = [*found.players, *([REST] if (found.values[REST] != 0).any() else []), TOTAL]
    rows = []
    for name in sim.metrics.headline(list(dict.fromkeys(table.index.get_level_values("metric")))):
        cells = table.loc[name]
        shown, power = readable(name, *cells["contribution"])
        values: list[Any] = [cells.loc[part] for part in parts]
        rows.append([name, shown, *(_starred(row, power) for row in values)])
        if len(found.seeds) > 1:
            rows.append(["", "", *(f"±{half_width(row['low'], row['high'], power)}  " for row in values)])
    rest = " rest: what the scenarios differ by with all parts off." if REST in parts else ""
    count = f"{len(found.seeds)} seeds" if len(found.seeds) > 1 else "1 seed, so no interval"
    span = f"Averages since {found.since or 'the start'}; {count}. "
    head = ["metric", "unit", *(f"{part}  " for part in parts)]
    return "\n".join([title, grid(head, rows), paragraph(span + NOTE + OFF[found.by] + rest)])


def _starred(row: Any, power: float) -> str:
    clear = row["low"] > 0 or row["high"] < 0
    return number(float(row["contribution"]) / power, 3) + (" *" if clear else "  ")


def record(found: Decomposition, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return a decomposition as a JSON object."""
    rows = found.table().reset_index().to_dict("records")
    return {
        "scenarios": records.told(scenarios),
        "baseline": found.baseline,
        "arm": found.arm,
        "by": found.by,
        "players": list(found.players),
        "since": found.since,
        "seeds": found.seeds,
        "contributions": [{**row, "unit": records.unit(str(row["metric"]))} for row in rows],
        "failed": records.failed(found.failures),
        "notes": list(found.notes),
    }
