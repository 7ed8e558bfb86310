"""Markdown tables of what the code declares: columns, codes, metrics, parameters, policies."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from importlib import import_module
from types import ModuleType
from typing import Any

from sim import words
from sim.core.columns import Table
from sim.core.params import Parameters
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.scenario.pages import is_total


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Write a Markdown table.

    Examples
    --------
    >>> print(table(["a", "b"], [[1, "x|y"]]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    body = [head, ["---"] * len(head), *lines]
    return "\n".join("|" + "|".join(_cell(cell) for cell in row) + "|" for row in body)


def _cell(text: str) -> str:
    return text if set(text) == {"-"} and len(text) == 3 else f" {text} "


def number(value: Any) -> str:
    """Write a default or a bound, shortened.

    Examples
    --------
    >>> number(100e9), number(0.0015), number(True), number("")
    ('1e+11', '0.0015', 'yes', 'none')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Parameters):
        return "its own table"
    return f"{value:.10g}" if isinstance(value, int | float) else str(value or "none")


def bounds(row: Mapping[str, Any]) -> str:
    """Write the values a parameter may take as an interval.

    Examples
    --------
    >>> bounds({"ge": 0, "gt": None, "le": None, "lt": 1})
    '[0, 1)'
    >>> bounds({"ge": 1, "gt": None, "le": None, "lt": None})
    '[1, ∞)'
    """
    ends = [row[end] for end in ("ge", "gt", "le", "lt")]
    if all(end is None for end in ends):
        return "any"
    low = f"[{number(ends[0])}" if ends[0] is not None else f"({'-∞' if ends[1] is None else number(ends[1])}"
    high = f"{number(ends[2])}]" if ends[2] is not None else f"{'∞' if ends[3] is None else number(ends[3])})"
    return f"{low}, {high}"


def parameters(group: type[Parameters]) -> str:
    """List the parameters of a group: name, unit, default, bounds, meaning, source."""
    rows = [
        (f"`{row['name']}`", row["unit"], number(row["default"]), bounds(row), row["meaning"], row["source"])
        for row in group.describe()
    ]
    return table(["parameter", "unit", "default", "bounds", "meaning", "source"], rows)


def columns(kind: type[Table]) -> str:
    """List the columns of a table; ``x 5`` marks five numbers a row."""
    rows = []
    for row in kind.dictionary():
        width = kind.columns[row["column"]].width
        kept = f"{row['type']} x {width}" if width else row["type"]
        rows.append((f"`{row['column']}`", row["unit"], kept, row["meaning"]))
    return table(["column", "unit", "type", "meaning"], rows)


def codes(names: type[IntEnum]) -> str:
    """List the codes a column may hold."""
    return table(["code", "name"], [(int(code), code.name.lower()) for code in names])


def metrics() -> str:
    """List every metric: its name in both languages, unit, good direction, and the whole of its docstring."""
    from sim.metrics import available

    rows = [
        (
            f"`{name}`",
            words.label(f"metric.{name}"),
            words.label(f"metric.{name}", "ko"),
            metric.unit + (", Korea" if is_total(metric.unit) else ""),
            words.good(f"metric.{name}"),
            " ".join((inspect.getdoc(metric.measure) or "").split()),
        )
        for name, metric in available().items()
    ]
    return table(["metric", "title", "Korean", "unit", "good", "meaning"], rows)


def policies() -> str:
    """List every policy: its term, what it does, the hooks it uses."""
    rows = [
        (
            f"`{name}`",
            policy.title,
            policy.korean,
            sentence(policy),
            ", ".join(f"`{h}`" for h in hooks(policy)),
        )
        for name, policy in known_policies().items()
    ]
    return table(["policy", "title", "Korean", "what it does", "hooks it uses"], rows)


def known_policies() -> dict[str, type[Policy]]:
    """Return all policies by name."""
    from sim.policies import available, load

    return {name: load(name) for name in available()}


def sentence(thing: object) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def hooks(policy: type[Policy]) -> list[str]:
    """Return the hooks a policy overrides, in the order of `sim.policies.base`."""
    return [hook for hook in (*VALUE_HOOKS, *EVENTS) if getattr(policy, hook) is not getattr(Policy, hook)]


def all_hooks() -> str:
    """List the places where a policy can act."""
    names = (*VALUE_HOOKS, *EVENTS)
    return table(["hook", "what it does"], [(f"`{name}`", sentence(getattr(Policy, name))) for name in names])


def functions(package: ModuleType) -> str:
    """List the public functions of all modules of a package with the first line of their docstrings."""
    modules = [
        import_module(found.name) for found in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
    ]
    rows = [
        (f"`{module.__name__.rpartition('.')[2]}.{name}`", sentence(function))
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
    ]
    return table(["function", "what it does"], rows)
