"""What a benchmark's fresh process does for sweeps: runs a second, overhead a run, memory over many runs."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from sim.experiments import sweep as sweeps
from sim.experiments.design import Design

TEXT = """
scenario = "growth_for_all"
seeds = {seeds}
[parameters]
run.months = {months}
economy.firms = {firms}
"""


def swept(firms: int, months: int, seeds: int, workers: int) -> dict[str, float]:
    """Do a sweep of one point; in one process, the time beyond the runs themselves is told too."""
    inside = []  # processor seconds of the simulation itself
    ends = [0.0]
    memory = []

    def timed(*given):
        start = time.process_time()
        try:
            return plain(*given)
        finally:
            inside.append(time.process_time() - start)

    def watch(_):
        ends.append(time.process_time())
        memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20)

    plain, sweeps.run = sweeps.run, timed
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "bench.toml"
            file.write_text(TEXT.format(seeds=seeds, months=months, firms=firms))
            start = time.perf_counter()
            sweeps.sweep(Design.load(file), workers, Path(folder) / "results", watch=watch)
            seconds = time.perf_counter() - start
    finally:
        sweeps.run = plain
    row = {
        "firms": firms,
        "months": months,
        "runs": seeds,
        "workers": workers,
        "runs_per_second": seeds / seconds,
    }
    if workers == 1 and seeds > 1:
        gaps = [later - sooner for sooner, later in pairwise(ends[1:])]
        row["overhead_ms"] = 1000 * (sum(gaps) - sum(inside[1:])) / len(gaps)
        row["mib_after_tenth"] = memory[max(len(memory) // 10 - 1, 0)]
        row["mib_at_end"] = memory[-1]
    return row


def all_sweeps(quick: bool) -> list[tuple[int, int, int, int]]:
    """Return firms, months, seeds and processes of the sweeps to measure."""
    few = 4 if quick else 12
    sizes = [
        (firms, 120, few, workers) for firms in (1_000, 3_000) for workers in (1, min(2, os.cpu_count() or 1))
    ]
    return [*sizes, (200, 1, 100 if quick else 1_000, 1)]
