"""Inequality, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics.inequality import gini, herfindahl, lorenz, theil, top_share

sizes = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


def test_gini_of_one_and_four_with_weights_three_and_one_is_nine_28ths():
    assert gini([1, 4], [3, 1]) == pytest.approx(9 / 28, abs=1e-15)


def test_a_weight_is_a_number_of_equal_owners():
    assert gini([1, 4], [3, 1]) == pytest.approx(gini([1, 1, 1, 4]), abs=1e-15)
    assert theil([1, 4], [3, 1]).total == pytest.approx(theil([1, 1, 1, 4]).total, abs=1e-15)


def test_gini_is_zero_among_equals_and_near_one_when_one_has_all():
    assert gini([5, 5, 5]) == pytest.approx(0, abs=1e-15)
    assert gini([0] * 99 + [7]) == pytest.approx(0.99, abs=1e-12)


@given(sizes)
def test_gini_is_half_the_relative_mean_difference(values):
    each = np.array(values, dtype=float)
    difference = np.abs(each[:, None] - each).mean()
    assert gini(values) == pytest.approx(difference / (2 * each.mean()), abs=1e-9)


@given(sizes)
def test_the_lorenz_curve_rises_from_nothing_to_all_below_equality(values):
    owners, total = lorenz(values)
    assert (owners[0], total[0]) == (0, 0) and owners[-1] == pytest.approx(1) == total[-1]
    assert np.all(np.diff(total) >= 0) and np.all(total <= owners + 1e-12)
    assert np.all(np.diff(total, 2) >= -1e-12)


def test_theil_of_one_and_three():
    exact = (0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2
    assert theil([1, 3]).total == pytest.approx(exact, abs=1e-15)


def test_theil_of_one_owner_of_all_is_the_log_of_their_number():
    assert theil([0, 0, 0, 9]).total == pytest.approx(np.log(4), abs=1e-15)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9), st.integers(0, 3)), min_size=1).filter(
        lambda rows: any(value for value, _, _ in rows)
    )
)
def test_theil_is_the_sum_of_its_parts_and_the_parts_are_what_they_say(rows):
    value, weight, group = (np.array(column) for column in zip(*rows, strict=True))
    parts = theil(value, weight, group)
    assert parts.total == pytest.approx(theil(value, weight).total, abs=1e-9)
    assert parts.between >= -1e-12 and parts.within >= -1e-12
    means = np.array([np.average(value[group == g], weights=weight[group == g]) for g in group])
    assert parts.between == pytest.approx(theil(means, weight).total, abs=1e-9)


def test_concentration():
    assert herfindahl([1] * 8) == 0.125
    assert herfindahl([3, 1]) == pytest.approx(10 / 16)
    assert top_share(np.arange(1, 21), 10) == pytest.approx(155 / 210)
    assert top_share([3, 1], 10) == 1.0
    assert top_share([3, 1], 0) == 0.0


@pytest.mark.parametrize("measure", [gini, herfindahl, top_share, lambda value: theil(value).total])
@pytest.mark.parametrize("value", [[], [0, 0]])
def test_nothing_to_share_is_not_a_number(measure, value):
    assert np.isnan(measure(value))


@pytest.mark.parametrize("measure", [gini, herfindahl, top_share, theil])
def test_negative_values_are_refused(measure):
    with pytest.raises(ValueError, match="must not be negative"):
        measure([1, -1])


def test_values_and_weights_must_be_equally_long():
    with pytest.raises(ValueError, match="equally long"):
        gini([1, 2], [1])
