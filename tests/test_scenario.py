"""A scenario: what a file may say, what it means, and what is said about a bad one."""

from __future__ import annotations

import pickle
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.core.months import parse_month
from sim.policies import load as load_policy
from sim.policies.where import Where
from sim.scenario import Scenario, toml
from sim.scenario.files import key_lines, merge, paths, shipped

GIFT = '''
from sim.core.params import param
from sim.policies.base import Policy


class Gift(Policy):
    """Give something away."""

    share: float = param(0.0, ge=0, le=1, unit="1", doc="part given away", source="scenario assumption")
    level: int = param(1, ge=0, le=4, unit="1", doc="how often", source="scenario assumption")
'''
BASE = """
title = "Base"
[economy]
firms = 500
[run]
start = "2020-01"
months = 24
seeds = 2
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "base.toml").write_text(BASE)
    (tmp_path / "gift.py").write_text(GIFT)
    return tmp_path


def load(folder, text, name="mine.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return Scenario.load(folder / name)


def complaints(folder, text):
    """Return the problems of a file, with the folder's own name left out."""
    with pytest.raises(InputError) as caught:
        load(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def complaint(folder, text):
    (only,) = complaints(folder, text)
    return only


# --- meaning -------------------------------------------------------------------------------------


def test_a_leaf_wins_over_the_file_it_extends_and_the_rest_is_inherited(folder):
    scenario = load(folder, 'extends = "base.toml"\n[run]\nmonths = 6\n')
    assert (scenario.run.months, scenario.run.start, scenario.economy.firms) == (6, "2020-01", 500)
    assert (scenario.name, scenario.title) == ("mine", "Base")


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


def test_all_parameters_have_their_default_in_an_empty_scenario(folder):
    scenario = load(folder, "")
    for name, group in scenario.parameters.items():
        assert group == type(group)(), name
        assert getattr(scenario, name) is group


@pytest.fixture
def gift(folder):
    return load(
        folder,
        """
extends = "base.toml"
[policy.gift]
use = "gift.py"
start = "2020-03"
end = "2021-06"
share = { "2020-06" = 0.1, "2021-01" = 0.2 }
where = { tier = [1, 2], size = ["sme"], sector = ["electronics"], region = ["honam"] }
""",
    )


def test_a_dated_value_is_a_step_function_with_the_default_before_its_first_date(gift):
    (entry,) = gift.policies
    months = ("2020-02", "2020-03", "2020-06", "2020-12", "2021-01", "2021-06", "2021-07")
    standing = [entry.at(parse_month(month)) for month in months]
    shares = [None if policy is None else policy.share for policy in standing]
    assert shares == [None, 0.0, 0.1, 0.1, 0.2, 0.2, None]


def test_where_reaches_the_policy_at_every_date(gift):
    (entry,) = gift.policies
    assert {policy.where.tier for _, policy in entry.steps} == {(1, 2)}
    assert entry.steps[0][1].where.region == ("honam",)


def test_without_start_and_end_a_policy_is_in_force_for_the_whole_run(folder):
    (entry,) = load(folder, 'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\n').policies
    assert (entry.first, entry.last) == (parse_month("2020-01"), None)


def test_off_switches_an_inherited_policy_off(folder, gift):
    assert gift.policies
    bare = load(folder, 'extends = "mine.toml"\n[policy.gift]\noff = true\n', "bare.toml")
    assert bare.policies == ()
    assert bare.hash == Scenario.load(folder / "base.toml").hash


def test_a_policy_that_is_off_can_be_switched_on_again(gift):
    off = gift.replacing("policy.gift.off", True)
    assert off.policies == () and off.replacing("policy.gift.off", False) == gift


def test_a_private_policy_travels_with_a_pickled_scenario(gift, folder):
    (folder / "gift.py").unlink()
    copy = pickle.loads(pickle.dumps(gift))
    assert copy == gift and copy.policies[0].steps[0][1].level == 1


def test_a_resolved_scenario_written_out_reads_back_as_the_same_scenario(gift, tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine.toml").write_text(gift.to_toml(), encoding="utf-8")
    (tmp_path / "again" / "gift.py").write_text(gift.sources["gift"])
    again = Scenario.load(tmp_path / "again" / "mine.toml")
    assert again.hash == gift.hash and again.resolved == gift.resolved


def test_a_scenario_is_frozen(gift):
    with pytest.raises(AttributeError, match="frozen"):
        gift.title = "x"
    gift.resolved["run"]["months"] = 1
    assert gift.run.months == 24


def test_replacing_returns_a_new_scenario_and_leaves_the_old(gift):
    other = gift.replacing("run.months", 36, "policy.gift.share", 0.5)
    assert (other.run.months, other.policies[0].steps[0][1].share) == (36, 0.5)
    assert (gift.run.months, gift.hash == other.hash) == (24, False)


def test_replacing_refuses_a_bad_value_and_names_it(gift):
    with pytest.raises(InputError, match=r"scenario mine, replaced, run\.months: out of bounds: 0"):
        gift.replacing("run.months", 0)


def test_adding_takes_the_file_of_a_private_policy(folder):
    base = Scenario.load(folder / "base.toml")
    by_file = base.adding(folder / "gift.py", share=0.3, start="2020-05")
    assert by_file.policies[0].steps[0][1].share == 0.3
    assert base.policies == ()


def test_adding_takes_the_name_the_class_or_an_instance_of_a_policy(folder):
    base = Scenario.load(folder / "base.toml")
    policy = load_policy("profit_sharing")
    reached = Where(kind=("conglomerate",), tier=(0,))
    where = {"kind": ["conglomerate"], "tier": [0]}
    added = [
        base.adding("profit_sharing", share=0.1, where=where),
        base.adding(policy, share=0.1, where=where),
        base.adding(policy(share=0.1, where=reached)),
    ]
    assert len({scenario.hash for scenario in added}) == 1
    assert added[0].policies[0].steps[0][1] == policy(share=0.1, where=reached)


def test_adding_a_policy_that_does_not_exist_names_the_nearest(folder):
    with pytest.raises(InputError, match="did you mean 'profit_sharing'"):
        Scenario.load(folder / "base.toml").adding("profit_shering")


def test_the_hash_follows_content_and_not_names_or_seeds(folder, gift):
    same = [gift.replacing("title", "Other"), gift.replacing("run.seeds", 7), gift.named("other")]
    assert {scenario.hash for scenario in same} == {gift.hash}
    assert gift.replacing("run.months", 25).hash != gift.hash
    (folder / "gift.py").write_text(GIFT + "# changed\n")
    assert Scenario.load(folder / "mine.toml").hash != gift.hash


def test_the_hash_does_not_depend_on_the_order_or_the_spelling_of_a_file(folder):
    one = load(folder, "[run]\nmonths = 6\nseeds = 3\n")
    two = load(folder, "run = { seeds = 4, months = 6 }\n")
    assert one.hash == two.hash


def test_writing_a_default_out_changes_nothing(folder):
    plain = load(folder, "")
    assert load(folder, f"[demand]\nsmoothing = {plain.demand.smoothing}\n").hash == plain.hash


def test_diff_shows_keys_with_both_values(gift, folder):
    base = Scenario.load(folder / "base.toml")
    different = gift.replacing("run.months", 6).diff(base)
    rows = dict((key, (ours, theirs)) for key, ours, theirs in different.rows)
    assert rows["run.months"] == (6, 24)
    assert rows["policy.gift.level"] == (1, None)
    assert '{ "2020-06" = 0.1, "2021-01" = 0.2 }  -' in str(different)
    assert len(gift.diff(gift)) == 0 and "same scenario" in str(gift.diff(gift))


def test_describe_names_period_policies_and_changed_parameters(gift):
    page = gift.describe()
    assert "2020-01 to 2021-12, 24 months, 2 seeds" in page
    assert "gift: " in page and "economy.firms = 500" in page and gift.hash in page


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_is_valid_and_asks_a_question(name):
    scenario = Scenario.load(name)
    assert scenario.name == name and scenario.question.endswith("?")


def test_nothing_is_read_from_the_environment(folder, monkeypatch):
    before = load(folder, "")
    for name in ("WINWIN_RUN_MONTHS", "RUN_MONTHS", "MONTHS", "SIM_RUN__MONTHS", "run"):
        monkeypatch.setenv(name, "7")
    assert load(folder, "") == before


# --- complaints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("[rnu]\nmonths = 3", "line 1, rnu", "did you mean 'run'?"),
        ("titel = 'x'", "line 1, titel", "did you mean 'title'?"),
        ("[run]\nmonth = 3", "line 2, run.month", "did you mean 'months'?"),
        ("[run]\nmonths = 'x'", "line 2, run.months", 'wrong type: "x"\n    allowed: a whole number'),
        ("[run]\nmonths = 3.0", "line 2, run.months", "wrong type: 3.0"),
        ("[run]\nmonths = true", "line 2, run.months", "wrong type: true"),
        (
            "[run]\nmonths = 0",
            "line 2, run.months",
            "out of bounds: 0\n    allowed: a whole number, at least 1",
        ),
        ("[run]\nmonths = { a = 1 }", "line 2, run.months", "wrong type: a table"),
        ("run = 3", "line 1, run", "must be a table, not 3"),
        ("[run]\nstart = 2016-01-01", "line 2, run.start", "wrong type: 2016-01-01"),
        ("[run]\nstart = '2016-1'", "line 2, run.start", "'2016-1' is not a month"),
        ("[run]\nstart = '2016-13'", "line 2, run.start", "'2016-13' is not a month"),
        ("[run]\nstart = '2016-03'", "line 2, run.start", "2016-03 is not a January"),
        ("title = 3", "line 1, title", "wrong type: 3"),
        ("[demand]\nsmoothing = nan", "line 2, demand.smoothing", "not a finite number: nan"),
        ("[demand]\nfinished_months = inf", "line 2, demand.finished_months", "not a finite number: inf"),
        ("[record]\nmetrics = ['gpd']", "line 2, record.metrics", "did you mean 'gdp'?"),
        ("[record]\nmetrics = 'gdp'", "line 2, record.metrics", "allowed: a list, each text in quotes"),
        ("[record.panel]\ncolumns = ['wages']", "line 2, record.panel.columns", "did you mean 'wage'?"),
        ("[record]\npanel = { every = 0 }", "line 2, record.panel.every", "out of bounds: 0"),
        ("policy = 3", "line 1, policy", "must be a table"),
        ("[policy.no_such]", "line 1, policy.no_such", "unknown policy"),
        ("[economy]\nio_table = 'no.csv'", "line 2, economy.io_table", "there is no file"),
        ("[economy]\nfirms = 5", "line 2, economy.firms", "out of bounds: 5"),
        ("extends = 'bsae.toml'", "line 1, extends", "did you mean 'base.toml'?"),
        ("extends = 'mine.toml'", "line 1, extends", "goes round in a circle: mine.toml -> mine.toml"),
        ("extends = 3", "line 1, extends", "must be the name of a file"),
        ("[run\nmonths = 3", "line 1, column 5", "not TOML"),
        ("[run]\nmonths = 1\nmonths = 2", "line 3, column 11", "not TOML"),
    ],
)
def test_a_bad_file_is_answered_with_file_line_key_and_what_is_allowed(folder, text, place, what):
    said = complaint(folder, text)
    assert said.startswith(f"mine.toml, {place}: ") and what in said


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ("share = 2", "share", "out of bounds: 2\n    allowed: a number, at least 0 and at most 1"),
        ("share = { '2020-06' = 2 }", "share.2020-06", "out of bounds: 2"),
        ("share = { '2019-12' = 0.1 }", "share.2019-12", "lies before the run's start, 2020-01"),
        ("share = { '2020-6' = 0.1 }", "share.2020-6", "'2020-6' is not a month"),
        ("share = { early = 0.1 }", "share", "wrong type: a table"),
        ("shares = { '2020-06' = 0.1 }", "shares", "did you mean 'share'?"),
        ("shares = 0.1", "shares", "did you mean 'share'?"),
        ("strat = '2020-06'", "strat", "did you mean 'start'?"),
        ("start = '2019-12'", "start", "lies before the run's start, 2020-01"),
        ("start = 2020", "start", "wrong type: 2020"),
        ("end = '2019-12'", "end", "lies before the run's start, 2020-01"),
        ("off = 'yes'", "off", "allowed: true or false"),
        ("where = { size = ['smee'] }", "where.size", "did you mean 'sme'?"),
        ("where = { sector = ['electronic'] }", "where.sector", "did you mean 'electronics'?"),
        ("where = { region = ['Honam'] }", "where.region", "did you mean 'honam'?"),
        ("where = { sizes = ['sme'] }", "where.sizes", "did you mean 'size'?"),
        ("where = { tier = ['1'] }", "where.tier", "allowed: whole numbers from 0"),
        ("where = { tier = 1 }", "where.tier", "must be a list"),
        ("where = { tier = [] }", "where.tier", "at least one"),
        ("where = 3", "where", "must be a table"),
    ],
)
def test_a_bad_line_of_a_policy_is_answered_likewise(folder, line, key, what):
    said = complaint(folder, f'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\n{line}\n')
    assert said.startswith(f"mine.toml, line 4, policy.gift.{key}: ") and what in said


def test_an_end_before_the_start_is_refused(folder):
    text = 'extends = "base.toml"\n[policy.gift]\nuse = "gift.py"\nstart = "2020-06"\nend = "2020-05"\n'
    assert "lies before the policy's start, 2020-06" in complaint(folder, text)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def broken(:", "SyntaxError"),
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("x = 1", "defines 0"),
        (GIFT + "class Two(Policy):\n    pass\n", "defines 2"),
    ],
)
def test_a_private_policy_that_cannot_be_loaded_is_a_complaint(folder, source, what):
    (folder / "bad.py").write_text(source)
    said = complaint(folder, '[policy.bad]\nuse = "bad.py"\n')
    assert said.startswith("mine.toml, line 2, policy.bad.use: ") and what in said


def test_a_private_policy_that_is_missing_is_a_complaint(folder):
    assert "did you mean 'gift.py'?" in complaint(folder, '[policy.gift]\nuse = "gfit.py"\n')


def test_all_problems_are_reported_together_in_the_order_of_their_lines(folder):
    text = 'titel = "x"\n[run]\nmonths = 0\nsedes = 3\n[nothing]\n[record]\nmetrics = ["gpd"]\n'
    lines = [said.split(",")[1].strip() for said in complaints(folder, text)]
    assert lines == ["line 1", "line 3", "line 4", "line 5", "line 7"]


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


# --- the parts -----------------------------------------------------------------------------------


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


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), VALUES, max_size=3), max_size=3))
def test_whatever_is_written_as_toml_reads_back_the_same(tables):
    tables.pop("policy", None)
    text = toml.dumps(tables)
    assert tomllib.loads(text) == tables
    assert {key for key, _ in key_lines(text)} == set(paths(tables))
