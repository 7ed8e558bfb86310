"""The range within which a parameter is assumed to lie, as its declaration states it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.scenario import Scenario
from sim.scenario.explain import groups_by_name

NUMBER = r"(-?\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?)"
STATED = re.compile(rf"assumption, {NUMBER}(?: to |-){NUMBER}(?![\w.]*\d)(?! (?:m|bn|trn) )")  # millions: no


def declared_range(scenario: Scenario, name: str) -> tuple[float, float] | None:
    """Return the range that the source of a parameter states, or None.

    Parameters
    ----------
    scenario
        A scenario that has the parameter; its own policies are known too.
    name
        Dotted name.

    Examples
    --------
    >>> declared_range(Scenario.load("baseline"), "demand.smoothing")
    (0.1, 0.5)
    """
    found = declaration(scenario, name)
    return None if found is None else stated(found["source"])


def declaration(scenario: Scenario, name: str) -> Mapping[str, Any] | None:
    """Return what is declared of a parameter: unit, bounds, default, meaning, source; None without."""
    group, _, last = name.rpartition(".")
    own = {f"policy.{entry.name}": type(entry.steps[0][1]) for entry in scenario.policies}
    kind = own.get(group) or groups_by_name().get(group)
    return next((row for row in kind.describe() if row["name"] == last), None) if kind else None


def stated(source: str) -> tuple[float, float] | None:
    """Return the range that a source states.

    Examples
    --------
    >>> stated("scenario assumption, -7.5 to -5"), stated("assumption, 200-1,000,000"), stated("row 9")
    ((-7.5, -5.0), (200.0, 1000000.0), None)
    """
    found = STATED.search(source)
    if found is None:
        return None
    low, high = (float(text.replace(",", "")) for text in found.groups())
    return (low, high) if low < high else None
