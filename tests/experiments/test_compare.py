"""Paired comparisons: differences, intervals, what cannot be paired."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.experiments.compare import compare, effect_of
from sim.experiments.effects import Effect
from sim.experiments.intervals import interval
from sim.experiments.pairs import parting
from sim.experiments.run import Outcome, run
from sim.scenario import Scenario


def frame(*values):
    months = [f"{2016 + place // 12}-{place % 12 + 1:02d}" for place in range(len(values))]
    return pd.DataFrame({"gdp": np.array(values, dtype=float)}, index=pd.Index(months, name="month"))


def named(name):
    return Scenario.load("baseline").named(name)


@pytest.fixture
def effect():
    runs = {
        ("base", 1): frame(*[1] * 12, *[10] * 12),
        ("base", 2): frame(*[2] * 12, *[20] * 12),
        ("share", 1): frame(*[1] * 12, *[11] * 12),
        ("share", 2): frame(*[2] * 12, *[23] * 12),
    }
    return Effect("base", ("share",), runs)


def test_differences_are_paired_by_seed(effect):
    row = effect.table(by="last_year").loc[("share", "gdp")]
    mean, low, high = interval(np.array([1.0, 3.0]))
    assert row.tolist()[:-1] == [15.0, mean, low, high, 2.0] and np.isnan(row["needed"])  # -10.7 to 14.7


def test_differences_come_by_month_by_year_and_for_the_last_year(effect):
    assert len(effect.table("gdp")) == 24
    yearly = effect.table("gdp", by="year")
    assert yearly["difference"].tolist() == [0.0, 2.0]
    assert yearly.index.get_level_values("period").tolist() == ["2016", "2017"]
    assert effect.table("gdp", by="last_year")["difference"].tolist() == [2.0]
    assert effect.table("gdp", by="in_force")["difference"].tolist() == [1.0]  # the whole run


def test_averages_begin_in_the_month_in_which_scenarios_part(effect):
    late = Effect("base", ("share",), effect.runs, since="2016-07")
    row = late.table().loc[("share", "gdp")]  # 6 months without, 12 with a difference of 1 and 3
    assert row["difference"] == pytest.approx(12 / 18 * 2) and row["baseline"] == pytest.approx(10.5)


@pytest.mark.parametrize(
    ("changes", "month"),
    [
        ({}, ""),
        ({"policy.profit_sharing.start": "2016-03"}, "2016-03"),
        ({"policy.profit_sharing.start": "2016-03", "policy.price_linkage.start": "2016-02"}, "2016-02"),
        ({"policy.profit_sharing.start": "2016-03", "world.material_change": 0.2}, ""),
        ({"policy.payment_terms.max_months": 1}, "2016-01"),
    ],
)
def test_scenarios_part_where_a_policy_begins_that_not_all_have(small, changes, month):
    base = small.replacing("policy.payment_terms.start", "2016-01").named("base")
    arm = base.replacing(*[part for pair in changes.items() for part in pair]).named("arm")
    assert parting([base, arm]) == month


def test_an_interval_is_students_over_the_pairs():
    mean, low, high = interval(np.array([1.0, 2.0, 4.0, 5.0]))
    assert mean == 3.0 and high - mean == pytest.approx(3.182446 * np.sqrt(10 / 3) / 2)
    assert mean - low == pytest.approx(high - mean)


def test_one_seed_has_no_interval(effect):
    single = Effect("base", ("share",), {key: value for key, value in effect.runs.items() if key[1] == 1})
    row = single.table(by="last_year").loc[("share", "gdp")]
    assert row["difference"] == 1.0 and np.isnan(row["low"]) and row["n"] == 1


def test_a_failed_seed_is_dropped_from_both_arms_and_counted(effect):
    outcomes = [Outcome(name, seed, metrics=table) for (name, seed), table in effect.runs.items()]
    outcomes += [Outcome("base", 3, metrics=frame(*[0] * 24)), Outcome("share", 3, error="failed")]
    paired = effect_of(outcomes, [named("base"), named("share")])
    assert paired.seeds("share") == [1, 2] and paired.dropped("share") == 1
    assert paired.table().loc[("share", "gdp"), "difference"] == 1.0
    assert [done.seed for done in paired.failures] == [3]


def test_a_pair_that_is_not_finite_is_left_out_of_that_cell_only(effect):
    effect.runs["share", 2].loc["2017-12", "gdp"] = np.nan
    table = effect.table("gdp")
    assert table.loc[("share", "gdp", "2017-12"), "n"] == 1
    assert table.loc[("share", "gdp", "2017-11"), "n"] == 2


def test_what_is_not_there_is_named_with_what_is(effect):
    with pytest.raises(InputError, match=r"metric: there is no 'wage'\n +allowed: gdp"):
        effect.table("wage")
    with pytest.raises(
        InputError, match=r"by: there is no 'decade'\n +allowed: in_force, last_year, month, year"
    ):
        effect.table(by="decade")
    with pytest.raises(InputError, match=r"arm: there is no 'shared'\n +did you mean 'share'"):
        effect.differences("gdp", "shared")


def test_comparing_a_scenario_with_itself_gives_exactly_zero(small):
    effect = compare(small, small.named("twin"), seeds=2)
    table = effect.table()
    assert (table["difference"].dropna() == 0).all() and table["n"].max() == 2


@pytest.mark.parametrize(
    ("others", "what"),
    [
        ([], "needs a baseline"),
        (["same"], "two scenarios have this name"),
        (["longer"], "run.months: is 5, in the baseline 4"),
        (["later"], "run.start: is 2017-01, in the baseline 2016-01"),
    ],
)
def test_scenarios_that_cannot_be_paired_are_refused(small, others, what):
    known = {
        "same": small,
        "longer": small.replacing("run.months", 5).named("longer"),
        "later": small.replacing("run.start", "2017-01").named("later"),
    }
    with pytest.raises(InputError) as caught:
        compare(small, *(known[name] for name in others))
    assert what in str(caught.value)


def test_scenarios_may_be_named_and_seeds_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = 'extends = "baseline"\n[economy]\nfirms = 200\n[run]\nmonths = 1\n'
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(few)
    effect = compare("one.toml", tmp_path / "two.toml", seeds=[7, 3])
    assert (effect.baseline, effect.arms, effect.seeds("two")) == ("one", ("two",), [3, 7])
    assert run("one.toml").seed == 1 and run("one.toml", np.int64(4)).seed == 4


@pytest.mark.parametrize(
    ("seeds", "what"),
    [
        (0, "0 seeds are too few"),
        (-1, "-1 seeds are too few"),
        ([], "the list is empty"),
        ([1, 1], "a seed occurs twice"),
        ([1, -2], "-2 is not a seed"),
        ([1.5], "1.5 is not a seed"),
        ([True], "True is not a seed"),
        (True, "True is not a number of seeds"),
        ("3", "'3' is not a number of seeds"),
        (2.0, "2.0 is not a number of seeds"),
    ],
)
def test_seeds_that_cannot_be_are_refused(small, seeds, what):
    with pytest.raises(InputError) as caught:
        compare(small, small.named("twin"), seeds=seeds)
    assert what in str(caught.value)


def test_everything_else_that_is_no_scenario_seed_or_number_of_jobs_is_refused(small):
    with pytest.raises(InputError, match="neither a scenario nor the name or file of one"):
        compare(small, [small.named("twin")])
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        run("basline")
    with pytest.raises(InputError, match="-1 is not a seed"):
        run(small, -1)
    with pytest.raises(InputError, match="0 processes cannot work"):
        compare(small, small.named("twin"), jobs=0)


def noted(scenario, seed, *notes):
    return Outcome(scenario, seed, metrics=frame(1.0), manifest={"notes": notes})


def test_notes_are_told_once_and_say_of_whom_they_are_true():
    outcomes = [
        noted("base", 1, "always", "3 firms raised"),
        noted("base", 2, "always", "5 firms raised"),
        noted("share", 1, "always", "late", "3 firms raised", "4 links cut"),
        noted("share", 2, "always", "late", "5 firms raised"),
    ]
    expected = ("always", "seed 1: 3 firms raised", "share: late", "share, seed 1: 4 links cut")
    assert sorted(effect_of(outcomes, [named("base"), named("share")]).notes) == sorted(expected)
