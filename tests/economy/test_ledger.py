"""Money is whole won, moves through one door, and the books close."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import MoneyError
from sim.economy.accounts import HOLDERS
from sim.economy.contracts import Links
from sim.economy.firms import Firms
from sim.economy.ledger import Ledger
from sim.economy.runoff import RunOff
from sim.economy.sectors import Banks
from sim.economy.statements import Statements

FIRMS, BANKS, CELLS = 5, 2, 3
won = st.integers(0, 10**12)
account = st.integers(0, CELLS + 4 + BANKS + FIRMS - 1)
firm = st.integers(0, FIRMS - 1)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), account, account, won),
        st.tuples(st.just("pay_many"), st.lists(account, min_size=1, max_size=6), account, won),
        st.tuples(st.just("lend"), st.lists(firm, min_size=1, max_size=6), st.integers(-(10**9), 10**12)),
        st.tuples(st.just("write_off"), firm, won),
        st.tuples(st.just("issue_bonds"), won),
        st.tuples(st.just("redeem_bonds"), st.integers(0, 100)),
        st.tuples(st.just("distribute"), account, won, st.lists(st.integers(0, 9), min_size=5, max_size=5)),
        st.tuples(st.just("discount"), firm, firm, won, st.integers(0, 4)),
        st.tuples(st.just("redeem"), firm, won, st.integers(0, 4)),
        st.tuples(st.just("claim"), st.integers(-(10**9), 10**9)),
    ),
    max_size=12,
)


def make_ledger():
    ledger = Ledger(Firms(FIRMS), Banks(BANKS), CELLS)
    ledger.bank_of[: ledger.at.first_bank] = [0, 1, 0, 1, 0, 1, 1]
    ledger.bank_of[ledger.at.first_firm :] = [0, 1, 0, 1, 1]
    ledger.lend(np.arange(FIRMS), np.full(FIRMS, 1000))
    ledger.pay(ledger.firm(0), ledger.bank([0, 1]), [30, 20], "capital")
    ledger.open_month()
    return ledger


@pytest.fixture
def ledger():
    return make_ledger()


def act(ledger, name, *what):
    """Do one operation and return by how much lending should have changed the sum of accounts."""
    one = np.array
    match name, what:
        case "pay", (payer, payee, amount):
            ledger.pay(payer, payee, amount, "gift")
        case "pay_many", (payers, payee, amount):
            ledger.pay(payers, payee, amount, "levy")
        case "lend", (rows, amount):
            ledger.lend(rows, np.full(len(rows), amount))
            return amount * len(rows)
        case "write_off", (row, amount):
            ledger.write_off(one([row]), one([amount]))
            return -amount
        case "issue_bonds", (amount,):
            before = ledger.bonds
            ledger.issue_bonds(amount)
            return ledger.bonds - before
        case "redeem_bonds", (percent,):
            amount = ledger.bonds * percent // 100
            ledger.issue_bonds(-amount)
            return -amount
        case "distribute", (payer, pool, weight):
            part = ledger.distribute(payer, pool, ledger.every_firm, weight, "share")
            assert part.sum() == (pool if any(weight) else 0)
        case "discount", (drawer, holder, face, slot):
            ledger.discount(one([drawer]), one([holder]), one([face]), one([face // 50]), slot)
            return face
        case "redeem", (drawer, percent, slot):
            face = int(ledger.firms.discounted[slot, drawer])
            paid = face * (percent % 101) // 100
            ledger.redeem(one([drawer]), one([paid]), one([face - paid]), slot)
            return -face
        case "claim", (amount,):
            ledger.claim(amount, "invoices")
    return 0


@given(operations)
def test_only_lending_changes_the_sum_of_accounts_and_the_books_close(steps):
    ledger = make_ledger()
    expected = int(ledger.balance.sum())
    for step in steps:
        expected += act(ledger, *step)
        assert int(ledger.balance.sum()) == expected
    assert not ledger.bank_gap().any()
    ledger.prove("2024-01", ledger.trade_credit)


@given(operations, account, st.integers(1, 10**12))
def test_whatever_happened_a_tampered_balance_is_found_and_named(steps, tampered, amount):
    ledger = make_ledger()
    for step in steps:
        act(ledger, *step)
    ledger.balance[tampered] += amount
    with pytest.raises(MoneyError) as error:
        ledger.prove("2024-01", ledger.trade_credit)
    assert ledger.at.name(tampered) in str(error.value) and "2024-01" in str(error.value)


def test_a_payment_leaves_the_sum_of_deposits_unchanged(ledger):
    before = ledger.balance.sum()
    assert ledger.pay(ledger.firm([0, 1]), ledger.at.government, [5, 7], "tax") == 12
    assert ledger.balance.sum() == before
    assert ledger.deposits[:2].tolist() == [945, 993]
    assert ledger.balance[ledger.at.government] == 12


def test_one_amount_may_be_paid_by_each_of_many(ledger):
    assert ledger.pay(ledger.every_firm, ledger.at.government, 10, "levy") == 10 * FIRMS
    assert ledger.balance[ledger.at.government] == 10 * FIRMS
    assert ledger.pay(ledger.at.government, ledger.every_firm, 10, "refund") == 10 * FIRMS
    assert ledger.balance[ledger.at.government] == 0


def test_many_payments_may_be_booked_by_their_net_effect(ledger):
    ledger.settle_net(
        ledger.firm([0, 1]), np.array([-30, 10]), ledger.every_household, np.array([5, 5, 10]), "trade"
    )
    assert ledger.deposits[:2].tolist() == [920, 1010] and ledger.household_deposits.tolist() == [5, 5, 10]
    ledger.prove("2024-01", 0)


def test_net_effects_that_miss_a_won_are_refused_and_nothing_moves(ledger):
    before = ledger.balance.copy()
    with pytest.raises(MoneyError, match="trade: payments miss 1 won"):
        ledger.settle_net(ledger.firm([0, 1]), np.array([-3, 1]), 0, np.array([3]), "trade")
    assert np.array_equal(ledger.balance, before)


def test_an_account_named_twice_pays_twice(ledger):
    ledger.pay(ledger.firm([3, 3]), ledger.at.fund, [1, 2], "gift")
    assert ledger.deposits[3] == 997


def test_arrays_that_do_not_match_are_refused_and_nothing_moves(ledger):
    before = ledger.balance.copy()
    with pytest.raises(ValueError):
        ledger.pay(ledger.firm([0, 1]), ledger.at.fund, [1, 2, 3], "gift")
    assert np.array_equal(ledger.balance, before)


@pytest.mark.parametrize("amount", [-1, [3, -1], 0.5, [1.0]])
def test_an_amount_that_is_negative_or_not_whole_is_refused(ledger, amount):
    before = ledger.balance.copy()
    with pytest.raises(MoneyError, match="gift"):
        ledger.pay(0, ledger.firm([0, 1]), amount, "gift")
    assert np.array_equal(ledger.balance, before)


def test_nothing_to_pay_is_no_payment(ledger):
    assert ledger.pay(np.array([], int), np.array([], int), np.array([], int), "gift") == 0


def test_a_reason_shows_who_received_and_who_paid(ledger):
    ledger.pay(ledger.firm([0, 1]), ledger.at.fund, [5, 7], "fund")
    ledger.pay(ledger.at.fund, ledger.every_household, [1, 1, 1], "fund")
    row = dict(zip(HOLDERS, ledger.flows.payments["fund"].tolist(), strict=True))
    assert (row["firms"], row["fund"], row["households"]) == (-12, 9, 3)


def test_a_loan_is_a_deposit(ledger):
    ledger.lend([2], np.array([500]))
    assert ledger.firms.loans[2] == 1500 and ledger.deposits[2] == 1500
    ledger.lend([2], np.array([-1500]))
    assert ledger.firms.loans[2] == 0 and ledger.deposits[2] == 0


def test_a_loan_written_off_falls_on_the_own_funds_of_its_bank(ledger):
    own_funds = ledger.own_funds.copy()
    ledger.write_off([1], np.array([400]))
    assert ledger.firms.loans[1] == 600 and ledger.deposits[1] == 1000
    assert (ledger.own_funds - own_funds).tolist() == [0, -400]


def test_customers_of_different_banks_pay_each_other_in_reserves(ledger):
    before = ledger.banks.reserves.copy()
    ledger.pay(ledger.firm(0), ledger.firm(1), 100, "gift")
    assert (ledger.reserves - before).tolist() == [-100, 100]
    ledger.pay(ledger.firm(1), ledger.firm(0), 30, "gift")
    ledger.open_month()
    assert (ledger.reserves - before).tolist() == [-70, 70]


def test_bonds_are_bought_in_proportion_to_own_funds(ledger):
    ledger.issue_bonds(100)
    assert ledger.banks.bonds.tolist() == [60, 40]
    assert ledger.bonds == 100 and ledger.balance[ledger.at.government] == 100
    ledger.issue_bonds(-50)
    assert ledger.banks.bonds.tolist() == [30, 20] and ledger.bonds == 50


def test_a_discounted_claim_pays_the_holder_at_once_and_the_drawer_later(ledger):
    ledger.discount([0], [1], np.array([100]), np.array([3]), 2)
    assert ledger.deposits[1] == 1097 and ledger.deposits[0] == 950
    assert ledger.firms.discounted[2, 0] == 100
    ledger.redeem([0], np.array([90]), np.array([10]), 2)
    assert ledger.deposits[0] == 860 and ledger.firms.discounted.sum() == 0
    assert ledger.own_funds.tolist() == [30 + 3 - 10, 20]
    ledger.prove("2024-01", 0)


def test_a_pool_is_paid_out_to_the_won(ledger):
    ledger.pay(ledger.firm(0), ledger.at.fund, 100, "gift")
    part = ledger.distribute(ledger.at.fund, 100, ledger.firm([1, 2, 3]), [1.0, 1.0, 1.0], "share")
    assert part.tolist() == [34, 33, 33] and ledger.balance[ledger.at.fund] == 0


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (lambda ledger: ledger.firms.loans.__setitem__(0, 7), "balance sheets of banks"),
        (lambda ledger: ledger.banks.reserves.__iadd__(1), "reserves of banks are 2 won"),
        (lambda ledger: ledger.banks.reserves.__iadd__([1, -1]), "balance sheets of banks"),
        (lambda ledger: setattr(ledger, "bonds", 5), "government bonds held 0, issued 5"),
        (
            lambda ledger: ledger.flows.payments.update(gift=np.array([1] + [0] * 6)),
            "payments for gift sum to 1",
        ),
        (lambda ledger: ledger.claim(8, "invoices"), "invoices outstanding are 0 won, recorded 8"),
    ],
)
def test_every_sort_of_tampering_is_found(ledger, tamper, message):
    tamper(ledger)
    with pytest.raises(MoneyError, match=message):
        ledger.prove("2024-01", 0)


def test_a_new_month_starts_without_flows(ledger):
    ledger.pay(ledger.firm(0), ledger.at.fund, 5, "gift")
    ledger.claim(8, "invoices")
    ledger.open_month()
    assert not ledger.flows.payments and not ledger.flows.lending and not ledger.flows.trade_credit
    ledger.prove("2024-02", 8)


def test_statements_close(ledger):
    ledger.pay(ledger.at.world, ledger.firm(0), 100, "exports")
    ledger.issue_bonds(60)
    ledger.discount([0], [1], np.array([100]), np.array([3]), 2)
    economy = SimpleNamespace(
        ledger=ledger, firms=ledger.firms, banks=ledger.banks, groups=None, links=Links(0), runoff=RunOff()
    )
    sheet = Statements(economy).balance_sheet()
    assert (sheet["sum"] == 0).all() and sheet.loc["financial net worth", "banks"] == 0
    assert sheet.loc["loans", "firms"] == -5000 and sheet.loc["deposits", "firms"] == 4950 + 100 + 97
    flows = Statements(economy).transactions()
    assert flows.loc["exports", "world"] == -100 and flows.loc["exports", "sum"] == 0
    assert flows.loc["new: government bonds", "government"] == 60
    listed = flows.drop(index="change of accounts").sum()
    assert (listed == flows.loc["change of accounts"]).all()


def test_every_account_has_one_holder_and_a_name():
    at = make_ledger().at
    assert sorted(at.ranges()) == sorted(HOLDERS)
    names = [at.name(each) for each in range(at.total)]
    assert len(set(names)) == at.total
    assert (names[0], names[at.first_firm + 3]) == ("households[0]", "firms[3]")


def test_views_write_through_to_the_accounts(ledger):
    assert np.shares_memory(ledger.deposits, ledger.balance)
    assert ledger.every_firm.tolist() == ledger.firm(np.arange(FIRMS)).tolist()
    assert ledger.household_deposits.size == CELLS and ledger.own_funds.size == BANKS
