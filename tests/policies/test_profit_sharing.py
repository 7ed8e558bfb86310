"""Profit sharing (협력이익공유제): pool, split, tax, and what sharing costs the payer."""

import pytest
from economies import run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, corporate_tax, town, year_of

NO_CREDIT = {"credit": {"debt_ceiling": 0.0, "working_months": 0.0}}
PRIMES = {"kind": ["conglomerate"]}


def sharing(**values):
    return {"profit_sharing": {"share": 0.25, "hurdle": 0.03, "where": PRIMES} | values}


def test_the_pool_is_a_share_of_the_profit_above_the_hurdle():
    model = town(sharing())
    year = year_of(model)
    pool = int(0.25 * (year["profit"][PRIME] - 0.03 * year["sales"][PRIME]))
    assert pool > 1e9
    assert model.firms.transfers[PRIME] == -pool


def test_the_pool_is_split_by_deliveries_to_the_won():
    model = town(sharing())
    year_of(model)
    pool, got = -int(model.firms.transfers[PRIME]), model.firms.transfers
    # Deliveries stand three to one but for the won by which invoices are rounded.
    assert got[FIRST] == pytest.approx(0.75 * pool, abs=2)
    assert got[FIRST] + got[SECOND] == pool
    assert got[BELOW] == 0
    assert model.ledger.flows.payments["profit_sharing"].tolist() == [0] * 7


def test_nobody_shares_a_profit_below_the_hurdle():
    model = town(sharing(hurdle=0.9))
    year_of(model)
    assert not model.firms.transfers.any()


def test_where_says_whose_profit_is_shared():
    model = town(sharing(where={"kind": ["supplier"]}))
    year = year_of(model)
    pool = int(0.25 * (year["profit"][FIRST] - 0.03 * year["sales"][FIRST]))
    assert model.firms.transfers.tolist() == [0, -pool, 0, pool]


def test_both_decembers_pay_from_the_profit_of_their_own_year():
    model = town(sharing())
    for _ in range(2):
        year = year_of(model)
        pool = int(0.25 * (year["profit"][PRIME] - 0.03 * year["sales"][PRIME]))
        assert model.firms.transfers[PRIME] == -pool


def test_nothing_is_paid_in_any_other_month():
    model = town(sharing())
    paid = []
    for _ in range(24):
        model.step()
        paid.append(bool(model.firms.transfers.any()))
    assert [month for month, any_paid in enumerate(paid) if any_paid] == [11, 23]


@pytest.mark.parametrize("credit", [0.0, 0.1, 0.3])
def test_the_tax_credit_lowers_corporate_tax_by_its_part_of_the_pool(credit):
    # What the prime deducts its suppliers are taxed on, so all tax that is missing is the credit.
    plain, model = town(), town(sharing(tax_credit=credit))
    year_of(plain), year_of(model)
    pool = -int(model.firms.transfers[PRIME])
    assert corporate_tax(plain) - corporate_tax(model) == pytest.approx(credit * pool, abs=4)


def test_a_profit_once_taxed_gives_no_credit_a_second_time():
    model = town(sharing())
    year_of(model)
    assert not model.tax_credits.any()


def test_a_payer_short_of_cash_invests_less_by_what_it_shared_after_tax():
    # The prime's owners have taken its cash, so December pays no dividend; then most of its equipment
    # is lost, and January buys back as much as cash allows; banks lend nothing.
    models = []
    for policies in ({}, sharing(share=0.1, hurdle=0.0)):
        model = town(policies, NO_INTEREST, NO_CREDIT, {"production": {"capital_adjustment": 3.0}})
        run(model, 11)
        taken = int(model.ledger.deposits[PRIME]) - int(0.9 * model.cash_target(1.0)[PRIME])
        model.ledger.pay(model.ledger.firm(PRIME), 0, [taken], "owners")
        run(model, 1)
        model.firms.capital[PRIME] /= 4
        models.append(model)
    plain, model = models
    pool, rate = -int(model.firms.transfers[PRIME]), model.parameters["government"].corporate_tax
    cost = pool * (1 - rate - 0.1)
    assert pool > 0.9e9
    assert plain.ledger.deposits[PRIME] - model.ledger.deposits[PRIME] == pytest.approx(cost, abs=3)
    price = plain.investment_price
    run(plain, 1), run(model, 1)
    less = plain.firms.investment[PRIME] - model.firms.investment[PRIME]
    assert less == pytest.approx(cost / price, rel=1e-8)
