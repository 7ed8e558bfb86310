"""Officials: people whom the government pays for work that a policy asks of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.economy.kinds import WORKERS


def pay_officials(model: Any, won: int, reason: str) -> None:
    """Let the government pay officials; workers receive it as pay is spread over them."""
    if not won:
        return
    firms, ledger = model.firms, model.ledger
    model.fund_government(won)
    cells = np.arange(WORKERS.start, WORKERS.stop)
    pay = np.bincount(firms.size_class, firms.wage * firms.workers * firms.living, cells.size)
    ledger.distribute(ledger.at.government, won, cells, pay, reason)
