"""Firms parted into groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.agentset import GroupBy  # type: ignore[import-untyped]
from numpy.typing import NDArray

from sim.core.graph import starts

if TYPE_CHECKING:
    from sim.agents.firmset import FirmSet


class FirmGroups(GroupBy):  # type: ignore[misc]
    """Sets of firms by the value they share, in ascending order of the value.

    Mesa's ``map``, ``do``, ``count`` and iteration apply to the sets; `agg` works on columns.

    Parameters
    ----------
    groups
        A set of firms a value.
    """

    groups: dict[Any, FirmSet]

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Reduce one attribute of each group by a function of an array."""
        return {value: firms.agg(attr_name, func) for value, firms in self.groups.items()}


def rows_by_value(values: NDArray[Any], rows: NDArray[np.intp]) -> dict[Any, NDArray[np.intp]]:
    """Part rows by the values they have, keeping their order within a value.

    Examples
    --------
    >>> rows_by_value(np.array([7, 5, 7]), np.array([0, 1, 2]))
    {5: array([1]), 7: array([0, 2])}
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = starts(ordered)
    parts = np.split(rows[order], first[1:])
    return dict(zip(ordered[first].tolist(), parts, strict=False))
