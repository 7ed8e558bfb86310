"""Work in a process that nothing ran in before, so that memory and start-up are its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def alone[**P, R](work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """Call a function in a new process and return what it returns."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()
