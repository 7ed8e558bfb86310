"""Settle invoices by claims on the top buyer, passed on and discounted at its rate (상생결제).

Source: the top buyer's receivable is split down the chain, every tier is paid on the due date and can
discount earlier at the top buyer's credit rate; the claim survives the intermediate firm's default
(evidence row 221). Coverage of buyer to tier 1: 62 % (row 69); pass-down to tier 2: about 1 % in 2018
(rows 67-68), best practice 15.8 % and more (row 73); discount 4-6 % a year (row 72).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.economy.kinds import NOBODY, RING, Instrument, Kind
from sim.policies.terms import SETTLEMENT, Sets
from sim.policies.voluntary import Mask, Rows, Voluntary

Won = NDArray[np.int64]
Slots = NDArray[np.int8]


class WinWinPayment(Voluntary):
    """Invoices of conglomerates become claims on them; suppliers pass claims on or discount them.

    Drawing claims costs a conglomerate nothing: it pays the same won on the same day.
    """

    title = "Win-win payment"
    korean = "상생결제"
    acts_on = "settlement: claims on the top buyer, passed on and discounted"
    paid_by = "receivers who discount early, to their bank"
    received_by = "suppliers of several tiers, in time and safety"
    channel = "liquidity"
    sets = (Sets(SETTLEMENT, by="coverage", at="on_invoices"),)

    coverage: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of each invoice that conglomerates taking part settle this way",
        source="row 69, 62 % in 2021",
    )
    pass_down: float = param(
        0.01,
        ge=0,
        le=1,
        unit="1",
        doc="part of its own invoices that a receiver settles by passing claims on",
        source="about 1 % in 2018 (rows 67-68); 0.158 to 0.9 in best practice (row 73)",
    )
    discount: float = param(
        0.05,
        ge=0,
        le=0.3,
        unit="1/year",
        doc="rate at which a claim can be turned into cash",
        source="row 72, 4 to 6 %",
    )
    tiers: int = param(
        2,
        ge=1,
        le=4,
        unit="1",
        doc="tiers of suppliers that pass claims on",
        source="scenario assumption, 1 to 3",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may draw claims."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def on_invoices(self, model: Any) -> None:
        """Turn the month's invoices into claims, pass them down, discount what is needed."""
        on_note = model.links.instrument == Instrument.NOTE
        for slot, won in model.tranches:
            rows, amount = self._to_settle(model, won)
            self._settle(model, rows, amount, slot, won)
            self._count(model, amount, on_note[rows])
            on_note = np.zeros_like(on_note)  # parts after the first have become cash before
        self._turn_into_cash(model)

    def _to_settle(self, model: Any, won: Won) -> tuple[Rows, Won]:
        """Return links of members, and how much of a part of their invoices becomes claims."""
        links = model.links
        rows = np.flatnonzero(self.members(model)[links.buyer] & (won > 0))
        rows = rows[self._free(model, rows, links.buyer[rows])]
        amount = np.floor(self.coverage * won[rows]).astype(np.int64)
        return rows[amount > 0], amount[amount > 0]

    def _settle(self, model: Any, rows: Rows, amount: Won, slot: Slots, won: Won) -> None:
        """Settle ``amount`` of invoices due in ``slot`` by claims on their buyers, and pass them down."""
        due = slot.copy()  # of each link's new claim; one passed on keeps its day
        self._move(model, rows, amount, model.links.buyer[rows], slot[rows], due[rows])
        for _ in range(self.tiers):
            rows = self._pass_on(model, rows, due, slot, won)

    def _count(self, model: Any, amount: Won, on_note: Mask) -> None:
        """Note what is settled by claims on the buyer, and what of it would have been on a note."""
        for event, settled in (("win_win_payments", amount), ("win_win_notes", amount[on_note])):
            if settled.size:
                model.events[event] = model.events.get(event, 0) + int(settled.sum())

    def _free(self, model: Any, rows: Rows, drawer: Rows) -> Mask:
        """Return (rows,) whether a link can carry claims on a drawer: it carries none on another."""
        links = model.links
        return np.asarray((links.drawer[rows] == drawer) | ~links.claim[:, rows].any(axis=0))

    def _move(self, model: Any, rows: Rows, amount: Won, drawer: Rows, slot: Slots, due: Slots) -> None:
        """Replace invoices of links due in ``slot`` by claims on a drawer in ``due``."""
        links = model.links
        links.payable[slot, rows] -= amount
        links.claim[due, rows] += amount
        links.drawer[rows] = drawer

    def _pass_on(self, model: Any, held: Rows, due: Slots, slot: Slots, won: Won) -> Rows:
        """Let the holders of new claims settle a part of their own new invoices with them."""
        links, firms = model.links, model.firms
        best = np.full(firms.rows, NOBODY, dtype=np.intp)
        value = links.claim[due[held], held]
        order = np.argsort(value, kind="stable")
        best[links.supplier[held[order]]] = held[order]  # the largest claim is written last
        rows = np.flatnonzero((best[links.buyer] != NOBODY) & (won > 0) & model.network.served)
        drawer = links.drawer[best[links.buyer[rows]]]
        apart = (links.supplier[rows] != drawer) & (links.buyer[rows] != drawer)
        rows = rows[apart & self._free(model, rows, drawer)]
        source = best[links.buyer[rows]]
        owed = np.bincount(links.buyer[rows], won[rows], firms.rows)[links.buyer[rows]]
        have = links.claim[due[source], source]
        part = self.pass_down * np.minimum(1.0, have / np.maximum(owed, 1.0))
        amount = np.floor(part * won[rows]).astype(np.int64)
        amount = np.minimum(amount, links.payable[slot[rows], rows])
        kept = amount > 0
        rows, source, amount = rows[kept], source[kept], amount[kept]
        np.subtract.at(links.claim, (due[source], source), amount)
        self._move(model, rows, amount, links.drawer[source], slot[rows], due[source])
        due[rows] = due[source]
        model.ledger.claim(-int(amount.sum()), "win-win claims passed on")
        return np.asarray(rows)

    def _turn_into_cash(self, model: Any) -> None:
        """Discount the claims of firms that hold less cash than they want."""
        links, ledger = model.links, model.ledger
        short = ledger.deposits < model.cash_target(1.0)
        for ahead in range(1, RING):
            slot = (model.month + ahead) % RING
            rows = np.flatnonzero((links.claim[slot] > 0) & model.network.served)
            rows = rows[short[links.supplier[rows]] & model.firms.living[links.drawer[rows]]]
            face = links.claim[slot, rows].copy()
            fee = np.rint(self.discount * ahead / 12 * face).astype(np.int64)
            ledger.discount(links.drawer[rows], links.supplier[rows], face, fee, slot)
            np.add.at(model.firms.interest, links.supplier[rows], fee)
            links.claim[slot, rows] = 0
            ledger.claim(-int(face.sum()), "win-win claims discounted")
