"""What each policy costs the public and firms, and who receives it: all six, worked out by hand.

The town has no scale of its own: a won of it is a won of the metrics times its declared scale.
"""

import pytest
from economies import row_of, run

from policies.test_price_linkage import shocked
from policies.test_win_win_payment import payment, wanting
from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, town, year_of
from sim import metrics
from sim.economy.accounts import HOLDERS

PRIMES = {"kind": ["conglomerate"]}


def cost(model):
    """Fiscal cost, private cost and private receipts of the month, in won of the town."""
    names = ("fiscal_cost", "private_cost", "private_receipts")
    return [pytest.approx(metrics.value(name, model) / model.scale, rel=1e-12) for name in names]


def received(model, policy):
    """Won by holder that a policy has moved in the month, all its reasons together."""
    total = dict.fromkeys(HOLDERS, 0)
    for reason, row in model.ledger.flows.payments.items():
        if reason.partition(":")[0] == policy:
            for holder, won in zip(HOLDERS, row.tolist(), strict=True):
                total[holder] += won
    return {holder: won for holder, won in total.items() if won}


def test_profit_shared_is_paid_by_the_prime_and_received_by_its_suppliers():
    model = town({"profit_sharing": {"share": 0.25, "hurdle": 0.03, "where": PRIMES}})
    year = year_of(model)
    pool = int(0.25 * (year["profit"][PRIME] - 0.03 * year["sales"][PRIME]))
    assert pool > 0
    assert [0, pool, pool] == cost(model)
    assert received(model, "profit_sharing") == {}  # between firms
    assert model.firms.transfers[[FIRST, SECOND]].sum() == pool


def test_the_fund_is_paid_by_the_prime_and_the_government_and_received_by_small_firms():
    model = town({"cooperation_fund": {"contribution_rate": 0.1, "government_match": 0.5}})
    given = int(0.1 * year_of(model)["profit"][PRIME])
    match = int(0.5 * given)
    assert given > 0
    assert [match, given, given + match] == cost(model)
    assert received(model, "cooperation_fund") == {"firms": match, "government": -match}
    assert model.firms.transfers[[FIRST, SECOND, BELOW]].sum() == given + match


def test_champions_are_paid_by_the_government_alone():
    model = town({"champion_support": {"budget": 0.01, "where": PRIMES}})
    pool = int(0.01 * year_of(model)["value_added"][PRIME])
    assert pool > 0
    assert [pool, 0, pool] == cost(model)
    assert received(model, "champion_support") == {"firms": pool, "government": -pool}
    assert model.firms.transfers.tolist() == [pool, 0, 0, 0]


def test_linkage_moves_prices_and_no_payment_but_fines():
    model = run(shocked(0.2, month=2, detection=4.0, fine=30e6), 2)
    assert cost(model) == [0, 0, 0]
    model.links.opted_out[row_of(model, FIRST, PRIME)] = True
    run(model, 1)
    assert cost(model) == [-30_000_000, 30_000_000, 0]
    assert received(model, "price_linkage") == {"firms": -30_000_000, "government": 30_000_000}


def test_payment_terms_move_what_is_owed_earlier_and_pay_nobody():
    terms = {"max_months": 1, "cash_ratio": 1.0, "cash_months": 0}
    model = town({"payment_terms": terms}, NO_INTEREST, design=chain(terms=3))
    for _ in range(12):
        run(model, 1)
        assert cost(model) == [0, 0, 0]
        assert received(model, "payment_terms") == {}


def test_win_win_payment_pays_nobody_and_who_sells_a_claim_bears_the_discount():
    # All firms want more cash than they have, so every claim is sold at once; the invoices are due in
    # three months, and the bank keeps 1.5 % of them.
    model = town(payment(discount=0.06), NO_INTEREST, design=chain(terms=3))
    wanting(model, 10**15)
    run(model, 1)
    sold = model.invoice[[row_of(model, FIRST, PRIME), row_of(model, SECOND, PRIME)]]
    assert cost(model) == [0, 0, 0]
    assert received(model, "win_win_payment") == {}
    bought = model.ledger.flows.lending["win-win claims discounted"]
    fee = bought[HOLDERS.index("banks")]
    assert fee == sum(round(0.06 * 3 / 12 * int(won)) for won in sold) > 0
    assert bought[HOLDERS.index("firms")] == sold.sum() - fee
