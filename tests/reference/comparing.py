"""Compare the slow economy with the fast one: every column, every account, every debt."""

from __future__ import annotations

from typing import Any

from .state import EXTRAS, NOBODY, NUMBERS, POINTERS, TABLES, Row, SlowEconomy

TOLERANCE = 1e-9

# Stocks, profits and what closes a gap are small differences of large flows: these are compared
# relative to the flow.
FLOWS = {
    "firms.stock": lambda firm: firm.delivered,
    "firms.investment": lambda firm: firm.capital / 12,
    "firms.profit_trend": lambda firm: firm.sales,
    "groups.stock": lambda group: group.coefficient * group.buyer.output,
    "groups.used": lambda group: group.coefficient * group.buyer.planned_output,
    "groups.imported": lambda group: group.coefficient * group.buyer.planned_output,
    "groups.wanted": lambda group: group.coefficient * group.buyer.planned_output,
    "links.order": lambda link: link.group.coefficient * link.buyer.planned_output,
    "links.delivery": lambda link: link.group.coefficient * link.buyer.planned_output,
}


class Comparison:
    """Differences of one month; ``widest`` is the largest relative one of all real numbers."""

    def __init__(self, economy: SlowEconomy, model: Any) -> None:
        self.found: list[str] = []
        self.widest = 0.0
        self.of_tables(economy, model)
        self.of_books(economy, model)
        for name in NUMBERS:
            self.check(name, [getattr(economy, name)], [getattr(model, name)])
        self.check("events", [happened(economy.events)], [happened(model.events)])

    def of_tables(self, economy: SlowEconomy, model: Any) -> None:
        """Compare every declared column, and the arrays kept beside the tables."""
        for table in TABLES:
            rows = getattr(economy, table)
            for column, values in columns_of(model, table).items():
                name = f"{table}.{column}"
                mine = [getattr(row, column) for row in rows]
                mine = plain(mine) if column in POINTERS.get(table, ()) else mine
                flows = [FLOWS[name](row) for row in rows] if name in FLOWS else None
                self.check(name, mine, values.T.tolist(), flows)

    def of_books(self, economy: SlowEconomy, model: Any) -> None:
        """Compare all balances, public debt, invoices outstanding and the run-off."""
        ledger, runoff = model.ledger, model.runoff
        deposits = [account.deposits for account in economy.accounts()]
        self.check("balance", deposits, ledger.balance.tolist())
        self.check("bonds", [economy.bonds], [ledger.bonds])
        self.check("trade credit", [economy.trade_credit], [ledger.trade_credit])
        slow = [(debt.debtor.row, debt.creditor.row, debt.slot, debt.amount) for debt in economy.runoff]
        fast = [column.tolist() for column in (runoff.debtor, runoff.creditor, runoff.slot, runoff.amount)]
        self.check("run-off", sorted(slow), sorted(zip(*fast, strict=True)))

    def check(self, name: str, slow: list[Any], fast: list[Any], flows: list[float] | None = None) -> None:
        """Note where two lists differ: whole numbers at all, real numbers by more than the tolerance."""
        if slow == fast:
            return
        if len(slow) != len(fast):
            self.found.append(f"{name}: {len(slow)} entries instead of {len(fast)}")
        for row, (mine, theirs) in enumerate(zip(slow, fast, strict=False)):
            if not self.same(mine, theirs, flows[row] if flows else 0.0):
                self.found.append(f"{name}[{row}]: slow {mine}, fast {theirs}")

    def same(self, mine: Any, theirs: Any, flow: float) -> bool:
        """Whether two cells agree."""
        if not isinstance(theirs, float):
            return mine == theirs
        size = max(abs(mine), abs(theirs), flow)
        gap = abs(mine - theirs) / size if size > 0 else 0.0
        self.widest = max(self.widest, gap)
        return gap <= TOLERANCE


def happened(events: dict[str, int]) -> dict[str, int]:
    """Leave out what did not happen."""
    return {event: number for event, number in events.items() if number}


def columns_of(model: Any, table: str) -> dict[str, Any]:
    """Arrays of the fast engine that follow the rows of a table."""
    columns = getattr(model, table).arrays
    return columns | {name: getattr(model, name) for name in EXTRAS.get(table, ())}


def plain(value: Any) -> Any:
    """Put row numbers in the place of objects."""
    if isinstance(value, Row):
        return value.row
    if isinstance(value, list):
        return [plain(one) for one in value]
    return NOBODY if value is None else value
