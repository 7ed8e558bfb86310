"""Smart factories with mentors (상생형 스마트공장): who is offered a project, who pays, what it brings."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, run

from sim.economy.kinds import NOBODY, Kind, Size
from sim.phases import adopting

SUPPLIERS = 40
MILLION = 1_000_000


def suppliers_of_one(*changes, size_class=Size.SME, **values):
    """One conglomerate and forty small suppliers that sell it all they make, at the end of a quarter."""
    inputs = np.zeros((SUPPLIERS + 1, SUPPLIERS + 1))
    inputs[1:, 0] = 0.5 / SUPPLIERS
    design = Design(
        inputs,
        household=np.r_[0.9, np.zeros(SUPPLIERS)] * BILLION,
        exports=np.r_[0.1, np.zeros(SUPPLIERS)] * BILLION,
        size_class=[Size.LARGE, *[size_class] * SUPPLIERS],
        kind=[Kind.CONGLOMERATE, *[Kind.SUPPLIER] * SUPPLIERS],
        sector=np.r_[0, np.ones(SUPPLIERS, int)],
    )
    policy = {"smart_factory": {"projects": 1.0} | values}
    model = run(ecosystem(design, QUANTITIES_ONLY, *changes, {"policy": policy}), 2)
    model.ledger.open_month()
    return model, model.policies.entries[0].at(model.month)


def paid(model, what):
    """Won by holder under a reason: households, firms, banks, fund, government, ..."""
    return model.ledger.flows.payments[f"smart_factory: {what}"].tolist()


def offered(model, policy):
    return np.flatnonzero(policy.offers(model) != NOBODY)


def test_the_part_of_suppliers_that_is_offered_a_project_is_a_quarter_of_the_yearly_part():
    model, policy = suppliers_of_one()
    rows = offered(model, policy)
    assert 0 not in rows  # the lead firm itself
    drawn = [offered(model, policy).size for model.month in range(2, 242, 3)]
    assert np.mean(drawn) == pytest.approx(0.25 * SUPPLIERS, rel=0.1)
    few = suppliers_of_one(projects=0.4)
    assert set(offered(*few)) < set(rows)


def test_government_and_lead_firm_pay_30_percent_each_and_mentors_come_on_top():
    model, policy = suppliers_of_one()
    rows, sales = offered(model, policy), model.firms.sales.copy()
    cost = np.rint(0.03 * 12 * sales[rows]).astype(np.int64)
    assert 0 < 0.3 * cost.max() < 42 * MILLION
    wage, before = model.firms.wage[0], model.ledger.deposits.copy()
    adopting.adopt_smart_factories(model)
    assert np.array_equal(np.flatnonzero(model.firms.smart_level), rows)  # it pays, and nobody else considers
    each = np.floor(0.3 * cost).astype(np.int64)
    mentors = rows.size * round(4.8 * wage)
    total = int(each.sum())
    assert paid(model, "government") == [0, total, 0, 0, -total, 0, 0]
    assert paid(model, "lead firms") == [0] * 7  # from firm to firm
    assert paid(model, "mentors") == [mentors, -mentors, 0, 0, 0, 0, 0]
    got = model.ledger.deposits - before
    assert np.array_equal(got[rows], 2 * each) and got[0] == -total - mentors
    assert model.firms.transfers[0] == -total - mentors and np.array_equal(
        model.firms.transfers[rows], 2 * each
    )
    # The equipment costs 100 %, so the adopter is left with 40 %.
    assert model.equipment[rows] == pytest.approx(cost)
    assert (cost - got[rows]) / cost == pytest.approx(0.4, abs=1e-6)


@pytest.mark.parametrize(("level", "cap"), [(0, 42), (1, 120), (2, 240), (3, 240)])
def test_the_government_pays_no_more_than_the_cap_of_the_level(level, cap):
    model, policy = suppliers_of_one({"smart_factory": {"cost": 0.5}})
    model.firms.sales = 1_000 * MILLION  # a month: the level costs 6 bn won
    model.firms.smart_level[:] = level
    government, lead = policy.support(model)
    assert government[1] == cap * MILLION and lead[1] == 1_800 * MILLION


@pytest.mark.parametrize(("sales", "each"), [(100 * MILLION, 10 * MILLION), (50 * MILLION, 9 * MILLION)])
def test_a_micro_firm_gets_ten_million_won_from_both_or_all_it_needs(sales, each):
    model, policy = suppliers_of_one(size_class=Size.MICRO)
    model.firms.sales = sales  # a month: the level costs 36 or 18 million won
    government, lead = policy.support(model)
    assert government[1] == lead[1] == each


def test_profit_of_the_lead_firm_falls_by_what_it_pays_and_the_adopters_grant_is_no_profit():
    model, policy = suppliers_of_one()
    rows, before = offered(model, policy), model.firms.year_profit.copy()
    adopting.adopt_smart_factories(model)
    change = model.firms.year_profit - before
    assert change[0] == model.firms.transfers[0] < 0
    assert not change[rows].any()


def test_support_makes_firms_adopt_for_which_a_level_would_not_pay():
    # Pay saved in three years is worth less than the cost of upkeep and level, but more than 40 % of it.
    dear = {"smart_factory": {"cost": 0.25, "adoption": 1.0, "gain": 0.08}}
    plain, _ = suppliers_of_one(dear, projects=0.0)
    helped, policy = suppliers_of_one(dear, basic_cap=1e12)
    rows = offered(helped, policy)
    for model in (plain, helped):
        adopting.adopt_smart_factories(model)
    assert plain.events["adoptions"] == 0 < helped.events["adoptions"] == rows.size


def test_gains_fall_with_coverage_and_mentors_make_up_a_part_of_what_is_lacking():
    model, policy = suppliers_of_one({"smart_factory": {"gain": 0.1, "cost": 0.0, "absorption": 1.0}})
    firms = model.firms
    firms.smart_level[1:11] = 1  # a quarter of the sector has the first level
    firms.knowledge[1:21], firms.knowledge[21:] = 1.0, 0.5
    firms.output[21:] = 0.0  # so that the sector's mean knowledge is 1
    rows = offered(model, policy)
    effect = adopting.adopt_smart_factories(model)
    for who, coverage, absorbed in (
        (range(1, 11), 0, 1),
        (range(11, 21), 0.25, 1),
        (range(21, 41), 0.25, 0.5),
    ):
        reached = np.intersect1d(rows, who)
        assert reached.size
        ability = 1 - (1 - absorbed) * np.exp(-0.15 * 4.8)
        assert effect[reached] == pytest.approx(1 + 0.1 * ability * (1 - coverage))


def test_a_lead_firm_without_cash_offers_nothing():
    model, policy = suppliers_of_one()
    assert offered(model, policy).size
    ledger = model.ledger
    ledger.pay(ledger.firm(0), 0, [int(ledger.deposits[0]) - MILLION], "owners")
    assert offered(model, policy).size == 0


def test_expected_cost_of_leading_is_that_of_a_years_offers_after_tax():
    model, policy = suppliers_of_one(projects=0.1)
    each = np.floor(0.3 * np.rint(0.36 * model.firms.sales[1:])) + round(4.8 * model.firms.wage[0])
    tax = model.parameters["government"].corporate_tax
    assert policy.expected_gain(model)[0] == pytest.approx(-(1 - tax) * 0.1 * each.sum())
    assert not policy.expected_gain(model)[1:].any()
