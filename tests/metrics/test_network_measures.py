"""Systemic risk, influence and tails: the known results."""

import numpy as np
import pytest

from sim.core.draws import Decision, Draws
from sim.metrics.network import SupplyNetwork, hill, influence, supply_network, systemic_risk


def network(links, sector, **more):
    supplier, buyer, weight = zip(*links, strict=True)
    return SupplyNetwork(
        np.array(supplier), np.array(buyer), np.array(weight, dtype=float), np.array(sector), **more
    )


def test_in_a_chain_of_three_sectors_every_failure_stops_all():
    assert systemic_risk(network([(0, 1, 1), (1, 2, 1)], [0, 1, 2])).tolist() == [1, 1, 1]


TWO_SUPPLIERS = [(0, 2, 1), (1, 2, 1), (2, 3, 4)]


def test_one_of_two_equal_suppliers_stops_half():
    assert systemic_risk(network(TWO_SUPPLIERS, [0, 0, 1, 2])).tolist() == [0.5, 0.5, 1, 1]


def test_suppliers_of_different_essential_inputs_stop_all_downstream():
    # The assembler stops for want of either input, and so takes no more of the other.
    down_only = (1 + 4) / 6
    risk = systemic_risk(network(TWO_SUPPLIERS, [0, 3, 1, 2]))
    assert risk == pytest.approx([down_only, down_only, 1, 1])


def test_an_input_that_is_not_essential_costs_its_share_of_all_inputs():
    links = [(0, 2, 1), (1, 2, 3), (2, 3, 4)]
    risk = systemic_risk(network(links, [0, 3, 1, 2], essential=np.array([False, False, True])))
    # Without firm 0 the assembler makes 3/4 and without firm 1 it makes 1/4.
    assert risk[:2] == pytest.approx([(1 + 1) / 8, (3 + 3) / 8])


def test_a_small_supplier_is_replaced_by_its_rivals():
    # Firms 0 and 1 are rivals with sales 1 and 3; firm 0's only buyer is firm 2.
    links = [(0, 2, 1), (1, 3, 3), (2, 4, 1), (3, 4, 3)]
    risk = systemic_risk(network(links, [0, 0, 1, 2, 3]), of=[0])
    # Only 1/3 of what firm 0 delivered cannot be replaced, so firm 2 makes 2/3, and firm 4 buys
    # two inputs of which that of sector 1 falls to 2/3: nothing else is lost upstream.
    assert risk == pytest.approx([(1 + 1 / 3) / 8])


def test_final_users_keep_buying():
    alone = network([(0, 1, 1)], [0, 1])
    with_final = network([(0, 1, 1)], [0, 1], final=np.array([3.0, 6.0]))
    assert systemic_risk(alone).tolist() == [1, 1]
    assert systemic_risk(with_final).tolist() == [1, (6 + 1) / 10]


def test_only_the_firms_asked_for_are_followed():
    whole = network(TWO_SUPPLIERS, [0, 0, 1, 2])
    assert systemic_risk(whole, of=[3, 0]).tolist() == [1, 0.5]
    assert systemic_risk(whole, of=[]).shape == (0,)


def test_failures_are_the_same_one_by_one_and_in_batches():
    draws, uid = Draws(1), np.arange(400)
    supplier = (draws.uniform(Decision.PARTNER, 0, uid) * 100).astype(int)
    buyer = (draws.uniform(Decision.PARTNER, 1, uid) * 100).astype(int)
    whole = SupplyNetwork(supplier, buyer, draws.uniform(Decision.SIZE, 0, uid) + 0.1, np.arange(100) % 7)
    together = systemic_risk(whole)
    alone = np.concatenate([systemic_risk(whole, of=[firm]) for firm in range(100)])
    assert together == pytest.approx(alone, abs=1e-7)
    assert np.all(together >= 0) and np.all(together <= 1 + 1e-12)


def test_without_sales_there_is_no_risk_to_speak_of():
    empty = SupplyNetwork(np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(3, int))
    assert np.isnan(systemic_risk(empty)).all()


def test_the_network_of_an_economy_is_its_deliveries(economy):
    seen = supply_network(economy)
    assert seen.supplier.tolist() == [1, 2, 3] and seen.buyer.tolist() == [0, 0, 2]
    assert seen.weight.tolist() == [300, 200, 100]
    assert seen.final.tolist() == [1000, 0, 0, 0, 0, 0] and seen.essential.all()
    # All firms are of one sector: the conglomerate can replace firm 3's part of its inputs nowhere.
    assert systemic_risk(seen, of=[0]) == pytest.approx([1.0])


def ring(n):
    firm = np.arange(n)
    return influence(firm, (firm + 1) % n, np.ones(n), n, 0.5)


def star(n):
    return influence(np.arange(n), np.zeros(n, int), np.ones(n), n, 0.5)


@pytest.mark.parametrize("vector", [ring(10), ring(333), star(10), star(100)])
def test_influence_adds_up_to_one(vector):
    assert vector.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("n", [3, 10, 333])
def test_in_a_ring_shocks_average_out(n):
    assert np.linalg.norm(ring(n)) * np.sqrt(n) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("n", "volatility"), [(10, 0.5701), (100, 0.5074)])
def test_in_a_star_the_centre_s_shocks_remain(n, volatility):
    assert np.linalg.norm(star(n)) == pytest.approx(volatility, abs=5e-5)


def test_influence_solves_its_equation():
    buyer, supplier = np.array([0, 0, 1, 2, 2]), np.array([1, 2, 0, 0, 1])
    share = np.array([0.3, 0.7, 1.0, 0.4, 0.6])
    inputs = np.zeros((3, 3))
    inputs[buyer, supplier] = share
    exact = 0.2 / 3 * np.linalg.solve(np.eye(3) - 0.8 * inputs.T, np.ones(3))
    assert influence(buyer, supplier, share, 3, 0.2) == pytest.approx(exact, abs=1e-13)


@pytest.mark.parametrize("labour_share", [0.0, 1.1])
def test_a_labour_share_out_of_range_is_refused(labour_share):
    with pytest.raises(ValueError, match="labour_share"):
        influence([0], [0], [1.0], 1, labour_share)


def test_hill_finds_the_exponent_of_a_pareto_tail():
    size = (1 - Draws(1).uniform(Decision.SIZE, 0, np.arange(100_000))) ** (-1 / 1.5)
    assert hill(size, 10_000) == pytest.approx(1.5, abs=4 * 1.5 / np.sqrt(10_000))


def test_hill_of_too_few_or_equal_values_is_not_a_number():
    assert np.isnan(hill([1.0, 2.0], 2)) and np.isnan(hill([3.0, 3.0, 3.0], 2)) and np.isnan(hill([], 1))
