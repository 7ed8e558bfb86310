"""Contracts that run, and what is still owed on those that have ended."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import NOBODY, RING
from sim.economy.network import Network
from sim.economy.runoff import RunOff
from sim.economy.sectors import Banks, Households, Sectors


@pytest.fixture
def network():
    """Three firms; firm 0 has groups 0 and 1, firm 2 has group 2; link 3 has no supplier."""
    groups, links = Groups(3), Links(5)
    groups.buyer = [0, 0, 2]
    links.group = [0, 0, 1, 1, 2]
    links.buyer = [0, 0, 0, 0, 2]
    links.supplier = [1, 2, 1, NOBODY, 1]
    return Network(groups, links, 3)


def test_links_are_summed_by_group_buyer_and_supplier(network):
    value = np.array([1, 10, 100, 1000, 10000])
    assert network.sum_by_group(value).tolist() == [11, 1100, 10000]
    assert network.sum_by_buyer(value).tolist() == [1111, 0, 10000]
    assert network.sum_by_supplier(value).tolist() == [0, 10101, 10]
    assert network.sum_groups_by_buyer(np.array([1, 10, 100])).tolist() == [11, 0, 100]


def test_links_of_groups_are_found_with_the_place_of_their_group(network):
    link, place = network.links_of_groups(np.array([2, 0]))
    assert link.tolist() == [4, 0, 1] and place.tolist() == [0, 1, 1]


def test_a_change_of_supplier_moves_the_sums(network):
    network.links.supplier[3] = 0
    network.changed()
    assert network.sum_by_supplier(np.array([1, 10, 100, 1000, 10000]))[0] == 1000


debts = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 3), st.lists(st.integers(0, 9), min_size=RING, max_size=RING)
    ),
    max_size=6,
)


@given(debts)
def test_all_that_is_owed_moves_to_the_run_off(contracts):
    runoff = RunOff()
    for debtor, creditor, ring in contracts:
        runoff.take_over(np.array([debtor]), np.array([creditor]), np.array(ring, dtype=np.int64)[:, None])
    assert runoff.total == sum(sum(ring) for _, _, ring in contracts)
    for slot in range(RING):
        due = runoff.due(slot)
        owed = {(d, c) for d, c, ring in contracts if ring[slot]}
        assert set(zip(runoff.debtor[due].tolist(), runoff.creditor[due].tolist(), strict=True)) == owed
        assert runoff.amount[due].sum() == sum(ring[slot] for _, _, ring in contracts)


def test_what_is_not_paid_falls_due_next_month_and_what_is_paid_is_dropped():
    runoff = RunOff()
    runoff.take_over(np.array([0, 1]), np.array([2, 2]), np.array([[0, 0]] * 4 + [[50, 70]]))
    runoff.settle(runoff.due(4), np.array([0, 20]), 4)
    assert runoff.total == 20 and runoff.due(0).size == 1 and runoff.debtor.tolist() == [1]


def test_debts_of_a_failed_firm_fall_due_at_once():
    runoff = RunOff()
    runoff.take_over(np.array([0, 1]), np.array([2, 2]), np.array([[1, 2], [0, 0], [3, 4], [0, 0], [0, 0]]))
    runoff.accelerate(np.array([True, False, False]), 1)
    assert runoff.amount[runoff.due(1)].sum() == 4
    assert runoff.amount[runoff.due(2)].tolist() == [4]


@pytest.mark.parametrize("table", [Firms, Groups, Links, Sectors, Households, Banks])
def test_every_column_says_its_unit_and_what_it_means(table):
    assert table.columns
    for row in table.dictionary():
        assert row["unit"] and len(row["meaning"]) > 3, row


@pytest.mark.parametrize("table", [Firms, Groups, Links, Sectors, Households, Banks])
def test_money_is_kept_in_whole_won_where_it_is_owed(table):
    for name, column in table.columns.items():
        if column.unit == "KRW":
            assert column.dtype == np.int64, f"{table.__name__}.{name}"


def test_rows_of_nobody_and_potential_firms_are_marked():
    firms = Firms(1)
    assert firms.business_group[0] == NOBODY and firms.uid[0] == -1 and not firms.living[0]
    assert Links(1).supplier[0] == NOBODY
