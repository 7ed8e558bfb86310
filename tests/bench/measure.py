"""What a benchmark's fresh process does: build and run one economy, and report time and memory."""

from __future__ import annotations

import resource
import statistics
import time

from sim.core.draws import Draws
from sim.model import Ecosystem
from sim.population.build import open_economy
from sim.scenario import Scenario

POTENTIAL = 0.1  # potential entrants over firms: they take memory like living firms


def measure(firms: int, months: int) -> dict[str, float]:
    """Build one economy and run it; called in a fresh process, so that peak memory is its own."""
    tables = {
        "economy": {"firms": firms, "potential_firms": POTENTIAL},
        "run": {"start": "2016-01", "months": months},
        "record": {"metrics": ["gdp"]},
    }
    scenario = Scenario.from_dict(tables)
    start = time.perf_counter()
    opening = open_economy(scenario.economy, scenario.parameters, Draws(1), scenario.run.first_month)
    built = time.perf_counter() - start
    model = Ecosystem(scenario, seed=1, opening=opening)
    seconds = []
    for _ in range(months):
        start = time.perf_counter()
        model.step()
        seconds.append(time.perf_counter() - start)
    bytes_held = model.firms.nbytes + model.groups.nbytes + model.links.nbytes
    return {
        "firms": firms,
        "links": model.links.rows,
        "build_seconds": built,
        "month_seconds": statistics.mean(seconds),
        "plain_month_seconds": statistics.median(seconds),
        "bytes_per_firm": bytes_held / firms,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def small_run() -> dict[str, float]:
    """Time one run of 3,000 firms over 120 months, building and recording all metrics included."""
    tables = {"economy": {"firms": 3000}, "run": {"start": "2016-01", "months": 120}}
    start = time.perf_counter()
    model = Ecosystem(Scenario.from_dict(tables), seed=1)
    for _ in range(120):
        model.step()
    return {"run_3000x120_seconds": time.perf_counter() - start}
