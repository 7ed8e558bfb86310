"""The floor of a month: what each phase cannot avoid moving through memory.

Columns are handed out as arrays that note what is done with them. A column read from one end to the other
counts once a phase, however often it is read, and so does one that is written; rows picked by an index
count one by one. Temporary arrays, arithmetic and draws do not count: a program that fused all passes of
a phase into one would still have to move this much.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bench.phases import each_phase
from sim.core.columns import Column, Table
from sim.economy.ledger import Ledger
from sim.economy.network import Network
from sim.model import Ecosystem

BESIDE = ((Network, "supplier"), (Network, "served"), (Network, "_seller"), (Ledger, "balance"))
SMALL = 1 << 18  # bytes of a table that stays in a core's own caches


@dataclass
class Moved:
    """What a phase has moved: bytes in long runs, and numbers gathered or scattered one by one."""

    runs: dict[tuple[str, int, int], int] = field(default_factory=dict)
    gathered: int = 0

    @property
    def bytes(self) -> int:
        """Bytes in long runs."""
        return sum(self.runs.values())

    def run(self, how: str, array: NDArray[Any], size: int | None = None) -> None:
        """Note that an array is read or written, or so many bytes of it."""
        size = array.nbytes if size is None else size
        self.runs[how, array.__array_interface__["data"][0], size] = size

    def picked(self, how: str, array: NDArray[Any], index: NDArray[Any], count: int) -> None:
        """Note that rows are read or written by an index; in ascending order they are a run.

        A table that stays in the caches, such as one of sectors, costs nothing to pick from.
        """
        if array.nbytes < SMALL:
            return
        if index.dtype.kind == "b" or not (np.diff(index.reshape(-1)) < 0).any():
            self.run(how, array, count * array.itemsize)
        else:
            self.gathered += count


class Traffic:
    """Notes of what is moved, by phase."""

    def __init__(self) -> None:
        self.phases: dict[str, Moved] = {}
        self.now = Moved()

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Note what follows under a phase's name."""
        self.now = self.phases.setdefault(phase, Moved())
        yield
        self.now = Moved()


class Noted(np.ndarray[Any, Any]):
    """A column that notes what is done with it; results are ordinary arrays."""

    traffic: Traffic

    def __array_finalize__(self, source: Any) -> None:
        if isinstance(source, Noted):
            self.traffic = source.traffic

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        now = self.traffic.now
        given = [plain(one) for one in inputs]
        for place, one in enumerate(inputs):
            if isinstance(one, Noted) and not (method == "at" and place == 0):
                now.run("read", one)
        if method == "at":
            index = np.asarray(given[1][-1] if isinstance(given[1], tuple) else given[1])
            now.picked("write", given[0], index, index.size)
        for out in named.get("out", ()):
            if isinstance(out, Noted):
                now.run("write", out)
        result = getattr(ufunc, method)(*given, **{key: plain(one) for key, one in named.items()})
        return named["out"][0] if named.get("out") else result

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        result = function(*self._read(given), **self._read(named))
        if function is np.bincount:
            self.traffic.now.picked("write", result, plain(given[0]), np.size(given[0]))
        return result

    def _read(self, given: Any) -> Any:
        """Note that arrays among arguments are read; return the arguments with ordinary arrays."""
        if isinstance(given, Noted):
            given.traffic.now.run("read", given)
            return plain(given)
        if isinstance(given, (list, tuple)):
            return type(given)(self._read(one) for one in given)
        if isinstance(given, dict):
            return {key: self._read(one) for key, one in given.items()}
        return given

    def __getitem__(self, key: Any) -> Any:
        index = self._read(key)
        found = plain(self)[index]
        if not isinstance(found, np.ndarray):
            return found
        if found.base is not None:
            return noted(found, self.traffic)
        picker = index[-1] if isinstance(index, tuple) else index
        self.traffic.now.picked("read", plain(self), np.asarray(picker), found.size)
        return found

    def __setitem__(self, key: Any, value: Any) -> None:
        index, new = self._read(key), self._read(value)
        whole = plain(self)
        picker = index[-1] if isinstance(index, tuple) else index
        if isinstance(picker, np.ndarray):
            count = int(picker.sum()) if picker.dtype.kind == "b" else picker.size
            self.traffic.now.picked("write", whole, picker, count)
        else:
            self.traffic.now.run("write", np.asarray(whole[index]))
        whole[index] = new

    def take(self, indices: Any, *given: Any, **named: Any) -> Any:
        """Note rows picked by an index."""
        index = self._read(indices)
        self.traffic.now.picked("read", plain(self), np.asarray(index), np.size(index))
        return plain(self).take(index, *given, **named)

    def copy(self, *given: Any) -> Any:
        """Note a reading from end to end."""
        return plain(self._read(self)).copy(*given)

    def astype(self, *given: Any, **named: Any) -> Any:
        """Note a reading from end to end."""
        return plain(self._read(self)).astype(*given, **named)


def plain(value: Any) -> Any:
    """Return an ordinary array for one that notes, also inside a tuple."""
    if isinstance(value, Noted):
        return value.view(np.ndarray)
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    return value


def noted(array: NDArray[Any], traffic: Traffic) -> Noted:
    """Return an array as one that notes."""
    view = array.view(Noted)
    view.traffic = traffic
    return view


def _held(owner: Any, name: str, traffic: Traffic) -> Noted:
    return noted(vars(owner)[name], traffic)


def moved_in_a_month(model: Ecosystem) -> dict[str, Moved]:
    """Live a month and return what each phase has moved; the model is of no use afterwards."""
    traffic = Traffic()
    reading, writing = Column.__get__, Column.__set__

    def read(column: Column, table: Table | None, owner: type) -> Any:
        return column if table is None else noted(table.arrays[column.name], traffic)

    def write(column: Column, table: Table, value: Any) -> None:
        traffic.now.run("write", table.arrays[column.name])
        writing(column, table, plain(value))

    with ExitStack() as restored:
        restored.callback(setattr, Column, "__get__", reading)
        restored.callback(setattr, Column, "__set__", writing)
        for owner, name in BESIDE:
            setattr(owner, name, property(partial(_held, name=name, traffic=traffic)))
            restored.callback(delattr, owner, name)
        Column.__get__ = read  # type: ignore[assignment,method-assign]
        Column.__set__ = write  # type: ignore[assignment,method-assign]
        with each_phase(model, traffic.during):
            model.step()
    return traffic.phases
