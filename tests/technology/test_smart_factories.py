"""Smart factories: who adopts, what it costs and brings, how support acts; worked out by hand."""

from typing import Any

import numpy as np
import pytest
from economies import BILLION, Design, crowd, ecosystem, run

from sim.economy.kinds import Size
from sim.phases import adopting, quarter
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry

ALIKE = {"production": {"margin_spread": 0.0}, "credit": {"debt_spread": 0.0}}
EAGER = {"smart_factory": {"adoption": 1.0, "adoption_by_peers": 0.0}}
FIRMS = 200


class Support(Policy):
    """Pay a part of every smart factory out of the public purse."""

    part: float = 0.5

    def adjust_adoption_cost(self, model: Any, cost: Any) -> Any:
        return (1 - self.part) * cost

    def on_adoption(self, model: Any, rows: Any, cost: Any) -> None:
        paid = np.rint(self.part * cost).astype(np.int64)
        model.fund_government(int(paid.sum()))
        model.ledger.pay(model.ledger.at.government, model.ledger.firm(rows), paid, "support")


class Mentors(Policy):
    """Let firms realise a given part of the best effects."""

    ability: float = 1.0

    def adjust_absorption(self, model: Any, absorption: Any) -> Any:
        return np.maximum(absorption, self.ability)


def with_policy(model, policy):
    """Put a policy of this file in force."""
    model.policies = PolicyBook([PolicyEntry("support", ((model.month, policy),), model.month)])
    return model


def firms_alike(*changes):
    """Equal firms that pay no interest, with cash."""
    model = crowd(FIRMS, ALIKE, EAGER, *changes)
    model.firms.loan_rate = 0.0
    model.ledger.pay(model.ledger.at.government, model.ledger.every_firm, [int(10 * BILLION)], "cash")
    return model


def breaking_even(years=3.0, gain=0.08):
    """Cost over yearly sales at which a level just pays: years * saved / (1 + years * wear)."""
    model = crowd(FIRMS, ALIKE)
    firms = model.firms
    pay = 1.1 * firms.wage[0] * firms.workers[0] / firms.sales[0]
    return years * pay * (1 - 1 / (1 + gain)) / (1 + years * 0.08)


@pytest.mark.parametrize(("part", "adopt"), [(0.999, True), (1.001, False)])
def test_a_level_is_adopted_if_the_pay_it_saves_within_the_horizon_covers_cost_and_upkeep(part, adopt):
    model = firms_alike({"smart_factory": {"cost": part * breaking_even(), "years": 3.0}})
    adopting.adopt_smart_factories(model)
    assert (model.events["adoptions"] > 0) == adopt


def test_with_interest_later_savings_count_less():
    # At 10 % three years of savings are worth 2.486852 of one year's, at 0 % three of them.
    cost = 2.486852 / (1 + 2.486852 * 0.08) * breaking_even() / (3.0 / (1 + 3.0 * 0.08))
    for part, adopt in ((0.999, True), (1.001, False)):
        model = firms_alike({"smart_factory": {"cost": part * cost}})
        model.firms.loan_rate = 0.1
        adopting.adopt_smart_factories(model)
        assert (model.events["adoptions"] > 0) == adopt


def test_half_the_cost_paid_by_others_makes_firms_adopt_that_would_not_and_the_payer_is_booked():
    dear = {"smart_factory": {"cost": 1.2 * breaking_even()}}
    plain, helped = firms_alike(dear), with_policy(firms_alike(dear), Support(part=0.5))
    for model in (plain, helped):
        model.ledger.open_month()
        adopting.adopt_smart_factories(model)
    firms, adopters = helped.firms, helped.firms.smart_level == 1
    assert plain.events["adoptions"] == 0 < helped.events["adoptions"] == adopters.sum()
    cost = np.rint(1.2 * breaking_even() * 12 * firms.sales)
    assert firms.smart_spent == pytest.approx(adopters * cost, abs=1)
    paid = -helped.ledger.flows.payments["support"][4]
    assert paid == pytest.approx(0.5 * firms.smart_spent.sum(), abs=float(adopters.sum()))
    assert helped.equipment == pytest.approx(firms.smart_spent.astype(float))  # prices are one


def test_additional_adopters_are_those_who_adopt_only_with_support():
    spread = {"smart_factory": {"cost": 0.8 * breaking_even()}}
    arms = []
    for policy in (None, Support(part=0.5)):
        model = firms_alike(spread)
        model.firms.knowledge = np.linspace(0.5, 1.5, FIRMS)
        if policy:
            with_policy(model, policy)
        adopting.adopt_smart_factories(model)
        arms.append(model.firms.smart_level == 1)
    plain, helped = arms
    assert (helped | ~plain).all()  # whoever adopts alone also adopts with support: same draws
    assert plain.any() and (helped & ~plain).any()


def test_without_cash_or_credit_nobody_adopts():
    model = firms_alike({"smart_factory": {"cost": 0.5 * breaking_even()}})
    model.ledger.pay(model.ledger.every_firm, model.ledger.at.government, model.ledger.deposits, "emptied")
    model.firms.credit_line = 0
    adopting.adopt_smart_factories(model)
    assert model.events["adoptions"] == 0
    model.firms.credit_line = int(10 * BILLION)
    adopting.adopt_smart_factories(model)
    assert model.events["adoptions"] > 0


def test_effects_fall_with_coverage_and_with_knowledge_behind_the_sector():
    free = {"smart_factory": {"cost": 0.0, "gain": 0.1, "quality": 0.2, "stock": 0.3, "absorption": 2.0}}
    model = firms_alike(free)
    firms = model.firms
    firms.smart_level[:50] = 1  # a quarter of all
    firms.output[100:] = 0.0  # so that the sector's mean knowledge is that of the first hundred
    firms.knowledge[100:] = 0.5
    level = firms.smart_level.copy()
    effect = adopting.adopt_smart_factories(model)
    new = firms.smart_level > level
    first, leading, behind = (
        new & (level == 1),
        new & (level == 0) & (firms.knowledge == 1),
        new & (firms.knowledge < 1),
    )
    assert first.any() and leading.any() and behind.any()
    for group, reached in ((first, 1.0), (leading, 0.75), (behind, 0.75 * 0.25)):
        assert effect[group] == pytest.approx(1 + 0.1 * reached)
        assert firms.quality[group] == pytest.approx(1 + 0.2 * reached)
        assert firms.stock_months[group] == pytest.approx(0.5 * (1 - 0.3 * reached))
    assert (effect[~new] == 1).all() and (firms.quality[~new] == 1).all()


def test_mentors_let_a_firm_behind_realise_what_the_leaders_do():
    free = {"smart_factory": {"cost": 0.0, "gain": 0.1, "absorption": 2.0}}
    model = with_policy(firms_alike(free), Mentors(ability=1.0))
    model.firms.output[100:] = 0.0
    model.firms.knowledge[100:] = 0.5
    effect = adopting.adopt_smart_factories(model)
    new = model.firms.smart_level == 1
    assert new[100:].any() and effect[new] == pytest.approx(1.1)


def test_large_firms_the_dead_and_those_at_the_highest_level_do_not_adopt():
    model = firms_alike({"smart_factory": {"cost": 0.0}})
    firms = model.firms
    firms.size_class[:50] = Size.MID_SIZED
    firms.living[50:100] = False
    firms.smart_level[100:150] = 4
    level = firms.smart_level.copy()
    adopting.adopt_smart_factories(model)
    assert (firms.smart_level[:150] == level[:150]).all() and (firms.smart_level[150:] == 1).any()


def test_the_equipment_arrives_and_makes_no_more_output_possible():
    model = run(crowd(100, ALIKE), 3)
    firms = model.firms
    capital, capacity = firms.capital[0], firms.capital_productivity[0] * firms.capital[0]
    cost = int(0.1 * capital)
    adopting.install(model, np.array([0]), np.array([cost]), np.zeros(100))
    assert firms.capital_productivity[0] * 1.1 * capital == pytest.approx(capacity)
    run(model, 1)
    assert firms.capital[0] - firms.capital[1] == pytest.approx(
        cost, rel=0.05
    )  # and a little of next month's
    run(model, 60)
    assert firms.capital[0] == pytest.approx(1.1 * capital, rel=1e-3)
    assert firms.capital_productivity[0] * firms.capital[0] == pytest.approx(capacity, rel=1e-3)


def test_inputs_are_kept_for_the_month_in_which_they_arrive():
    inputs = np.zeros((2, 2))
    inputs[1, 0] = inputs[0, 1] = 0.1
    model = ecosystem(Design(inputs, household=BILLION, exports=BILLION, stock_months=3.0))
    model.groups.target_months[1] = 1.0
    adopting.install(model, np.array([0, 1]), np.array([0, 0]), np.array([0.5, 1.0]))
    # stock = 0.10: 3 - 0.1 * 0.5 * 2 months, and nothing below one month.
    assert model.groups.target_months == pytest.approx([2.9, 1.0])


def test_the_gain_reaches_productivity_and_trend_growth():
    of_firms = {"technology": {"reallocation": 0.0}}
    model = firms_alike({"smart_factory": {"cost": 0.0, "gain": 0.1}}, of_firms)
    before = model.firms.productivity.copy()
    quarter.advance_technology(model)
    new = model.firms.smart_level == 1
    assert new.any()
    assert model.firms.productivity / before == pytest.approx(np.where(new, 1.1, 1.0))
    assert model.productivity_growth == pytest.approx(0.25 / 3 * new.mean() * np.log(1.1) * 4)
