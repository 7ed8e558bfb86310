"""Time and memory of building and running economies of growing size, each in a process of its own.

``python -m tests.bench [--quick] [--json]`` prints one table: seconds to build, months per second, bytes a
firm, peak memory, and how the cost of a month grows with size; then sweeps: runs a second in one and two
processes, processor time a run beyond the simulation, and memory over many runs. ``--sweeps`` measures these
only.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from tests.bench.measure import measure, small_run
from tests.bench.sweeps import all_sweeps, swept

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MONTHS = {1_000: 120, 10_000: 48, 100_000: 24, 1_000_000: 12}


def alone(function, *arguments):
    """Call a function in a process that nothing ran in before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def table(rows: list[dict[str, float]]) -> str:
    """Write the rows for a reader."""
    head = "     firms      links   build s   month s   plain month s   months/s   bytes/firm   peak GiB"
    lines = [
        f"{row['firms']:>10,} {row['links']:>10,} {row['build_seconds']:>9.2f} {row['month_seconds']:>9.4f}"
        f" {row['plain_month_seconds']:>15.4f} {1 / row['month_seconds']:>10.1f}"
        f" {row['bytes_per_firm']:>12,.0f} {row['peak_gib']:>10.2f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def sweep_table(rows: list[dict[str, float]]) -> str:
    """Write the sweeps for a reader."""
    head = (
        "     firms   months    runs   processes   runs/s   overhead ms   MiB after a tenth   MiB at the end"
    )
    lines = [
        f"{row['firms']:>10,} {row['months']:>8} {row['runs']:>7,} {row['workers']:>11}"
        f" {row['runs_per_second']:>8.2f} {row.get('overhead_ms', float('nan')):>13.1f}"
        f" {row.get('mib_after_tenth', float('nan')):>19.0f} {row.get('mib_at_end', float('nan')):>16.0f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out a million firms")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--sweeps", action="store_true", help="measure sweeps only")
    options = parser.parse_args()
    sweeps = [alone(swept, *case) for case in all_sweeps(options.quick)]
    if options.sweeps:
        print(json.dumps(sweeps, indent=2) if options.json else sweep_table(sweeps))
        return
    rows = []
    for firms in SIZES[:-1] if options.quick else SIZES:
        rows.append(alone(measure, firms, MONTHS[firms]))
        print(f"{firms:,} firms measured", file=sys.stderr)
    large = [row for row in rows if row["firms"] >= 10_000]
    sizes, costs = (np.log([row[key] for row in large]) for key in ("firms", "month_seconds"))
    summary = {"exponent_from_10k": float(np.polyfit(sizes, costs, 1)[0]), **alone(small_run)}
    if options.json:
        print(json.dumps({"rows": rows, "sweeps": sweeps, **summary}, indent=2))
        return
    print(table(rows))
    print(f"cost of a month grows with firms to the power {summary['exponent_from_10k']:.2f} (10,000 and up)")
    print(f"3,000 firms x 120 months, all metrics: {summary['run_3000x120_seconds']:.2f} s with building")
    print(sweep_table(sweeps))
    print("a month: mean over all months, quarter and year ends included; a plain month is the median")


if __name__ == "__main__":
    main()
