"""Worker welfare (공동근로복지기금): who pays, how much, to whose workers, and who spends it."""

import numpy as np
import pytest
from economies import row_of, run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, corporate_tax, town
from sim import metrics
from sim.economy.kinds import WORKERS, Size

NO_LIMIT = 1e18


def welfare(**values):
    return {"worker_welfare": {"benefit": 0.1, "match_limit": NO_LIMIT} | values}


def december(policies, *changes, design=None):
    """The town after a year, with its pay, sales and deliveries to the prime added up by hand."""
    model = town(policies, NO_INTEREST, *changes, design=design)
    rows = {firm: row_of(model, firm, PRIME) for firm in (FIRST, SECOND)}
    pay = dict.fromkeys(rows, 0.0)
    sales, delivered = dict.fromkeys(rows, 0), dict.fromkeys(rows, 0)
    for _ in range(12):
        run(model, 1)
        for firm, row in rows.items():
            pay[firm] += model.firms.wage_bill[firm] / (1 + model.parameters["government"].payroll_tax)
            sales[firm] += int(model.firms.sales[firm])
            delivered[firm] += int(model.invoice[row])
    due = {firm: pay[firm] * delivered[firm] / sales[firm] for firm in rows}
    return model, due, pay


@pytest.mark.parametrize(("match", "limit"), [(0.0, NO_LIMIT), (1.0, NO_LIMIT), (0.5, NO_LIMIT), (1.0, 1e6)])
def test_the_prime_pays_for_the_work_delivered_to_it_and_the_government_matches(match, limit):
    model, due, _ = december(welfare(government_match=match, match_limit=limit))
    paid = 0.1 * sum(due.values())
    added = min(match * paid, limit)
    assert paid > 1e7
    payments = model.ledger.flows.payments
    assert payments["worker_welfare: benefits"][0] == pytest.approx(paid, abs=20)
    assert payments["worker_welfare: government match"][0] == pytest.approx(added, abs=20)
    assert model.firms.transfers.tolist() == [pytest.approx(-paid, abs=20), 0, 0, 0]
    cost = [metrics.value(name, model) / model.scale for name in ("fiscal_cost", "private_cost")]
    assert cost == [pytest.approx(added, abs=20), pytest.approx(paid, abs=20)]


def test_benefits_are_pay_of_the_suppliers_workers_and_no_cost_of_the_supplier():
    plain, _, _ = december({})
    model, due, pay = december(welfare(government_match=1.0))
    rate = [0.0] + [2 * 0.1 * due[firm] / pay[firm] for firm in (FIRST, SECOND)] + [0.0]
    assert model.firms.benefit_rate == pytest.approx(rate, rel=1e-6)
    more = model.firms.pay - plain.firms.pay
    assert more[1:] == pytest.approx(np.array(rate)[1:] * plain.firms.wage[1:], rel=1e-6)
    assert model.firms.labour_cost[1:] == pytest.approx(plain.firms.labour_cost[1:], rel=1e-9)
    assert model.firms.profit[1:].tolist() == plain.firms.profit[1:].tolist()


def test_workers_of_small_firms_have_the_money_and_spend_a_part_of_it_next_year():
    (plain, _, _), (model, _, _) = december({}), december(welfare(government_match=1.0))
    paid = sum(
        model.ledger.flows.payments[f"worker_welfare: {part}"][0] for part in ("benefits", "government match")
    )
    cell = WORKERS.start + Size.SME
    more = model.ledger.household_deposits - plain.ledger.household_deposits
    assert more[cell] == paid
    assert not np.delete(more[WORKERS], cell).any()
    run(plain, 3), run(model, 3)
    more_spent = model.households.consumption[cell] - plain.households.consumption[cell]
    # In each of three months a 24th of the gap closes between what they count on and last year's income.
    counted_on = 1 - (1 - plain.parameters["demand"].income_adjustment / 12) ** 3
    assert more_spent == pytest.approx(counted_on * paid / 12 * plain.households.propensity[cell], rel=0.05)


def test_the_prime_is_taxed_less_by_the_tax_on_what_it_paid():
    (plain, _, _), (model, _, _) = december({}), december(welfare())
    rate = model.parameters["government"].corporate_tax
    less = corporate_tax(plain) - corporate_tax(model)
    assert less == pytest.approx(-rate * model.firms.transfers[PRIME], abs=3)


def test_a_larger_supplier_and_the_supplier_of_a_supplier_get_nothing():
    sizes = [Size.LARGE, Size.MID_SIZED, Size.SME, Size.SME]
    model, due, pay = december(welfare(government_match=0.0), design=chain(size_class=sizes))
    rate = [0.0, 0.0, 0.1 * due[SECOND] / pay[SECOND], 0.0]
    assert model.firms.benefit_rate == pytest.approx(rate, rel=1e-6)
    assert rate[SECOND] > 0.01 and model.firms.benefit_rate[BELOW] == 0


def test_benefits_of_the_last_december_count_as_pay_until_the_next():
    model, _, _ = december(welfare(end="2016-12"))
    rate = model.firms.benefit_rate[FIRST]
    assert run(model, 11).firms.benefit_rate[FIRST] == rate > 0
    assert not run(model, 1).firms.benefit_rate.any()


def test_a_member_expects_what_it_will_pay_after_tax():
    model, due, _ = december(welfare())
    (policy,) = model.policies.in_force(model.month)
    kept = 1 - model.parameters["government"].corporate_tax
    assert policy.expected_gain(model)[PRIME] == pytest.approx(-kept * 0.1 * sum(due.values()), rel=1e-2)
