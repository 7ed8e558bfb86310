"""Where runs are done: in this process, in processes of this machine, or on a Dask cluster.

Every place is an executor of `concurrent.futures`. What differs is how many runs it takes at once, and
by which exception it says that a worker died with a run in its hands.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from sim.core.errors import InputError, Problem
from sim.experiments.run import prepare_worker, tidy_at_end

PATIENCE = 20  # seconds within which a scheduler must answer
LOCAL_CLUSTER, ADDRESS = "local-cluster", "dask://"
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
    if on in (None, "processes"):
        return in_processes(workers)
    if isinstance(on, Executor):
        return given(on, workers)
    if hasattr(on, "get_executor"):
        return at_client(on)
    if on == LOCAL_CLUSTER:
        return in_local_cluster(workers)
    if isinstance(on, str) and on.startswith(ADDRESS) and on.removeprefix(ADDRESS):
        return at_scheduler(on)
    raise InputError([Problem(f"--on {on}", "there is no such place", PLACES)])


# --- this machine ----------------------------------------------------------------------------------


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


class WorkerDied(Exception):
    """A worker process is gone, and with it the run it was doing."""


class Processes(ThreadPoolExecutor):
    """Worker processes, each looked after by a thread.

    A pool of processes that loses one is broken and gives up all it was told to do, without saying which
    of it was to blame. Here a process that dies loses the one thing it was doing, and another follows.
    """

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.idle: list[Worker] = []
        self.all: list[Worker] = []

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have a function called in an idle process, or in a new one."""
        return super().submit(self._call, partial(work, *given, **named))

    def _call(self, work: Callable[[], Any]) -> Any:
        try:
            worker = self.idle.pop()
        except IndexError:
            worker = Worker()
            self.all.append(worker)
        answer, error = worker.call(work)
        self.idle.append(worker)
        if error is not None:
            raise error
        return answer

    def end(self) -> None:
        """End all processes at once, whatever they are doing."""
        self.shutdown(wait=False, cancel_futures=True)
        for worker in self.all:
            worker.process.terminate()
        for worker in self.all:
            worker.process.join(PATIENCE)  # while it removes what it was writing


class Worker:
    """A fresh process that calls what it is sent, one thing after the other."""

    def __init__(self) -> None:
        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()  # so that the line ends when the process does

    def call(self, work: Callable[[], Any]) -> tuple[Any, Exception | None]:
        """Return what a call gave, or by which exception it ended."""
        try:
            self.line.send(work)
            answer: tuple[Any, Exception | None] = self.line.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied from error
        return answer


def serve(line: Connection) -> None:
    """Call what comes over a line until the line ends."""
    prepare_worker()
    while True:
        try:
            work = line.recv()
        except EOFError:
            return
        try:
            line.send((tidy_at_end(work), None))
        except Exception as error:
            line.send((None, error))


@contextmanager
def in_this_process() -> Iterator[Place]:
    """Do one run after the other, here."""
    try:
        yield Place(Here(), lambda: 1)
    finally:
        gc.unfreeze()


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


# --- Dask --------------------------------------------------------------------------------------------

SETTINGS = {  # without these, a lost worker left the cluster without any, or its runs tried without end
    "distributed.deploy.lost-worker-timeout": "1h",
    "distributed.scheduler.allowed-failures": 0,
}


def dask() -> Any:
    """Import Dask, or say how to have it."""
    try:
        import distributed
    except ImportError:
        what = "needs dask.distributed, which is not installed"
        fix = "install winwin[cluster], or leave --on out to work on this machine"
        raise InputError([Problem("--on", what, fix)]) from None
    return distributed


@contextmanager
def in_local_cluster(workers: int) -> Iterator[Place]:
    """Do runs on a Dask cluster of this machine, started for the purpose."""
    distributed = dask()
    import dask as settings

    with (
        settings.config.set(SETTINGS),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=None, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        at_client(client) as place,
    ):
        yield place


@contextmanager
def at_scheduler(address: str) -> Iterator[Place]:
    """Do runs on the Dask cluster that a scheduler leads."""
    distributed = dask()
    try:
        client = distributed.Client("tcp://" + address.removeprefix(ADDRESS), timeout=PATIENCE)
    except (OSError, ValueError) as error:
        what = f"no Dask scheduler answers there: {error}"
        raise InputError([Problem(f"--on {address}", what, "start one: dask scheduler")]) from None
    with client, at_client(client) as place:
        yield place


class Cluster(Executor):
    """A Dask cluster as an executor.

    What `distributed.Client.get_executor` gives waits for ever for an answer that was lost with its
    worker before it could be fetched.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.out: dict[Future[Any], Any] = {}

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have a function called by one of the workers."""
        promised: Future[Any] = Future()
        promised.set_running_or_notify_cancel()

        def settle(done: Any) -> None:
            try:
                answer = done.result(timeout=PATIENCE)
            except BaseException as error:
                promised.set_exception(error)
            else:
                promised.set_result(answer)
            self.out.pop(promised, None)

        with self.reached():
            remote = self.client.submit(partial(work, *given, **named), pure=False, retries=0)
        self.out[promised] = remote
        remote.add_done_callback(settle)
        return promised

    def slots(self) -> int:
        """Return how many threads the workers have now."""
        with self.reached():
            return sum(self.client.nthreads().values())

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Turn whatever a client without its scheduler does into one error."""
        try:
            yield
        except Exception as error:
            raise ConnectionError(error) from error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Have nothing done any more of what is not done."""
        with suppress(Exception):  # the scheduler may be gone
            self.client.cancel(list(self.out.values()))


@contextmanager
def at_client(client: Any) -> Iterator[Place]:
    """Do runs on the cluster of a client."""
    distributed = dask()
    executor = Cluster(client)
    try:
        yield Place(executor, executor.slots, (distributed.KilledWorker,), ahead=2)
    finally:
        executor.shutdown()
