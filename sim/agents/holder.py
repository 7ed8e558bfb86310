"""The few holders of money beside firms, as Mesa agents: windows on their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import mesa  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from sim.economy.accounts import HOLDERS

if TYPE_CHECKING:
    from sim.agents.face import MesaFace


class Holder(mesa.Agent):  # type: ignore[misc]
    """Households, banks, cooperation fund, government, policy-finance agency or rest of the world.

    Parameters
    ----------
    model
        Economy it belongs to.
    name
        One of `sim.economy.ledger.HOLDERS`.
    """

    model: MesaFace
    name: str
    unique_id: int

    def __init__(self, model: MesaFace, name: str) -> None:
        # Not registered with the model; identities of firms are not negative, those of holders are.
        self.__dict__.update(model=model, name=name, unique_id=-1 - HOLDERS.index(name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holder) and self.model is other.model and self.name == other.name

    def __hash__(self) -> int:
        return hash((id(self.model), self.name))

    def __repr__(self) -> str:
        return f"<Holder {self.name}>"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(
            f"{name!r} of {self.name} is read-only: money moves only through model.ledger.pay"
        )

    @property
    def accounts(self) -> NDArray[np.intp]:
        """Its accounts in the ledger."""
        ledger = self.model.ledger
        return np.arange(ledger.at.total)[ledger.at.ranges()[self.name]]

    @property
    def deposits(self) -> int:
        """Sum of its accounts, won; of banks their own funds."""
        return int(self.model.ledger.balance[self.accounts].sum())

    def received(self, reason: str) -> int:
        """Won received less won paid this month for a reason, 0 when nothing was booked."""
        row = self.model.ledger.flows.payments.get(reason)
        return 0 if row is None else int(row[HOLDERS.index(self.name)])

    def remove(self) -> NoReturn:
        """Refuse: holders of money are part of the books."""
        raise TypeError(f"{self.name} cannot be removed: its accounts are part of the books")
