"""Bonus parity (성과급 동률 지급): whose bonus rate, on whose pay, in whose books."""

import numpy as np
import pytest
from economies import row_of, run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, corporate_tax, town
from sim import metrics
from sim.economy.kinds import WORKERS, Kind, Size

SHARE = {"labour": {"bonus_share": 0.2}}
HOUSEHOLDS, FIRMS, _, _, GOVERNMENT, *_ = range(7)  # holders of money
INCOME_TAX, PAYROLL_TAX = 0.16, 0.1


def parity(**values):
    return {"bonus_parity": {"parity": 1.0} | values}


def december(policies, design=None):
    """The town after a year, and by hand each supplier's pay and the part of it that the prime's work is.

    The prime's bonus rate is worked out from its profit: a fifth of it less payroll tax, over pay.
    """
    model = town(policies, NO_INTEREST, SHARE, design=design)
    rows = {firm: row_of(model, firm, PRIME) for firm in (FIRST, SECOND)}
    pay, sales, profit = np.zeros(4), np.zeros(4), 0
    delivered = dict.fromkeys(rows, 0)
    for _ in range(12):
        run(model, 1)
        firms = model.firms
        pay += firms.wage_bill / (1 + PAYROLL_TAX)
        sales += firms.sales
        costs = firms.purchases + firms.wage_bill + firms.depreciation + firms.interest
        profit += int((firms.sales - costs)[PRIME])
        for firm, row in rows.items():
            delivered[firm] += int(model.invoice[row])
    rate = 0.2 * profit / (1 + PAYROLL_TAX) / pay[PRIME]
    work = {firm: pay[firm] * delivered[firm] / sales[firm] for firm in rows}
    return model, rate, work, pay


@pytest.mark.parametrize("part", [0.5, 1.0])
def test_the_prime_pays_its_own_rate_for_the_work_delivered_to_it(part):
    model, rate, work, pay = december(parity(parity=part))
    assert model.firms.bonus_rate[PRIME] == pytest.approx(rate, rel=1e-6)
    bonus = {firm: part * rate * won for firm, won in work.items()}
    received = [0, bonus[FIRST] / pay[FIRST], bonus[SECOND] / pay[SECOND], 0]
    assert bonus[FIRST] > 1e7
    assert model.firms.benefit_rate == pytest.approx(received, rel=1e-5)
    cost = (1 + PAYROLL_TAX) * sum(bonus.values())
    assert model.firms.transfers.tolist() == [pytest.approx(-cost, rel=1e-5), 0, 0, 0]
    net = (1 - INCOME_TAX) * sum(bonus.values())
    assert model.ledger.flows.payments["bonus_parity"].tolist() == [
        pytest.approx(net, rel=1e-5),
        pytest.approx(-net, rel=1e-5),
        *[0] * 5,
    ]


def test_at_full_parity_a_worker_of_both_gets_the_same_rate_for_the_same_hour():
    # The first supplier's own bonus comes on top: nobody pays less because the prime pays more.
    (plain, *_), (model, _, work, pay) = december({}), december(parity())
    assert model.firms.bonus_rate[FIRST] == plain.firms.bonus_rate[FIRST] > 0
    extra = model.firms.benefit_rate[FIRST] / (work[FIRST] / pay[FIRST])
    assert extra == pytest.approx(model.firms.bonus_rate[PRIME], rel=1e-5)


def test_the_cost_is_seen_in_private_cost_and_what_workers_get_in_receipts_of_households():
    model, rate, work, _ = december(parity())
    bonus = rate * sum(work.values())
    assert metrics.value("private_cost", model) / model.scale == pytest.approx(1.1 * bonus, rel=1e-5)
    assert metrics.value("policy_receipts_households", model) / model.scale == pytest.approx(
        0.84 * bonus, rel=1e-5
    )
    assert metrics.value("fiscal_cost", model) == 0
    assert metrics.value("policy_payments_tier0", model) == metrics.value("private_cost", model)


def test_the_government_gets_payroll_and_income_tax_and_loses_corporate_tax():
    (plain, *_), (model, rate, work, _) = december({}), december(parity())
    bonus = rate * sum(work.values())
    more = {
        reason: int(model.ledger.flows.payments[reason][GOVERNMENT])
        - int(plain.ledger.flows.payments[reason][GOVERNMENT])
        for reason in ("payroll tax on bonuses", "corporate tax")
    }
    assert more["payroll tax on bonuses"] == pytest.approx(PAYROLL_TAX * bonus, rel=1e-5)
    assert more["corporate tax"] == pytest.approx(-0.22 * 1.1 * bonus, rel=1e-5)
    assert corporate_tax(plain) - corporate_tax(model) == -more["corporate tax"]


def test_workers_of_suppliers_have_the_money_and_nobody_else_of_theirs():
    (plain, *_), (model, rate, work, _) = december({}), december(parity())
    cell = WORKERS.start + Size.SME
    more = model.ledger.household_deposits - plain.ledger.household_deposits
    assert more[cell] == pytest.approx(0.84 * rate * sum(work.values()), rel=1e-5)
    assert not np.delete(more[WORKERS], cell).any()


def test_what_the_prime_pays_its_owners_and_the_state_do_without():
    (plain, *_), (model, *_) = december({}), december(parity())
    cost = -int(model.firms.transfers[PRIME])
    tax = corporate_tax(plain) - corporate_tax(model)
    paid = [int(each.ledger.flows.payments["dividends"][FIRMS]) for each in (plain, model)]
    withheld = INCOME_TAX / (1 - INCOME_TAX)
    less_paid_out = (paid[1] - paid[0]) * (1 + withheld)
    less_cash = int(plain.ledger.deposits[PRIME]) - int(model.ledger.deposits[PRIME])
    assert less_paid_out + less_cash == pytest.approx(cost - tax, abs=10)


def test_a_prime_without_profit_pays_nothing_and_one_short_of_cash_what_it_has():
    model = town(parity(), NO_INTEREST, SHARE)
    run(model, 11)
    (policy,) = model.policies.in_force(model.month)
    firms, ledger = model.firms, model.ledger
    firms.bonus_rate[PRIME] = 0.0
    before = ledger.deposits.copy()
    policy.on_bonus(model)
    assert ledger.deposits.tolist() == before.tolist()
    firms.bonus_rate[PRIME] = 1.0
    ledger.pay(ledger.firm(PRIME), 0, [int(before[PRIME]) - 1101], "owners")
    policy.on_bonus(model)
    assert ledger.deposits[PRIME] == 0
    assert firms.transfers[PRIME] == -1101
    # The bonus is 1000 won; income tax takes 160 of it, a won less where both parts are rounded down.
    assert ledger.flows.payments["bonus_parity"][HOUSEHOLDS] in (840, 841)


def test_suppliers_that_sell_little_to_the_prime_and_other_conglomerates_get_nothing():
    kinds = [Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.CONGLOMERATE, Kind.SUPPLIER]
    model, *_ = december(parity(), design=chain(kind=kinds))
    assert model.firms.benefit_rate[FIRST] > 0 == model.firms.benefit_rate[SECOND]
    model, _, work, pay = december(parity())
    parts = sorted(work[firm] / pay[firm] for firm in (FIRST, SECOND))
    assert parts[1] - parts[0] > 0.05
    limit = sum(parts) / 2
    model, *_ = december(parity(least_share=limit))
    paid = model.firms.benefit_rate > 0
    assert paid.tolist() == [False, *[work[firm] / pay[firm] > limit for firm in (FIRST, SECOND)], False]
    assert not paid[BELOW]


def test_bonuses_and_benefits_of_two_policies_add_up():
    welfare = {"worker_welfare": {"benefit": 0.1}}
    (one, *_), (other, *_), (both, *_) = (
        december(given) for given in (parity(), welfare, parity() | welfare)
    )
    rates = [model.firms.benefit_rate[FIRST] for model in (one, other, both)]
    assert rates[2] == pytest.approx(rates[0] + rates[1], rel=1e-9)
    assert min(rates) > 0


def test_a_member_expects_what_it_will_pay_after_tax():
    model, rate, work, _ = december(parity())
    (policy,) = model.policies.in_force(model.month)
    cost = 1.1 * rate * sum(work.values()) * (1 - 0.22)
    assert policy.expected_gain(model)[PRIME] == pytest.approx(-cost, rel=1e-2)
