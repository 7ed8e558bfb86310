"""What policies set off against themselves: each force in a small economy, with sign and size by hand.

Others stand with the policy or rule they belong to: a payer invests less (`test_profit_sharing`), loans keep
weak firms alive and mean productivity down (`test_win_win_finance`), gains from smart factories fall as more
firms have them (`technology/test_smart_factories`).
"""

import math

import numpy as np
import pytest
from contracts.running import differences
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, freeze_households, row_of, run

from policies.test_price_linkage import shocked
from policies.town import FIRST, NO_INTEREST, PRIME, SECOND, town
from sim.economy.kinds import Kind, Size
from sim.model import Ecosystem
from sim.rules.reviews import agreed_price, cut_chance, power_of
from sim.scenario import Scenario

# --- what is shared is not there for research ----------------------------------------------------

INTENSITY = 0.02


def strained(policies, owed=None):
    """The town in January, its prime doing research; staff is owed so much that four fifths are funded.

    The owners have taken the prime's cash, so December pays no dividend, and banks lend nothing.
    """
    model = town(policies, NO_INTEREST, {"credit": {"debt_ceiling": 0.0, "working_months": 0.0}})
    freeze_households(model)
    firms, ledger = model.firms, model.ledger
    firms.research_intensity[PRIME] = INTENSITY
    run(model, 11)
    taken = int(ledger.deposits[PRIME]) - int(0.5 * model.cash_target(1.0)[PRIME])
    ledger.pay(ledger.firm(PRIME), 0, [taken], "owners")
    run(model, 1)
    pool, staff = -int(firms.transfers[PRIME]), firms.wage[PRIME] * firms.workers[PRIME]
    outlays = 1.1 * (staff + INTENSITY * firms.price[PRIME] * firms.planned_output[PRIME])
    sold = firms.price[PRIME] * (model.final.home + model.final.exports)[PRIME]
    if owed is None:
        owed = int(ledger.deposits[PRIME] + sold - 0.8 * outlays)
    firms.wages_due[PRIME] = owed
    run(model, 1)
    effort = model.research_spending()[PRIME] / (firms.price * firms.output)[PRIME]
    return effort, pool, outlays, owed


def test_a_prime_short_of_cash_does_less_research_by_what_it_has_shared():
    sharing = {"profit_sharing": {"share": 0.1, "hurdle": 0.0, "where": {"kind": ["conglomerate"]}}}
    effort, _, outlays, owed = strained({})
    less, pool, _, _ = strained(sharing, owed)
    cost = pool * (1 - 0.22 - 0.1)  # deductible, and a credit of a tenth
    assert pool > 0.9e9
    assert effort == pytest.approx(0.8 * INTENSITY, rel=0.01)
    assert effort - less == pytest.approx(INTENSITY * cost / outlays, rel=0.01)


# --- insurance has its price ---------------------------------------------------------------------


def test_in_a_calm_year_a_linked_supplier_gets_less_by_what_its_base_price_fell():
    # Material is 0.3 of the price and expected to move by a half a year: 2 (0.5 * 0.3)^2 is 4.5 %.
    plain = run(shocked(0.0, month=600, policy=False), 14)
    model = run(shocked(0.0, month=600, anticipation=2.0, volatility=0.5), 14)
    row = row_of(model, FIRST, PRIME)
    lost = plain.invoice[row] - model.invoice[row]
    fall = 1 - math.exp(-2 * 0.15**2)
    assert lost > 1e8
    # The buyer, whose own price falls a little, buys a little more.
    assert 0.7 * fall * plain.invoice[row] < lost < fall * plain.invoice[row]
    assert model.firms.profit[FIRST] < plain.firms.profit[FIRST]


# --- buyers who pay sooner ask for it back -------------------------------------------------------

THIN, RIVAL = 1, 2  # the prime's only supplier, and another firm of its sector that sells to final users


def paying_sooner(margin, part=1.0, rival_price=0.9, policy=True):
    """A prime whose supplier, paid after four months, has some margin; a policy's limit is one month."""
    inputs = np.zeros((3, 3))
    inputs[THIN, PRIME] = 0.2
    sales = 100 * BILLION
    design = Design(
        inputs,
        household=[0.6 * sales, 0.1 * sales, 0.3 * sales],
        government=[0.3 * sales, 0.0, 0.0],
        exports=[0.1 * sales, 0.0, 0.0],
        sector=[0, 1, 1],
        kind=[Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER],
        size_class=[Size.LARGE, Size.SME, Size.SME],
        terms=4,
    )
    sooner = {"payment_terms": {"max_months": 1}} if policy else {}
    prices = {"pricing": {"payment_in_prices": part, "stickiness": 0.0, "switching_cost": 0.05}}
    model = ecosystem(design, QUANTITIES_ONLY, prices, {"policy": sooner})
    firms = model.firms
    run(model, 1)
    firms.capital[RIVAL] *= 20
    firms.productivity[THIN] *= firms.unit_cost[THIN] / (1 - margin)  # work is all its cost
    firms.markup[RIVAL] = rival_price / firms.unit_cost[RIVAL] - 1
    return run(model, 11)


def supplier_and_price(model):
    """Who serves the prime, and at which price."""
    served = model.links.buyer == PRIME
    return int(model.links.supplier[served][0]), float(model.links.price[served][0])


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_a_supplier_with_margin_gives_back_the_interest_on_three_months(part):
    model = paying_sooner(margin=0.05, part=part)
    interest = 3 / 12 * model.firms.loan_rate[PRIME]
    assert 0.002 < interest < 0.05
    supplier, price = supplier_and_price(model)
    assert supplier == THIN
    assert price == pytest.approx(1 - part * interest, rel=2e-3)
    assert supplier_and_price(run(model, 12)) == (THIN, price)  # once, not every year


def test_a_supplier_without_margin_cannot_and_loses_the_order_to_a_cheaper_rival():
    interest = 3 / 12 * paying_sooner(margin=0.05).firms.loan_rate[PRIME]
    for margin, stays in ((0.8 * interest, False), (1.2 * interest, True)):
        supplier, _ = supplier_and_price(paying_sooner(margin))
        assert (supplier == THIN) is stays


def test_nobody_leaves_when_no_rival_is_cheaper_or_payment_is_not_sooner_or_not_in_prices():
    thin = 0.0005
    assert supplier_and_price(paying_sooner(thin, rival_price=0.99)) == (THIN, 1.0)
    assert supplier_and_price(paying_sooner(thin, policy=False)) == (THIN, 1.0)
    assert supplier_and_price(paying_sooner(thin, part=0.0)) == (THIN, 1.0)
    assert supplier_and_price(paying_sooner(thin))[0] == RIVAL


# --- support ties --------------------------------------------------------------------------------


def supported(lock_in, *changes):
    """The town whose prime has bought equipment for its suppliers for a year."""
    policy = {"regional_cooperation": {"co_development": 0.2}}
    pricing = {"pricing": {"lock_in": lock_in, "review_rate": 0.3, "power_exponent": 1.0}}
    model = town(policy, NO_INTEREST, pricing, *changes)
    freeze_households(model)
    return run(model, 12)


def test_equipment_paid_by_a_customer_makes_the_supplier_depend_on_it():
    free, model = supported(0.0), supported(2.0)
    row = row_of(model, FIRST, PRIME)
    paid, wear = int(model.firms.transfers[FIRST]), model.parameters["production"].depreciation
    worth = paid / (12 * model.invoice[row])
    assert paid == free.firms.transfers[FIRST] > 1e9
    tied = 1 - math.exp(-2.0 * worth)
    assert model.links.tied[row] == pytest.approx((1 - wear) * tied, rel=1e-9)
    bought = model.invoice[row] / model.firms.sales[FIRST]
    depends = bought + model.links.tied[row] * (1 - bought)
    power = power_of(model, np.array([row]))
    assert power == pytest.approx(1 / (1 + depends), rel=1e-9)  # it is all that the prime buys of its kind
    assert power_of(free, np.array([row])) == pytest.approx(1 / (1 + bought), rel=1e-9)
    assert power[0] < power_of(free, np.array([row]))[0] - 0.01


def test_a_supplier_that_is_tied_gets_a_lower_price_and_is_cut_more_often():
    free, model = supported(0.0), supported(2.0)
    row = np.array([row_of(model, FIRST, PRIME)])
    power = [power_of(each, row) for each in (free, model)]
    cost, untied = model.firms.unit_cost[FIRST], agreed_price(model, row, power[0])
    less = (untied - cost) * (1 - power[1] / power[0])  # price is cost and a part, its power, of the surplus
    assert untied - agreed_price(model, row, power[1]) == pytest.approx(less, rel=1e-9)
    assert less > 0.001
    assert cut_chance(model, power[1]) > cut_chance(free, power[0])


def test_the_tie_ends_with_the_contract():
    from sim.phases.searching import sign_contracts

    model = supported(2.0)
    row = np.array([row_of(model, SECOND, PRIME)])
    assert model.links.tied[row] > 0
    sign_contracts(model, row, np.array([SECOND]))
    assert model.links.tied[row] == 0


# --- support ends with size ----------------------------------------------------------------------


def growing(caution, grace=1, more=2 * BILLION):
    """The town from whose first supplier the state buys more, its sales having been just below the limit.

    Returns yearly sales over the limit, and won of equipment from the fund, of the first supplier.
    """
    at_rest = run(town({}, NO_INTEREST), 1)
    limit = 1.02 * 12 * float(at_rest.firms.sales[FIRST])
    lifecycle = {"lifecycle": {"size_limit": limit, "size_grace": grace, "size_caution": caution}}
    given = {"regional_cooperation": {"co_development": 0.05}}
    # Firms are served before the state, so that the prime does not lack what its supplier does without.
    model = town(given, NO_INTEREST, lifecycle, {"production": {"firms_first": True}})
    freeze_households(model)
    run(model, 1)
    model.firms.capital[FIRST] *= 2
    model.sectors.government_demand[FIRST] += more
    sales, support = [], []
    for _ in range(5):
        sold = 0
        for _ in range(12 - model.month % 12):
            run(model, 1)
            sold += int(model.firms.sales[FIRST])
        sales.append(sold / limit)
        support.append(int(model.firms.transfers[FIRST]))
    return sales, support


@pytest.mark.parametrize("grace", [0, 1, 3])
def test_a_firm_that_outgrows_the_limit_loses_support_after_the_years_of_grace(grace):
    sales, support = growing(caution=0.0, grace=grace)
    assert min(sales) > 1.02
    # The first December above the limit is still one of an SME; then come the years of grace.
    assert [won > 0 for won in support] == [year <= grace for year in range(5)]


def test_a_cautious_firm_stays_below_the_limit_and_keeps_its_support():
    sales, support = growing(caution=1.0)
    assert sales[1:] == pytest.approx([1.0] * 4, rel=1e-9)
    assert all(won > 0 for won in support)


def test_less_caution_forgoes_less_growth_and_only_until_the_limit_is_left_behind():
    sales = [growing(caution)[0] for caution in (0.0, 0.5, 1.0)]
    assert sales[0][0] > sales[1][0] > 1.02 > sales[2][0]
    assert sales[1][-1] == pytest.approx(sales[0][-1], rel=1e-3)


# --- with all of them at once --------------------------------------------------------------------


def forceful(*policies):
    """A small Korea in which all forces are on, with policies from November on."""
    forces = ("pricing.payment_in_prices", 1.0, "pricing.lock_in", 1.0, "lifecycle.size_caution", 0.5)
    scenario = Scenario.load("baseline").replacing("economy.firms", 300, *forces)
    for name, values in policies:
        scenario = scenario.adding(name, start="2016-11", **values)
    return Ecosystem(scenario, seed=1)


def test_forces_without_a_policy_to_answer_change_nothing():
    zero = (("payment_terms", {"max_months": 4}), ("smart_factory", {"projects": 0.0}))
    doses = (("payment_terms", {"max_months": 1}), ("smart_factory", {"projects": 0.5}))
    plain, nothing, something = forceful(), forceful(*zero), forceful(*doses)
    for month in range(14):
        for model in (plain, nothing, something):
            model.step()
        if month == 9:
            assert differences(plain, something) == []
    assert differences(plain, nothing) == []
    assert (something.links.sooner > 0).any() and (something.links.tied > 0).any()
