"""What a conclusion hangs on, where it can be worked out by hand, and on a small economy."""

import numpy as np
import pytest
from scipy.stats import qmc

import sim
from sim.experiments.sampling import Varied
from sim.reproduce.conclusions import Conclusions, assumptions, conclude

VARIED = (
    Varied("gain", low=0.0, high=10.0),
    Varied("cost", low=0.0, high=1.0),
    Varied("idle", low=0.0, high=1.0),
)
PLACES = qmc.Sobol(3, scramble=True, rng=5).random(64)


@pytest.fixture(scope="module")
def found():
    """One difference is gain less 4 times cost less 1; the other is always above zero."""
    gain, cost = 10 * PLACES[:, 0], PLACES[:, 1]
    differences = np.stack([gain - 4 * cost - 1, 20 + gain], axis=1)[:, None, :]
    return Conclusions(VARIED, PLACES, differences, ("broad",), ("margin", "output"))


def test_a_conclusion_turns_where_the_difference_is_zero_with_the_rest_in_the_middle(found):
    flips = found.flips()
    # With cost in the middle it is gain - 3; with gain in the middle it is 4 - 4 cost: zero only at the end.
    row = flips.set_index("parameter").loc["gain"]
    assert row["turns_at"] == pytest.approx(3.0, abs=0.15)
    assert row["usual"] == pytest.approx(2.0, abs=0.1)
    assert set(flips["metric"]) == {"margin"}
    assert "idle" not in set(flips["parameter"])


def test_signs_count_how_often_a_conclusion_holds(found):
    signs = found.signs()
    assert signs.loc[("broad", "output"), "same_sign"] == 1.0
    # gain > 1 + 4 cost over the unit square: on average 1 - 3 / 10 of the gains are large enough.
    assert signs.loc[("broad", "margin"), "same_sign"] == pytest.approx(0.7, abs=0.04)


def test_assumptions_are_those_with_a_range_and_leave_out_who_takes_part():
    names = {one.name for one in assumptions([sim.Scenario.load("growth_for_all")])}
    assert "policy.price_linkage.anticipation" in names
    assert "policy.payment_terms.max_months" not in names  # a law
    assert not {name for name in names if name.endswith((".take_up", ".join_rate", ".reputation"))}


def test_differences_come_from_paired_runs_that_are_kept(tmp_path):
    size = {"economy": {"firms": 200}, "run": {"start": "2016-01", "months": 30}}
    policy = {"start": "2016-06", "share": 0.1, "where": {"kind": ["conglomerate"]}}
    plain = sim.Scenario.from_dict(size, name="plain")
    arm = sim.Scenario.from_dict(size | {"policy": {"profit_sharing": policy}}, name="shared")
    many = 4 * len(assumptions([arm]))
    found = conclude([plain, arm], tmp_path, points=many, metrics=("private_cost",))
    assert found.scenarios == ("shared",)
    share = found.places[:, [one.name for one in found.varied].index("policy.profit_sharing.share")]
    # More is paid where the share of profit is larger; nothing is without the policy.
    assert np.corrcoef(share, found.differences[:, 0, 0])[0, 1] > 0.5
    before = sorted(path.name for path in tmp_path.rglob("*.parquet"))
    again = conclude([plain, arm], tmp_path, points=many, metrics=("private_cost",))
    assert (again.differences == found.differences).all()
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == before
