"""Help suppliers switch to the parts of new products (미래차 전환 지원): share the cost, tell them early.

Source: one of the founding cases (future vehicles); no published size, so all doses are assumptions. The move
itself (``[transition]``) is an event of the world that is the same with and without this policy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import NOBODY, Kind
from sim.policies.lead_firms import tie
from sim.policies.voluntary import Mask, Real, Rows, Voluntary, main_customer

Array = NDArray[Any]
Won = NDArray[np.int64]


class PartnerTransition(Voluntary):
    """Members in the sector that moves to new parts pay a part of their suppliers' switch and give notice.

    ``where`` names the firms that may help.
    """

    title = "Partner transition"
    korean = "협력사 미래차 전환 지원"
    acts_on = "cost and time of suppliers' switch to new parts"
    paid_by = "prime contractors of the sector and government"
    received_by = "small suppliers that switch"
    channel = "technology"

    lead_share: float = param(
        0.0,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of the cost of switching that the lead firm pays",
        source="scenario assumption, 0.1 to 0.4",
    )
    government_share: float = param(
        0.0,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of the cost of switching that the government pays",
        source="scenario assumption, 0 to 0.4",
    )
    notice: float = param(
        0.0,
        ge=0,
        le=4,
        unit="1/year",
        doc="further yearly chance that a supplier considers switching, also before the need begins",
        source="scenario assumption, 0.2 to 2",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates of the sector may help."""
        firms = model.firms
        return np.asarray(super().may_join(model) & (firms.kind == Kind.CONGLOMERATE) & model.in_transition())

    def lead_firms(self, model: Any, leads: Mask) -> Rows:
        """Return (n_firms,) which of some firms buys most from each small supplier that has not switched."""
        firms = model.firms
        small = firms.living & model.entitled() & (firms.new_parts_from == NOBODY)
        return main_customer(model, leads, small)

    def support(self, model: Any) -> tuple[Won, Won]:
        """Return (n_firms,) won that the government and the lead firm would pay for each switch."""
        cost = np.rint(model.parameters["transition"].cost * MONTHS * model.sold_to_transition())
        parts = (np.floor(part * cost) for part in (self.government_share, self.lead_share))
        government, lead = (part.astype(np.int64) for part in parts)
        return government, lead

    def helped(self, model: Any) -> Rows:
        """Return (n_firms,) the lead firm that helps each; nobody where its cash would not do for all."""
        lead = self.lead_firms(model, self.members(model))
        promised = np.where(lead != NOBODY, self.support(model)[1], 0)
        means = np.maximum(model.ledger.deposits, 0)
        able = np.bincount(np.maximum(lead, 0), promised, model.firms.rows) <= means
        return np.where((lead != NOBODY) & able[lead], lead, NOBODY)

    def expected_gain(self, model: Any) -> Real:
        """Return minus a year's help to suppliers that consider switching, after tax."""
        lead = self.lead_firms(model, self.may_join(model))
        rate = min(1.0, model.parameters["transition"].notice + self.notice)
        cost = rate * np.where(lead != NOBODY, self.support(model)[1], 0)
        paid = np.bincount(np.maximum(lead, 0), cost, model.firms.rows)
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * paid)

    def adjust_switching(self, model: Any, probability: Array) -> Array:
        """Let suppliers who are told consider it earlier and more often."""
        told = self.lead_firms(model, self.members(model)) != NOBODY
        return np.where(told, probability + self.notice * QUARTER / MONTHS, probability)

    def adjust_switching_cost(self, model: Any, cost: Array) -> Array:
        """Take what others pay off the cost."""
        government, lead = self.support(model)
        return np.where(self.helped(model) != NOBODY, np.maximum(0.0, cost - government - lead), cost)

    def on_switching(self, model: Any, rows: Rows, cost: Array) -> None:
        """Pay the shares of government and lead firms."""
        lead = self.helped(model)[rows]
        rows, lead = rows[lead != NOBODY], lead[lead != NOBODY]
        public, private = (won[rows] for won in self.support(model))
        model.share_equipment(rows, lead, public, private, self.name)
        tie(model, rows, lead, private)
