"""Additionality: hand-made logs of projects, and a real pair of runs."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.experiments.additionality import LOG, additionality, of_kind, shares, watch
from sim.model import Ecosystem
from sim.scenario import Scenario


def log(*rows):
    """Return a log of smart factories: uid, month, support."""
    return of_kind(
        pd.DataFrame([(0, uid, month, 10, support) for uid, month, support in rows], columns=LOG), 0
    )


def test_projects_are_made_anyway_by_the_same_month_or_later_or_never():
    here = log((1, 5, 4), (2, 5, 4), (3, 5, 4), (4, 5, 0), (1, 8, 12))
    # There firm 1 adopts once, before; firm 2 later; firm 3 never; and firm 1 never a second level.
    there = log((1, 3, 0), (2, 9, 0), (4, 5, 0))
    found = shares(here, there)
    assert found["subsidised"] == 4
    assert found["anyway_by_then"] == pytest.approx(1 / 4)
    assert found["anyway"] == pytest.approx(2 / 4)
    assert found["support_anyway"] == pytest.approx((4 + 4) / 24)


def test_projects_that_nobody_supports_are_not_counted():
    assert shares(log((1, 5, 0)), log((1, 5, 0))) == {"subsidised": 0.0}


@pytest.fixture(scope="module")
def pair():
    values = {"economy.firms": 200, "run.months": 9, "smart_factory.adoption": 1.0}
    base = Scenario.load("baseline").replacing(*(part for pair in values.items() for part in pair))
    return base, base.adding("smart_factory", start="2016-01", projects=1.0).named("helped")


def test_watching_changes_no_bit_and_finds_every_adoption(pair):
    for scenario in pair:
        model, adoptions = Ecosystem(scenario, 1), 0
        for month in range(9):
            model.step()
            adoptions += model.events["adoptions"] if month % 3 == 2 else 0
        found = watch(scenario, 1).metrics
        assert len(found) == adoptions > 0
        assert (found["support"] > 0).any() == (scenario is pair[1])


def test_some_of_what_is_subsidised_is_made_anyway_where_firms_adopt_by_themselves(pair):
    table = additionality(*pair, seeds=2).loc["smart_factory", "mean"]
    assert 0 < table["anyway_by_then"] <= table["anyway"] < 1 and table["subsidised"] > 5


def test_a_scenario_compared_with_itself_supports_nothing_more(pair):
    table = additionality(pair[1].named("same"), pair[1], seeds=1).loc["smart_factory", "mean"]
    assert table["anyway_by_then"] == table["anyway"] == table["support_anyway"] == 1.0


def test_without_support_there_is_nothing_to_tell(pair):
    assert additionality(pair[0], pair[0].named("same"), seeds=1).empty
