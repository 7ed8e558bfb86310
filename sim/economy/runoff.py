"""Run-off: what is still owed on contracts that have ended."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import RING

Won = NDArray[np.int64]


class RunOff:
    """Invoices and win-win claims of ended contracts, until they are paid or written off.

    A link is a slot of its buyer. When the slot changes supplier, or the supplier fails, what is
    still owed to the old supplier is kept here with its debtor, creditor and month due.
    """

    def __init__(self) -> None:
        self.debtor: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.creditor: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.slot: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.amount: Won = np.zeros(0, dtype=np.int64)

    @property
    def total(self) -> int:
        """Won outstanding."""
        return int(self.amount.sum())

    def take_over(self, debtor: NDArray[Any], creditor: NDArray[Any], ring: Won) -> None:
        """Move rings of due months (5, n) here; the rings are emptied."""
        slot, entry = np.nonzero(ring)
        self.debtor = np.concatenate([self.debtor, debtor[entry]])
        self.creditor = np.concatenate([self.creditor, creditor[entry]])
        self.slot = np.concatenate([self.slot, slot])
        self.amount = np.concatenate([self.amount, ring[slot, entry]])

    def due(self, slot: int) -> NDArray[np.intp]:
        """Entries that fall due in a month's slot."""
        return np.flatnonzero(self.slot == slot)

    def settle(self, entries: NDArray[np.intp], rest: Won, slot: int) -> None:
        """Keep what was not paid, due next month; drop what was paid."""
        self.amount[entries] = rest
        self.slot[entries] = (slot + 1) % RING
        self.forget(self.amount == 0)

    def accelerate(self, failed: NDArray[np.bool_], slot: int) -> None:
        """Make all debts of failed firms due in a month's slot."""
        self.slot[failed[self.debtor]] = slot

    def forget(self, gone: NDArray[np.bool_]) -> None:
        """Drop entries."""
        keep = ~gone
        self.debtor, self.creditor = self.debtor[keep], self.creditor[keep]
        self.slot, self.amount = self.slot[keep], self.amount[keep]
