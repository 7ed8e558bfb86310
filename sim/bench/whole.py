"""The whole benchmark: what is measured, in which order, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

from sim.bench import small
from sim.bench.alone import alone
from sim.bench.economies import Case, measure
from sim.bench.machine import Machine
from sim.bench.sweeps import Swept, swept

MILLION = 1_000_000
MESA = Path(__file__).resolve().parents[2] / "tests" / "bench" / "production_block.py"
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Plan:
    """What is measured: sizes with their months, and sizes of the other parts."""

    cases: Sequence[Case]
    sweeps: Sequence[Swept]
    mesa: tuple[int, int] = (10_000, 6)  # firms, months
    recorded: tuple[int, int] = (3_000, 48)
    profiled: tuple[int, int] = (1_000, 24)
    started: int = 3_000
    cells: int = 20_000_000  # of the arrays on which the machine is measured

    @classmethod
    def full(cls) -> Plan:
        """Return the whole benchmark: some minutes."""
        grown = Case(MILLION, 12, "growth_for_all")
        cases = [*cls.quick().cases[:-1], Case(100_000, 24), Case(MILLION, 24, floor=True), grown]
        sweeps = [
            *cls.quick().sweeps[:1],
            Swept(1_000, 120, 6, 1, "growth_for_all"),
            Swept(1_000, 120, 12, 2),
        ]
        return cls(cases, [*sweeps, Swept(3_000, 120, 6, 1), Swept(200, 1, 200, 1)])

    @classmethod
    def quick(cls) -> Plan:
        """Return a benchmark without the largest economies: about a minute."""
        cases = [Case(1_000, 120), Case(10_000, 48), Case(100_000, 13, floor=True)]
        return cls(cases, [Swept(1_000, 120, 7, 1), Swept(200, 1, 50, 1)])


def benchmark(plan: Plan, tell: Tell = lambda what: None) -> dict[str, Any]:
    """Measure everything of a plan; ``tell`` hears what is being measured.

    Returns
    -------
    The figures of `sim.bench.report.HEADLINE`, None where not measured, for which ``why_not`` has the
    reason; and the tables ``sizes``, ``phases``, ``small``, ``sweeps``, ``mesa``, ``recording``, ``start``,
    ``machine``.
    """
    tell("the machine")
    machine = alone(Machine.measured, plan.cells)
    sizes = []
    for case in plan.cases:
        tell(f"{case.firms:,} firms, {case.scenario}")
        sizes.append(alone(measure, case, machine))
    tell("Mesa, one object a firm")
    mesa, why = against_mesa(*plan.mesa)
    tell("small runs, recording, starting up")
    parts = {
        "small": alone(small.dominating, *plan.profiled),
        "recording": alone(small.recording, *plan.recorded),
        "start": small.start_up(plan.started),
    }
    tell("sweeps")
    sweeps = [alone(swept, one) for one in plan.sweeps]
    phases = next((row for row in sizes if "over_floor" in row), None)
    found = {**ratios(sizes, mesa), "sizes": sizes, "phases": phases, "mesa": mesa, "sweeps": sweeps, **parts}
    found |= {
        "runs_per_second_1k": next((row["runs_per_second"] for row in sweeps if row["firms"] == 1_000), None),
        "recording_share": parts["recording"]["share"],
        "start_seconds": parts["start"]["seconds"],
        "machine": machine.told(),
    }
    found["why_not"] = {
        key: why if key == "vs_mesa_10k" and why else "no economy of this size in a quick benchmark"
        for key, value in found.items()
        if value is None
    }
    return found


def ratios(sizes: Sequence[dict[str, Any]], mesa: dict[str, float] | None) -> dict[str, Any]:
    """Return the ratios, and the figures of the largest economy; None for what was not measured."""
    baseline = {row["firms"]: row for row in sizes if row["scenario"] == "baseline"}
    grown = {row["firms"]: row for row in sizes if row["scenario"] == "growth_for_all"}
    million = baseline.get(MILLION, {})
    large = [row for firms, row in baseline.items() if firms >= 10_000]
    exponent = None
    if len(large) > 1:
        firms, seconds = (np.log([row[key] for row in large]) for key in ("firms", "month_seconds"))
        exponent = float(np.polyfit(firms, seconds, 1)[0])
    month = baseline.get(10_000, {}).get("month_seconds")
    mine = mesa and month and mesa["mesa_seconds"] / mesa["firms"] / (month / 10_000)
    dear = grown.get(MILLION)
    return {
        "vs_mesa_10k": mesa and mesa["mesa_seconds"] / mesa["columns_seconds"],
        "vs_mesa_10k_month": mine,
        "vs_floor_1m": million.get("over_floor"),
        "exponent": exponent,
        "growth_for_all_1m": dear and million and dear["month_seconds"] / million["month_seconds"],
        "month_seconds_1m": million.get("month_seconds"),
        "build_seconds_1m": million.get("build_seconds"),
        "peak_gib_1m": million.get("peak_gib"),
    }


def against_mesa(firms: int, months: int) -> tuple[dict[str, float] | None, str]:
    """Time the comparison of the tests, which an installed package does not have; or say why not."""
    if not MESA.exists():
        return None, "the comparison is part of the tests, which are only in a checkout"
    return alone(compare_with_mesa, firms, months), ""


def compare_with_mesa(firms: int, months: int) -> dict[str, float]:
    """Run the comparison, in a process of its own."""
    spec = spec_from_file_location("production_block", MESA)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    timed: dict[str, float] = module.timed(firms, months)
    return timed
