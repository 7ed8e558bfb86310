"""The tables of policies: when one is in force, with which values, for whom."""

from __future__ import annotations

import pytest

from scenario.writing import complaint, load
from sim.core.months import parse_month
from sim.scenario import Scenario


def test_a_dated_value_is_a_step_function_with_the_default_before_its_first_date(gift):
    (entry,) = gift.policies
    months = ("2020-02", "2020-03", "2020-06", "2020-12", "2021-01", "2021-06", "2021-07")
    standing = [entry.at(parse_month(month)) for month in months]
    shares = [None if policy is None else policy.share for policy in standing]
    assert shares == [None, 0.0, 0.1, 0.1, 0.2, 0.2, None]


def test_where_reaches_the_policy_at_every_date(gift):
    (entry,) = gift.policies
    assert {policy.where.tier for _, policy in entry.steps} == {(1, 2)}
    assert entry.steps[0][1].where.region == ("honam",)


def test_without_start_and_end_a_policy_is_in_force_for_the_whole_run(folder):
    (entry,) = load(folder, 'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\n').policies
    assert (entry.first, entry.last) == (parse_month("2020-01"), None)


def test_off_switches_an_inherited_policy_off(folder, gift):
    assert gift.policies
    bare = load(folder, 'extends = "mine.toml"\n[policy.gift]\noff = true\n', "bare.toml")
    assert bare.policies == ()
    assert bare.hash == Scenario.load(folder / "base.toml").hash


def test_a_policy_that_is_off_can_be_switched_on_again(gift):
    off = gift.replacing("policy.gift.off", True)
    assert off.policies == () and off.replacing("policy.gift.off", False) == gift


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ("share = 2", "share", "out of bounds: 2\n    allowed: a number, at least 0 and at most 1"),
        ("share = { '2020-06' = 2 }", "share.2020-06", "out of bounds: 2"),
        ("share = { '2019-12' = 0.1 }", "share.2019-12", "lies before the run's start, 2020-01"),
        ("share = { '2020-6' = 0.1 }", "share.2020-6", "'2020-6' is not a month"),
        ("share = { early = 0.1 }", "share", "wrong type: a table"),
        ("shares = { '2020-06' = 0.1 }", "shares", "did you mean 'share'?"),
        ("shares = 0.1", "shares", "did you mean 'share'?"),
        ("strat = '2020-06'", "strat", "did you mean 'start'?"),
        ("start = '2019-12'", "start", "lies before the run's start, 2020-01"),
        ("start = 2020", "start", "wrong type: 2020"),
        ("end = '2019-12'", "end", "lies before the run's start, 2020-01"),
        ("off = 'yes'", "off", "allowed: true or false"),
        ("where = { size = ['smee'] }", "where.size", "did you mean 'sme'?"),
        ("where = { sector = ['electronic'] }", "where.sector", "did you mean 'electronics'?"),
        ("where = { region = ['Honam'] }", "where.region", "did you mean 'honam'?"),
        ("where = { sizes = ['sme'] }", "where.sizes", "did you mean 'size'?"),
        ("where = { tier = ['1'] }", "where.tier", "allowed: whole numbers from 0"),
        ("where = { tier = 1 }", "where.tier", "must be a list"),
        ("where = { tier = [] }", "where.tier", "at least one"),
        ("where = 3", "where", "must be a table"),
    ],
)
def test_a_bad_line_of_a_policy_is_answered_likewise(folder, line, key, what):
    said = complaint(folder, f'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\n{line}\n')
    assert said.startswith(f"mine.toml, line 4, policy.gift.{key}: ") and what in said


def test_an_end_before_the_start_is_refused(folder):
    text = 'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\nstart = "2020-06"\nend = "2020-05"\n'
    assert "lies before the policy's start, 2020-06" in complaint(folder, text)


def test_a_policy_that_starts_after_the_run_is_noted(folder, gift):
    late = gift.replacing("policy.gift.start", "2022-01", "policy.gift.end", "2022-03")
    assert late.notes == ("policy.gift starts 2022-01, after the run's last month, 2021-12: it never acts",)
    assert gift.replacing("policy.gift.start", "2021-06").notes == ()  # the last month but six
    assert late.replacing("policy.gift.off", True).notes == ()
    assert late.replacing("run.months", 25).notes == ()
