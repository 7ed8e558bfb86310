"""Scenario discovery: a table with a known box, luck called luck, conditions, the model."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from sim.core.errors import InputError
from sim.experiments.boxes import boxes, coded, inside, peeled
from sim.experiments.condition import Condition
from sim.experiments.design import Design
from sim.experiments.discovery import discover, found_in, of_interest
from sim.experiments.discovery_commands import page
from sim.experiments.sampling import Varied, points_of
from sim.experiments.tree import tree
from sim.scenario import Scenario
from tests.experiments.designs import DECISIVE

RANGES = {"a": (0.0, 1.0), "b": (-5.0, 5.0), "c": (0.0, 1.0)}
VARIED = [
    *(Varied(name, low=low, high=high) for name, (low, high) in RANGES.items()),
    Varied("whole", low=1.0, high=4.0, whole=True),
    Varied("how", ("none", "some", "all")),
]
POINTS = list(points_of("sobol", VARIED, 128, 0))
TABLE = coded(VARIED, POINTS)


def nothing():
    """Tell nobody."""


def in_known_box(point):
    return point["a"] < 0.5 and point["b"] > -1 and point["how"] != "none"


KNOWN = np.array([in_known_box(point) for point in POINTS])
ANYWHERE = np.random.default_rng(3).random(len(POINTS)) < 0.3


@pytest.fixture(scope="module")
def found():
    return boxes(TABLE, KNOWN, density=0.8, most=3, resamples=3, tell=nothing)


# --- boxes ---------------------------------------------------------------------------------------------


def test_prim_finds_the_box_that_is_there(found):
    (box,) = found
    limits = box.peeling.limits[box.step]
    assert set(limits) == {"a", "b", "how"}
    assert np.isnan(limits["a"][0]) and limits["a"][1] == pytest.approx(0.5, abs=0.08)
    assert np.isnan(limits["b"][1]) and limits["b"][0] == pytest.approx(-1, abs=0.6)
    assert limits["how"] == {"1", "2"}
    row = box.peeling.steps.loc[box.step]
    assert row["density"] > 0.9 and row["coverage"] > 0.9
    assert (box.restricted["a"], box.restricted["b"], box.restricted["how"]) == (1, 1, 1)
    assert box.restricted["c"] < 0.5
    assert box.density > 0.8 and box.coverage > 0.8 and box.luck == pytest.approx(1 / 4)


def test_what_is_told_of_a_box_is_counted_from_its_limits(found):
    (box,) = found
    for step in (0, box.step, len(box.peeling.steps) - 1):
        within = inside(box.peeling.limits[step], TABLE)
        row = box.peeling.steps.loc[step]
        assert row["points"] == within.sum() and row["of_interest"] == KNOWN[within].sum()
        assert row["coverage"] == pytest.approx(KNOWN[within].sum() / KNOWN.sum())
        assert row["density"] == pytest.approx(KNOWN[within].mean())
        assert row["mass"] == pytest.approx(within.mean())
        assert row["restricted"] == len(box.peeling.limits[step])


def test_a_quasi_p_value_is_the_binomial_tail_without_the_limit(found):
    (box,) = found
    limits, chances = box.peeling.limits[box.step], box.peeling.chances[box.step]
    within = inside(limits, TABLE)
    for name, place in (("a", 1), ("b", 0)):
        others = {key: limit for key, limit in limits.items() if key != name}
        share = KNOWN[inside(others, TABLE)].mean()
        tail = binom.sf(KNOWN[within].sum() - 1, within.sum(), share)
        assert chances[name][place] == pytest.approx(tail, rel=1e-6)
        assert np.isnan(chances[name][1 - place])


def test_a_second_box_is_sought_in_what_the_first_left():
    two = TABLE["a"].lt(0.3).to_numpy() | TABLE["c"].gt(0.8).to_numpy()
    first, second = boxes(TABLE, two, density=0.9, most=2, resamples=0, tell=nothing)
    both = [one.peeling.limits[one.step] for one in (first, second)]
    assert {name for limits in both for name in limits} == {"a", "c"}
    held = [inside(limits, TABLE) for limits in both]
    rows = [one.peeling.steps.loc[one.step] for one in (first, second)]
    assert rows[0]["coverage"] == pytest.approx(two[held[0]].sum() / two.sum())
    fresh = held[1] & ~held[0]
    assert rows[1]["coverage"] == pytest.approx(two[fresh].sum() / two.sum())
    assert rows[1]["mass"] == pytest.approx(fresh.mean())


def test_points_of_interest_that_lie_anywhere_are_called_luck():
    (box, *_) = boxes(TABLE, ANYWHERE, density=0.8, most=1, resamples=4, tell=nothing)
    seen = box.peeling.steps["density"][box.step]
    assert seen > 1.5 * ANYWHERE.mean()  # in the points it was sought in, it looks like something
    assert box.density < 1.3 * ANYWHERE.mean() and box.luck > 0.3


def test_the_chosen_step_covers_most_at_the_wanted_density():
    peeling = peeled(TABLE, KNOWN, 7)
    for density in (0.3, 0.6, 0.9):
        row = peeling.steps.loc[peeling.chosen(density)]
        dense = peeling.steps[peeling.steps["density"] >= density]
        assert row["density"] >= density and row["coverage"] == dense["coverage"].max()
    loose = peeled(TABLE, ANYWHERE, 13)
    assert loose.steps["density"][loose.chosen(0.999)] == loose.steps["density"].max() < 0.999


def test_a_whole_number_and_a_choice_are_limited_at_values_they_take():
    wanted = np.array([point["whole"] >= 3 and point["how"] == "some" for point in POINTS])
    (box,) = boxes(TABLE, wanted, density=0.9, most=1, resamples=0, tell=nothing)
    limits = box.peeling.limits[box.step]
    assert limits["whole"][0] == 3 and np.isnan(limits["whole"][1]) and limits["how"] == {"1"}
    assert np.isnan(box.luck) and np.isnan(box.density)


def test_the_leaves_of_the_tree_hold_all_points_and_tell_the_known_box():
    grown = tree(TABLE, KNOWN)
    assert sum(points for _, points, _ in grown.leaves) == len(TABLE)
    for limits, points, wanted in grown.leaves:
        lower = {n: ends for n, ends in limits.items() if not isinstance(ends, frozenset)}
        within = inside({n: limit for n, limit in limits.items() if n not in lower}, TABLE)
        for name, (low, high) in lower.items():  # a split lies between two values
            within &= ~((TABLE[name] <= low) | (TABLE[name] > high)).to_numpy()
        assert within.sum() == points and KNOWN[within].sum() == wanted
    assert grown.right > 0.9 > grown.guess == pytest.approx(1 - KNOWN.mean())


@pytest.mark.parametrize("named", [1, 2])
def test_differences_are_from_the_baseline_in_the_same_shock_and_levels_of_one_scenario(monkeypatch, named):
    worlds = [Scenario.load("baseline").named(name) for name in ("a", "b", "a + s", "b + s")]
    design = Design(
        "k", "Known", tuple(worlds), "sobol", tuple(POINTS), (1, 2), "", tuple(VARIED), named=named
    )
    values = np.zeros((len(POINTS), 4, 2, 1))
    values[:, 2] += 5  # the shock, in every scenario
    values[:, 3] += 5 - KNOWN[:, None, None]  # but b loses in it, at some points
    values[3, 3, 1] = np.nan
    monkeypatch.setattr("sim.experiments.discovery.outputs_of", lambda *_: values)
    condition = Condition.read("real_gdp < 0" if named == 2 else "real_gdp < 4.5", design.paired)
    found = found_in(design, Path("runs"), condition, resamples=0)
    told = found.points["of_interest"].to_dict()
    inside = int(KNOWN.sum()) - int(KNOWN[3])
    assert told == (
        {"b": 0, "b + s": inside} if named == 2 else {"a": 128, "b": 128, "a + s": 0, "b + s": inside}
    )
    assert found.points.loc["b + s", "dropped"] == 1
    for columns in (80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = page(found)
        assert max(map(len, shown.splitlines())) <= columns
    assert ("differences from a, paired by seed" if named == 2 else "levels") in shown
    assert "No limits are looked for" in shown and "how  " in shown and "some, all" in shown


# --- conditions ----------------------------------------------------------------------------------------


def test_a_condition_compares_and_joins():
    values = {
        "real_gdp": np.array([-3.0, 1.0, 5.0]),
        "baseline.real_gdp": np.array([100.0, 100.0, 100.0]),
        "gini_of_value_added": np.array([0.1, 0.2, 0.3]),
    }

    def holds(text):
        return Condition.read(text, True).holds(values).tolist()

    assert holds("real_gdp < -0.02 * baseline.real_gdp") == [True, False, False]
    assert holds("0 < real_gdp <= 5") == [False, True, True]
    assert holds("real_gdp > 0 and not gini_of_value_added > 0.25") == [False, True, False]
    assert holds("real_gdp < 0 or gini_of_value_added >= 0.3") == [True, False, True]
    assert holds("(real_gdp + 1) / 2 - 1 > +0") == [False, False, True]
    assert Condition.read("real_gdp > baseline.gdp", True).metrics == ("real_gdp", "gdp")
    with pytest.raises(InputError, match="is not always a number"):
        holds("1 / (real_gdp - 1) > 0")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("real_gdp <", "cannot be read"),
        ("", "cannot be read"),
        ("real_gpd < 0", "did you mean 'real_gdp'?"),
        ("real_gdp", "is not a comparison"),
        ("real_gdp == 0", "is not a comparison"),
        ("1 < 2", "names no metric"),
        ("abs(real_gdp) > 1", "'abs(real_gdp)' is neither a number nor a metric"),
        ("real_gdp.mean > 1", "is neither a number nor a metric"),
        ("baseline.real_gdp > 1", "needs a baseline"),
        ("real_gdp < 'x'", "is neither a number nor a metric"),
        ("real_gdp ** 2 > 1", "is neither a number nor a metric"),
        ("real_gdp > True", "is neither a number nor a metric"),
    ],
)
def test_what_is_no_condition_is_refused_with_what_is_wrong(text, what):
    with pytest.raises(InputError) as refused:
        Condition.read(text, paired=False)
    assert what in str(refused.value)


def test_all_that_is_wrong_with_a_condition_is_told_at_once():
    with pytest.raises(InputError) as refused:
        Condition.read("real_gpd < 0 and nonsense > 1", paired=False)
    assert len(refused.value.problems) == 2


# --- the real model --------------------------------------------------------------------------------------

SOONER = "days_to_payment < -20"


@pytest.fixture
def write(decisive):
    def design(method="latin_hypercube", limit=1.0, seeds=1, points=16):
        return decisive(DECISIVE, method=method, points=points, limit=limit, seeds=seeds, most=1)

    return design


def test_the_command_tells_which_parameter_leads_to_the_outcome(write, winwin, monkeypatch):
    name = write(limit=0.9)
    words = ("discover", name, "--when", SOONER, "--resamples", 1)
    status, out, err = winwin(*words, "--json")
    told = json.loads(out)
    failed = [point for point in Design.load(name).points if point["policy.limited.level"] > 0.9]
    (row,) = told["points"]
    assert status == 1 and "as it should" in err and len(told["failed"]) == len(failed) > 0
    assert row["dropped"] == len(failed) and row["points"] == 16 - len(failed)
    limits = {row["parameter"]: row for row in told["limits"]}
    assert limits["policy.payment_terms.max_months"]["high"] == 0
    assert limits["policy.payment_terms.max_months"]["restricted"] == 1
    assert told["boxes"][0]["density"] == told["boxes"][0]["coverage"] == 1
    monkeypatch.setenv("COLUMNS", "80")
    status, page, _ = winwin(*words[:-2], "--resamples", 0)
    assert max(map(len, page.splitlines())) <= 80
    assert status == 1 and f"{len(failed)} left out" in page and "payment_terms.max_months" in page

    status, out, err = winwin("discover", name, "--when", "days_to_payment < -900")
    assert status == 2 and f"0 of {row['points']} points are of interest" in err and out == ""
    status, out, err = winwin("discover", name, "--when", "days_to_payment < 900")
    assert status == 2 and f"{row['points']} of {row['points']} points are of interest" in err and out == ""

    monkeypatch.setattr("sim.experiments.sweep.run", None)  # all that can be done is stored
    found = discover(name, SOONER, resamples=0)
    assert found.points.loc["quick"].to_dict() == {k: v for k, v in row.items() if k != "scenario"}
    assert found.baseline == "small" and found.folder == Path("results/mine")


def test_points_are_judged_by_means_over_seeds_and_disagreement_is_counted():
    condition = Condition.read("real_gdp < -0.1 * baseline.real_gdp", True)
    differences = np.array([[-12.0, -6.0], [-12.0, -9.0], [-20.0, -30.0], [1.0, 2.0]])[..., None]
    told, wanted = of_interest(condition, differences, np.full_like(differences, 100.0))
    assert wanted.tolist() == [False, True, True, False]
    assert told == {"points": 4, "of_interest": 2, "split": 2}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--when", "days_to_paymnt < 0"), "did you mean 'days_to_payment'?"),
        (("--when", SOONER, "--density", "1.5"), "1.5 is no part"),
        (("--when", SOONER, "--resamples", "-1"), "-1 are too few"),
    ],
)
def test_what_cannot_be_discovered_is_refused_before_anything_runs(write, winwin, words, what):
    status, out, err = winwin("discover", write(), *words)
    assert status == 2 and what in err and out == "" and not Path("results").exists()


def test_what_to_install_is_told_before_anything_runs(write, winwin, monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    status, _, err = winwin("discover", write(), "--when", SOONER)
    assert status == 2 and "install winwin[sensitivity]" in err and not Path("results").exists()


def test_a_design_that_does_not_fill_its_ranges_is_refused(write, winwin):
    status, _, err = winwin("discover", write("morris", points=8), "--when", SOONER)
    assert status == 2 and "does not fill the ranges evenly" in err and not Path("results").exists()
