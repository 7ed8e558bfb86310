"""What a firm must pay before its sales come in, and what happens when it cannot: worked out by hand."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, row_of, run

from sim.economy.kinds import RING
from sim.phases import planning, producing

MILLION = 1e6
SUPPLIER, BUYER = 1, 0
TAX = {"government": {"payroll_tax": 0.1}}


def supplier_of_one():
    """Firm 1 sells to firm 0 only; what it can spend before anything is due is 35 million.

    Cash 10, credit line 5 and 20 from its customer. At its plan of 40 million units it pays staff 20
    and R&D 10, payroll tax 3, and materials 17: 50 in all.
    """
    inputs = np.array([[0.0, 0.0], [0.3, 0.0]])
    design = Design(inputs, household=[2 * BILLION, 0], exports=[BILLION, 0])
    model = ecosystem(design, QUANTITIES_ONLY, TAX)
    model._open_month()
    planning.move_the_world(model)
    planning.plan_output(model)
    model.final = planning.final_demand(model)
    firms, ledger, links = model.firms, model.ledger, model.links
    won = {
        "planned_output": 40, "workers": 20, "loans": 0, "credit_line": 5, "wages_due": 0, "tax_due": 0,
    }  # fmt: skip
    for column, millions in won.items():
        getattr(firms, column)[SUPPLIER] = millions * MILLION
    firms.wage[SUPPLIER], firms.research_intensity[SUPPLIER] = 1, 0.25
    firms.material_coefficient[SUPPLIER] = 17 / 40
    model.final.investment[SUPPLIER] = 0
    cash = 10_000_000 - int(ledger.deposits[SUPPLIER])
    give, take = max(cash, 0), max(-cash, 0)
    ledger.pay(ledger.at.government, ledger.firm(SUPPLIER), [give], "cash")
    ledger.pay(ledger.firm(SUPPLIER), ledger.at.government, [take], "cash")
    links.payable[:] = 0
    links.payable[model.month % RING, row_of(model, supplier=SUPPLIER, buyer=BUYER)] = 20 * MILLION
    return model


def funded(model):
    """Return the part of the plan that is funded, which the plan is cut to."""
    planned = model.firms.planned_output[SUPPLIER]
    producing.fund_plans(model)
    assert model.firms.planned_output[SUPPLIER] == pytest.approx(model.firms.funded[SUPPLIER] * planned)
    return model.firms.funded[SUPPLIER]


def test_cash_credit_and_receipts_carry_pay_research_and_materials():
    assert funded(supplier_of_one()) == pytest.approx(35 / 50)


@pytest.mark.parametrize("column", ["wages_due", "tax_due"])
def test_pay_and_tax_in_arrears_come_first(column):
    model = supplier_of_one()
    getattr(model.firms, column)[SUPPLIER] = 10 * MILLION
    assert funded(model) == pytest.approx(25 / 50)


def test_equipment_ordered_comes_first():
    model = supplier_of_one()
    model.final.investment[SUPPLIER] = 10 * MILLION  # units that cost one won
    assert funded(model) == pytest.approx(25 / 50)


def test_interest_comes_first():
    model = supplier_of_one()
    model.firms.loans[SUPPLIER], model.firms.loan_rate[SUPPLIER] = 1000 * MILLION, 0.12
    assert funded(model) == pytest.approx(25 / 50)


def test_who_has_nothing_left_produces_nothing():
    model = supplier_of_one()
    model.firms.wages_due[SUPPLIER] = 40 * MILLION
    assert funded(model) == 0


def test_who_has_enough_produces_as_planned():
    model = supplier_of_one()
    model.firms.credit_line[SUPPLIER] = 20 * MILLION
    assert funded(model) == 1


def test_invoices_due_do_not_stop_production():
    model = supplier_of_one()
    firms, links, slot = model.firms, model.links, model.month % RING
    # The buyer owes its supplier more than all it has, and can still pay its staff.
    links.payable[slot, row_of(model, supplier=SUPPLIER, buyer=BUYER)] = int(100 * BILLION)
    producing.fund_plans(model)
    assert firms.funded[BUYER] == 1


def test_sales_are_expected_up_to_the_goods_there_will_be():
    model = supplier_of_one()
    model.final.home[SUPPLIER], model.firms.stock[SUPPLIER] = 1000 * MILLION, 0
    model.firms.wages_due[SUPPLIER] = 65 * MILLION
    assert funded(model) == pytest.approx((35 + 40 - 65) / 50)  # it plans to make 40


def test_who_must_borrow_beyond_its_line_to_pay_interest_is_late_and_fails():
    inputs = np.zeros((2, 2))
    model = ecosystem(
        Design(inputs, household=2 * BILLION, exports=BILLION),
        QUANTITIES_ONLY,
        {"credit": {"debt_ceiling": 0.0, "working_months": 0.0}, "payment": {"arrears_limit": 3}},
    )
    firms, ledger = model.firms, model.ledger
    # Firm 1 has neither customers nor staff nor cash, only a debt.
    for column in ("home_share", "export_share", "workers", "capital", "demand", "expected_demand", "stock"):
        getattr(firms, column)[1] = 0
    ledger.lend([1], np.array([10**9]))
    ledger.pay(ledger.firm(1), ledger.at.government, ledger.deposits[1:].copy(), "emptied")
    for month in (1, 2):
        run(model, 1)
        assert firms.arrears_months.tolist() == [0, month] and firms.loans[1] > 10**9
    run(model, 1)
    assert firms.living.tolist() == [True, False]
