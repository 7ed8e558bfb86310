"""What costs time in small runs: Python and the number of calls, starting up, recording."""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
import time
from typing import Any

from sim.bench.phases import timed_months
from sim.model import Ecosystem
from sim.scenario import Scenario

PANEL = ("sales", "purchases", "wage_bill", "workers", "output", "price")
START = (
    "import time\n"
    "from sim.model import Ecosystem\n"
    "from sim.scenario import Scenario\n"
    "from sim.experiments.openings import kept_opening\n"
    "imported = time.process_time()\n"
    "scenario = Scenario.load('baseline').replacing('economy.firms', {firms})\n"
    "model = Ecosystem(scenario, 1, kept_opening(scenario, 1))\n"
    "opened = time.process_time()\n"
    "model.step()\n"
    "done = time.process_time()\n"
    "print(done, imported, opened - imported, done - opened)"
)


def recording(firms: int, months: int) -> dict[str, float]:
    """Measure which part of a run goes into recording all metrics, and a panel of six columns a year."""
    panel = ("record.panel.columns", list(PANEL), "record.panel.every", 12)
    scenario = Scenario.load("baseline").replacing("economy.firms", firms, "run.months", months, *panel)
    model = Ecosystem(scenario, seed=1)
    whole, phases = timed_months(model, months)
    spent = sum(month["recorder.record"] for month in phases)
    start = time.process_time()
    model.metrics_frame(), model.panel_frame()
    spent += time.process_time() - start
    return {
        "firms": firms,
        "months": months,
        "metrics": len(model.recorder.names),
        "share": spent / sum(whole),
    }


def dominating(firms: int, months: int, most: int = 8) -> dict[str, Any]:
    """Profile a small run: calls a month, and the functions that take most time of their own."""
    scenario = Scenario.load("baseline").replacing("economy.firms", firms, "run.months", months)
    model, profile = Ecosystem(scenario, seed=1), cProfile.Profile()
    profile.enable()
    for _ in range(months):
        model.step()
    profile.disable()
    known = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    calls = sum(row[1] for row in known.values())
    total = sum(row[2] for row in known.values())
    largest = sorted(known.items(), key=lambda item: -item[1][2])[:most]
    return {
        "firms": firms,
        "calls_a_month": calls / months,
        "functions": [
            {"function": named(*where), "calls_a_month": row[1] / months, "share": row[2] / total}
            for where, row in largest
        ],
    }


def named(file: str, line: int, function: str) -> str:
    """Name a function as its module and itself; built-in ones as Python calls them."""
    if "sim" not in file.replace(os.sep, "/").split("/"):
        return function.strip("<>{}")
    return (
        f"{file.replace(os.sep, '/').rpartition('sim/')[2].removesuffix('.py').replace('/', '.')}.{function}"
    )


def start_up(firms: int) -> dict[str, float]:
    """Time a new process until its first month is over, the opening economy being in the cache.

    Seconds of the processor; ``importing`` counts from the start of Python.
    """
    seconds = []
    for _ in range(3):  # the first one fills the cache
        program = [sys.executable, "-c", START.format(firms=firms)]
        told = subprocess.run(program, capture_output=True, text=True, check=True).stdout
        seconds.append([float(one) for one in told.split()])
    names = ("seconds", "importing", "opening", "first_month")
    return {
        "firms": firms,
        **dict(zip(names, min(seconds[1:]), strict=True)),
        "opening_uncached": seconds[0][2],
    }
