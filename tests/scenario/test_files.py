"""Scenario files: extends, merging, where each key stands, what cannot be read."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenario.writing import complaint, load
from sim.core.errors import InputError
from sim.scenario import Scenario, toml
from sim.scenario.files import key_lines, merge, paths


def test_a_leaf_wins_over_the_file_it_extends_and_the_rest_is_inherited(folder):
    scenario = load(folder, 'extends = "base.toml"\n[run]\nmonths = 6\n')
    assert (scenario.run.months, scenario.run.start, scenario.economy.firms) == (6, "2020-01", 500)


def test_name_title_question_and_source_are_each_files_own(folder):
    (folder / "base.toml").write_text('name = "b"\ntitle = "Base"\nquestion = "Why?"\nsource = "A text"\n')
    base, leaf = Scenario.load(folder / "base.toml"), load(folder, 'extends = "base.toml"\n')
    assert (base.name, base.title, base.question, base.source) == ("b", "Base", "Why?", "A text")
    assert (leaf.name, leaf.title, leaf.question, leaf.source) == ("mine", "mine", "", "")


@pytest.mark.parametrize("name", ["a/b", ".hidden", "a\\\\b", "..", "a\\u0000b"])
def test_a_name_that_cannot_be_a_folder_is_refused(folder, name):
    said = complaint(folder, f'title = "x"\nname = "{name}"\n')
    assert said.startswith("mine.toml, line 2") and "cannot be the name of a folder" in said


def test_extends_goes_over_several_files(folder):
    load(folder, 'extends = "base.toml"\n[run]\nmonths = 6\n', "middle.toml")
    scenario = load(folder, 'extends = "middle.toml"\n[run]\nseeds = 9\n')
    assert (scenario.run.months, scenario.run.seeds, scenario.economy.firms) == (6, 9, 500)


def test_extends_finds_a_shipped_scenario_by_its_bare_name(folder):
    assert load(folder, 'extends = "baseline"\n').run == Scenario.load("baseline").run


def test_tables_merge_and_lists_and_dated_values_are_replaced():
    base = {"a": {"x": 1, "y": [1, 2]}, "dated": {"2020-01": 1, "2021-01": 2}}
    leaf = {"a": {"y": [3]}, "dated": {"2022-01": 3}}
    assert merge(base, leaf) == {"a": {"x": 1, "y": [3]}, "dated": {"2022-01": 3}}


def test_a_mistake_in_the_base_is_found_in_the_base(folder):
    load_text = 'extends = "base.toml"\n'
    (folder / "base.toml").write_text("\n\n[run]\nmonths = 0\n")
    assert complaint(folder, load_text).startswith("base.toml, line 4, run.months")


def test_a_circle_over_two_files_is_named(folder):
    (folder / "other.toml").write_text('extends = "mine.toml"\n')
    said = complaint(folder, 'extends = "other.toml"\n')
    assert said.startswith("other.toml, line 1, extends: ") and "mine.toml -> other.toml -> mine.toml" in said


@pytest.mark.parametrize(
    ("content", "what"), [(b"title = '\xff'", "is not UTF-8 text (byte 9)"), (b"\x00", "not TOML")]
)
def test_a_file_that_is_not_text_is_a_complaint(folder, content, what):
    (folder / "bad.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.toml") as caught:
        Scenario.load(folder / "bad.toml")
    assert what in str(caught.value)


def test_a_missing_file_and_a_folder_are_complaints(folder):
    with pytest.raises(InputError, match="no such file or scenario"):
        Scenario.load(folder / "nothing.toml")
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        Scenario.load("basline")
    (folder / "deep.toml").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        Scenario.load(folder / "deep.toml")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder):
    (folder / "dos.toml").write_bytes(b"\xef\xbb\xbf[run]\r\nmonths = 5\r\n")
    assert Scenario.load(folder / "dos.toml").run.months == 5


def test_every_key_has_the_line_of_its_statement():
    text = 'a = """\n[b]\n"""\n\n# [c]\n[d.e]\nf = [\n  1,\n]\n"g h" = { i = 1 }\n[d.k]\nl.m = 2\n'
    assert dict(key_lines(text)) | {} == {
        ("a",): 1,
        ("d",): 11,
        ("d", "e"): 6,
        ("d", "e", "f"): 7,
        ("d", "e", "g h"): 10,
        ("d", "e", "g h", "i"): 10,
        ("d", "k"): 11,
        ("d", "k", "l"): 12,
        ("d", "k", "l", "m"): 12,
    }


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.dictionaries(st.text(), st.dictionaries(st.text(), VALUES, max_size=3), max_size=3))
def test_whatever_is_written_as_toml_reads_back_the_same(tables):
    tables.pop("policy", None)
    text = toml.dumps(tables)
    assert tomllib.loads(text) == tables
    assert {key for key, _ in key_lines(text)} == set(paths(tables))
