"""Pages on what can be asked about: parameters, policies, metrics, columns, own tables, hooks, moments."""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping
from enum import IntEnum
from itertools import pairwise
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.core.columns import Column, Table
from sim.core.params import Parameters
from sim.economy import kinds
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.population.published import COMPARED
from sim.scenario.messages import bounds, show
from sim.scenario.overlaps import set_terms
from sim.shocks import Shock

if TYPE_CHECKING:
    from sim.metrics.metric import Metric

WIDTH = 96
SIMULATED = (
    "Simulated amount: one here stands for model.scale of Korea's (winwin describe tells the scale). Metrics "
    "are scaled back."
)
KOREAN = "Korea's amount: totals of the simulated economy times model.scale."
TOTALS = ("KRW", "unit", "person")  # units of amounts that grow with the economy


def fill(text: str, indent: str = "    ", hang: str = "") -> str:
    """Break a paragraph so that it fits the page; all lines but the first are indented by ``hang`` more."""
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + hang)


def plain(text: str) -> str:
    """Take the marks of markup out of a docstring."""
    return re.sub(r"``?([^`]*)``?", r"\1", text)


def paragraphs(thing: Any) -> list[str]:
    """Return the paragraphs of a docstring, each on one line."""
    return [" ".join(plain(part).split()) for part in (inspect.getdoc(thing) or "").split("\n\n")]


def is_total(unit: str) -> bool:
    """Whether a unit is that of an amount that grows with the economy.

    Examples
    --------
    >>> is_total("KRW/month"), is_total("KRW/person/month"), is_total("KRW/unit"), is_total("1")
    (True, False, False, False)
    """
    return unit.split("/")[0] in TOTALS and unit.split("/")[1:] in ([], ["month"], ["year"])


# --- parameters and policies -----------------------------------------------------------------------


def group_page(name: str, group: type[Parameters]) -> str:
    """Return what a table of parameters is and all of them."""
    korean = getattr(group, "korean", "")
    title = " ".join(part for part in (group.title, f"({korean})" if korean else "") if part)
    head = [f"[{name}] {title or 'table of parameters'}", *map(fill, paragraphs(group))]
    if issubclass(group, Policy):
        used = [hook for hook in (*VALUE_HOOKS, *EVENTS) if getattr(group, hook) is not getattr(Policy, hook)]
        more = "Besides its own parameters it takes start, end, off, where, and dated values"
        head.append(fill(f"It acts through {', '.join(used)}. {more} (winwin explain policy)."))
        head += [fill(text) for text in set_terms(group)]
    if issubclass(group, Shock):
        head.append(fill("A kind of shock: [shock.NAME] with kind, start, end, off (winwin explain shock)."))
    return "\n\n".join([*head, *(parameter_lines(group, row["name"]) for row in group.describe())])


def parameter_page(table: str, group: type[Parameters], name: str) -> str:
    """Return where a parameter stands, its unit, bounds, default, meaning and source."""
    return f"[{table}] parameter\n{parameter_lines(group, name)}"


def parameter_lines(group: type[Parameters], name: str) -> str:
    """Return unit, bounds, default, meaning and source of a parameter."""
    (row,) = (row for row in group.describe() if row["name"] == name)
    standard = "its own table" if isinstance(row["default"], Parameters) else show(row["default"])
    facts = [f"unit {row['unit']}", bounds(row), f"default {standard}"]
    head = f"{name}: {'; '.join(fact for fact in facts if fact)}"
    return "\n".join([head, fill(row["meaning"]), fill(f"source: {row['source']}")])


def key_page(key: str, meaning: str, more: Iterable[str] = ()) -> str:
    """Return what a key is that every policy takes."""
    return "\n".join([f"{key}: key of every policy, [policy.NAME]", *map(fill, [meaning, *more])])


def hook_page(name: str, policies: Mapping[str, type[Policy]]) -> str:
    """Return when a hook is called and which policies use it."""
    hook = getattr(Policy, name)
    used = [one for one, policy in policies.items() if getattr(policy, name) is not hook]
    arguments = ", ".join(inspect.signature(hook).parameters)
    return "\n".join(
        [
            f"{name}({arguments}): hook of policies (sim/policies/base.py)",
            *map(fill, paragraphs(hook)),
            fill(f"used by: {', '.join(used) or 'no policy of the package'}"),
        ]
    )


# --- metrics, moments, columns ---------------------------------------------------------------------


def metric_page(metric: Metric) -> str:
    """Return what a metric measures."""
    scaled = [KOREAN] if is_total(metric.unit) and "not scaled back" not in metric.doc else []
    parts = [*(paragraphs(metric.measure) or [metric.doc]), *scaled]
    return "\n".join([f"{metric.name} [{metric.unit}] metric", *map(fill, parts)])


def moment_page(row: Mapping[Any, Any]) -> str:
    """Return what a moment of the opening economy is, and its target."""
    facts = [f"target {row['target']:g}"] if row["target"] == row["target"] else ["no target"]
    facts += [f"row {row['row']} of sim/population/data/SOURCES.md"] if str(row["row"]).isdigit() else []
    facts += [f"year {row['year']}"] if str(row["year"]).isdigit() else []
    facts += ["compared only: no parameter was chosen to meet it"] if row["use"] == COMPARED else []
    head = f"{row['moment']} [{row['unit']}] moment of the opening economy (winwin describe)"
    return "\n".join([head, fill(str(row["meaning"])), fill("; ".join(facts))])


def table_page(name: str, table: type[Table]) -> str:
    """Return all columns of a table of the model."""
    rows = [(column.name, column.unit, column.doc) for column in table.columns.values()]
    return "\n".join([f"{name}: table of the model, model.{name}", fill(paragraphs(table)[0]), listed(rows)])


def column_page(table: str, column: Column) -> str:
    """Return what a column of a table of the model holds."""
    parts = [column.doc, *codes(column.doc), *([SIMULATED] if is_total(column.unit) else [])]
    where = f"column of {table}, model.{table}.{column.name}"
    return "\n".join([f"{column.name} [{column.unit}] {where}", *map(fill, parts)])


def codes(text: str) -> list[str]:
    """Return the codes of the enumeration a text names, if it names one."""
    found = [getattr(kinds, name) for name in re.findall(r"sim\.economy\.kinds\.(\w+)", text)]
    return [
        ", ".join(f"{int(code)} {code.name.lower()}" for code in kind)
        for kind in found
        if isinstance(kind, type) and issubclass(kind, IntEnum)
    ]


def listed(rows: Iterable[tuple[str, str, str]]) -> str:
    """Align names and units, with the meaning of each behind them or, if long, below."""
    table = list(rows)
    names = max(len(name) for name, _, _ in table)
    units = max(len(unit) for _, unit, _ in table)
    start = " " * (names + units + (6 if units else 4))
    lines = []
    for name, unit, meaning in table:
        head = f"  {name.ljust(names)}  {unit.ljust(units)}".ljust(len(start))
        lines.append((head + fill(meaning, start)[len(start) :]).rstrip())
    return "\n".join(lines)


# --- own tables ------------------------------------------------------------------------------------


def documented_tables(module: ModuleType) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the tables of columns in a module's docstring, each with the paragraph above it.

    A table is a paragraph between lines of equals signs; with three of them the first part is the head.
    A first cell may name several columns.
    """
    parts = (inspect.getdoc(module) or "").split("\n\n")
    return [
        (" ".join(plain(above).split()), table_rows(part.split("\n")))
        for above, part in pairwise(parts)
        if part.startswith("===")
    ]


def table_rows(lines: list[str]) -> list[tuple[str, str, str]]:
    """Return the rows of a table in a docstring: name, unit, meaning."""
    edges = [place for place, line in enumerate(lines) if line.startswith("===")]
    starts = [match.start() for match in re.finditer("=+", lines[0])]
    rows = []
    for line in lines[edges[-2] + 1 : edges[-1]]:
        name, unit, meaning = (line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True))
        rows += [(one, unit, plain(meaning)) for one in name.split(", ")]
    return rows


def own_table_page(parameter: str, intro: str, rows: Iterable[tuple[str, str, str]]) -> str:
    """Return how a researcher's own table is given and what its columns are."""
    return "\n".join([parameter, "", fill(intro, "  "), "", listed(rows)])


def own_column_page(table: str, row: tuple[str, str, str]) -> str:
    """Return what a column of a researcher's own table holds."""
    return f"{row[0]} [{row[1]}] column of your own table, economy.{table}\n{fill(row[2])}"
