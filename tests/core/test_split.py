"""Parts add up to the won."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.split import FEW, largest_remainder, split_pools, spread

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(st.integers(0, 2**62), st.lists(st.floats(0, 1e12), min_size=1, max_size=30))
def test_parts_add_up_to_the_won_and_none_is_negative(pool, weight):
    part = largest_remainder(pool, weight)
    assert int(part.sum()) == (pool if max(weight) > 0 else 0)
    assert part.min() >= 0


@given(st.integers(0, 10**9), weights)
def test_a_part_is_within_a_won_of_its_exact_share(pool, weight):
    part = largest_remainder(pool, weight)
    for got, each in zip(part.tolist(), weight, strict=True):
        exact = Fraction(pool * each, sum(weight)) if sum(weight) else Fraction(0)
        assert abs(got - exact) < 1 + Fraction(1, 10**5)


@given(st.integers(0, 10**9), weights)
def test_without_weight_there_is_no_part(pool, weight):
    part = largest_remainder(pool, weight)
    assert all(got == 0 for got, each in zip(part, weight, strict=True) if each == 0)


@given(
    st.integers(0, 10**6), st.lists(st.integers(1, 10**4), min_size=2, max_size=20, unique=True), st.randoms()
)
def test_the_order_of_entries_matters_only_between_equal_fractions(pool, weight, chance):
    part = largest_remainder(pool, weight)
    order = list(range(len(weight)))
    chance.shuffle(order)
    moved = largest_remainder(pool, [weight[i] for i in order])
    total = sum(weight)
    for place, entry in enumerate(order):
        rest = pool * weight[entry] % total
        tied = [i for i in range(len(weight)) if i != entry and pool * weight[i] % total == rest]
        assert moved[place] == part[entry] or tied


def test_ties_go_to_the_first_entries():
    assert largest_remainder(5, [1, 1, 1]).tolist() == [2, 2, 1]


@pytest.mark.parametrize("entries", [FEW, FEW + 1, 5 * FEW])
@pytest.mark.parametrize("most", [1, 3, 10**6])  # few different weights are many ties
def test_one_pool_is_split_alike_by_choosing_and_by_sorting(entries, most):
    weight = np.random.default_rng(entries).integers(1, most, entries, endpoint=True).astype(float)
    for pool in (0, 1, entries - 1, 10**6 + 7, 2**53 - 1):
        alone = split_pools(np.array([pool]), weight, np.zeros(entries, dtype=np.intp))
        assert largest_remainder(pool, weight).tolist() == alone.tolist()


def test_the_largest_fraction_gets_the_won():
    assert largest_remainder(10, [1.26, 1.26, 7.48]).tolist() == [1, 1, 8]


def test_nobody_with_weight_gets_nothing():
    assert largest_remainder(10, [0.0, 0.0]).tolist() == [0, 0]
    assert largest_remainder(10, []).tolist() == []


def test_pools_beyond_exact_fractions_still_add_up():
    weight = np.exp(np.linspace(-30, 10, 110))
    part = largest_remainder(4_000_000_000_000_000_003, weight)
    assert part.min() >= 0 and int(part.sum()) == 4_000_000_000_000_000_003


def test_a_pool_too_large_for_exact_fractions_takes_nothing_from_its_neighbours():
    weight, huge = np.exp(np.linspace(-30, 10, 110)), 4 * 10**18 + 3
    weights, owner = np.r_[0.0, weight, 1.0, 1.0], np.r_[0, np.full(110, 2), 3, 3]
    part = split_pools(np.array([7, 8, huge, 5]), weights, owner)
    assert part[0] == 0 and part[-2:].tolist() == [3, 2]
    assert np.array_equal(part[1:-2], largest_remainder(huge, weight))


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1000)), min_size=1, max_size=40),
)
def test_many_pools_at_once_are_as_each_alone(pools, entries):
    owner = np.array([each % len(pools) for each, _ in entries], dtype=np.intp)
    weight = np.array([each for _, each in entries], dtype=float)
    together = split_pools(np.array(pools, dtype=np.int64), weight, owner)
    for index, pool in enumerate(pools):
        assert together[owner == index].tolist() == largest_remainder(pool, weight[owner == index]).tolist()


@pytest.mark.parametrize("pool", [0, 1, 7, 10**15])
def test_one_entry_gets_all(pool):
    assert largest_remainder(pool, [0.3]).tolist() == [pool]


@given(st.integers(0, 10**12), weights)
def test_spreading_adds_up_within_a_won_of_each_share(total, weight):
    part = spread(total, np.array(weight, dtype=float))
    assert int(part.sum()) == (total if any(weight) else 0) and part.min() >= 0
    for got, each in zip(part.tolist(), weight, strict=True):
        exact = Fraction(total * each, sum(weight)) if sum(weight) else Fraction(0)
        assert abs(got - exact) <= 1 + Fraction(1, 10**3)
        assert each or got == 0


@given(st.integers(2**53, 2**62), st.lists(st.floats(0, 1e12), min_size=1, max_size=30))
def test_spreading_very_much_still_adds_up(total, weight):
    part = spread(total, np.array([*weight, 0.0]))
    assert int(part.sum()) == (total if max(weight) > 0 else 0)
    assert part.min() >= 0 and part[-1] == 0


def test_tiny_weights_spread_as_well_as_large_ones():
    assert spread(2**60, np.array([5e-324, 5e-324])).tolist() == [2**59, 2**59]


def test_spreading_over_nobody_gives_nothing():
    assert spread(10, np.zeros(0)).tolist() == [] and spread(10, np.zeros(2)).tolist() == [0, 0]
