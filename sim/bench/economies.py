"""What a fresh process measures of one economy: building, months, phases, memory, floor."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

from sim.bench.machine import Machine
from sim.bench.phases import timed_months
from sim.bench.traffic import moved_in_a_month
from sim.core.draws import Draws
from sim.core.months import QUARTER
from sim.model import Ecosystem
from sim.population.build import open_economy
from sim.scenario import Scenario

POTENTIAL = 0.1  # potential entrants over firms: they take memory like living firms
KIB = 1024 if sys.platform == "darwin" else 1  # units of peak memory in a KiB


@dataclass(frozen=True)
class Case:
    """An economy to measure: its size, how many months, under which scenario; whether its floor is wanted."""

    firms: int
    months: int
    scenario: str = "baseline"
    floor: bool = False

    def settings(self) -> Scenario:
        """Return the scenario at this size; only one metric is recorded."""
        potential = max(POTENTIAL, 1 / self.firms)
        return Scenario.load(self.scenario).replacing(
            "economy.firms", self.firms, "economy.potential_firms", potential,
            "run.months", self.months, "record.metrics", ["gdp"],
        )  # fmt: skip


def measure(case: Case, machine: Machine | None = None) -> dict[str, Any]:
    """Build one economy and run it; called in a fresh process, so that peak memory is its own."""
    scenario = case.settings()
    clock, start = time.perf_counter(), time.process_time()
    opening = open_economy(scenario.economy, scenario.parameters, Draws(1), scenario.run.first_month)
    built = time.process_time() - start
    model = Ecosystem(scenario, seed=1, opening=opening)
    seconds, by_phase = timed_months(model, case.months)
    clock = time.perf_counter() - clock
    # A plain month ends neither a quarter nor a year. The first one writes memory that was never touched.
    plain = [month for month in range(1, case.months) if month % QUARTER != QUARTER - 1]
    held = model.firms.nbytes + model.groups.nbytes + model.links.nbytes
    row = {
        "firms": case.firms,
        "links": model.links.rows,
        "scenario": case.scenario,
        "build_seconds": built,
        "month_seconds": statistics.mean(seconds),
        "month_median": statistics.median(seconds),
        "month_quartiles": quartiles(seconds),
        "clock_over_processor": clock / (built + sum(seconds)),
        "bytes_per_firm": held / case.firms,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB / 2**20,
    }
    names = {name: None for month in plain for name in by_phase[month]}
    usual = {name: statistics.median([by_phase[month].get(name, 0.0) for month in plain]) for name in names}
    row["plain_month_seconds"] = statistics.median([seconds[month] for month in plain])
    row["phases"] = [{"phase": name, "seconds": time} for name, time in usual.items()]
    if case.floor and machine:
        add_floor(row, model, machine)
    return row


def quartiles(values: list[float]) -> list[float]:
    """Return the first and the third quartile."""
    first, _, third = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return [first, third]


def add_floor(row: dict[str, Any], model: Ecosystem, machine: Machine) -> None:
    """Add to each phase what it has to move, the least time for it, and how far from it the phase is."""
    while model.month % QUARTER == QUARTER - 1:
        model.step()
    moved = moved_in_a_month(model)
    for phase in row["phases"]:
        one = moved.get(phase["phase"])
        phase["bytes"], phase["gathered"] = (one.bytes, one.gathered) if one else (0, 0)
        phase["floor_seconds"] = machine.seconds(phase["bytes"], phase["gathered"])
    row["floor_seconds"] = sum(phase["floor_seconds"] for phase in row["phases"])
    row["over_floor"] = row["plain_month_seconds"] / row["floor_seconds"]
