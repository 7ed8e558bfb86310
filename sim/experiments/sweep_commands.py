"""What the commands ``winwin sweep`` and ``winwin results`` do: show progress, print, report."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.core.errors import InputError, Problem, nearest
from sim.experiments import equal, records, tables
from sim.experiments import results as left
from sim.experiments.archive import Archive
from sim.experiments.budget import RATE
from sim.experiments.commands import check_folder, say
from sim.experiments.design import Design
from sim.experiments.estimate import Estimate, estimate
from sim.experiments.meter import Meter, duration, size
from sim.experiments.mixes import TOLERANCE
from sim.experiments.sweep import Sweep, missing, plan_of
from sim.experiments.sweep import sweep as do_sweep

BN = 1e9
SHOWN = 20  # rows and failures that are printed; all are in --json
COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}


def sweep(name: str, workers: int, folder: Path | None, on: str | None, dry: bool, as_json: bool) -> bool:
    """Do a sweep, or with ``dry`` say what it would take; return whether a run failed."""
    design = Design.load(name)
    folder = folder or Path("results") / design.name
    check_folder(folder)
    if dry:
        found = estimate(design, workers, folder, on)
        records.emit({"design": design.name, **plain(found)}) if as_json else print(forecast(design, found))
        return False
    if design.method == "equal_cost":
        return equal_cost(design, workers, folder, on, as_json)
    return tell_sweep(design, watched(design, workers, folder, on), as_json)


def equal_cost(design: Design, workers: int, folder: Path, on: Any, as_json: bool) -> bool:
    """Do the pilots that are left, then the points of equal cost, and tell what these cost."""
    meter = Meter(len(equal.pilots_left(design, folder)))
    try:
        found = equal.settled(design, workers, folder, on, meter)
    except KeyboardInterrupt:
        told = f"interrupted; pilots that are complete are in {equal.pilots_folder(folder)}"
        raise KeyboardInterrupt(f"{told}. The same command goes on") from None
    finally:
        meter.close()
    done = watched(found.design, workers, folder, on)
    costs = equal.costs(found, folder)
    file = costs.save(folder)
    failed = tell_sweep(
        found.design, done, as_json, {"budget": costs.budget, "costs": costs.table.to_dict("records")}
    )
    if not as_json:
        print(f"\n{costs_page(costs)}\nAll points: {file}")
    return failed


def costs_page(costs: equal.Costs) -> str:
    """Return what the points of a sweep of equal cost do cost."""
    off = costs.table["off"]
    near = int((off.abs() <= TOLERANCE).sum())
    head = (
        f"Points were to cost {costs.budget / BN:,.0f} bn won in present value, at {100 * RATE:g} % a year; "
        f"{near} of {len(off)} do within {100 * TOLERANCE:g} %, measured as the mean over scenarios and seeds"
    )
    doses = [name for name in map(str, costs.table) if "." in name]
    rows = [
        [
            str(place),
            *(tables.number(row[name], 3) for name in doses),
            tables.number(row["cost"] / BN),
            f"{100 * row['off']:+.1f} %" if row["off"] == row["off"] else "-",
        ]
        for place, row in enumerate(costs.table.head(SHOWN).to_dict("records"), start=1)
    ]
    names = [name.removeprefix("policy.") for name in doses]
    return f"{tables.paragraph(head)}\n{tables.grid(['point', *names, 'cost, bn', 'off'], rows, left=())}"


def watched(design: Design, workers: int, folder: Path, on: Any) -> Sweep:
    """Do the runs of a design that are not there, showing progress.

    Raises
    ------
    KeyboardInterrupt
        With a sentence on what is stored and how to go on.
    """
    archive, plan = Archive(folder), plan_of(design)
    many = len({row.run for row in plan})
    meter = Meter(len(missing(archive, plan)))
    try:
        return do_sweep(design, workers, folder, on, meter)
    except KeyboardInterrupt:
        rest = len(missing(archive, plan))
        told = f"interrupted; {many - rest} of {many} runs are complete in {folder}"
        raise KeyboardInterrupt(f"{told}. The same command does the others") from None
    finally:
        meter.close()


def plain(found: Estimate) -> dict[str, Any]:
    """Return an estimate as a JSON object."""
    return {**vars(found), "folder": str(found.folder), "to_do": found.runs - found.reused}


def forecast(design: Design, found: Estimate) -> str:
    """Return what a sweep would do and take, in words."""
    rest = found.runs - found.reused
    lines = [
        f"{design.title}: {len(design.scenarios)} scenarios x {len(design.points)} points x "
        f"{len(design.seeds)} seeds, {found.runs:,} different runs",
        f"{found.reused:,} are stored in {found.folder}; {rest:,} would be done",
        f"about {duration(found.seconds)} and {size(found.bytes)}; the disk has {size(found.free)} free",
    ]
    return "\n".join(lines)


def tell_sweep(design: Design, done: Sweep, as_json: bool, more: Mapping[str, Any] | None = None) -> bool:
    """Print what came of a sweep, as JSON with what else is known; return whether a run failed."""
    archive = Archive(done.folder)
    stored = archive.complete() & {str(run) for run in archive.plan()[0]["run"]}
    digest = left.digest_of(archive, stored)
    failures = failed_runs(archive, done.failed)
    if as_json:
        told = {"design": design.name, "title": design.title, "folder": str(done.folder), "runs": done.runs}
        told |= {"reused": done.reused, "done": done.done, "seconds": done.seconds}
        records.emit({**told, "failed": failures, "digest": digest, **(more or {})})
    else:
        speed = f" ({done.done / done.seconds:.3g} runs/s)" if done.done and done.seconds else ""
        print(
            f"{design.title}: {done.runs:,} runs; {done.reused:,} were stored, {done.done:,} done in "
            f"{duration(done.seconds)}{speed}, {len(done.failed):,} failed\n"
            f"folder {done.folder}, digest of all results {digest}\n"
            f'one table of all: sim.results("{done.folder}")'
        )
    tell_failures(failures)
    return bool(failures)


def failed_runs(archive: Archive, runs: Sequence[str] | dict[str, str]) -> list[dict[str, Any]]:
    """Return failed runs with their parameters, error, and the command that does them again."""
    plan, _ = archive.plan()
    rows = plan[plan["run"].isin(list(runs))].drop_duplicates("run").to_dict("records")
    return [
        {
            "run": row["run"],
            "scenario": row["scenario"],
            "seed": int(row["seed"]),
            "parameters": parameters(row),
            "error": archive.error(row["run"]),
            "command": archive.command(row["run"], int(row["seed"])),
        }
        for row in rows
    ]


def parameters(row: dict[Any, Any]) -> dict[str, Any]:
    """Return the parameters of a row of the plan; one that a scenario does not take is left out."""
    values = {str(name): row[name] for name in row if "." in str(name)}
    return {
        name: value
        for name, value in values.items()
        if not (pd.api.types.is_scalar(value) and pd.isna(value))
    }


def tell_failures(failures: Sequence[dict[str, Any]]) -> None:
    """Name failed runs on standard error, with the last line of the error and the way to see all of it."""
    for one in failures[:SHOWN]:
        told = ", ".join(f"{name} = {value}" for name, value in one["parameters"].items())
        say(f"winwin: run {one['run']} failed: {one['scenario']}, seed {one['seed']}, {told}")
        say(f"    {one['error'].splitlines()[-1] if one['error'] else 'no error is recorded'}")
        say(f"    again: {one['command']}")
    if len(failures) > SHOWN:
        say(f"winwin: {len(failures) - SHOWN} more runs failed; all are named by --json")


def results(
    folder: Path,
    only: str | None,
    wheres: Sequence[str],
    digest: bool,
    verify: bool,
    prune: bool,
    as_json: bool,
) -> bool:
    """List, check or clear the runs of a sweep; return whether one is damaged or failed."""
    archive = Archive(folder)
    told = left.facts(archive)
    table = chosen(left.listing(archive), only, wheres)
    runs = [run for run, status in zip(table["run"], table["status"], strict=True) if status == left.DONE]
    broken = left.damaged(archive, runs) if verify else {}
    gone = left.prune(archive, broken) if prune else {}
    runs = [run for run in runs if archive.run_file(run).exists() and run not in broken]
    record: dict[str, Any] = {**told, "folder": str(folder)}
    if digest or as_json:
        record["digest"] = left.digest_of(archive, runs)
    if verify:
        record["damaged"] = broken
    if prune:
        record["pruned"] = gone
    if as_json:
        record["rows"] = [row_record(archive, row) for row in table.to_dict("records")]
        records.emit(record)
    elif digest:
        print(record["digest"])
    else:
        print(page(record, table))
    for run, fault in broken.items():
        say(f"winwin: run {run}: {fault}" + ("; removed" if prune else "; --prune removes it"))
    return bool(broken)


def chosen(table: pd.DataFrame, only: str | None, wheres: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a listing with a status, and with values of parameters, that were asked for."""
    problems = []
    known = (left.DONE, left.FAILED, left.MISSING)
    if only is not None and only not in known:
        problems.append(Problem(f"--only {only}", "there is no such status", nearest(only, known)))
    for where in wheres:
        parts = re.fullmatch(r"\s*([^<>=\s]+)\s*(>=|<=|>|<|=)\s*(.+?)\s*", where)
        columns = [name for name in map(str, table) if name not in ("run", "status")]
        if parts is None:
            fix = "write a comparison in quotes: --where 'economy.firms >= 1000'"
            problems.append(Problem(f"--where {where}", "is no comparison", fix))
        elif parts[1] not in columns:
            fix = nearest(parts[1], columns)
            problems.append(Problem(f"--where {where}", f"the sweep has no column {parts[1]}", fix))
        elif not problems:
            table = table[compared(table[parts[1]], parts[2], parts[3])]
    if problems:
        raise InputError(problems)
    return table if only is None else table[table["status"] == only]


def compared(column: pd.Series[Any], sign: str, text: str) -> pd.Series[bool]:
    """Compare a column with a value, as numbers where it holds numbers."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        try:
            value: Any = float(text)
        except ValueError:
            what = f"{column.name} holds numbers, and {text} is none"
            raise InputError([Problem(f"--where {column.name}{sign}{text}", what, "name a number")]) from None
        found: pd.Series[bool] = COMPARISONS[sign](column, value)
        return found
    same: pd.Series[bool] = COMPARISONS[sign](column.astype(str).str.lower(), text.strip("\"'").lower())
    return same


def row_record(archive: Archive, row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row of a listing as a JSON object."""
    run, seed = str(row["run"]), int(row["seed"])
    record = {"run": run, "scenario": row["scenario"], "seed": seed, "status": row["status"]}
    record["parameters"] = parameters(row)
    if row["status"] == left.DONE and archive.run_file(run).exists():
        record["digest"] = archive.manifest(run)["digest"]
    if row["status"] == left.FAILED:
        record |= {"error": archive.error(run), "command": archive.command(run, seed)}
    return record


def page(record: dict[str, Any], table: pd.DataFrame) -> str:
    """Return the listing of a sweep."""
    counts = ", ".join(f"{record[name]:,} {name}" for name in (left.DONE, left.FAILED, left.MISSING))
    lines = [f"{record['title']}: {record['runs']:,} different runs, {counts}"]
    lines.append(f"winwin {record['version']}, model {record['model'][:8]}, folder {record['folder']}")
    if "damaged" in record:
        lines.append(
            f"{len(record['damaged'])} damaged" if record["damaged"] else "all that are done are sound"
        )
    if "pruned" in record:
        lines.append("removed: " + ", ".join(f"{many} {what}" for what, many in record["pruned"].items()))
    shown = [name for name in map(str, table) if name in ("run", "scenario", "seed", "status")]
    shown += [name for name in map(str, table) if "." in name and table[name].nunique(dropna=False) > 1]
    rows = [[cell(row[name]) for name in shown] for row in table.head(SHOWN).to_dict("records")]
    lines += ["", tables.grid(shown, rows, left=(0, 1))]
    if len(table) > SHOWN:
        lines.append(
            f'and {len(table) - SHOWN:,} more rows; all: --json, or sim.results("{record["folder"]}")'
        )
    return "\n".join(lines)


def cell(value: Any) -> str:
    """Write a value of the plan."""
    if isinstance(value, float):
        return "-" if value != value else f"{value:.4g}"
    return "-" if value is None else str(value)
