"""The slow economy: firms, groups and links as plain objects, with attributes instead of columns.

Every declared column of the fast engine is an attribute here. Where a column holds a row number
the attribute is the object itself (``link.buyer`` is a `Firm`), and None stands for nobody. A few
attributes besides the columns are listed in the classes' docstrings.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from .won import nearest

NOBODY = -1
SLOTS = 5  # months of due dates: payment terms run from 0 to 4 months
YEARS = 0.25  # length of a quarter


class Row:
    """One row of a table; ``row`` is its number."""

    row: int

    def __init__(self, row: int) -> None:
        self.row = row


class Account(Row):
    """Somebody with ``deposits`` at a ``bank``."""

    deposits: int
    bank: Any


class Firm(Account):
    """One firm; also its input ``groups`` and what it is asked for, ``home_asked`` and ``exports_asked``."""


class Cell(Account):
    """One household cell; also the ``baskets`` it wants and what it put into new firms, ``owners_spent``."""


class Bank(Account):
    """One bank. Its deposits at itself are its own funds."""


class Sector(Row):
    """One sector; also its ``firms``, ``home_asked``, ``government_asked`` and ``theft_risk``."""


class Group(Row):
    """What one firm buys from one sector; also the ``links`` it buys on and what is ``wanted`` in all."""


class Link(Row):
    """One supply contract; also this month's ``invoice``."""


class Debt:
    """Invoices of an ended contract: who owes whom, how much, and the slot of the month due."""

    def __init__(self, debtor: Firm, creditor: Firm, slot: int, amount: int) -> None:
        self.debtor, self.creditor, self.slot, self.amount = debtor, creditor, slot, amount


TABLES = {"firms": Firm, "groups": Group, "links": Link, "sectors": Sector, "households": Cell, "banks": Bank}
POINTERS = {  # columns that hold rows of another table
    "firms": {"sector": "sectors", "bank": "banks"},
    "groups": {"buyer": "firms", "sector": "sectors", "candidates": "firms"},
    "links": {"group": "groups", "buyer": "firms", "supplier": "firms", "drawer": "firms"},
}
HOLDERS = ("fund", "government", "agency", "world")  # single accounts, in the order of the ledger
NUMBERS = (  # plain numbers of the model
    "month", "start", "wage_index", "productivity_growth", "trend_index",
    "innovation_scale", "opening_transfers",
    "opening_micro_pay", "imported_government", "government_cash", "typical_output",
)  # fmt: skip
EXTRAS = {  # arrays the model keeps beside its tables, by the table whose rows they follow
    "firms": ("productivity_before", "substitutes", "investment_spending", "last_loss", "equipment"),
    "groups": ("wanted",),
    "links": ("invoice",),
    "sectors": ("theft_risk",),
    "households": ("owners_spent",),
}


class SlowEconomy:
    """A copy of an `Ecosystem` at the beginning of a month, without policies."""

    firms: list[Firm]
    groups: list[Group]
    links: list[Link]
    sectors: list[Sector]
    households: list[Cell]
    banks: list[Bank]

    def __init__(self, model: Any) -> None:
        assert not model.policies.entries and not model.links.claim.any() and not model.firms.discounted.any()
        self.parameters = SimpleNamespace(**model.parameters)
        self.draws = model.draws
        self.shocks = [plain_shock(entry, model) for entry in model.settings.shocks]
        self.labour_force = model.labour_force.tolist()
        self.events: dict[str, int] = {}
        for name in NUMBERS:
            setattr(self, name, getattr(model, name))
        for name, kind in TABLES.items():
            setattr(self, name, [kind(row) for row in range(getattr(model, name).rows)])
            self._copy_columns(name, model)
        self._join()
        self._open_accounts(model.ledger)
        self.runoff: list[Debt] = []

    def _copy_columns(self, name: str, model: Any) -> None:
        table = getattr(model, name)
        columns = {column: getattr(table, column) for column in table.columns}
        columns |= {extra: getattr(model, extra) for extra in EXTRAS.get(name, ()) if hasattr(model, extra)}
        for column, values in columns.items():
            for row, value in zip(getattr(self, name), values.T.tolist(), strict=True):
                setattr(row, column, value)

    def _join(self) -> None:
        """Put objects in the place of row numbers, and list who belongs to whom."""
        for name, columns in POINTERS.items():
            for row in getattr(self, name):
                for column, target in columns.items():
                    setattr(row, column, pointed(getattr(self, target), getattr(row, column)))
        for owners, members, inside, pointer in (
            (self.sectors, self.firms, "firms", "sector"),
            (self.firms, self.groups, "groups", "buyer"),
            (self.groups, self.links, "links", "group"),
        ):
            for owner in owners:
                setattr(owner, inside, [member for member in members if getattr(member, pointer) is owner])

    def _open_accounts(self, ledger: Any) -> None:
        self.bonds, self.trade_credit = ledger.bonds, ledger.trade_credit
        for name in HOLDERS:
            setattr(self, name, Account(0))
        for account, deposits, bank in zip(
            self.accounts(), ledger.balance.tolist(), ledger.bank_of.tolist(), strict=True
        ):
            account.deposits, account.bank = deposits, self.banks[bank]

    def accounts(self) -> list[Any]:
        """List all accounts in the order of the ledger."""
        return [*self.households, *(getattr(self, name) for name in HOLDERS), *self.banks, *self.firms]

    # -- the clock -----------------------------------------------------------------------------
    @property
    def age(self) -> int:
        """Months since the start."""
        return self.month - self.start

    @property
    def slot(self) -> int:
        """Place of this month in the rings of due months."""
        return self.month % SLOTS

    def drawn(self, decision: Any, uid: int, partner: int = 0, month: int | None = None) -> float:
        """Draw the number from 0 to 1 that belongs to this decision, month and identity."""
        return float(self.draws.uniform(decision, self.month if month is None else month, uid, partner)[0])

    def normal(self, decision: Any, uid: int) -> float:
        """Draw the standard normal number that belongs to this decision, month and identity."""
        return float(self.draws.normal(decision, self.month, uid)[0])

    def happens(self, chance: float, decision: Any, uid: int, partner: int = 0) -> bool:
        """Whether something of this chance happens this month."""
        return chance > 0 and self.drawn(decision, uid, partner) < chance

    def count(self, event: str, number: int = 1) -> None:
        """Note that something happened."""
        self.events[event] = self.events.get(event, 0) + number

    # -- prices --------------------------------------------------------------------------------
    @property
    def price_trend(self) -> float:
        """Price level everybody expected for this month."""
        return (1 + self.parameters.pricing.trend_inflation) ** (self.age / 12)

    @property
    def material_jump(self) -> float:
        """How far imported materials cost more than their trend: from a month on, for good or for a time."""
        world = self.parameters.world
        begun = self.age >= world.material_month
        over = world.material_duration > 0 and self.age >= world.material_month + world.material_duration
        jump = 1 + (world.material_change if begun and not over else 0.0)
        for shock in self.striking("Materials"):
            jump *= 1 + shock.change
        return jump - 1

    @property
    def policy_rate(self) -> float:
        """The central bank's rate: the usual one and all changes in force."""
        changes = [shock.change for shock in self.striking("Interest")]
        return self.parameters.credit.policy_rate + sum(changes)

    # -- shocks --------------------------------------------------------------------------------
    def striking(self, kind: str) -> list[Any]:
        """List the shocks of a kind in force this month, each with its change of the month."""
        found = []
        for shock in self.shocks:
            begun = [change for month, change in shock.path if month <= self.month]
            if shock.kind == kind and begun and (shock.last is None or self.month <= shock.last):
                found.append(SimpleNamespace(name=shock.name, change=begun[-1], concerns=shock.concerns))
        return found

    def left_of(self, kind: str, firm: Firm) -> float:
        """What shocks of a kind leave of a firm's quantity, 1 without any."""
        left = 1.0
        for shock in self.striking(kind):
            if shock.concerns(firm):
                left *= 1 + shock.change
        return left

    @property
    def import_price(self) -> float:
        """Goods made abroad follow the trend, and materials by their part in them."""
        return self.price_trend * (1 + self.parameters.world.material_content * self.material_jump)

    @property
    def public_growth(self) -> float:
        """Real public purchases and transfers over those of the start."""
        return self.trend_index * (1 + self.parameters.government.growth) ** (self.age / 12)

    def home_price(self, sector: Sector) -> float:
        """Price on a sector's home market: list prices weighted with market shares."""
        return mean_price(sector, [firm.home_share for firm in sector.firms])

    def bundle_price(self, part: str) -> float:
        """Price of one unit of a bundle made of ``sector.<part>`` of each sector, the rest imported."""
        at_home = total(getattr(sector, part) * self.home_price(sector) for sector in self.sectors)
        imported = 1 - total(getattr(sector, part) for sector in self.sectors)
        return at_home + imported * self.import_price

    @property
    def investment_price(self) -> float:
        """Price of a unit of investment goods."""
        return self.bundle_price("investment_share")

    # -- firms ---------------------------------------------------------------------------------
    def assets(self, firm: Firm, investment_price: float) -> float:
        """Won: capital and stocks at today's prices."""
        inputs = total(group.stock * group.sector.price_level for group in firm.groups)
        return firm.capital * investment_price + firm.price * firm.stock + inputs

    def cash_target(self, firm: Firm) -> float:
        """Won a firm wants to hold for some months of outlays."""
        outlays = firm.purchases + firm.wage_bill + firm.loan_rate / 12 * firm.loans
        return self.parameters.credit.liquidity_months * outlays

    def spare_cash(self, firm: Firm, investment_price: float) -> int:
        """Won a firm neither wants to hold nor has set aside for the equipment of next month."""
        return firm.deposits - nearest(self.cash_target(firm) + firm.equipment * investment_price)

    def research(self, firm: Firm) -> float:
        """Won a month for R&D staff: what was planned for this output, less while cash is short."""
        return self.planned_research(firm, firm.output) * firm.funded

    def planned_research(self, firm: Firm, output: float) -> float:
        """Won a month wanted for R&D staff: a share of sales, less where theft is feared."""
        if not firm.living:
            return 0.0
        safe = 1 - self.parameters.theft.loss * firm.sector.theft_risk
        return firm.research_intensity * firm.price * output * safe

    def unemployed(self) -> float:
        """Persons without work."""
        return total(self.labour_force) - total(firm.workers for firm in self.firms)

    # -- cells ---------------------------------------------------------------------------------
    def workers_of(self, firm: Firm) -> Cell:
        """Cell of those who work in firms of this size."""
        return self.households[firm.size_class]

    def owners_of(self, firm: Firm) -> Cell:
        """Cell of those who own firms of this size."""
        return self.households[4 + firm.size_class]


def plain_shock(entry: Any, model: Any) -> SimpleNamespace:
    """Return a scenario's shock as its kind, its path of changes, its last month and whom it concerns."""
    first = entry.steps[0][1]
    path = [(month, getattr(shock, "change", None)) for month, shock in entry.steps]
    where, sectors = getattr(first, "where", None), list(model.sectors.names)

    def concerns(firm: Firm) -> bool:
        if where is None or where.everywhere:
            return True
        size = ("large", "mid_sized", "sme", "micro")[firm.size_class]
        fits = not where.size or size in where.size
        return fits and (not where.sector or sectors[firm.sector.row] in where.sector)

    return SimpleNamespace(
        name=entry.name,
        kind=type(first).__name__,
        path=path,
        first=entry.first,
        last=entry.last,
        rank=getattr(first, "rank", None),
        concerns=concerns,
    )


def pointed(rows: list[Any], value: Any) -> Any:
    """Return the object a row number stands for, None for nobody, and a list for a list."""
    if isinstance(value, list):
        return [pointed(rows, one) for one in value]
    return None if value == NOBODY else rows[value]


def mean_price(sector: Sector, weights: list[float]) -> float:
    """Average list price of a sector; its last price level where nothing has weight."""
    of_all = total(weights)
    if of_all <= 0:
        return sector.price_level
    return total(weight * firm.price for weight, firm in zip(weights, sector.firms, strict=True)) / of_all


def sector_mean(sector: Sector, attribute: str) -> float:
    """Geometric mean, weighted with output; 1 in a sector at a standstill."""
    makers = [firm for firm in sector.firms if firm.living and firm.output > 0]
    output = total(firm.output for firm in makers)
    if output == 0:
        return 1.0
    return math.exp(total(firm.output * math.log(getattr(firm, attribute)) for firm in makers) / output)


def total(amounts: Any) -> float:
    """Add numbers with one rounding at the end."""
    return math.fsum(amounts)
