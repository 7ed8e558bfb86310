"""Co-growth evaluation (동반성장지수): who is rated, what partners see, what standing and compliance do."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import BILLION, row_of, run

from policies.test_price_linkage import linkage, price_of, shocked
from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, town
from sim.economy.kinds import Size


def evaluation(**values):
    given = {"rated": 1.0, "information": 1.0, "cost": 0.0, "reputation": 0.0}
    return {"co_growth_evaluation": given | values}


def policy_of(model, name="co_growth_evaluation"):
    return next(each for each in model.policies.in_force(model.month) if each.name == name)


def test_the_largest_of_the_large_are_rated():
    model = lived(economy(evaluation(rated=0.25)), 1)
    firms, rated = model.firms, policy_of(model).under_rating(model)
    large = firms.living & (firms.size_class == Size.LARGE)
    assert rated.sum() == round(0.25 * large.sum()) > 0
    assert not (rated & ~large).any()
    assert firms.year_sales_past[rated].min() >= firms.year_sales_past[large & ~rated].max()


# --- plans ---------------------------------------------------------------------------------------


def surprised(policies):
    """The town in the month after the prime's exports have doubled."""
    model = run(town(policies, NO_INTEREST), 2)
    model.sectors.export_demand[model.firms.sector[PRIME]] *= 2
    return run(model, 2)


@pytest.mark.parametrize("weight", [0.25, 1.0])
def test_suppliers_plan_for_what_the_prime_is_about_to_order(weight):
    plain, model = surprised({}), surprised(evaluation(information=weight))
    for supplier in (FIRST, SECOND):
        row = row_of(model, supplier, PRIME)
        before = 0.3 if supplier == FIRST else 0.1  # units a unit of the prime's output, as it was at rest
        usual = before * plain.final.home[PRIME] + before * BILLION  # home demand and the old exports
        order = model.links.order[row]
        assert order > 1.005 * usual
        # What is expected counts for the month itself and for the stock wanted, made good in six months.
        more = model.firms.planned_output[supplier] - plain.firms.planned_output[supplier]
        with_stock = 1 + model.firms.stock_months[supplier] / 6
        assert more == pytest.approx(weight * (order - usual) * with_stock, rel=1e-3)
    # The plan of the prime is its own, what nobody told is not known, and capital does not follow the news.
    for firm in (PRIME, BELOW):
        assert model.firms.planned_output[firm] == pytest.approx(plain.firms.planned_output[firm], rel=1e-9)
    assert model.firms.expected_demand == pytest.approx(plain.firms.expected_demand, rel=1e-9)


def test_at_rest_plans_hold_no_news():
    plain, model = run(town({}, NO_INTEREST), 12), run(town(evaluation(), NO_INTEREST), 12)
    assert model.firms.planned_output == pytest.approx(plain.firms.planned_output, rel=1e-6)


def test_firms_that_are_not_rated_show_nothing():
    plain, model = surprised({}), surprised(evaluation(where={"kind": ["supplier"]}))
    assert np.array_equal(model.firms.planned_output, plain.firms.planned_output)


# --- compliance, standing, cost --------------------------------------------------------------------


def test_rated_buyers_make_up_a_part_of_what_they_lack_in_compliance():
    # The prime pays 0.4 of what it owes, and half of what is missing if it is rated: 0.7.
    found = []
    for extra in ({}, evaluation(compliance=0.5, information=0.0)):
        model = shocked(0.2, policy=False)
        policies = linkage(compliance=0.4) | extra
        model.policies = town(policies).policies
        run(model, 6)
        found.append(price_of(model, FIRST, PRIME) - 1)
    assert found == [pytest.approx(0.3 * 0.2 * part, rel=1e-9) for part in (0.4, 0.7)]


def test_taking_part_is_worth_more_to_rated_firms_and_only_to_them():
    given = {"voluntary": True, "reputation": 0.001}
    model = town({"profit_sharing": given} | evaluation(reputation=0.002))
    run(model, 1)
    assert policy_of(model, "profit_sharing").worth(model) == pytest.approx([0.003, 0.001, 0.001, 0.001])


def test_the_public_pays_for_the_rating_once_a_year():
    model = town(evaluation(cost=0.001))
    for _ in range(2):
        sales, found = 0, []
        for _ in range(12):
            run(model, 1)
            sales += int(model.firms.sales[PRIME])
            row = model.ledger.flows.payments.get("co_growth_evaluation: surveys", np.zeros(7))
            found.append((int(row[0]), int(row[4])))
        assert found == [(0, 0)] * 11 + [(round(0.001 * sales), -round(0.001 * sales))]
