"""Tables of results: what stands in them, and that they fit the page."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim import metrics
from sim.experiments import opening_page, tables
from sim.experiments.effects import Effect
from sim.experiments.intervals import interval
from sim.experiments.run import Outcome
from sim.scenario import Scenario

NAMES = list(metrics.available())


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def frame(level, months=36):
    """Every metric at a level that grows by a tenth of it a year."""
    index = pd.Index([f"{2016 + m // 12}-{m % 12 + 1:02d}" for m in range(months)], name="month")
    years = 1 + np.arange(months) // 12 / 10
    return pd.DataFrame({name: level * years for name in NAMES}, index=index)


def scenario(name, title=""):
    return Scenario.load("baseline").named(name, title)


def cells(page, name):
    (line,) = (line for line in page.split("\n") if line.startswith(f"{name}  "))
    return line.split()


def test_a_run_shows_first_and_last_year_and_no_interval_for_one_seed():
    one = scenario("one", "One")
    page = tables.levels(one, [Outcome("one", 3, frame(1e14))], {"one": "One"})
    assert cells(page, "metric") == ["metric", "unit", "2016", "2018"]
    assert cells(page, "gdp") == ["gdp", "trn", "KRW/month", "100", "120"]
    assert "seed 3" in page and "±" not in page and one.hash[:8] in page


def test_several_seeds_have_a_mean_and_half_the_interval_of_the_last_year():
    outcomes = [Outcome("one", seed, frame(seed)) for seed in (1, 2, 6)]
    page = tables.levels(scenario("one"), outcomes, {"one": "one"})
    half = interval(1.2 * np.array([1.0, 2.0, 6.0]))
    assert cells(page, "sme_wage_ratio")[1:] == ["ratio", "3", "3.6", f"{half[2] - half[0]:.3g}"]


def test_a_run_shorter_than_two_years_names_the_months_it_averages():
    page = tables.levels(scenario("one"), [Outcome("one", 1, frame(1.0, 8))], {"one": "one"})
    assert "2016-01 to 2016-08" in page.split("\n")[1]


def test_differences_have_a_sign_a_half_width_and_a_star(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    runs = {("base", seed): frame(1e12 * seed) for seed in (1, 2)}
    runs |= {("arm", 1): frame(1.5e12), ("arm", 2): frame(2.5e12)}
    base, arm = scenario("base", "Base"), scenario("arm", "Arm")
    page = tables.differences(Effect("base", ("arm",), runs), base, arm, tables.labels([base, arm]))
    assert page.startswith("Arm less Base\n")
    assert cells(page, "gdp") == ["gdp", "trn", "KRW/month", "1.65", "0.55", "*", "0", "2", "0.6", "*"]
    assert "Averages over 2016-01 to 2018-12, last year 2018; 2 pairs of runs" in page
    runs["arm", 2] = frame(3e12)
    page = tables.differences(Effect("base", ("arm",), runs), base, arm, tables.labels([base, arm]))
    low, high = interval(1.1 * np.array([0.5, 1.0]))[1:]
    assert low < 0 < high
    assert cells(page, "gdp")[4:6] == ["0.825", f"{(high - low) / 2:.3g}"]
    assert max(map(len, page.split("\n"))) <= 100


def test_one_pair_says_that_it_has_no_interval(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    runs = {("base", 1): frame(1.0), ("arm", 1): frame(2.0)}
    base, arm = scenario("base"), scenario("arm")
    page = tables.differences(Effect("base", ("arm",), runs), base, arm, {"base": "base", "arm": "arm"})
    assert "one pair has no interval" in " ".join(page.split())
    assert cells(page, "sme_wage_ratio")[-3:-1] == ["-", "-"]


def test_pairs_are_shown_where_cells_have_different_numbers_of_them(narrow):
    runs = {(name, seed): frame(1.0) for name in ("base", "arm") for seed in (1, 2)}
    runs["arm", 2].loc["2018-12", "default_rate"] = np.nan
    runs["arm", 2].loc[:, "default_rate"] = np.nan
    base, arm = scenario("base"), scenario("arm")
    page = tables.differences(Effect("base", ("arm",), runs), base, arm, {"base": "base", "arm": "arm"})
    assert cells(page, "default_rate")[-1] == "1" and cells(page, "gdp")[-1] == "2"


def test_headline_tables_fit_eighty_columns(narrow):
    runs = {("base", seed): frame(-1.23456e-7 * 7**seed) for seed in (1, 2, 3)}
    runs |= {("arm", seed): frame(-3.45678e-7 * 5**seed) for seed in (1, 2, 3)}
    base, arm = scenario("base"), scenario("arm")
    names = {"base": "A scenario with a long title that says what it does", "arm": "And another one" * 3}
    pages = [
        tables.differences(Effect("base", ("arm",), runs), base, arm, names),
        tables.levels(base, [Outcome("base", seed, runs["base", seed]) for seed in (1, 2, 3)], names),
    ]
    assert max(len(line) for page in pages for line in page.split("\n")) <= 80


MOMENTS = pd.DataFrame(
    [
        ("met", 10.9, 10.0, "%", 2018, 235, "fitted", "meaning of the first"),
        ("missed", 11.1, 10.0, "%", 2018, 235, "fitted", "meaning of the second"),
        ("small", 0.25, 0.2, "%", pd.NA, 7, "fitted", "meaning of the third"),
        ("zero", 0.2, 0.0, "%", pd.NA, pd.NA, "fitted", "meaning of the fourth"),
        ("other", 1.0, 40.0, "basis point", 2023, 1, "compared", "meaning of the fifth"),
        ("free", 3.0, np.nan, "%", pd.NA, pd.NA, np.nan, "meaning of the sixth"),
    ],
    columns=["moment", "reached", "target", "unit", "year", "row", "use", "meaning"],
)


def opened():
    firms = SimpleNamespace(living=np.array([True, True, False]), rows=3)
    links = SimpleNamespace(rows=1234)
    return SimpleNamespace(firms=firms, links=links, scale=236.4, notes=["something was filled in"])


def test_moments_stand_next_to_their_targets_and_misses_are_marked(narrow):
    page = opening_page.page(opened(), MOMENTS, seed=4)
    assert cells(page, "met") == ["met", "10.9", "10", "%", "+9", "235,", "2018"]
    assert cells(page, "missed") == ["missed", "11.1", "10", "%", "+11", "*", "235,", "2018"]
    assert cells(page, "small") == ["small", "0.25", "0.2", "%", "+25", "7"]
    assert cells(page, "zero") == ["zero", "0.2", "0", "%", "*"]
    assert cells(page, "other") == ["other", "1", "(40)", "basis", "point", "-98", "*", "1,", "2023"]
    assert cells(page, "free") == ["free", "3", "-", "%"]
    flat = " ".join(page.split())
    assert "2 of 5 targets are met" in flat and "note: something was filled in" in flat
    assert "seed 4: 2 firms, 1 that may enter later, 1,234 supply links" in flat and "236 of Korea's" in flat
    assert "meaning of the first" not in page and "winwin explain MOMENT" in flat


def test_a_roomy_page_says_what_moments_mean(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    page = opening_page.page(opened(), MOMENTS, seed=4)
    assert all(f"  {meaning}" in page for meaning in MOMENTS["meaning"])
    assert max(map(len, page.split("\n"))) <= 120
