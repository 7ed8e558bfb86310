"""Recovery after a shock, worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.experiments.effects import Effect
from sim.experiments.recovery import of_path, recovery

MONTHS = [f"2016-{month:02d}" for month in range(1, 13)] + [f"2017-{month:02d}" for month in range(1, 13)]


def effect(*paths, baseline=100.0, since="2016-03"):
    """Return an effect whose arm lies by some parts above a level baseline, one path a seed."""
    runs = {}
    for seed, path in enumerate(paths):
        level = pd.Series(baseline, index=MONTHS)
        gap = pd.Series([0.0, 0.0, *path] + [0.0] * (22 - len(path)), index=MONTHS)
        runs["base", seed] = pd.DataFrame({"gdp": level})
        runs["shock", seed] = pd.DataFrame({"gdp": level * (1 + gap)})
    return Effect("base", ("shock",), runs, since=since)


def test_depth_area_and_months_of_two_seeds():
    table = effect([-0.02, -0.05, -0.03, -0.005], [-0.04, -0.01]).recovery("gdp").loc["shock"]
    assert table.loc["depth", "mean"] == pytest.approx(-0.045)
    assert table.loc["trough", "mean"] == pytest.approx(0.5)  # the second month, and the first
    assert table.loc["area", "mean"] == pytest.approx((-0.105 - 0.05) / 2)
    assert table.loc["months", "mean"] == pytest.approx((3 + 1) / 2)
    assert table["n"].tolist() == [2, 2, 2, 2] and table["censored"].sum() == 0


def test_a_seed_that_is_not_back_is_counted_and_not_averaged():
    months = recovery(effect([-0.05] * 22, [-0.04, -0.005]), "gdp").loc[("shock", "months")]
    assert (months["mean"], months["n"], months["censored"]) == (1.0, 1, 1)


def test_a_relapse_within_a_year_is_no_recovery():
    path = [-0.05, 0.0, 0.0, 0.02, 0.0]
    assert effect(path).recovery("gdp").loc[("shock", "months"), "mean"] == 4.0


def test_a_gap_that_never_leaves_the_band_needs_no_months():
    assert of_path(pd.Series([0.004] * 14))["months"] == 0.0
    assert math.isnan(of_path(pd.Series([0.004] * 11))["months"])  # too short to have held for a year


def test_a_metric_that_is_zero_somewhere_is_refused():
    with pytest.raises(InputError, match=r"the baseline's gdp is not positive"):
        effect([-0.1], baseline=0.0).recovery("gdp")
