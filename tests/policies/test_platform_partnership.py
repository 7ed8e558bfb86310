"""Platform partnership (플랫폼 상생): rebates on small merchants' bills, faster payment by platforms."""

import numpy as np
import pytest
from economies import BILLION, row_of, run

from policies.town import BELOW, FIRST, PRIME, SECOND, chain, town

PLATFORM = {"where": {"kind": ["conglomerate"]}}


def merchants(policies):
    """The prime is a platform from which firms 1 and 2 buy services; it buys from firm 3."""
    inputs = np.zeros((4, 4))
    inputs[PRIME, FIRST], inputs[PRIME, SECOND], inputs[BELOW, PRIME] = 0.2, 0.1, 0.3
    design = chain(inputs=inputs, household=np.array([8, 4, 2, 1]) * BILLION, terms=3)
    return town(policies, design=design)


def test_the_platform_pays_back_the_stated_part_of_each_merchants_bill():
    model = run(merchants({"platform_partnership": {"rebate": 0.25, **PLATFORM}}), 1)
    bills = model.invoice[[row_of(model, PRIME, FIRST), row_of(model, PRIME, SECOND)]]
    assert bills.min() > 1e8
    back = (0.25 * bills).astype(int)
    assert model.firms.transfers.tolist() == [-back.sum(), back[0], back[1], 0]
    assert model.ledger.flows.payments["platform_partnership"].sum() == 0


def test_a_large_merchant_gets_nothing():
    model = merchants({"platform_partnership": {"rebate": 0.25, **PLATFORM}})
    model.firms.size_class[FIRST] = 1
    run(model, 1)
    assert model.firms.transfers[FIRST] == 0 < model.firms.transfers[SECOND]


def test_the_platforms_small_supplier_is_paid_sooner_and_the_platform_holds_less_cash():
    plain = run(merchants({}), 2)
    model = run(merchants({"platform_partnership": {"settlement_months": 1, **PLATFORM}}), 2)
    row = row_of(model, BELOW, PRIME)
    invoice = int(model.invoice[row])
    # Two months' invoices are outstanding at three months' terms besides those of before; one at one.
    gain = model.ledger.deposits[BELOW] - plain.ledger.deposits[BELOW]
    assert gain == pytest.approx(invoice, rel=0.01)
    assert model.ledger.deposits[PRIME] - plain.ledger.deposits[PRIME] == pytest.approx(-invoice, rel=0.01)


def test_the_platforms_loss_is_the_merchants_gain_in_the_years_profit():
    plain = run(merchants({}), 6)
    model = run(merchants({"platform_partnership": {"rebate": 0.25, **PLATFORM}}), 6)
    change = model.firms.year_profit - plain.firms.year_profit
    assert change[PRIME] < 0 < change[FIRST]
    assert change.sum() == pytest.approx(0, abs=0.01 * change[FIRST])
