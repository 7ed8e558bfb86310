"""Limit payment terms and raise the cash ratio (하도급대금 지급기일, 현금결제비율).

Source: Fair Transactions in Subcontracting Act, 60 days from receipt (evidence row 224); cash ratio of
delivery payments 62.5 % in 2018 and 83.7 % in 2020 (rows 5-6). The limit is law and binds all covered
buyers; cash is asked of all of them too, unless only a part of them pays it, or they choose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.economy.kinds import RING, Instrument
from sim.policies.terms import PAYMENT, SETTLEMENT, How, Sets
from sim.policies.voluntary import Mask, Real, Voluntary

Won = NDArray[np.int64]


class PaymentTerms(Voluntary):
    """Invoices of covered buyers fall due within a limit; a part of each note becomes cash.

    Who takes part pays that cash; the limit binds those who do not, too.
    """

    title = "Payment terms and cash ratio"
    korean = "대금 지급기일과 현금결제비율"
    acts_on = "months to payment and the share in cash"
    paid_by = "buyers, in liquidity"
    received_by = "suppliers, in liquidity"
    channel = "liquidity"
    sets = (
        Sets(PAYMENT, by="max_months", at="adjust_terms", how=How.AT_MOST, idle=4),
        Sets(SETTLEMENT, by="cash_ratio", at="on_invoices", needs=("take_up", "voluntary")),
    )

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
        doc="least part of invoices, by value, paid in cash by covered buyers that take part",
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

    # --- who pays cash ---------------------------------------------------------------------------
    @property
    def binds_all(self) -> bool:
        """Whether cash is asked of every covered buyer, so that there is nothing to join."""
        return self.take_up == 1 and not self.voluntary

    def payers(self, model: Any) -> Mask:
        """Return (n_firms,) buyers held to the cash ratio."""
        return self.covers(model) if self.binds_all else self.members(model)

    def on_month_start(self, model: Any) -> None:
        """Let buyers take part, where it is left to them."""
        if self.binds_all:
            model.memberships.pop(self.name, None)
        else:
            super().on_month_start(model)

    def expected_gain(self, model: Any) -> Real:
        """Return minus the interest, after tax, on what a buyer would pay earlier in a year."""
        firms, links = model.firms, model.links
        note, part = self._notes(model, self.may_join(model))
        earlier = part * note * np.maximum(0, model.months_to_payment - self.cash_months)
        kept = 1 - model.parameters["government"].corporate_tax
        return np.asarray(-kept * firms.loan_rate * np.bincount(links.buyer, earlier, firms.rows))

    def _notes(self, model: Any, payers: Mask) -> tuple[Won, float]:
        """Return (n_links,) won of some buyers' invoices on notes, and the part of each to become cash."""
        links = model.links
        invoice = np.where(payers[links.buyer], model.invoice, 0)
        note = np.where(links.instrument == Instrument.NOTE, invoice, 0)
        on_notes = note.sum() / max(int(invoice.sum()), 1)
        if on_notes <= 1 - self.cash_ratio:
            return note, 0.0
        return note, float((on_notes - (1 - self.cash_ratio)) / on_notes)

    # --- the month -------------------------------------------------------------------------------
    def adjust_terms(self, model: Any, terms: NDArray[Any]) -> NDArray[Any]:
        """Shorten terms."""
        covered = self.covers(model)[model.links.buyer]
        return np.where(covered, np.minimum(terms, self.max_months), terms)

    def on_invoices(self, model: Any) -> None:
        """Pay the same part of every invoice on a note in cash, as much as the cash ratio asks for."""
        links, due = model.links, model.due_slot
        note, part = self._notes(model, self.payers(model))
        if not part:
            return
        later = (due.astype(np.intp) - model.month) % RING > self.cash_months
        cash = np.where(later, np.floor(part * note), 0).astype(np.int64)
        slot = np.int8((model.month + self.cash_months) % RING)
        rows = np.flatnonzero(cash)
        links.payable[due[rows], rows] -= cash[rows]
        links.payable[slot, rows] += cash[rows]
        model.tranches = [(due, model.invoice - cash), (np.full_like(due, slot), cash)]
