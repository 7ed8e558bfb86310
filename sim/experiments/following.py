"""Every firm of one run, followed from the month in which scenarios part: what it made, got and paid.

Attributes and supply network are those at the beginning of that month, the same in all scenarios: a
firm that grows out of its size class stays where it was, so that a class does not gain by who joins it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS, month_name
from sim.economy.kinds import OUTSIDE, Kind, Size

Won = NDArray[np.int64]
ATTRIBUTES = ("tier", "size_class", "kind", "sector", "region")
AMOUNTS = ("value_added", "wages", "profit", "received", "paid", "sales")


@dataclass(frozen=True, eq=False)
class Followed:
    """Sums of one run by firm, simulated won; one entry for each firm that lived in any of the months.

    Attributes
    ----------
    uid
        (n,) identities, ascending.
    attributes
        (n,) codes at the beginning, by name.
    labels
        What to call the codes of an attribute, by name.
    amounts
        (n,) sums over the months, by name: value added, wage bill, profit, receipts and payments under
        policies, sales.
    year_sales
        (n,) sales by year.
    reached
        (n,) by policy: whether it moved the firm's money or changed a value of it.
    supplier, buyer
        (links,) identities of both ends of each contract at the beginning.
    months
        Over how many months.
    scale
        Korea's won for a simulated one.
    since
        The first of the months.
    """

    uid: NDArray[np.int64]
    attributes: dict[str, NDArray[Any]]
    labels: dict[str, dict[int, str]]
    amounts: dict[str, Won]
    year_sales: dict[int, Won]
    reached: dict[str, NDArray[np.bool_]]
    supplier: NDArray[np.int64]
    buyer: NDArray[np.int64]
    months: int
    scale: float
    since: str


class Following:
    """Adds up what every firm does; made at the beginning of a month."""

    def __init__(self, model: Any) -> None:
        firms, links = model.firms, model.links
        self.model = model
        self.reach = model.policies.note_reach()
        self.attributes = {name: getattr(firms, name).copy() for name in ATTRIBUTES}
        living = np.r_[firms.living, False]  # the last is nobody
        served = np.flatnonzero(living[links.supplier] & firms.living[links.buyer])
        self.supplier = firms.uid[links.supplier[served]]
        self.buyer = firms.uid[links.buyer[served]]
        self.lived = firms.living.copy()
        self.amounts = {name: np.zeros(firms.rows, dtype=np.int64) for name in AMOUNTS}
        self.year_sales: dict[int, Won] = {}
        self.months = 0
        self.since = month_name(model.month)

    def add(self) -> None:
        """Add the month that has just ended."""
        firms, total = self.model.firms, self.amounts
        total["value_added"] += firms.sales - firms.purchases
        total["wages"] += firms.wage_bill
        total["profit"] += firms.profit
        total["received"] += np.maximum(firms.transfers, 0)
        total["paid"] += np.maximum(-firms.transfers, 0)
        total["sales"] += firms.sales
        year = (self.model.month - 1) // MONTHS
        self.year_sales.setdefault(year, np.zeros(firms.rows, dtype=np.int64))
        self.year_sales[year] += firms.sales
        self.lived |= firms.living
        self.months += 1

    def table(self) -> Followed:
        """Return the sums of all firms that lived, by identity."""
        uid = self.model.firms.uid
        rows = np.flatnonzero(self.lived)
        rows = rows[np.argsort(uid[rows])]

        def kept(columns: dict[Any, NDArray[Any]]) -> dict[Any, NDArray[Any]]:
            return {name: column[rows] for name, column in columns.items()}

        return Followed(
            uid[rows],
            kept(self.attributes),
            labels(self.model),
            kept(self.amounts),
            kept(self.year_sales),
            kept(self.reach.firms),
            self.supplier,
            self.buyer,
            self.months,
            self.model.scale,
            self.since,
        )


def labels(model: Any) -> dict[str, dict[int, str]]:
    """Return what to call the codes of each attribute that has names."""
    return {
        "tier": {OUTSIDE: "outside"},
        "size_class": {code: code.name.lower().replace("_", "-") for code in Size},
        "kind": {code: code.name.lower() for code in Kind},
        "sector": dict(enumerate(model.sectors.names)),
    }
