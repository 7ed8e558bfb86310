"""Building blocks: sizes, inclusion, filling, choice of suppliers, tiers."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from sim.economy.kinds import OUTSIDE
from sim.population import demand, describe, firms, inputs, network, tiers
from sim.population.data import make_sectors
from sim.population.demand import fill
from sim.population.firms import firms_by_class, size_targets
from sim.population.inputs import inclusion
from sim.population.io_table import load_io_table
from sim.population.markets import Market
from sim.population.tiers import tiers as find_tiers
from sim.population.tiers import upstreamness


@pytest.mark.parametrize("module", [demand, describe, firms, inputs, make_sectors, network, tiers])
def test_examples_in_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0 and result.failed == 0


def test_large_firms_are_one_to_one_when_there_is_room() -> None:
    assert firms_by_class(100_000)[:2].tolist() == [2236, 4431]
    assert firms_by_class(1_000)[:2].tolist() == [30, 60]


def test_sales_by_sector_and_class_add_up_both_ways() -> None:
    output = load_io_table().output
    targets = size_targets(5_000, output, np.ones(20))
    np.testing.assert_allclose(targets.sales.sum(axis=1), output)
    np.testing.assert_allclose(
        targets.sales.sum(axis=0) / output.sum(), [0.48, 0.141, 0.23, 0.149], rtol=1e-6
    )
    assert targets.firms.sum() == 5_000


def test_inclusion_adds_up_to_the_wanted_number_and_keeps_the_expected_coefficient() -> None:
    coefficient = np.array([0.5, 0.2, 0.1, 0.1, 0.05, 0.0])
    probability = inclusion(coefficient, np.array([1, 2, 3, 4, 5]))
    np.testing.assert_allclose(probability.sum(axis=1), [1, 2, 3, 4, 5])
    assert (probability <= 1 + 1e-12).all() and (probability[:, 5] == 0).all()


def test_filling_respects_limits_and_uses_up_the_total() -> None:
    amount = fill(np.array([10.0, 3.0]), np.ones(4), np.array([1.0, 4.0, 9.0, 9.0]), np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(amount, [1, 4, 5, 3])


def market() -> Market:
    size = np.array([8.0, 4.0, 2.0, 1.0])
    return Market.of(np.array([10, 11, 12, 13]), size, size, np.array([0, 0, 1, 1], dtype=np.int8))


def chosen(need: float, same_region: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    here, draw = market(), (np.arange(3000) + 0.5) / 3000
    rows = here.choose(draw, here.eligible(np.full(3000, need)), np.ones(3000, dtype=np.int8), same_region)
    return np.bincount(rows, minlength=14)[10:] / 3000


def test_suppliers_are_chosen_in_proportion_to_their_weight() -> None:
    np.testing.assert_allclose(chosen(0.0), np.array([8, 4, 2, 1]) / 15, atol=0.001)


def test_suppliers_too_small_for_the_order_are_passed_over() -> None:
    np.testing.assert_allclose(chosen(3.0), [2 / 3, 1 / 3, 0, 0], atol=0.001)


def test_suppliers_of_the_own_region_have_better_odds() -> None:
    np.testing.assert_allclose(chosen(0.0, same_region=4.0), np.array([8, 4, 8, 4]) / 24, atol=0.001)


def test_nobody_is_chosen_when_all_are_too_small() -> None:
    here = market()
    need = np.array([100.0])
    assert here.choose(np.array([0.5]), here.eligible(need), np.zeros(1, dtype=np.int8), 2.0).tolist() == [-1]


def test_tiers_count_steps_to_the_nearest_conglomerate() -> None:
    supplier, buyer = np.array([1, 2, 3, 3, 5, -1]), np.array([0, 1, 2, 0, 4, 0])
    conglomerate = np.array([True, False, False, False, False, False])
    assert find_tiers(supplier, buyer, conglomerate).tolist() == [0, 1, 2, 1, OUTSIDE, OUTSIDE]


def test_upstreamness_of_a_pure_chain_rises_by_one_a_step() -> None:
    supplier, buyer = np.array([1, 2]), np.array([0, 1])
    assert upstreamness(supplier, buyer, np.array([5.0, 5.0]), np.full(3, 5.0)).tolist() == [1, 2, 3]
