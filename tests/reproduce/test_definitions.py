"""What is measured, on economies small enough to work out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.reproduce import growth, levers, mechanisms, panel, structure
from sim.reproduce.ensemble import OVER, UNDER
from sim.reproduce.levers import Trace
from sim.reproduce.mechanisms import Prices
from sim.reproduce.spread import split, summary


def prices(price, cost=(10.0, 10.0), supplier=(0, 0, 1, 1), unit=None, listed=None):
    """Two small firms, 0 and 1, with two contracts each, in one sector."""
    small = np.array([True, True])
    unit, listed = np.asarray(unit or cost), np.asarray(listed or cost)
    rows = np.array(supplier, dtype=np.int32)
    before = np.array([0, 0, 1, 1], dtype=np.int32)
    cost = np.asarray(cost)
    return Prices(
        np.asarray(price), before, rows, cost, unit, listed, small, ~small, np.zeros(2, dtype=int), {}
    )


def test_pass_through_is_counted_by_supplier_and_averaged_as_the_survey_does():
    calm = prices([20.0, 20.0, 20.0, 20.0])
    struck = prices([20.0, 21.0, 20.2, 30.0], cost=(12.0, 12.0))  # of 2: 0, half, a tenth, five times
    found = mechanisms.pass_through(calm, struck)
    # A quarter of the rise on the mean of one supplier's contracts, more than all on that of the other's.
    assert found["pass_through_none"] == 0
    assert found["pass_through_partly"] == 50
    assert found["pass_through_fully"] == 50
    assert found["pass_through_among_partly"] == pytest.approx(25)
    assert found["pass_through_mean"] == pytest.approx(0.5 * 0.25 + 0.5)  # fully counts as one
    assert [found[f"pass_through_{name}_of_contracts"] for name in ("none", "partly", "fully")] == [
        25,
        50,
        25,
    ]
    assert found["pass_through_among_partly_of_contracts"] == pytest.approx(30)
    assert mechanisms.mean_rise(calm, struck) == pytest.approx(0.2)


def test_contracts_that_did_not_last_or_cost_no_more_are_left_out():
    calm = prices([20.0] * 4)
    moved = prices([20.0, 22.0, 22.0, 22.0], cost=(12.0, 10.05), supplier=(-1, 0, 1, 1))
    found = mechanisms.pass_through(calm, moved)  # firm 1's cost rose by half a per cent only
    assert found["pass_through_fully"] == 100
    assert mechanisms.compared(calm, moved).tolist() == [1, 2, 3]


def test_own_cost_pass_through_is_the_slope_within_sectors():
    calm = prices([1.0] * 4, unit=(1.0, 1.0), listed=(1.0, 1.0))
    struck = prices([1.0] * 4, unit=(1.0, np.e), listed=(np.exp(0.3), np.exp(0.8)))
    found = mechanisms.own_cost(calm, struck)
    assert found["own_cost_small"] == pytest.approx(0.5)
    assert np.isnan(found["own_cost_large"])


def test_growth_counts_firms_that_sold_in_both_years():
    rates, size = growth.growth_rates(np.array([[1.0, 2.0, 0.0], [np.e, 2.0, 5.0]]))
    assert sorted(rates) == pytest.approx([-0.5, 0.5])  # less the median of 1 and 0
    assert sorted(size) == pytest.approx([0.0, np.log(2)])


def test_growth_that_all_large_firms_share_is_not_granular():
    together = np.array([1.0, 1.1, 1.0, 1.2])
    assert np.isnan(growth.granularity(np.stack([together, 3 * together], axis=1), together, many=2))
    one = np.stack([together, np.ones(4), np.zeros(4)], axis=1)  # a firm that sells nothing is left out
    assert growth.granularity(one, together, many=3) == growth.granularity(one[:, :2], together, 2)


def test_the_panel_takes_out_firm_and_year_effects_and_clusters_by_firm():
    rng = np.random.default_rng(3)
    firm, year = (each.ravel() for each in np.indices((300, 6)))
    driver = rng.normal(size=firm.size) + 0.5 * year  # confounded with the year
    noise = rng.normal(size=300)[firm] * (year - 2.5)  # alike within a firm
    growth = 1.5 * driver + rng.normal(size=300)[firm] + 2.0 * year + noise
    slope, error = panel.two_way(growth, driver[:, None], firm, year)
    assert abs(slope[0] - 1.5) < 4 * error
    again, alone = panel.two_way(growth, driver[:, None], np.arange(firm.size) // 6, year)
    assert (again[0], alone) == pytest.approx((slope[0], error))


def test_clustered_errors_are_those_of_the_formula():
    """One driver, two firms, two years: demeaned by hand."""
    growth, driver = np.array([0.0, 4.0, 0.0, 1.0]), np.array([0.0, 2.0, 0.0, 0.0])
    firm, year = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    slope, error = panel.two_way(growth, driver[:, None], firm, year)
    # Twice demeaned: growth (-.75, .75, .75, -.75), driver (-.5, .5, .5, -.5): slope 1.5, no residual.
    assert slope[0] == pytest.approx(1.5)
    assert error == pytest.approx(0.0, abs=1e-9)


def trace(sales, workers, living, productivity, smart=None, **more):
    """Four years, of which only the states and sums named matter."""
    many = len(sales)
    state = {
        "living": np.array(living),
        "productivity": np.array(productivity, dtype=float),
        "smart_level": np.array(smart or [0] * many),
        "pay": np.ones(many),
    }
    sums = {"sales": np.array(sales, float), "workers": np.array(workers, float), "wage_bill": np.zeros(many)}
    return Trace([sums] * 4, [state] * 4, **more)


def test_smart_factories_are_compared_with_the_same_firms_without():
    opening = {"workers": np.array([5.0, 50.0, 50.0])}
    yes = [True] * 3
    calm = trace([100, 100, 100], [10, 10, 10], yes, [1, 1, 1], opening=opening)
    arm = trace([100, 121, 500], [10, 8, 99], yes, [1.21, 1.0, 9.0], smart=[1, 1, 0])
    found = levers.smart(calm, arm)  # the third did not adopt
    assert found["smart_productivity"] == pytest.approx(10)
    assert found["smart_productivity_tiny"] == pytest.approx(21)
    assert found["smart_sales"] == pytest.approx(10)
    assert found["smart_any_sales_gain"] == 50
    assert found["smart_any_jobs_gain"] == 0


def test_loans_count_who_lives_and_how_productive_the_living_are():
    opening = {"small": np.array([True, True, True, False])}
    calm = trace([1] * 4, [1] * 4, [True, False, True, True], [2, 1, 2, 9], opening=opening)
    arm = trace([1] * 4, [1] * 4, [True] * 4, [2, 1, 2, 9], supported=np.array([True, True, False, True]))
    found = levers.finance(calm, arm)
    assert found[f"loans_survival{OVER}"] / found[f"loans_survival{UNDER}"] == 50
    assert found["loans_productivity"] == pytest.approx(100 * (np.sqrt(2) / 2 - 1))  # the weak one lives


def test_suppliers_part_is_of_what_a_price_fell_behind_the_median_contract():
    supplier = np.array([1, 1, 1, 1])
    start, end = np.ones(4), np.array([1.02, 1.02, 1.02, 0.82])
    kept = np.array([1.02, 1.02, 1.02, 0.92])
    opening = {"prime_buys": np.array([True] * 4)}
    calm = Trace(opening=opening, contracts=[(supplier, start), (supplier, end)])
    arm = Trace(contracts=[(supplier, start), (supplier, kept)])
    found = levers.sharing(calm, arm)
    assert found[f"sharing_supplier_part{OVER}"] / found[f"sharing_supplier_part{UNDER}"] == pytest.approx(
        0.5
    )


def test_rare_events_are_summed_over_networks_before_they_are_divided():
    over, under = [0.0, 3.0, 0.0, 0.0, 1.0], [1.0, 4.0, 1.0, 1.0, 1.0]
    table = pd.DataFrame({f"x{OVER}": over, f"x{UNDER}": under, "y": [1.0, np.nan, 3.0, 2.0, 2.0]})
    found = summary(table)
    assert found["x"][0] == 0.5
    assert found["x"][1] < 0.5 < found["x"][2]
    assert found["y"][0] == 2


def test_a_ratio_over_what_hardly_happens_is_none():
    table = pd.DataFrame({f"x{OVER}": [-1.0] + [0.0] * 19, f"x{UNDER}": [1.0] + [0.0] * 19})
    assert np.isnan(summary(table)["x"]).all()


def test_what_varies_with_the_network_only_is_the_networks():
    rng = np.random.default_rng(1)
    groups = {
        network: pd.DataFrame({"mine": [float(network)] * 3, "luck": rng.normal(size=3)})
        for network in range(40)
    }
    parts = split(groups)
    assert parts["mine"] == 1
    assert parts["luck"] < 0.3


def test_a_year_of_an_economy_that_stands_still():
    """One entry, one exit, one contract lost: rates by hand."""
    firms = SimpleNamespace(
        living=np.array([True, True, False]), rows=3, uid=np.array([7, 8, 9]), sales=np.array([1, 1, 0])
    )
    links = SimpleNamespace(supplier=np.array([0, 1]), buyer=np.array([1, 0]))
    network = SimpleNamespace(served=np.array([True, True]))
    model = SimpleNamespace(firms=firms, links=links, network=network)
    assert structure.linked(model) == {(7, 8), (8, 7)}
    firms.living[0] = False
    assert structure.linked(model) == {(7, 8)}  # who buys must live
