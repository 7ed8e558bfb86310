"""Share the cost of reaching a required ESG score with small suppliers (공급망 ESG·탄소 지원).

Source: one of the founding cases, win-win innovation of supply chains; no size is published, so that
shares and cap are those of the win-win smart factories (evidence rows 141, 142). Screening itself
(``[screening]``) is an event of the world that is the same with and without this policy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS
from sim.core.params import param
from sim.economy.kinds import NOBODY, Kind
from sim.policies.voluntary import Mask, Real, Rows, Voluntary, main_customer
from sim.rules.screening import retrofit_cost

Array = NDArray[Any]
Won = NDArray[np.int64]


class EsgSupport(Voluntary):
    """Members and the government pay parts of what small suppliers spend on a required ESG score.

    ``where`` names the firms that may help.
    """

    title = "ESG and carbon chain support"
    korean = "공급망 ESG·탄소 지원"
    acts_on = "small suppliers' cost of reaching a required ESG score"
    paid_by = "government, lead firms and suppliers, 30/30/40 up to a cap"
    received_by = "small suppliers that retrofit"
    channel = "technology"

    offered: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of members' small suppliers that are offered help",
        source="scenario assumption, 0.07 to 1: 7.3 % of exporters had advice on ESG in 2022 (row 203)",
    )
    government_share: float = param(
        0.3,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of the cost that the government pays",
        source="row 141, at most 30 % of a win-win smart factory",
    )
    lead_share: float = param(
        0.3,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of the cost that the lead firm pays",
        source="row 141, at least 30 % of a win-win smart factory",
    )
    cap: float = param(
        240e6,
        ge=0,
        unit="KRW",
        doc="most the government pays one supplier",
        source="row 142, 240 m won for the highest level of a smart factory",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may help."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def lead_firms(self, model: Any, leads: Mask) -> Rows:
        """Return (n_firms,) which of some firms buys most from each supplier offered help; or nobody."""
        firms = model.firms
        small = firms.living & model.entitled()
        chosen = model.firm_draw(Decision.ESG_OFFER) < self.offered
        return main_customer(model, leads, small & chosen & (firms.esg < model.parameters["screening"].level))

    def support(self, model: Any) -> tuple[Won, Won]:
        """Return (n_firms,) won that the government and the lead firm would pay for each retrofit."""
        firms, weight = model.firms, model.parameters["screening"]
        cost = np.rint(retrofit_cost(firms.esg, weight.level, MONTHS * firms.sales, weight))
        government = np.floor(np.minimum(self.government_share * cost, self.cap))
        return government.astype(np.int64), np.floor(self.lead_share * cost).astype(np.int64)

    def helped(self, model: Any) -> Rows:
        """Return (n_firms,) the lead firm that helps each; nobody where its cash would not do for all."""
        lead = self.lead_firms(model, self.members(model))
        promised = np.where(lead != NOBODY, self.support(model)[1], 0)
        means = np.maximum(model.ledger.deposits, 0)
        able = np.bincount(np.maximum(lead, 0), promised, model.firms.rows) <= means
        return np.where((lead != NOBODY) & able[lead], lead, NOBODY)

    def expected_gain(self, model: Any) -> Real:
        """Return minus what it costs after tax if all who are offered help take it within the year."""
        lead = self.lead_firms(model, self.may_join(model))
        cost = np.where(lead != NOBODY, self.support(model)[1], 0)
        paid = np.bincount(np.maximum(lead, 0), cost, model.firms.rows)
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * paid)

    def adjust_retrofit_cost(self, model: Any, cost: Array) -> Array:
        """Take what others pay off the cost."""
        government, lead = self.support(model)
        return np.where(self.helped(model) != NOBODY, np.maximum(0.0, cost - government - lead), cost)

    def on_retrofit(self, model: Any, rows: Rows, cost: Array) -> None:
        """Pay the shares of government and lead firms."""
        lead = self.helped(model)[rows]
        rows, lead = rows[lead != NOBODY], lead[lead != NOBODY]
        public, private = (won[rows] for won in self.support(model))
        model.share_equipment(rows, lead, public, private, self.name)
