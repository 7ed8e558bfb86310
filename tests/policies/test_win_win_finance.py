"""Win-win finance (상생금융): who gets loans, who pays the interest, who bears losses, who stays alive."""

import numpy as np
import pytest
from economies import BILLION, crowd, run

from policies.town import BELOW, FIRST, PRIME, SECOND, town


def finance(**values):
    return {"win_win_finance": {"volume": 0.5, "riskiest": 1.0} | values}


def short_of_machines(policies, *rows):
    """The town, in which some firms expect a tenth more demand than they can serve and hold no spare cash."""
    model = town(policies, {"credit": {"liquidity_months": 12.0}})
    model.firms.expected_demand[list(rows)] *= 1.1
    return model


def missing(model, row):
    """Won of equipment a firm lacks to serve expected demand at normal use."""
    firms = model.firms
    wanted = firms.expected_demand[row] / (
        model.parameters["production"].normal_use * firms.capital_productivity[row]
    )
    return (wanted - firms.capital[row]) * model.investment_price


def act(model):
    """Let the policy act as at the beginning of a month; return won lent to each firm."""
    before = model.firms.loans.copy()
    model.policies.call("on_month_start", model)
    return model.firms.loans - before


def test_a_firm_short_of_machines_and_cash_borrows_what_it_lacks_and_orders_it():
    model = short_of_machines(finance(), FIRST)
    lacks = missing(model, FIRST)
    cash = model.ledger.deposits.copy()
    lent = act(model)
    assert lacks > 1e9
    assert lent.tolist() == [0, int(lacks), 0, 0]
    assert model.ledger.deposits[FIRST] - cash[FIRST] == lent[FIRST]
    assert model.equipment[FIRST] * model.investment_price == pytest.approx(lacks, rel=1e-9)


def test_large_firms_get_nothing_and_the_volume_is_a_part_of_sales():
    model = short_of_machines(finance(volume=0.0012), PRIME, FIRST, SECOND, BELOW)
    pool = int(0.0012 * model.firms.sales[[FIRST, SECOND, BELOW]].sum())
    lent = act(model)
    assert lent[PRIME] == 0
    assert lent.sum() == pool  # a month's part of a yearly volume: sales are those of a month


def test_firms_late_with_payments_come_first_and_get_what_is_overdue_and_usual_cash():
    model = short_of_machines(finance(), FIRST)
    firms, ledger = model.firms, model.ledger
    firms.arrears[BELOW], firms.arrears_months[BELOW] = 3 * BILLION, 1
    lacks = 3 * BILLION + model.cash_target(1.0)[BELOW] - ledger.deposits[BELOW]
    lent = act(model)
    assert lent[BELOW] == pytest.approx(lacks, abs=1)
    assert lent[FIRST] > 0  # what is left


@pytest.mark.parametrize(
    ("safest", "riskiest", "gets"), [(0.0, 1.0, True), (0.0, 1e-6, False), (0.9, 1.0, False)]
)
def test_only_firms_in_the_range_of_grades_can_apply(safest, riskiest, gets):
    model = short_of_machines(finance(safest=safest, riskiest=riskiest), FIRST)
    assert (act(model)[FIRST] > 0) == gets


def test_the_lead_firm_and_the_government_pay_the_bank_what_the_borrower_saves():
    model = short_of_machines(finance(rate_cut=0.012, lead_share=0.25, guarantee=0.0), FIRST)
    lent = act(model)
    policy = model.policies.in_force(model.month)[0]
    market = np.full(4, 0.05)
    rate = policy.adjust_loan_rate(model, market)
    saved = (market - rate) * model.firms.loans / 12
    due = round(0.012 / 12 * lent[FIRST])
    assert saved == pytest.approx([0, due, 0, 0], abs=1)
    policy.on_settlement(model)
    flows = model.ledger.flows.payments  # households, firms, banks, fund, government, agency, world
    lead = int(0.25 * due)
    assert flows["win_win_finance: interest of suppliers"].tolist() == [0, -lead, lead, 0, 0, 0, 0]
    assert flows["win_win_finance: interest"].tolist() == [0, 0, due - lead, 0, lead - due, 0, 0]
    assert model.firms.transfers.tolist() == [-lead, 0, 0, 0]


def test_loans_run_off_in_the_stated_time_and_the_guarantee_with_them():
    model = short_of_machines(finance(years=2.0, guarantee=0.6), FIRST)
    lent = act(model)[FIRST]
    model.firms.expected_demand[FIRST] /= 1.1
    for _ in range(12):
        act(model)
    assert model.firms.supported_loans[FIRST] == pytest.approx(lent * (1 - 1 / 24) ** 12, rel=1e-6)
    assert model.firms.guaranteed[FIRST] == pytest.approx(0.6 * model.firms.supported_loans[FIRST], abs=20)


def weak_firms(policies, seed=1):
    """A market of sixty firms of which a third need twice the work for a unit."""
    model = crowd(
        60,
        {
            "demand": {"selection": 0.0},
            "labour": {"hiring_speed": 1.0, "matching": 1.0, "natural_unemployment": 0.4},
        },
        {"policy": policies},
        seed=seed,
    )
    model.firms.productivity[:20] /= 2
    return run(model, 48)


def test_loans_keep_weak_firms_alive_and_mean_productivity_down():
    plain, model = weak_firms({}), weak_firms({"win_win_finance": {"volume": 0.1, "riskiest": 1.0}})
    alive = [each.firms.living.sum() for each in (plain, model)]
    assert alive[1] > alive[0]
    mean = [each.firms.productivity[each.firms.living].mean() for each in (plain, model)]
    assert mean[1] < mean[0]
