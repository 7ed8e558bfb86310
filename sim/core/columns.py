"""Columns and tables: one declaration, read as an array, as a cell and as a description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Column:
    """One quantity held for every row of a table.

    Parameters
    ----------
    unit
        Unit of the stored number, for example ``"KRW"``, ``"1"`` (a ratio) or ``"KRW/month"``.
    dtype
        NumPy type of a cell.
    doc
        One sentence on what the cell means.
    default
        Value of a cell that was never written.
    width
        0 for one number a row, array shape ``(rows,)``; a positive width makes the shape
        ``(width, rows)``, so that one slot of all rows lies together in memory.
    """

    def __init__(
        self,
        unit: str,
        dtype: DTypeLike = float,
        doc: str = "",
        default: float = 0,
        width: int = 0,
    ) -> None:
        self.unit = unit
        self.dtype = np.dtype(dtype)
        self.doc = doc
        self.default = default
        self.width = width
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, table: None, owner: type) -> Self: ...
    @overload
    def __get__(self, table: Table, owner: type) -> NDArray[Any]: ...
    def __get__(self, table: Table | None, owner: type) -> Self | NDArray[Any]:
        return self if table is None else table.arrays[self.name]

    def __set__(self, table: Table, value: Any) -> None:
        table.arrays[self.name][...] = value

    def empty(self, rows: int) -> NDArray[Any]:
        """Return an array of ``rows`` untouched cells."""
        shape = (self.width, rows) if self.width else (rows,)
        if self.default == 0:
            return np.zeros(shape, dtype=self.dtype)  # costs no memory until it is written
        return np.full(shape, self.default, dtype=self.dtype)

    def __repr__(self) -> str:
        return f"Column({self.name!r}, unit={self.unit!r}, dtype={self.dtype.name}, doc={self.doc!r})"


class Table:
    """Columns of equal length; rows are never moved and never reused.

    Subclasses declare their columns as class attributes. ``table.name`` is the array,
    ``table.name = x`` writes into it, ``Class.name`` is the declaration.
    """

    columns: ClassVar[dict[str, Column]] = {}
    names: tuple[str, ...] = ()  # labels of the rows, in tables of few rows

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.columns = {
            name: column
            for base in reversed(cls.__mro__)
            for name, column in vars(base).items()
            if isinstance(column, Column)
        }

    def __init__(self, rows: int) -> None:
        self.arrays = {name: column.empty(rows) for name, column in self.columns.items()}
        self.rows = rows

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.columns and name not in ("arrays", "rows", "names"):
            raise AttributeError(
                f"{type(self).__name__} has no column {name!r}: "
                f"declare it as a Column in {type(self).__module__}"
            )
        super().__setattr__(name, value)

    @property
    def nbytes(self) -> int:
        """Bytes held by all columns."""
        return sum(array.nbytes for array in self.arrays.values())

    @classmethod
    def dictionary(cls) -> list[dict[str, str]]:
        """Describe every column: name, unit, type, meaning."""
        return [
            {"column": name, "unit": column.unit, "type": column.dtype.name, "meaning": column.doc}
            for name, column in cls.columns.items()
        ]
