"""A firm is a window on a row: it owns nothing and sees everything."""

import copy
import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest

from sim.agents import Conglomerate, FirmAgent, Holder, Startup, Supplier
from sim.economy.accounts import HOLDERS
from sim.economy.firms import Firms
from sim.economy.kinds import Kind


def test_a_firm_is_a_mesa_agent_of_the_type_its_kind_says(village):
    assert [type(village.firm(row)) for row in (0, 1, 8)] == [Conglomerate, Supplier, Startup]
    assert isinstance(village.firm(0), mesa.Agent)


def test_one_assignment_turns_a_startup_into_a_supplier(village):
    village.firm(8).kind = Kind.SUPPLIER
    assert type(village.firm(8)) is Supplier and len(village.suppliers) == 8 and len(village.startups) == 0


@pytest.mark.parametrize("name", Firms.columns)
def test_every_column_is_read_as_the_cell_of_the_row(village, name):
    seen = getattr(village.firm(3), name)
    array = village.firms.arrays[name]
    if Firms.columns[name].width:
        assert seen.tolist() == array[:, 3].tolist()
    else:
        assert seen == array[3] and type(seen) in (int, float, bool)


def test_the_class_gives_the_description_of_a_column():
    assert Supplier.wage is Firms.wage and Supplier.wage.unit == "KRW/person/month"


def test_writing_an_attribute_writes_the_cell(village):
    village.firm(3).wage = 7
    village.firm(3).sales += 5
    assert village.firms.wage[3] == 7.0 and village.firms.sales[3] == 3005
    assert village.firms.wage[4] == 6.0


def test_a_window_shows_what_happens_behind_it(village):
    firm = village.firm(3)
    village.firms.wage[3] = 11
    assert firm.wage == 11.0


@pytest.mark.parametrize("name", ["deposits", "loans", "discounted", "uid", "unique_id", "row"])
def test_what_the_ledger_keeps_and_identities_are_not_written(village, name):
    firm = village.firm(3)
    before = np.array(getattr(firm, name))
    with pytest.raises(AttributeError, match="read-only"):
        setattr(firm, name, 1)
    assert np.array_equal(getattr(firm, name), before)


def test_the_message_says_where_money_moves(village):
    with pytest.raises(AttributeError, match=r"money moves only through model\.ledger\.pay"):
        village.firm(3).deposits = 5


def test_deposits_are_those_of_the_ledger(village):
    village.ledger.pay(village.ledger.firm(3), village.ledger.firm(4), 7, "gift")
    assert (village.firm(3).deposits, village.firm(4).deposits) == (23, 47)


def test_an_undeclared_attribute_names_the_nearest_column_and_where_to_declare_it(village):
    with pytest.raises(AttributeError) as error:
        _ = village.firm(3).saels
    assert "did you mean 'sales'?" in str(error.value)
    assert 'saels = Column("unit"' in str(error.value) and "sim/economy/firms.py" in str(error.value)
    with pytest.raises(AttributeError, match="did you mean 'deposits'"):
        village.firm(3).deposit = 1


@pytest.mark.parametrize(("name", "value"), [("sales", 2.5), ("kind", 0.0), ("living", 1), ("wage", "much")])
def test_a_value_the_column_cannot_hold_is_refused(village, name, value):
    before = getattr(village.firm(3), name)
    with pytest.raises(TypeError, match=name):
        setattr(village.firm(3), name, value)
    assert getattr(village.firm(3), name) == before


def test_windows_are_equal_when_model_and_row_are(village, make_village):
    assert village.firm(3) == village.firm(3) and hash(village.firm(3)) == hash(village.firm(3))
    assert village.firm(3) != village.firm(4)
    assert village.firm(3) != make_village().firm(3)
    assert village.firm(3) != 3
    assert len({village.firm(3), village.firm(3), village.firm(4)}) == 2


def test_nobody_keeps_a_window_alive(village):
    seen = weakref.ref(village.firm(3))
    assert seen() is None


def test_a_model_nobody_uses_is_freed(make_village):
    gone = weakref.ref(make_village())
    gc.collect()
    assert gone() is None


def test_the_identity_is_the_permanent_one(village):
    assert village.firm(3).unique_id == 103 and repr(village.firm(3)) == "<Supplier 103>"


def test_suppliers_and_customers_follow_the_links(village):
    assert village.firm(0).suppliers.rows.tolist() == [1, 2]
    assert village.firm(1).suppliers.rows.tolist() == [4]  # the link without a supplier is left out
    assert village.firm(1).customers.to_list() == [village.firm(0)]
    assert village.firm(0).links_in.tolist() == [0, 1] and village.firm(2).links_out.tolist() == [1]
    assert len(village.firm(8).suppliers) == 0 == len(village.firm(8).customers)


def test_a_firm_is_neither_removed_nor_created_through_mesa(village):
    with pytest.raises(TypeError, match="ends by default or exit"):
        village.firm(3).remove()
    for make in (Supplier.create_agents, Supplier.from_dataframe):
        with pytest.raises(TypeError, match="not created one by one"):
            make(village, 3)
    assert len(village.agents) == 9


def test_mesa_step_and_advance_of_a_firm_do_nothing(village):
    before = {name: array.copy() for name, array in village.firms.arrays.items()}
    village.agents.do("step").do("advance")
    assert all(np.array_equal(village.firms.arrays[name], array) for name, array in before.items())


def test_a_firm_can_be_copied_and_sent(village):
    firm = village.firm(3)
    assert copy.copy(firm) == firm and hasattr(firm, "sales") and not hasattr(firm, "saels")
    assert pickle.loads(pickle.dumps(firm.unique_id)) == 103


def test_a_subclass_may_add_methods():
    class Farm(Supplier):
        def yield_of(self, share):
            return self.output * share

    assert issubclass(Farm, FirmAgent) and Farm.output is Firms.output


def test_holders_see_their_accounts(village):
    ledger = village.ledger
    ledger.pay(ledger.firm([1, 2]), ledger.at.government, [3, 4], "tax")
    ledger.pay(ledger.at.government, ledger.every_household, [1, 1], "transfers")
    government = village.holders["government"]
    assert government.deposits == 5 and government.received("tax") == 7
    assert government.received("transfers") == -2 and government.received("nothing") == 0
    assert village.holders["households"].deposits == 2
    assert village.holders["households"].accounts.tolist() == [0, 1]
    assert set(village.holders) == set(HOLDERS) - {"firms"}


def test_holders_are_agents_that_cannot_be_written_or_removed(village):
    fund = village.holders["fund"]
    assert isinstance(fund, mesa.Agent) and fund == Holder(village, "fund") and repr(fund) == "<Holder fund>"
    assert len({fund, Holder(village, "fund"), village.holders["world"]}) == 2
    assert len({each.unique_id for each in village.holders.values()}) == 6
    with pytest.raises(AttributeError, match=r"only through model\.ledger\.pay"):
        fund.deposits = 5
    with pytest.raises(TypeError, match="part of the books"):
        fund.remove()
