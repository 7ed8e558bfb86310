"""To whom firms sell: abroad, to final users at home, to other firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.economy.firms import Firms
from sim.economy.kinds import Size
from sim.population.firms import BEFORE, Reals, Rows, size_classes
from sim.population.parameters import EconomyParameters

NEVER = 1e-9  # weight of those who take part only when all others are full
ROUNDS = 60


@dataclass(frozen=True)
class Sales:
    """Target sales, each (n,) won/month."""

    exports: Reals
    to_firms: Reals
    home: Reals


def fill(total: Reals, weight: Reals, limit: Reals, owner: Rows) -> Reals:
    """Divide totals in proportion to weights, nobody getting more than a limit.

    Parameters
    ----------
    total
        (p,) amounts to divide.
    weight, limit
        (n,) weights and largest amounts.
    owner
        (n,) the total each entry shares in.

    Returns
    -------
    (n,) amounts; a total larger than its entries' limits is not used up.

    Examples
    --------
    >>> one = np.zeros(3, dtype=int)
    >>> fill(np.array([6.0]), np.array([1.0, 1.0, 2.0]), np.array([1.0, 9.0, 9.0]), one).round(3)
    array([1.   , 1.667, 3.333])
    """
    amount = np.zeros_like(weight)
    open_ = weight > 0
    for _ in range(ROUNDS):
        left = total - np.bincount(owner, np.where(open_, 0, amount), total.size)
        weights = np.bincount(owner, np.where(open_, weight, 0), total.size)
        level = np.divide(left, weights, out=np.zeros_like(left), where=weights > 0)
        amount = np.where(open_, level[owner] * weight, amount)
        full = open_ & (amount > limit)
        if not full.any():
            break
        amount = np.where(full, limit, amount)
        open_ &= ~full
    return amount


def split_sales(
    economy: EconomyParameters, firms: Firms, sales: Reals, exports: Reals, to_firms: Reals, draws: Draws
) -> Sales:
    """Split each firm's target sales by destination.

    Parameters
    ----------
    economy
        Declared parameters.
    firms
        Firms; only the living ones sell.
    sales
        (n,) won/month: target sales.
    exports, to_firms
        (S,) won/month: exports and deliveries to firms of each sector.
    draws
        Source of randomness.

    Returns
    -------
    Sales by destination, adding up to ``sales`` by firm and to the given totals by sector.
    """
    sold = np.where(firms.living, sales, 0)
    small = firms.size_class >= Size.SME
    exporter = _exporters(firms, draws)
    propensity = _export_propensity(firms, sold * exporter, exports, economy.largest_export_share)
    weight = sold * np.where(exporter, propensity, NEVER)
    abroad = fill(exports, weight, economy.largest_export_share * sold, firms.sector)
    home = sold - abroad
    wanted = to_firms / np.bincount(firms.sector, home, exports.size)
    drawn = draws.uniform(Decision.FITNESS, BEFORE, firms.uid)
    seller = ~small | (drawn < (wanted / economy.seller_share)[firms.sector])
    noise = np.exp(economy.seller_noise * draws.normal(Decision.FITNESS, BEFORE, firms.uid, partner=1))
    weight = home * np.where(small, noise, 1) * np.where(seller, 1, NEVER)
    to_others = fill(to_firms, weight, economy.largest_seller_share * home, firms.sector)
    to_others[~seller & (to_others < 1e-6 * home)] = 0
    return Sales(abroad, to_others, home - to_others)


def _exporters(firms: Firms, draws: Draws) -> NDArray[np.bool_]:
    """Decide who exports, by the share of exporters in the size class; the first of a sector always does."""
    share = size_classes()["exporter_share"].to_numpy()[firms.size_class]
    chosen = draws.uniform(Decision.EXPORTER, BEFORE, firms.uid) < share
    chosen[np.unique(firms.sector, return_index=True)[1]] = True
    return np.asarray(chosen & firms.living)


def _export_propensity(firms: Firms, sales: Reals, exports: Reals, largest: float) -> Reals:
    """Return exports over exporters' sales (n,), such that those of both sectors and classes come out."""
    cell = firms.sector * len(Size) + firms.size_class
    by_cell = np.bincount(cell, sales, exports.size * len(Size)).reshape(-1, len(Size))
    share = size_classes()["export_share"].to_numpy(dtype=float)
    fitted = by_cell.copy()
    for _ in range(ROUNDS):
        fitted *= share / share.sum() * exports.sum() / np.maximum(fitted.sum(axis=0), NEVER)
        fitted *= (exports / np.maximum(fitted.sum(axis=1), NEVER))[:, None]
        fitted = np.minimum(fitted, largest * by_cell)
    return np.asarray((fitted / np.maximum(by_cell, NEVER)).ravel()[cell])
