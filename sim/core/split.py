"""Divide whole won in proportion, so that the parts add up to the won."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEW = 500  # numbers up to which sorting all takes less time than choosing some


def largest_remainder(total: int, weight: ArrayLike) -> NDArray[np.int64]:
    """Split one amount in proportion to weights.

    Parameters
    ----------
    total
        Whole won, not negative.
    weight
        (n,) weights, not negative.

    Returns
    -------
    (n,) won, adding up to ``total`` exactly; all zero when no weight is positive.

    Examples
    --------
    >>> largest_remainder(10, [1.0, 1.0, 1.0])
    array([4, 3, 3])
    """
    weights = np.asarray(weight, dtype=float)
    part = np.zeros(weights.size, dtype=np.int64)
    entries = np.flatnonzero(weights > 0)
    if entries.size == 0 or total == 0:
        return part
    exact = weights[entries]
    exact = exact / in_order(exact) * total
    whole = np.floor(exact).astype(np.int64)
    missing = total - int(whole.sum())
    if not 0 <= missing <= entries.size:  # too large for exact fractions
        return split_pools(np.array([total], dtype=np.int64), weights, np.zeros(weights.size, dtype=np.intp))
    whole[_least(whole - exact, missing)] += 1
    part[entries] = whole
    return part


def _least(value: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the places of the least numbers, of equals the first ones, as a stable sort does."""
    if count == 0 or value.size <= FEW:
        return np.argsort(value, kind="stable")[:count]
    edge = np.partition(value, count - 1)[count - 1]
    below = np.flatnonzero(value < edge)
    return np.concatenate([below, np.flatnonzero(value == edge)[: count - below.size]])


def in_order(value: NDArray[np.float64]) -> np.float64:
    """Sum one number after the other, as the sums of many pools are formed."""
    return np.float64(np.bincount(np.zeros(value.size, dtype=np.intp), value)[0])


def split_pools(
    pool: NDArray[np.int64], weight: NDArray[np.float64], owner: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Split many pools at once, each over the entries that belong to it.

    Parameters
    ----------
    pool
        (p,) won to divide.
    weight
        (n,) weights, not negative.
    owner
        (n,) pool an entry belongs to.

    Returns
    -------
    (n,) won; the entries of a pool add up to it unless none of them has weight.
    """
    part = np.zeros(weight.size, dtype=np.int64)
    entries = np.flatnonzero((weight > 0) & (pool[owner] != 0))
    if entries.size == 0:
        return part
    pools: NDArray[Any] = owner[entries]
    weight_of_pool = np.bincount(pools, weight[entries], pool.size)
    exact = weight[entries] / weight_of_pool[pools] * pool[pools]
    whole = np.floor(exact).astype(np.int64)
    missing = pool - whole_sums(pools, whole, pool.size)
    by_fraction = np.lexsort((whole - exact, pools))
    sorted_pools = pools[by_fraction]
    first = np.searchsorted(sorted_pools, np.arange(pool.size))
    rank = np.arange(by_fraction.size) - first[sorted_pools]
    size = np.bincount(pools, minlength=pool.size)
    one_each = np.clip(missing, 0, size)
    whole[by_fraction] += rank < one_each[sorted_pools]
    if np.any(missing != one_each):  # pools too large for exact fractions: the largest part gives way
        largest = np.lexsort((whole, pools))[np.cumsum(size) - 1]
        touched = size > 0
        whole[largest[touched]] += (missing - one_each)[touched]
    part[entries] = whole
    return part


def whole_sums(index: NDArray[Any], amount: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Sum whole amounts by index, exactly however large they are.

    Examples
    --------
    >>> whole_sums(np.array([0, 2, 0]), np.array([2**60, 5, 1]), 3) - np.array([2**60, 0, 0])
    array([1, 0, 5])
    """
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, index, amount)
    return total


def spread(total: int, weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Split one amount over many, each within a won of its share, in one pass and without sorting.

    Rounds the running sum instead of the parts, which adds up to the won; for many thousands of
    payers, where handing out single won by the size of fractions buys nothing.

    Examples
    --------
    >>> spread(10, np.array([1.0, 1.0, 1.0]))
    array([3, 4, 3])
    """
    running = np.cumsum(weight)
    if weight.size == 0 or running[-1] <= 0:
        return np.zeros(weight.size, dtype=np.int64)
    mark = np.rint(running / running[-1] * total).astype(np.int64)
    mark[running == running[-1]] = total  # who has no weight gets nothing, at the end too
    part: NDArray[np.int64] = np.diff(np.minimum(mark, total), prepend=0)
    return part
