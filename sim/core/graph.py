"""Runs and compressed rows: which entries belong to which owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def runs(start: NDArray[Any], count: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Write out runs of neighbouring numbers, one after the other.

    Parameters
    ----------
    start, count
        (n,) first number of each run, and how many numbers it has.

    Returns
    -------
    The numbers, and for each the place of its run.

    Examples
    --------
    >>> runs(np.array([7, 0, 3]), np.array([2, 0, 1]))
    (array([7, 8, 3]), array([0, 0, 2]))
    """
    place = np.repeat(np.arange(start.size), count)
    before = np.cumsum(count) - count
    return start[place] + np.arange(place.size) - before[place], place


def starts(owner: NDArray[Any]) -> NDArray[np.intp]:
    """Return the places at which runs of equal numbers begin.

    Examples
    --------
    >>> starts(np.array([4, 4, 7, 4]))
    array([0, 2, 3])
    """
    new = np.ones(owner.size, dtype=bool)
    new[1:] = owner[1:] != owner[:-1]
    return np.flatnonzero(new)


def least(owner: NDArray[Any], value: NDArray[Any]) -> NDArray[np.intp]:
    """Return the place of each owner's least value, the first one of equals, in order of the owners.

    Examples
    --------
    >>> least(np.array([2, 0, 2, 0]), np.array([5.0, 1.0, 3.0, 1.0]))
    array([1, 2])
    """
    order = np.lexsort((value, owner))
    return np.asarray(order[starts(owner[order])])


@dataclass(frozen=True)
class CompressedRows:
    """Entries listed owner by owner.

    ``order[start[i]:start[i + 1]]`` are the entries of owner ``i``, in ascending order.
    """

    start: NDArray[np.intp]
    order: NDArray[np.intp]

    def of(self, owner: int) -> NDArray[np.intp]:
        """Return the entries of one owner."""
        return self.order[self.start[owner] : self.start[owner + 1]]

    def of_all(self, owners: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the entries of some owners, and for each the place of its owner in ``owners``."""
        first = self.start[owners]
        listed, place = runs(first, self.start[owners + 1] - first)
        return self.order[listed], place


def compress(owner: NDArray[Any], owners: int) -> CompressedRows:
    """List entries by owner; entries with a negative owner are left out."""
    few = owners <= np.iinfo(np.int16).max  # short numbers are sorted by their digits, in one pass over each
    order = np.argsort(owner.astype(np.int16) if few else owner, kind="stable").astype(np.intp, copy=False)
    count = np.bincount(np.maximum(owner, -1) + 1, minlength=owners + 1)  # first those without an owner
    start = np.cumsum(count)
    return CompressedRows(start - start[0], order[start[0] :])
