"""Win-win payment (상생결제): claims on the drawer, passed down, discounted, safe from the middle."""

import numpy as np
import pytest
from economies import BILLION, Design, run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, town
from sim import metrics
from sim.economy.kinds import RING, Kind, Size
from sim.phases import failing

TERMS = np.zeros((4, 4), dtype=int)
TERMS[FIRST, PRIME] = TERMS[SECOND, PRIME] = 3
TERMS[BELOW, FIRST] = 2


def payment(**values):
    return {"win_win_payment": {"coverage": 1.0, "pass_down": 0.0, "discount": 0.0} | values}


def paying(design=None, **values):
    """The town under the policy; nobody is short of cash."""
    return wanting(town(payment(**values), NO_INTEREST, design=design or chain(terms=TERMS)), 0)


def wanting(model, cash):
    """Let firms want to hold some cash, whatever their outlays."""
    model.cash_target = lambda part: part * (np.zeros(model.firms.rows) + cash)
    return model


def link(model, supplier, buyer):
    links = model.links
    return int(np.flatnonzero((links.supplier == supplier) & (links.buyer == buyer))[0])


def test_invoices_of_conglomerates_become_claims_on_them_and_stay_due_on_the_same_day():
    plain, model = town({}, NO_INTEREST, design=chain(terms=TERMS)), paying()
    run(plain, 6), run(model, 6)
    of_prime = model.links.buyer == PRIME
    assert np.array_equal(model.links.claim[:, of_prime], plain.links.payable[:, of_prime])
    assert not model.links.payable[:, of_prime].any()
    assert (model.links.drawer[of_prime] == PRIME).all()
    assert np.array_equal(model.links.payable[:, ~of_prime], plain.links.payable[:, ~of_prime])
    assert not model.links.claim[:, ~of_prime].any()


def test_claims_that_nobody_discounts_or_passes_on_move_the_same_cash_as_invoices():
    plain, model = town({}, NO_INTEREST, design=chain(terms=TERMS)), paying()
    run(plain, 8), run(model, 8)
    assert np.array_equal(plain.ledger.balance, model.ledger.balance)
    assert plain.ledger.trade_credit == model.ledger.trade_credit


def test_passing_down_extinguishes_the_intermediate_debt():
    model = run(paying(pass_down=0.5), 1)
    links = model.links
    upper, lower = link(model, FIRST, PRIME), link(model, BELOW, FIRST)
    passed = int(0.5 * int(model.invoice[lower]))
    assert passed > 1e9
    assert links.drawer[lower] == PRIME
    new = model.due_slot[upper]  # the claim keeps the day on which the prime pays
    assert links.claim[new, lower] == passed
    assert links.claim[new, upper] == model.invoice[upper] - passed
    assert links.payable[model.due_slot[lower], lower] == model.invoice[lower] - passed


def test_passing_down_lowers_trade_credit_by_what_is_passed():
    plain, model = paying(), paying(pass_down=0.5)
    for months in range(1, 6):
        run(plain, 1), run(model, 1)
        passed = int(0.5 * int(model.invoice[link(model, BELOW, FIRST)]))
        standing = int(model.links.claim.sum() + model.links.payable.sum())
        assert standing == model.ledger.trade_credit
        assert model.ledger.flows.trade_credit["win-win claims passed on"] == -passed
        # The middle firm's debts would have stood for two months: so many are missing.
        missing = plain.ledger.trade_credit - model.ledger.trade_credit
        assert missing == pytest.approx(passed * min(months, 2), abs=2)


def small_claims():
    """A middle firm that sells the prime less than it buys itself."""
    inputs = np.zeros((4, 4))
    inputs[FIRST, PRIME], inputs[SECOND, PRIME], inputs[BELOW, FIRST] = 0.05, 0.1, 0.6
    return chain(inputs=inputs, household=np.array([8, 4, 1, 1]) * BILLION, terms=TERMS)


def test_nobody_passes_on_more_than_it_holds():
    model = run(paying(pass_down=1.0, design=small_claims()), 1)
    upper, lower = link(model, FIRST, PRIME), link(model, BELOW, FIRST)
    assert model.invoice[upper] < model.invoice[lower]
    assert model.links.claim[:, upper].min() >= 0
    this_month = model.due_slot[upper]
    assert model.links.claim[this_month, lower] == pytest.approx(model.invoice[upper], abs=1)
    assert model.links.claim[this_month, upper] <= 1


def four_tiers(tiers, pass_down=1.0):
    """A chain 0 <- 1 <- 2 <- 3 in which each pair has its own terms."""
    inputs, terms = np.zeros((4, 4)), np.zeros((4, 4), dtype=int)
    inputs[1, 0], inputs[2, 1], inputs[3, 2] = 0.3, 0.3, 0.3
    terms[1, 0], terms[2, 1], terms[3, 2] = 3, 1, 2
    design = Design(
        inputs,
        household=np.array([8, 0, 0, 0]) * BILLION,
        government=np.array([1, 0, 0, 0]) * BILLION,
        exports=np.array([2, 0, 0, 0]) * BILLION,
        imported_investment=BILLION,
        terms=terms,
        size_class=[Size.LARGE, Size.SME, Size.SME, Size.SME],
        kind=[Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER, Kind.SUPPLIER],
    )
    return run(paying(pass_down=pass_down, tiers=tiers, design=design), 1)


def test_the_number_of_tiers_says_how_far_claims_are_passed_down():
    # Each tier owes 0.3 of what it is owed. All debts are passed up the chain, tier by tier.
    for tiers in (1, 2, 3):
        model = four_tiers(tiers)
        holds = model.network.sum_by_supplier(model.links.claim[model.due_slot[link(model, 1, 0)]])
        first = float(model.invoice[link(model, 1, 0)])
        second, third = 0.3 * first, 0.09 * first
        wanted = [first - second, second, 0.0] if tiers == 1 else [first - second, second - third, third]
        assert holds[1:] == pytest.approx(wanted, abs=2)


def test_claims_passed_down_fall_due_when_the_prime_pays_whatever_the_terms_below():
    model = four_tiers(3)
    first = model.due_slot[link(model, 1, 0)]
    earlier = np.arange(5) != first
    assert not model.links.claim[earlier].any()
    assert model.links.claim[first].sum() == model.invoice[link(model, 1, 0)]


def lose_middle(pass_down):
    """Let the firm in the middle fail without a won to share.

    Returns
    -------
    What the firm below lost; what it held in claims, and in invoices on the failed firm; a month's
    invoice; cash it got from the prime's claims.
    """
    model = run(paying(pass_down=pass_down), 5)
    ledger, links = model.ledger, model.links
    lower = link(model, BELOW, FIRST)
    claims, invoices = int(links.claim[:, lower].sum()), int(links.payable[:, lower].sum())
    invoice = int(model.invoice[lower])
    ledger.open_month()
    ledger.pay(ledger.firm(FIRST), 0, ledger.deposits[[FIRST]].copy(), "a theft")
    # The others live through the months without this supplier and customer.
    ledger.pay(ledger.at.world, ledger.firm([PRIME, SECOND, BELOW]), [10**12] * 3, "help")
    model.firms.capital[FIRST] = 0.0
    failing.fail(model, np.array([FIRST]))
    # Whatever customers still owe the failed firm is lost as well, so that nothing is left to share.
    model.runoff.forget(model.runoff.creditor == FIRST)
    ledger.trade_credit = model.outstanding()
    lost = received = 0
    for _ in range(8):
        standing = int(links.claim[:, lower].sum())
        run(model, 1)
        lost += int(model.firms.losses[BELOW])
        received += standing - int(links.claim[:, lower].sum())
    assert not model.firms.arrears[PRIME]
    return lost, claims, invoices, invoice, received


def test_a_claim_survives_the_failure_of_the_firm_in_the_middle():
    lost, claims, invoices, invoice, received = lose_middle(0.5)
    assert claims == pytest.approx(3 * 0.5 * invoice, abs=5)  # three months till the prime pays
    assert invoices == pytest.approx(2 * 0.5 * invoice, abs=5)  # the rest, with terms of two months
    assert lost == invoices
    assert received == claims


def test_without_claims_the_firm_below_loses_everything_it_was_owed():
    lost, claims, invoices, invoice, _ = lose_middle(0.0)
    assert claims == 0
    assert lost == invoices == pytest.approx(2 * invoice, abs=5)


def in_june(want, **values):
    """The town in June before new invoices; the first supplier wants to hold ``want`` won.

    It holds claims due in June, July and August, one month's invoice each.
    """
    model = run(paying(**values), 5)
    model.tranches = []
    return wanting(model, np.array([0, want, 0, 0]))


def slots(model):
    """Slots of the rings for this month and the next two."""
    return [(model.month + ahead) % RING for ahead in range(3)]


PLENTY = 10**12


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.12])
def test_discounting_costs_the_rate_for_the_months_to_run_and_pays_the_drawers_bank(rate):
    model = in_june(PLENTY, discount=rate)
    upper = link(model, FIRST, PRIME)
    held = model.links.claim[:, upper].copy()
    june, july, august = held[slots(model)].tolist()
    assert min(june, july, august) > 3e9
    assert june + july + august == held.sum()
    cash, own = model.ledger.deposits.copy(), model.ledger.own_funds.copy()
    model.ledger.open_month()
    model.policies.call("on_invoices", model)
    fee = round(rate * 1 / 12 * july) + round(rate * 2 / 12 * august)
    got = july + august - fee
    assert (model.ledger.deposits - cash).tolist() == [0, got, 0, 0]
    gained = model.ledger.own_funds - own
    bank = model.ledger.bank_of[model.ledger.firm(PRIME)]
    assert gained[bank] == gained.sum() == fee
    assert model.firms.discounted[slots(model), PRIME].tolist() == [0, july, august]
    assert model.links.claim[slots(model), upper].tolist() == [june, 0, 0]
    model.ledger.prove("a test", model.outstanding())


def test_the_discount_is_a_cost_of_the_holder():
    plain, model = in_june(PLENTY, discount=0.0), in_june(PLENTY, discount=0.12)
    run(plain, 1), run(model, 1)
    cost = plain.firms.year_profit[FIRST] - model.firms.year_profit[FIRST]
    fee = plain.ledger.deposits[FIRST] - model.ledger.deposits[FIRST]
    assert cost == fee > 1e7


def test_the_drawer_pays_discounted_claims_to_its_bank_when_they_fall_due():
    model = in_june(PLENTY)
    run(model, 1)
    slot = model.month % RING
    july = int(model.firms.discounted[slot, PRIME])
    assert july > 3e9
    run(model, 1)
    redeemed = model.ledger.flows.lending["win-win claims redeemed"]
    assert redeemed.tolist() == [0, -july, 0, 0, 0, 0, 0]
    assert model.firms.discounted[slot, PRIME] == 0


@pytest.mark.parametrize("lacks", [0, 1])
def test_only_firms_that_hold_less_cash_than_they_want_discount(lacks):
    model = in_june(0)
    wanting(model, model.ledger.deposits + np.array([0, lacks, 0, 0]))
    model.policies.call("on_invoices", model)
    assert bool(model.firms.discounted.any()) == bool(lacks)


def test_claims_on_a_failed_drawer_cannot_be_discounted():
    model = in_june(PLENTY)
    model.firms.living[PRIME] = False
    before = model.links.claim.copy()
    model.policies.call("on_invoices", model)
    assert np.array_equal(model.links.claim, before)


def test_days_to_payment_fall_when_debts_are_passed_up():
    plain, model = paying(), paying(pass_down=0.9)
    run(plain, 6), run(model, 6)
    assert metrics.value("days_to_payment", model) < metrics.value("days_to_payment", plain)


def test_coverage_zero_draws_no_claim_and_a_policy_that_ends_pays_what_is_out():
    model = run(paying(end="2016-05"), 5)
    assert model.links.claim.sum() > 0
    run(model, 3)
    assert model.links.claim.sum() == 0
    assert model.links.payable[:, model.links.buyer == PRIME].sum() > 0


def test_payments_are_what_drawers_settle_and_what_is_passed_on_is_counted_apart():
    model = run(paying(coverage=0.5, pass_down=0.5), 1)
    of_prime = model.links.buyer == PRIME
    assert metrics.value("win_win_payments", model) == sum(
        model.scale * (won // 2) for won in model.invoice[of_prime].tolist()
    )
    passed = int(model.links.claim[:, link(model, BELOW, FIRST)].sum())
    assert passed > 1e8
    assert metrics.value("win_win_passed_on", model) == model.scale * passed
    assert metrics.value("win_win_drawers", model) == 1.0


@pytest.mark.parametrize("ratio", [0.0, 0.5])
def test_claims_in_place_of_notes_are_equivalent_to_cash_and_not_cash(ratio):
    # All is bought on notes, of which a part becomes cash; of the rest the prime settles half by claims.
    terms = {"payment_terms": {"cash_ratio": ratio, "cash_months": 1}}
    model = wanting(town(payment(coverage=0.5) | terms, NO_INTEREST, design=chain(terms=TERMS)), 0)
    run(model, 1)
    if not ratio:
        assert metrics.value("cash_ratio", model) == 0.0
    of_prime = model.links.buyer == PRIME
    cash = metrics.value("cash_ratio", model)
    note = model.tranches[0][1]
    more = sum(won // 2 for won in note[of_prime].tolist()) / model.invoice.sum()
    assert more > 0.1
    assert metrics.value("cash_equivalent_ratio", model) == pytest.approx(cash + more, rel=1e-12)
