"""Who holds money: where each holder's accounts lie, and what a month moved between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Won = NDArray[np.int64]
HOLDERS = ("households", "firms", "banks", "fund", "government", "agency", "world")


@dataclass(frozen=True)
class Accounts:
    """Where each holder's accounts lie in the array of balances."""

    households: int
    banks: int
    firms: int

    @cached_property
    def fund(self) -> int:
        """Account of the cooperation fund (상생협력기금)."""
        return self.households

    @cached_property
    def government(self) -> int:
        """Account of the government."""
        return self.households + 1

    @cached_property
    def agency(self) -> int:
        """Account of the policy-finance agency."""
        return self.households + 2

    @cached_property
    def world(self) -> int:
        """Account of the rest of the world."""
        return self.households + 3

    @cached_property
    def first_bank(self) -> int:
        """First bank's own account."""
        return self.households + 4

    @cached_property
    def first_firm(self) -> int:
        """First firm's account."""
        return self.first_bank + self.banks

    @cached_property
    def total(self) -> int:
        """Number of accounts."""
        return self.first_firm + self.firms

    @cached_property
    def holder(self) -> NDArray[np.int8]:
        """(n_accounts,) place of each account's holder in `HOLDERS`."""
        codes = np.empty(self.total, dtype=np.int8)
        for code, rows in enumerate(self.ranges()[name] for name in HOLDERS):
            codes[rows] = code
        return codes

    def name(self, account: int) -> str:
        """Say whose account it is, for example ``firms[3]``."""
        holders = self.ranges().items()
        holder, rows = next((name, rows) for name, rows in holders if rows.start <= account < rows.stop)
        return f"{holder}[{account - rows.start}]"

    def ranges(self) -> dict[str, slice]:
        """Return the accounts of each holder."""
        return {
            "households": slice(0, self.households),
            "firms": slice(self.first_firm, self.total),
            "banks": slice(self.first_bank, self.first_firm),
            "fund": slice(self.fund, self.fund + 1),
            "government": slice(self.government, self.government + 1),
            "agency": slice(self.agency, self.agency + 1),
            "world": slice(self.world, self.world + 1),
        }


@dataclass
class Flows:
    """Bookings of one month: net receipts by reason and holder, and changes of instruments."""

    payments: dict[str, Won] = field(default_factory=dict)
    lending: dict[str, Won] = field(default_factory=dict)
    trade_credit: dict[str, int] = field(default_factory=dict)

    def add(self, table: dict[str, Won], reason: str, receipts: Won) -> None:
        """Add net receipts (one number a holder) to a reason's row."""
        known = table.get(reason)
        table[reason] = receipts if known is None else known + receipts
