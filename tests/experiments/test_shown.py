"""What figures are drawn from: fans, convergence, Lorenz curves, surfaces, tables of the opening economy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.experiments.effects import Effect
from sim.experiments.lorenz import curves
from sim.experiments.opening import OpeningTables, tail_of
from sim.experiments.spread import convergence, fan
from sim.experiments.surface import surface
from sim.metrics.inequality import gini
from sim.scenario import Scenario

MONTHS = [f"2018-{month:02d}" for month in range(1, 13)] + [f"2019-{month:02d}" for month in range(1, 13)]


@pytest.fixture
def effect():
    """Five seeds; the regime adds the seed's number to a level of ten times it."""
    runs = {}
    for seed in range(1, 6):
        for name, added in (("base", 0.0), ("regime", float(seed))):
            runs[name, seed] = pd.DataFrame({"gdp": np.full(24, 10.0 * seed + added)}, index=MONTHS)
    return Effect("base", ("regime",), runs, since="2018-01")


def test_a_fan_is_the_quantiles_over_seeds(effect):
    table = fan(effect, "gdp", by="year").set_index(["scenario", "period"])
    row = table.loc[("base", "2018")]
    assert row["mean"] == 30.0
    assert [row[name] for name in ("q05", "q25", "q50", "q75", "q95", "n")] == [
        12.0,
        20.0,
        30.0,
        40.0,
        48.0,
        5,
    ]


def test_a_paired_fan_has_the_differences_and_no_baseline(effect):
    table = fan(effect, "gdp", paired=True)
    assert set(table["scenario"]) == {"regime"}
    assert len(table) == 24
    assert (table["mean"] == 3.0).all()
    assert (table["q50"] == 3.0).all()


def test_the_fan_leaves_out_a_seed_that_one_scenario_lacks(effect):
    effect.runs.pop(("regime", 5))
    assert fan(effect, "gdp", by="year").loc[0, "mean"] == 25.0


def test_convergence_adds_seeds_in_order(effect):
    table = convergence(effect, "gdp").set_index("n")
    assert table["difference"].to_dict() == {2: 1.5, 3: 2.0, 4: 2.5, 5: 3.0}
    half = 4.302652729911275 * 1.0 / np.sqrt(3)  # t of two degrees of freedom, times s over the root of n
    assert table.loc[3, "high"] == pytest.approx(2.0 + half)


def test_lorenz_curves_rise_from_nothing_to_all_below_equality_and_agree_with_gini():
    base = Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 12)
    table = curves([base], seeds=1)
    assert (table.iloc[0]["value_added"], table.iloc[-1]["value_added"]) == (0.0, 1.0)
    assert (table["value_added"].diff().dropna() >= 0).all()
    assert (table["value_added"] <= table["firms"] + 1e-12).all()
    area = np.trapezoid(table["value_added"], table["firms"])
    assert 1 - 2 * area == pytest.approx(table["gini"].iloc[0], abs=0.01)
    assert gini([1.0, 1.0]) == 0


def test_a_surface_starts_from_no_dose_and_is_the_sum_of_the_sides():
    scenario = (
        Scenario.load("baseline")
        .replacing("economy.firms", 200, "run.months", 4, "run.start", "2018-01")
        .adding("profit_sharing", start="2018-01", share=0.1, where={"kind": ["conglomerate"]})
        .adding("payment_terms", start="2018-01", max_months=2)
    )
    doses = {"policy.profit_sharing.share": [0.0, 0.2], "policy.payment_terms.max_months": [4, 0]}
    table = surface(scenario, doses, seeds=1)
    assert len(table) == 4
    assert table.iloc[0][["conglomerates gain", "suppliers gain"]].tolist() == [0.0, 0.0]
    assert table["suppliers gain"].abs().max() > 0
    with pytest.raises(InputError, match="1 doses make no surface"):
        surface(scenario, {"policy.profit_sharing.share": [0.0]})


def test_a_tail_is_the_part_that_has_at_least_so_much():
    table = tail_of("customers", np.array([0, 1, 1, 2, 4]))
    assert table["value"].tolist() == [1, 2, 4]
    assert table["part"].tolist() == [1.0, 0.5, 0.25]


def test_a_chain_leads_from_one_conglomerate_down_tier_by_tier():
    found = OpeningTables(Scenario.load("baseline").replacing("economy.firms", 500))
    links = found.chain(60)
    firms = set(links["supplier"]) | set(links["buyer"])
    assert len(firms) <= 60
    assert (links["supplier_tier"] == links["buyer_tier"] + 1).all()
    heads = links.loc[links["buyer_tier"] == 0, "buyer"]
    assert heads.nunique() == 1
    assert set(links.loc[links["buyer_tier"] > 0, "buyer"]) <= set(links["supplier"])
    assert (links["flow"] > 0).all()
