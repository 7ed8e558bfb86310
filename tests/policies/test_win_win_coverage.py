"""Win-win payment (상생결제): how much of what conglomerates pay becomes claims, and on whom."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import run

from policies.test_win_win_payment import TERMS, link, payment, wanting
from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, chain, town
from sim.economy.kinds import RING, Kind


def settled(coverage, **policies):
    """Won of each contract's invoices of the first month that a small Korea settles by claims."""
    wanted = payment(coverage=coverage, **policies.pop("values", {}))
    model = economy(wanted | policies, 600)
    wanting(model, 0)  # nobody sells a claim
    model.links.terms = np.maximum(model.links.terms, 2)
    return lived(model, 1), model.links.claim.sum(axis=0)


@pytest.mark.parametrize("coverage", [0.0, 0.3, 0.62, 1.0])
def test_coverage_is_the_part_of_conglomerates_payments_by_value(coverage):
    model, claims = settled(coverage)
    primes = model.firms.kind[model.links.buyer] == Kind.CONGLOMERATE
    assert not claims[~primes].any()
    assert claims[primes].tolist() == [int(coverage * won) for won in model.invoice[primes].tolist()]


def test_raising_coverage_only_adds_claims_to_every_contract():
    (_, some), (_, more) = settled(0.3), settled(0.6)
    assert (some <= more).all()
    assert some.sum() < more.sum()


@pytest.mark.parametrize("ratio", [0.0, 0.95])
def test_coverage_is_the_same_part_of_what_is_paid_in_cash_and_later(ratio):
    terms = {"payment_terms": {"cash_ratio": ratio, "cash_months": 1}}
    model, claims = settled(0.62, **terms)
    primes = model.firms.kind[model.links.buyer] == Kind.CONGLOMERATE
    # Parts of single won are dropped in both tranches.
    assert claims.sum() == pytest.approx(0.62 * model.invoice[primes].sum(), abs=2 * model.links.rows)
    soon = model.links.claim[model.month % RING]
    assert bool(soon.sum() > 0) == bool(ratio)
    model.ledger.prove("a test", model.outstanding())


def test_only_conglomerates_that_take_part_draw_claims_and_more_of_them_only_add():
    (few_model, few), (many_model, many) = (settled(1.0, values={"take_up": part}) for part in (0.3, 0.6))
    members = few_model.memberships["win_win_payment"] >= 0
    assert 0 < members.sum() < (many_model.memberships["win_win_payment"] >= 0).sum()
    assert np.array_equal(few > 0, members[few_model.links.buyer] & (few_model.invoice > 0))
    assert (few <= many).all()


def test_claims_are_drawn_and_passed_on_in_each_tranche():
    # The prime pays half of its note in a month, the first supplier half of what it owes: both are passed on.
    terms = {"payment_terms": {"cash_ratio": 0.5, "cash_months": 1}}
    model = wanting(town(payment(pass_down=0.5) | terms, NO_INTEREST, design=chain(terms=TERMS)), 0)
    run(model, 1)
    upper, lower = link(model, FIRST, PRIME), link(model, BELOW, FIRST)
    owed, soon, late = int(model.invoice[lower]), (model.start + 1) % RING, (model.start + 3) % RING
    passed = [int(0.5 * (owed // 2)), int(0.5 * (owed - owed // 2))]
    assert model.links.claim[[soon, late], lower].tolist() == passed
    total = int(model.invoice[upper])
    held = [total // 2 - passed[0], total - total // 2 - passed[1]]
    assert model.links.claim[[soon, late], upper].tolist() == held
