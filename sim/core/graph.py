"""Compressed rows: which entries belong to which owner, as offsets into an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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

    def count(self) -> NDArray[np.intp]:
        """Return how many entries each owner has."""
        return np.diff(self.start)


def compress(owner: NDArray[Any], owners: int) -> CompressedRows:
    """List entries by owner; entries with a negative owner are left out."""
    order = np.argsort(owner, kind="stable").astype(np.intp)
    owned = owner[order]
    start = np.searchsorted(owned, np.arange(owners + 1)).astype(np.intp)
    return CompressedRows(start - start[0], order[start[0] :])
