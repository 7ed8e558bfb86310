"""What a benchmark's fresh process does for sweeps: runs a second, overhead a run, memory over many runs."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.experiments import sweep as sweeps
from sim.experiments.design import Design

TEXT = """
scenario = "{scenario}"
seeds = {runs}
[parameters]
run.months = {months}
economy.firms = {firms}
"""


@dataclass(frozen=True)
class Swept:
    """A sweep of one point: size, months, runs and processes."""

    firms: int
    months: int
    runs: int
    workers: int
    scenario: str = "baseline"


def swept(case: Swept) -> dict[str, Any]:
    """Do a sweep of one point; in one process, the time beyond the runs themselves is told too.

    Runs a second count from the end of the first run, which reads in what all runs need: in one process by
    the processor's time, in several on the clock.
    """
    inside: list[float] = []  # processor seconds of the simulation itself
    ends: list[tuple[float, float]] = []  # on the clock, and of the processor
    memory: list[float] = []
    plain = vars(sweeps)["run"]

    def timed(*given: Any) -> Any:
        start = time.process_time()
        try:
            return plain(*given)
        finally:
            inside.append(time.process_time() - start)

    def watch(_: Any) -> None:
        ends.append((time.perf_counter(), time.process_time()))
        memory.append(resident_mib())

    vars(sweeps)["run"] = timed
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "bench.toml"
            file.write_text(TEXT.format(**vars(case)))
            sweeps.sweep(Design.load(file), case.workers, Path(folder) / "results", watch=watch)
    finally:
        vars(sweeps)["run"] = plain
    row: dict[str, Any] = dict(vars(case))
    clock = [end for end, _ in ends]
    row["runs_per_second"] = (len(clock) - 1) / (clock[-1] - clock[0])
    if case.workers == 1:
        gaps = [later - sooner for (_, sooner), (_, later) in pairwise(ends)]
        row["runs_per_second"] = len(gaps) / sum(gaps)  # of one core, whatever else is at work
        row["overhead_ms"] = 1000 * (sum(gaps) - sum(inside[1:])) / len(gaps)
        row["seconds_quartiles"] = spread(inside[1:])
        row["mib_after_tenth"] = memory[max(len(memory) // 10 - 1, 0)]
        row["mib_at_end"] = memory[-1]
    return row


def spread(seconds: Sequence[float]) -> list[float]:
    """Return first quartile, median and third quartile."""
    ordered = sorted(seconds)
    return [ordered[round(part * (len(ordered) - 1))] for part in (0.25, 0.5, 0.75)]


def resident_mib() -> float:
    """Return the memory of this process, at its highest where the system does not tell the present one."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20
