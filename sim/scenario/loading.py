"""Loading the scenarios a command names, all their problems together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.scenario.scenario import Scenario


def load_all(names: Iterable[str | Path], values: Mapping[str, Any]) -> list[Scenario]:
    """Load several scenarios and replace values, by dotted key; the problems of all are reported together."""
    scenarios, problems = [], []
    for name in names:
        try:
            scenario = Scenario.load(name)
            refuse_number_of_firms(scenario, values)
            scenarios.append(scenario.replacing(*(part for pair in values.items() for part in pair)))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(problems)
    return scenarios


def refuse_number_of_firms(scenario: Scenario, values: Mapping[str, Any]) -> None:
    """Refuse a number of firms beside a table of firms, which has its own."""
    if "economy.firms" in values and scenario.economy.firms_table:
        where = f"--firms {values['economy.firms']}"
        what = f"scenario {scenario.name} takes its firms from {Path(scenario.economy.firms_table).name}"
        raise InputError([Problem(where, f"{what}, one a row", "leave --firms out")])
