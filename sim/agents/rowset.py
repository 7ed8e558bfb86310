"""The set part of a set of firms: rows with membership, union, and change in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from mesa.agentset import AbstractAgentSet  # type: ignore[import-untyped]
from numpy.typing import ArrayLike, NDArray

from sim.agents.firm import FirmAgent, window

if TYPE_CHECKING:
    from sim.agents.face import MesaFace


class RowSet(AbstractAgentSet):  # type: ignore[misc]
    """An ordered set of firms of one model, kept as rows.

    The operators ``| & - ^ <= >= ==`` compare whole arrays and accept any collection of firms of
    the same model; the order of the left operand is kept.

    Parameters
    ----------
    model
        Economy the firms live in.
    rows
        (n,) their rows, each once.
    """

    def __init__(self, model: MesaFace, rows: ArrayLike) -> None:
        self.model = model
        self.rows: NDArray[np.intp] = np.asarray(rows, dtype=np.intp)

    def __len__(self) -> int:
        return self.rows.size

    def __iter__(self) -> Iterator[FirmAgent]:
        return (window(self.model, row) for row in self.rows.tolist())

    def __contains__(self, firm: object) -> bool:
        if not isinstance(firm, FirmAgent) or firm.model is not self.model:
            return False
        return bool((self.rows == firm.row).any())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} firms>"

    def __copy__(self) -> Self:
        return type(self)(self.model, self.rows.copy())

    copy = __copy__

    def to_list(self) -> list[FirmAgent]:
        """Return one window a firm."""
        return list(self)

    # -- comparing and joining -----------------------------------------------------------------
    def _rows_of(self, firms: Iterable[FirmAgent]) -> NDArray[np.intp]:
        if isinstance(firms, RowSet):
            models, rows = [firms.model], firms.rows
        else:
            listed = list(firms)
            models = [firm.model for firm in listed]
            rows = np.array([firm.row for firm in listed], dtype=np.intp)
        if any(model is not self.model for model in models):
            raise ValueError("these firms belong to another model: sets of two models do not mix")
        return rows

    def _with(self, rows: NDArray[np.intp]) -> Self:
        return type(self)(self.model, rows)

    def __and__(self, other: Iterable[FirmAgent]) -> Self:
        return self._with(self.rows[np.isin(self.rows, self._rows_of(other))])

    def __sub__(self, other: Iterable[FirmAgent]) -> Self:
        return self._with(self.rows[~np.isin(self.rows, self._rows_of(other))])

    def __or__(self, other: Iterable[FirmAgent]) -> Self:
        rows = self._rows_of(other)
        return self._with(np.concatenate([self.rows, rows[~np.isin(rows, self.rows)]]))

    def __xor__(self, other: Iterable[FirmAgent]) -> Self:
        others = self._with(self._rows_of(other))
        return (self - others) | (others - self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowSet):
            return NotImplemented
        same = self.model is other.model and len(self) == len(other)
        return same and bool(np.isin(self.rows, other.rows).all())

    __hash__ = None  # type: ignore[assignment]  # a set that can change has no hash

    def __le__(self, other: Any) -> bool:
        return bool(np.isin(self.rows, self._rows_of(other)).all())

    def __ge__(self, other: Any) -> bool:
        return bool(np.isin(self._rows_of(other), self.rows).all())

    def isdisjoint(self, other: Iterable[FirmAgent]) -> bool:
        """Say whether no firm is in both."""
        return not np.isin(self.rows, self._rows_of(other)).any()

    # -- changing ------------------------------------------------------------------------------
    def _update(self, agents: Iterable[FirmAgent]) -> Self:
        self.rows = self._rows_of(agents)
        return self

    def add(self, agent: FirmAgent) -> None:
        """Put a firm at the end of this set, unless it is in it."""
        self.rows = (self | [agent]).rows

    def discard(self, agent: FirmAgent) -> None:
        """Take a firm out of this set, if it is in it; the firm itself goes on."""
        if agent in self:
            self.rows = self.rows[self.rows != agent.row]

    def remove(self, agent: FirmAgent) -> None:
        """Take a firm out of this set; `KeyError` when it is not in it."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def clear(self) -> None:
        """Take all firms out of this set."""
        self.rows = self.rows[:0]
