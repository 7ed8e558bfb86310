"""Payment terms and cash ratio (대금 지급기일, 현금결제비율): receivables, cash, days to payment."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, town
from sim import metrics
from sim.economy.kinds import Instrument, Kind

START = "2016-05"


def terms(**values):
    return {"payment_terms": {"start": START} | values}


def receivables(model):
    return model.network.sum_by_supplier(model.links.payable.sum(axis=0))


def pair(months, policies):
    plain, model = (town(given, NO_INTEREST, design=chain(terms=3)) for given in ({}, policies))
    return run(plain, months), run(model, months)


def sold_to_firms(model):
    return model.network.sum_by_supplier(model.invoice)


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_receivables_fall_to_the_new_terms_times_sales(limit):
    plain, model = pair(11, terms(max_months=limit))
    # The month's settlement comes last, so terms of n months leave n months of invoices open.
    assert receivables(plain) == pytest.approx(3 * sold_to_firms(plain), abs=10)
    assert receivables(model) == pytest.approx(limit * sold_to_firms(model), abs=10)


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_cash_moves_from_buyers_to_suppliers_and_sums_to_zero(limit):
    plain, model = pair(11, terms(max_months=limit))
    moved = model.ledger.deposits - plain.ledger.deposits
    sold, bought = sold_to_firms(plain), model.network.sum_by_buyer(plain.invoice)
    assert moved == pytest.approx((3 - limit) * (sold - bought), abs=20)
    assert moved.sum() == 0
    assert moved[PRIME] < 0 < moved[BELOW]


def test_terms_once_shortened_stay_as_they_are():
    _, model = pair(4, terms(max_months=2))
    found = []
    for _ in range(7):
        model.step()
        found.append(receivables(model)[FIRST] / sold_to_firms(model)[FIRST])
    # New invoices come with two months; old ones of three are the last to fall due.
    assert found[-4:] == pytest.approx([2.0] * 4)
    assert (model.links.terms == 3).all()


def test_terms_that_are_shorter_already_stay():
    plain = town({}, design=chain(terms=1))
    model = town(terms(max_months=3), design=chain(terms=1))
    run(plain, 8), run(model, 8)
    assert np.array_equal(plain.links.payable, model.links.payable)
    assert np.array_equal(plain.ledger.balance, model.ledger.balance)


def test_the_old_terms_come_back_when_the_policy_ends():
    _, model = pair(12, terms(max_months=1, end="2016-07"))
    assert receivables(model) == pytest.approx(3 * sold_to_firms(model), abs=10)


def test_days_to_payment_fall_with_terms():
    plain, model = pair(11, terms(max_months=1))
    assert metrics.value("days_to_payment", plain) == pytest.approx(3 * 365 / 12, rel=1e-8)
    assert metrics.value("days_to_payment", model) == pytest.approx(365 / 12, rel=1e-8)


def test_only_invoices_of_covered_buyers_fall_due_earlier():
    _, model = pair(11, terms(max_months=1, where={"kind": ["conglomerate"]}))
    months = receivables(model)[1:] / sold_to_firms(model)[1:]
    assert months == pytest.approx([1.0, 1.0, 3.0])
    assert [FIRST, SECOND, BELOW] == [1, 2, 3]


def test_a_cash_ratio_of_one_turns_all_notes_to_cash_after_the_stated_months():
    _, model = pair(11, terms(cash_ratio=1.0, cash_months=1))
    assert receivables(model) == pytest.approx(sold_to_firms(model), abs=10)


def test_contracts_in_cash_keep_their_terms_under_a_cash_ratio():
    model = town(terms(cash_ratio=1.0, cash_months=0), design=chain(terms=3))
    model.links.instrument = Instrument.CASH
    run(model, 11)
    assert receivables(model) == pytest.approx(3 * sold_to_firms(model), abs=10)


def cash_moved(ratio, **values):
    """Invoices of a month in a small Korea, and the won of each that fall due a month later as cash."""
    models = []
    for cash_ratio in (0.0, ratio):
        given = {"cash_ratio": cash_ratio, "cash_months": 1} | values
        model = economy({"payment_terms": given}, 600)
        model.links.terms = np.where(model.links.instrument == Instrument.NOTE, 4, 3)
        models.append(lived(model, 1))
    plain, model = models
    assert np.array_equal(plain.invoice, model.invoice)
    assert np.array_equal(plain.links.payable.sum(axis=0), model.links.payable.sum(axis=0))
    return model, (model.links.payable - plain.links.payable)[model.month % 5]


@pytest.mark.parametrize("kinds", [["conglomerate", "supplier", "startup"], ["supplier"]])
def test_the_cash_ratio_is_reached_by_value_out_of_notes_of_covered_buyers(kinds):
    model, moved = cash_moved(0.9, where={"kind": kinds})
    links = model.links
    covered = np.isin(model.firms.kind[links.buyer], [Kind[kind.upper()] for kind in kinds])
    note = links.instrument == Instrument.NOTE
    assert not moved[~(covered & note)].any()
    assert (moved <= model.invoice).all() and (moved >= 0).all()
    cash = moved.sum() + model.invoice[covered & ~note].sum()
    # Parts of single won are dropped, at most one an invoice.
    assert cash == pytest.approx(0.9 * model.invoice[covered].sum(), abs=links.rows)


def test_raising_the_cash_ratio_only_adds_cash_to_every_invoice():
    (_, some), (_, more) = cash_moved(0.8), cash_moved(0.9)
    assert (some <= more).all()
    assert some.sum() < more.sum()


def test_a_cash_ratio_that_is_reached_already_moves_nothing():
    assert not cash_moved(0.05)[1].any()


def test_every_note_is_paid_in_the_same_parts():
    # Half of what is bought is to be cash, and all of it is on notes of three months.
    model = town(terms(cash_ratio=0.5, cash_months=1, start="2016-01"), NO_INTEREST, design=chain(terms=3))
    run(model, 1)
    soon = model.links.payable[(model.start + 1) % 5] - model.links.payable[(model.start + 2) % 5]
    late = model.links.payable[(model.start + 3) % 5]
    assert soon.tolist() == [invoice // 2 for invoice in model.invoice.tolist()]
    assert (soon + late).tolist() == model.invoice.tolist()


# --- who takes part ------------------------------------------------------------------------------


def test_what_binds_all_has_no_members():
    model = lived(economy({"payment_terms": {"cash_ratio": 1.0}}, 300), 2)
    assert model.memberships == {}
    assert metrics.value("cash_ratio", model) > 0.9


def test_only_those_that_take_part_pay_their_notes_in_cash_and_the_limit_binds_all():
    values = {"cash_ratio": 1.0, "cash_months": 1, "take_up": 0.5}
    model = economy({"payment_terms": values | {"max_months": 2}}, 600)
    model.links.terms = np.full_like(model.links.terms, 3)
    lived(model, 1)
    links = model.links
    member = model.memberships["payment_terms"] >= 0
    assert 0.4 < member[model.firms.living].mean() < 0.6
    cash = model.tranches[1][1]
    moved = member[links.buyer] & (links.instrument == Instrument.NOTE)
    assert cash[moved].tolist() == model.invoice[moved].tolist()
    assert not cash[~moved].any()
    assert (model.months_to_payment == 2).all()


def test_paying_earlier_costs_the_interest_on_what_is_lent_throughout():
    rates = {"credit": {"policy_rate": 0.03}}
    design = chain(terms=3)
    values = {"cash_ratio": 1.0, "cash_months": 1, "voluntary": True, "start": "2016-01"}
    model = run(town({"payment_terms": values}, rates, design=design), 1)
    (policy,) = model.policies.in_force(model.start)
    # All contracts are on notes of three months: two months of invoices are paid that were owed before.
    bought = model.network.sum_by_buyer(model.invoice)
    cost = (1 - 0.22) * model.firms.loan_rate * 2 * bought
    assert cost[PRIME] > 1e6
    assert policy.expected_gain(model) == pytest.approx(-cost, rel=1e-9)
