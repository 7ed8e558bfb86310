"""Support smart factories of suppliers with public and lead-firm money and mentors (상생형 스마트공장).

Source: win-win type of the smart-factory programme: government, lead firm and adopter pay 30, 30 and 40 %
of a project, the government up to a cap for each level; for small firms both pay at most 10 million won
(evidence rows 141-143, 225); mentors are the lead firm's people (row 145).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import NOBODY, Kind, Size
from sim.policies.lead_firms import tie
from sim.policies.voluntary import Mask, Real, Rows, Voluntary, main_customer
from sim.rules.smart_factory import LEVELS, level_cost

Array = NDArray[Any]
Won = NDArray[np.int64]


class SmartFactory(Voluntary):
    """Suppliers of lead firms are offered a project: part of its cost is paid, and mentors come.

    ``where`` names the firms that may take part as lead firms, by paying.
    """

    title = "Smart factories with mentors"
    korean = "상생형 스마트공장"
    acts_on = "cost and chance of the next smart-factory level"
    paid_by = "government, lead firms and adopters, 30/30/40 up to caps; lead firms for mentors"
    received_by = "SMEs that adopt"
    channel = "technology"

    projects: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1/year",
        doc="part of lead firms' small and medium-sized suppliers that are offered a project in a year",
        source="rows 137 and 138: 1,300 projects of the win-win type in 2022 among 72,000 SMEs, 0.018",
    )
    government_share: float = param(
        0.3,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of a project's cost that the government pays",
        source="row 141, at most 30 %",
    )
    lead_share: float = param(
        0.3,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of a project's cost that the lead firm pays",
        source="row 141, at least 30 %",
    )
    basic_cap: float = param(
        42e6,
        ge=0,
        unit="KRW",
        doc="most the government pays for a first level",
        source="row 142, 42 m won",
    )
    middle_cap: float = param(
        120e6,
        ge=0,
        unit="KRW",
        doc="most the government pays for a second level",
        source="row 142, 120 m won",
    )
    high_cap: float = param(
        240e6,
        ge=0,
        unit="KRW",
        doc="most the government pays for a third or fourth level",
        source="row 142, 240 m won",
    )
    small_grant: float = param(
        10e6,
        ge=0,
        unit="KRW",
        doc="most that government and lead firm each pay for a project of a micro firm",
        source="row 143, 10 m won each",
    )
    mentor_months: float = param(
        4.8,
        ge=0,
        le=60,
        unit="month",
        doc="months of work of the lead firm's mentors in a project",
        source="row 145: 3 people for 6 to 8 weeks",
    )
    mentor_effect: float = param(
        0.15,
        ge=0,
        le=1,
        unit="1/month",
        doc="part of what a firm lacks in absorption that a month of mentors' work makes up",
        source="scenario assumption, 0 to 0.3; one in five adopters reports any gain (row 313)",
    )

    # --- who is offered a project ----------------------------------------------------------------
    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may be lead firms."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def lead_firms(self, model: Any, leads: Mask) -> Rows:
        """Return (n_firms,) which of some firms buys most from each small supplier; nobody if none does."""
        firms = model.firms
        small = firms.living & model.entitled() & (firms.smart_level < LEVELS)
        return main_customer(model, leads, small)

    def offers(self, model: Any) -> Rows:
        """Return (n_firms,) the lead firm that offers each a project this quarter; nobody if none does.

        A lead firm whose cash would not do for everything it offers makes no offer.
        """
        firms, lead = model.firms, self.lead_firms(model, self.members(model))
        chance = np.full(firms.rows, self.projects * QUARTER / MONTHS)
        offered = model.draws.falls(
            Decision.SMART_FACTORY_OFFER, model.month, chance, firms.uid, among=lead != NOBODY
        )
        promised = np.where(offered, self.cost_of_lead(model, lead), 0)
        able = np.bincount(np.maximum(lead, 0), promised, firms.rows) <= np.maximum(model.ledger.deposits, 0)
        return np.where(offered & able[lead], lead, NOBODY)

    # --- who pays what ---------------------------------------------------------------------------
    def support(self, model: Any) -> tuple[Won, Won]:
        """Return (n_firms,) won that the government and the lead firm would pay for each next level."""
        firms = model.firms
        cost = level_cost(firms.sales, model.parameters["smart_factory"])
        caps = np.array([self.basic_cap, self.middle_cap, self.high_cap])
        cap = caps[np.minimum(firms.smart_level, caps.size - 1)]
        micro, half = firms.size_class == Size.MICRO, np.minimum(self.small_grant, cost / 2)
        government = np.where(micro, half, np.minimum(self.government_share * cost, cap))
        lead = np.where(micro, half, self.lead_share * cost)
        return np.floor(government).astype(np.int64), np.floor(lead).astype(np.int64)

    def mentors_pay(self, model: Any, lead: Rows) -> Won:
        """Return won of pay of the mentors whom lead firms send to one project each."""
        return np.asarray(np.rint(self.mentor_months * model.firms.wage[lead]), dtype=np.int64)

    def cost_of_lead(self, model: Any, lead: Rows) -> Won:
        """Return (n_firms,) won that a project of each firm costs its lead firm."""
        return np.asarray(self.support(model)[1] + self.mentors_pay(model, lead))

    def expected_gain(self, model: Any) -> Real:
        """Return minus what a year's offers cost a lead firm if all are taken, less the tax saved."""
        lead = self.lead_firms(model, self.may_join(model))
        cost = np.where(lead != NOBODY, self.cost_of_lead(model, lead), 0)
        paid = self.projects * np.bincount(np.maximum(lead, 0), cost, model.firms.rows)
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * paid)

    # --- hooks -----------------------------------------------------------------------------------
    def adjust_adoption(self, model: Any, probability: Array) -> Array:
        """Let those who are offered a project consider it."""
        return np.where(self.offers(model) != NOBODY, 1.0, probability)

    def adjust_absorption(self, model: Any, absorption: Array) -> Array:
        """Let mentors make up a part of what those with a project lack."""
        lacking = (1 - absorption) * np.exp(-self.mentor_effect * self.mentor_months)
        return np.where(self.offers(model) != NOBODY, 1 - lacking, absorption)

    def adjust_adoption_cost(self, model: Any, cost: Array) -> Array:
        """Take what others pay off the cost."""
        government, lead = self.support(model)
        own = np.maximum(0.0, cost - government - lead)
        return np.where(self.offers(model) != NOBODY, own, cost)

    def on_adoption(self, model: Any, rows: Rows, cost: Array) -> None:
        """Pay the shares of government and lead firms, and the mentors."""
        lead = self.offers(model)[rows]
        rows, lead = rows[lead != NOBODY], lead[lead != NOBODY]
        public, private = (won[rows] for won in self.support(model))
        model.share_equipment(rows, lead, public, private, self.name)
        tie(model, rows, lead, private)
        model.pay_staff(lead, self.mentors_pay(model, lead), f"{self.name}: mentors")
