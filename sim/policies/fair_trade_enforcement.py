"""Inspect buyers for unfair unit-price cuts and late terms of payment (공정거래 집행).

Source: payment within 60 days (evidence row 224), late by 15.5 % a year; nine in ten invoices are paid in
time (row 91). How many cuts are unfair, and how far the prospect of an inspection keeps buyers from
them, is not known: both are scenario assumptions. Demerits that bar buyers from public tenders (row
211) are left out, as the model buys for the public in shares of whole sectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import Size
from sim.policies.base import Policy
from sim.policies.officials import pay_officials
from sim.policies.terms import PAYMENT, PRICE, How, Sets

Real = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
Won = NDArray[np.int64]


class FairTradeEnforcement(Policy):
    """Inspected buyers restore prices cut unfairly, repay a year at most, are fined, and pay in time.

    ``where`` names the buyers that may be inspected.
    """

    title = "Fair-trade enforcement"
    korean = "공정거래 집행"
    acts_on = "unit-price cuts and late payment, by inspection"
    paid_by = "inspected buyers, in repayments and fines; government, for inspections"
    received_by = "their suppliers; government, in fines"
    channel = "price"
    sets = (
        Sets(
            PAYMENT, by="legal_months", at="on_quarter_end", how=How.AT_MOST, idle=4, needs=("inspections",)
        ),
        Sets(PRICE, by="unfair", at="on_quarter_end", needs=("inspections",)),
    )

    inspections: float = param(
        0.0,
        ge=0,
        le=4,
        unit="1/year",
        doc="chance that a buyer is inspected in a year",
        source="scenario assumption, 0.01 to 0.3",
    )
    unfair: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1",
        doc="part of price cuts by larger buyers that the law forbids",
        source="scenario assumption, 0.1 to 0.6",
    )
    fine: float = param(
        1.0,
        ge=0,
        le=10,
        unit="1",
        doc="fine over what an unfair cut saves in a year",
        source="scenario assumption, 0.5 to 3",
    )
    deterrence: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of unfair cuts withheld when the sanction expected in a year reaches the saving",
        source="scenario assumption, 0 to 1",
    )
    legal_months: int = param(
        2,
        ge=0,
        le=4,
        unit="month",
        doc="longest lawful time from delivery to payment",
        source="row 224, 60 days",
    )
    late_interest: float = param(
        0.155,
        ge=0,
        le=0.3,
        unit="1/year",
        doc="interest on invoices of the last year due later than is lawful",
        source="scenario assumption, 0.06 to 0.155: the delayed-interest notice under the Subcontracting Act "
        "has 15.5 %",
    )
    cost: float = param(
        10e6,
        ge=0,
        unit="KRW",
        doc="pay of officials for one inspection",
        source="scenario assumption, 3 to 30 m won: a month or two of an official",
    )

    # --- what is forbidden, and how likely it is found -------------------------------------------
    def _bound(self, model: Any) -> Mask:
        """Return (n_links,) contracts of small suppliers with larger buyers under inspection."""
        size, links, network = model.firms.size_class, model.links, model.network
        small = size[network.supplier] >= Size.SME
        larger = size[links.buyer] < size[network.supplier]
        return np.asarray(network.served & small & larger & self.covers(model)[links.buyer])

    def adjust_inspection(self, model: Any, rate: Real) -> Real:
        """Inspect those covered."""
        return np.where(self.covers(model), rate + self.inspections, rate)

    def _rate(self, model: Any) -> Real:
        """Return (n_firms,) 1/year chance of each living firm to be inspected, waivers of others left out."""
        rate = model.policies.adjust("adjust_inspection", model, np.zeros(model.firms.rows))
        return np.where(model.firms.living, rate, 0.0)

    # --- unit-price cuts -------------------------------------------------------------------------
    def _withheld(self, model: Any, rows: Rows) -> Real:
        """Return (rows,) part of unfair cuts that buyers do without for fear of an inspection."""
        expected = self._rate(model)[model.links.buyer[rows]] * (1 + self.fine)
        return np.asarray(self.deterrence * np.minimum(1.0, expected) * self._bound(model)[rows])

    def adjust_buyer_review(self, model: Any, probability: Real, rows: Rows) -> Real:
        """Leave out the unfair cuts that buyers do without."""
        return np.asarray(probability * (1 - self.unfair * self._withheld(model, rows)))

    def adjust_price_change(self, model: Any, price: Real, rows: Rows) -> Real:
        """Note the old prices of contracts that are cut unfairly all the same."""
        links, uid = model.links, model.firms.uid
        withheld = self._withheld(model, rows)
        part = self.unfair * (1 - withheld) / np.maximum(1 - self.unfair * withheld, 1e-12)
        who = uid[links.supplier[rows]], uid[links.buyer[rows]]
        unfair = model.draws.uniform(Decision.UNFAIR_CUT, model.month, *who) < part
        cut = self._bound(model)[rows] & (price < links.price[rows]) & (self.inspections > 0)
        new = rows[cut & unfair & (links.price_before_cut[rows] == 0)]
        links.price_before_cut[new] = links.price[new]
        return price

    def on_month_start(self, model: Any) -> None:
        """Forget the cuts of contracts that have changed hands."""
        links = model.links
        links.price_before_cut[(links.since >= model.month - 1) | ~model.network.served] = 0.0

    # --- inspections -----------------------------------------------------------------------------
    def on_quarter_end(self, model: Any) -> None:
        """Inspect some buyers, and order what the law asks for."""
        firms, links = model.firms, model.links
        bound = self._bound(model)
        drawn = model.draws.uniform(Decision.INSPECTION, model.month, firms.uid)
        inspected = drawn < self._rate(model) * QUARTER / MONTHS
        inspected &= np.bincount(links.buyer, bound, firms.rows) > 0
        pay_officials(model, round(self.cost * int(inspected.sum())), f"{self.name}: inspections")
        rows = np.flatnonzero(bound & inspected[links.buyer])
        rows = rows[firms.living[links.supplier[rows]]]
        before = links.price_before_cut[rows]
        saved = np.where(before > 0, np.maximum(0.0, before - links.price[rows]), 0.0) * links.delivery[rows]
        since_review = MONTHS - np.clip(links.next_review[rows] - model.month, 0, MONTHS)
        self._repay(model, rows, saved * since_review, "restitution")
        over = np.maximum(0, links.terms[rows] - self.legal_months)
        self._repay(model, rows, self.late_interest * over * model.invoice[rows], "late interest")
        self._fine(model, np.bincount(links.buyer[rows], self.fine * MONTHS * saved, firms.rows))
        links.price[rows] = np.maximum(links.price[rows], before)
        links.price_before_cut[rows] = 0.0
        links.terms[rows] = np.minimum(links.terms[rows], self.legal_months)

    def _repay(self, model: Any, rows: Rows, won: Real, what: str) -> None:
        """Let buyers pay their suppliers, out of what cash they have."""
        firms, links = model.firms, model.links
        due = np.bincount(links.buyer[rows], won, firms.rows)
        part = np.minimum(1.0, np.maximum(model.ledger.deposits, 0) / np.maximum(due, 1.0))
        paid = np.floor(won * part[links.buyer[rows]]).astype(np.int64)
        model.transfer(links.buyer[rows], links.supplier[rows], paid, f"{self.name}: {what}")

    def _fine(self, model: Any, due: Real) -> None:
        """Let buyers pay fines, out of what cash they have."""
        firms, ledger = model.firms, model.ledger
        paid = np.minimum(np.floor(due).astype(np.int64), np.maximum(ledger.deposits, 0))
        ledger.pay(ledger.every_firm, ledger.at.government, paid, f"{self.name}: fines")
        firms.transfers -= paid
        model.earn(None, -paid)

    def on_end(self, model: Any) -> None:
        """Forget cuts that were never found."""
        model.links.price_before_cut = 0.0
