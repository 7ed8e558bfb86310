"""What a metric is: a function from an economy to one number, with a unit and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.ledger import Ledger
from sim.economy.runoff import RunOff
from sim.economy.sectors import Households, Sectors


class Economy(Protocol):
    """What metrics read off a model.

    ``scale`` is the real economy over the simulated one: totals are multiplied by it.
    ``labour_force`` holds (n_regions,) persons. ``events`` counts what happened this month.
    ``policies.entries`` are the policies of the scenario, each with a ``name``; ``memberships`` holds, by
    policy, (n_firms,) the month in which each firm joined, -1 outside. ``invoice`` holds (n_links,) won
    invoiced this month, ``tranches`` its parts with their due slots, ``runoff`` what is owed on ended
    contracts.
    """

    firms: Firms
    groups: Groups
    links: Links
    sectors: Sectors
    households: Households
    ledger: Ledger
    scale: float
    labour_force: NDArray[np.float64]
    events: dict[str, int]
    parameters: Mapping[str, Any]
    policies: Any
    memberships: dict[str, NDArray[np.int32]]
    invoice: NDArray[np.int64]
    tranches: list[tuple[NDArray[np.int8], NDArray[np.int64]]]
    runoff: RunOff


Measure = Callable[[Economy], float]


@dataclass(frozen=True)
class Metric:
    """A measure of an economy: ``metric(model)`` is its value this month.

    ``unit`` is the unit of the value. Totals in won and persons are Korea's, which is the simulated amount
    times ``scale``; firms are counted as simulated; a won or a person in a rate stands for itself. ``doc``
    is the first sentence of the function's docstring.
    """

    name: str
    unit: str
    doc: str
    measure: Measure

    def __call__(self, model: Economy) -> float:
        """Return the value of an economy this month."""
        return self.measure(model)


def metric(unit: str) -> Callable[[Measure], Measure]:
    """Declare a function of an economy as a metric, with its unit; the name is the function's."""

    def declare(measure: Measure) -> Measure:
        measure.__dict__["unit"] = unit
        return measure

    return declare


_read: ContextVar[dict[Any, Any] | None] = ContextVar("_read", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Read many metrics of an economy that does not move meanwhile: what they share is worked out once."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def shared[**P, R](part: Callable[P, R]) -> Callable[P, R]:
    """Declare that several metrics are made of what a function returns; nobody may write into it."""

    @wraps(part)
    def once(*given: P.args, **named: P.kwargs) -> R:
        known = _read.get()
        if known is None:
            return part(*given, **named)
        key = (part, *(id(one) if hasattr(one, "firms") else one for one in given))
        if key not in known:
            known[key] = part(*given, **named)
        found: R = known[key]
        return found

    return once


def ratio(part: SupportsFloat, whole: SupportsFloat) -> float:
    """Divide, and return not-a-number when there is nothing to divide by.

    Examples
    --------
    >>> ratio(1, 4), ratio(0, 0)
    (0.25, nan)
    """
    return float(part) / float(whole) if float(whole) else float("nan")


def real(amount: SupportsFloat, model: Economy) -> float:
    """Scale a total of the simulated economy back to the whole one."""
    return float(amount) * model.scale
