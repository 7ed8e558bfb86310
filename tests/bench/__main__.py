"""Time and memory of building and running economies of growing size, each in a process of its own.

``python -m tests.bench [--quick] [--json]`` prints one table: seconds to build, months per second, bytes a
firm, peak memory, and how the cost of a month grows with size.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MONTHS = {1_000: 120, 10_000: 48, 100_000: 24, 1_000_000: 12}
POTENTIAL = 0.1  # potential entrants over firms: they take memory like living firms


def measure(firms: int, months: int) -> dict[str, float]:
    """Build one economy and run it; called in a fresh process, so that peak memory is its own."""
    from sim.core.draws import Draws
    from sim.model import Ecosystem
    from sim.population.build import open_economy
    from sim.scenario import Scenario

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
    from sim.model import Ecosystem
    from sim.scenario import Scenario

    tables = {"economy": {"firms": 3000}, "run": {"start": "2016-01", "months": 120}}
    start = time.perf_counter()
    model = Ecosystem(Scenario.from_dict(tables), seed=1)
    for _ in range(120):
        model.step()
    return {"run_3000x120_seconds": time.perf_counter() - start}


def alone(function, *arguments):
    """Call a function in a process that nothing ran in before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def table(rows: list[dict[str, float]]) -> str:
    """Write the rows for a reader."""
    head = "     firms      links   build s   month s   plain month s   months/s   bytes/firm   peak GiB"
    lines = [
        f"{row['firms']:>10,} {row['links']:>10,} {row['build_seconds']:>9.2f} {row['month_seconds']:>9.4f}"
        f" {row['plain_month_seconds']:>15.4f} {1 / row['month_seconds']:>10.1f} {row['bytes_per_firm']:>12,.0f}"
        f" {row['peak_gib']:>10.2f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out a million firms")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    rows = []
    for firms in SIZES[:-1] if options.quick else SIZES:
        rows.append(alone(measure, firms, MONTHS[firms]))
        print(f"{firms:,} firms measured", file=sys.stderr)
    large = [row for row in rows if row["firms"] >= 10_000]
    sizes, costs = (np.log([row[key] for row in large]) for key in ("firms", "month_seconds"))
    summary = {"exponent_from_10k": float(np.polyfit(sizes, costs, 1)[0]), **alone(small_run)}
    if options.json:
        print(json.dumps({"rows": rows, **summary}, indent=2))
        return
    print(table(rows))
    print(f"cost of a month grows with firms to the power {summary['exponent_from_10k']:.2f} (10,000 and up)")
    print(f"3,000 firms x 120 months, all metrics: {summary['run_3000x120_seconds']:.2f} s with building")
    print("a month: mean over all months, quarter and year ends included; a plain month is the median")


if __name__ == "__main__":
    main()
