"""Hands out runs, and again those that a dead worker took with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice

from sim.core.errors import InputError, Problem
from sim.experiments.where import Place

TRIES = 3  # workers that a run may take with it before it is given up
LOST = f"its worker died {TRIES} times; the run may need more memory than there is"


def dispatch[K, T, R](
    work: Callable[[T], R], keys: Sequence[K], task: Callable[[K], T], place: Place
) -> Iterator[tuple[K, R | None]]:
    """Have some work done, and yield what came of it as it comes; None for what was given up.

    A worker that dies takes with it all it was handed, of which one thing may be to blame. What was
    lost is done again after the rest, and the third time one by one, so that what is given up has killed
    one by itself.

    Parameters
    ----------
    work
        What is to be done; whatever happens there, it returns an answer.
    keys, task
        What is told apart, and what the work is given for each; made when its turn comes.
    place
        Where.
    """
    left = list(keys)
    for last in (False,) * (TRIES - 1) + (True,):
        lost: list[K] = []
        for key, answer in once(work, left, task, place, one_by_one=last):
            if answer is None and not last:
                lost.append(key)
            else:
                yield key, answer
        left = lost


def once[K, T, R](
    work: Callable[[T], R], keys: Sequence[K], task: Callable[[K], T], place: Place, one_by_one: bool
) -> Iterator[tuple[K, R | None]]:
    """Keep a place busy with a bounded number of tasks; None for one that was lost."""
    out: dict[Future[R], K] = {}
    waiting = iter(keys)
    try:
        while True:
            room = (1 if one_by_one else place.width()) - len(out)
            for key in islice(waiting, max(room, 0)):
                out[place.executor.submit(work, task(key))] = key
            if not out:
                return
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                key = out.pop(future)
                try:
                    yield key, future.result()
                except place.lost:
                    yield key, None
    except (CancelledError, OSError):  # errors of a run stand in its answer
        fix = "start it again; what is stored is not done again"
        raise InputError([Problem("--on", "the connection to the scheduler was lost", fix)]) from None
    finally:
        for future in out:
            future.cancel()
