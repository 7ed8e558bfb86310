"""A set of firms does what Mesa's agent set does, on columns."""

import copy

import numpy as np
import pytest

from sim.agents import Conglomerate, FirmAgent, FirmSet, Startup, Supplier
from sim.core.draws import Decision


def rows(firms):
    return firms.rows.tolist()


# -- a collection --------------------------------------------------------------------------------
def test_a_set_counts_lists_and_contains_its_firms(village, make_village):
    firms = village.suppliers
    assert len(firms) == 7 and repr(firms) == "<FirmSet of 7 firms>"
    assert [firm.row for firm in firms] == [1, 2, 3, 4, 5, 6, 7]
    assert firms.to_list() == list(firms)
    assert village.firm(3) in firms and village.firm(0) not in firms
    assert make_village().firm(3) not in firms and "firm" not in firms


def test_a_set_is_indexed_by_place(village):
    firms = village.suppliers
    assert firms[0] == village.firm(1) and firms[-1] == village.firm(7)
    assert rows(firms[1:3]) == [2, 3]
    with pytest.raises(IndexError):
        firms[7]


def test_a_copy_is_independent(village):
    firms = village.suppliers
    other = copy.copy(firms)
    other.clear()
    assert len(firms) == 7 and len(other) == 0 and len(firms.copy()) == 7


# -- columns -------------------------------------------------------------------------------------
def test_get_is_a_column(village):
    assert village.suppliers.get("sales").tolist() == [1000, 2000, 3000, 4000, 5000, 6000, 7000]
    assert village.suppliers.get("deposits").tolist() == [10, 20, 30, 40, 50, 60, 70]
    assert village.startups.get("unique_id").tolist() == [108] and village.startups.get("row").tolist() == [8]
    assert village.suppliers.get("discounted").shape == (7, 5)


@pytest.mark.parametrize("name", ["sales", "wage", "living", "deposits", "unique_id", "row"])
def test_get_agrees_with_looking_at_each_firm(village, name):
    assert village.agents.get(name).tolist() == [getattr(firm, name) for firm in village.agents]


def test_get_of_several_names_is_a_list_a_firm(village):
    assert village.agents[:2].get(["sales", "wage"]) == [[0, 0.0], [1000, 1.5]]


def test_get_of_a_property_asks_each_firm(village):
    assert [links.tolist() for links in village.agents[:3].get("links_out")] == [[], [0], [1]]
    assert [firms.rows.tolist() for firms in village.agents[:2].get("suppliers")] == [[1, 2], [4]]


def test_a_column_that_is_read_is_a_copy(village):
    village.suppliers.get("sales")[:] = 0
    village.suppliers.get("row")[:] = 0
    assert village.firms.sales[1] == 1000 and rows(village.suppliers)[0] == 1


def test_a_missing_name_is_an_error_or_the_default(village):
    with pytest.raises(AttributeError, match="did you mean 'sales'"):
        village.agents.get("saels")
    assert village.agents.get("saels", "default", 5).tolist() == [5] * 9
    assert village.agents[:1].get(["sales", "saels"], "default", 5) == [[0, 5]]
    with pytest.raises(ValueError, match="'error' or 'default'"):
        village.agents.get("sales", "ignore")


def test_set_writes_one_value_or_one_a_firm(village):
    assert village.suppliers.set("wage", 2.0) is not None
    assert village.firms.wage.tolist() == [0, 2, 2, 2, 2, 2, 2, 2, 12, 13.5]
    village.suppliers.set("sales", np.arange(7))
    assert village.firms.sales.tolist() == [0, 0, 1, 2, 3, 4, 5, 6, 8000, 9000]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("deposits", 5, AttributeError),
        ("loans", 5, AttributeError),
        ("saels", 5, AttributeError),
        ("sales", 0.5, TypeError),
        ("sales", [1, 2], ValueError),
    ],
)
def test_set_refuses_what_a_firm_refuses(village, name, value, error):
    before = village.firms.sales.copy()
    with pytest.raises(error):
        village.suppliers.set(name, value)
    assert np.array_equal(village.firms.sales, before)


def test_agg_reduces_by_one_function_or_several(village):
    assert village.suppliers.agg("sales", np.sum) == 28000
    assert village.suppliers.agg("wage", [min, max, sum, np.mean]) == [1.5, 10.5, 42.0, 6.0]


# -- parts ---------------------------------------------------------------------------------------
def test_select_by_mask(village):
    assert rows(village.suppliers.select(village.suppliers.get("deposits") < 30)) == [1, 2]


@pytest.mark.parametrize("mask", [[True], np.ones(10, bool), np.ones(9, int)])
def test_a_mask_of_another_shape_or_type_is_refused(village, mask):
    with pytest.raises(ValueError, match=r"a mask over this set is \(9,\) of bool"):
        village.agents.select(mask)


def test_select_by_function_type_and_value(village):
    agents = village.agents
    assert rows(agents.select(lambda firm: firm.sales > 6500)) == [7, 8]
    assert rows(agents.select(agent_type=Conglomerate)) == [0]
    assert len(agents.select(agent_type=FirmAgent)) == 9
    assert rows(agents.select(sector=1, tier=(1, 2))) == [1, 4]
    assert rows(agents.select(lambda firm: firm.row % 2, agent_type=Supplier, sector=1)) == [1, 7]
    assert rows(agents.select(deposits=[20, 30])) == [2, 3]


def test_select_at_most_a_number_or_a_part(village):
    agents = village.agents
    assert rows(agents.select(at_most=2)) == [0, 1]
    assert rows(agents.select(at_most=0.5)) == [0, 1, 2, 3]
    assert len(agents.select(at_most=1.0)) == 9 and len(agents.select(at_most=100)) == 9
    assert len(agents.select(at_most=0)) == 0


def test_a_function_is_asked_no_more_often_than_needed(village):
    asked = []
    village.agents.select(lambda firm: asked.append(firm.row) or True, at_most=2)
    assert asked == [0, 1]


def test_select_in_place_changes_this_set(village):
    firms = village.agents
    assert firms.select(sector=0, inplace=True) is firms and rows(firms) == [0, 3, 6]
    assert len(village.agents) == 9


def test_groups_hold_the_firms_of_each_value(village):
    groups = village.agents.groupby("sector")
    assert {value: rows(firms) for value, firms in groups} == {0: [0, 3, 6], 1: [1, 4, 7], 2: [2, 5, 8]}
    assert groups.count() == {0: 3, 1: 3, 2: 3} and len(groups) == 3
    assert groups.agg("sales", np.sum) == {0: 9000, 1: 12000, 2: 15000}
    assert groups.agg("sales", max) == {0: 6000, 1: 7000, 2: 8000}
    assert groups.map(len) == groups.map("__len__") == {0: 3, 1: 3, 2: 3}
    assert groups.do("set", "wage", 3.0) is groups
    assert village.firms.wage[:9].tolist() == [3.0] * 9


def test_groups_by_a_function_may_have_any_value(village):
    groups = village.agents.groupby(lambda firm: (type(firm).__name__, firm.row < 4))
    assert groups.count() == {
        ("Conglomerate", True): 1,
        ("Supplier", True): 3,
        ("Supplier", False): 4,
        ("Startup", False): 1,
    }


def test_groups_may_be_lists(village):
    groups = village.agents.groupby("sector", result_type="list")
    assert groups.groups[0] == [village.firm(row) for row in (0, 3, 6)]
    with pytest.raises(ValueError, match="'agentset' or 'list'"):
        village.agents.groupby("sector", result_type="tuple")


def test_an_empty_set_is_no_trouble(village):
    nobody = village.agents.select(sector=99)
    assert nobody.get("sales").tolist() == [] and nobody.agg("sales", sum) == 0
    assert len(nobody.groupby("sector")) == 0 and len(nobody.shuffle()) == 0
    assert nobody.sort("sales").to_list() == nobody.map("step") == []


# -- order ---------------------------------------------------------------------------------------
def test_shuffle_is_the_keyed_order_of_the_month(village):
    drawn = village.draws.uniform(Decision.ORDER, 0, village.firms.uid[:9])
    assert rows(village.agents.shuffle()) == np.argsort(drawn).tolist()
    assert sorted(rows(village.agents.shuffle())) == list(range(9))


def test_shuffle_does_not_depend_on_mesa_s_generator_or_on_who_else_is_there(village):
    village.random.random()
    whole = rows(village.agents.shuffle())
    part = rows(village.suppliers.shuffle())
    assert part == [row for row in whole if 1 <= row <= 7]


def test_shuffle_changes_with_the_month_the_turn_and_the_seed(village, make_village):
    orders = [
        rows(village.agents.shuffle()),
        rows(village.agents.shuffle(turn=1)),
        rows(make_village(2).agents.shuffle()),
    ]
    village.run_for(1)
    orders.append(rows(village.agents.shuffle()))
    assert len({tuple(order) for order in orders}) == 4


def test_shuffle_in_place_changes_this_set(village):
    firms = village.agents
    assert firms.shuffle(inplace=True) is firms and rows(firms) == rows(village.agents.shuffle())


def test_sort_puts_the_largest_first_unless_ascending(village):
    assert rows(village.suppliers.sort("sales")) == [7, 6, 5, 4, 3, 2, 1]
    assert rows(village.suppliers.sort("sales", ascending=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert rows(village.suppliers.sort(lambda firm: -firm.row)) == [1, 2, 3, 4, 5, 6, 7]
    firms = village.suppliers
    assert firms.sort("wage", inplace=True) is firms and rows(firms)[0] == 7


@pytest.mark.parametrize("ascending", [True, False])
def test_equal_firms_keep_their_order_when_sorted(village, ascending):
    expected = sorted(village.agents, key=lambda firm: firm.sector, reverse=not ascending)
    assert village.agents.sort("sector", ascending=ascending).to_list() == expected


# -- one by one ----------------------------------------------------------------------------------
def test_do_and_map_call_a_function_or_a_method(village):
    def raise_wage(firm, by, *, times=1):
        firm.wage += by * times
        return firm.row

    firms = village.suppliers
    assert firms.map(raise_wage, 1.0) == [1, 2, 3, 4, 5, 6, 7]
    assert firms.do(raise_wage, 1.0, times=2) is firms
    assert village.firms.wage[1] == 1.5 + 3 and village.firms.wage[0] == 0
    assert firms.map("__repr__")[0] == "<Supplier 101>"


def test_shuffle_do_calls_in_keyed_order_and_keeps_the_order_of_the_set(village):
    called = []
    firms = village.agents
    assert firms.shuffle_do(lambda firm: called.append(firm.row)) is firms
    assert called == rows(firms.shuffle()) and rows(firms) == list(range(9))


# -- a mutable set -------------------------------------------------------------------------------
def test_firms_are_added_and_taken_out(village):
    firms = village.startups
    firms.add(village.firm(2))
    firms.add(village.firm(2))
    assert rows(firms) == [8, 2]
    firms.discard(village.firm(5))
    firms.remove(village.firm(8))
    assert rows(firms) == [2] and len(village.startups) == 1
    with pytest.raises(KeyError):
        firms.remove(village.firm(8))
    assert firms.pop() == village.firm(2) and len(firms) == 0


def test_sets_are_joined_and_compared(village):
    low, high = FirmSet(village, [3, 1, 2]), FirmSet(village, [2, 4])
    assert rows(low & high) == [2] and rows(low | high) == [3, 1, 2, 4]
    assert rows(low - high) == [3, 1] and rows(low ^ high) == [3, 1, 4]
    assert low == FirmSet(village, [1, 2, 3]) and low != high and low != 5
    assert low & high <= low and low >= low & high and not low <= high and low & high < low
    assert low.isdisjoint(FirmSet(village, [7])) and not low.isdisjoint(high)
    assert rows(low | [village.firm(9)]) == [3, 1, 2, 9]


def test_sets_are_changed_by_operators(village):
    firms = FirmSet(village, [3, 1, 2])
    firms -= FirmSet(village, [1])
    firms |= FirmSet(village, [5])
    assert rows(firms) == [3, 2, 5]
    firms &= FirmSet(village, [2, 5])
    firms ^= FirmSet(village, [5, 6])
    assert rows(firms) == [2, 6]


def test_firms_of_two_models_do_not_mix(village, make_village):
    other = make_village()
    assert village.agents != other.agents
    for mix in (
        lambda: village.agents | other.agents,
        lambda: village.agents <= other.agents,
        lambda: village.agents.add(other.firm(1)),
        lambda: village.agents - [other.firm(1)],
    ):
        with pytest.raises(ValueError, match="another model"):
            mix()


def test_a_set_has_no_hash(village):
    with pytest.raises(TypeError):
        hash(village.agents)


def test_agent_types_select_nothing_they_do_not_cover(village):
    class Farm(Supplier):
        pass

    assert len(village.agents.select(agent_type=Farm)) == 0
    assert rows(village.agents.select(agent_type=Startup)) == [8]
