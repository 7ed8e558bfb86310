"""A policy: where it may act, when it is in force, whom it reaches."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim import policies
from sim.core.params import param
from sim.economy.firms import Firms
from sim.economy.kinds import Kind, Size
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.policies.book import PolicyBook, PolicyEntry
from sim.policies.where import AXES, Where


class Doubling(Policy):
    """Multiply payment terms."""

    factor: int = param(2, ge=0, unit="1", doc="factor", source="scenario assumption")

    def adjust_terms(self, model, terms):
        return terms * self.factor


class Adding(Policy):
    """Add to payment terms, and remember what it was told."""

    amount: int = param(1, unit="month", doc="months", source="scenario assumption")

    def adjust_terms(self, model, terms):
        return terms + self.amount

    def adjust_supplier_review(self, model, probability, rows):
        return probability + rows

    def on_start(self, model):
        model.heard.append("start")

    def on_month_start(self, model):
        model.heard.append(model.month)

    def on_end(self, model):
        model.heard.append("end")


def model_at(month):
    return SimpleNamespace(month=month, heard=[])


def entry(name, policy, first=0, last=None, later=()):
    return PolicyEntry(name, ((first, policy), *later), first, last)


def arguments(hook):
    """Count what a hook is given, the policy itself left out."""
    return getattr(Policy, hook).__code__.co_argcount - 1


def test_every_hook_of_the_base_leaves_its_value_alone():
    value = np.arange(3.0)
    for hook in VALUE_HOOKS:
        extra = [np.arange(3)] * (arguments(hook) - 2)
        assert getattr(Policy(), hook)(None, value, *extra) is value
    assert "adjust_terms" in VALUE_HOOKS and len(VALUE_HOOKS) > 15


def test_every_event_of_the_base_does_nothing():
    for event in EVENTS:
        assert getattr(Policy(), event)(*[None] * arguments(event)) is None
    assert "on_start" in EVENTS and len(EVENTS) > 6


@pytest.mark.parametrize("hook", [*VALUE_HOOKS, *EVENTS])
def test_every_hook_says_what_it_is_for(hook):
    assert len(getattr(Policy, hook).__doc__) > 20


def test_policies_are_asked_in_alphabetical_order():
    book = PolicyBook([entry("b", Adding()), entry("a", Doubling())])
    assert book.adjust("adjust_terms", model_at(0), np.array([3])).tolist() == [7]


def test_a_hook_that_no_policy_overrides_returns_the_very_same_array():
    value = np.arange(3)
    assert PolicyBook([entry("a", Doubling())]).adjust("adjust_loan_rate", model_at(0), value) is value


def test_an_empty_book_returns_the_very_same_array_without_asking_the_month():
    value = np.arange(3)
    assert PolicyBook([]).adjust("adjust_terms", None, value) is value


def test_further_arguments_reach_the_hook():
    book = PolicyBook([entry("a", Adding())])
    changed = book.adjust("adjust_supplier_review", model_at(0), np.array([0.5]), np.array([3]))
    assert changed.tolist() == [3.5]


def test_a_policy_acts_from_its_first_to_its_last_month_and_not_outside():
    book = PolicyBook([entry("a", Doubling(), first=10, last=12)])
    acted = [int(book.adjust("adjust_terms", model_at(month), np.array([1]))[0]) for month in range(9, 15)]
    assert acted == [1, 2, 2, 2, 1, 1]


def test_start_and_end_are_heard_once_each():
    book = PolicyBook([entry("a", Adding(), first=10, last=11)])
    model = model_at(0)
    for model.month in range(8, 15):
        for event in ("on_end", "on_start", "on_month_start"):
            book.call(event, model)
    assert model.heard == ["start", 10, 11, "end"]


def test_a_dated_value_holds_from_its_month_on():
    book = PolicyBook([entry("a", Doubling(factor=2), later=[(5, Doubling(factor=3))])])
    factors = [book.in_force(month)[0].factor for month in (0, 4, 5, 99)]
    assert factors == [2, 2, 3, 3]


def test_asking_for_an_earlier_month_again_gives_the_earlier_answer():
    book = PolicyBook([entry("a", Doubling(), first=10)])
    answers = [int(book.adjust("adjust_terms", model_at(month), np.array([1]))[0]) for month in (9, 10, 9)]
    assert answers == [1, 2, 1]


def test_a_policy_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Doubling().factor = 3


def test_describe_lists_a_policys_own_parameters_only():
    assert [row["name"] for row in Doubling.describe()] == ["factor"]


def test_the_files_of_the_house_are_not_policies():
    assert not {"base", "book", "where", "__init__"} & set(policies.available())


def test_a_policy_that_does_not_exist_is_a_key_error():
    with pytest.raises(KeyError):
        policies.load("no_such_policy")


@pytest.mark.parametrize("name", policies.available())
def test_every_policy_of_the_package_says_what_it_is(name):
    policy = policies.load(name)
    assert policy.name == name
    assert policy.title and policy.korean and policy.__doc__
    assert policy.describe(), "a policy without parameters cannot be switched to zero"
    assert all(row["unit"] and row["source"] and row["meaning"] for row in policy.describe())


@pytest.fixture
def town():
    firms = Firms(4)
    firms.kind = [Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER, Kind.STARTUP]
    firms.size_class = [Size.LARGE, Size.MID_SIZED, Size.SME, Size.MICRO]
    firms.tier = [0, 1, 2, 9]
    firms.sector = [0, 1, 1, 0]
    firms.region = [0, 1, 0, 1]
    firms.business_group = [3, -1, 3, -1]
    return SimpleNamespace(firms=firms, sectors=SimpleNamespace(names=("electronics", "metals")))


@pytest.mark.parametrize(
    ("where", "reached"),
    [
        (Where(), [0, 1, 2, 3]),
        (Where(kind=("supplier", "startup")), [1, 2, 3]),
        (Where(size=("mid_sized",)), [1]),
        (Where(tier=(1, 2)), [1, 2]),
        (Where(sector=("metals",)), [1, 2]),
        (Where(sector=("food",)), []),
        (Where(region=("chungcheong",)), [1, 3]),
        (Where(group=(3,)), [0, 2]),
        (Where(group=(3,), kind=("supplier",)), [2]),
    ],
)
def test_a_mask_reaches_the_firms_on_which_all_axes_agree(town, where, reached):
    assert np.flatnonzero(Policy(where=where).covers(town)).tolist() == reached


def test_a_mask_without_axes_is_everywhere():
    assert Where().everywhere and not Where(tier=(0,)).everywhere
    assert AXES == ("kind", "size", "tier", "sector", "region", "group")
