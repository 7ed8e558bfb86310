"""Channels: every hook has one, every policy acts by some, and one that is off is not called."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.policies import available, load
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.policies.book import PolicyBook, PolicyEntry
from sim.policies.channels import CHANNEL_OF, CHANNELS, channel_of, channels_of, hooks_of

PAYS = {  # events that pay what a value hook promised
    "on_adoption": "adjust_adoption_cost",
    "on_switching": "adjust_switching_cost",
    "on_retrofit": "adjust_retrofit_cost",
    "on_entry": "adjust_equity",
    "on_theft": "adjust_penalties",
}


class Both(Policy):
    """Act on terms and on loans, and remember the months."""

    channel = "credit"

    def adjust_terms(self, model, terms):
        return terms + 1

    def adjust_loan_rate(self, model, rate):
        return rate / 2

    def on_month_start(self, model):
        model.heard.append(model.month)


def test_every_value_hook_belongs_to_one_channel_but_that_of_taking_part():
    assert set(VALUE_HOOKS) - set(CHANNEL_OF) == {"adjust_reputation"}
    assert set(CHANNEL_OF) <= {*VALUE_HOOKS, *EVENTS} and set(CHANNEL_OF.values()) == set(CHANNELS)


@pytest.mark.parametrize(("event", "promise"), PAYS.items())
def test_what_is_promised_and_what_pays_for_it_go_together(event, promise):
    assert CHANNEL_OF[event] == CHANNEL_OF[promise]


@pytest.mark.parametrize("name", available())
def test_every_policy_declares_a_channel_and_all_its_hooks_have_one(name):
    policy = load(name)
    assert policy.channel in CHANNELS
    assert hooks_of(policy) and channels_of(policy) <= set(CHANNELS)
    assert all(
        channel_of(policy, event) == policy.channel for event in ("on_start", "on_year_end", "on_bonus")
    )


@pytest.mark.parametrize(
    ("without", "terms", "rate", "heard"),
    [((), 3, 0.02, [5]), (("credit",), 3, 0.04, []), (("liquidity",), 2, 0.02, [5]), (CHANNELS, 2, 0.04, [])],
)
def test_hooks_of_a_channel_that_is_off_are_not_called(without, terms, rate, heard):
    model = SimpleNamespace(month=5, heard=[])
    book = PolicyBook([PolicyEntry("both", ((0, Both()),), 0, None, frozenset(without))])
    book.call("on_month_start", model)
    assert book.adjust("adjust_terms", model, 2) == terms
    assert book.adjust("adjust_loan_rate", model, np.float64(0.04)) == pytest.approx(rate)
    assert model.heard == heard
