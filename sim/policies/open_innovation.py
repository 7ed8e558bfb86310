"""Let large firms give startups pilot orders, with public seed money (오픈이노베이션).

Source: large firms post tasks, startups apply, some are selected: 30 of 131 in 2026 (evidence row 189);
grants of at most 50 million won each in 2024 and 140 million in 2026 (row 187).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.graph import least
from sim.core.months import MONTHS
from sim.core.params import param
from sim.economy.kinds import Kind
from sim.policies.voluntary import Mask, Real, Rows, Voluntary
from sim.rules.lifecycle import founders_equity

Array = NDArray[Any]
Won = NDArray[np.int64]


class OpenInnovation(Voluntary):
    """Members pay more for pilot orders; selected startups they know get public seed money.

    ``where`` names the firms that may give pilots.
    """

    title = "Open innovation and startup nurturing"
    korean = "오픈이노베이션"
    acts_on = "first contracts and equity of entrants"
    paid_by = "conglomerates in prices of pilot orders; government in seed money"
    received_by = "startups that conglomerates know; founders"
    channel = "entry"

    pilot_premium: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="price members pay in pilot orders over the list price, less one, until a review changes it",
        source="scenario assumption, 0.05 to 0.2",
    )
    seed: float = param(
        0.0,
        ge=0,
        le=10e9,
        unit="KRW",
        doc="most the government gives a selected startup when it begins",
        source="row 187, 50 to 140 m won",
    )
    selected: float = param(
        0.23,
        ge=0,
        le=1,
        unit="1",
        doc="part of the potential firms known to members that are selected for seed money",
        source="row 189, 30 of 131 in 2026",
    )
    largest_part: float = param(
        0.7,
        ge=0,
        le=0.9,
        unit="1",
        doc="seed money over the equity a startup needs, at most",
        source="scenario assumption, 0.5 to 0.9",
    )
    displaced: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of seed money by which founders put up less; the rest makes the startup stronger",
        source="scenario assumption, 0 to 1",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which conglomerates may give pilots."""
        return np.asarray(super().may_join(model) & (model.firms.kind == Kind.CONGLOMERATE))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the premium on what members buy from startups in a year, after tax."""
        firms, network = model.firms, model.network
        pilots = network.served & (firms.kind[network.supplier] == Kind.STARTUP)
        more = self.pilot_premium / (1 + self.pilot_premium)
        dearer = more * MONTHS * network.sum_by_buyer(np.where(pilots, model.invoice, 0))
        return np.asarray(-(1 - model.parameters["government"].corporate_tax) * dearer)

    def chosen(self, model: Any, rows: Rows) -> Mask:
        """Return (rows,) which potential firms a member knows and the programme selects."""
        group, place = model.network.groups_that_list(rows)
        known = np.bincount(place, self.members(model)[model.groups.buyer[group]], rows.size) > 0
        drawn = model.draws.uniform(Decision.SEED_SELECTION, 0, model.firms.uid[rows])
        return np.asarray(known & (drawn < self.selected))

    def grant(self, model: Any, equity: Array, rows: Rows) -> Won:
        """Return (rows,) won of seed money for entrants that need some equity."""
        most = np.minimum(self.seed, self.largest_part * equity)
        return np.floor(most * self.chosen(model, rows)).astype(np.int64)

    def pilots(self, model: Any, rows: Rows) -> Real:
        """Return (rows,) part of planned output that members who know a potential firm could order from it.

        A member's pilot is the smallest contract of an input group, as everybody's.
        """
        firms, network = model.firms, model.network
        group, place = network.groups_that_list(rows)
        mine = self.members(model)[model.groups.buyer[group]]
        group, place = group[mine], place[mine]
        listed, owner = network.links_of_groups(group)
        link = listed[least(owner, model.links.share[listed])]
        flow = network.flow(firms.planned_output, link)
        planned = firms.entry_output[rows]
        flow = np.where(flow <= planned[place], flow, 0.0)
        part = np.bincount(place, flow, rows.size) / np.maximum(planned, 1e-9)
        return np.asarray(np.minimum(1.0, part))

    def adjust_entry(self, model: Any, margin: Array, rows: Rows) -> Array:
        """Let founders expect the premium on pilots, and a higher return where they put up less."""
        firms, weight = model.firms, model.parameters["lifecycle"]
        demand = firms.entry_output[rows]
        capital = demand / (model.parameters["production"].normal_use * firms.capital_productivity[rows])
        value = capital * model.investment_price
        equity = founders_equity(demand, value, firms.unit_cost[rows], weight)
        less = self.displaced * self.grant(model, equity, rows) / np.maximum(equity, 1.0)
        return np.asarray((margin + self.pilot_premium * self.pilots(model, rows)) / (1 - less))

    def adjust_pilot_price(self, model: Any, price: Array, rows: Rows) -> Array:
        """Let members pay more."""
        return np.asarray(price * (1 + self.pilot_premium * self.members(model)[model.links.buyer[rows]]))

    def adjust_equity(self, model: Any, equity: Array, rows: Rows) -> Array:
        """Take what seed money displaces off what households put up."""
        less = np.floor(self.displaced * self.grant(model, equity, rows)).astype(np.int64)
        return np.asarray(equity - less)

    def on_entry(self, model: Any, rows: Rows, equity: Array) -> None:
        """Pay the seed money."""
        firms, ledger = model.firms, model.ledger
        won = self.grant(model, equity, rows)
        model.fund_government(int(won.sum()))
        ledger.pay(ledger.at.government, ledger.firm(rows), won, f"{self.name}: seed money")
        np.add.at(firms.transfers, rows, won)
