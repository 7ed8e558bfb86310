"""Calibration: distances by hand, priors from declarations, and parameters found again by an optimiser."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from sim.core.errors import InputError
from sim.experiments.distance import Calibration, MeanOf, distance, priors
from sim.experiments.sampling import Varied
from sim.scenario import Scenario


def test_the_distance_is_the_root_of_weighted_squares():
    reached, targets = {"a": 13.0, "b": 1.0, "more": 9.0}, {"a": 10.0, "b": 5.0}
    assert distance(reached, targets, {"a": 1.0, "b": 1.0}) == 5
    assert distance(reached, targets) == pytest.approx(math.sqrt(0.3**2 + 0.8**2))
    assert distance(reached, targets, {"b": 0.0}) == pytest.approx(0.3)


@pytest.mark.parametrize("reached", [{"a": math.nan}, {"a": math.inf}, {}])
def test_what_is_not_finite_is_never_near(reached):
    assert distance(reached, {"a": 1.0}) == math.inf


@pytest.mark.parametrize(
    ("targets", "weights", "what"),
    [
        ({"a": 0.0}, None, "targets, a: is 0"),
        ({"a": math.nan}, {"a": 1.0}, "targets, a: is nan"),
        ({"a": 1.0}, {"a": -1.0}, "weights, a: is -1"),
        ({"a": 1.0}, {"b": 1.0}, "weights, b: has no target"),
        ({}, None, "there are none"),
    ],
)
def test_targets_and_weights_that_say_nothing_are_refused(targets, weights, what):
    with pytest.raises(InputError, match=what):
        distance({"a": 1.0}, targets, weights)


def test_priors_are_the_ranges_that_sources_state():
    smoothing, months = priors("baseline", "demand.smoothing", "payment.chain_months")
    assert (smoothing.low, smoothing.high, smoothing.whole) == (0.1, 0.5, False)
    assert (months.low, months.high, months.whole) == (6, 24, True)
    values = [months.drawn(uniform) for uniform in np.linspace(0, 1, 1000)]
    assert set(values) == set(range(6, 25))
    with pytest.raises(InputError, match=r"(?s)run\.months: its source states no range.*no\.such"):
        priors("baseline", "run.months", "demand.smoothing", "no.such")


@pytest.fixture
def tiny():
    return Scenario.from_dict({"economy": {"firms": 200}, "run": {"months": 1}}, "tiny")


def test_an_optimiser_finds_a_parameter_again_and_a_second_search_runs_nothing(tiny, tmp_path):
    scenario = tiny.adding("payment_terms", cash_ratio=0.9)
    (prior,) = [Varied("policy.payment_terms.cash_ratio", low=0.75, high=1.0)]
    true = 0.91
    truth = Calibration(scenario, [prior], {"cash_ratio": 1.0}, tmp_path / "truth", seeds=[7])
    target = truth.moments([true])

    def search():
        found = Calibration(scenario, [prior], target, tmp_path / "search", seeds=[7])
        options = {"maxiter": 12, "xatol": 0.002}
        best = minimize_scalar(
            lambda x: found([x]), bounds=found.bounds[0], method="bounded", options=options
        )
        return best.x, {file.name: file.stat().st_mtime_ns for file in (tmp_path / "search/runs").iterdir()}

    best, files = search()
    assert best == pytest.approx(true, abs=0.005) and len(files) > 4
    assert search() == (best, files)


def test_a_run_that_fails_is_infinitely_far(failing, tmp_path):
    deadly = Varied("policy.fails.seed", low=1, high=3, whole=True)
    far = Calibration(failing, [deadly], {"gdp": 1e14}, tmp_path / "runs", seeds=[2])
    assert math.isfinite(far([1])) and far([2]) == math.inf
    assert len(far.points.failed) == 1


def test_moments_are_means_of_the_last_twelve_months():
    run = pd.DataFrame(
        {"gdp": np.arange(24.0)}, index=[f"20{16 + m // 12}-{m % 12 + 1:02d}" for m in range(24)]
    )
    assert MeanOf(("gdp",))(run) == {"gdp": 17.5}
    assert MeanOf(("gdp",), last_year=False)(run) == {"gdp": 11.5}
