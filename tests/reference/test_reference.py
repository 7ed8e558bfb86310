"""The fast engine does what the slow one does: one firm, one link, one debt at a time.

Both start from the same opening economy and then live side by side; the slow economy is never
corrected in between. After every month all columns, accounts, debts and counts of events are
compared: whole numbers must be equal, real numbers equal to one part in a billion. Sums are taken
in another order and powers by another library here, so the last bits of real numbers differ; a
whole number could differ by one where such a bit decides on which side of a half an amount lies.
With amounts far below 2**53 won that is rare; where it is met, other values of the test avoid it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from sim.model import Ecosystem
from sim.scenario import Scenario

from .comparing import Comparison
from .month import live_a_month
from .state import SlowEconomy

MONTHS = 26  # eight quarters, two Decembers and what follows from them


def small_korea(changes: dict[str, Any]) -> Ecosystem:
    """Return the baseline with two hundred firms and a few other values."""
    pairs = [part for pair in changes.items() for part in pair]
    scenario = Scenario.load("baseline").replacing("economy.firms", 200, "record.metrics", ["gdp"], *pairs)
    return Ecosystem(scenario, seed=1)


def live_side_by_side(model: Ecosystem) -> Counter[str]:
    """Let both engines live, compare them after every month, and count what happened."""
    economy, happened = SlowEconomy(model), Counter[str]()
    for age in range(MONTHS):
        model.step()
        live_a_month(economy)
        comparison = Comparison(economy, model)
        assert not comparison.found, f"month {age}: " + "; ".join(comparison.found[:10])
        happened.update(economy.events)
        happened["debts of ended contracts"] += len(economy.runoff)
    return happened


def test_the_baseline_is_lived_alike():
    model = small_korea({})
    assert model.parameters["demand"].volatility > 0
    happened = live_side_by_side(model)
    assert all(happened[event] for event in ("entries", "new_contracts", "innovations", "grown_up"))


def test_a_crisis_in_which_many_firms_fail_is_lived_alike():
    changes = {
        "demand.volatility": 0.8,
        "credit.working_months": 0.0,
        "credit.debt_ceiling": 0.1,
        "government.debt": 1.0,  # backs the deposits that so little private debt cannot
    }
    model = small_korea(changes)
    model.firms.guaranteed = model.firms.loans // 2
    happened = live_side_by_side(model)
    wound_up = ~model.firms.living & ~model.firms.waiting & (model.firms.closing == 0)
    assert happened["defaults"] > 20 and happened["chain_defaults"] > 0 and wound_up.sum() > 20
    assert not model.firms.guaranteed[wound_up].any() and happened["debts of ended contracts"]


def test_a_jump_of_material_prices_is_lived_alike():
    jump = {"world.material_change": 0.5, "world.material_month": 8, "world.material_duration": 15}
    calm, shaken = small_korea({}), small_korea(jump)
    live_side_by_side(shaken)
    for _ in range(MONTHS):
        calm.step()
    assert shaken.material_shock == 0.0
    assert (shaken.sectors.price_level > 1.02 * calm.sectors.price_level).any()


def test_theft_in_sourcing_smart_factories_and_restraint_are_lived_alike():
    changes = {
        "theft.opportunity": 1.0,
        "theft.surcharge": 1e6,
        "theft.main_share": 0.1,
        "theft.detection": 0.6,
        "smart_factory.adoption": 1.0,
        "matching.in_sourcing": 1.0,
        "lifecycle.size_caution": 0.5,
        "lifecycle.size_limit": 2e9,
        "production.firms_first": True,
    }
    happened = live_side_by_side(small_korea(changes))
    assert happened["thefts"] > happened["thefts_proven"] > 0
    assert happened["in_sourced"] and happened["adoptions"]


def test_suppliers_tied_to_customers_and_payment_in_prices_are_lived_alike():
    model = small_korea({"pricing.payment_in_prices": 0.7, "pricing.review_rate": 1.0})
    links, chance = model.links, np.random.default_rng(3)
    links.tied = np.where(chance.random(links.rows) < 0.5, chance.random(links.rows), 0.0)
    links.sooner = chance.integers(0, 3, links.rows)
    before = links.sooner.sum()
    live_side_by_side(model)
    assert links.sooner.sum() < before and (links.tied > 0).any()


def test_screening_and_retrofits_are_lived_alike():
    changes = {
        "screening.level": 0.5,
        "screening.month": 6,
        "screening.buyers": 0.8,
        "matching.in_sourcing": 0.5,
        "lifecycle.pilot_premium": 0.5,
    }
    happened = live_side_by_side(small_korea(changes))
    assert happened["retrofits"] and happened["screened_out"]


def test_five_shocks_at_once_are_lived_alike():
    electronics = {"sector": ["electronics"]}
    changes = {
        "shock.path": {"kind": "materials", "change": {"2016-04": 0.3, "2016-09": 0.1, "2017-02": -0.1}},
        "shock.boom": {
            "kind": "exports",
            "start": "2016-03",
            "end": "2016-12",
            "change": 0.3,
            "where": electronics,
        },
        "shock.slump": {"kind": "exports", "start": "2016-08", "change": -0.4, "where": {"size": ["large"]}},
        "shock.tightening": {"kind": "interest", "start": "2016-05", "end": "2017-05", "change": 0.04},
        "shock.easing": {"kind": "interest", "start": "2016-10", "change": -0.025},
        "shock.collapse": {"kind": "failure", "start": "2016-06", "rank": 2, "where": {"size": ["large"]}},
        "shock.second": {"kind": "failure", "start": "2017-03", "where": electronics},
        "shock.lockdown": {
            "kind": "capacity",
            "change": {"2016-07": -0.5, "2016-10": -0.2},
            "end": "2017-01",
        },
        "shock.strike": {
            "kind": "capacity",
            "start": "2016-09",
            "end": "2016-11",
            "change": -1.0,
            "where": electronics,
        },
    }
    model = small_korea(changes)
    rows = model.firms.living & (model.firms.size_class == 0)
    second = np.flatnonzero(rows)[np.argsort(-model.firms.year_sales_past[rows])[1]]
    happened = live_side_by_side(model)
    assert happened["defaults"] >= 2 and not model.firms.living[second]
