"""Whom a policy reaches: firms chosen by kind, size, tier, sector, region and business group."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import Kind, Size


def code_names(codes: type[IntEnum]) -> dict[str, int]:
    """Return the names of codes as a scenario writes them.

    Examples
    --------
    >>> code_names(Size)["mid_sized"]
    1
    """
    return {code.name.lower(): int(code) for code in codes}


KINDS = code_names(Kind)
SIZES = code_names(Size)
ABSENT = -2  # code of a sector that the economy at hand does not have


@dataclass(frozen=True)
class Where:
    """A mask over firms; an axis left empty does not restrict, several axes must all hold.

    Parameters
    ----------
    kind
        ``"conglomerate"``, ``"supplier"``, ``"startup"``.
    size
        ``"large"``, ``"mid_sized"``, ``"sme"``, ``"micro"``.
    tier
        Steps from a conglomerate, whole numbers from 0.
    sector, region
        Names as in ``sim/population/data/sectors.csv`` and `sim.population.firms.REGIONS`.
    group
        Numbers of business groups.
    """

    kind: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    tier: tuple[int, ...] = ()
    sector: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    group: tuple[int, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether no axis restricts."""
        return not any(getattr(self, axis.name) for axis in fields(self))

    def mask(self, model: Any) -> NDArray[np.bool_]:
        """Return which firms are meant.

        Parameters
        ----------
        model
            Any object with ``firms`` and ``sectors.names``.

        Returns
        -------
        (n_firms,) true where every axis holds.
        """
        firms = model.firms
        chosen = np.ones(len(firms), dtype=np.bool_)
        for column, codes in self._codes(model):
            chosen &= np.isin(column, codes)
        return chosen

    def _codes(self, model: Any) -> list[tuple[NDArray[Any], list[int]]]:
        """Return pairs (column, codes) of the axes that restrict."""
        from sim.population.firms import REGIONS

        firms, sectors = model.firms, list(model.sectors.names)
        axes: list[tuple[NDArray[Any], list[int]]] = [
            (firms.kind, [KINDS[name] for name in self.kind]),
            (firms.size_class, [SIZES[name] for name in self.size]),
            (firms.tier, list(self.tier)),
            (firms.sector, [sectors.index(name) if name in sectors else ABSENT for name in self.sector]),
            (firms.region, [REGIONS.index(name) for name in self.region]),
            (firms.business_group, list(self.group)),
        ]
        return [(column, codes) for column, codes in axes if codes]


AXES = tuple(axis.name for axis in fields(Where))
