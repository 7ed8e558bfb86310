"""Shocks, worked by hand on tiny economies; without a shock no bit moves."""

from __future__ import annotations

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, run

from sim.core.errors import InputError
from sim.economy.kinds import Size
from sim.phases import planning
from sim.scenario import Scenario
from sim.scenario.files import shipped

START = 2016 * 12
CHAIN = np.array([[0.0, 0.5], [0.0, 0.0]])  # firm 0 sells half of firm 1's output to it


def chain(shocks, **changes):
    """Return two firms, each its own sector: a supplier, and a maker that exports."""
    design = Design(
        CHAIN,
        household=[0.0, 6 * BILLION],
        exports=[0.0, 4 * BILLION],
        imports=[0.1, 0.0],
        size_class=[Size.SME, Size.LARGE],
        names=("electronics", "automobiles"),
    )
    return ecosystem(design, QUANTITIES_ONLY, {"shock": shocks}, changes)


def test_a_price_path_moves_materials_and_goods_made_abroad():
    path = {"kind": "materials", "change": {"2016-02": 0.2, "2016-03": -0.1}, "end": "2016-04"}
    model = chain(
        {"path": path}, world={"material_change": 0.5, "material_month": 2, "material_content": 0.3}
    )
    seen = []
    for _ in range(5):
        model.step()
        seen.append(float(model.sectors.material_price[0]))
    # In March 1.5 x 0.9; in May only the world's own change is left.
    assert seen == pytest.approx([1.0, 1.2, 1.35, 1.35, 1.5])
    assert model.sectors.foreign_price[0] == pytest.approx(1 + 0.3 * 0.5)


def test_export_demand_falls_by_its_part_for_the_firms_concerned():
    calm = chain({})
    struck = chain({"slump": {"kind": "exports", "start": "2016-02", "end": "2016-02", "change": -0.25}})
    asked = []
    for model in (calm, struck):
        asked.append([])
        for _ in range(3):
            model.step()
            asked[-1].append(model.final.exports[1] / BILLION)
    assert asked[0] == pytest.approx([4.0, 4.0, 4.0], rel=1e-6)
    assert asked[1] == pytest.approx(
        [4.0, 3.0, 4.0], rel=1e-3
    )  # by the next month its price has hardly moved


def test_a_shock_elsewhere_touches_nobody():
    model = chain(
        {"slump": {"kind": "exports", "start": "2016-01", "change": -1.0, "where": {"size": ["micro"]}}}
    )
    run(model, 1)
    assert model.final.exports[1] == pytest.approx(4 * BILLION)


def test_the_policy_rate_reaches_loans_deposits_and_bonds():
    shock = {"kind": "interest", "start": "2016-02", "end": "2016-02", "change": 0.012}
    calm, struck = chain({}), chain({"tightening": shock})
    rates, coupons = [], []
    for model in (calm, struck):
        run(model, 1)
        model.step()
        rates.append(model.firms.loan_rate.copy())
        coupons.append(model.accounts.transactions().loc["bond interest"].abs().max())
    assert rates[1] - rates[0] == pytest.approx(0.012, abs=1e-12)  # no loss given default: no risk in rates
    assert coupons[1] / coupons[0] == pytest.approx((0.03 + 0.012) / 0.03, rel=1e-3)
    run(struck, 1)
    assert struck.policy_rate == struck.parameters["credit"].policy_rate


def test_a_higher_policy_rate_lowers_the_capital_that_firms_want():
    shock = {"kind": "interest", "start": "2016-02", "end": "2016-02", "change": 0.02}
    wanted = []
    for shocks in ({}, {"tightening": shock}):
        model = chain(shocks, production={"capital_adjustment": 24})
        run(model, 1)
        firms, weight = model.firms, model.parameters["production"]
        firms.expected_demand = (
            np.full(2, 1.1) * firms.capital * weight.normal_use * firms.capital_productivity
        )
        firms.credit_line = np.full(2, 1000 * BILLION)
        wanted.append(planning.wanted_investment(model) / firms.capital)
    # 2 % of 1.1 times the capital, times a sensitivity of 0.5, over 24 months
    fall = 1.1 * (1 - np.exp(-0.5 * 0.02)) / 24
    assert wanted[0] - wanted[1] == pytest.approx(fall, rel=1e-3)


def test_the_firm_of_a_rank_fails_and_no_other():
    shock = {"kind": "failure", "start": "2016-03", "rank": 1, "where": {"size": ["large"]}}
    model = chain({"end": shock})
    run(model, 2)
    assert model.firms.living.all()
    owed = model.outstanding()
    run(model, 1)
    assert model.firms.living.tolist() == [True, False] and owed > 0
    assert model.events["defaults"] == 1 and model.events["chain_defaults"] == 0


def test_a_rank_that_no_firm_has_is_refused_with_the_way_out():
    model = chain({"end": {"kind": "failure", "start": "2016-01", "rank": 2, "where": {"size": ["large"]}}})
    with pytest.raises(
        InputError, match=r"shock.end.rank: only 1 of the firms concerned live.*\n.*lower the rank"
    ):
        run(model, 1)


def test_plans_fit_the_capacity_left():
    shock = {"kind": "capacity", "start": "2016-01", "end": "2016-01", "change": -0.4}
    model = chain({"shut": shock | {"where": {"sector": ["automobiles"]}}, "strike": shock})
    firms = model.firms
    capacity = firms.capital_productivity * firms.capital
    wanted = firms.planned_output.copy()
    planning.move_the_world(model)
    planning.plan_output(model)
    # Two shocks hit the car maker: 0.6 x 0.6 of its capacity is left; at rest plans are well above that.
    assert firms.planned_output == pytest.approx([0.6 * capacity[0], 0.36 * capacity[1]])
    assert (capacity > wanted).all()
    model.month += 1
    planning.plan_output(model)
    assert (firms.planned_output > 0.6 * capacity).all()


def test_a_shock_of_nothing_and_one_that_never_comes_move_no_bit():
    calm = Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 14)
    nothing = {
        "materials": {"kind": "materials", "start": "2016-03", "change": 0.0},
        "exports": {"kind": "exports", "start": "2016-03", "change": 0.0},
        "interest": {"kind": "interest", "start": "2016-03", "change": 0.0},
        "later": {"kind": "failure", "start": "2017-03"},
        "shut": {"kind": "capacity", "start": "2017-03", "change": -1.0},
    }
    from sim.experiments.run import run as once

    one, other = once(calm, 1), once(calm.replacing("shock", nothing), 1)
    assert one.metrics.equals(other.metrics)
    assert any(
        "shock.shut starts 2017-03, after the run's last month" in note for note in other.scenario.notes
    )


@pytest.mark.parametrize("name", [name for name in shipped() if name.startswith("shocks/")])
def test_shipped_shocks_strike_and_can_be_written_and_read_again(name, tmp_path):
    scenario = Scenario.load(name)
    assert scenario.shocks and not scenario.policies
    file = tmp_path / f"{scenario.name}.toml"
    file.write_text(scenario.to_toml(), encoding="utf-8")
    again = Scenario.load(file)
    assert again == scenario and again.shocks == scenario.shocks
    off = scenario.replacing(
        *(part for entry in scenario.shocks for part in (f"shock.{entry.name}.off", True))
    )
    assert off == Scenario.load("baseline")
