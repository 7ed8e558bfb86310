"""A town of four firms whose numbers can be worked out by hand.

Firm 0 is a conglomerate; 1 and 2 deliver to it, three won against one; 3 delivers to firm 1. Half of
all equipment is imported, the rest is made by firms 0 and 3. The economy is at rest: without a
policy every month is like the one before but for deposit interest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, run

from sim.economy.kinds import Kind, Size
from sim.model import Ecosystem

PRIME, FIRST, SECOND, BELOW = range(4)
MADE_AT_HOME = 0.5  # of equipment
NO_INTEREST = {
    "credit": {"policy_rate": 0.0, "deposit_spread": 0.0, "lending_spread": 0.0, "sme_premium": 0.0}
}


def chain(**changes: Any) -> Design:
    """Return the design of the town."""
    inputs = np.zeros((4, 4))
    inputs[FIRST, PRIME], inputs[SECOND, PRIME], inputs[BELOW, FIRST] = 0.3, 0.1, 0.4
    values: dict[str, Any] = {
        "inputs": inputs,
        "household": np.array([8, 1, 1, 1]) * BILLION,
        "government": BILLION,
        "investment": np.array([0.5, 0, 0, 0.5]) * BILLION,
        "imported_investment": BILLION,
        "exports": BILLION,
        "size_class": [Size.LARGE, Size.SME, Size.SME, Size.SME],
        "kind": [Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER, Kind.SUPPLIER],
    }
    return Design(**values | changes)


def town(
    policies: dict[str, dict[str, Any]] | None = None,
    *changes: dict[str, dict[str, Any]],
    design: Design | None = None,
    seed: int = 1,
) -> Ecosystem:
    """Return the town in its first month, with policies."""
    return ecosystem(
        design or chain(), QUANTITIES_ONLY, *changes, {"policy": dict(policies or {})}, seed=seed
    )


def year_of(model: Ecosystem) -> dict[str, Any]:
    """Live to the end of December, adding up the months by hand; return the sums by firm.

    Profit is what the firms earned before policies moved money between them.
    """
    sums = {name: np.zeros(model.firms.rows, dtype=np.int64) for name in ("sales", "profit", "value_added")}
    for _ in range(12 - model.month % 12):
        run(model, 1)
        firms = model.firms
        sums["sales"] += firms.sales
        sums["value_added"] += firms.sales - firms.purchases
        sums["profit"] += (
            firms.sales - firms.purchases - firms.wage_bill - firms.depreciation - firms.interest
        )
    return sums


def corporate_tax(model: Ecosystem) -> int:
    """Won of corporate tax the government received this month."""
    return -int(model.ledger.flows.payments["corporate tax"][1])
