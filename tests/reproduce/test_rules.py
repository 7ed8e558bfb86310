"""Rules: what each lets pass, and that the data state none that nobody can read."""

from __future__ import annotations

import math

import pytest

from sim.population.published import published
from sim.reproduce.rules import passes, read


@pytest.mark.parametrize(
    ("rule", "figure", "median", "low", "high", "expected"),
    [
        ("within 10 %", -50.0, -45.0, 0.0, 0.0, True),
        ("within 10 %", -50.0, -44.9, 0.0, 0.0, False),
        ("within 5 points", 10.0, 15.0, 0.0, 0.0, True),
        ("within 1 point", 10.0, 11.1, 0.0, 0.0, False),
        ("between 0.14 and 0.20", 0.2, 0.14, 0.0, 0.0, True),
        ("between 0.14 and 0.20", 0.2, 0.21, 0.0, 0.0, False),
        ("between -1 and 1", 0.2, -1.0, 0.0, 0.0, True),
        ("within a factor of 3", -6.0, -2.0, 0.0, 0.0, True),
        ("within a factor of 3", -6.0, -1.9, 0.0, 0.0, False),
        ("within a factor of 3", -6.0, 6.0, 0.0, 0.0, False),
        ("within a factor of 3", 6.0, 0.0, 0.0, 0.0, False),
        ("at most", 3.0, 3.1, 0.0, 0.0, False),
        ("at least", 3.0, 3.1, 0.0, 0.0, True),
        ("same sign", 1.0, 0.2, 0.1, 0.3, True),
        ("same sign", 1.0, 0.2, -0.1, 0.3, False),  # an interval that holds zero shows no sign
        ("interval covers", 1.0, 5.0, 0.9, 9.0, True),
        ("interval covers", 1.0, 1.0, 1.1, 9.0, False),
    ],
)
def test_a_rule_lets_pass_what_it_says(rule, figure, median, low, high, expected):
    assert passes(rule, figure, median, low, high) is expected


def test_what_was_not_measured_misses_and_what_is_not_published_cannot_pass():
    assert passes("within 10 %", 50.0, math.nan, math.nan, math.nan) is False
    assert passes("within 10 %", math.nan, 50.0, 49.0, 51.0) is None
    assert passes("", 50.0, 50.0, 49.0, 51.0) is None


def test_every_rule_of_the_data_can_be_read():
    for rule in published()["rule"].unique():
        assert rule == "" or read(rule)


@pytest.mark.parametrize("rule", ["within ten %", "about right", "within 10"])
def test_a_rule_that_nobody_knows_is_an_error_and_no_pass(rule):
    with pytest.raises(ValueError, match="is no rule"):
        passes(rule, 1.0, 1.0, 1.0, 1.0)
