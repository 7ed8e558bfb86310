"""Knowledge, productivity, expected growth and pay, worked out by hand."""

import numpy as np
import pytest
from economies import Design, crowd, ecosystem, run

from sim.phases import quarter, searching

CERTAIN = {"technology": {"imitation": 2.0, "catch_up": 0.5}}  # a firm far behind imitates for certain

ALIKE = {"production": {"margin_spread": 0.0}, "credit": {"debt_spread": 0.0}}


def test_a_firm_that_sells_nothing_for_a_while_keeps_productivity_and_knowledge_together():
    model = crowd(3, CERTAIN)
    firms = model.firms
    firms.knowledge[0] = 1e-8  # chance 1 - exp(-2/4 * 18.4) = 0.9999
    firms.output[0] = 0.0
    before = firms.productivity.copy()
    quarter.advance_technology(model)
    assert firms.knowledge == pytest.approx([1e-4, 1, 1])  # half of the log distance to 1
    assert firms.productivity / before == pytest.approx([1e4, 1, 1])


def test_expected_growth_follows_the_average_gain_weighed_by_pay():
    model = crowd(4, CERTAIN, {"technology": {"memory": 2.0, "reallocation": 0.0}}, ALIKE)
    firms = model.firms
    firms.knowledge[0] = 1e-8  # the mean is then 1e-2; half the way there is 1e-5
    firms.wage[0] *= 3  # half of all pay
    quarter.advance_technology(model)
    gain = np.log(1e3) / 2 / 0.25  # a year
    assert model.productivity_growth == pytest.approx(0.25 / 2 * gain)


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_expected_growth_follows_output_that_moves_to_better_firms(part):
    never = {"technology": {"memory": 2.0, "reallocation": part, "trend": 0.0}}
    model = crowd(2, never, ALIKE)
    firms = model.firms
    firms.productivity[:] = firms.productivity[0] * np.array([1.0, 3.0])
    model.sectors.output_per_worker = model.output_per_worker()
    firms.output[:] = firms.output.sum() * np.array([0.25, 0.75])  # half each before
    quarter.advance_technology(model)
    # A unit took 0.5 + 0.5 / 3 = 2/3 of a worker's month at the worse firm, now 0.25 + 0.75 / 3 = 1/2.
    assert model.productivity_growth == pytest.approx(part * 0.25 / 2 * np.log(4 / 3) * 4)


def test_pay_follows_the_firms_own_productivity_to_the_power_declared():
    model = crowd(3, {"labour": {"rent_sharing": 0.1, "minimum_wage": 0.0}})
    firms = model.firms
    start = firms.wage.copy()
    firms.productivity[0] *= 2
    firms.productivity[2] /= 2
    quarter.set_wages(model)
    assert firms.wage / start == pytest.approx([2**0.1, 1, 2**-0.1])
    quarter.set_wages(model)  # what has been shared is not shared again
    assert firms.wage / start == pytest.approx([2**0.1, 1, 2**-0.1])


def test_a_group_orders_less_from_a_supplier_that_delivered_a_half():
    inputs = np.zeros((3, 3))
    inputs[1:, 0] = 0.2
    design = Design(inputs, household=1e9, exports=1e9, sector=[0, 1, 1])
    model = run(ecosystem(design, {"matching": {"share_shift": 0.4}}), 1)
    assert model.links.share.tolist() == [0.5, 0.5]
    model.links.delivery[0] = 0.5 * model.links.order[0]
    searching._shift_shares(model, np.array([0]))
    # 0.5 (1 - 0.4 * 0.5) = 0.4 against 0.5
    assert model.links.share == pytest.approx([4 / 9, 5 / 9])
