"""Payments: trade credit, clearing of debts, transfers."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, freeze_households, row_of, run

from sim.economy.kinds import RING
from sim.phases import settling
from sim.rules.payment import clear

NO_INTEREST = {
    "credit": {"policy_rate": 0.0, "deposit_spread": 0.0, "lending_spread": 0.0, "sme_premium": 0.0}
}
RING_OF_THREE = np.array([[0.0, 0.0, 0.3], [0.3, 0.0, 0.0], [0.0, 0.3, 0.0]])
OWED = [[0, 10, 0], [0, 0, 12], [8, 0, 0]]  # row owes column
LESS_OWED = [[0, 10, 0], [0, 0, 12], [3, 0, 0]]
CASH = [2, 1, 1]
# Worked by hand: each pays its cash and what it receives, but no more than it owes.
EXAMPLES = [(OWED, [10, 11, 8]), (LESS_OWED, [5, 6, 3])]


def trading_economy(terms, *changes):
    inputs = np.array([[0.1, 0.3, 0.0], [0.2, 0.0, 0.3], [0.1, 0.1, 0.1]])
    design = Design(inputs, household=[5 * BILLION, 3 * BILLION, BILLION], government=BILLION / 2,
                    exports=BILLION, terms=terms)  # fmt: skip
    model = ecosystem(design, QUANTITIES_ONLY, NO_INTEREST, *changes)
    freeze_households(model)
    return model


def receivables(model):
    links = model.links
    return np.bincount(links.supplier, links.payable.sum(axis=0), model.firms.rows)


def test_stationary_receivables_are_terms_times_monthly_sales():
    terms = np.array([[0, 1, 0], [2, 0, 3], [4, 1, 2]])
    model = run(trading_economy(terms), 7)
    links, output = model.links, model.firms.output
    flow = model.groups.coefficient[links.group] * links.share * output[links.buyer]
    wanted = links.terms * flow
    assert np.array_equal(links.terms, terms[links.supplier, links.buyer])
    assert links.payable.sum(axis=0) == pytest.approx(wanted, rel=1e-8)
    assert receivables(model) == pytest.approx(np.bincount(links.supplier, wanted, 3), rel=1e-8)


@pytest.mark.parametrize(("old", "new"), [(3, 1), (1, 0), (2, 4)])
def test_changed_terms_move_months_of_sales_between_the_two_sides_and_sum_to_zero(old, new):
    kept, changed = trading_economy(old), trading_economy(old)
    run(kept, 2), run(changed, 2)
    row = row_of(changed, supplier=1, buyer=0)
    changed.links.terms[row] = new
    run(kept, 5), run(changed, 5)  # the last invoice under the old terms has been paid
    moved = changed.ledger.deposits - kept.ledger.deposits
    invoice = int(kept.invoice[row])
    assert moved.tolist() == pytest.approx([-(old - new) * invoice, (old - new) * invoice, 0], abs=10)
    assert moved.sum() == 0
    assert np.array_equal(changed.firms.output, kept.firms.output)


def debts(owed):
    debtor, creditor = np.nonzero(owed)
    return debtor, creditor, np.asarray(owed)[debtor, creditor]


@pytest.mark.parametrize(("owed", "paid"), EXAMPLES)
@pytest.mark.parametrize("won", [1, 1_000_000])
def test_the_clearing_rule_finds_eisenberg_and_noes_vector(owed, paid, won):
    debtor, creditor, due = debts(owed)
    result = clear(np.array(CASH) * won, debtor, creditor, due * won, 3)
    assert np.bincount(debtor, result.paid, 3).tolist() == [won * number for number in paid]


def indebted_economy(owed, cash):
    """Return three firms that owe each other, have some cash and no other business."""
    # Firm 0 buys from 1, 1 from 2, 2 from 0.
    design = Design(RING_OF_THREE, household=3 * BILLION, exports=BILLION)
    model = ecosystem(design, QUANTITIES_ONLY, NO_INTEREST)
    firms, ledger, links = model.firms, model.ledger, model.links
    model._open_month()
    model.substitutes = np.zeros(3)
    firms.workers = firms.output = firms.credit_line = firms.research_intensity = 0
    ledger.lend(np.arange(3), -firms.loans.copy(), "loans repaid")
    everything = ledger.deposits.copy()
    ledger.pay(ledger.every_firm, ledger.at.government, np.maximum(everything, 0), "emptied")
    ledger.pay(ledger.at.government, ledger.every_firm, np.maximum(-everything, 0), "emptied")
    ledger.pay(ledger.at.government, ledger.every_firm, np.array(cash), "cash")
    before = model.outstanding()
    links.payable[:] = 0
    for debtor, creditor, due in zip(*debts(owed), strict=True):
        links.payable[model.month % RING, row_of(model, supplier=creditor, buyer=debtor)] = due
    ledger.claim(model.outstanding() - before, "invoices")
    return model


@pytest.mark.parametrize(("owed", "paid"), EXAMPLES)
def test_a_settlement_of_the_economy_finds_eisenberg_and_noes_vector(owed, paid):
    won = 1_000_000
    cash = np.array(CASH) * won
    owed = np.array(owed) * won
    model = indebted_economy(owed, cash)
    settling.settle(model)
    short = owed.sum(axis=1) - np.array(paid) * won
    received = np.roll(np.array(paid) * won, 1)
    assert model.ledger.deposits.tolist() == (cash - np.array(paid) * won + received).tolist()
    assert model.firms.arrears.tolist() == short.tolist()
    # What was not paid is due next month, with penalty interest rounded down to the won.
    penalty = np.floor(model.parameters["payment"].penalty_rate / 12 * short).astype(int)
    later = model.links.payable[(model.month + 1) % RING]
    buyers = model.links.buyer
    assert np.bincount(buyers, later, 3).tolist() == (short + penalty).tolist()
    assert model.links.payable.sum() == (short + penalty).sum()
    model.ledger.prove("a test", model.outstanding())


def test_a_credit_line_pays_as_cash_does():
    won = 1_000_000
    model = indebted_economy(np.array(OWED) * won, np.array([0, 0, 0]))
    model.firms.credit_line = np.array(CASH) * won
    settling.settle(model)
    assert model.firms.arrears.tolist() == [0, won, 0]
    # Firm 0 pays 10 with its line of 2 and the 8 it gets; 1 pays 11, a line of 1 and 10; 2 pays 8 of 11.
    assert model.firms.loans.tolist() == [2 * won, won, 0]


REAL = (
    "output", "planned_output", "demand", "delivered", "stock", "capital", "workers", "investment",
    "fill_rate", "price", "wage", "unit_cost", "home_share",
)  # fmt: skip


@pytest.mark.parametrize("moment", ["on_month_start", "on_settlement"])
def test_a_transfer_between_unconstrained_firms_changes_no_real_variable_in_the_month(moment):
    plain, other = trading_economy(1), trading_economy(1)
    run(plain, 2), run(other, 2)
    pool = 12_345_679
    call = other.policies.call

    def with_transfer(event, model):
        call(event, model)
        if event == moment:
            ledger = model.ledger
            part = ledger.distribute(ledger.firm(0), pool, ledger.firm([1, 2]), [1.0, 2.0], "transfer")
            assert part.tolist() == [4_115_226, 8_230_453]  # a third, rounded down or up, and the rest

    other.policies.call = with_transfer
    run(plain, 1), run(other, 1)
    for name in REAL:
        assert np.array_equal(getattr(plain.firms, name), getattr(other.firms, name)), name
    assert np.array_equal(plain.groups.stock, other.groups.stock)
    assert np.array_equal(plain.households.consumption, other.households.consumption)
    moved = other.ledger.deposits - plain.ledger.deposits
    assert moved.tolist() == [-pool, 4_115_226, 8_230_453]
    assert other.ledger.flows.payments["transfer"].tolist() == [0] * 7


def test_a_profit_pool_reaches_the_suppliers_to_the_won():
    policy = {"policy": {"profit_sharing": {"share": 0.37, "hurdle": 0.0}}}
    inputs = np.array([[0.0, 0.0, 0.0], [0.2, 0.0, 0.0], [0.1, 0.0, 0.0]])
    design = Design(inputs, household=np.array([7, 1, 1]) * BILLION, government=BILLION / 3, exports=BILLION)
    model = ecosystem(design, QUANTITIES_ONLY, policy)
    profit = 0
    for _ in range(12):
        run(model, 1)
        profit += int(model.firms.profit[0] - model.firms.transfers[0])  # before the pool is paid
    pool = int(0.37 * profit)
    payer, first, second = model.firms.transfers.tolist()
    assert pool > 100_000_000
    assert payer == -pool
    assert first + second == pool
    assert first == pytest.approx(2 / 3 * pool, abs=10)  # deliveries stand two to one
