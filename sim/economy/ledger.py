"""Money: whole won, double entry, one door.

Every holder of money has an account. The accounts of the few come first (household cells, the
cooperation fund, government, policy-finance agency, rest of the world, banks), those of firms
last. A payment takes from one account what it adds to another and names its reason, so the sum of
all accounts never changes by a payment. A bank's own account is its own funds (equity): interest
paid to it lowers deposits and raises own funds. The rest of the world's account is negative when
banks hold foreign deposits. Loans, bonds and discounted claims are booked against deposits or own
funds, never against nothing; reserves follow what customers of different banks pay each other.

`prove` recomputes every balance from the flows of the month and compares with ``==``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.errors import MoneyError
from sim.core.split import largest_remainder, whole_sums
from sim.economy.accounts import HOLDERS, Accounts, Flows, Won
from sim.economy.firms import Firms
from sim.economy.kinds import OWNERS, WORKERS
from sim.economy.sectors import Banks


class Ledger:
    """The books of one economy.

    Parameters
    ----------
    firms, banks
        Tables whose loans, bonds and reserves are booked here.
    households
        Number of household cells.
    """

    def __init__(self, firms: Firms, banks: Banks, households: int) -> None:
        self.firms = firms
        self.banks = banks
        self.at = Accounts(households, banks.rows, firms.rows)
        self.balance: Won = np.zeros(self.at.total, dtype=np.int64)
        self.bonds = 0  # government debt
        self.central_bank_bonds = 0
        self.trade_credit = 0  # invoices outstanding between firms, win-win claims held by firms included
        self.bank_of: NDArray[np.intp] = np.zeros(self.at.total, dtype=np.intp)
        self.bank_of[self.at.first_bank : self.at.first_firm] = np.arange(banks.rows)
        self.flows = Flows()
        self.opening_balance: Won = self.balance.copy()
        self._change: Won = np.zeros(self.at.total, dtype=np.int64)
        self._cleared: Won = np.zeros(banks.rows, dtype=np.int64)  # part of it settled in reserves
        self.every_firm: NDArray[np.intp] = np.arange(self.at.first_firm, self.at.total)
        self.every_household: NDArray[np.intp] = np.arange(self.at.households)

    # -- views ---------------------------------------------------------------------------------
    @property
    def deposits(self) -> Won:
        """(n_firms,) won: deposits of firms, a view."""
        return self.balance[self.at.first_firm :]

    @property
    def household_deposits(self) -> Won:
        """(n_cells,) won: deposits of household cells, a view."""
        return self.balance[: self.at.households]

    @property
    def own_funds(self) -> Won:
        """(n_banks,) won: own funds of banks, a view."""
        return self.balance[self.at.first_bank : self.at.first_firm]

    def firm(self, row: ArrayLike) -> NDArray[np.intp]:
        """Return the accounts of firms' rows."""
        return np.asarray(row) + self.at.first_firm

    def bank(self, row: ArrayLike) -> NDArray[np.intp]:
        """Return the own accounts of banks' rows."""
        return np.asarray(row) + self.at.first_bank

    def workers(self, row: NDArray[Any] | slice = slice(None)) -> NDArray[np.intp]:
        """Return the accounts of the household cells that work in firms' rows."""
        return WORKERS.start + self.firms.size_class[row].astype(np.intp)

    def owners(self, row: NDArray[Any] | slice = slice(None)) -> NDArray[np.intp]:
        """Return the accounts of the household cells that own firms' rows."""
        return OWNERS.start + self.firms.size_class[row].astype(np.intp)

    @property
    def firm_bank(self) -> NDArray[np.intp]:
        """Return the own account of each firm's bank."""
        return self.bank_of[self.at.first_firm :] + self.at.first_bank

    def bank_of_firm(self, row: NDArray[Any]) -> NDArray[np.intp]:
        """Return the own accounts of the banks of firms' rows."""
        return np.asarray(self.bank_of[row + self.at.first_firm] + self.at.first_bank)

    @property
    def reserves(self) -> Won:
        """(n_banks,) won: banks' reserves, with what their customers have paid each other settled."""
        self._clear_banks()
        return self.banks.reserves

    # -- the door ------------------------------------------------------------------------------
    def pay(self, payer: ArrayLike, payee: ArrayLike, amount: ArrayLike, reason: str) -> int:
        """Move won from payers to payees.

        Parameters
        ----------
        payer, payee
            Accounts; each an array of the length of ``amount``, or one account for all.
        amount
            (n,) whole won, not negative, or one number that each of n accounts pays or receives.
        reason
            Name of the flow, a row of the transactions matrix.

        Returns
        -------
        The sum paid.

        Raises
        ------
        MoneyError
            When an amount is negative or not a whole number.
        """
        won = np.asarray(amount)
        if won.ndim == 0:
            won = won.reshape(1)
        if won.dtype.kind not in "iu":
            raise MoneyError(f"{reason}: amounts must be whole won, not {won.dtype}")
        if won.size and int(won.min()) < 0:
            raise MoneyError(f"{reason}: a payment of {int(won.min())} won is negative")
        won = won.astype(np.int64, copy=False)
        sizes = {np.shape(payer), np.shape(payee), won.shape}
        if len(sizes - {()}) > 1:
            won = np.broadcast_to(won, np.broadcast_shapes(*sizes))
        total = int(won.sum())
        receipts = self._move(payee, won, total)
        self._move(payer, -won, -total, receipts)
        self.flows.add(self.flows.payments, reason, receipts)
        return total

    def settle_net(self, first: ArrayLike, change: Won, second: ArrayLike, other: Won, reason: str) -> None:
        """Book many payments at once by their net effect on accounts.

        ``change`` on the accounts ``first`` and ``other`` on ``second`` must add up to zero.

        Raises
        ------
        MoneyError
            When they do not.
        """
        given, taken = int(change.sum()), int(other.sum())
        if given + taken != 0:
            raise MoneyError(f"{reason}: payments miss {given + taken} won")
        receipts = self._move(first, change, given)
        self._move(second, other, taken, receipts)
        self.flows.add(self.flows.payments, reason, receipts)

    def distribute(self, payer: int, pool: int, payee: ArrayLike, weight: ArrayLike, reason: str) -> Won:
        """Pay one pool out in proportion to weights, to the won; return what each payee got."""
        part = largest_remainder(pool, weight)
        self.pay(payer, payee, part, reason)
        return part

    def lend(self, rows: ArrayLike, amount: Won, reason: str = "loans") -> None:
        """Grant loans to firms: deposits and loans rise together; negative amounts repay."""
        firm_rows = np.asarray(rows)
        np.add.at(self.firms.loans, firm_rows, amount)
        self._credit(self.firm(firm_rows), amount, reason)

    def write_off(self, rows: ArrayLike, amount: Won) -> None:
        """Cancel loans of firms at the expense of their bank's own funds."""
        firm_rows = np.asarray(rows)
        np.add.at(self.firms.loans, firm_rows, -amount)
        np.add.at(self.banks.losses, self.firms.bank[firm_rows], amount)
        self._credit(self.bank_of_firm(firm_rows), -amount, "loans written off")

    def discount(self, drawer: ArrayLike, holder: ArrayLike, face: Won, fee: Won, slot: ArrayLike) -> None:
        """Buy win-win claims: the drawer's bank pays the holder face value less the fee and keeps them."""
        drawers = np.asarray(drawer)
        slots = np.broadcast_to(np.asarray(slot), drawers.shape)
        np.add.at(self.firms.discounted, (slots, drawers), face)
        own = self.bank_of_firm(drawers)
        receipts = self._move(self.firm(holder), face - fee)
        self._move(own, fee, receipts=receipts)
        self._book_assets(receipts, own, face, "win-win claims discounted")

    def redeem(self, drawer: ArrayLike, paid: Won, lost: Won, slot: int) -> None:
        """Settle discounted claims due: the drawer pays its bank, which bears what is lost."""
        drawers = np.asarray(drawer)
        np.subtract.at(self.firms.discounted, (np.full(drawers.shape, slot), drawers), paid + lost)
        np.add.at(self.banks.losses, self.firms.bank[drawers], lost)
        own = self.bank_of_firm(drawers)
        receipts = self._move(self.firm(drawers), -paid)
        self._move(own, -lost, receipts=receipts)
        self._book_assets(receipts, own, -(paid + lost), "win-win claims redeemed")

    def issue_bonds(self, amount: int) -> None:
        """Sell government bonds to the banks in proportion to own funds; negative amounts redeem."""
        weight = self.banks.bonds if amount < 0 else np.maximum(self.own_funds, 1)
        part = np.sign(amount) * largest_remainder(abs(amount), weight)
        bought = int(part.sum())
        self.banks.bonds += part
        self.bonds += bought
        self.banks.reserves -= part
        receipts = self._move(self.at.government, np.array([bought]))
        self.flows.add(self.flows.lending, "government bonds", receipts)

    def _credit(self, account: NDArray[np.intp], amount: Won, reason: str) -> None:
        self._book_assets(self._move(account, amount), account, amount, reason)

    def _book_assets(self, receipts: Won, account: NDArray[np.intp], asset: Won, reason: str) -> None:
        """Book what accounts received together with assets that the accounts' banks gain."""
        np.subtract.at(self.banks.reserves, self.bank_of[account], asset)
        self.flows.add(self.flows.lending, reason, receipts)

    def _move(
        self, account: ArrayLike, won: Won, total: int | None = None, receipts: Won | None = None
    ) -> Won:
        """Add won to accounts; return what each holder received, added to ``receipts``.

        ``total`` is the sum of ``won`` where it is known.
        """
        received = np.zeros(len(HOLDERS), dtype=np.int64) if receipts is None else receipts
        if won.size == 0:
            return received
        where, holder = np.asarray(account), self.at.holder
        one, all_ = where.ndim == 0, where is self.every_firm or where is self.every_household
        if one or all_:
            total = int(won.sum()) if total is None else total
            first = int(where) if one else int(where[0])
            place, change = (first, total) if one else (slice(first, first + where.size), won)
            self.balance[place] += change
            self._change[place] += change
            received[holder[first]] += total
        else:
            for books in (self.balance, self._change):
                np.add.at(books, where, won)
            np.add.at(received, holder[where], won)
        return received

    def _clear_banks(self) -> None:
        """Settle in reserves what customers of the banks have paid each other and nobody has settled yet."""
        due = whole_sums(self.bank_of, self._change, self.banks.rows)
        self.banks.reserves += due - self._cleared
        self._cleared = due

    def by_holder(self, won: Won) -> Won:
        """Sum one number an account to one number a holder, in the order of `HOLDERS`."""
        at = self.at
        households, banks = won[: at.households].sum(), won[at.first_bank : at.first_firm].sum()
        single = won[at.fund : at.first_bank]  # fund, government, agency, world
        return np.array([households, won[at.first_firm :].sum(), banks, *single], dtype=np.int64)

    def claim(self, amount: int, reason: str) -> None:
        """Record that invoices outstanding between firms rose by ``amount`` won (fell, if negative)."""
        self.trade_credit += amount
        self.flows.trade_credit[reason] = self.flows.trade_credit.get(reason, 0) + amount

    # -- proof ---------------------------------------------------------------------------------
    def open_month(self) -> None:
        """Start the records of a month."""
        self._clear_banks()
        self.flows = Flows()
        self.opening_balance = self.balance.copy()
        self._change[:] = 0
        self._cleared[:] = 0

    def prove(self, month: str, trade_credit: int) -> None:
        """Check that the books close.

        Parameters
        ----------
        month
            Name of the month, for the message.
        trade_credit
            Invoices outstanding, counted from the links.

        Raises
        ------
        MoneyError
            Naming the account or reason and the month.
        """
        for reason, row in self.flows.payments.items():
            self._require(int(row.sum()) == 0, f"payments for {reason} sum to {int(row.sum())} won", month)
        wrong = np.flatnonzero(self.balance - self.opening_balance != self._change)
        named = ", ".join(self.at.name(account) for account in wrong[:3])
        self._require(wrong.size == 0, f"{named} changed without a booking", month)
        reserves = int(self.reserves.sum())
        self._require(
            reserves == self.central_bank_bonds,
            f"reserves of banks are {reserves} won, the central bank's bonds {self.central_bank_bonds}",
            month,
        )
        gap = self.bank_gap()
        self._require(not gap.any(), f"balance sheets of banks miss {gap.tolist()} won", month)
        self._require(
            trade_credit == self.trade_credit,
            f"invoices outstanding are {trade_credit} won, recorded {self.trade_credit}",
            month,
        )
        issued = int(self.banks.bonds.sum()) + self.central_bank_bonds
        self._require(issued == self.bonds, f"government bonds held {issued}, issued {self.bonds}", month)

    def bank_gap(self) -> Won:
        """Assets less liabilities less own funds of each bank; zero when the books close."""
        banks = self.banks.rows
        liabilities = whole_sums(self.bank_of, self.balance, banks)
        on_firms = self.firms.loans + self.firms.discounted.sum(axis=0)
        claims = whole_sums(self.bank_of[self.at.first_firm :], on_firms, banks)
        return np.asarray(claims + self.banks.bonds + self.reserves - liabilities)

    @staticmethod
    def _require(holds: Any, what: str, month: str) -> None:
        if not holds:
            raise MoneyError(f"month {month}: {what}")
