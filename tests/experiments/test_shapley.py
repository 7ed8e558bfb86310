"""Shapley values: worked by hand, adding up, and zero for who does nothing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.core.errors import InputError
from sim.experiments import shapley as module
from sim.experiments.run import Outcome
from sim.experiments.shapley import contributions, decomposed, players, with_players
from sim.policies import available
from sim.scenario import Scenario

POLICIES = {
    "payment_terms": {"start": "2016-02", "max_months": 0, "cash_ratio": 1.0},
    "price_linkage": {"start": "2016-03"},
    "win_win_finance": {"start": "2016-03"},
}


@pytest.fixture(scope="module")
def base():
    return Scenario.load("baseline").replacing(
        "economy.firms", 200, "run.months", 6, "record.metrics", ["gdp", "days_to_payment"]
    )


@pytest.fixture(scope="module")
def package(base):
    return base.replacing("policy", POLICIES).named("package")


def worth_of(count, value):
    """Return the worth of every set of players, (2^k, 1)."""
    return np.array(
        [[value({i for i in range(count) if row >> i & 1})] for row in range(1 << count)], dtype=float
    )


def test_the_glove_game():
    # Player 0 has a left glove, 1 and 2 a right one each; a pair is worth 1 (Shapley: 2/3, 1/6, 1/6).
    parts = contributions(worth_of(3, lambda members: float(0 in members and bool(members & {1, 2}))))
    assert np.ravel(parts) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_six_players_that_do_not_meet_get_what_they_add_alone():
    alone = [3.0, -1.0, 0.0, 0.5, 10.0, -7.0]
    parts = contributions(worth_of(6, lambda members: 100 + sum(alone[i] for i in members)))
    assert np.ravel(parts) == pytest.approx(alone, abs=1e-12)


def test_parts_add_up_for_any_worth_and_equals_are_treated_alike():
    worth = np.random.default_rng(1).normal(size=(64, 5)) * 1e14
    assert sum(contributions(worth)) == pytest.approx(worth[-1] - worth[0], rel=1e-12)
    symmetric = contributions(worth_of(5, lambda members: len(members) ** 3))
    assert np.ravel(symmetric) == pytest.approx([25.0] * 5)


def test_players_are_channels_in_use_or_policies_not_shared(base, package):
    assert players(base, package, "channels") == ["price", "liquidity", "credit"]
    assert players(base, package, "policies") == sorted(POLICIES)
    shared = base.replacing("policy.price_linkage", POLICIES["price_linkage"])
    assert players(shared, package, "policies") == ["payment_terms", "win_win_finance"]
    assert players(base, package.replacing("policy.payment_terms.without", ["liquidity"]), "channels") == [
        "price",
        "credit",
    ]


def test_sets_of_players_are_scenarios_of_their_own(base, package):
    sets = [
        with_players(base, package, ["price", "liquidity", "credit"], row, "channels") for row in range(8)
    ]
    assert len({one.hash for one in sets}) == 8 and len({one.name for one in sets}) == 8
    assert sets[7] is package and sets[1].name == "package with price"
    assert {entry.name: entry.without for entry in sets[1].policies} == {
        "payment_terms": {"liquidity"},
        "price_linkage": frozenset(),
        "win_win_finance": {"credit"},
    }
    none = with_players(base, package, sorted(POLICIES), 0, "policies")
    assert none is base


def test_a_policy_of_another_dose_is_put_back_to_that_of_the_baseline(base, package):
    weaker = base.replacing("policy.payment_terms", POLICIES["payment_terms"] | {"max_months": 2})
    arm = base.replacing("policy.payment_terms", POLICIES["payment_terms"]).named("arm")
    assert with_players(weaker, arm, ["payment_terms"], 0, "policies") is weaker


def test_hand_made_runs_are_shared_out_seed_by_seed(base, package):
    months = [f"2016-{month:02d}" for month in range(1, 7)]
    alone = {"payment_terms": 1.0, "price_linkage": 10.0, "win_win_finance": 100.0}

    def do(jobs):
        done = []
        for job in jobs:
            names = {entry.name for entry in job.scenario.policies}
            worth = sum(alone[name] for name in names) + (5.0 * job.seed if len(names) > 1 else 0.0)
            frame = pd.DataFrame({"gdp": [-7.0] + [worth] * 5}, index=months)
            fails = job.seed == 3 and not names
            done.append(
                Outcome(job.scenario.name, job.seed, None if fails else frame, error="x" if fails else "")
            )
        return done

    found = decomposed([base, package], "policies", do, [1, 2, 3])
    assert found.seeds == [1, 2] and found.since == "2016-02" and len(found.failures) == 1
    values = found.values.xs("gdp", level="metric")
    # What two or more add together, 5 times the seed, is added by whoever comes second: a third each.
    for seed in (1, 2):
        bonus = 5.0 * seed / 3
        assert values.loc[seed].tolist() == pytest.approx(
            [1 + bonus, 10 + bonus, 100 + bonus, 0, 111 + 5 * seed]
        )
    row = found.table("gdp").loc[("gdp", "total")]
    assert row["contribution"] == pytest.approx(111 + 7.5) and row["low"] < 116 < 121 < row["high"]


def test_contributions_of_real_runs_add_up_and_channels_do_what_they_should(base, package):
    found = sim.shapley(base, package, seeds=2)
    values = found.values
    parts = values[[*found.players, "rest"]].sum(axis=1)
    assert np.allclose(parts, values["total"], rtol=1e-9, atol=1e-6 * values["total"].abs().max())
    assert (values["rest"] == 0).all()  # with all channels off it is the baseline to the bit
    days = found.table("days_to_payment").loc["days_to_payment", "contribution"]
    assert days["liquidity"] < -5 and abs(days["price"]) + abs(days["credit"]) < 0.1 * abs(days["liquidity"])
    effect = sim.compare(base, package, seeds=2)
    total = found.table("gdp").loc[("gdp", "total"), "contribution"]
    assert total == pytest.approx(effect.table().loc[("package", "gdp"), "difference"], rel=1e-9)


@pytest.mark.parametrize("name", list(POLICIES))
def test_a_policy_without_any_of_its_channels_changes_no_bit(base, name):
    off = base.replacing(f"policy.{name}", POLICIES[name] | {"without": list(module.CHANNELS)}).named("off")
    assert off.hash != base.hash
    assert sim.run(off, 1).metrics.equals(sim.run(base, 1).metrics)


def test_what_cannot_be_split_is_refused(base, package):
    with pytest.raises(InputError, match="there is nothing to split"):
        players(base, base.named("same"), "policies")
    every = {name: {} for name in available()}
    with pytest.raises(InputError, match=r"take .* runs a seed\n.*split at most 8"):
        players(base, base.replacing("policy", every).named("all"), "policies")


def test_the_command_prints_a_table_or_json_and_refuses_the_rest(tmp_path):
    file = tmp_path / "package.toml"
    file.write_text('extends = "baseline"\n[policy.payment_terms]\nmax_months = 0\n[policy.price_linkage]\n')
    call = ["compare", "baseline", str(file), "-s", "2", "--firms", "200", "--months", "2", "--decompose"]
    said = CliRunner().invoke(app, [*call, "policies"])
    assert said.exit_code == 0 and "payment_terms" in said.stdout and "±" in said.stdout
    told = json.loads(CliRunner().invoke(app, [*call, "channels", "--json"]).stdout)
    assert told["players"] == ["price", "liquidity"] and told["seeds"] == [1, 2]
    assert {row["part"] for row in told["contributions"]} == {"price", "liquidity", "rest", "total"}
    for more, what in (
        (["colours"], "there is no 'colours'"),
        (["channels", "--placebo"], "cannot be used with --decompose"),
    ):
        refused = CliRunner().invoke(app, [*call, *more])
        assert isinstance(refused.exception, InputError) and what in str(refused.exception)
