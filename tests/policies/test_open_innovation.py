"""Open innovation (오픈이노베이션): dearer pilot orders, seed money, earlier entry; worked out by hand."""

import numpy as np
import pytest
from contracts.running import economy, lived

from sim.phases import entering

MILLION = 1_000_000


def korea(**values):
    """A small Korea in its third month, and the policy."""
    model = lived(economy({"open_innovation": values}, 300), 2)
    model.ledger.open_month()
    return model, model.policies.entries[0].at(model.month)


def known(model):
    """Potential firms on the list of a conglomerate."""
    groups, firms = model.groups, model.firms
    primes = np.isin(groups.buyer, np.flatnonzero((firms.kind == 0) & firms.living))
    listed = np.unique(groups.candidates[:, primes])
    return np.intersect1d(listed[listed >= 0], np.flatnonzero(firms.waiting))


def founded(model, rows, demand):
    """Found firms; return won that households and the government paid."""
    households = model.ledger.household_deposits.sum()
    entering.found(model, rows, demand)
    seed = model.ledger.flows.payments.get("open_innovation: seed money", np.zeros(7, int))
    return int(households - model.ledger.household_deposits.sum()), -int(seed[4])


def test_founders_put_up_less_by_what_seed_money_displaces_and_the_startup_has_the_rest_more():
    plain, _ = korea(seed=0.0)
    helped, _ = korea(seed=100.0 * MILLION, selected=1.0, displaced=0.25)
    row = known(plain)[:1]
    demand = plain.firms.entry_output[row]
    alone, _ = founded(plain, row, demand)
    assert alone > 200 * MILLION
    households, government = founded(helped, row, demand)
    assert government == 100 * MILLION
    assert alone - households == 25 * MILLION
    assert helped.ledger.deposits[row] == alone + 75 * MILLION
    assert helped.firms.transfers[row] == government and helped.firms.year_profit[row] == 0  # no profit


def test_seed_money_is_at_most_a_part_of_the_equity_needed():
    model, policy = korea(seed=10e9, selected=1.0, largest_part=0.6)
    row = known(model)[:1]
    assert policy.grant(model, np.array([100 * MILLION]), row).tolist() == [60 * MILLION]


def test_only_firms_that_a_member_knows_are_selected_and_more_selection_only_adds():
    model, policy = korea(seed=1e8, selected=1.0)
    waiting = np.flatnonzero(model.firms.waiting)
    assert np.array_equal(waiting[policy.chosen(model, waiting)], known(model))
    some = [policy.model_copy(update={"selected": part}).chosen(model, waiting) for part in (0.3, 0.6)]
    assert some[0].any() and not (some[0] & ~some[1]).any() and some[1].sum() > some[0].sum()


def test_the_margin_that_decides_on_entry_is_that_on_the_founders_own_money():
    # Seed money of 0.6 of the equity, half of it displaced: founders put up 0.7, and 0.1 becomes 0.1 / 0.7.
    model, policy = korea(seed=10e9, selected=1.0, largest_part=0.6, displaced=0.5)
    row = known(model)[:3]
    assert policy.adjust_entry(model, np.full(3, 0.1), row) == pytest.approx(0.1 / 0.7, rel=1e-6)


def test_a_member_starts_a_pilot_at_the_premium_price_and_others_at_the_list_price():
    model, _ = korea(pilot_premium=0.2)
    firms, links = model.firms, model.links
    firms.cohort[:] = 0
    before = links.supplier.copy()
    entering.enter_firms(model)
    rows = np.flatnonzero((links.supplier != before) & (firms.birth[links.supplier] == model.month))
    primes = firms.kind[links.buyer[rows]] == 0
    assert primes.any() and not primes.all()
    listed = firms.price[links.supplier[rows]]
    assert links.price[rows] == pytest.approx(np.where(primes, 1.2, 1.0) * listed)


def test_founders_expect_the_premium_on_what_members_that_know_them_could_order():
    model, policy = korea(pilot_premium=0.2)
    firms, groups, links = model.firms, model.groups, model.links
    row = known(model)[:1]
    orders = 0.0
    for group in np.flatnonzero((groups.candidates == row).any(axis=0)):
        if firms.kind[groups.buyer[group]] == 0:
            share = links.share[links.group == group].min()
            flow = groups.coefficient[group] * share * firms.planned_output[groups.buyer[group]]
            orders += flow if flow <= firms.entry_output[row[0]] else 0.0
    part = min(1.0, orders / firms.entry_output[row[0]])
    assert part > 0
    assert policy.adjust_entry(model, np.array([0.05]), row) == pytest.approx(0.05 + 0.2 * part)


def test_the_same_firms_are_potential_in_both_arms_and_none_is_lost_or_made():
    plain, helped = (lived(economy(policy, 300), 25) for policy in ({}, {"open_innovation": {"seed": 1e8}}))
    assert np.array_equal(plain.firms.uid, helped.firms.uid)
    assert np.array_equal(plain.firms.entry_output, helped.firms.entry_output)
    assert np.array_equal(plain.firms.cohort, helped.firms.cohort)


def test_members_reckon_with_the_premium_on_what_they_buy_from_startups():
    model, policy = korea(pilot_premium=0.25)
    row = np.flatnonzero((model.firms.kind[model.links.buyer] == 0) & model.network.served)[0]
    model.firms.kind[:] = np.where(model.firms.kind == 2, 1, model.firms.kind)
    assert not policy.expected_gain(model).any()
    model.firms.kind[model.links.supplier[row]] = 2
    bought = model.links.supplier == model.links.supplier[row]
    buyer = model.links.buyer[row]
    won = 12 * model.invoice[bought & (model.links.buyer == buyer)].sum()
    kept = 1 - model.parameters["government"].corporate_tax
    assert policy.expected_gain(model)[buyer] == pytest.approx(-kept * 0.2 * won)
