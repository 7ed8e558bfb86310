"""Let primes and the government finance equipment of SMEs through a fund (상생협력기금).

Source: contributions earn a 10 % tax credit (Restriction of Special Taxation Act, Article 8-3, evidence
rows 218-219); the government is to match 20 % of projects from 2026 (row 33); contributions were
150.0 bn won in 2016 and 257.2 bn in 2020 (rows 1-2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import param
from sim.core.split import largest_remainder
from sim.economy.kinds import Kind
from sim.policies.voluntary import Mask, Real, Voluntary, yearly_profit


class CooperationFund(Voluntary):
    """Conglomerates pay in a part of profit, the government matches, SMEs get grants for equipment."""

    title = "Win-win cooperation fund"
    korean = "상생협력기금"
    acts_on = "equipment of SMEs"
    paid_by = "prime contractors; government by its match and the tax credit"
    received_by = "partner SMEs and others, as equipment grants"
    channel = "technology"

    contribution_rate: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of yearly profit that conglomerates contribute",
        source="scenario assumption, 0.001 to 0.02",
    )
    government_match: float = param(
        0.0,
        ge=0,
        le=5,
        unit="1",
        doc="government's payment over contributions",
        source="row 33, 20 % from 2026",
    )
    tax_credit: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="corporate tax credit over contributions",
        source="row 218, 10 %",
    )
    non_partner_share: float = param(
        0.2,
        ge=0,
        le=1,
        unit="1",
        doc="part that goes to SMEs outside the contributors' chains",
        source="scenario assumption, 0 to 0.5 (644,000 beneficiaries in 2024 are mostly not suppliers, "
        "row 38)",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may contribute."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the contribution from a year's profit like the last, less the tax it saves."""
        kept = max(0.0, 1 - model.parameters["government"].corporate_tax - self.tax_credit)
        return np.asarray(-kept * self.contribution_rate * np.maximum(0.0, yearly_profit(model)))

    def on_year_end(self, model: Any) -> None:
        """Collect contributions and the match, and pay everything out."""
        firms, ledger, at = model.firms, model.ledger, model.ledger.at
        gives = self.members(model) & firms.living
        paid = np.floor(self.contribution_rate * np.maximum(firms.year_profit, 0) * gives)
        paid = np.clip(paid, 0, np.maximum(ledger.deposits, 0)).astype(np.int64)
        total = int(paid.sum())
        ledger.pay(ledger.every_firm, at.fund, paid, f"{self.name}: contributions")
        model.earn(None, -paid)
        firms.transfers -= paid
        model.tax_credits += np.rint(self.tax_credit * paid).astype(np.int64)
        match = int(self.government_match * total)
        model.fund_government(match)
        ledger.pay(at.government, at.fund, [match], f"{self.name}: government match")
        partner, other = self._weights(model, gives)
        held = int(ledger.balance[at.fund])  # with what found no taker in earlier years
        share = self.non_partner_share if partner.any() else 1.0
        outside = int(share * held) if other.any() else 0
        for pool, weight in ((held - outside, partner), (outside, other)):
            part = largest_remainder(pool, weight)
            rows = np.flatnonzero(part)
            model.grant_equipment(at.fund, rows, part[rows], f"{self.name}: grants")

    def _weights(self, model: Any, gives: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Weights of partners (deliveries to contributors) and of other SMEs (workers)."""
        firms, links, network = model.firms, model.links, model.network
        small = firms.living & model.entitled()
        delivered = network.sum_by_supplier(np.where(gives[links.buyer], links.year_deliveries, 0))
        partner = np.where(small, delivered, 0.0)
        return partner, np.where(small & (partner == 0), firms.workers, 0.0)
