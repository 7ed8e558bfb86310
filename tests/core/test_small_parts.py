"""Compressed rows, months, parameters, messages."""

import platform

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.core import memory
from sim.core.errors import InputError, Problem, nearest
from sim.core.graph import compress, least, runs, starts
from sim.core.months import month_name, parse_month
from sim.core.params import Parameters, param


@given(st.lists(st.integers(-1, 5), max_size=40))
def test_compressed_rows_list_every_entry_of_every_owner_in_order(owner):
    rows = compress(np.array(owner, dtype=int), 6)
    for each in range(6):
        assert rows.of(each).tolist() == [i for i, o in enumerate(owner) if o == each]
    some = np.array([3, 0])
    entries, place = rows.of_all(some)
    assert entries.tolist() == [i for each in some for i, o in enumerate(owner) if o == each]
    assert (np.array(owner, dtype=int)[entries] == some[place]).all()
    assert rows.order.size == sum(o >= 0 for o in owner)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_runs_are_written_out_one_after_the_other(given):
    start, count = (np.array([run[part] for run in given], dtype=int) for part in (0, 1))
    numbers, place = runs(start, count)
    assert numbers.tolist() == [first + step for first, many in given for step in range(many)]
    assert place.tolist() == [run for run, (_, many) in enumerate(given) for _ in range(many)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3))))
def test_the_least_of_each_owner_is_the_first_of_the_smallest(entries):
    owner, value = (np.array([entry[part] for entry in entries], dtype=int) for part in (0, 1))
    owners = sorted(set(owner.tolist()))
    first = [min((v, i) for i, (o, v) in enumerate(entries) if o == each)[1] for each in owners]
    assert least(owner, value).tolist() == first


@given(st.lists(st.integers(0, 2)))
def test_a_run_starts_where_the_number_before_differs(numbers):
    wanted = [i for i, n in enumerate(numbers) if i == 0 or n != numbers[i - 1]]
    assert starts(np.array(numbers, dtype=int)).tolist() == wanted


def test_a_month_is_read_and_written():
    assert parse_month("2024-03") == 2024 * 12 + 2
    assert month_name(parse_month("2024-12") + 1) == "2025-01"


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-00", "24-01", "2024-1", "2024-01-01", ""])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError, match="write it as year-month"):
        parse_month(text)


@given(st.integers(0, 9999 * 12 + 11))
def test_months_survive_writing_and_reading(month):
    assert parse_month(month_name(month)) == month


class Speed(Parameters):
    rate: float = param(0.5, ge=0, lt=1, unit="1/year", doc="how fast", source="scenario assumption")


def test_a_parameter_describes_itself():
    row = Speed.describe()[0]
    assert (row["name"], row["unit"], row["default"], row["meaning"]) == ("rate", "1/year", 0.5, "how fast")
    assert (row["ge"], row["lt"], row["gt"], row["le"]) == (0, 1, None, None)


@pytest.mark.parametrize("values", [{"rate": -0.01}, {"rate": 1.0}, {"rate": "0.5"}, {"raet": 0.5}])
def test_a_wrong_parameter_is_refused(values):
    with pytest.raises(ValidationError):
        Speed(**values)


def test_a_parameter_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        Speed().rate = 0.1


def test_an_undeclared_field_is_found_when_described():
    class Loose(Parameters):
        rate: float = 0.5

    with pytest.raises(AssertionError, match=r"Loose\.rate is not declared with param"):
        Loose.describe()


def test_all_problems_are_reported_together():
    error = InputError([Problem("a.toml:3", "no such key", "delete it"), Problem("a.toml:9", "too large")])
    assert str(error) == "a.toml:3: no such key\n    delete it\na.toml:9: too large"
    assert len(error.problems) == 2


def test_the_nearest_name_is_offered():
    assert nearest("saels", ["sales", "wage"]) == "did you mean 'sales'? allowed: sales, wage"
    assert nearest("zzz", ["sales", "wage"]) == "allowed: sales, wage"
    assert nearest("zzz", []) == "nothing is allowed here"
    assert nearest("zzz", [f"a{i}" for i in range(50)]).endswith(", ...")


def test_freed_memory_is_kept_where_the_c_library_can():
    assert memory.keep_freed_memory() is (platform.libc_ver()[0] == "glibc")


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_a_system_that_cannot_keep_memory_does_no_harm(monkeypatch, error):
    def refuse(_):
        raise error

    monkeypatch.setattr(memory.ctypes, "CDLL", refuse)
    assert memory.keep_freed_memory() is False
