"""The win-win cooperation fund (상생협력기금): who pays in, who gets equipment, what tax forgoes."""

import numpy as np
import pytest
from economies import run

from policies.town import BELOW, FIRST, MADE_AT_HOME, PRIME, SECOND, chain, corporate_tax, town, year_of
from sim.economy.kinds import Size


def fund(**values):
    return {
        "cooperation_fund": {"contribution_rate": 0.1, "government_match": 0.5, "non_partner_share": 0.2}
        | values
    }


def paid(model, what):
    """Won by holder under a reason of the fund: households, firms, banks, fund, government, ..."""
    return model.ledger.flows.payments[f"cooperation_fund: {what}"].tolist()


def test_contributions_are_a_part_of_the_years_profit_and_the_government_matches_them():
    model = town(fund())
    year = year_of(model)
    given = int(0.1 * year["profit"][PRIME])
    assert given > 0.5e9
    assert paid(model, "contributions") == [0, -given, 0, given, 0, 0, 0]
    assert paid(model, "government match") == [0, 0, 0, int(0.5 * given), -int(0.5 * given), 0, 0]


def test_all_that_comes_in_is_granted_to_the_won_and_the_fund_ends_at_zero():
    model = town(fund())
    for _ in range(2):
        year = year_of(model)
        given = int(0.1 * (year["profit"][PRIME]))
        total = given + int(0.5 * given)
        assert paid(model, "grants") == [0, total, 0, -total, 0, 0, 0]
        assert model.ledger.balance[model.ledger.at.fund] == 0


def test_partners_get_theirs_by_deliveries_and_others_by_workers():
    model = town(fund())
    year = year_of(model)
    given = int(0.1 * year["profit"][PRIME])
    total = given + int(0.5 * given)
    outside = int(0.2 * total)
    got = model.firms.transfers
    assert got[BELOW] == outside  # the only SME that does not deliver to the prime
    assert got[FIRST] + got[SECOND] == total - outside
    assert got[FIRST] == pytest.approx(0.75 * (total - outside), abs=2)


def test_receivers_capital_rises_in_january_by_the_grant_over_the_price_of_equipment():
    plain, model = town(), town(fund())
    year_of(plain), year_of(model)
    got = np.maximum(model.firms.transfers, 0)
    assert np.array_equal(model.firms.capital, plain.firms.capital)
    run(plain, 1), run(model, 1)
    rise = model.firms.capital - plain.firms.capital
    assert rise == pytest.approx(got / plain.investment_price, rel=1e-6)
    assert rise[PRIME] == 0


def test_grants_are_spent_on_equipment_made_at_home_and_abroad():
    plain, model = town(), town(fund())
    year_of(plain), year_of(model)
    total = paid(model, "grants")[1]
    run(plain, 1), run(model, 1)
    ordered = model.firms.investment.sum() - plain.firms.investment.sum()
    assert ordered * plain.investment_price == pytest.approx(total, rel=1e-9)
    abroad = [each.ledger.flows.payments["imports of investment goods"][6] for each in (plain, model)]
    assert abroad[1] - abroad[0] == pytest.approx((1 - MADE_AT_HOME) * total, abs=4)


@pytest.mark.parametrize("credit", [0.0, 0.1, 0.5])
def test_tax_falls_by_the_deduction_and_the_credit(credit):
    # The prime deducts what it contributes; a grant for equipment is not taxed.
    plain, model = town(), town(fund(tax_credit=credit))
    year_of(plain), year_of(model)
    given = paid(model, "contributions")[3]
    rate = model.parameters["government"].corporate_tax
    less = corporate_tax(plain) - corporate_tax(model)
    assert less == pytest.approx((rate + credit) * given, abs=4)


def test_partners_get_all_when_there_are_no_others():
    sizes = [Size.LARGE, Size.SME, Size.SME, Size.LARGE]
    model = town(fund(), design=chain(size_class=sizes))
    year_of(model)
    got = model.firms.transfers
    assert got[FIRST] + got[SECOND] == paid(model, "grants")[1] > 0
    assert model.ledger.balance[model.ledger.at.fund] == 0


def test_others_get_all_when_no_partner_is_an_sme():
    sizes = [Size.LARGE, Size.LARGE, Size.LARGE, Size.MICRO]
    model = town(fund(), design=chain(size_class=sizes))
    given = int(0.1 * year_of(model)["profit"][PRIME])
    assert model.firms.transfers[BELOW] == given + int(0.5 * given) > 0


def test_what_finds_no_taker_waits_in_the_fund_for_the_next_year():
    model = town(fund(government_match=0.0), design=chain(size_class=Size.LARGE))
    first = int(0.1 * year_of(model)["profit"][PRIME])
    assert model.ledger.balance[model.ledger.at.fund] == first > 0
    model.firms.size_class[FIRST] = Size.SME
    second = int(0.1 * year_of(model)["profit"][PRIME])
    assert model.firms.transfers[FIRST] == first + second
    assert model.ledger.balance[model.ledger.at.fund] == 0


def test_a_prime_cannot_contribute_cash_it_does_not_have():
    model = town(fund(contribution_rate=1.0))
    for _ in range(11):
        model.step()
    target = model.cash_target(1.0)[PRIME]
    spare = int(model.ledger.deposits[PRIME] - 0.2 * target)
    model.ledger.pay(model.ledger.firm(PRIME), 0, [spare], "owners")
    model.step()
    assert 0 < paid(model, "contributions")[3] < model.firms.year_sales_past[PRIME]
    assert model.ledger.deposits.min() >= 0
