"""Checking the ``[shock.NAME]`` tables: kind, dates, dated values, masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.core.dated import Dated
from sim.core.errors import nearest
from sim.core.months import month_name
from sim.scenario.checker import Checker
from sim.scenario.files import Key, is_schedule
from sim.scenario.messages import allowed, show
from sim.scenario.policies import (
    Values,
    check_schedule,
    check_where,
    dated_table,
    steps,
    switched_off,
)
from sim.scenario.schema import RunParameters
from sim.shocks import KINDS, Interest, Shock

COMMON = ("kind", "start", "end", "off")
ShockEntry = Dated[Shock]


def check_shocks(
    check: Checker, run: RunParameters, start: int, policy_rate: float
) -> tuple[tuple[ShockEntry, ...], Values]:
    """Return the shocks that are not switched off, and their tables with defaults filled in."""
    entries, tables = [], {}
    given = check.table(("shock",), check.document.given.get("shock", {}))
    last = start + run.months - 1
    for name in sorted(given):
        key = ("shock", name)
        table = check.table(key, given[name])
        kind = check_kind(check, key, table)
        if kind is None:
            continue
        entry, resolved = check_shock(check, name, kind, table, start)
        if entry is None or switched_off(check, key, table):
            continue
        entries.append(entry)
        tables[name] = resolved
        if entry.first > last:
            told = f"after the run's last month, {month_name(last)}: it never strikes"
            check.notes.append(f"shock.{name} starts {month_name(entry.first)}, {told}")
    check_policy_rate(check, entries, policy_rate, range(start, last + 1))
    return tuple(entries), tables


def check_kind(check: Checker, key: Key, table: Mapping[str, Any]) -> type[Shock] | None:
    """Return the declaration of a shock's kind."""
    kind = table.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    if "kind" not in table:
        check.report(key, "does not say its kind", f"kind is one of {', '.join(KINDS)}")
    else:
        check.report((*key, "kind"), f"unknown kind {show(kind)}", nearest(str(kind), KINDS))
    return None


def check_shock(
    check: Checker, name: str, kind: type[Shock], table: Values, start: int
) -> tuple[ShockEntry | None, Values]:
    """Return a shock with its dated values, and its table with defaults filled in."""
    key = ("shock", name)
    values = {item: value for item, value in table.items() if item not in COMMON}
    masks = {}
    if "where" in values and "where" in kind.model_fields:
        masks = {"where": check_where(check, (*key, "where"), values.pop("where"))}
    if "change" in kind.model_fields and "change" not in values:
        check.report(key, "does not say its change", f"change: {allowed(kind, 'change')}")
    dated = {
        item: check_schedule(check, kind, (*key, item), values.pop(item), start, COMMON)
        for item in [item for item, value in values.items() if kind.lasting and is_schedule(value)]
    }
    base = check.group(kind, key, {**values, **masks}, COMMON)
    first, last = check_span(check, key, kind, table, dated, start)
    if first is None:
        return None, {}
    entry = ShockEntry(name, steps(check, kind, key, base, dated, first, last), first, last)
    common: Values = {item: table[item] for item in ("kind", "start", "end", "where") if item in table}
    return entry, dated_table(common, base, dated)


def check_span(
    check: Checker,
    key: Key,
    kind: type[Shock],
    table: Mapping[str, Any],
    dated: Mapping[str, Mapping[int, Any]],
    start: int,
) -> tuple[int | None, int | None]:
    """Return the first and the last month of a shock; dated values may stand for its start."""
    last = check.date((*key, "end"), table["end"], start) if "end" in table else None
    dates = [month for values in dated.values() for month in values]
    if "start" in table:
        first = check.date((*key, "start"), table["start"], start)
    elif dates:
        first = min(dates)
    else:
        check.report(key, "does not say when it strikes", 'write start = "2018-01", for example')
        first = None
    if not kind.lasting and "end" in table:
        check.report((*key, "end"), "a failure happens once, in the month of start", "leave end out")
    elif first is not None and last is not None and last < first:
        check.report((*key, "end"), f"{table['end']} lies before the shock's start, {month_name(first)}")
        last = None
    return first, last


def check_policy_rate(
    check: Checker, entries: Sequence[ShockEntry], rate: float, months: Iterable[int]
) -> None:
    """Note shocks that together push the policy rate below zero, for which the model has no rule."""
    shocks = [entry for entry in entries if isinstance(entry.steps[0][1], Interest)]
    for month in months:
        changes = [entry.at(month) for entry in shocks]
        total = rate + sum(shock.change for shock in changes if isinstance(shock, Interest))
        if total < -1e-12:
            at = next(entry for entry, shock in zip(shocks, changes, strict=True) if shock is not None)
            what = f"the policy rate would be {total:.4g} in {month_name(month)}"
            check.report(("shock", at.name, "change"), what, "it may not fall below zero: raise change")
            return
