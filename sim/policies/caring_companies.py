"""Primes support small firms outside their own supply network (자상한 기업).

Source: fifty caring companies by 2023 (evidence row 8); tax relief of 10 %, in kind included (row 228).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.core.split import largest_remainder
from sim.economy.kinds import Kind
from sim.policies.voluntary import Mask, Real, Voluntary, yearly_profit

Won = NDArray[np.int64]


class CaringCompanies(Voluntary):
    """A part of a conglomerate's profit goes to SMEs that are not its suppliers, as equipment or cash.

    ``where`` names the conglomerates that may take part.
    """

    title = "Caring companies"
    korean = "자상한 기업"
    acts_on = "technology and cash of SMEs outside the own network"
    paid_by = "prime contractors; government by tax relief"
    received_by = "SMEs that are not their suppliers"
    channel = "liquidity"

    budget: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of yearly profit a member spends on small firms outside its network",
        source="scenario assumption, 0.001 to 0.02",
    )
    equipment: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part given as equipment, the rest as cash",
        source="scenario assumption, 0 to 1",
    )
    tax_credit: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="corporate tax credit over what is given, in kind included",
        source="row 228, 10 %",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may take part."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus what is given of a year's profit like the last, less the tax it saves."""
        kept = max(0.0, 1 - model.parameters["government"].corporate_tax - self.tax_credit)
        return np.asarray(-kept * self.budget * np.maximum(0.0, yearly_profit(model)))

    def on_year_end(self, model: Any) -> None:
        """Collect the members' budgets and share them out."""
        firms = model.firms
        wanted = np.floor(self.budget * np.maximum(firms.year_profit, 0) * self.members(model) * firms.living)
        paid = np.clip(wanted, 0, np.maximum(model.ledger.deposits, 0)).astype(np.int64)
        paid, weight = self._receivers(model, paid)
        in_kind = np.floor(self.equipment * paid).astype(np.int64)
        part = self._give(model, in_kind, weight, "equipment")
        model.order_equipment(np.arange(firms.rows), part)
        part = self._give(model, paid - in_kind, weight, "cash")
        model.earn(None, part)
        model.tax_credits += np.rint(self.tax_credit * paid).astype(np.int64)

    def _receivers(self, model: Any, paid: Won) -> tuple[Won, Real]:
        """Return what members pay, those without a stranger nothing, and what each small firm gets of it.

        Each member's money is shared out by workers over all small firms but its own suppliers: what a
        small firm gets of all members, less what it would get of its own customers.
        """
        firms, served = model.firms, model.network.served
        small = firms.living & model.entitled() & (firms.kind != Kind.CONGLOMERATE)
        weight = np.where(small, firms.workers, 0.0)
        pairs = np.stack([model.links.buyer[served], model.links.supplier[served]])
        buyer, supplier = np.unique(pairs[:, paid[pairs[0]] > 0], axis=1)
        strangers = weight.sum() - np.bincount(buyer, weight[supplier], firms.rows)
        found = strangers > 1e-9 * weight.sum()
        paid = np.where(found, paid, 0)
        rate = np.where(found, paid / np.where(found, strangers, 1.0), 0.0)
        received = weight * (rate.sum() - np.bincount(supplier, rate[buyer], firms.rows))
        return paid, np.maximum(received, 0.0)

    def _give(self, model: Any, paid: Won, weight: Real, what: str) -> Won:
        """Move the members' won to small firms by weight; return what each gets."""
        every = model.ledger.every_firm
        part = largest_remainder(int(paid.sum()), weight)
        model.ledger.settle_net(every, -paid, every, part, f"{self.name}: {what}")
        model.firms.transfers += part - paid
        model.earn(np.arange(model.firms.rows), -paid)
        return part
