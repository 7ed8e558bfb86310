"""Where a firm stands in supply chains: tier and upstreamness."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.contracts import Links
from sim.economy.firms import Firms
from sim.economy.kinds import OUTSIDE, Kind

PRECISION = 1e-9
ROUNDS = 500


def place(firms: Firms, links: Links, flow: NDArray[Any], sales: NDArray[Any]) -> None:
    """Write every firm's tier and upstreamness; ``flow`` (l,) and ``sales`` (n,) in won a month."""
    conglomerate = firms.living & (firms.kind == Kind.CONGLOMERATE)
    firms.tier = tiers(links.supplier, links.buyer, conglomerate)
    firms.upstreamness = upstreamness(links.supplier, links.buyer, flow, sales)


def tiers(supplier: NDArray[Any], buyer: NDArray[Any], conglomerate: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return each firm's distance from the nearest conglomerate along sales.

    Parameters
    ----------
    supplier, buyer
        (l,) rows of the ends of each link; a negative supplier is nobody.
    conglomerate
        (n,) where distance is 0.

    Returns
    -------
    (n,) steps: 0 conglomerates, 1 their suppliers, ..., `OUTSIDE` for firms outside all chains.

    Examples
    --------
    >>> tiers(np.array([1, 2, 4]), np.array([0, 1, 3]), np.array([True, False, False, False, False])).tolist()
    [0, 1, 2, 9, 9]
    """
    known = np.asarray(supplier) >= 0
    sellers, buyers = np.asarray(supplier)[known], np.asarray(buyer)[known]
    tier = np.where(conglomerate, 0, OUTSIDE).astype(np.int8)
    for step in range(1, OUTSIDE):
        reached = sellers[tier[buyers] == step - 1]
        new = reached[tier[reached] > step]
        if new.size == 0:
            break
        tier[new] = step
    return tier


def upstreamness(
    supplier: NDArray[Any], buyer: NDArray[Any], flow: NDArray[Any], sales: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the average distance of each firm's sales from final use: 1 + sum of shares times the buyers'.

    Parameters
    ----------
    supplier, buyer
        (l,) rows of the ends of each link; a negative supplier is nobody.
    flow
        (l,) won/month sold on each link.
    sales
        (n,) won/month: all sales, final ones included.

    Source
    ------
    Antràs, Chor, Fally and Hillberry 2012, American Economic Review 102(3): 412-416.

    Examples
    --------
    >>> upstreamness(np.array([1]), np.array([0]), np.array([2.0]), np.array([5.0, 4.0])).tolist()
    [1.0, 1.5]
    """
    known = np.asarray(supplier) >= 0
    sellers, buyers = np.asarray(supplier)[known], np.asarray(buyer)[known]
    share = np.divide(flow[known], sales[sellers], out=np.zeros(sellers.size), where=sales[sellers] > 0)
    distance = np.ones(sales.size)
    for _ in range(ROUNDS):
        new = 1 + np.bincount(sellers, share * distance[buyers], sales.size)
        done = np.abs(new - distance).max() < PRECISION * new.max()
        distance = new
        if done:
            break
    return distance
