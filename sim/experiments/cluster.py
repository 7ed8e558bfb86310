"""A Dask cluster as an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from sim.core.errors import InputError, Problem

PATIENCE = 20  # seconds within which a scheduler must answer
ADDRESS = "dask://"
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
def local_client(workers: int) -> Iterator[Any]:
    """Open a client of a Dask cluster of this machine, started for the purpose."""
    distributed = dask()
    import dask as settings

    with (
        settings.config.set(SETTINGS),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=None, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def client_at(address: str) -> Iterator[Any]:
    """Open a client of the Dask cluster that a scheduler leads."""
    distributed = dask()
    try:
        client = distributed.Client("tcp://" + address.removeprefix(ADDRESS), timeout=PATIENCE)
    except (OSError, ValueError) as error:
        what = f"no Dask scheduler answers there: {error}"
        raise InputError([Problem(f"--on {address}", what, "start one: dask scheduler")]) from None
    with client:
        yield client


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
