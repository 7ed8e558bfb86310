"""Elasticities by tier, worked by hand, and on a small economy."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.core.errors import InputError
from sim.experiments.trickle import TIERS, elasticities, follow_tiers, page, trickle
from sim.metrics.economy import value_added
from sim.model import Ecosystem
from sim.scenario import Scenario


def sums(sales, added):
    """Return sums of two tiers in one year."""
    index = pd.MultiIndex.from_tuples([("0", 2018), ("1", 2018)], names=["tier", "year"])
    return pd.DataFrame({"sales": [sales, 50.0], "value_added": added}, index=index)


def test_an_elasticity_is_a_ratio_of_changes_of_logs():
    calm = sums(100.0, [30.0, 20.0])
    pairs = [
        (sums(100 * np.exp(-0.1), [30 * np.exp(-0.2), 20 * np.exp(-part)]), calm) for part in (0.03, 0.05)
    ]
    table = elasticities(pairs)
    assert table.loc[("0", 2018), "elasticity"] == pytest.approx(2.0)
    assert table.loc[("1", 2018), "elasticity"] == pytest.approx(0.4)  # 0.3 and 0.5
    half = 12.706 * np.std([0.3, 0.5], ddof=1) / np.sqrt(2)
    assert table.loc[("1", 2018), "high"] == pytest.approx(0.4 + half, rel=1e-4)
    assert table.loc[("1", 2018), "sales"] == pytest.approx(-0.1)


def test_no_ratio_is_taken_over_next_to_nothing_or_of_a_loss():
    calm = sums(100.0, [30.0, 20.0])
    assert np.isnan(elasticities([(sums(100.01, [30.0, 21.0]), calm)]).loc[("1", 2018), "elasticity"])
    table = elasticities([(sums(90.0, [30.0, -1.0]), calm)])
    assert np.isnan(table.loc[("1", 2018), "elasticity"]) and table.loc[("1", 2018), "n"] == 0


@pytest.fixture(scope="module")
def struck():
    start = {"shock.conglomerates.start": "2016-03", "run.months": 12, "economy.firms": 200, "run.seeds": 2}
    return Scenario.load("shocks/large_exports").replacing(*(part for pair in start.items() for part in pair))


def test_tiers_hold_all_firms_and_months_count_from_the_shock_on(struck):
    model, total = Ecosystem(struck, 1), 0
    for month in range(12):
        model.step()
        total += int(value_added(model).sum()) * (month >= 2)
    whole = follow_tiers(struck, 1, since=2016 * 12 + 2).metrics["value_added"].sum()
    assert whole == pytest.approx(total, rel=5e-3)  # but for entrants, who are in no tier when it strikes


def test_a_slump_of_conglomerates_lowers_their_sales_and_reaches_the_first_tier(struck):
    table = trickle(struck)
    assert table.loc[("0", 2016), "sales"] < -0.005
    assert table.loc[("1", 2016), "value_added"] < 0
    assert set(table.index.get_level_values("tier")) == set(TIERS)
    assert "tier 3 and below" in page(table, 2) and "2016" in page(table, 2)


def test_a_scenario_without_a_shock_is_refused():
    with pytest.raises(InputError, match="baseline has no shock"):
        trickle("baseline", seeds=1)


def test_the_command_prints_a_table_or_json():
    call = ["trickle", "-s", "1", "--firms", "200", "--months", "26"]
    said = CliRunner().invoke(app, call)
    assert said.exit_code == 0 and "tier 2" in said.stdout and "2018" in said.stdout
    rows = json.loads(CliRunner().invoke(app, [*call, "--json"]).stdout)["elasticities"]
    assert {row["tier"] for row in rows} == set(TIERS) and rows[0]["year"] == 2018
