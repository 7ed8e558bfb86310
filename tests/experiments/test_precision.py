"""Intervals, replicates needed, Holm's adjustment, stopping on precision, the placebo floor."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.core.errors import InputError
from sim.experiments import records, tables
from sim.experiments.compare import compare, paired
from sim.experiments.effects import Effect
from sim.experiments.intervals import chance, holm, interval, mark, needed
from sim.experiments.placebo import PLACEBO
from sim.experiments.precision import Precision
from sim.experiments.run import Outcome
from sim.scenario import Scenario


def half_interval(n, deviation):
    return stats.t.ppf(0.975, n - 1) * deviation / np.sqrt(n)


@pytest.mark.parametrize("precision", [0.01, 0.05, 0.3])
def test_the_replicates_needed_are_the_least_that_reach_the_width(precision):
    values = np.array([4.0, 5.0, 6.0, 5.5, 4.5])
    n = needed(values, precision)
    wanted, deviation = precision * 5.0, values.std(ddof=1)
    assert half_interval(n, deviation) <= wanted < half_interval(n - 1, deviation)


def test_an_effect_that_is_not_clear_needs_an_unknown_number_of_replicates():
    assert np.isnan(needed(np.array([1.0, -1.0, 0.5]))) and np.isnan(needed(np.array([1.0])))
    assert needed(np.array([2.0, 2.0])) == 2  # never varies: the least with an interval


def test_the_chance_is_that_of_students_test():
    values = np.array([0.3, 1.2, -0.4, 2.2])
    assert chance(values) == pytest.approx(stats.ttest_1samp(values, 0).pvalue)
    assert chance(np.zeros(2)) == 1 and chance(np.ones(2)) == 0 and np.isnan(chance(np.ones(1)))


def test_holm_stops_at_the_first_difference_that_is_not_clear():
    # 0.05 / 4 = 0.0125, / 3 = 0.0167, / 2 = 0.025: the third fails, and with it the fourth.
    assert holm({"d": 0.03, "a": 0.012, "c": 0.026, "b": 0.016}) == {"a", "b"}
    assert (
        holm({"a": np.nan, "b": 0.04}) == {"b"} and holm({"a": 0.013, "b": 0.04, "c": 0.9, "d": 0.9}) == set()
    )


def test_a_difference_below_the_placebo_floor_is_marked_so_even_when_it_is_clear():
    assert [mark(1.0, True, 2.0), mark(-3.0, True, 2.0), mark(3.0, False, 2.0)] == ["~", "*", " "]
    assert mark(1.0, True) == "*"


# --- stopping ---------------------------------------------------------------------------------------

MONTHS = pd.Index([f"2016-{month:02d}" for month in range(1, 5)], name="month")


def outcome(job, level):
    frame = pd.DataFrame({"gdp": np.full(4, level)}, index=MONTHS)
    return Outcome(job.scenario.name, job.seed, metrics=frame)


def doing(difference, seen):
    """Do runs whose difference from a baseline of 10 is a function of the seed."""

    def do(jobs):
        seen.append(sorted({job.seed for job in jobs}))
        return [
            outcome(job, 10.0 if job.scenario.name == "small" else 10 + difference(job.seed)) for job in jobs
        ]

    return do


@pytest.fixture
def pair(small):
    return [small, small.named("arm")]


def test_seeds_are_added_until_the_interval_is_narrow_enough(pair):
    # Differences of 1 and 3 in turn: mean 2, deviation sqrt(n / (n - 1)), half the interval
    # t / sqrt(n - 1): 0.480 with 20 pairs, 0.380 with 30, 0.324 with 40, 0.287 with 50.
    seen = []
    effect = paired(pair, doing(lambda seed: 1 + 2 * (seed % 2), seen), precision=Precision(0.15, "gdp"))
    assert [len(batch) for batch in seen] == [20, 10, 10, 10] and seen[1][0] == 21
    assert effect.notes[-1] == "precision 0.15 of gdp reached with 50 pairs"
    row = effect.table().loc["arm", "gdp"]
    assert (row["high"] - row["low"]) / 2 <= 0.15 * row["difference"] and row["needed"] <= 50


def test_a_clear_effect_does_not_end_it_and_the_limit_does(pair):
    seen = []
    effect = paired(pair, doing(lambda seed: 1 + 2 * (seed % 2), seen), precision=Precision(0.01, "gdp", 35))
    assert [len(batch) for batch in seen] == [20, 10, 5]
    assert ("arm", "gdp") in effect.clear()
    assert "not reached with 35 pairs, the most allowed: arm 0.17" in effect.notes[-1]
    assert effect.table().loc[("arm", "gdp"), "needed"] > 35


def test_no_effect_and_no_spread_is_precise_at_once_and_no_pair_is_given_up(pair):
    seen = []
    paired(pair, doing(lambda seed: 0.0, seen), precision=Precision(0.05, "gdp"))

    def failing(jobs):
        seen.append([job.seed for job in jobs])
        return [Outcome(job.scenario.name, job.seed, error="failed") for job in jobs]

    effect = paired(pair, failing, precision=Precision(0.05, "gdp"))
    assert len(seen) == 2 and "given up" in effect.notes[-1]


def test_what_cannot_be_precise_is_refused_all_at_once(small):
    with pytest.raises(InputError) as caught:
        compare(small, small.named("arm"), seeds=3, precision=Precision(-1.0, "gpd", 5))
    assert [problem.where for problem in caught.value.problems] == ["precision", "most", "seeds", "of"]
    silent = small.replacing("record.metrics", ["gdp"]).named("arm")
    with pytest.raises(InputError, match=r"of: arm does not record 'real_gdp'"):
        compare(small, silent, precision=Precision(0.1, "real_gdp"))


# --- the placebo ------------------------------------------------------------------------------------


def test_the_placebo_is_run_beside_the_arms_and_is_none_of_them(small):
    share = small.adding("profit_sharing", start="2016-02", share=0.1).named("share")
    effect = compare(small, share, seeds=2, placebo=True)
    assert effect.placebo and effect.arms == ("share",) and effect.seeds(PLACEBO) == [1, 2]
    assert effect.floor("fiscal_cost") > 0  # one won, scaled to Korea, over three months
    scale = 3 * effect.floor("fiscal_cost")
    assert scale == pytest.approx(
        np.mean([effect.runs[PLACEBO, seed]["fiscal_cost"].sum() for seed in (1, 2)])
    )
    assert effect.runs[PLACEBO, 1]["fiscal_cost"].iloc[0] == 0  # not before the scenarios part
    assert not any(PLACEBO in note for note in effect.notes)
    assert np.isnan(compare(small, share, seeds=1).floor("gdp"))


def test_the_placebo_is_stored_and_found_again(small, tmp_path):
    share = small.adding("profit_sharing", start="2016-02").named("share")
    compare(small, share, seeds=1, placebo=True, folder=tmp_path)
    passed = []
    compare(small, share, seeds=1, placebo=True, folder=tmp_path, tell=passed.append)
    assert len(list(tmp_path.iterdir())) == 3 and passed == [4, 4, 4]  # found, each told at once


def test_tables_and_json_say_what_is_below_the_floor(small, monkeypatch):
    def frame(level):
        return pd.DataFrame({"gdp": np.full(4, level)}, index=MONTHS)

    runs = {("small", seed): frame(10.0) for seed in (1, 2, 3)}
    runs |= {(PLACEBO, seed): frame(10.0 + step) for seed, step in ((1, 0.5), (2, -1.5), (3, 1.0))}
    runs |= {("low", seed): frame(10.9 + seed / 1000) for seed in (1, 2, 3)}
    runs |= {("high", seed): frame(11.1 + seed / 1000) for seed in (1, 2, 3)}
    effect = Effect("small", ("low", "high"), runs)
    assert effect.floor("gdp") == 1.0
    scenarios = [small, small.named("low"), small.named("high")]
    pages = [tables.differences(effect, small, one, tables.labels(scenarios)) for one in scenarios[1:]]
    assert "~" in pages[0].split("\n")[3] and "*" in pages[1].split("\n")[3]
    assert all("not above the placebo floor" in " ".join(page.split()) for page in pages)
    told = json.loads(json.dumps(records.comparison(scenarios, effect)))["differences"]
    assert [row["floor"] for row in told] == [1.0, 1.0] and [row["clear"] for row in told] == [True, True]


def test_stars_allow_for_the_number_of_differences_looked_at():
    # Two metrics, p values 0.04 and 0.04: each interval leaves out zero, neither is clear beside the other.
    deviation = np.array([1.0, -1.0, 0.0])
    t = stats.t.ppf(1 - 0.02, 2)
    values = t / np.sqrt(3) + deviation
    assert chance(values) == pytest.approx(0.04) and interval(values)[1] > 0
    months = pd.Index(["2016-01"], name="month")
    runs = {
        (name, seed): pd.DataFrame({"gdp": [level], "real_gdp": [level]}, index=months)
        for name, levels in (("base", np.zeros(3)), ("arm", values))
        for seed, level in enumerate(levels)
    }
    assert Effect("base", ("arm",), runs).clear() == set()
    one = {key: frame[["gdp"]] for key, frame in runs.items()}
    assert Effect("base", ("arm",), one).clear() == {("arm", "gdp")}


def test_a_scenario_must_not_take_the_placebos_name(small):
    with pytest.raises(InputError, match="two scenarios have this name"):
        compare(small, small.named(PLACEBO), placebo=True)
    assert Scenario.load("baseline").named(PLACEBO).name == PLACEBO
