"""Scenarios in words: differences and a description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.months import month_name, parse_month
from sim.core.params import Parameters
from sim.scenario import toml
from sim.scenario.files import OWN_WORDS, is_schedule
from sim.scenario.pages import fill

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

IN_FORCE = ("start", "end", "where")


def flatten(tables: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return nested tables as {dotted key: value}; a dated value stays one value.

    Examples
    --------
    >>> flatten({"run": {"months": 12}})
    {'run.months': 12}
    """
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        dotted = f"{above}.{key}" if above else key
        if isinstance(value, Mapping) and not is_schedule(value):
            flat |= flatten(value, dotted)
        else:
            flat[dotted] = value
    return flat


@dataclass(frozen=True)
class Differences:
    """Keys in which two scenarios differ.

    Parameters
    ----------
    names
        Names of the two scenarios.
    rows
        Dotted key, value here, value there; None where a scenario does not have the key.
    """

    names: tuple[str, str]
    rows: tuple[tuple[str, Any, Any], ...]

    @classmethod
    def between(
        cls, here: str, ours: Mapping[str, Any], there: str, theirs: Mapping[str, Any]
    ) -> Differences:
        """Compare two flat scenarios."""
        keys = [key for key in {**ours, **theirs} if key not in OWN_WORDS]
        rows = ((key, ours.get(key), theirs.get(key)) for key in sorted(keys))
        return cls((here, there), tuple(row for row in rows if row[1] != row[2]))

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        if not self.rows:
            return f"{self.names[0]} and {self.names[1]} are the same scenario"
        table = [("key", *self.names)]
        table += [(key, cell(ours), cell(theirs)) for key, ours, theirs in self.rows]
        widths = [max(len(row[column]) for row in table) for column in range(3)]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )


def cell(value: Any) -> str:
    """Write a value of a table of differences."""
    return "-" if value is None else toml.inline(value)


def describe(scenario: Scenario) -> str:
    """Return a page on a scenario."""
    run = scenario.run
    first = parse_month(run.start)
    years = f"{run.start} to {month_name(first + run.months - 1)}, {run.months} months, {run.seeds} seeds"
    source = f"Source: {scenario.source}" if scenario.source else ""
    parts = [
        "\n".join(fill(text, "") for text in (scenario.title, scenario.question, source, years) if text),
        *([policy_lines(scenario)] if scenario.policies else ["No policies"]),
        *([shock_lines(scenario)] if scenario.shocks else []),
        changed_lines(scenario),
        *(["\n".join(fill(f"note: {note}", "") for note in scenario.notes)] if scenario.notes else []),
        f"hash {scenario.hash}",
    ]
    return "\n\n".join(parts)


def policy_lines(scenario: Scenario) -> str:
    """Return each policy with when it is in force, whom it reaches, and its values."""
    lines = ["Policies"]
    for entry in scenario.policies:
        table = scenario.resolved["policy"][entry.name]
        policy = type(entry.steps[0][1])
        korean = f" ({policy.korean})" if policy.korean else ""
        lines.append(f"  {entry.name}: {policy.title}{korean}".rstrip(": "))
        lines.append(fill(standing(table, month_name(entry.first)), "      "))
        if entry.without:
            lines.append(fill(f"without its channels {', '.join(sorted(entry.without))}", "      "))
        own = [name for name in table if name not in (*IN_FORCE, "use", "class", "without")]
        lines += [value_line(name, table[name], policy, "      ") for name in own]
    return "\n".join(lines)


def shock_lines(scenario: Scenario) -> str:
    """Return each shock with when it strikes, whom, and its values."""
    lines = ["Shocks"]
    for entry in scenario.shocks:
        table = scenario.resolved["shock"][entry.name]
        kind = type(entry.steps[0][1])
        lines.append(f"  {entry.name}: {kind.title}")
        first = month_name(entry.first)
        lines.append(fill(standing(table, first) if kind.lasting else f"in {first}", "      "))
        own = [
            name
            for name in table
            if name not in (*IN_FORCE, "kind") or (name == "where" and not kind.lasting)
        ]
        lines += [value_line(name, table[name], kind, "      ") for name in own]
    return "\n".join(lines)


def standing(table: Mapping[str, Any], first: str) -> str:
    """Say when a policy is in force and whom it reaches."""
    until = f"to {table['end']}" if "end" in table else "on"
    whom = toml.inline(table["where"]).strip("{} ") if table.get("where") else "every firm it concerns"
    return f"from {first} {until}; for {whom}"


def value_line(key: str, value: Any, group: type[Parameters], indent: str) -> str:
    """Return a value with its unit and meaning, and the default where it differs; ``key`` may be dotted."""
    field = group.model_fields.get(key.rpartition(".")[2])
    if field is None:  # of a class that is not at hand
        return f"{indent}{key} = {toml.inline(value)}"
    facts: Any = field.json_schema_extra
    usual = "" if value == field.default else f" (default {toml.inline(field.default)})"
    unit = "" if facts["unit"] == "1" else f" {facts['unit']}"
    return fill(f"{key} = {toml.inline(value)}{unit}{usual}: {field.description}", indent, hang="    ")


def changed_lines(scenario: Scenario) -> str:
    """Return the parameters that differ from their default, with unit, default and meaning."""
    changed = [
        value_line(f"{table}.{name}", scenario.resolved[table][name], type(group), "  ")
        for table, group in scenario.parameters.items()
        for name, field in type(group).model_fields.items()
        if table != "run" and getattr(group, name) != field.default
    ]
    if not changed:
        return "All other parameters have their default"
    return "\n".join(["Parameters that differ from their default", *changed])
