"""Failure chains: who fails after a customer that owed it, worked out on three firms."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem

from sim.phases import failing

CUSTOMER, CREDITOR, BYSTANDER = range(3)


def customer_creditor_bystander(**payment):
    """Firm 0 buys from firm 1, on credit; firm 2 trades with neither."""
    inputs = np.zeros((3, 3))
    inputs[CREDITOR, CUSTOMER] = 0.3
    design = Design(inputs, household=BILLION, government=BILLION / 3, exports=BILLION)
    return ecosystem(design, QUANTITIES_ONLY, {"payment": payment})


def fails(model, *rows):
    """Let firms fail for arrears; return how many failures counted as parts of a chain."""
    model.firms.arrears_months[list(rows)] = model.parameters["payment"].arrears_limit
    failing.close_firms(model)
    assert model.events["defaults"] == len(rows) and not model.firms.living[list(rows)].any()
    return model.events["chain_defaults"]


@pytest.mark.parametrize(("limit", "later", "chained"), [(12, 2, 1), (12, 12, 1), (12, 13, 0), (1, 2, 0)])
def test_a_creditor_is_struck_when_its_customer_fails_before_any_write_off(limit, later, chained):
    model = customer_creditor_bystander(chain_months=limit, closing_months=24)
    assert fails(model, CUSTOMER) == 0
    model.month += later
    assert model.firms.losses[CREDITOR] == 0
    assert fails(model, CREDITOR) == chained


def test_a_creditor_that_fails_in_the_month_of_its_customer_is_part_of_a_chain():
    assert fails(customer_creditor_bystander(), CUSTOMER, CREDITOR) == 1


def test_who_is_owed_nothing_is_part_of_no_chain():
    model = customer_creditor_bystander()
    assert fails(model, CUSTOMER) == 0
    assert fails(model, BYSTANDER) == 0
    other = customer_creditor_bystander()
    assert fails(other, CREDITOR) == 0
    assert fails(other, CUSTOMER) == 0  # a failed supplier strikes nobody by what it is owed


def test_a_loss_written_off_strikes_again():
    model = customer_creditor_bystander(chain_months=3, closing_months=6)
    fails(model, CUSTOMER)
    for _ in range(6):
        model.month += 1
        failing.close_firms(model)
    assert model.firms.losses[CREDITOR] > 0
    model.month += 3
    assert fails(model, CREDITOR) == 1
