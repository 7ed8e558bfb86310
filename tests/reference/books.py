"""Money: what a payment, a loan and a bond do to the accounts and to the banks' reserves."""

from __future__ import annotations

from typing import Any

from .state import Account, Firm, SlowEconomy
from .won import largest_remainder


def change(account: Account, won: int) -> None:
    """Add to an account what came from another; the reserves of its bank follow."""
    assert isinstance(won, int)
    account.deposits += won
    account.bank.reserves += won


def pay(payer: Any, payee: Any, won: int) -> None:
    """Move won between two accounts."""
    assert won >= 0
    change(payer, -won)
    change(payee, won)


def earn(firm: Firm, won: int) -> None:
    """Add to the profit of the month and of the year."""
    firm.profit += won
    firm.year_profit += won


def lend(firm: Firm, won: int) -> None:
    """Create a deposit by a loan; a negative amount repays."""
    firm.loans += won
    firm.deposits += won


def write_off_loans(firm: Firm) -> None:
    """Let the bank's own funds bear a lost loan."""
    firm.bank.losses += firm.loans
    firm.bank.deposits -= firm.loans
    firm.loans = 0


def issue_bonds(economy: SlowEconomy, won: int) -> None:
    """Sell bonds to the banks by own funds; a negative amount redeems them by holdings."""
    if won >= 0:
        parts = largest_remainder(won, [float(max(bank.deposits, 0)) for bank in economy.banks])
    else:
        parts = [-part for part in largest_remainder(-won, [float(bank.bonds) for bank in economy.banks])]
    for bank, part in zip(economy.banks, parts, strict=True):
        bank.bonds += part
        bank.reserves -= part
    economy.bonds += sum(parts)
    change(economy.government, sum(parts))


def fund_government(economy: SlowEconomy, need: int) -> None:
    """Issue bonds for what the government lacks."""
    short = need - economy.government.deposits
    if short > 0:
        issue_bonds(economy, short)
