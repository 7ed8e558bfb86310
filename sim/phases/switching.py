"""A sector's move to new parts: orders follow those who can make them, suppliers switch where it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.economy.kinds import NOBODY
from sim.rules import projects, transition

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]


def move_to_new_parts(model: Ecosystem) -> None:
    """Let orders of the sector for new parts go to those who make them; what nobody makes is imported."""
    model.new_parts = np.zeros(model.groups.rows)
    new = transition.new_share(model.month - model.start, model.parameters["transition"])
    if new == 0:
        return
    groups, links, network = model.groups, model.links, model.network
    concerned = model.in_transition()[groups.buyer]
    concerned &= groups.sector == model.firms.sector[groups.buyer]
    part = np.where(concerned, new, 0.0)
    ready = (model.firms.new_parts_from != NOBODY) & (model.firms.new_parts_from <= model.month)
    able = network.served & ready[network.supplier]
    sum_able = network.sum_by_group(links.share * able)
    model.new_parts = np.where(sum_able > 0, 0.0, part * model.wanted)
    asked = transition.orders(links.share, able, sum_able[links.group], part[links.group])
    links.order = asked * model.wanted[links.group] * network.served


def switch_products(model: Ecosystem) -> None:
    """Let suppliers of the sector that consider it switch if that pays and they can pay."""
    firms, weight = model.firms, model.parameters["transition"]
    model.events["switches"] = 0
    if weight.share == 0:
        return
    exposed = MONTHS * model.sold_to_transition()
    begun = model.month - model.start >= weight.month
    chance = np.full(firms.rows, weight.notice * QUARTER / MONTHS if begun else 0.0)
    chance = model.policies.adjust("adjust_switching", model, chance)
    cost = np.rint(weight.cost * exposed)
    own = model.policies.adjust("adjust_switching_cost", model, cost)
    margin = np.maximum(0.0, 1 - firms.unit_cost / np.maximum(firms.price, 1e-9))
    wear = model.parameters["production"].depreciation
    pays = projects.pays_off(weight.share * margin * exposed, cost, own, firms.loan_rate, weight.years, wear)
    able = firms.living & (firms.new_parts_from == NOBODY) & (exposed > 0) & (firms.capital > 0)
    able &= pays & (model.spare_cash() + firms.credit_line >= own)
    rows = np.flatnonzero(model.draws.falls(Decision.SWITCHING, model.month, chance, firms.uid, among=able))
    model.events["switches"] = rows.size
    if rows.size:
        won = cost[rows].astype(np.int64)
        model.policies.call("on_switching", model, rows, won)
        model.retool(rows, won)
        firms.new_parts_from[rows] = model.month + weight.lead
