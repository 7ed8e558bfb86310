"""What the machine can do: bytes it copies and numbers it gathers in a second."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

CELLS = 20_000_000  # far more than caches hold
OWNERS = 1_000_000  # as many as the firms of the largest economy
REPEATS = 5


@dataclass(frozen=True)
class Machine:
    """Rates of one core: ``copy`` bytes read or written a second, ``gather`` scattered numbers a second."""

    copy: float
    gather: float
    cores: int
    system: str

    @classmethod
    def measured(cls, cells: int = CELLS, owners: int = OWNERS) -> Machine:
        """Measure this machine; the best of some tries counts, as others may be at work on it."""
        source, target = np.ones(cells), np.empty(cells)
        copying = best(lambda: np.copyto(target, source))
        # A fixed scattered order: steps of a number that shares no factor with the number of owners.
        index = np.arange(cells // 4, dtype=np.intp) * 48_271 % owners
        values = np.ones(owners)
        gathering = best(lambda: values.take(index, out=target[: index.size], mode="clip"))
        system = f"{platform.system()}, {platform.machine()}, Python {platform.python_version()}"
        return cls(2 * source.nbytes / copying, index.size / gathering, os.cpu_count() or 1, system)

    def seconds(self, moved: float, gathered: float) -> float:
        """Return the least time in which bytes can be moved and numbers gathered."""
        return moved / self.copy + gathered / self.gather

    def told(self) -> dict[str, Any]:
        """Return the rates as a table."""
        return asdict(self)


def best(work: Callable[[], object]) -> float:
    """Return the shortest time of some tries, after one that does not count."""
    work()
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)
