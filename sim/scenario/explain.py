"""What a user may ask about: names that exist, and what they mean."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.core.columns import Column
from sim.core.errors import InputError, Problem, nearest
from sim.core.params import Parameters
from sim.scenario import schema
from sim.scenario.files import read, shipped
from sim.scenario.messages import bounds, show

if TYPE_CHECKING:
    from sim.metrics.metric import Metric

Page = Callable[[], str]
WIDTH = 96


def listing() -> str:
    """Return the names of all scenarios, policies and metrics, with a phrase each."""
    import sim.metrics
    from sim.policies import available, load

    scenarios = [(name, str(read(file).given.get("title", ""))) for name, file in shipped().items()]
    policies = [(name, f"{load(name).title} ({load(name).korean})") for name in available()]
    metrics = [(name, f"[{metric.unit}] {metric.doc}") for name, metric in sim.metrics.available().items()]
    return "\n\n".join([rows("Scenarios", scenarios), rows("Policies", policies), rows("Metrics", metrics)])


def rows(title: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a title and two aligned columns."""
    width = max((len(name) for name, _ in pairs), default=0)
    return "\n".join([title, *(f"  {name.ljust(width)}  {phrase}" for name, phrase in pairs)])


def explanation(name: str) -> str:
    """Return a page on a policy, a table of parameters, a parameter, a metric or a column.

    Raises
    ------
    InputError
        When nothing has this name.
    """
    groups = groups_by_name()
    books = [table_pages(groups), metric_pages(), column_pages()]
    for asked in (name, f"policy.{name}"):
        found = [book[asked]() for book in books if asked in book]
        if found:
            return "\n\n".join(found)
    known = {key for book in books for key in book}
    raise InputError([Problem("explain", f"nothing is called {name!r}", nearest(name, known))])


def groups_by_name() -> dict[str, type[Parameters]]:
    """Return all declared groups of parameters, policies included."""
    from sim.policies import available, load

    policies = {f"policy.{name}": load(name) for name in available()}
    recorded: dict[str, type[Parameters]] = {
        "record": schema.RecordParameters,
        "record.panel": schema.PanelParameters,
    }
    return {**schema.parameter_tables(), **recorded, **policies}


def table_pages(groups: Mapping[str, type[Parameters]]) -> dict[str, Page]:
    """Return the pages of tables, policies and their parameters, by name."""
    whole = {name: partial(group_page, group) for name, group in groups.items()}
    single = {
        f"{name}.{row['name']}": partial(parameter_page, group, row["name"])
        for name, group in groups.items()
        for row in group.describe()
    }
    return {**whole, **single}


def metric_pages() -> dict[str, Page]:
    """Return the pages of metrics, by name."""
    import sim.metrics

    return {name: partial(metric_page, metric) for name, metric in sim.metrics.available().items()}


def metric_page(metric: Metric) -> str:
    """Return what a metric measures."""
    return f"{metric.name} [{metric.unit}] metric\n{inspect.getdoc(metric.measure) or metric.doc}"


def column_pages() -> dict[str, Page]:
    """Return the pages of the columns of firms, by name."""
    from sim.economy.firms import Firms

    return {name: partial(column_page, column) for name, column in Firms.columns.items()}


def column_page(column: Column) -> str:
    """Return what a column of firms holds."""
    return f"{column.name} [{column.unit}] column of firms\n{column.doc}"


def group_page(group: type[Parameters]) -> str:
    """Return what a policy or table is and all its parameters."""
    korean = getattr(group, "korean", "")
    title = " ".join(
        part for part in (group.title or group.__name__, f"({korean})" if korean else "") if part
    )
    doc = inspect.getdoc(group) or ""
    parameters = [parameter_page(group, row["name"]) for row in group.describe()]
    return "\n\n".join([title, doc, *parameters])


def parameter_page(group: type[Parameters], name: str) -> str:
    """Return unit, bounds, default, meaning and source of a parameter."""
    (row,) = (row for row in group.describe() if row["name"] == name)
    facts = [f"unit {row['unit']}", bounds(row), f"default {default(row['default'])}"]
    lines = [
        f"{name}: {'; '.join(fact for fact in facts if fact)}",
        row["meaning"],
        f"source: {row['source']}",
    ]
    return "\n".join(
        [
            lines[0],
            *(
                textwrap.fill(line, WIDTH, initial_indent="    ", subsequent_indent="    ")
                for line in lines[1:]
            ),
        ]
    )


def default(value: Any) -> str:
    """Write a default."""
    return "its own table" if isinstance(value, Parameters) else show(value)
