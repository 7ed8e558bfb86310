"""Progress of a sweep on standard error: how many runs, how fast, how many failed, how long still."""

from __future__ import annotations

import sys
import time
from collections import deque

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from sim.experiments.sweep import Report

RECENT = 50  # runs from which the speed is told
EVERY = 30.0  # seconds between two lines where there is no terminal
SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
TIMES = ((86400, "day"), (3600, "h"), (60, "min"))


class Meter:
    """Called with every report, it keeps a bar and a line up to date, or writes a line now and then."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = self.failed = 0
        self.ends = deque([time.monotonic()], maxlen=RECENT)
        self.live = sys.stderr.isatty()
        self.shown = self.ends[0]
        self.bar = Progress(
            BarColumn(20),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            auto_refresh=False,  # no thread beside processes that are forked
            transient=True,
            disable=not self.live,
        )
        self.task = self.bar.add_task("", total=total)

    def __call__(self, report: Report) -> None:
        """Note that a run has ended."""
        now = time.monotonic()
        self.done += 1
        self.failed += bool(report.error)
        self.ends.append(now)
        if self.live:
            self.bar.start()
            self.bar.update(self.task, completed=self.done, description=self.line(), refresh=True)
        elif now - self.shown > EVERY:
            self.shown = now
            print(self.line(), file=sys.stderr, flush=True)

    def line(self) -> str:
        """Return where the sweep stands."""
        passed = self.ends[-1] - self.ends[0]
        speed = (len(self.ends) - 1) / passed if passed > 0 else 0.0
        rest = f", about {duration((self.total - self.done) / speed)} left" if speed else ""
        return f"{self.done:,} of {self.total:,} runs, {speed:.3g} runs/s, {self.failed} failed{rest}"

    def close(self) -> None:
        """Take bar and line away."""
        self.bar.stop()


def duration(seconds: float) -> str:
    """Write a time with the unit that suits it.

    Examples
    --------
    >>> duration(4.2), duration(200), duration(9000)
    ('4.2 s', '3.3 min', '2.5 h')
    """
    large, unit = next(((large, unit) for large, unit in TIMES if seconds >= large), (1, "s"))
    return f"{seconds / large:.2g} {unit}" if seconds / large < 100 else f"{seconds / large:,.0f} {unit}"


def size(amount: float) -> str:
    """Write a number of bytes with the unit that suits it.

    Examples
    --------
    >>> size(350), size(7.24e6)
    ('350 B', '7.2 MB')
    """
    large, unit = next(((large, unit) for large, unit in SIZES if amount >= large), (1, "B"))
    return f"{amount / large:.2g} {unit}" if amount / large < 100 else f"{amount / large:,.0f} {unit}"
