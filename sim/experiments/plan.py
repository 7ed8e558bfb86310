"""What a sweep consists of: a row for each scenario, point and seed, with the name of its run.

To name a run, the values of its point are put into the scenario and checked, which takes milliseconds.
What came of it is kept in the folder, by all that it depends on, so that a plan of 10^5 runs is made
again at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError, Problem
from sim.experiments.archive import Archive, name_of
from sim.experiments.design import Design
from sim.experiments.disk import storage
from sim.experiments.manifest import fingerprint, package_version
from sim.experiments.varied import applied
from sim.scenario import Scenario
from sim.scenario.schema import file_keys

Values = tuple[tuple[str, Any], ...]
FILES = {"use", "class", "extends", *(name for _, name in file_keys())}  # what a value may name a file in


@dataclass(frozen=True, slots=True)
class Planned:
    """One row of the plan: a scenario at a point with a seed. Rows may share a run.

    Parameters
    ----------
    run
        Name of the run.
    scenario
        The scenario, without the values of the point.
    values
        Values of the point.
    seed
        Seed of the run.
    point
        Hash of scenario and values; "" where they may depend on a file.
    scenario_hash
        Hash of the scenario with the values.
    """

    run: str
    scenario: Scenario
    values: Values
    seed: int
    point: str
    scenario_hash: str


def plan_of(design: Design, known: Mapping[str, str] | None = None) -> list[Planned]:
    """Return one row for each scenario, point and seed.

    Parameters
    ----------
    design
        The design.
    known
        Hashes of scenarios by point, from `Archive.points`.

    Raises
    ------
    InputError
        When values that are allowed one by one are refused together.
    """
    known, model = known or {}, fingerprint()
    bases = [(scenario, origin_of(scenario)) for scenario in design.scenarios]
    rows: list[Planned] = []
    problems: list[Problem] = []
    for number, values_of in enumerate(design.points, start=1):
        for scenario, origin in bases:
            values = tuple(applied(values_of, scenario).items())
            point = point_of(origin, values)
            try:
                found = known.get(point) or put(scenario, values).hash
            except InputError as error:
                place = f"design {design.name}, point {number}"
                problems += [Problem(f"{place}: {one.where}", one.what, one.fix) for one in error.problems]
                continue
            rows += [
                Planned(name_of(model, found, seed), scenario, values, seed, point, found)
                for seed in design.seeds
            ]
    if problems:
        raise InputError(problems[:20])
    return rows


def origin_of(scenario: Scenario) -> str:
    """Return a hash of all that a scenario with other values is made from.

    That is more than its own hash covers: what it leaves to defaults may follow a value that is put in.
    """
    _, (_, document) = scenario.__reduce__()
    texts = {name: source.text for name, source in document.sources.items()}
    told = json.dumps([scenario.hash, document.given, texts], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def point_of(origin: str, values: Values) -> str:
    """Return a hash of a scenario and values put into it; "" where a value may name a file."""
    if any(name.rpartition(".")[2] in FILES for name, _ in values):
        return ""
    return hashlib.sha256(f"{origin} {values!r}".encode()).hexdigest()


def put(scenario: Scenario, values: Sequence[tuple[str, Any]]) -> Scenario:
    """Put the values of a point into a scenario."""
    return scenario.replacing(*(part for pair in values for part in pair)) if values else scenario


def resolved(row: Planned) -> Scenario:
    """Return the scenario of a row with the values of its point."""
    return put(row.scenario, row.values)


def keep_plan(archive: Archive, design: Design, plan: Sequence[Planned]) -> None:
    """Write the plan into the folder."""
    import pandas as pd

    columns: dict[str, list[Any]] = {
        "run": [row.run for row in plan],
        "scenario": [row.scenario.name for row in plan],
        "seed": [row.seed for row in plan],
    }
    columns |= dict(parameters(plan))
    told = {
        "design": design.name,
        "title": design.title,
        "method": design.method,
        "model": fingerprint(),
        "version": package_version("winwin"),
    }
    with storage(archive.folder):
        archive.write_plan(pd.DataFrame(columns, dtype=object), told, design.text)
        archive.write_points({row.point: row.scenario_hash for row in plan if row.point})


def parameters(plan: Sequence[Planned]) -> Iterator[tuple[str, list[Any]]]:
    """Yield each parameter with its value in every row; None where a scenario does not take it."""
    values = [dict(row.values) for row in plan]
    for name in dict.fromkeys(name for of_row in values for name in of_row):
        yield name, [of_row.get(name) for of_row in values]


def missing(archive: Archive, plan: Sequence[Planned]) -> dict[str, Planned]:
    """Return the runs that are not stored, each once, in the order of the plan."""
    stored = archive.complete()
    return {row.run: row for row in plan if row.run not in stored}
