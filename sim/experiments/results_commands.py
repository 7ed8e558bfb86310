"""What the command ``winwin results`` does: list, check, clear, print."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.core.errors import InputError, Problem, nearest
from sim.experiments import inventory as left
from sim.experiments import records, tables
from sim.experiments.archive import Archive
from sim.experiments.commands import say
from sim.experiments.inventory import Stored
from sim.experiments.vouched import Vouched, digest_of, mixture

SHOWN = 20  # rows that are printed; all are in --json
COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}


def results(
    folder: Path,
    only: str | None,
    wheres: Sequence[str],
    digest: bool,
    verify: bool,
    prune: bool,
    as_json: bool,
) -> bool:
    """List, check or clear the runs of a folder; return whether one is damaged or failed."""
    stored = left.opened(folder)
    told = left.facts(stored)
    table = chosen(left.listing(stored), only, wheres)
    runs = [run for run, status in zip(table["run"], table["status"], strict=True) if status == left.DONE]
    broken = left.damaged(stored, runs) if verify else {}
    gone = left.prune(stored, broken) if prune else {}
    still = stored.complete() - broken.keys()
    made = left.vouched(stored, [run for run in runs if run in still])
    record: dict[str, Any] = {**told, "folder": str(folder)}
    if digest or as_json:
        record["digest"] = digest_of(made.values())
    if verify:
        record["damaged"] = broken
    if prune:
        record["pruned"] = gone
    if as_json:
        record["rows"] = [row_record(stored, made, row) for row in table.to_dict("records")]
        records.emit(record)
    elif digest:
        print(record["digest"])
    else:
        print(page(record, table))
    mixed = mixture(made.values())
    if mixed:
        say(f"winwin: {mixed}")
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
            problems.append(Problem(f"--where {where}", f"the listing has no column {parts[1]}", fix))
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


def row_record(stored: Stored, made: dict[str, Vouched], row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row of a listing as a JSON object."""
    run, seed = str(row["run"]), int(row["seed"])
    record = {"run": run, "scenario": row["scenario"], "seed": seed, "status": row["status"]}
    record["parameters"] = parameters(row)
    if run in made:
        record |= {"digest": made[run].digest, "environment": json.loads(made[run].environment)}
    if row["status"] == left.FAILED and isinstance(stored, Archive):
        record |= {"error": stored.error(run), "command": stored.command(run, seed)}
    return record


def page(record: dict[str, Any], table: pd.DataFrame) -> str:
    """Return the listing of a folder."""
    counts = ", ".join(f"{record[name]:,} {name}" for name in (left.DONE, left.FAILED, left.MISSING))
    lines = [f"{record['title']}: {record['runs']:,} different runs, {counts}"]
    lines.append(f"winwin {record['version']}, model {shortened(record['model'])}, folder {record['folder']}")
    if "damaged" in record:
        lines.append(
            f"{len(record['damaged'])} damaged" if record["damaged"] else "all that are done are sound"
        )
    if "pruned" in record:
        lines.append("removed: " + ", ".join(f"{many} {what}" for what, many in record["pruned"].items()))
    shown = [name for name in map(str, table) if name in ("run", "scenario", "seed", "status")]
    shown += [name for name in map(str, table) if "." in name and table[name].nunique(dropna=False) > 1]
    rows = [[tables.value(row[name]) for name in shown] for row in table.head(SHOWN).to_dict("records")]
    lines += ["", tables.grid(shown, rows, left=(0, 1))]
    if len(table) > SHOWN:
        lines.append(
            f'and {len(table) - SHOWN:,} more rows; all: --json, or sim.results("{record["folder"]}")'
        )
    return "\n".join(lines)


def shortened(model: str) -> str:
    """Return the first digits of the model's hash, or of several."""
    return " and ".join(one[:8] for one in model.split(" and "))


def parameters(row: dict[Any, Any]) -> dict[str, Any]:
    """Return the parameters of a row of the plan; one that a scenario does not take is left out."""
    values = {str(name): row[name] for name in row if "." in str(name)}
    return {
        name: value
        for name, value in values.items()
        if not (pd.api.types.is_scalar(value) and pd.isna(value))
    }
