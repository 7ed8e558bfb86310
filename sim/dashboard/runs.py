"""Runs of the page: worker processes, how many at once, and how long they will take."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from sim.dashboard.state import Asked

AT_ONCE = 2  # comparisons at work; others wait, so that a third tab does not slow the others down
SMALL = 500_000  # months of a firm, of all runs together: some seconds
KEPT = 10**9  # bytes of runs kept for this session
LINE = 2**27  # bytes of the longest line a worker may write
PATIENCE = 5.0  # seconds a worker has to end when told to


@dataclass
class Runs:
    """Workers at work, what short runs told about times, and the runs of this session.

    Runs are kept while the server runs, so that the baseline need not be run again when a slider moves.
    """

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    probes: list[dict[str, float]] = field(default_factory=list)
    start: float = 0.0
    preparing: asyncio.Task[None] | None = None
    spare: Process | None = None
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="winwin-page-")))
    at_work: int = 0

    def prepare(self, more: Callable[[], object]) -> None:
        """Begin, once, what the page needs later: how long runs take, and ``more``.

        It waits for the first check, when the page is shown, so that nothing delays that.
        """
        if self.preparing is None:
            self.preparing = asyncio.create_task(self._prepare(more))

    async def _prepare(self, more: Callable[[], object]) -> None:
        await self.probe()
        await asyncio.to_thread(more)
        self.spare = self.spare or await begun()

    async def close(self) -> None:
        """End the preparations and the worker that waits, and remove the runs."""
        if self.preparing is not None:
            self.preparing.cancel()
            await asyncio.gather(self.preparing, return_exceptions=True)
        if self.spare is not None:
            await end(self.spare)
        rmtree(self.folder, ignore_errors=True)

    async def probe(self) -> None:
        """Find out how long runs take on this machine."""
        started = time.perf_counter()
        async with aclosing(worked(await begun(), {"work": "probe"})) as lines:
            async for line in lines:
                if "ready" in line:
                    self.start = time.perf_counter() - started
                self.probes = line.get("result", self.probes)

    def seconds(self, asked: Asked) -> float | None:
        """Return about how long a comparison will take, if it is known yet."""
        if not self.probes:
            return None
        scenario, jobs = asked.scenarios[0], processes(asked)
        small, large = self.probes
        part = (scenario.economy.firms - small["firms"]) / (large["firms"] - small["firms"])
        fixed, month = (max(small[key] + part * (large[key] - small[key]), 0.0) for key in ("fixed", "month"))
        rounds = -(-2 * scenario.run.seeds // jobs)
        starts = self.start if jobs > 1 else 0.0  # one worker waits already
        return float(starts + rounds * (fixed + month * scenario.run.months))

    async def compare(self, told: dict[str, Any], asked: Asked) -> AsyncGenerator[dict[str, Any]]:
        """Do a comparison, yielding what its worker tells; closing the iterator ends the worker."""
        if self.room.locked():
            yield {"waiting": True}
        async with self.room:
            if not self.at_work:
                await asyncio.to_thread(make_room, self.folder)
            request = {
                "work": "compare",
                "asked": told,
                "jobs": processes(asked),
                "folder": str(self.folder),
            }
            process, self.spare = self.spare or await begun(), None
            self.at_work += 1
            try:
                async with aclosing(worked(process, request)) as lines:
                    async for line in lines:
                        yield line
            finally:
                self.at_work -= 1
            self.spare = self.spare or await begun()


async def network(told: dict[str, Any]) -> dict[str, Any]:
    """Have the supply network of a baseline drawn; return the last line of the worker."""
    async with aclosing(worked(await begun(), {"work": "network", "asked": told})) as lines:
        return [line async for line in lines][-1]


def make_room(folder: Path) -> None:
    """Forget the runs of this session when they have become many."""
    if sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) > KEPT:
        rmtree(folder)
        folder.mkdir()


def processes(asked: Asked) -> int:
    """Return with how many processes a comparison is done: one for a small one, done before others start."""
    run, economy = asked.scenarios[0].run, asked.scenarios[0].economy
    return 1 if 2 * run.seeds * run.months * economy.firms < SMALL else cores()


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def begun() -> Process:
    """Start a worker; it loads what it needs and waits for a request."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sim.dashboard.worker"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE,
    )


async def worked(process: Process, request: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
    """Hand a request to a worker, yield the lines it writes, and end it when nobody listens any more."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        async for line in process.stdout:
            yield json.loads(line)
        status = await process.wait()
        if status:
            yield {"ended": status}
    finally:
        await end(process)


async def end(process: Process) -> None:
    """End a worker, and those it has started, which leave with it."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
