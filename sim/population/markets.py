"""Markets: the suppliers of a sector from which buyers choose, larger ones more often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.firms import Firms
from sim.economy.kinds import NOBODY
from sim.population.firms import REGIONS, Reals, Rows


@dataclass(frozen=True)
class Market:
    """Suppliers of one sector, region by region, from the largest to the smallest.

    Attributes
    ----------
    rows
        For each region the suppliers' rows.
    size
        For each region their sales to firms, descending, won/month.
    weight
        For each region the running sum of their weights, from 0; one longer than ``rows``.
    """

    rows: list[Rows]
    size: list[Reals]
    weight: list[Reals]

    @classmethod
    def of(cls, rows: Rows, size: Reals, weight: Reals, region: NDArray[np.int8]) -> Market:
        """Sort suppliers into a market; all arguments (n,)."""
        order = np.argsort(-size, kind="stable")
        places = [order[region[order] == place] for place in range(len(REGIONS))]
        return cls(
            [rows[place] for place in places],
            [size[place] for place in places],
            [np.concatenate([[0.0], np.cumsum(weight[place])]) for place in places],
        )

    @property
    def largest(self) -> Reals:
        """(n,) won/month: sizes of all suppliers, descending."""
        return np.sort(np.concatenate(self.size))[::-1]

    def leaders(self) -> tuple[int, int]:
        """Return the rows of the two largest suppliers; -1 where there is none."""
        rows, size = np.concatenate(self.rows), np.concatenate(self.size)
        largest = rows[np.argsort(-size, kind="stable")[:2]].tolist()
        best, second = [*largest, NOBODY, NOBODY][:2]
        return best, second

    def eligible(self, need: Reals) -> list[Rows]:
        """Return how many suppliers of each region sell at least ``need``, (k,) each; they come first."""
        return [np.searchsorted(-size, -need, side="right") for size in self.size]

    def choose(self, draw: Reals, eligible: list[Rows], region: NDArray[np.int8], same_region: float) -> Rows:
        """Choose one supplier for each draw.

        Parameters
        ----------
        draw
            (k,) even draws.
        eligible
            For each region the number of first suppliers that come into question, (k,) each.
        region
            (k,) the buyers' regions.
        same_region
            Odds of a supplier of the own region against others.

        Returns
        -------
        (k,) rows; -1 for nobody.
        """
        mass = np.array(
            [
                weight[number] * np.where(region == place, same_region, 1.0)
                for place, (weight, number) in enumerate(zip(self.weight, eligible, strict=True))
            ]
        )
        border = np.cumsum(mass, axis=0)
        target = draw * border[-1]
        place_of = np.minimum((target >= border).sum(axis=0), len(REGIONS) - 1)
        chosen = np.full(draw.size, NOBODY, dtype=np.intp)
        for place, (rows, weight) in enumerate(zip(self.rows, self.weight, strict=True)):
            here = np.flatnonzero((place_of == place) & (eligible[place] > 0))
            before = border[place, here] - mass[place, here]
            within = (target[here] - before) / mass[place, here] * weight[eligible[place][here]]
            position = np.searchsorted(weight, within, side="right") - 1
            chosen[here] = rows[np.minimum(position, eligible[place][here] - 1)]
        return chosen


def markets(firms: Firms, sold: Reals, choice: float, sectors: int) -> list[Market]:
    """Return each sector's market of firms that sell to firms.

    Parameters
    ----------
    firms
        Firms.
    sold
        (n,) won/month: target sales to firms; those with none are in no market, unless nobody else is.
    choice
        Elasticity of the weight to these sales.
    sectors
        Number of sectors.
    """
    # A single seller could not supply itself: then all firms of the sector sell, the others very little.
    sellers = np.bincount(firms.sector, sold > 0, sectors)
    lone = (sellers < 2)[firms.sector] & firms.living
    offered = np.where(lone, np.maximum(sold, 1.0), sold)
    rows = np.flatnonzero(offered > 0)
    return [_market(firms, rows[firms.sector[rows] == sector], offered, choice) for sector in range(sectors)]


def entrant_markets(firms: Firms, sectors: int) -> list[Market]:
    """Return each sector's market of potential firms, all alike."""
    rows = np.flatnonzero(~firms.living)
    alike = np.ones(firms.rows)
    return [_market(firms, rows[firms.sector[rows] == sector], alike, 1.0) for sector in range(sectors)]


def _market(firms: Firms, rows: Rows, sold: Reals, choice: float) -> Market:
    return Market.of(rows, sold[rows], sold[rows] ** choice, firms.region[rows])
