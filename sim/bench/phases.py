"""Which phase of a month is at work: the functions that `Ecosystem.step` calls, found in `sim.phases`."""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from types import FunctionType
from typing import Any

from sim import phases
from sim.model import Ecosystem

During = Callable[[str], AbstractContextManager[None]]


def places(model: Ecosystem) -> Iterator[tuple[Any, str, str]]:
    """List what a month calls: who holds each function, under which attribute, and the phase's name."""
    for found in pkgutil.iter_modules(phases.__path__, phases.__name__ + "."):
        module = import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == found.name and name[0] != "_":
                yield module, name, f"{found.name.rpartition('.')[2]}.{name}"
    yield model.ledger, "prove", "ledger.prove"
    yield model.ledger, "open_month", "ledger.open_month"
    yield model.policies, "call", "policies"
    yield model.recorder, "record", "recorder.record"


@contextmanager
def each_phase(model: Ecosystem, during: During) -> Iterator[None]:
    """Within it, every phase runs inside ``during(its name)``; what a phase calls belongs to it."""
    inside = False

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def one(*given: Any, **named: Any) -> Any:
            nonlocal inside
            if inside:
                return call(*given, **named)
            inside = True
            try:
                with during(name):
                    return call(*given, **named)
            finally:
                inside = False

        return one

    with ExitStack() as restored:
        for holder, attribute, name in list(places(model)):
            own = attribute in vars(holder)
            call = getattr(holder, attribute)
            setattr(holder, attribute, watched(name, call))
            if own:
                restored.callback(setattr, holder, attribute, call)
            else:
                restored.callback(delattr, holder, attribute)
        yield


def timed_months(model: Ecosystem, months: int) -> tuple[list[float], list[dict[str, float]]]:
    """Live some months; return seconds of the processor of each, in all and by phase.

    All is done on one core, so on a machine with nothing else to do this is what a clock shows; on a
    busy one the clock shows the others' work too.
    """
    whole: list[float] = []
    by_phase: list[dict[str, float]] = []

    @contextmanager
    def during(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        by_phase[-1][name] = by_phase[-1].get(name, 0.0) + time.process_time() - start

    with each_phase(model, during):
        for _ in range(months):
            by_phase.append({})
            start = time.process_time()
            model.step()
            whole.append(time.process_time() - start)
    return whole, by_phase
