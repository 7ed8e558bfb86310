"""History again: yearly figures of a run, rows of the card, and lines that need no model."""

import numpy as np
import pandas as pd
import pytest

from sim.experiments.varied import value_in
from sim.population.published import FITTED, published, series
from sim.reproduce import fit, hindcast
from sim.scenario import Scenario
from sim.scenario.files import shipped

METRICS = [*fit.METRICS]


@pytest.fixture
def run():
    """Metrics of a made-up run of two years: 1, 2, 3, ... times a size of its own."""
    months = [f"{year}-{month:02d}" for year in (2020, 2025) for month in range(1, 13)]
    count = np.arange(1.0, 25.0)
    sizes = {
        "fund_contributions": 1e9, "win_win_payments": 1e12, "win_win_passed_on": 1e10, "cash_ratio": 0.01,
        "operating_margin_sme": 0.001, "win_win_drawers": 0.01, "fund_contributors": 0.02,
    }  # fmt: skip
    table = pd.DataFrame({name: size * count for name, size in sizes.items()})
    return table.set_index(pd.Index(months, name="month"))


def test_won_are_added_up_ratios_averaged_and_members_counted_at_the_end_of_the_year(run):
    found = hindcast.yearly(run)
    assert found["fund_contributions 2020"] == pytest.approx(78)
    assert found["win_win_payments 2020"] == pytest.approx(78)
    assert found["win_win_passed_on 2020"] == pytest.approx(1.0)
    assert found["cash_ratio 2020"] == pytest.approx(6.5)
    assert found["win_win_drawers 2020"] == pytest.approx(0.12 * 2236)
    assert found["fund_contributors 2025"] == pytest.approx(0.48 * 2236)


def test_the_total_of_2025_has_ten_months_of_its_year(run):
    found = hindcast.yearly(run)
    assert found["fund_cumulative 2020"] == pytest.approx(78)
    assert found["fund_cumulative 2025"] == pytest.approx(78 + 222 * 10 / 12)


def test_the_scenario_of_history_has_every_year_that_is_published():
    told = hindcast.yearly(pd.DataFrame(1.0, index=months_of(Scenario.load("history")), columns=METRICS))
    names = (*hindcast.SERIES, *hindcast.FURTHER)
    table = published()
    table = table[table["name"].isin(names)]
    assert len(table) > 20
    assert set(table["name"] + " " + table["year"].astype(str)) <= set(told)


def months_of(scenario):
    """Names of the months of a run that starts in January."""
    year = int(scenario.run.start[:4])
    return [f"{year + at // 12}-{at % 12 + 1:02d}" for at in range(scenario.run.months)]


def ensemble(**values):
    """Five seeds that lie 0, 1, ... 4 away from values."""
    return pd.DataFrame({name.replace("__", " "): value + np.arange(5.0) for name, value in values.items()})


def test_a_row_has_the_median_the_spread_and_whether_it_passes():
    rows = hindcast.rows(ensemble(fund_contributions__2016=148.0, fund_contributions__2017=300.0))
    first, second = rows
    assert (first["published"], first["simulated"], first["passed"], first["fitted"]) == (
        150.0,
        150.0,
        True,
        True,
    )
    assert (first["low"], first["high"]) == pytest.approx((148.2, 151.8))
    assert (second["published"], second["passed"], second["fitted"]) == (157.1, False, False)
    assert (first["unit"], first["row"], first["confidence"]) == ("bn KRW", 22, "S")


def test_what_is_not_published_cannot_pass_and_years_without_anything_are_left_out():
    rows = hindcast.rows(ensemble(win_win_payments__2013=-2.0, win_win_payments__2023=150.0))
    assert [(row["year"], row["published"], row["passed"]) for row in rows] == [(2023, None, None)]


def test_a_total_that_is_published_as_a_lower_bound_passes_above_it():
    for value, passed in ((2997.0, False), (2999.0, True)):
        (row,) = hindcast.rows(ensemble(fund_cumulative__2025=value))
        assert row["passed"] is passed
        assert row["simulated"] == value + 2


def test_naive_lines_are_least_squares_through_what_was_published_up_to_2020():
    # The cash ratio has two years: both lines go through them.
    straight, growing = hindcast.lines("cash_ratio", np.array([2018.0, 2020.0, 2022.0]))
    assert straight == pytest.approx([62.5, 83.7, 104.9])
    assert growing == pytest.approx([62.5, 83.7, 83.7**2 / 62.5])
    # Normal equations by hand.
    table = series("win_win_payments")
    year, value = table["year"].to_numpy(float), table["value"].to_numpy()
    slope = ((year - 2017.5) * value).sum() / ((year - 2017.5) ** 2).sum()
    assert hindcast.naive("win_win_payments", 2025)[0] == pytest.approx(value.mean() + 7.5 * slope)


def test_the_naive_total_of_the_fund_fills_only_what_is_not_published():
    straight, growing = hindcast.naive("fund_cumulative", 2025)
    years = np.array([2019, 2021, 2022, 2023, 2024, 2025], dtype=float)
    for total, line in zip((straight, growing), hindcast.lines("fund_contributions", years), strict=True):
        assert total == pytest.approx(1006.6 + 257.2 + line[:-1].sum() + line[-1] * 10 / 12)
    assert growing > straight > 2000


def test_naive_lines_begin_after_what_they_know():
    rows = hindcast.rows(
        ensemble(cash_ratio__2020=80.0, cash_ratio__2021=80.0, operating_margin_sme__2023=3.0)
    )
    assert [row["linear"] is None for row in rows] == [True, False, True]


def test_what_is_fitted_is_what_the_table_says_but_for_what_the_opening_holds():
    table = series()
    fitted = table[(table["use"] == FITTED) & (table["year"] <= 2020)]
    names = set(fitted["name"] + " " + fitted["year"].astype(str))
    assert {target.name for target in fit.targets()} == names - {"cash_ratio 2018"}
    by_name = {target.name: target for target in fit.targets()}
    assert by_name["win_win_payments 2016"].value == 66.7
    assert by_name["win_win_payments 2016"].tolerance == pytest.approx(0.2 * 66.7)


def test_every_fitted_parameter_stands_in_the_scenario_within_its_prior_and_is_said_to_be_fitted():
    scenario = Scenario.load("history")
    text = shipped()["history"].read_text(encoding="utf-8")
    for prior in fit.PRIORS:
        assert prior.low <= value_in(scenario, prior.name) <= prior.high, prior.name
    assert text.count("# fitted") == len(fit.PRIORS)


def test_a_run_of_the_world_that_is_fitted_has_every_target():
    found = hindcast.measure(fit.world(firms=200), fit.FIRST_SEED)
    assert {target.name for target in fit.targets()} <= set(found)
    assert fit.world().run.months == 12 * (2021 - 2011)


@pytest.mark.slow
def test_adoption_raises_payments_and_cash_from_nothing():
    results = hindcast.simulated(hindcast.history(1000), seeds=2)
    assert len(results) == 2
    means = results.mean()
    assert means["win_win_payments 2014"] == 0
    assert 0 < means["win_win_payments 2016"] < means["win_win_payments 2020"]
    assert means["cash_ratio 2017"] == pytest.approx(means["cash_ratio 2018"], abs=1)
    assert means["cash_ratio 2018"] < means["cash_ratio 2020"] - 10
