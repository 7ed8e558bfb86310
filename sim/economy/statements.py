"""Balance sheets and transactions of the whole economy, as tables that close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.economy.ledger import HOLDERS

if TYPE_CHECKING:
    from sim.economy.economy import Economy

COLUMNS = [*HOLDERS, "central_bank"]


class Statements:
    """Tables read off an economy's books.

    Parameters
    ----------
    economy
        The economy, at the end of a month.
    """

    def __init__(self, economy: Economy) -> None:
        self.economy = economy

    def balance_sheet(self) -> pd.DataFrame:
        """Return financial positions in won: instruments in rows, holders in columns.

        Assets are positive, liabilities negative; every row sums to zero. The last row is financial
        net worth. Capital and stocks of goods are not in this table; see `real_assets`.
        """
        ledger, economy = self.economy.ledger, self.economy
        holdings = dict(zip(HOLDERS, ledger.by_holder(ledger.balance).tolist(), strict=True))
        sheet = pd.DataFrame(0, index=[], columns=COLUMNS, dtype="int64")
        foreign, own = -holdings["world"], holdings["banks"]
        deposits = {name: holdings[name] for name in ("households", "firms", "fund", "government", "agency")}
        sheet.loc["deposits"] = pd.Series({**deposits, "banks": -sum(deposits.values())})
        loans = int(economy.firms.loans.sum())
        sheet.loc["loans"] = pd.Series({"firms": -loans, "banks": loans})
        credit = economy.outstanding()
        sheet.loc["trade credit owed to firms"] = pd.Series({"firms": credit - credit})
        claims = int(economy.firms.discounted.sum())
        sheet.loc["win-win claims discounted"] = pd.Series({"firms": -claims, "banks": claims})
        held = int(economy.banks.bonds.sum())
        central = ledger.central_bank_bonds
        sheet.loc["government bonds"] = pd.Series(
            {"banks": held, "central_bank": central, "government": -held - central}
        )
        reserves = int(economy.banks.reserves.sum())
        sheet.loc["reserves less advances"] = pd.Series({"banks": reserves, "central_bank": -reserves})
        sheet.loc["foreign deposits"] = pd.Series({"banks": foreign, "world": -foreign})
        sheet.loc["own funds of banks"] = pd.Series({"banks": -own, "households": own})
        sheet = sheet.fillna(0).astype("int64")
        sheet.loc["financial net worth"] = sheet.sum()
        sheet["sum"] = sheet.sum(axis=1)
        return sheet

    def transactions(self) -> pd.DataFrame:
        """Return the month's flows in won: receipts positive, payments negative, by reason and holder.

        Rows of payments sum to zero. Rows headed "new:" are money created or destroyed against loans,
        bonds and claims. Each column's flows sum to the change of the holder's accounts, shown last.
        """
        ledger = self.economy.ledger
        rows = {reason: row for reason, row in ledger.flows.payments.items()}
        rows |= {f"new: {reason}": row for reason, row in ledger.flows.lending.items()}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(HOLDERS), dtype="int64")
        table.loc["change of accounts"] = ledger.by_holder(ledger.balance - ledger.opening_balance)
        table["sum"] = table.sum(axis=1)
        return table

    def trade_credit(self) -> pd.Series:
        """Return the month's changes of invoices outstanding between firms, in won, by reason."""
        flows = self.economy.ledger.flows.trade_credit
        return pd.Series({**flows, "outstanding": self.economy.ledger.trade_credit}, dtype="int64")

    def real_assets(self) -> pd.Series:
        """Return won of capital and stocks of goods held by firms, at today's prices."""
        firms, groups = self.economy.firms, self.economy.groups
        return pd.Series(
            {
                "capital": float(np.sum(firms.capital)) * self.economy.investment_price,
                "finished goods": float(np.sum(firms.price * firms.stock)),
                "inputs": float(np.sum(groups.stock)),
            }
        )
