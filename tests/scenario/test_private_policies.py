"""Policies of one's own: from a file, or as a class of Python."""

from __future__ import annotations

import importlib
import linecache
import pickle
import sys
import tomllib

import pytest

from scenario.writing import GIFT, complaint
from sim.core.errors import InputError
from sim.core.params import param
from sim.policies.base import Policy
from sim.scenario import Scenario
from sim.scenario.private import out_of_reach


def test_a_private_policy_travels_with_a_pickled_scenario(gift, folder):
    (folder / "gift.py").unlink()
    copy = pickle.loads(pickle.dumps(gift))
    assert copy == gift and copy.policies[0].steps[0][1].level == 1


def test_adding_takes_the_file_of_a_private_policy(folder):
    base = Scenario.load(folder / "base.toml")
    by_file = base.adding(folder / "gift.py", share=0.3, start="2020-05")
    assert by_file.policies[0].steps[0][1].share == 0.3
    assert base.policies == ()


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("x = 1\ndef broken(:", "bad.py, line 2: SyntaxError: "),
        ("import no_such_module_at_all", "bad.py, line 1: ModuleNotFoundError: "),
        ("def f():\n    return 1 / 0\n\nf()\n", "bad.py, line 2: ZeroDivisionError: "),
        ("x = 1", "bad.py: TypeError: a policy file defines one subclass of Policy; this one defines 0"),
        (GIFT + "class Two(Policy):\n    pass\n", "bad.py: TypeError: "),
    ],
)
def test_a_private_policy_that_cannot_be_loaded_is_named_with_file_and_line(folder, source, what):
    (folder / "bad.py").write_text(source)
    said = complaint(folder, '[policy.other_name]\nuse = "bad.py"\n')
    start = "mine.toml, line 2, policy.other_name.use: the policy cannot be loaded: "
    assert said.startswith(start + what)


def test_a_private_policy_that_is_missing_is_a_complaint(folder):
    assert "did you mean 'gift.py'?" in complaint(folder, '[policy.gift]\nuse = "gfit.py"\n')


# --- classes -------------------------------------------------------------------------------------


class HandMade(Policy):
    """Pay at once."""

    share: float = param(0.5, ge=0, le=1, unit="1", doc="part of links", source="scenario assumption")

    def adjust_terms(self, model, terms):
        return terms * 0


class SecondOfThisFile(Policy):
    """Do nothing."""


@pytest.fixture
def base(folder):
    return Scenario.load(folder / "base.toml")


@pytest.fixture
def module(folder, monkeypatch):
    """Import gift.py as a user's program would."""
    monkeypatch.syspath_prepend(folder)
    yield importlib.import_module("gift")
    del sys.modules["gift"]


def test_any_class_can_be_added_and_is_the_one_that_runs(base):
    for given in (HandMade, HandMade(share=0.25)):
        scenario = base.adding(given, start="2020-02")
        (entry,) = scenario.policies
        assert entry.name == HandMade.name == "hand_made"
        assert type(entry.steps[0][1]) is HandMade
    assert entry.steps[0][1].share == 0.25 and entry.first % 12 == 1


def test_a_class_takes_values_dates_and_masks_like_a_file(base):
    where = {"size": ["sme"]}
    scenario = base.adding(HandMade, share={"2020-01": 0.1, "2021-01": 0.2}, where=where)
    (entry,) = scenario.policies
    assert [policy.share for _, policy in entry.steps] == [0.1, 0.2]
    with pytest.raises(InputError, match=r"scenario base, policy\.hand_made\.share: out of bounds: 2|added"):
        base.adding(HandMade, share=2)


def test_a_class_that_is_no_policy_is_refused(base):
    for wrong in (dict, Policy, 3):
        with pytest.raises(InputError, match="neither a name, nor a path, nor a subclass"):
            base.adding(wrong)


def test_a_class_named_like_a_policy_of_the_package_is_refused(base):
    kind = type("PriceLinkage", (Policy,), {"__module__": __name__})
    with pytest.raises(InputError, match="'price_linkage' is the name of a policy of the package"):
        base.adding(kind)


def test_a_class_without_a_file_is_noted_and_stored_for_reading_only(base, tmp_path):
    scenario = base.adding(HandMade, share=0.25, start="2020-02")
    (note,) = scenario.notes
    assert note.startswith("policy.hand_made (HandMade) is a Python class without a file of its own")
    assert not scenario.repeatable and scenario.sources["hand_made"].count("return terms * 0") == 1
    scenario.check_complete()
    text = scenario.to_toml()
    assert text.startswith("# policy.hand_made is a Python class") and "can be read but not run" in text
    (tmp_path / "stored.toml").write_text(text)
    stored = Scenario.load(tmp_path / "stored.toml")
    assert stored.hash == scenario.hash and stored.resolved == scenario.resolved
    with pytest.raises(InputError, match=r"stored\.toml, line \d+, policy\.hand_made: cannot be run") as told:
        stored.check_complete()
    assert "complete its text in hand_made.py" in str(told.value)
    assert "      share = 0.25" in stored.describe().split("\n")
    with pytest.raises(InputError, match="cannot be run"):
        stored.policies[0].steps[0][1].on_start(None)


def test_the_hash_follows_the_text_of_a_class(base):
    assert base.adding(HandMade).hash == base.adding(HandMade).hash != base.adding(SecondOfThisFile).hash


def cell(text, name="<cell 1>"):
    """Run a text as a notebook does: no file, but Python remembers the lines."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names = {"__name__": "notebook_that_is_no_module"}
    exec(compile(text, name, "exec"), names)
    return names["Gift"]


ACTS = "    def on_start(self, model):\n        self.{}\n"


def test_the_text_of_a_class_from_a_notebook_is_kept(base):
    scenario = base.adding(cell(GIFT + ACTS.format("level")))
    assert "class Gift(Policy):" in scenario.sources["gift"] and "import" not in scenario.sources["gift"]


def test_a_text_of_the_same_name_that_is_something_else_is_not_taken(base):
    other = cell(GIFT + ACTS.format("level"), "<cell 3>")
    for text in ("This is no Python.\n", "class Gift:\n    pass\n"):
        linecache.cache["<cell 3>"] = (len(text), None, text.splitlines(keepends=True), "<cell 3>")
        assert base.adding(other).sources == {}


def test_a_class_whose_text_is_lost_is_told_apart_by_its_code(base, tmp_path):
    one, other, again = (cell(GIFT + ACTS.format(what), "<cell 2>") for what in ("level", "share", "level"))
    linecache.cache.pop("<cell 2>")
    hashes = [base.adding(kind).hash for kind in (one, other, again)]
    assert hashes[0] == hashes[2] != hashes[1]
    assert base.adding(one).sources == {}


def test_a_class_alone_in_its_file_is_stored_as_that_file(base, module, folder):
    scenario = base.adding(module.Gift, share=0.1)
    assert type(scenario.policies[0].steps[0][1]) is module.Gift
    assert scenario.notes == () and scenario.repeatable and scenario.sources == {"gift": GIFT}
    assert scenario.hash == base.adding(folder / "gift.py", share=0.1).hash
    assert tomllib.loads(scenario.to_toml())["policy"]["gift"]["use"] == "gift.py"


def test_a_file_changed_since_its_class_was_imported_is_not_taken_for_it(base, folder, monkeypatch):
    (folder / "gift.py").write_text(GIFT + ACTS.format("level"))
    monkeypatch.syspath_prepend(folder)
    kind = importlib.import_module("gift").Gift
    assert base.adding(kind).repeatable
    (folder / "gift.py").write_text(GIFT + ACTS.format("share"))
    assert not base.adding(kind).repeatable
    del sys.modules["gift"]


def test_classes_that_other_processes_cannot_find_are_named(base, module):
    class Local(Policy):
        """Do nothing."""

    assert out_of_reach(base.adding(HandMade).adding(module.Gift).given_sources) == []
    (problem,) = out_of_reach(base.adding(Local).given_sources)
    assert "policy.local" in str(problem) and "use one job" in str(problem)
