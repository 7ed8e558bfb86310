"""What a policy costs: the most memory its hooks hold at once, which grows with the pairs it looks at."""

from __future__ import annotations

import copy
import tracemalloc
from collections.abc import Callable
from functools import cache
from typing import Any

from contracts.doses import Dose
from contracts.running import economy, lived, scenario
from sim.model import Ecosystem
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry

DECEMBER = 11  # the month in which all hooks are called, those of quarter and year included
COLUMN = 8  # bytes of a number of each firm, below which sizes are not compared


@cache
def november(firms: int) -> Ecosystem:
    """Return an economy without policies at the end of November; copy, do not touch."""
    return lived(economy(firms=firms), DECEMBER)


def peak_of_policies(
    firms: int, policies: dict[str, dict[str, Any]] | type[Policy], dose: Dose | None = None
) -> int:
    """Return the most bytes that a hook of some policies, in force in December, holds at once."""
    model = copy.deepcopy(november(firms))
    if isinstance(policies, dict):
        begun = {name: {**table, "start": "2016-12"} for name, table in policies.items()}
        model.policies = PolicyBook(scenario(begun, firms).policies)
    else:
        model.policies = PolicyBook([PolicyEntry("alone", ((model.month, policies()),), model.month)])
    meter = Meter()
    overrides = model.policies._overrides
    model.policies._overrides = lambda month: {
        hook: [meter.reading(act) for act in acts] for hook, acts in overrides(month).items()
    }
    if dose:
        dose.yearly(model)
    tracemalloc.start()
    try:
        model.step()
    finally:
        tracemalloc.stop()
    return meter.peak


class Meter:
    """The highest of the peaks of memory during some calls; calls inside calls count with the outer one."""

    def __init__(self) -> None:
        self.peak = 0
        self.busy = False

    def reading(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return the call, measured."""

        def measured(*arguments: Any) -> Any:
            if self.busy:
                return act(*arguments)
            self.busy = True
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            try:
                return act(*arguments)
            finally:
                self.busy = False
                self.peak = max(self.peak, tracemalloc.get_traced_memory()[1] - before)

        return measured


def in_proportion(firms: int, peak: int, more: int, higher: int) -> bool:
    """Whether a peak grows by no more than twice as much as the number of firms.

    All pairs of firms would make it grow by the square: a hundredfold for ten times as many firms.
    """
    return higher <= 2 * more / firms * max(peak, COLUMN * firms)
