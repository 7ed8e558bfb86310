"""Prices on links: pass-through of costs, bargaining limits, linkage; Hulten's theorem."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, freeze_households, row_of, run

from sim.core.months import MONTHS
from sim.phases import contracting

NO_INTEREST = {"policy_rate": 0.0, "deposit_spread": 0.0, "lending_spread": 0.0, "sme_premium": 0.0}
PRICES = {
    "pricing": {"stickiness": 0.0, "review_rate": 1.0, "review_exponent": 0.0, "cost_cutting": 1.0},
    "credit": NO_INTEREST,
    "world": {"export_elasticity": 0.0},
    "production": {"depreciation": 1e-6},
}
INPUTS = np.array([[0.10, 0.30, 0.00], [0.20, 0.05, 0.30], [0.05, 0.10, 0.10]])
MATERIALS = np.array([0.20, 0.05, 0.12])


def economy_at_cost(inputs, materials, *changes, final=10 * BILLION):
    """Return an economy in which every price is its cost: value added is all pay, markups are zero."""
    n = len(inputs)
    output = np.linalg.solve(np.eye(n) - inputs, np.full(n, final))
    exports = materials * output + 1.0
    design = Design(
        inputs,
        household=0.8 * (final - exports),
        government=0.2 * (final - exports),
        exports=exports,
        imports=materials,
        imported_investment=1.0,
    )
    model = ecosystem(design, QUANTITIES_ONLY, PRICES, *changes)
    freeze_households(model, spender=2)  # SME workers, who earn all there is
    firms, tax = model.firms, model.parameters["government"].payroll_tax
    firms.research_intensity = 0.0
    firms.wage = (1 - inputs.sum(axis=0) - materials) * firms.productivity / (1 + tax)
    firms.markup = 0.0
    model.links.outside_option = 1.0
    contracting.update_costs_and_prices(model)
    assert firms.unit_cost == pytest.approx(np.ones(n), abs=1e-12)
    return model


def review_everything(model, rounds):
    """Let costs, list prices and all contracts follow each other."""
    for _ in range(rounds):
        contracting.update_costs_and_prices(model)
        model.links.next_review = model.month
        contracting.review_contracts(model)
        model.month += 1


def own_cost(model):
    """(n,) pay and materials a unit of output."""
    firms, tax = model.firms, model.parameters["government"].payroll_tax
    return firms.wage * (1 + tax) / firms.productivity + MATERIALS * model.sectors.material_price


def test_full_pass_through_brings_prices_to_leontiefs_dual():
    model = economy_at_cost(INPUTS, MATERIALS)
    model.sectors.material_price = [1.3, 1.0, 1.1]
    wanted = np.linalg.solve(np.eye(3) - INPUTS.T, own_cost(model))
    review_everything(model, 60)
    assert model.firms.price == pytest.approx(wanted, rel=1e-12)
    assert model.links.price == pytest.approx(wanted[model.links.supplier], rel=1e-12)


def test_yearly_reviews_of_a_running_economy_pass_a_cost_rise_through():
    # Each yearly round leaves at most the largest column sum of A, here 0.45, of the remaining gap.
    model = economy_at_cost(
        INPUTS, MATERIALS, {"world": {"material_change": 0.05, "material_month": 3}}, final=100 * BILLION
    )
    years = 14
    run(model, 4 + years * MONTHS)
    wanted = np.linalg.solve(np.eye(3) - INPUTS.T, own_cost(model))
    assert wanted.min() > 1.005
    assert model.links.price == pytest.approx(wanted[model.links.supplier], abs=0.05 * 0.45**years)
    assert model.firms.living.all()


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_links_that_pass_on_a_share_of_costs_damp_the_shock_at_every_step(exponent):
    # Everybody sells a quarter of its output to each of two customers and is their only supplier
    # of its product: s = 1, b = 1/4, so f = 1 - phi = b^h / (1 + b^h) on every link.
    n, part = 5, 0.25
    inputs = sum(np.roll(np.eye(n), step, axis=1) for step in (1, 2)) * part
    model = economy_at_cost(inputs, np.full(n, 0.1), {"pricing": {"power_exponent": exponent}})
    run(model, 1)  # invoices tell who depends on whom
    model.parameters["pricing"] = model.parameters["pricing"].model_copy(update={"stickiness": 1 - 1e-15})
    share = part**exponent / (1 + part**exponent)
    shock = 0.1 * np.array([0.5, 0.0, 0.2, 0.0, 0.0])
    model.sectors.material_price = 1 + shock / 0.1
    before = model.links.price.copy()
    wanted = share * np.linalg.solve(np.eye(n) - share * inputs.T, shock)
    review_everything(model, 60)
    assert model.links.price - before == pytest.approx(wanted[model.links.supplier], abs=1e-8)


def test_bargaining_power_zero_leaves_the_cost_and_power_one_the_buyers_alternative():
    # Firm 1 sells 2 % of what firm 0 buys and nothing to anybody else; firm 2 is the only seller of
    # its product and sells firm 0 2 % of its output. Power is s^4 / (s^4 + b^4).
    part = 0.02
    inputs = np.zeros((4, 4))
    inputs[1, 0], inputs[3, 0], inputs[2, 0] = 0.2 * part, 0.2 * (1 - part), 0.1
    sales = 100 * BILLION
    other = 0.1 * sales / part * (1 - part)
    design = Design(
        inputs,
        household=[0.6 * sales, 0.0, 0.8 * other, 0.1 * sales],
        government=[0.4 * sales, 0.0, 0.0, 0.0],
        exports=[0.0, 0.0, 0.2 * other, 0.0],
        sector=[0, 1, 2, 1],
    )
    model = ecosystem(
        design,
        QUANTITIES_ONLY,
        {"pricing": {"power_exponent": 4.0, "review_rate": 1.0, "cost_cutting": 1.0}},
    )
    weak, strong = row_of(model, 1, 0), row_of(model, 2, 0)
    model.links.outside_option[[weak, strong]] = 1.25
    cost = model.firms.unit_cost.copy()
    run(model, MONTHS)
    power = part**4  # of the weak firm, and what the strong one lacks to one
    assert cost[1] < 0.98
    assert model.links.price[weak] == pytest.approx(cost[1], abs=power)
    assert model.links.price[strong] == pytest.approx(1.25, abs=power)


def linked_economy(change, **values):
    inputs = np.zeros((2, 2))
    inputs[1, 0] = 0.5
    final = 10 * BILLION
    design = Design(inputs, household=[0.5 * final, 0.0], government=[0.1 * final, 0.0],
                    exports=[0.4 * final, 0.0], imports=[0.0, 0.3])  # fmt: skip
    policy = {
        "take_up": 1.0,
        "main_material": 1.0,
        "compliance": 1.0,
        "opt_out": 0.0,
        "smallest_contract": 0.0,
        "shortest_contract": 0,
    } | values
    model = ecosystem(
        design,
        QUANTITIES_ONLY,
        {
            "world": {"material_change": change, "material_month": 3},
            "pricing": {"stickiness": 0.0},
            "policy": {"price_linkage": policy},
        },
    )
    freeze_households(model)
    run(model, 3)
    before = model.links.price[0], model.links.price[0] - model.firms.unit_cost[1]
    run(model, 3)
    return before, (model.links.price[0], model.links.price[0] - model.firms.unit_cost[1])


@pytest.mark.parametrize("change", [0.2, -0.2, 0.5, -0.5])
def test_full_linkage_moves_the_price_by_the_materials_change_up_and_down_alike(change):
    (price, margin), (new_price, new_margin) = linked_economy(change)
    assert price == 1.0
    assert new_price - price == pytest.approx(0.3 * change, rel=1e-12)
    # The margin a unit stays but for the interest on a month's materials, at most 0.1/12 of them.
    assert new_margin - margin == pytest.approx(0, abs=0.3 * abs(change) * 0.1 / 12)


def test_linkage_passes_on_rate_times_compliance_of_the_change():
    (price, _), (new_price, _) = linked_economy(0.2, rate=0.5, compliance=0.8)
    assert new_price - price == pytest.approx(0.5 * 0.8 * 0.3 * 0.2, rel=1e-12)


def test_no_price_moves_by_linkage_before_the_material_has_moved_by_the_threshold():
    (price, _), (new_price, _) = linked_economy(0.099, threshold=0.10)
    assert new_price == price


# Hulten: what a gain of one firm's technology is worth to all. Final demand is given, so the gain
# shows as labour saved (quantities) and as cheaper goods (prices).


def gain(model, firm, factor, everything):
    """Let a firm need less labour, or less of everything, for a unit of output."""
    model.firms.productivity[firm] *= factor
    if everything:
        mine = model.groups.buyer == firm
        model.groups.coefficient[mine] /= factor
        model.firms.material_coefficient[firm] /= factor


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("firm", [0, 1, 2])
def test_hulten_a_gain_saves_labour_by_the_cost_share_or_the_domar_weight(firm, everything):
    final = 10 * BILLION
    output = np.linalg.solve(np.eye(3) - INPUTS, np.full(3, final))
    pay = 1 - INPUTS.sum(axis=0)
    wanted = (1.0 if everything else pay[firm]) * output[firm] / (pay @ output)
    step, bill = 1e-3, []
    for sign in (1, -1):
        # Prices and pay stay, so that the money households spend buys the same goods.
        steady = {
            "pricing": {"stickiness": 1 - 1e-15, "review_rate": 0.0},
            "technology": {"reallocation": 0.0},
        }
        model = economy_at_cost(INPUTS, np.zeros(3), steady)
        gain(model, firm, (1 + step) ** sign, everything)
        run(model, 100 if everything else 12)
        bill.append(np.log(model.firms.wage @ model.firms.workers))
    assert (bill[1] - bill[0]) / (2 * np.log(1 + step)) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("firm", [0, 1, 2])
def test_hulten_in_prices_a_gain_cheapens_final_goods_by_the_same_weight(firm, everything):
    output = np.linalg.solve(np.eye(3) - INPUTS, np.full(3, 1.0))
    pay = 1 - INPUTS.sum(axis=0)
    wanted = (1.0 if everything else pay[firm]) * output[firm] / (pay @ output)
    step = 1e-4
    model = economy_at_cost(INPUTS, np.zeros(3))
    gain(model, firm, 1 / (1 + step), everything)  # contract prices rise with costs
    review_everything(model, 60)
    assert np.log(model.firms.price.mean()) / np.log(1 + step) == pytest.approx(wanted, rel=2 * step)
