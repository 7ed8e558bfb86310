"""What makes an economy of columns an ordinary Mesa model."""

from __future__ import annotations

import mesa  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from sim.agents.firm import TYPES, Conglomerate, FirmAgent, Startup, Supplier, window
from sim.agents.firmset import FirmSet
from sim.agents.holder import Holder
from sim.core.draws import Draws
from sim.economy.accounts import HOLDERS
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import Kind
from sim.economy.ledger import Ledger


class MesaFace(mesa.Model):  # type: ignore[misc]
    """A Mesa model whose agents are rows.

    A subclass sets the tables below after ``super().__init__(rng=seed)``. Nothing is registered
    with Mesa: sets of firms are read off the columns when asked for, so they are always up to date
    and cost nothing when nobody asks. Plain Mesa agents of an extension are registered by Mesa as
    usual; they appear in ``agents_by_type`` and ``agent_types``, not in ``agents``.
    """

    firms: Firms
    groups: Groups
    links: Links
    ledger: Ledger
    memberships: dict[str, NDArray[np.int32]]
    draws: Draws

    def firm_set(self, rows: NDArray[np.intp]) -> FirmSet:
        """Return the firms in some rows, living or not."""
        return FirmSet(self, rows)

    def firm(self, row: int) -> FirmAgent:
        """Return the firm in a row, living or not."""
        return window(self, row)

    def _living(self, kind: Kind) -> FirmSet:
        return FirmSet(self, np.flatnonzero(self.firms.living & (self.firms.kind == kind)))

    @property
    def agents(self) -> FirmSet:
        """All living firms, in order of rows."""
        return FirmSet(self, np.flatnonzero(self.firms.living))

    @property
    def conglomerates(self) -> FirmSet:
        """All living conglomerates."""
        return self._living(Kind.CONGLOMERATE)

    @property
    def suppliers(self) -> FirmSet:
        """All living suppliers."""
        return self._living(Kind.SUPPLIER)

    @property
    def startups(self) -> FirmSet:
        """All living startups."""
        return self._living(Kind.STARTUP)

    @property
    def agents_by_type(self) -> dict[type, FirmSet]:
        """Living firms of each type, and any plain agents an extension registered."""
        firms: dict[type, FirmSet] = {TYPES[kind]: self._living(kind) for kind in TYPES}
        plain: dict[type, FirmSet] = self._agents_by_type
        return firms | plain

    @property
    def agent_types(self) -> list[type]:
        """Types of agents."""
        return [Conglomerate, Supplier, Startup, *self._agents_by_type]

    @property
    def holders(self) -> dict[str, Holder]:
        """Holders of money beside firms, by name."""
        return {name: Holder(self, name) for name in HOLDERS if name != "firms"}
