"""The battery that every policy meets without its author writing a test.

A new policy needs one row in `contracts.doses`; without it the first test fails. `CHECKS` names the ten
things a policy must satisfy and the tests of each; `conftest` counts at the end of a run how many of them
were met, policy by policy and dose by dose.
"""

from __future__ import annotations

import itertools
import re
import sys
from functools import cache

import numpy as np
import pytest
from pydantic import ValidationError

from contracts.cost import in_proportion, peak_of_policies
from contracts.doses import DOSES
from contracts.running import NOBODYS, differences, economy, lived, months, scenario, untreated
from sim import policies
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy

NAMES = policies.available()
BOUNDS = ("ge", "gt", "le", "lt")

CASES = [(name, dose) for name, doses in DOSES.items() for dose in doses]

every_policy = pytest.mark.parametrize("name", NAMES)
every_dose = pytest.mark.parametrize(
    ("name", "dose"),
    [pytest.param(name, dose, id=f"{name}-{'-'.join(dose.values)}") for name, dose in CASES],
)


def test_every_policy_has_a_dose_in_the_table():
    assert sorted(DOSES) == NAMES, "each policy needs a row in tests/contracts/doses.py"


def test_every_policy_meets_every_check_with_every_dose():
    tests = [globals()[test] for tests in CHECKS.values() for test in tests]
    assert len(CHECKS) == 10 and len(set(tests)) == len(tests)
    runs = {test.__name__: [mark.args[1] for mark in test.pytestmark] for test in tests}
    by_policy = [test for test, (cases,) in runs.items() if cases == NAMES]
    by_dose = [test for test in runs if test not in by_policy]
    assert all([case.values for case in runs[test][0]] == CASES for test in by_dose)
    assert sorted({name for name, _ in CASES}) == NAMES and len(CASES) >= len(NAMES)
    assert len(by_policy) == 3 and len(by_dose) == 12
    assert sum(len(cases) for (cases,) in runs.values()) == 3 * len(NAMES) + 12 * len(CASES)


# --- doing nothing -------------------------------------------------------------------------------


@every_dose
def test_a_zero_dose_is_no_policy_bit_for_bit(name, dose):
    zero = economy({name: {**dose.values, **dose.zero}})
    assert differences(untreated(15, dose), lived(zero, 15, dose)) == []


@every_dose
def test_a_zero_dose_that_begins_in_midyear_is_no_policy_bit_for_bit(name, dose):
    zero = economy({name: {**dose.values, **dose.zero, "start": "2016-06"}})
    assert differences(untreated(15, dose), lived(zero, 15, dose)) == []


@every_dose
def test_a_policy_that_reaches_nobody_is_no_policy_bit_for_bit(name, dose):
    nobody = economy({name: {**dose.values, "where": NOBODYS}})
    assert differences(untreated(15, dose), lived(nobody, 15, dose)) == []


@every_dose
def test_nothing_differs_before_the_start_and_something_does_after(name, dose):
    plain, later = economy(), economy({name: {**dose.values, "start": "2016-09"}})
    for month in range(24):
        if month == 8:
            assert differences(plain, later) == []
        for model in (plain, later):
            if month % 12 == 3:
                dose.yearly(model)
            model.step()
    assert differences(plain, later) != []


# --- doing something -----------------------------------------------------------------------------


@cache
def effects(name, dose, number=24):
    """(number,) direct effect of each month."""
    plain, treated = economy(), economy({name: dict(dose.values)})
    pairs = zip(months(plain, number, dose), months(treated, number, dose), strict=True)
    return np.array([dose.effect(plain, treated) for _ in pairs])


@every_dose
def test_a_dose_is_alive_with_the_declared_sign(name, dose):
    found = effects(name, dose)
    assert (found >= 0).all()
    assert found.max() > 0


@every_dose
def test_a_second_year_acts_like_the_first_neither_stuck_nor_multiplied(name, dose):
    found = effects(name, dose, 24 + 12 * dose.lag).reshape(-1, 12)
    year = {
        "flow": found.sum(axis=1),
        "level": found[:, -1],
        "step": np.diff(np.r_[0.0, found[:, -1]]),
    }[dose.measure][dose.lag :]
    assert year[0] > 0
    assert 0.4 < year[1] / year[0] < 2.5


@every_dose
def test_every_reason_of_a_policy_sums_to_zero_and_the_books_close_every_month(name, dose):
    model = economy({name: dict(dose.values)})
    for _ in months(model, 15, dose):
        for reason, row in model.ledger.flows.payments.items():
            if reason.partition(":")[0] == name:
                assert row.sum() == 0
        model.ledger.prove("a test", model.outstanding())


@every_dose
def test_money_moves_only_under_the_policys_own_name_or_a_reason_of_the_economy(name, dose):
    plain, treated = economy(), economy({name: dict(dose.values)})
    known = {"guarantees", "estates", "used capital"}
    for model in (plain, treated):
        model.reasons = set()
        for _ in months(model, 15, dose):
            model.reasons |= set(model.ledger.flows.payments)
    new = treated.reasons - plain.reasons - known
    assert all(reason.partition(":")[0] == name for reason in new)


@every_dose
def test_the_same_seed_gives_the_same_answer(name, dose):
    one, other = economy({name: dict(dose.values)}), economy({name: dict(dose.values)})
    assert differences(lived(one, 15, dose), lived(other, 15, dose)) == []


@every_dose
def test_relabelling_the_firms_relabels_the_answer(name, dose):
    # Sums over firms depend on their order in the last bits, and odd won may fall to another firm.
    key = 3
    one, other = economy({name: dict(dose.values)}), economy({name: dict(dose.values)}, relabel=key)
    row = {uid: place for place, uid in enumerate(one.firms.uid.tolist())}
    moved = np.array([row[uid] for uid in other.firms.uid.tolist()])
    assert not np.array_equal(moved, np.arange(moved.size))
    lived(one, 12, dose), lived(other, 12, dose)
    first, second = one.metrics_frame().to_numpy(), other.metrics_frame().to_numpy()
    np.testing.assert_allclose(second, first, rtol=dose.odd_won, atol=1e-12)
    np.testing.assert_allclose(other.firms.output, one.firms.output[moved], rtol=dose.odd_won)


# --- cost ----------------------------------------------------------------------------------------


def lines_run(model, dose, number):
    """Count lines of Python run inside the policies of a model."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if frame.f_globals["__name__"] == "sim.core.draws":
            return None  # keyed draws work through blocks of 8192 rows
        count += event == "line"
        return trace

    def counted(act):
        def wrapper(*arguments):
            before = sys.gettrace()
            sys.settrace(trace)
            try:
                return act(*arguments)
            finally:
                sys.settrace(before)

        return wrapper

    book = model.policies
    overrides = book._overrides
    book._overrides = lambda month: {
        hook: [counted(act) for act in acts] for hook, acts in overrides(month).items()
    }
    lived(model, number, dose)
    return count


@every_dose
def test_no_policy_loops_over_firms(name, dose):
    # A loop over firms would run at least one more line for each of 300 further firms, once a year or more.
    small, large = (lines_run(economy({name: dict(dose.values)}, firms), dose, 12) for firms in (300, 600))
    assert small > 0
    assert large - small < 300


@every_dose
def test_memory_grows_with_the_number_of_firms_and_no_faster(name, dose):
    small, large = (peak_of_policies(firms, {name: dict(dose.values)}, dose) for firms in (10_000, 100_000))
    assert small > 0
    assert in_proportion(10_000, small, 100_000, large)


class Pairs(Policy):
    """Compare every firm with every other."""

    def on_month_start(self, model):
        assert (model.firms.uid[:, None] != model.firms.uid).any()


def test_a_policy_that_compares_all_pairs_of_firms_would_be_found():
    small, large = (peak_of_policies(firms, Pairs) for firms in (300, 3000))
    assert not in_proportion(300, small, 3000, large)


# --- what is declared ----------------------------------------------------------------------------


@every_policy
def test_every_parameter_says_unit_bounds_meaning_and_source(name):
    described = policies.load(name).describe()
    assert described
    for row in described:
        assert row["unit"], row["name"]
        assert len(row["meaning"].split()) > 2, row["name"]
        bounded = any(row[bound] is not None for bound in BOUNDS)
        assert bounded or isinstance(row["default"], bool), row["name"]
        source = row["source"]
        assumed = re.search(r"scenario assumption, [0-9.]+ to [0-9.]+", source)
        published = re.search(r"\brows? [0-9]+|doi:|arXiv|\b(19|20)[0-9]{2}\b", source)
        assert assumed or published, f"{row['name']}: {source}"


def just(value, step):
    """Return the next number of the same type above (+1) or below (-1)."""
    if isinstance(value, int):
        return value + step
    return float(np.nextafter(value, np.inf * step))


@every_policy
def test_values_at_a_bound_are_accepted_and_just_outside_refused(name):
    policy, checked = policies.load(name), 0
    for row in policy.describe():
        whole = policy.model_fields[row["name"]].annotation is int
        for bound, outwards, inside in (("ge", -1, 0), ("le", 1, 0), ("gt", 0, 1), ("lt", 0, -1)):
            if row[bound] is None:
                continue
            edge = int(row[bound]) if whole else float(row[bound])
            accepted = just(edge, inside) if inside else edge
            refused = just(edge, outwards) if outwards else edge
            assert getattr(policy(**{row["name"]: accepted}), row["name"]) == accepted
            with pytest.raises(ValidationError):
                policy(**{row["name"]: refused})
            checked += 1
    assert checked >= len(policy.describe())


@every_policy
def test_a_scenario_refuses_a_parameter_the_policy_does_not_have(name):
    with pytest.raises(Exception, match="unknown key"):
        scenario({name: {"no_such_parameter": 1}})


CHECKS = {
    "a zero dose is no policy, bit for bit": (
        "test_a_zero_dose_is_no_policy_bit_for_bit",
        "test_a_zero_dose_that_begins_in_midyear_is_no_policy_bit_for_bit",
        "test_a_policy_that_reaches_nobody_is_no_policy_bit_for_bit",
    ),
    "every won is paid by somebody, under the policy's name": (
        "test_every_reason_of_a_policy_sums_to_zero_and_the_books_close_every_month",
        "test_money_moves_only_under_the_policys_own_name_or_a_reason_of_the_economy",
    ),
    "nothing differs before the start": ("test_nothing_differs_before_the_start_and_something_does_after",),
    "alive, with the declared sign": ("test_a_dose_is_alive_with_the_declared_sign",),
    "the second year like the first": (
        "test_a_second_year_acts_like_the_first_neither_stuck_nor_multiplied",
    ),
    "same seed, same answer": ("test_the_same_seed_gives_the_same_answer",),
    "relabelling firms relabels the answer": ("test_relabelling_the_firms_relabels_the_answer",),
    "cost in proportion to firms": (
        "test_no_policy_loops_over_firms",
        "test_memory_grows_with_the_number_of_firms_and_no_faster",
    ),
    "unit, bounds, meaning, source of every parameter": (
        "test_every_parameter_says_unit_bounds_meaning_and_source",
    ),
    "what is out of bounds or unknown is refused": (
        "test_values_at_a_bound_are_accepted_and_just_outside_refused",
        "test_a_scenario_refuses_a_parameter_the_policy_does_not_have",
    ),
}


# --- together ------------------------------------------------------------------------------------


def hooks(name):
    """Where a policy acts."""
    policy = policies.load(name)
    return {hook for hook in (*VALUE_HOOKS, *EVENTS) if getattr(policy, hook) is not getattr(Policy, hook)}


INDEPENDENT = [pair for pair in itertools.combinations(NAMES, 2) if not hooks(pair[0]) & hooks(pair[1])]


def test_payment_terms_and_technology_protection_are_among_the_independent_policies():
    assert ("payment_terms", "technology_protection") in INDEPENDENT


@pytest.mark.parametrize("pair", INDEPENDENT, ids="-".join)
def test_two_independent_policies_give_the_same_answer_in_either_order(pair):
    both = {name: dict(DOSES[name][0].values) for name in pair}
    one, other = economy(both), economy(both)
    other.policies.entries = other.policies.entries[::-1]
    assert differences(lived(one, 15), lived(other, 15)) == []
