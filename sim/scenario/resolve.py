"""Checking a scenario as a whole: every problem is found before any is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.core.params import Parameters
from sim.policies.book import PolicyEntry
from sim.scenario import schema
from sim.scenario.checker import Checker, thaw
from sim.scenario.files import OWN_WORDS, Document
from sim.scenario.policies import check_policies
from sim.scenario.shocks import ShockEntry, check_shocks


@dataclass(frozen=True)
class Resolved:
    """What a scenario means, with every default filled in."""

    title: str
    question: str
    source: str
    parameters: dict[str, Parameters]
    policies: tuple[PolicyEntry, ...]
    shocks: tuple[ShockEntry, ...]
    record: schema.RecordParameters
    tables: dict[str, Any]
    notes: tuple[str, ...]
    lost: tuple[Problem, ...]


def resolve(document: Document, label: str) -> tuple[Resolved, list[Problem]]:
    """Check a document against all tables and fill in the defaults.

    Returns
    -------
    What it means, and all problems; with problems, refused values are the defaults.
    """
    check = Checker(document, label)
    known = schema.parameter_tables()
    allowed = {*OWN_WORDS, "extends", "policy", "record", "shock", *known}
    for name, value in document.given.items():
        if name not in allowed:
            sort = "unknown table" if isinstance(value, Mapping) else "unknown key"
            check.report((name,), sort, nearest(name, allowed))
    parameters = {
        name: check.group(group, (name,), check.table((name,), document.given.get(name, {})))
        for name, group in known.items()
    }
    check_files(check, parameters)
    transition: Any = parameters["transition"]
    credit: Any = parameters["credit"]
    check.names(("transition", "sector"), [transition.sector], schema.sector_names())
    run = parameters["run"]
    assert isinstance(run, schema.RunParameters)
    start = check.january(("run", "start"), run.start)
    policies, tables = check_policies(check, run, start or 0)
    shocks, struck = check_shocks(check, run, start or 0, credit.policy_rate)
    record = check_record(check)
    resolved = Resolved(
        title=check.text("title"),
        question=check.text("question"),
        source=check.text("source"),
        parameters=parameters,
        policies=policies,
        shocks=shocks,
        record=record,
        tables=resolved_tables(check, parameters, tables, struck, record),
        notes=tuple(check.notes),
        lost=tuple(check.lost),
    )
    return resolved, check.problems


def resolved_tables(
    check: Checker,
    parameters: Mapping[str, Parameters],
    policies: Mapping[str, Any],
    shocks: Mapping[str, Any],
    record: Parameters,
) -> dict[str, Any]:
    """Return the resolved scenario as plain tables; ``shock`` is there only where there is one."""
    texts = {name: check.text(name) for name in OWN_WORDS}
    groups = {name: group.model_dump() for name, group in parameters.items()}
    struck = {"shock": shocks} if shocks else {}
    recorded = {"record": record.model_dump()}
    tables: dict[str, Any] = thaw({**texts, **groups, "policy": policies, **struck, **recorded})
    return tables


def check_record(check: Checker) -> schema.RecordParameters:
    """Return what a run keeps, after looking up every metric and column."""
    values = check.table(("record",), check.document.given.get("record", {}))
    panel_key = ("record", "panel")
    panel = check.group(schema.PanelParameters, panel_key, check.table(panel_key, values.pop("panel", {})))
    record = check.group(schema.RecordParameters, ("record",), {**values, "panel": panel})
    if panel.columns:
        check.names((*panel_key, "columns"), panel.columns, schema.panel_columns())
    if record.metrics:
        check.names(("record", "metrics"), record.metrics, schema.metric_names())
    return record


def check_files(check: Checker, parameters: Mapping[str, Parameters]) -> None:
    """Note every data file that is not there, and every mistake in those that are."""
    missing = False
    for table, name in schema.file_keys():
        path = getattr(parameters[table], name)
        if path and not Path(path).is_file():
            known = [
                file.name for file in Path(path).parent.glob("*.*") if file.suffix in (".csv", ".parquet")
            ]
            check.report((table, name), f"there is no file {path}", nearest(Path(path).name, known))
            missing = True
    economy: Any = parameters["economy"]
    if economy.links_table and not economy.firms_table:
        what = "links are named by the ids of a table of firms, and there is none"
        check.report(("economy", "links_table"), what, "name your table of firms as economy.firms_table")
    if not missing and (economy.io_table or economy.firms_table or economy.links_table):
        check_own_tables(check, economy)


def check_own_tables(check: Checker, economy: Any) -> None:
    """Note every mistake in a researcher's own tables."""
    from sim.population.own_tables import read_own_tables

    try:
        read_own_tables(economy)
    except InputError as error:
        check.problems += error.problems
