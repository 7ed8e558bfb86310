"""Which firms a policy reaches: it moved their money, or changed a value of theirs.

Noted only when asked for (`PolicyBook.note_reach`): every value hook is compared with what it was given,
every event hook with a copy of the tables from before. A contract reaches both its ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Act = Callable[..., Any]

# Value hooks whose value is not one number a firm.
OF_LINKS = {"adjust_terms", "adjust_spillover", "adjust_theft", "adjust_in_sourcing"}
OF_SOME_LINKS = {
    "adjust_supplier_review",
    "adjust_buyer_review",
    "adjust_price_change",
    "adjust_penalties",
    "adjust_pilot_price",
}
OF_SOME_FIRMS = {"adjust_entry", "adjust_equity"}
OF_MARKETS = {"adjust_export_demand": "export_share", "adjust_government_demand": "home_share"}
OFFERS = "adjust_offers"  # a row for each candidate, a column for each link


class Reach:
    """Notes which firms each policy has reached so far.

    Attributes
    ----------
    firms
        (n_firms,) by name of the policy; none for a policy that has not acted.
    """

    def __init__(self) -> None:
        self.firms: dict[str, Mask] = {}

    def adjusted(self, act: Act, model: Any, value: Any, arguments: tuple[Any, ...]) -> Any:
        """Let a policy change a value, and note the firms whose value it changed."""
        result = act(model, value, *arguments)
        changed = differs(value, result)
        if changed.any():
            mask = self._mask(act, model)
            for rows in rows_of(act.__name__, model, changed, arguments):
                mask[rows] = True
        return result

    def called(self, act: Act, model: Any, arguments: tuple[Any, ...]) -> None:
        """Let a policy act, and note the firms whose deposits, columns or contracts have changed."""
        firms, links, balance = model.firms, model.links, model.ledger.deposits.copy()
        before = [{name: array.copy() for name, array in table.arrays.items()} for table in (firms, links)]
        act(model, *arguments)
        mask = self._mask(act, model)
        mask |= model.ledger.deposits != balance
        mask |= changed_rows(firms, before[0])
        ends = changed_rows(links, before[1])
        mask[links.buyer[ends]] = True
        for suppliers in (links.supplier[ends], before[1]["supplier"][ends]):
            mask[suppliers[suppliers >= 0]] = True

    def _mask(self, act: Act, model: Any) -> Mask:
        name = type(act.__self__).name  # type: ignore[attr-defined]
        return self.firms.setdefault(name, np.zeros(model.firms.rows, dtype=bool))


def differs(before: Any, after: Any) -> Mask:
    """Return where a value is not what it was; of a record of arrays, where any of them is."""
    if is_dataclass(before):
        changed = [differs(getattr(before, one.name), getattr(after, one.name)) for one in fields(before)]
        return np.asarray(np.logical_or.reduce(changed))
    return np.asarray(np.not_equal(before, after))


def rows_of(hook: str, model: Any, changed: Mask, arguments: tuple[Any, ...]) -> Iterator[NDArray[Any]]:
    """Yield rows of the firms to which changed values of a hook belong."""
    firms, links = model.firms, model.links
    if hook in OF_MARKETS:
        sells = firms.living & (getattr(firms, OF_MARKETS[hook]) > 0)
        yield np.flatnonzero(sells & changed[firms.sector])
    elif hook in OF_SOME_FIRMS:
        yield arguments[0][changed]
    elif hook == OFFERS:
        yield arguments[1][changed]
        yield links.buyer[arguments[0][changed.any(axis=0)]]
    elif hook in OF_LINKS or hook in OF_SOME_LINKS:
        rows = np.flatnonzero(changed) if hook in OF_LINKS else arguments[0][changed]
        rows = rows[links.supplier[rows] >= 0]
        yield links.buyer[rows]
        yield links.supplier[rows]
    else:
        yield np.flatnonzero(changed)


def changed_rows(table: Any, before: dict[str, NDArray[Any]]) -> Mask:
    """Return which rows of a table are not what they were, in any column."""
    found = np.zeros(table.rows, dtype=bool)
    for name, array in table.arrays.items():
        changed = array != before[name]
        found |= changed.any(axis=0) if changed.ndim > 1 else changed
    return found
