"""Settlement: the greatest clearing vector in whole won.

Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835, with wages, taxes, imports and
interest senior to trade debts and an undrawn credit line as further means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param
from sim.core.split import whole_sums

Won = NDArray[np.int64]
ROUNDS = 10_000  # far above what chains need; reaching it is a fault and is reported


class PaymentParameters(Parameters):
    """Arrears and notes."""

    penalty_rate: float = param(
        0.155,
        ge=0,
        le=0.3,
        unit="1/year",
        doc="interest on overdue invoices",
        source="delayed-interest notice under the Fair Transactions in Subcontracting Act, 15.5 %",
    )
    arrears_limit: int = param(
        3,
        ge=1,
        le=24,
        unit="month",
        doc="months in arrears after which a firm fails",
        source="banks' definition of default, 90 days",
    )
    closing_months: int = param(
        6,
        ge=5,
        le=24,
        unit="month",
        doc="months in which a failed firm's claims are collected",
        source="payment terms reach 4 months, so all claims fall due within 5",
    )
    chain_months: int = param(
        12,
        ge=0,
        le=60,
        unit="month",
        doc="months after a customer that owed it failed in which a firm's failure is part of a chain",
        source="scenario assumption, 6 to 24: losses on customers raise creditors' risk of failure (row 343)",
    )


@dataclass(frozen=True)
class Clearing:
    """Result of a settlement, in won."""

    paid: Won  # (n_debts,)
    spent: Won  # (n_firms,) paid by each debtor
    received: Won  # (n_firms,) by each creditor
    short: NDArray[np.intp]  # places of the debts that are not paid in full, ascending
    rounds: int


def clear(means: Won, debtor: NDArray[Any], creditor: NDArray[Any], due: Won, firms: int) -> Clearing:
    """Find the greatest set of payments in which nobody pays more than means plus receipts.

    Parameters
    ----------
    means
        (n_firms,) won at hand before receipts, after senior debts; may be negative.
    debtor, creditor
        (n_debts,) rows; a creditor of -1 is outside (a bank).
    due
        (n_debts,) won.
    firms
        Number of firms.

    Notes
    -----
    Payments start at full and only fall, so the first state in which nothing moves is the greatest
    clearing vector up to rounding. A debtor short of means pays all creditors the same share, each
    payment rounded down to the won, which keeps it within its means. Only debts of firms that are
    short are touched again, so a month without distress costs one pass.
    """
    paid = due.copy()
    owed = whole_sums(debtor, due, firms)
    received = whole_sums(creditor, due, firms + 1)[:firms]  # what is paid outside counts in the last place
    share = np.ones(firms)
    for round_number in range(ROUNDS):
        able = np.clip(means + received, 0, owed)
        new = np.where(owed > 0, able / np.where(owed > 0, owed, 1), 1.0)
        worse = new < share
        if not worse.any():
            short = np.flatnonzero(paid != due)
            spent = owed - whole_sums(debtor[short], due[short] - paid[short], firms)
            return Clearing(paid, spent, received, short, round_number)
        share = np.minimum(share, new)
        debts = np.flatnonzero(worse.take(debtor))
        payment = np.floor(due[debts] * share[debtor[debts]]).astype(np.int64)
        payment = np.minimum(payment, paid[debts])
        cut = paid[debts] - payment
        paid[debts] = payment
        towards = creditor[debts]
        np.subtract.at(received, towards[towards >= 0], cut[towards >= 0])
    raise ArithmeticError(f"settlement did not end within {ROUNDS} rounds")
