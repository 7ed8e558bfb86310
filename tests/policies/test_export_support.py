"""Export support (동반 해외진출): who enters, who pays, whose sales they are."""

import numpy as np
import pytest
from economies import run

from policies.town import BELOW, FIRST, PRIME, SECOND, town

SURE = {"reach": 4.0, "joint": 20.0}  # a quarter's chance of 1 - exp(-20) for suppliers of the prime


def quarter(**values):
    """The town at the end of March, the policy in force, and the town without."""
    plain, model = town(), town({"export_support": SURE | values})
    return run(plain, 3), run(model, 3)


def test_a_firm_enters_with_the_stated_part_of_its_output_and_pays_what_is_not_supported():
    plain, model = quarter(cost=0.3, support=0.5, market=0.1, lead_share=0.4, years=20.0)
    firms = model.firms
    entered = firms.joint_exports > 0
    assert entered.tolist()[:3] == [False, True, True]
    assert firms.joint_exports[FIRST] == pytest.approx(0.1 * plain.firms.output[FIRST], rel=1e-9)
    year = (
        12
        * 0.1
        * plain.firms.output
        * plain.firms.price
        / plain.firms.price ** plain.parameters["world"].export_elasticity
    )
    cost = 0.3 * year * entered
    flows = model.ledger.flows.payments
    assert flows["export_support: cost of entry"][6] == pytest.approx(cost.sum(), rel=1e-6)
    lead = 0.4 * 0.5 * cost[[FIRST, SECOND]].sum()
    assert firms.transfers[PRIME] == pytest.approx(-lead, rel=1e-6)
    assert -flows["export_support: grants"][4] == pytest.approx(0.5 * cost.sum() - lead, rel=1e-6)
    assert firms.transfers[FIRST] == pytest.approx(-0.5 * cost[FIRST], rel=1e-6)


def test_the_new_sales_are_taken_from_the_world_not_from_korean_exporters():
    plain, model = quarter(years=20.0)
    run(plain, 1), run(model, 1)
    more = model.final.exports - plain.final.exports
    assert more[FIRST] == pytest.approx(model.firms.joint_exports[FIRST], rel=0.05)
    assert more[PRIME] == pytest.approx(0, abs=0.01 * more[FIRST])


def test_support_of_one_entry_has_a_ceiling():
    _, model = quarter(most=0.01, years=20.0, lead_share=0.0)
    entered = int((model.firms.joint_exports > 0).sum())
    assert -model.ledger.flows.payments["export_support: grants"][4] == entered * 10_000_000


def test_nobody_enters_where_it_does_not_pay():
    _, model = quarter(cost=5.0, support=0.0, years=0.5)
    assert not model.firms.joint_exports.any()


def test_suppliers_of_the_exporting_prime_are_reached_more_often():
    model = run(town({"export_support": {"reach": 0.1, "joint": 3.0}}), 1)
    chance = model.policies.in_force(model.month)[0].chance(model)
    assert chance[FIRST] == pytest.approx(1 - np.exp(-0.3 / 4))
    assert chance[BELOW] == pytest.approx(1 - np.exp(-0.1 / 4))
