"""Where runs are done: in this process, in processes of this machine, or on a Dask cluster.

Every place is an executor of `concurrent.futures`. What differs is how many runs it takes at once, and
by which exception it says that a worker died with a run in its hands.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from sim.core.errors import InputError, Problem
from sim.experiments.cluster import ADDRESS, Cluster, client_at, dask, local_client
from sim.experiments.processes import Processes, WorkerDied, check_program

LOCAL_CLUSTER = "local-cluster"
PLACES = f"allowed: processes, {LOCAL_CLUSTER}, {ADDRESS}HOST:PORT"


@dataclass(frozen=True)
class Place:
    """An executor and what to know of it.

    Parameters
    ----------
    executor
        What takes work.
    slots
        Returns how many runs it can do at once; on a cluster this changes.
    lost
        The exceptions by which it says that a worker died.
    ahead
        Runs to hand out for each slot: with 2, one lies ready when another ends.
    """

    executor: Executor
    slots: Callable[[], int]
    lost: tuple[type[BaseException], ...] = ()
    ahead: int = 1

    def width(self) -> int:
        """Return how many runs to hand out at once."""
        return max(1, self.slots()) * self.ahead


def open_place(on: Any, workers: int) -> AbstractContextManager[Place]:
    """Return the place where runs are to be done, to be opened by ``with``.

    Parameters
    ----------
    on
        None or ``"processes"``; ``"local-cluster"``; ``"dask://host:port"``; a `distributed.Client`; or
        any executor.
    workers
        Processes at work on this machine; with None and 1 everything happens in this process.

    Raises
    ------
    InputError
        When there is no such place.
    """
    if on is None and workers == 1:
        return in_this_process()
    if on in (None, "processes", LOCAL_CLUSTER):
        check_program()
    if on in (None, "processes"):
        return in_processes(workers)
    if isinstance(on, Executor):
        return given(on, workers)
    if hasattr(on, "get_executor"):
        return at_client(on)
    if on == LOCAL_CLUSTER:
        return opened(local_client(workers))
    if isinstance(on, str) and on.startswith(ADDRESS) and on.removeprefix(ADDRESS):
        return opened(client_at(on))
    raise InputError([Problem(f"--on {on}", "there is no such place", PLACES)])


class Here(Executor):
    """Do everything at once, in this process."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Call the function and return what came of it."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future


@cache
def settle() -> None:
    """Import the model; what is there before the first run is not looked through after each."""
    import_module("sim.model")
    gc.collect()
    gc.freeze()


@contextmanager
def in_this_process() -> Iterator[Place]:
    """Do one run after the other, here."""
    try:
        yield Place(Here(), lambda: 1)
    finally:
        gc.unfreeze()
        settle.cache_clear()


@contextmanager
def in_processes(workers: int) -> Iterator[Place]:
    """Do runs in processes of this machine, which end with the block, however it ends."""
    executor = Processes(workers)
    try:
        yield Place(executor, lambda: workers, (WorkerDied,))
    finally:
        executor.end()


@contextmanager
def given(executor: Executor, workers: int) -> Iterator[Place]:
    """Do runs by an executor that the caller opens and closes."""
    yield Place(executor, lambda: workers, (BrokenProcessPool,))


@contextmanager
def at_client(client: Any) -> Iterator[Place]:
    """Do runs on the Dask cluster of a client."""
    executor = Cluster(client)
    try:
        yield Place(executor, executor.slots, (dask().KilledWorker,), ahead=2)
    finally:
        executor.shutdown()


@contextmanager
def opened(clients: AbstractContextManager[Any]) -> Iterator[Place]:
    """Do runs on the Dask cluster of a client that is opened and closed."""
    with clients as client, at_client(client) as place:
        yield place
