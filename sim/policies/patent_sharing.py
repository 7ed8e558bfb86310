"""Let suppliers use large firms' patents for free, on an open technology platform (기술나눔).

Source: from 2013 to 2023 36 givers handed 3,367 patents to 1,676 firms, two each (evidence rows 183-184);
of opened patents 16 % found a user (row 185). No licence was paid before, so one forgone moves no money:
it only counts when a giver chooses. What a user learns is not known; sales from transferred patents were 59.2
bn won in all (row 186), an upper bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import Kind
from sim.policies.voluntary import Mask, Real, Voluntary
from sim.rules.smart_factory import absorption

Array = NDArray[Any]
LinkMask = NDArray[np.bool_]


class PatentSharing(Voluntary):
    """Members open their patents to small suppliers; those who use them learn more of the members' lead.

    ``where`` names the firms that may give.
    """

    title = "Patent sharing and technology platform"
    korean = "기술나눔"
    acts_on = "what small suppliers learn from their buyers"
    paid_by = "givers: their people's work, licences forgone"
    received_by = "small suppliers that take patents up and can absorb them"
    channel = "technology"

    transfer: float = param(
        0.0,
        ge=0,
        le=2,
        unit="1/year",
        doc="part of the distance to the giver's knowledge that a user of its patents closes in a year",
        source="scenario assumption, 0.02 to 0.2: usual spillover is 0.05",
    )
    platform: float = param(
        0.0,
        ge=0,
        le=2,
        unit="1/year",
        doc="part of that distance that every small supplier closes through the open platform",
        source="scenario assumption, 0 to 0.05",
    )
    offered: float = param(
        0.07,
        ge=0,
        le=1,
        unit="1",
        doc="part of small suppliers to whom a customer offers patents that might suit them",
        source="scenario assumption, 0.02 to 1: with the uptake 1.1 % of conglomerates' small suppliers use "
        "patents, as many as 1,676 users in ten years (row 183)",
    )
    uptake: float = param(
        0.16,
        ge=0,
        le=1,
        unit="1",
        doc="part of offers that are taken up",
        source="row 185, 16 % of opened patents were used",
    )
    absorption: float = param(
        2.0,
        ge=0,
        le=8,
        unit="1",
        doc="how learning falls with the user's knowledge below its sector's mean (elasticity)",
        source="scenario assumption, 0 to 4, as in smart factories (Cohen and Levinthal 1990)",
    )
    administration: float = param(
        10e6,
        ge=0,
        unit="KRW/year",
        doc="the giver's work for one user: choosing, transferring and maintaining patents",
        source="scenario assumption, 2e6 to 50e6: two patents each (row 183)",
    )
    forgone_licence: float = param(
        10e6,
        ge=0,
        unit="KRW/year",
        doc="fee a giver could have asked of one user; it only counts when givers choose",
        source="scenario assumption, 0 to 50e6",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may give."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def reached(self, model: Any, givers: Mask) -> LinkMask:
        """Return (n_links,) on which a small firm delivers to one of some firms."""
        firms, network = model.firms, model.network
        small = model.entitled() & firms.living
        return np.asarray(network.served & givers[model.links.buyer] & small[network.supplier])

    def users(self, model: Any, givers: Mask) -> LinkMask:
        """Return (n_links,) whose supplier uses its customer's patents; a larger part only adds users."""
        drawn = model.pair_draw(Decision.PATENT_USE)
        return np.asarray(
            self.reached(model, givers) & (drawn < self.offered * self.uptake) & (self.transfer > 0)
        )

    def work(self, model: Any, givers: Mask) -> Real:
        """Return (n_firms,) number of users each giver has."""
        return np.bincount(model.links.buyer, self.users(model, givers), model.firms.rows)

    def expected_gain(self, model: Any) -> Real:
        """Return minus a year's work after tax, and the licences forgone."""
        kept = 1 - model.parameters["government"].corporate_tax
        cost = self.administration * model.price_trend + self.forgone_licence
        return np.asarray(-kept * cost * self.work(model, self.may_join(model)))

    def adjust_spillover(self, model: Any, spillover: Array) -> Array:
        """Add what users and the platform's readers learn, as far as they can absorb it."""
        firms, links, supplier = model.firms, model.links, model.network.supplier
        members = self.members(model)
        rate = self.transfer * self.users(model, members) + self.platform * self.reached(model, members)
        lead = np.maximum(0.0, np.log(firms.knowledge[links.buyer] / firms.knowledge[supplier]))
        able = absorption(firms.knowledge, model.sector_mean(firms.knowledge), self.absorption)[supplier]
        return np.asarray(spillover + QUARTER / MONTHS * rate * able * lead)

    def on_quarter_end(self, model: Any) -> None:
        """Pay the givers' people who work for users, as far as cash reaches."""
        super().on_quarter_end(model)
        each = self.administration * QUARTER / MONTHS * model.price_trend
        pay = np.rint(each * self.work(model, self.members(model))).astype(np.int64)
        pay = np.minimum(pay, np.maximum(model.ledger.deposits, 0))
        rows = np.flatnonzero(pay)
        model.pay_staff(rows, pay[rows], f"{self.name}: administration")
