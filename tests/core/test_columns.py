"""One declaration is read as an array, as a cell, and as a description."""

import numpy as np
import pytest

from sim.core.columns import Column, Table


class Herd(Table):
    weight = Column("kg", float, "how heavy", 2.5)
    legs = Column("1", np.int8, "how many legs", 4)
    milk = Column("litre", float, "milk of the last three days", width=3)


class Cattle(Herd):
    horns = Column("1", int, "how many horns", 2)


def test_a_new_table_holds_the_defaults():
    herd = Herd(3)
    assert herd.weight.tolist() == [2.5, 2.5, 2.5]
    assert herd.legs.dtype == np.int8
    assert herd.milk.shape == (3, 3) and len(herd) == 3


def test_the_class_gives_the_description():
    assert (Herd.weight.name, Herd.weight.unit, Herd.weight.doc) == ("weight", "kg", "how heavy")
    assert repr(Herd.legs) == "Column('legs', unit='1', dtype=int8, doc='how many legs')"


def test_writing_a_column_keeps_the_array_and_its_type():
    herd = Herd(2)
    array = herd.legs
    herd.legs = [3, 5]
    assert herd.legs is array and array.tolist() == [3, 5] and array.dtype == np.int8


def test_a_column_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError):
        Herd(2).weight = [1.0, 2.0, 3.0]


def test_an_undeclared_column_is_refused_and_the_place_to_declare_it_named():
    with pytest.raises(AttributeError, match=f"Herd has no column 'wings'.*{__name__}"):
        Herd(2).wings = 2


def test_a_subclass_adds_columns_to_those_it_inherits():
    assert list(Cattle(1)) == ["weight", "legs", "milk", "horns"]
    assert "horns" not in Herd.columns


def test_two_tables_do_not_share_cells():
    one, two = Herd(2), Herd(2)
    one.weight[0] = 9
    assert two.weight[0] == 2.5


def test_the_dictionary_has_a_row_a_column():
    assert Herd.dictionary()[1] == {"column": "legs", "unit": "1", "type": "int8", "meaning": "how many legs"}


def test_bytes_are_those_of_the_arrays():
    assert Herd(10).nbytes == 10 * (8 + 1 + 3 * 8)


def test_a_table_may_have_no_rows():
    assert Herd(0).milk.shape == (3, 0)
