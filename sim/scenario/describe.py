"""Scenarios in words: differences and a description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.months import month_name, parse_month
from sim.scenario import toml
from sim.scenario.files import is_schedule

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

SILENT = ("name", "title", "question")


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
        keys = [key for key in {**ours, **theirs} if key not in SILENT]
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
    lines = [scenario.title, scenario.question, ""]
    lines += [f"{run.start} to {month_name(first + run.months - 1)}, {run.months} months, {run.seeds} seeds"]
    lines += ["", "Policies" if scenario.policies else "No policies"]
    for entry in scenario.policies:
        lines += policy_lines(entry.name, scenario.resolved["policy"][entry.name])
    changed = changed_parameters(scenario)
    lines += [
        "",
        "Parameters that differ from their default" if changed else "All other parameters have their default",
    ]
    lines += [f"  {key} = {toml.inline(value)}" for key, value in changed.items()]
    lines += ["", f"hash {scenario.hash}"]
    return "\n".join(line for number, line in enumerate(lines) if line or lines[number - 1])


def policy_lines(name: str, table: Mapping[str, Any]) -> list[str]:
    """Return the lines on one policy."""
    values = ", ".join(f"{key} = {toml.inline(value)}" for key, value in table.items())
    return [f"  {name}: {values}"]


def changed_parameters(scenario: Scenario) -> dict[str, Any]:
    """Return the parameters that differ from their default, by dotted key."""
    changed = {}
    for table, group in scenario.parameters.items():
        for name, field in type(group).model_fields.items():
            if table != "run" and getattr(group, name) != field.default:
                changed[f"{table}.{name}"] = scenario.resolved[table][name]
    return changed
