"""Rest points of quantities: Leontief's inverse, the multiplier, model SIM, shares passed down a chain."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, freeze_households, run

from sim.phases import planning

INPUTS = np.array(
    [
        [0.10, 0.30, 0.00, 0.05],
        [0.20, 0.05, 0.30, 0.00],
        [0.05, 0.10, 0.10, 0.20],
        [0.00, 0.05, 0.10, 0.15],
    ]
)
REAL = (
    "output", "demand", "expected_demand", "planned_output", "delivered", "stock", "capital", "workers",
    "investment", "fill_rate", "price", "unit_cost", "markup", "home_share", "export_share", "wage",
)  # fmt: skip


def four_sectors():
    return Design(
        INPUTS,
        household=BILLION * np.array([2.0, 3.0, 2.0, 1.0]),
        government=BILLION * np.array([0.5, 0.5, 0.2, 0.4]),
        exports=BILLION * np.array([1.0, 0.5, 2.0, 1.0]),
        imports=[0.05, 0.02, 0.03, 0.04],
    )


def leontief(inputs, final):
    return np.linalg.solve(np.eye(len(final)) - inputs, final)


def largest_gap(got, wanted):
    return np.max(np.abs(got - wanted) / np.abs(wanted))


def test_a_run_starts_at_leontiefs_output_and_stays_there():
    design = four_sectors()
    model = ecosystem(design)
    wanted = leontief(INPUTS, design.final)
    assert largest_gap(model.firms.output, wanted) < 1e-12
    start = {name: getattr(model.firms, name).copy() for name in REAL}
    for _ in range(26):
        model.step()
        assert largest_gap(model.firms.output, wanted) < 1e-8
        for name in REAL:
            assert np.allclose(getattr(model.firms, name), start[name], rtol=1e-8, atol=0), name
    used = model.groups.target_months * model.groups.coefficient * wanted[model.groups.buyer]
    assert largest_gap(model.groups.stock, used) < 1e-8


@pytest.mark.parametrize("change", [0.08, -0.15])
def test_after_a_change_of_demand_output_converges_to_leontiefs_new_output(change):
    design = four_sectors()
    model = ecosystem(design, QUANTITIES_ONLY)
    freeze_households(model)
    run(model, 2)
    model.sectors.export_demand[2] *= 1 + change
    model.sectors.government_demand[0] *= 1 + change
    final = design.final.copy()
    final[2] += change * design.exports[2]
    final[0] += change * design.government[0]
    wanted = leontief(INPUTS, final)
    run(model, 2)
    assert largest_gap(model.firms.output, wanted) > 1e-3
    run(model, 200)
    assert largest_gap(model.firms.output, wanted) < 1e-8
    assert largest_gap(model.firms.stock, 0.5 * wanted) < 1e-7


def test_a_demand_change_travels_down_a_chain_by_the_product_of_sales_shares():
    # The prime takes 40 % of its supplier's sales, each later supplier sells 10 % to the one before.
    sales = np.array([10.0, 5.0, 4.0, 2.0]) * BILLION
    shares = np.array([0.4, 0.1, 0.1])
    inputs = np.zeros((4, 4))
    for tier, share in enumerate(shares):
        inputs[tier + 1, tier] = share * sales[tier + 1] / sales[tier]
    final = sales - inputs @ sales
    exports = np.array([final[0] / 2, 0.0, 0.0, 0.0])
    design = Design(
        inputs, household=0.8 * (final - exports), government=0.2 * (final - exports), exports=exports
    )
    model = ecosystem(design, QUANTITIES_ONLY)
    freeze_households(model)
    before = run(model, 1).firms.output.copy()
    assert largest_gap(before, sales) < 1e-9
    model.sectors.export_demand[0] += 0.01 * sales[0]
    run(model, 120)
    growth = model.firms.output / before - 1
    assert growth / growth[0] == pytest.approx([1.0, 0.4, 0.04, 0.004], rel=1e-5)
    assert growth[0] == pytest.approx(0.01, rel=1e-6)


def test_with_spending_out_of_wages_output_converges_to_the_keynesian_closure():
    # x = (I - A - c h l')^-1 f: l pay a unit of output after tax, c the propensity, h units bought a won.
    design = four_sectors()
    model = ecosystem(
        design,
        QUANTITIES_ONLY,
        # Deposits earn nothing, so that what workers get besides pay stays as it is.
        {"credit": {"policy_rate": 0.0, "deposit_spread": 0.0}},
    )
    firms, cells, sectors, tax = model.firms, model.households, model.sectors, model.parameters["government"]
    propensity = 0.6
    worker = 2  # workers of SMEs, the only size class here
    spent = cells.consumption.astype(float)
    cells.autonomous, cells.propensity = spent, 0.0
    cells.propensity[worker] = propensity
    cells.autonomous[worker] = 0.0
    pay = (1 - tax.income_tax) * (firms.wage / firms.productivity + firms.research_intensity)
    units = sectors.household_share / (1 + tax.sales_tax)
    # The public purse buys what workers save, so that nobody's cash runs out on the way.
    bought = (1 - propensity) * spent[worker] * units
    sectors.government_demand += bought
    transfers = model.opening_transfers * cells.transfer_share[worker]
    others = spent.sum() - spent[worker] + propensity * transfers
    sectors.export_demand[1] *= 1.3
    final = design.government + bought + design.exports + units * others
    final[1] += 0.3 * design.exports[1]
    wanted = np.linalg.solve(np.eye(4) - INPUTS - propensity * np.outer(units, pay), final)

    assert largest_gap(firms.output, wanted) > 0.02
    run(model, 400)
    assert largest_gap(firms.output, wanted) < 1e-7


def sim_economy(*changes):
    """One firm whose whole revenue is pay; no trade, no interest, one tax of 0.2 on pay."""
    design = Design([[0.0]], household=85 * BILLION, government=15 * BILLION, imported_investment=1.0,
                    exports=1.0)  # fmt: skip
    model = ecosystem(
        design,
        QUANTITIES_ONLY,
        {
            "credit": {
                "policy_rate": 0.0,
                "deposit_spread": 0.0,
                "lending_spread": 0.0,
                "sme_premium": 0.0,
            },
            "government": {
                "debt": 0.7,  # enough deposits for owners, paid in December, at month zero
                "income_tax": 0.2,
                "payroll_tax": 0.0,
                "corporate_tax": 0.0,
                "sales_tax": 0.0,
            },
            # There they spend out of the income they have, not out of one that follows it slowly.
            "demand": {"wealth_propensity": 1.0, "finished_months": 0.0, "income_adjustment": 12.0},
            "production": {"depreciation": 1e-9},
        },
        *changes,
    )
    model.firms.research_intensity = 0.0
    model.firms.wage = model.firms.productivity
    model.firms.markup = 0.0
    model.firms.capital_productivity *= 2  # room to grow
    model.opening_transfers = 0.0
    model.households.autonomous = 0.0
    model.households.propensity = 0.6
    model.imported_government = 0.0
    model.sectors.government_demand = 20 * BILLION
    return model


def test_model_sim_of_godley_and_lavoie_rests_where_taxes_equal_public_spending():
    # Y* = G / tax = 20 / 0.2 = 100; H* = (1 - c1) / c2 * YD with c2 = 1/12 a month: 4.8 * 80 = 384.
    model = sim_economy()
    # The gap closes by a thirtieth a month: 350 months leave a part in a hundred thousand.
    workers = 2
    run(model, 350)
    assert model.firms.output[0] / BILLION == pytest.approx(100, rel=1e-4)
    assert model.ledger.household_deposits[workers] / BILLION == pytest.approx(384, rel=1e-4)
    # Their second experiment: public spending of 25 raises income to 125.
    model.sectors.government_demand *= 1.25
    run(model, 350)
    assert model.firms.output[0] / BILLION == pytest.approx(125, rel=1e-4)
    assert model.ledger.household_deposits[workers] / BILLION == pytest.approx(480, rel=1e-4)


def test_households_come_to_spend_a_better_income_bit_by_bit():
    # Nothing grows, so a year at twice the income moves what a cell counts on by 0.6 / 12 of it, and
    # spending by its propensity to spend that: 0.6 x 0.05 Y.
    spent = []
    for better in (1, 2):
        model = sim_economy({"demand": {"income_adjustment": 0.6, "wealth_propensity": 0.0}})
        cells = model.households
        income = cells.income_history.mean(axis=0)
        cells.income_history = better * cells.income_history
        spent.append(planning.household_baskets(model) * model.basket_price)
    assert spent[1] - spent[0] == pytest.approx(0.6 * 0.05 * income, rel=1e-6)
    assert income.max() > 0
