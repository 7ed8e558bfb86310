"""The studies, on the smallest economies: they give what the card asks for, and nothing from nothing."""

from __future__ import annotations

import math

import pytest

from sim.population.published import published
from sim.reproduce import card, levers, mechanisms, plan, structure
from sim.reproduce.ensemble import OVER, UNDER
from sim.scenario import Scenario

TINY = plan.Sizes(firms=200, seeds=1, pair_firms=200, pair_seeds=1, history_firms=200, networks=1, events=1)
STUDIES = {study.name: study for study in plan.studies(TINY, [1], [1])}
BY_GROUP = {"mechanisms": "pass_through", "levers": "levers", "spillover": "spillover"}


@pytest.fixture(scope="module")
def baseline() -> structure.Watch:
    from sim.model import Ecosystem

    watch = structure.Watch(Ecosystem(Scenario.load("baseline").replacing("economy.firms", 200), 1))
    for _ in range(60):
        watch.model.step()
        watch.add()
    return watch


def test_the_running_economy_is_measured_by_the_names_of_the_card(baseline):
    found = baseline.measured()
    names = {*published()["name"], *published()["moment"]}
    assert {name.removeprefix(structure.PREFIX) for name in found} <= names
    shares = [found[f"{structure.PREFIX}sales_share_{size}"] for size in structure.CLASSES]
    assert sum(shares) == pytest.approx(100)


def test_entries_and_exits_account_for_the_firms_there_are(baseline):
    living = baseline.model.firms.living
    entered, left = (int((when < baseline.months).sum()) for when in (baseline.born, baseline.died))
    assert entered - left == int(living.sum())  # firms of month zero entered in month -1
    assert ((baseline.died == structure.NEVER) & (baseline.born < structure.NEVER) == living).all()


def test_sales_of_a_year_are_those_of_the_books(baseline):
    firms = baseline.model.firms
    last = baseline.years[-1]["sales"]
    whole = (baseline.born <= baseline.months - 12) & firms.living
    assert last[whole].tolist() == firms.year_sales_past[whole].tolist()


def test_nothing_dearer_is_passed_on_by_nobody():
    scenario = Scenario.load("baseline").replacing("economy.firms", 200, "run.start", "2017-01")
    calm = mechanisms.ends(scenario, 1, 0.0)
    assert mechanisms.mean_rise(calm, mechanisms.ends(scenario, 1, 0.0)) == 0


def test_a_lever_that_nobody_pulls_does_nothing():
    scenario = STUDIES["levers"].scenario.replacing("economy.firms", 200)
    calm = levers.followed(scenario, 1)
    assert levers.smart(calm, calm) == {}
    found = levers.payment(calm, calm) | levers.finance(calm, calm) | levers.sharing(calm, calm)
    assert all(value == 0 for name, value in found.items() if name.endswith(OVER))
    assert found[f"payroll_per_accelerated_won{UNDER}"] > 0
    screened = levers.screening(calm, calm)
    assert all(value == 0 or math.isnan(value) for value in screened.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_GROUP)
def test_a_study_gives_all_that_the_card_asks_of_it(name):
    study = STUDIES[name]
    found = {key.removesuffix(OVER) for key in study.measure(study.scenario, 1) if not key.endswith(UNDER)}
    asked = {key for key in card.GROUPS[BY_GROUP[name]][1] if not key.startswith("panel_")}
    assert asked <= found
