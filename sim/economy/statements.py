"""Balance sheets and transactions of the simulated economy, as tables that close to the won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.sums import dot
from sim.economy.accounts import HOLDERS
from sim.economy.kinds import Size

if TYPE_CHECKING:
    from sim.economy.economy import Economy

COLUMNS = [*HOLDERS, "central_bank"]


class Statements:
    """Tables read off an economy's books, in won of the simulated economy.

    Times ``economy.scale`` they are Korea's won, in which metrics report.

    Parameters
    ----------
    economy
        The economy, at the end of a month.
    """

    def __init__(self, economy: Economy) -> None:
        self.economy = economy

    def balance_sheet(self, by_size: bool = False) -> pd.DataFrame:
        """Return financial positions in simulated won: instruments in rows, holders in columns.

        Assets are positive, liabilities negative; every row sums to zero. The last row is financial
        net worth. With ``by_size`` firms stand in four columns, so that one sees who finances whom by
        trade credit. Capital and stocks of goods are in `real_assets`.
        """
        ledger, firms, banks = self.economy.ledger, self.economy.firms, self.economy.banks
        held = dict(zip(HOLDERS, ledger.by_holder(ledger.balance).tolist(), strict=True))
        depositors = {name: held[name] for name in ("households", "fund", "government", "agency")}
        deposits = {**depositors, **self._firms(ledger.deposits, by_size)}
        loans, claims = (
            self._firms(-firms.loans, by_size),
            self._firms(-firms.discounted.sum(axis=0), by_size),
        )
        bonds, central = int(banks.bonds.sum()), ledger.central_bank_bonds
        reserves, foreign, own = int(ledger.reserves.sum()), -held["world"], held["banks"]
        rows: dict[str, dict[str, int]] = {
            "deposits": {**deposits, "banks": -sum(deposits.values())},
            "loans": {**loans, "banks": -sum(loans.values())},
            "trade credit": self._firms(self._net_claims(), by_size),
            "win-win claims discounted": {**claims, "banks": -sum(claims.values())},
            "government bonds": {"banks": bonds, "central_bank": central, "government": -bonds - central},
            "reserves less advances": {"banks": reserves, "central_bank": -reserves},
            "foreign deposits": {"banks": foreign, "world": -foreign},
            "own funds of banks": {"banks": -own, "households": own},
        }
        firm_columns = list(loans)
        columns = ["households", *firm_columns, *COLUMNS[2:]]
        sheet = (
            pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns).fillna(0).astype("int64")
        )
        sheet.loc["financial net worth"] = sheet.sum()
        sheet["sum"] = sheet.sum(axis=1)
        return sheet

    def _firms(self, won: NDArray[np.int64], by_size: bool) -> dict[str, int]:
        if not by_size:
            return {"firms": int(won.sum())}
        size = self.economy.firms.size_class
        return {f"{kind.name.lower()} firms": int(won[size == kind].sum()) for kind in Size}

    def _net_claims(self) -> NDArray[np.int64]:
        """(n_firms,) won of invoices and win-win claims receivable less those payable."""
        economy, runoff = self.economy, self.economy.runoff
        net = np.zeros(economy.firms.rows, dtype=np.int64)
        links = economy.links
        for debtor, ring in ((links.buyer, links.payable), (links.drawer, links.claim)):
            owed = ring.sum(axis=0)
            rows = np.flatnonzero(owed)
            np.add.at(net, links.supplier[rows], owed[rows])
            np.subtract.at(net, debtor[rows], owed[rows])
        np.add.at(net, runoff.creditor, runoff.amount)
        np.subtract.at(net, runoff.debtor, runoff.amount)
        return net

    def transactions(self) -> pd.DataFrame:
        """Return the month's flows in simulated won by reason and holder: receipts less payments.

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
        """Return the month's changes of invoices outstanding between firms, in simulated won, by reason."""
        flows = self.economy.ledger.flows.trade_credit
        return pd.Series({**flows, "outstanding": self.economy.ledger.trade_credit}, dtype="int64")

    def real_assets(self) -> pd.Series:
        """Return simulated won of capital and stocks of goods held by firms, at today's prices."""
        firms, groups = self.economy.firms, self.economy.groups
        return pd.Series(
            {
                "capital": float(np.sum(firms.capital)) * self.economy.investment_price,
                "finished goods": float(np.sum(firms.price * firms.stock)),
                "inputs": dot(groups.stock, self.economy.sectors.price_level[groups.sector]),
            }
        )
