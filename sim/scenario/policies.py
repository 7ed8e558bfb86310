"""Checking the ``[policy.<name>]`` tables: dates, dated values, masks, private files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.core.errors import nearest
from sim.core.months import month_name
from sim.core.params import Parameters
from sim.policies import available, load
from sim.policies.base import Policy
from sim.policies.book import PolicyEntry
from sim.policies.channels import CHANNELS
from sim.policies.where import AXES, Where
from sim.scenario.checker import Checker, thaw
from sim.scenario.files import Key, is_schedule
from sim.scenario.messages import show
from sim.scenario.overlaps import check_overlaps
from sim.scenario.private import WITHOUT_FILE, absent, fault, lost
from sim.scenario.schema import RunParameters, place_names

Values = dict[str, Any]
COMMON = ("start", "end", "off", "where", "without", "use", "class")


def check_policies(check: Checker, run: RunParameters, start: int) -> tuple[tuple[PolicyEntry, ...], Values]:
    """Return the policies that are not switched off, and their tables with defaults filled in.

    Parameters
    ----------
    check
        The scenario being checked; problems are noted there.
    run
        Length of the run.
    start
        First month of the run.
    """
    entries, tables = [], {}
    given = check.table(("policy",), check.document.given.get("policy", {}))
    for name in sorted(given):
        key = ("policy", name)
        policy = policy_class(check, name, given[name])
        if policy is None:
            continue
        table = check.table(key, given[name])
        entry, resolved = check_policy(check, name, policy, table, start)
        if not switched_off(check, key, table):
            entries.append(entry)
            tables[name] = resolved
            note_policy(check, entry, table, start + run.months - 1)
    check_overlaps(check, entries, start + run.months - 1)
    return tuple(entries), tables


def switched_off(check: Checker, key: Key, table: Mapping[str, Any]) -> bool:
    """Whether ``off = true`` is said."""
    off = table.get("off", False)
    if not isinstance(off, bool):
        check.report((*key, "off"), f"wrong type: {show(off)}", "allowed: true or false")
    return off is True


def note_policy(check: Checker, entry: PolicyEntry, table: Mapping[str, Any], last: int) -> None:
    """Say what a user may not expect of a policy: that it never acts, or cannot be run again."""
    if entry.first > last:
        told = f"after the run's last month, {month_name(last)}: it never acts"
        check.notes.append(f"policy.{entry.name} starts {month_name(entry.first)}, {told}")
    if "class" in table:
        told = str(table["class"]).partition(" ")[0]
        check.notes.append(f"policy.{entry.name} ({told}) {WITHOUT_FILE}")
        source = check.document.sources.get(entry.name)
        if source is None or source.given is None:
            check.lost.append(lost(check.where(("policy", entry.name)), entry.name, told))


def policy_class(check: Checker, name: str, table: Any) -> type[Policy] | None:
    """Return the policy of a file in `sim.policies`, or a private one."""
    if isinstance(table, Mapping) and ("use" in table or "class" in table):
        return private_class(check, name, "use" if "use" in table else "class", table)
    if name in available():
        return load(name)
    check.report(("policy", name), "unknown policy", nearest(name, available()))
    return None


def private_class(check: Checker, name: str, key: str, table: Mapping[str, Any]) -> type[Policy] | None:
    """Return the policy of a private file or class, which the document holds."""
    where = ("policy", name, key)
    source = check.document.sources.get(name)
    if name in available():
        check.report(where, f"{name!r} is the name of a policy of the package", "choose another name")
    elif key == "class" and (source is None or source.given is None):
        return absent(name)
    elif source is None:
        check.report(
            where, f"wrong type: {show(table[key])}", "allowed: the name of a Python file, in quotes"
        )
    else:
        try:
            return source.policy(name)
        except Exception as error:  # a private file may fail in any way; its author needs the reason
            check.report(where, f"the policy cannot be loaded: {fault(error, source.file)}")
    return None


def check_policy(
    check: Checker, name: str, policy: type[Policy], table: Values, start: int
) -> tuple[PolicyEntry, Values]:
    """Return a policy with its dated values, and its table with defaults filled in."""
    key = ("policy", name)
    first = check.date((*key, "start"), table["start"], start) if "start" in table else None
    last = check.date((*key, "end"), table["end"], start) if "end" in table else None
    first = start if first is None else first
    if last is not None and last < first:
        check.report((*key, "end"), f"{table['end']} lies before the policy's start, {month_name(first)}")
        last = None
    masks = {"where": check_where(check, (*key, "where"), table["where"])} if "where" in table else {}
    values = {item: value for item, value in table.items() if item not in COMMON}
    dated = {
        item: check_schedule(check, policy, (*key, item), values.pop(item), start)
        for item in [item for item, value in values.items() if is_schedule(value)]
    }
    base = check.group(policy, key, {**values, **masks}, COMMON)
    without = check_without(check, (*key, "without"), table.get("without", []))
    entry = PolicyEntry(name, steps(check, policy, key, base, dated, first, last), first, last, without)
    return entry, policy_table(table, base, dated)


def check_without(check: Checker, key: Key, given: Any) -> frozenset[str]:
    """Return the channels switched off for a policy."""
    if not isinstance(given, list):
        check.report(key, f"must be a list of channels, not {show(given)}", f"allowed: {', '.join(CHANNELS)}")
        return frozenset()
    check.names(key, given, CHANNELS)
    return frozenset(name for name in given if isinstance(name, str))


def check_schedule(
    check: Checker,
    policy: type[Parameters],
    key: Key,
    schedule: Mapping[str, Any],
    start: int,
    also: Collection[str] = COMMON,
) -> dict[int, Any]:
    """Return a dated value as {month: value}."""
    item = key[-1]
    if item not in policy.model_fields and policy.model_config.get("extra") != "allow":
        check.report(key, "unknown key", nearest(item, [*policy.model_fields, *also]))
        return {}
    values = {}
    for date, value in schedule.items():
        month = check.date((*key, date), date, start)
        accepted = check.dated(policy, (*key, date), value)
        if month is not None:
            values[month] = accepted
    return dict(sorted(values.items()))


def steps[P: Parameters](
    check: Checker,
    policy: type[P],
    key: Key,
    base: P,
    dated: Mapping[str, Mapping[int, Any]],
    first: int,
    last: int | None,
) -> tuple[tuple[int, P], ...]:
    """Return the policy, or shock, at its first month and at every later month in which a value changes."""
    changes = {month for values in dated.values() for month in values}
    months = sorted({first} | {m for m in changes if first < m and (last is None or m <= last)})
    own = {name: getattr(base, name) for name in policy.model_fields}
    return tuple((month, check.group(policy, key, own | standing(dated, month))) for month in months)


def standing(dated: Mapping[str, Mapping[int, Any]], month: int) -> Values:
    """Return the dated values that hold in a month; before its first date a value has the default."""
    return {
        item: [value for date, value in values.items() if date <= month][-1]
        for item, values in dated.items()
        if any(date <= month for date in values)
    }


def policy_table(table: Values, base: Policy, dated: Mapping[str, Mapping[int, Any]]) -> Values:
    """Return the table of a policy with every default filled in."""
    common: Values = {
        item: table[item] for item in ("use", "class", "start", "end", "where", "without") if item in table
    }
    return dated_table(common, base, dated)


def dated_table(common: Values, base: Parameters, dated: Mapping[str, Mapping[int, Any]]) -> Values:
    """Return a table with every default and all dated values filled in."""
    own = base.model_dump(exclude={"where"})
    schedules = {
        item: {month_name(month): value for month, value in values.items()} for item, values in dated.items()
    }
    resolved: Values = thaw({**common, **own, **schedules})
    return resolved


def check_where(check: Checker, key: Key, given: Any) -> Where:
    """Return the mask of a policy after looking up every name."""
    axes: dict[str, tuple[Any, ...]] = {}
    for axis, names in check.table(key, given).items():
        if axis not in AXES:
            check.report((*key, axis), "unknown key", nearest(axis, AXES))
        elif not isinstance(names, list) or not names:
            check.report((*key, axis), f"must be a list with at least one name, not {show(names)}")
        elif check_axis(check, (*key, axis), names):
            axes[axis] = tuple(names)
    return Where(**axes)


def check_axis(check: Checker, key: Key, names: Collection[Any]) -> bool:
    """Whether all names of an axis of ``where`` are allowed."""
    axis = key[-1]
    before = len(check.problems)
    if axis in ("tier", "group"):
        for name in names:
            if not isinstance(name, int) or isinstance(name, bool) or name < 0:
                check.report(key, f"wrong value: {show(name)}", "allowed: whole numbers from 0")
    else:
        check.names(key, names, place_names(axis))
    return len(check.problems) == before
