"""What firms borrow in December to pay out profit that growth has tied up: worked out by hand."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem

from sim.phases import year

MILLION = 1_000_000
GROWTHLESS = {"technology": {"trend": 0.0}, "pricing": {"trend_inflation": 0.0}}
HALF = {"credit": {"debt_adjustment": 0.5, "liquidity_months": 0.0}}


def firm(debt_below_normal, profit, cash, line=BILLION, growth=0.0):
    """Return an economy of one firm in December, and its debt before it decides on more."""
    design = Design(np.zeros((1, 1)), household=[3 * BILLION], government=BILLION, exports=BILLION)
    model = ecosystem(design, QUANTITIES_ONLY, GROWTHLESS, HALF)
    firms, ledger = model.firms, model.ledger
    model._open_month()
    ledger.lend([0], np.array([100 * MILLION]))
    ledger.pay(ledger.firm(0), ledger.at.government, ledger.deposits[:1] - cash, "set")
    firms.normal_debt = (firms.loans + debt_below_normal) / model.assets()
    firms.year_profit, firms.credit_line, model.equipment = profit, line, np.zeros(1)
    model.productivity_growth = growth
    debt = int(firms.loans[0])
    year.raise_debt(model, np.zeros(1, dtype=np.int64))
    assert firms.credit_line[0] == line - (firms.loans[0] - debt)
    return int(firms.loans[0]) - debt, debt, model


def test_half_of_the_missing_debt_is_taken_up_where_profit_is_tied_up():
    drawn, _, model = firm(80 * MILLION, profit=60 * MILLION, cash=0)
    assert drawn == pytest.approx(40 * MILLION, abs=1)
    before = model.ledger.deposits[0]
    year.pay_dividends(model, np.zeros(1, dtype=np.int64))
    assert before == drawn and model.ledger.deposits[0] == 0  # all of it goes to owners and the tax office


@pytest.mark.parametrize(
    ("profit", "cash", "line", "wanted"),
    [
        (30, 0, 1000, 30),  # no more than the dividend lacks
        (30, 20, 1000, 10),
        (30, 50, 1000, 0),
        (60, 0, 25, 25),  # no more than the bank grants
        (0, 0, 1000, 0),  # nothing to pay out
        (-10, 0, 1000, 0),
    ],
)
def test_no_more_is_borrowed_than_is_lacking_or_granted(profit, cash, line, wanted):
    drawn, *_ = firm(80 * MILLION, profit * MILLION, cash * MILLION, line * MILLION)
    assert drawn == pytest.approx(wanted * MILLION, abs=1)


def test_a_firm_above_its_normal_debt_borrows_nothing():
    assert firm(-10 * MILLION, profit=60 * MILLION, cash=0)[0] == 0


def test_debt_grows_with_the_economy_beyond_what_is_made_up():
    drawn, debt, _ = firm(80 * MILLION, profit=BILLION, cash=0, growth=0.02)
    assert drawn == pytest.approx(40 * MILLION + 0.02 * debt, abs=1)
