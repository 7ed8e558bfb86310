"""Adoption of smart factories (스마트공장)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.economy.kinds import Size
from sim.rules import projects, smart_factory

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


def adopt_smart_factories(model: Ecosystem) -> Real:
    """Let firms that consider the next level adopt it if it pays and they can pay.

    Returns
    -------
    (n_firms,) factors on productivity.
    """
    firms, weight = model.firms, model.parameters["smart_factory"]
    coverage = adopters_among_peers(model)
    chance = smart_factory.adoption_probability(coverage, weight) * QUARTER / MONTHS
    chance = model.policies.adjust("adjust_adoption", model, chance)
    ability = smart_factory.absorption(firms.knowledge, model.sector_mean(firms.knowledge), weight.absorption)
    ability = model.policies.adjust("adjust_absorption", model, ability)
    success = smart_factory.success(ability, coverage)
    cost = smart_factory.level_cost(firms.sales, weight)
    able = firms.living & (firms.size_class >= Size.SME) & (firms.smart_level < smart_factory.LEVELS)
    able &= (firms.sales > 0) & (firms.capital > 0) & is_worth_it(model, weight.gain * success, cost)
    rows = np.flatnonzero(model.draws.falls(Decision.ADOPTION, model.month, chance, firms.uid, among=able))
    model.events["adoptions"] = rows.size
    effect = np.zeros(firms.rows)
    effect[rows] = success[rows]
    if rows.size:
        install(model, rows, cost[rows].astype(np.int64), effect)
    return np.asarray(1 + weight.gain * effect)


def adopters_among_peers(model: Ecosystem) -> Real:
    """(n_firms,) part of the small and medium-sized firms of a firm's sector that have its next level."""
    firms, sectors = model.firms, model.sectors.rows
    small = firms.living & (firms.size_class >= Size.SME)
    reached = np.array(
        [
            np.bincount(firms.sector, small & (firms.smart_level > level), sectors)
            for level in range(smart_factory.LEVELS + 1)
        ]
    )
    peers = np.maximum(np.bincount(firms.sector, small, sectors), 1)
    return np.asarray((reached / peers)[firms.smart_level, firms.sector])


def is_worth_it(model: Ecosystem, gain: Real, cost: Real) -> NDArray[np.bool_]:
    """Whether the pay saved exceeds a level's cost net of support, and the firm has cash or credit for it."""
    firms, weight = model.firms, model.parameters["smart_factory"]
    own_cost = model.policies.adjust("adjust_adoption_cost", model, cost)
    pay = MONTHS * firms.wage * firms.workers * (1 + model.parameters["government"].payroll_tax)
    saved = smart_factory.saving(pay, gain)
    wear = model.parameters["production"].depreciation
    worth = projects.pays_off(saved, cost, own_cost, firms.loan_rate, weight.years, wear)
    return np.asarray(worth & (model.spare_cash() + firms.credit_line >= own_cost))


def install(model: Ecosystem, rows: Rows, cost: NDArray[np.int64], effect: Real) -> None:
    """Order the equipment, better quality, plan with less in store; supporters pay their part.

    ``effect`` is (n_firms,) part of the best effects reached, zero for all but ``rows``. Inputs of the
    month in which they arrive are needed whatever the plan, so only what exceeds a month's use falls.
    """
    firms, groups, weight = model.firms, model.groups, model.parameters["smart_factory"]
    model.policies.call("on_adoption", model, rows, cost)
    model.retool(rows, cost)
    firms.smart_level[rows] += 1
    firms.smart_spent[rows] += cost
    firms.quality *= 1 + weight.quality * effect
    less = weight.stock * effect
    firms.stock_months *= 1 - less
    groups.target_months -= less[groups.buyer] * np.maximum(groups.target_months - 1, 0)
