"""One firm as a Mesa agent: a window on a row, which owns nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import mesa  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.core.columns import Column
from sim.core.errors import nearest
from sim.economy.firms import Firms
from sim.economy.kinds import Kind

if TYPE_CHECKING:
    from sim.agents.face import MesaFace
    from sim.agents.firmset import FirmSet

# Columns a firm shows and nobody writes through it, with the way that is open.
READ_ONLY = {
    "deposits": "money moves only through model.ledger.pay",
    "loans": "loans are granted and repaid only through model.ledger.lend",
    "discounted": "claims are sold to banks only through model.ledger.discount",
    "uid": "the identity of a firm is permanent, for it is the key of its draws",
    "unique_id": "the identity of a firm is permanent, for it is the key of its draws",
    "row": "rows are never moved",
}


def unknown(name: str) -> AttributeError:
    """Say that firms have no such column, which one is nearest, and where to declare it."""
    return AttributeError(
        f"firms have no column {name!r}; {nearest(name, [*Firms.columns, 'deposits'])}\n"
        f'to add it: {name} = Column("unit", float, "what it means") in class Firms, sim/economy/firms.py'
    )


def check_writable(name: str, value: Any) -> None:
    """Refuse to write what is not a column, is read-only, or would lose its fraction.

    Raises
    ------
    AttributeError
        When ``name`` is no column of firms or may not be written.
    TypeError
        When the column cannot hold ``value`` without loss of kind, as a fraction in whole won.
    """
    if name in READ_ONLY:
        raise AttributeError(f"{name!r} is read-only: {READ_ONLY[name]}")
    if name not in Firms.columns:
        raise unknown(name)
    check_kind(name, np.asarray(value).dtype, Firms.columns[name].dtype)


def check_kind(name: str, given: DTypeLike, held: DTypeLike) -> None:
    """Refuse a value of a kind the column does not hold."""
    if not np.can_cast(given, held, "same_kind"):
        raise TypeError(
            f"column {name!r} holds {np.dtype(held)}, not {np.dtype(given)}: convert the value first"
        )


class Cell:
    """A column seen from a firm: the cell of its row; seen from the class, the description."""

    def __init__(self, column: Column) -> None:
        self.column = column

    def __get__(self, firm: FirmAgent | None, owner: type) -> Any:
        if firm is None:
            return self.column
        array = firm.model.firms.arrays[self.column.name]
        return array[:, firm.row] if self.column.width else array.item(firm.row)

    def __set__(self, firm: FirmAgent, value: Any) -> None:
        check_writable(self.column.name, value)
        firm.model.firms.arrays[self.column.name][..., firm.row] = value


class FirmAgent(mesa.Agent):  # type: ignore[misc]
    """A firm, seen through Mesa's eyes.

    A window is made when somebody looks and holds only the model and the row. Every column of
    `sim.economy.firms.Firms` is an attribute: ``firm.sales`` reads the cell, ``firm.wage = x``
    writes it, ``Supplier.wage`` describes it. Windows are equal when model and row are.

    Parameters
    ----------
    model
        Economy the firm lives in.
    row
        Its permanent row.
    """

    model: MesaFace
    row: int
    unique_id: int

    if TYPE_CHECKING:  # columns become attributes below, which a type checker cannot see

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, model: MesaFace, row: int) -> None:
        # Mesa's own initialiser would register the window with the model and keep it alive.
        self.__dict__.update(model=model, row=int(row), unique_id=model.firms.uid.item(row))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FirmAgent) and self.model is other.model and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"

    def __setattr__(self, name: str, value: Any) -> None:
        check_writable(name, value)
        super().__setattr__(name, value)

    # -- money ---------------------------------------------------------------------------------
    @property
    def deposits(self) -> int:
        """Deposits of the firm, won."""
        return int(self.model.ledger.deposits[self.row])

    # -- policies ------------------------------------------------------------------------------
    @property
    def memberships(self) -> tuple[str, ...]:
        """Voluntary policies it takes part in."""
        found = self.model.memberships.items()
        return tuple(sorted(name for name, joined in found if joined[self.row] >= 0))

    # -- neighbours ----------------------------------------------------------------------------
    @property
    def links_in(self) -> NDArray[np.intp]:
        """Rows of the links on which it buys."""
        links = self.model.links
        return np.flatnonzero((links.buyer == self.row) & (links.supplier >= 0))

    @property
    def links_out(self) -> NDArray[np.intp]:
        """Rows of the links on which it sells."""
        return np.flatnonzero(self.model.links.supplier == self.row)

    @property
    def suppliers(self) -> FirmSet:
        """Firms it buys from."""
        return self.model.firm_set(np.unique(self.model.links.supplier[self.links_in]))

    @property
    def customers(self) -> FirmSet:
        """Firms it sells to."""
        return self.model.firm_set(np.unique(self.model.links.buyer[self.links_out]))

    # -- what Mesa's agents can do and a firm cannot ---------------------------------------------
    def remove(self) -> NoReturn:
        """Refuse: a firm ends by default or exit, with its debts."""
        raise TypeError(
            "a firm is never removed: it ends by default or exit (sim/rules), which settle its debts; "
            "its row stays, and firms.living says whether it does business"
        )

    @classmethod
    def create_agents(cls, *args: Any, **keywords: Any) -> NoReturn:
        """Refuse: firms are rows, made with the economy."""
        raise TypeError(
            "firms are not created one by one: sim/population makes all rows, potential firms "
            "included, and sim/rules decides which of them enter"
        )

    from_dataframe = create_agents


if not TYPE_CHECKING:

    def _missing(self: FirmAgent, name: str) -> NoReturn:
        raise unknown(name)

    FirmAgent.__getattr__ = _missing
    for _name, _column in Firms.columns.items():
        setattr(FirmAgent, _name, Cell(_column))


class Conglomerate(FirmAgent):
    """A large prime contractor (대기업) at the head of supply chains."""


class Supplier(FirmAgent):
    """A firm that supplies conglomerates, other suppliers, or final markets (협력사)."""


class Startup(FirmAgent):
    """A young firm in search of its first customers (창업기업)."""


TYPES: dict[Kind, type[FirmAgent]] = {
    Kind.CONGLOMERATE: Conglomerate,
    Kind.SUPPLIER: Supplier,
    Kind.STARTUP: Startup,
}
TYPE_OF_CODE = [TYPES[kind] for kind in sorted(TYPES)]


def window(model: MesaFace, row: int) -> FirmAgent:
    """Look at the firm in a row, as the type its kind says."""
    kind: int = model.firms.kind.item(row)
    return TYPE_OF_CODE[kind](model, row)
