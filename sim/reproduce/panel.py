"""What a researcher would estimate: growth of suppliers on the growth of the large firms above them.

For each tier the yearly growth of a firm's sales is regressed on its exposure to the growth of conglomerates,
this year's and last year's, with firm and year effects and errors clustered by firm. Exposure is the growth
of its customers weighted by the parts of its sales that they took the year before: of conglomerates in
tier 1, of the exposures of its customers one tier up below that. Nothing in the data is experimental, as
nothing would be in Korea's; `sim.reproduce.spillover` has the truth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import OUTSIDE, Kind
from sim.reproduce.ensemble import Measured

Real = NDArray[np.float64]
Rows = NDArray[np.intp]
DEEPEST = 3  # tier 3 and all below it
LAGS = 2  # years whose growth is a driver
ROUNDS, CLOSE = 200, 1e-10  # of taking out firm and year effects in turn


class Panel:
    """Yearly sales of all firms, and who sold to whom."""

    def __init__(self, model: Any) -> None:
        self.sums = np.zeros(model.firms.rows)
        self.sales: list[Real] = []
        self.seen: list[dict[str, NDArray[Any]]] = [chains(model)]

    def add(self, sales: NDArray[np.int64]) -> None:
        """Add a month's sales."""
        self.sums += sales

    def close(self, model: Any, whole: NDArray[np.bool_]) -> None:
        """End a year, throughout which some firms lived."""
        self.sales.append(self.sums * whole)
        self.sums = np.zeros(model.firms.rows)
        self.seen.append(chains(model))

    def growth(self, year: int) -> Real:
        """(n,) log growth of sales in a year; not a number for firms that did not sell in both."""
        before, after = self.sales[year - 1], self.sales[year]
        both = (before > 0) & (after > 0)
        return np.where(both, np.log(np.where(both, after, 1) / np.where(both, before, 1)), np.nan)

    def measured(self) -> Measured:
        """Return what the regressions say: by tier, and of growth on the part sold to large firms."""
        years = range(1, len(self.sales))
        if len(years) < LAGS + 1:
            return {}
        exposed = {year: exposures(self.growth(year), self.seen[year]) for year in years}
        everywhere = np.ones_like(self.sums)
        reach = {year: exposures(everywhere, self.seen[year]) for year in years}
        found: Measured = {}
        for tier in range(1, DEEPEST + 1):
            parts = []
            for year in years[1:]:
                now, before, growth = exposed[year][tier], exposed[year - 1][tier], self.growth(year)
                rows = np.flatnonzero(np.isfinite(growth) & np.isfinite(now) & np.isfinite(before))
                drivers = np.c_[now[rows], before[rows]]
                parts.append((growth[rows], drivers, rows, np.full(rows.size, year), reach[year][tier][rows]))
            growth, drivers, firm, when, part = (np.concatenate(each) for each in zip(*parts, strict=True))
            slope, error = two_way(growth, drivers, firm, when)
            found[f"panel_slope_tier_{tier}"] = float(slope.sum())
            found[f"panel_error_tier_{tier}"] = error
            found[f"panel_elasticity_tier_{tier}"] = float(slope.sum() * part.mean())
        return found | {"growth_on_sales_to_large": self.on_dependence()}

    def on_dependence(self) -> float:
        """Return the slope of yearly growth on the part sold to conglomerates, given size and year."""
        parts = []
        for year in range(1, len(self.sales)):
            growth, share = self.growth(year), self.seen[year]["share"]
            rows = np.flatnonzero(np.isfinite(growth) & self.seen[year]["supplier"])
            size = np.log(self.sales[year - 1][rows])
            year_values = np.c_[growth[rows], share[rows], size]
            parts.append(year_values - year_values.mean(axis=0))
        table = np.concatenate(parts)
        return float(np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0][0])


def chains(model: Any) -> dict[str, NDArray[Any]]:
    """Return tiers, contracts with the part of the supplier's sales each brings, and parts sold to primes."""
    firms, links = model.firms, model.links
    rows = np.flatnonzero(model.network.served & (model.invoice > 0) & firms.living[links.buyer])
    supplier, buyer = links.supplier[rows], links.buyer[rows]
    weight = model.invoice[rows] / np.maximum(firms.sales[supplier], 1)
    tier = np.where(firms.tier == OUTSIDE, OUTSIDE, np.minimum(firms.tier, DEEPEST))
    prime = firms.kind == Kind.CONGLOMERATE
    up = prime[buyer]
    return {
        "tier": np.where(firms.living, tier, -1),
        "supplier": firms.living & ~prime,
        "prime": prime,
        "from": supplier,
        "to": buyer,
        "weight": weight,
        "share": np.bincount(supplier[up], weight[up], firms.rows),
    }


def exposures(growth: Real, seen: dict[str, NDArray[Any]]) -> dict[int, Real]:
    """Return (n,) exposure to conglomerates' growth of the firms of each tier; not a number for others.

    Examples
    --------
    Firm 1 sells half of its output to the conglomerate 0, which grows by 0.2, firm 2 all to firm 1.

    >>> seen = {"tier": np.array([0, 1, 2]), "prime": np.array([True, False, False])}
    >>> seen |= {"from": np.array([1, 2]), "to": np.array([0, 1]), "weight": np.array([0.5, 1.0])}
    >>> found = exposures(np.array([0.2, 0.0, 0.0]), seen)
    >>> found[1].tolist(), found[2].tolist()
    ([nan, 0.1, nan], [nan, nan, 0.1])
    """
    carried = np.where(seen["prime"] & np.isfinite(growth), growth, 0.0)
    found = {}
    for tier in range(1, DEEPEST + 1):
        passed = np.bincount(seen["from"], seen["weight"] * carried[seen["to"]], growth.size)
        mine = (seen["tier"] == tier) & ~seen["prime"]
        found[tier] = np.where(mine, passed, np.nan)
        carried = np.where(mine, passed, 0.0)
    return found


def two_way(growth: Real, drivers: Real, firm: Rows, year: Rows) -> tuple[Real, float]:
    """Return slopes with firm and year effects, and the standard error of their sum, clustered by firm.

    Examples
    --------
    >>> firm, year = np.divmod(np.arange(12), 4)
    >>> driver = np.array([1.0, 0, 2, 1, 0, 3, 1, 2, 2, 2, 0, 5])
    >>> slope, error = two_way(2 * driver + firm + 3 * year, driver[:, None], firm, year)
    >>> round(float(slope[0]), 9), error < 1e-9
    (2.0, True)
    """
    values = np.c_[growth, drivers].astype(float)
    places = [np.unique(labels, return_inverse=True)[1] for labels in (firm, year)]
    for _ in range(ROUNDS):
        before = values
        for place in places:
            count = np.bincount(place)
            means = np.stack([np.bincount(place, column) / count for column in values.T], axis=1)
            values = values - means[place]
        if np.abs(values - before).max() < CLOSE:
            break
    left, right = values[:, 0], values[:, 1:]
    inverse = np.linalg.pinv(right.T @ right)
    slope = inverse @ right.T @ left
    scores = right * (left - right @ slope)[:, None]
    clusters = np.stack([np.bincount(places[0], column) for column in scores.T], axis=1)
    many = len(clusters)
    spread = inverse @ clusters.T @ clusters @ inverse * many / max(many - 1, 1)
    return slope, float(np.sqrt(max(spread.sum(), 0.0)))
