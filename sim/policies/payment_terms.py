"""Limit payment terms and raise the cash ratio (하도급대금 지급기일, 현금결제비율).

Source: Fair Transactions in Subcontracting Act, 60 days from receipt (evidence row 224); cash ratio of
delivery payments 62.5 % in 2018 and 83.7 % in 2020 (rows 5-6).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.params import param
from sim.economy.kinds import Instrument
from sim.policies.base import Policy


class PaymentTerms(Policy):
    """Invoices of covered buyers fall due within a limit; a part of their notes becomes cash."""

    title = "Payment terms and cash ratio"
    korean = "대금 지급기일과 현금결제비율"

    max_months: int = param(
        4,
        ge=0,
        le=4,
        unit="month",
        doc="longest time from delivery to payment",
        source="row 224, 60 days",
    )
    cash_ratio: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="least part of covered buyers' contracts paid in cash",
        source="row 6, 83.7 % in 2020",
    )
    cash_months: int = param(
        1,
        ge=0,
        le=4,
        unit="month",
        doc="months after which cash is paid",
        source="37.4 days to collect cash sales in 2006 (row 86)",
    )

    def adjust_terms(self, model: Any, terms: NDArray[Any]) -> NDArray[Any]:
        """Shorten terms; contracts on notes turn to cash in an order drawn once."""
        links = model.links
        covered = self.covers(model)[links.buyer]
        limited = np.minimum(terms, self.max_months)
        contracts = covered & model.network.served
        note = contracts & (links.instrument == Instrument.NOTE)
        on_notes = note.sum() / max(int(contracts.sum()), 1)
        wanted = max(0.0, on_notes - (1 - self.cash_ratio)) / max(on_notes, 1e-12)
        turned = note & (model.pair_draw(Decision.TERMS) < wanted)
        limited = np.where(turned, np.minimum(limited, self.cash_months), limited)
        return np.where(covered, limited, terms)
