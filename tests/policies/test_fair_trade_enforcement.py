"""Fair-trade enforcement (공정거래 집행): what is withheld, found, repaid and fined, and what it costs."""

import numpy as np
import pytest
from contracts.running import differences, economy, lived
from economies import row_of, run

from policies.test_performance_sharing import WEAK, pressed, price
from policies.town import BELOW, FIRST, PRIME, town
from sim import metrics
from sim.core.months import MONTHS

AUGUST, SEPTEMBER = 8, 9  # months lived when the weak supplier's contract has been reviewed, and inspected
EVERY_QUARTER = 4.0


def enforced(**values):
    given = {"inspections": EVERY_QUARTER, "unfair": 1.0, "deterrence": 0.0, "cost": 0.0}
    return {"fair_trade_enforcement": given | values}


def policy_of(model):
    (policy,) = model.policies.in_force(model.month)
    return policy


def moved(model, what):
    """Won paid by firms, and received by the government, under a part of the policy."""
    row = model.ledger.flows.payments[f"fair_trade_enforcement: {what}"]
    return int(-row[1]), int(row[4])


@pytest.mark.parametrize(
    ("inspections", "fine", "factor"), [(0.1, 2.0, 0.88), (0.2, 1.0, 0.84), (1.0, 3.0, 0.6), (0.0, 3.0, 1.0)]
)
def test_buyers_do_without_unfair_cuts_as_far_as_the_expected_sanction_reaches_the_saving(
    inspections, fine, factor
):
    # Half of the cuts are unfair, and of these 0.8 min(1, inspections (1 + fine)) are withheld.
    model = run(pressed(enforced(inspections=inspections, fine=fine, unfair=0.5, deterrence=0.8)), 1)
    rows = np.arange(model.links.rows)
    chance = policy_of(model).adjust_buyer_review(model, np.full(rows.size, 0.3), rows)
    assert chance == pytest.approx(0.3 * factor)


def test_buyers_no_larger_than_the_supplier_are_not_bound():
    model = run(town(enforced(unfair=0.5, deterrence=0.8)), 1)
    among_equals, from_prime = row_of(model, BELOW, FIRST), row_of(model, FIRST, PRIME)
    rows = np.array([among_equals, from_prime])
    chance = policy_of(model).adjust_buyer_review(model, np.array([0.3, 0.3]), rows)
    assert chance == pytest.approx([0.3, 0.18])


def test_an_unfair_cut_that_is_found_is_undone_repaid_and_fined():
    plain, model = run(pressed(), AUGUST), run(pressed(enforced(fine=2.0)), AUGUST)
    assert price(model) == price(plain) < 0.9
    cut = 1 - price(model)
    run(plain, 1), run(model, 1)
    saved = cut * model.links.delivery[row_of(model, WEAK, PRIME)]  # one month was delivered at the low price
    assert saved > 1e6
    assert price(model) == pytest.approx(1.0)
    assert price(plain) < 0.9
    assert model.firms.transfers[WEAK] == pytest.approx(saved, abs=2)
    assert moved(model, "fines") == (pytest.approx(2.0 * MONTHS * saved, abs=2),) * 2
    assert model.firms.transfers[PRIME] == pytest.approx(-25 * saved, abs=4)
    assert metrics.value("fiscal_cost", model) / model.scale == pytest.approx(-24 * saved, abs=4)


def test_a_fair_cut_stands():
    model = run(pressed(enforced(unfair=0.0)), SEPTEMBER)
    assert price(model) < 0.9
    assert not model.firms.transfers.any()


def test_a_cut_that_is_found_later_is_repaid_for_all_months_since():
    model = run(pressed(enforced(inspections=1e-9)), 17)
    assert model.links.price_before_cut[row_of(model, WEAK, PRIME)] == pytest.approx(1.0)
    cut, model.policies = 1 - price(model), pressed(enforced()).policies
    run(model, 1)  # June; nine months came between September, the first at the low price, and this one
    saved = cut * model.links.delivery[row_of(model, WEAK, PRIME)]
    assert model.firms.transfers[WEAK] == pytest.approx(10 * saved, rel=1e-6)


def test_late_terms_cost_interest_and_become_lawful():
    model = run(pressed(enforced(unfair=0.0, legal_months=2), terms=4), 3)
    row = row_of(model, WEAK, PRIME)
    # A year of such invoices, two months too late each, at 15.5 % a year: twelve invoices, a sixth of a year.
    interest = 0.155 * 2 / 12 * 12 * model.invoice[row]
    assert interest > 1e6
    assert model.firms.transfers[WEAK] == pytest.approx(interest, abs=2)
    assert model.links.terms.tolist() == [2] * model.links.rows
    run(model, 3)
    assert not model.firms.transfers.any()


def test_only_buyers_of_small_suppliers_are_inspected_and_the_public_pays_for_it():
    model = run(pressed(enforced(unfair=0.0, cost=7e6)), 3)
    row = model.ledger.flows.payments["fair_trade_enforcement: inspections"]
    assert row.tolist() == [7_000_000, 0, 0, 0, -7_000_000, 0, 0]


def test_inspections_find_forced_opt_outs_of_price_linkage_too():
    linked = {"take_up": 1.0, "smallest_contract": 0.0, "detection": 0.0}
    with_and_without = [
        lived(economy({"price_linkage": linked} | extra), 2) for extra in ({}, enforced(unfair=0.0))
    ]
    for model, found in zip(with_and_without, (0.0, EVERY_QUARTER), strict=True):
        linkage = next(each for each in model.policies.in_force(model.month) if each.name == "price_linkage")
        assert np.unique(linkage._detection(model)).tolist() == [found]
        model.links.opted_out[:] = True
        lived(model, 1)
        assert model.links.opted_out.any() == (found == 0)
    assert differences(*with_and_without)
