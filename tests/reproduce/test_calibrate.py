"""A calibration, on a stand-in for the simulation whose posterior is known, and its targets."""

import pytest

import sim
from sim.experiments.sampling import Varied
from sim.population.published import published
from sim.reproduce.calibrate import FITTED, VARIED, calibrate, targets
from sim.reproduce.posterior import Target

RATE = Varied("pricing.review_rate", low=0.2, high=1.0)
IDLE = Varied("pricing.stickiness", low=0.5, high=0.9)


def twice_the_rate(scenario, seed, tell=None):
    """Stand in for a run; the seed makes a small difference, as luck would."""
    return {"moment": 2 * scenario.parameters["pricing"].review_rate + 0.001 * seed}


def small():
    return sim.Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 12)


def test_the_parameter_behind_a_moment_is_found_and_the_other_is_said_to_be_open(tmp_path):
    found = calibrate(
        small(),
        tmp_path,
        varied=(RATE, IDLE),
        aims=(Target("moment", 1.0, 0.1),),
        points=16,
        measure=twice_the_rate,
    )
    table = found.posterior.parameters()
    # 2 r + 0.0015 = 1, with a standard deviation of 0.05 in the moment: 0.025 in r.
    assert table.loc["pricing.review_rate", "median"] == pytest.approx(0.49925, abs=0.003)
    assert table.loc["pricing.review_rate", "q95"] == pytest.approx(0.49925 + 1.645 * 0.025, abs=0.006)
    assert table["identified"].tolist() == ["pinned down", "not identified"]
    assert len(found.points) == 16


def test_runs_are_kept_and_not_done_again(tmp_path):
    arguments = {"varied": (RATE,), "aims": (Target("moment", 1.0, 0.1),), "points": 8}
    first = calibrate(small(), tmp_path, measure=twice_the_rate, **arguments)
    again = calibrate(small(), tmp_path, measure=fails, **arguments)
    assert again.points.equals(first.points)


def fails(scenario, seed, tell=None):
    raise AssertionError("done again")


def test_a_run_that_fails_is_named_and_nothing_is_concluded(tmp_path):
    with pytest.raises(sim.InputError, match="seed 1"):
        calibrate(
            small(), tmp_path, varied=(RATE,), aims=(Target("moment", 1.0, 0.1),), points=4, measure=fails
        )


def test_targets_are_published_figures_with_what_their_rule_allows():
    found = {one.name: one for one in targets()}
    assert set(found) == set(FITTED)
    assert (found["customer_link_survival"].value, found["customer_link_survival"].tolerance) == (92.0, 2.0)
    table = published().set_index("name")
    assert not table.loc[[name for name in FITTED if name in table.index], "confidence"].isin(["M"]).any()


def test_every_range_lies_within_the_bounds_of_its_parameter_and_holds_the_default():
    scenario = sim.Scenario.load("baseline")
    for one in VARIED:
        group, name = one.name.split(".")
        assert one.low <= getattr(scenario.parameters[group], name) <= one.high
        scenario.replacing(one.name, one.low)
        scenario.replacing(one.name, one.high)
