"""The tables of a scenario, and the names their values may take."""

from __future__ import annotations

import csv
from collections.abc import Collection

from sim.core.months import parse_month
from sim.core.params import Parameters, param

ASSUMPTION = "scenario assumption"


class RunParameters(Parameters):
    """When a run starts, how long it lasts, how often it is repeated."""

    title = "the run"
    start: str = param("2016-01", unit="month", doc="first month: a January", source=ASSUMPTION)
    months: int = param(120, ge=1, le=2400, unit="month", doc="length of a run", source=ASSUMPTION)
    seeds: int = param(20, ge=1, le=100_000, unit="1", doc="how often it is repeated", source=ASSUMPTION)
    seed: int = param(1, ge=0, lt=2**63, unit="1", doc="first seed; the others follow", source=ASSUMPTION)

    @property
    def first_month(self) -> int:
        """First month, in months since year 0."""
        return parse_month(self.start)


class PanelParameters(Parameters):
    """Which columns of firms are kept, and how often."""

    title = "the recorded panel"
    columns: tuple[str, ...] = param(
        (), unit="name", doc="columns of firms; none: no panel", source=ASSUMPTION
    )
    every: int = param(12, ge=1, le=2400, unit="month", doc="months between two snapshots", source=ASSUMPTION)


class RecordParameters(Parameters):
    """What a run keeps."""

    title = "what is recorded"
    metrics: tuple[str, ...] = param((), unit="name", doc="metrics kept; all when empty", source=ASSUMPTION)
    panel: PanelParameters = param(PanelParameters(), unit="table", doc="panel of firms", source=ASSUMPTION)


def parameter_tables() -> dict[str, type[Parameters]]:
    """Return the parameters of every table but ``policy`` and ``record``, by the table's name."""
    from sim.population.parameters import EconomyParameters
    from sim.rules import PARAMETERS

    return {"economy": EconomyParameters, **PARAMETERS, "run": RunParameters}


def metric_names() -> Collection[str]:
    """Return the names of all metrics."""
    import sim.metrics

    names: Collection[str] = sim.metrics.available()
    return names


def panel_columns() -> Collection[str]:
    """Return the columns of firms that a panel may hold, and the two numbers kept elsewhere."""
    from sim.economy.firms import Firms

    return [*(name for name, column in Firms.columns.items() if not column.width), "deposits", "memberships"]


def place_names(axis: str) -> Collection[str]:
    """Return the names an axis of ``where`` may take."""
    from sim.policies.where import KINDS, SIZES
    from sim.population.firms import REGIONS

    known = {"kind": KINDS, "size": SIZES, "region": REGIONS, "sector": sector_names()}
    return known[axis]


def sector_names() -> list[str]:
    """Return the names of all sectors."""
    from sim.population.io_table import DATA

    with (DATA / "sectors.csv").open(encoding="utf-8", newline="") as lines:
        return [row["sector"] for row in csv.DictReader(lines)]


def file_keys() -> list[tuple[str, str]]:
    """Return table and name of every parameter whose value names a file."""
    return [
        (table, name)
        for table, group in parameter_tables().items()
        for name, field in group.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra["unit"] == "file"
    ]
