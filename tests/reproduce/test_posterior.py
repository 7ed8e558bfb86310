"""What targets say of parameters, where it can be worked out by hand."""

import numpy as np
import pytest
from scipy.stats import qmc

from sim.core.errors import InputError
from sim.experiments.sampling import Varied
from sim.reproduce.emulator import fit
from sim.reproduce.posterior import Target, posterior

FIRST, SECOND, THIRD = (Varied(name, low=0.0, high=2.0) for name in ("first", "second", "third"))
PLACES = qmc.Sobol(3, scramble=True, rng=5).random(64)


@pytest.fixture(scope="module")
def told():
    """The first parameter is measured alone, to 0.1; the sum of the others too; there is no noise."""
    moments = np.c_[2 * PLACES[:, 0], 2 * (PLACES[:, 1] + PLACES[:, 2])]
    emulator = fit(PLACES, moments)
    targets = (Target("alone", 0.8, 0.2), Target("sum", 2.0, 0.2))
    return emulator, posterior(emulator, (FIRST, SECOND, THIRD), targets)


def test_a_parameter_that_is_measured_has_the_spread_of_the_measurement(told):
    # A normal of mean 0.8 and deviation 0.1, half the tolerance: 5 and 95 % lie 1.645 deviations away.
    row = told[1].parameters().loc["first"]
    assert row["median"] == pytest.approx(0.8, abs=0.01)
    assert (row["q05"], row["q95"]) == pytest.approx((0.8 - 0.1645, 0.8 + 0.1645), abs=0.015)
    # The prior is even over 2, with variance 4 / 12.
    assert row["learnt"] == pytest.approx(1 - 0.01 / (4 / 12), abs=0.01)
    assert row["identified"] == "pinned down"


def test_two_parameters_of_which_only_the_sum_is_known_are_not_pinned_down_but_go_against_each_other(told):
    found = told[1].parameters()
    assert (found.loc[["second", "third"], "identified"] == "not identified").all()
    assert told[1].correlations().loc["second", "third"] < -0.9
    assert abs(told[1].correlations().loc["first", "third"]) < 0.1


def test_draws_follow_the_posterior_and_are_the_same_every_time(told):
    draws = told[1].draws(200)
    sums = [one["second"] + one["third"] for one in draws]
    assert np.mean(sums) == pytest.approx(2.0, abs=0.03)
    assert np.std(sums) == pytest.approx(0.1, rel=0.25)
    assert draws == told[1].draws(200)


def test_a_target_out_of_reach_is_said_to_be(told):
    emulator, _ = told
    far = posterior(emulator, (FIRST, SECOND, THIRD), (Target("alone", 3.0, 0.2), Target("sum", 2.0, 0.2)))
    table = far.fitted(emulator)
    assert table["reachable"].tolist() == [False, True]
    assert table.loc["alone", "most"] == pytest.approx(2.0, abs=0.05)


def test_what_no_parameter_explains_is_noise_and_tells_nothing():
    luck = np.random.default_rng(3).normal(size=64)
    emulator = fit(PLACES, luck[:, None])
    assert emulator.trust[0] < 0.3
    assert emulator.noise[0] == pytest.approx(1.0, rel=0.3)
    found = posterior(emulator, (FIRST, SECOND, THIRD), (Target("luck", 0.0, 0.2),)).parameters()
    assert (found["identified"] == "not identified").all()


def test_the_noise_of_single_runs_is_told_apart_from_what_parameters_do():
    noisy = 2 * PLACES[:, 0] + np.random.default_rng(4).normal(scale=0.2, size=64)
    emulator = fit(PLACES, noisy[:, None])
    assert emulator.noise[0] == pytest.approx(0.2, rel=0.35)
    mean, unsure = emulator(np.array([[0.25, 0.5, 0.5], [0.75, 0.5, 0.5]]))
    assert mean[:, 0] == pytest.approx([0.5, 1.5], abs=0.12)
    assert (unsure < 0.15).all()


def test_too_few_points_and_moments_that_are_no_numbers_are_refused_together():
    with pytest.raises(InputError) as caught:
        fit(PLACES[:5], np.full((5, 1), np.nan))
    assert len(caught.value.problems) == 2


def test_a_moment_that_never_moves_is_taken_as_it_is():
    emulator = fit(PLACES, np.full((64, 1), 7.0))
    mean, unsure = emulator(PLACES[:2])
    assert mean.tolist() == [[7.0], [7.0]]
    assert unsure.tolist() == [[0.0], [0.0]]
