"""What counts as profit, and what tax is paid on it: worked out by hand."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, row_of

from sim.economy.kinds import RING, Size
from sim.phases import failing, settling, year

MILLION = 1_000_000
RATE = 0.2
TAX = {"government": {"corporate_tax": RATE, "loss_offset": 0.8}}
NO_INTEREST = {"credit": {"policy_rate": 0.0, "deposit_spread": 0.0, "lending_spread": 0.0}}


def two_firms(*changes):
    """Firm 0, a large one, buys from firm 1, an SME."""
    inputs = np.array([[0.0, 0.0], [0.3, 0.0]])
    design = Design(
        inputs,
        household=[3 * BILLION, BILLION],
        government=BILLION / 3,
        exports=BILLION,
        size_class=[Size.LARGE, Size.SME],
    )
    return ecosystem(design, QUANTITIES_ONLY, NO_INTEREST, TAX, *changes)


def earned(model, won):
    """Close a year in which both firms earned something; return the tax of each."""
    model.firms.year_profit = won
    tax = year.tax_profits(model)
    year.close_year(model)
    return tax.tolist()


def test_losses_of_earlier_years_free_later_profit_from_tax():
    model = two_firms()
    assert earned(model, [-100 * MILLION, -100 * MILLION]) == [0, 0]
    assert model.firms.tax_losses.tolist() == [100 * MILLION, 100 * MILLION]
    # The large firm sets 48 of 60 off and pays on 12; the SME sets off all.
    assert earned(model, [60 * MILLION, 60 * MILLION]) == [12 * MILLION * RATE, 0]
    assert model.firms.tax_losses.tolist() == [52 * MILLION, 40 * MILLION]
    assert earned(model, [60 * MILLION, 60 * MILLION]) == [12 * MILLION * RATE, 20 * MILLION * RATE]
    assert model.firms.tax_losses.tolist() == [4 * MILLION, 0]
    assert earned(model, [60 * MILLION, 60 * MILLION]) == [56 * MILLION * RATE, 60 * MILLION * RATE]


def test_profit_without_losses_behind_is_taxed_in_full():
    assert earned(two_firms(), [50 * MILLION, 0]) == [50 * MILLION * RATE, 0]


def broke(model):
    """Leave firm 0 without cash or credit, with an invoice of 120 million due to firm 1."""
    model._open_month()
    firms, ledger, links = model.firms, model.ledger, model.links
    model.substitutes = np.zeros(2)
    firms.workers = firms.output = firms.credit_line = firms.research_intensity = 0
    ledger.pay(ledger.firm(0), ledger.at.government, ledger.deposits[:1].copy(), "emptied")
    before = model.outstanding()
    links.payable[:] = 0
    links.payable[model.month % RING, row_of(model, supplier=1, buyer=0)] = 120 * MILLION
    ledger.claim(model.outstanding() - before, "invoices")
    return model


def test_interest_on_late_invoices_is_the_debtors_cost_and_the_creditors_income():
    model = broke(two_firms({"payment": {"penalty_rate": 0.12}}))
    settling.settle(model)
    late = 120 * MILLION * 0.12 / 12
    firms = model.firms
    assert firms.interest.tolist() == [late, -late]
    firms.sales = firms.purchases = firms.wage_bill = firms.depreciation = firms.profit_trend = 0
    settling.close_accounts(model)
    assert firms.profit.tolist() == firms.year_profit.tolist() == [-late, late]
    assert not firms.year_value_added.any() and not firms.profit_trend.any()  # financial, not operating


@pytest.mark.parametrize("guaranteed", [0, 30 * MILLION])
def test_what_a_failed_customer_owed_is_a_loss_of_its_creditors_and_its_bank(guaranteed):
    model = broke(two_firms())
    firms, ledger = model.firms, model.ledger
    ledger.lend([0], 50 * MILLION - firms.loans[:1])
    ledger.pay(ledger.firm(0), ledger.at.government, np.maximum(ledger.deposits[:1], 0), "emptied")
    firms.guaranteed[0] = guaranteed
    funds = int(ledger.own_funds.sum())
    firms.living[0] = False
    failing.wind_up(model, np.array([0]))
    assert firms.losses.tolist() == [0, 120 * MILLION]
    assert firms.profit.tolist() == firms.year_profit.tolist() == [0, -120 * MILLION]
    lost = 50 * MILLION - guaranteed
    assert model.banks.losses.sum() == lost == funds - ledger.own_funds.sum()
