"""Many firms as one Mesa agent set: an array of rows, and columns behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Self, overload

import numpy as np
from mesa.agentset import GroupBy  # type: ignore[import-untyped]
from numpy.typing import ArrayLike, NDArray

from sim.agents.firm import TYPES, FirmAgent, check_writable, unknown, window
from sim.agents.groups import FirmGroups, rows_by_value
from sim.agents.rowset import RowSet
from sim.core.draws import Decision
from sim.economy.firms import Firms

# Python's own reductions walk an array cell by cell; numpy's give the same at column speed.
FAST: dict[Any, Callable[..., Any]] = {sum: np.sum, min: np.min, max: np.max}


class FirmSet(RowSet):
    """An ordered set of firms that answers from columns.

    Everything that names a column works on arrays; what takes a function of a firm makes one
    window a firm. Parameters as in `RowSet`.
    """

    @overload
    def __getitem__(self, item: int) -> FirmAgent: ...
    @overload
    def __getitem__(self, item: slice) -> FirmSet: ...
    def __getitem__(self, item: int | slice) -> FirmAgent | FirmSet:
        if isinstance(item, slice):
            return FirmSet(self.model, self.rows[item])
        return window(self.model, int(self.rows[item]))

    def _keep(self, rows: NDArray[np.intp], inplace: bool) -> FirmSet:
        if not inplace:
            return FirmSet(self.model, rows)
        self.rows = rows
        return self

    # -- columns -------------------------------------------------------------------------------
    def column(self, name: str) -> NDArray[Any]:
        """Return one attribute of all firms.

        Parameters
        ----------
        name
            A column of firms, ``"deposits"``, ``"row"``, ``"unique_id"``, or a property of a firm.

        Returns
        -------
        (n,) values, or (n, width) for a column with slots, or (n,) objects for a property; a copy.

        Raises
        ------
        AttributeError
            When firms have nothing of that name.
        """
        if name in Firms.columns:
            return self.model.firms.arrays[name][..., self.rows].T
        if name == "deposits":
            return self.model.ledger.deposits[self.rows]
        if name == "unique_id":
            return self.model.firms.uid[self.rows]
        if name == "row":
            return self.rows.copy()
        if not hasattr(FirmAgent, name):
            raise unknown(name)
        return np.fromiter((getattr(firm, name) for firm in self), dtype=object, count=len(self))

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> Any:
        """Return one attribute of all firms as an array, or several as one list a firm.

        Parameters
        ----------
        attr_names
            A name, as for `column`, or a list of names.
        handle_missing
            ``"error"``, or ``"default"`` to take ``default_value`` where firms have no such name.
        default_value
            Stands in for a missing attribute.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is 'error' or 'default', not {handle_missing!r}")
        if not isinstance(attr_names, str):
            several = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*(column.tolist() for column in several), strict=True)]
        try:
            return self.column(attr_names)
        except AttributeError:
            if handle_missing == "error":
                raise
            return np.full(len(self), default_value)

    def set(self, attr_name: str, value: Any) -> Self:
        """Write one value, or (n,) values, into a column of all firms."""
        check_writable(attr_name, value)
        self.model.firms.arrays[attr_name][..., self.rows] = np.asarray(value).T
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Reduce one attribute of all firms by a function, or by several to a list."""
        values = self.column(attribute)
        if callable(func):
            return FAST.get(func, func)(values)
        return [FAST.get(each, each)(values) for each in func]

    # -- parts ---------------------------------------------------------------------------------
    def select(
        self,
        filter_func: Callable[[FirmAgent], bool] | ArrayLike | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
        **columns: Any,
    ) -> FirmSet:
        """Return the firms that meet every condition.

        Parameters
        ----------
        filter_func
            (n,) mask over this set, at column speed, or a function of a firm, one by one.
        at_most
            Largest number of firms kept, the first ones; a float up to 1 is a part of this set.
        inplace
            Change this set instead of making another.
        agent_type
            Only firms of this type.
        columns
            Only firms with this value in this column, or one of these values.

        Examples
        --------
        ``model.agents.select(sector=3, tier=(1, 2))`` or
        ``model.suppliers.select(model.suppliers.get("deposits") < 0)``.
        """
        keep = np.ones(len(self), dtype=bool)
        if filter_func is not None and not callable(filter_func):
            keep &= self._mask(filter_func)
        if agent_type is not None:
            codes = [code for code, firm_type in TYPES.items() if issubclass(firm_type, agent_type)]
            keep &= np.isin(self.column("kind"), codes)
        for name, value in columns.items():
            keep &= np.isin(self.column(name), list(value) if np.iterable(value) else value)
        most = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1 else at_most
        limit = min(len(self), int(min(most, len(self))))
        rows = self.rows[keep]
        if callable(filter_func):
            kept = (row for row in rows.tolist() if filter_func(window(self.model, row)))
            rows = np.fromiter(islice(kept, limit), dtype=np.intp)
        return self._keep(rows[:limit], inplace)

    def _mask(self, mask: ArrayLike) -> NDArray[np.bool_]:
        array = np.asarray(mask)
        if array.dtype != bool or array.shape != self.rows.shape:
            raise ValueError(
                f"a mask over this set is {self.rows.shape} of bool, not {array.shape} of {array.dtype}"
            )
        return array

    def groupby(self, by: Callable[[FirmAgent], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Part the firms by the values of an attribute, or of a function of a firm.

        Parameters
        ----------
        by
            Name of an attribute, at column speed, or a function, one by one.
        result_type
            ``"agentset"`` for a `FirmSet` a group, ``"list"`` for a list of firms.
        """
        if result_type not in ("agentset", "list"):
            raise ValueError(f"result_type is 'agentset' or 'list', not {result_type!r}")
        parts: Mapping[Any, ArrayLike] = (
            rows_by_value(self.column(by), self.rows) if isinstance(by, str) else self._rows_by(by)
        )
        sets = {value: FirmSet(self.model, rows) for value, rows in parts.items()}
        if result_type == "agentset":
            return FirmGroups(sets)
        return GroupBy({value: firms.to_list() for value, firms in sets.items()})

    def _rows_by(self, function: Callable[[FirmAgent], Any]) -> dict[Any, list[int]]:
        rows: dict[Any, list[int]] = {}
        for firm in self:
            rows.setdefault(function(firm), []).append(firm.row)
        return rows

    # -- order ---------------------------------------------------------------------------------
    def shuffle(self, inplace: bool = False, turn: int = 0) -> FirmSet:
        """Return the firms in the keyed order of the month.

        The order is that of a draw of each firm (`Decision.ORDER`), so it does not depend on which
        other firms are in the set. It is the same all month; ``turn`` gives another one.
        """
        drawn = self.model.draws.uniform(
            Decision.ORDER, int(self.model.time), self.model.firms.uid[self.rows], turn
        )
        return self._keep(self.rows[np.argsort(drawn, kind="stable")], inplace)

    def sort(
        self, key: Callable[[FirmAgent], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> FirmSet:
        """Return the firms ordered by an attribute or a function, largest first unless ascending."""
        values = self.column(key) if isinstance(key, str) else np.array([key(firm) for firm in self])
        if ascending:
            order = np.argsort(values, kind="stable")
        else:  # equal firms keep their order, as in Python's sorted(reverse=True)
            order = len(self) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
        return self._keep(self.rows[order], inplace)

    # -- one by one ----------------------------------------------------------------------------
    def do(self, method: str | Callable[..., Any], *args: Any, **keywords: Any) -> Self:
        """Call a method of every firm, or a function with every firm, in order."""
        self.map(method, *args, **keywords)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **keywords: Any) -> Self:
        """Call as `do`, in the keyed order of the month; the order of this set stays."""
        self.shuffle().map(method, *args, **keywords)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **keywords: Any) -> list[Any]:
        """Call as `do` and return the results."""
        if isinstance(method, str):
            return [getattr(firm, method)(*args, **keywords) for firm in self]
        return [method(firm, *args, **keywords) for firm in self]
