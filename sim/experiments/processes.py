"""Worker processes of this machine, as an executor that survives when one of them dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from sim.core.errors import InputError, Problem
from sim.scenario.private import main_file

PATIENCE = 20  # seconds within which a process that is told to end must have tidied up
MOMENT = 0.05  # seconds until an interruption that was lost is tried again
NEEDED = ["sim.model", "sim.experiments.run", "pandas", "pyarrow.parquet"]  # by every run


def unheard(months: int) -> None:
    """Tell nobody."""


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
        self.tell: Callable[[int], object] = unheard
        self.one_at_a_time = threading.Lock()

    def heard(self, months: int) -> None:
        """Tell what a worker has passed on."""
        with self.one_at_a_time:
            self.tell(months)

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have a function called in an idle process, or in a new one."""
        return super().submit(self._call, partial(work, *given, **named))

    def _call(self, work: Callable[[], Any]) -> Any:
        try:
            worker = self.idle.pop()
        except IndexError:
            worker = Worker()
            self.all.append(worker)
        answer, error = worker.call(work, self.heard)
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
        context = started()
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()  # so that the line ends when the process does

    def call(self, work: Callable[[], Any], heard: Callable[[int], object]) -> tuple[Any, Exception | None]:
        """Return what a call gave, or by which exception it ended; hand on the months it passes on.

        What a worker that dies has passed on is taken back, as another one does it again.
        """
        months = 0
        try:
            self.line.send(work)
            while isinstance(answer := self.line.recv(), int):
                months += answer
                heard(answer)
        except (EOFError, OSError) as error:
            heard(-months)
            raise WorkerDied from error
        found: tuple[Any, Exception | None] = answer
        return found


lines: list[Connection] = []  # to the parent, in a worker


def passed(months: int) -> None:
    """Let the parent know that months have been simulated."""
    lines[0].send(months)


def serve(line: Connection) -> None:
    """Call what comes over a line until the line ends."""
    prepare_worker()
    lines.append(line)
    while True:
        try:
            work = line.recv()
        except EOFError:
            return
        try:
            line.send((tidy_at_end(work), None))
        except Exception as error:
            line.send((None, error))


def started() -> Any:
    """Return how processes start: from one that has imported what runs need, where there is such a thing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", *NEEDED])
    return context


# --- in the process ----------------------------------------------------------------------------------


def tidy_at_end[T](work: Callable[..., T], *given: Any) -> T:
    """Call a function in a process that may be told to end; what it was writing goes away with it."""
    signal.signal(signal.SIGTERM, interrupt_once)
    try:
        return work(*given)
    except KeyboardInterrupt:
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def interrupt_once(*_: object) -> None:
    """Interrupt what is done; told again, do not interrupt the tidying up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.unraisablehook = interrupt_again
    raise KeyboardInterrupt


def interrupt_again(lost: Any) -> None:
    """Interrupt once more, a moment later, what threw the first time away: a destructor lets nothing out."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    signal.signal(signal.SIGTERM, interrupt_once)
    threading.Timer(MOMENT, os.kill, [os.getpid(), signal.SIGTERM]).start()


def prepare_worker() -> None:
    """Leave interruptions to the parent, and leave with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=leave_with_parent, daemon=True).start()


def leave_with_parent() -> None:
    """End this process when the one that started it is gone, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def check_program() -> None:
    """Refuse several processes when they could not find the program again."""
    if hasattr(sys.modules["__main__"], "__file__") and main_file() is None:
        what = "the program comes from standard input, where other processes cannot find it"
        fix = "use one job, or put the program in a file"
        raise InputError([Problem("jobs", what, fix)])
