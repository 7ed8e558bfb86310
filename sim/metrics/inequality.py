"""How unequal numbers are: pure functions of values and weights, none slower than sorting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

NAN = float("nan")


def _pair(value: ArrayLike, weight: ArrayLike | None) -> tuple[NDArray[Any], NDArray[Any]]:
    values = np.asarray(value, dtype=float)
    weights = np.ones(values.shape) if weight is None else np.asarray(weight, dtype=float)
    if values.shape != weights.shape or values.ndim != 1:
        raise ValueError(f"values {values.shape} and weights {weights.shape} must be equally long rows")
    if np.any(values < 0) or np.any(weights < 0):
        raise ValueError("values and weights must not be negative")
    return values, weights


def lorenz(value: ArrayLike, weight: ArrayLike | None = None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the Lorenz curve.

    Parameters
    ----------
    value
        (n,) what each owner has, not negative.
    weight
        (n,) number of owners each entry stands for; 1 when left out.

    Returns
    -------
    (n + 1,) cumulated share of owners and (n + 1,) share of the total they have, poorest first,
    both from 0 to 1; not a number when there is no owner or nothing to own.

    Examples
    --------
    >>> lorenz([3.0, 1.0])
    (array([0. , 0.5, 1. ]), array([0.  , 0.25, 1.  ]))
    """
    values, weights = _pair(value, weight)
    order = np.argsort(values, kind="stable")
    owners = np.concatenate([[0], np.cumsum(weights[order])])
    total = np.concatenate([[0], np.cumsum((weights * values)[order])])
    return _part_of(owners), _part_of(total)


def _part_of(cumulated: NDArray[Any]) -> NDArray[Any]:
    return cumulated / cumulated[-1] if cumulated[-1] > 0 else np.full(cumulated.shape, NAN)


def gini(value: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the Gini coefficient: twice the area between the Lorenz curve and equality.

    Arguments as in `lorenz`.

    Examples
    --------
    >>> round(gini([1, 4], weight=[3, 1]) * 28, 9)
    9.0
    """
    owners, total = lorenz(value, weight)
    if np.isnan(total[-1]):
        return NAN
    return float(1 - np.sum(np.diff(owners) * (total[1:] + total[:-1])))


@dataclass(frozen=True)
class Theil:
    """Theil's T, and its parts between and within groups, which add up to it."""

    total: float
    between: float
    within: float


def theil(value: ArrayLike, weight: ArrayLike | None = None, group: ArrayLike | None = None) -> Theil:
    """Return Theil's T and split it into a part between and a part within groups.

    Parameters
    ----------
    value, weight
        As in `lorenz`.
    group
        (n,) group each entry belongs to; one group when left out.

    Examples
    --------
    >>> parts = theil([1, 1, 3, 3], group=[0, 0, 1, 1])
    >>> round(parts.between, 6), parts.within
    (0.130812, 0.0)
    """
    values, weights = _pair(value, weight)
    if group is None:
        labels, index = np.zeros(1), np.zeros(values.shape, dtype=np.intp)
    else:
        labels, index = np.unique(np.asarray(group), return_inverse=True)
    owners = np.bincount(index, weights, labels.size)
    owned = np.bincount(index, weights * values, labels.size)
    if owned.sum() <= 0:
        return Theil(NAN, NAN, NAN)
    mean = owned.sum() / owners.sum()
    mean_of_group = owned / np.where(owners > 0, owners, 1)
    between = np.sum(xlogy(owned, mean_of_group / mean)) / owned.sum()
    reference = np.where(mean_of_group > 0, mean_of_group, 1)[index]
    within = np.sum(weights * xlogy(values, values / reference)) / owned.sum()
    return Theil(float(between + within), float(between), float(within))


def herfindahl(value: ArrayLike) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares, 1/n for n equals.

    Parameters
    ----------
    value
        (n,) size of each firm, not negative.

    Examples
    --------
    >>> herfindahl([1, 1, 1, 1])
    0.25
    """
    values, _ = _pair(value, None)
    total = values.sum()
    return float(np.sum((values / total) ** 2)) if total > 0 else NAN


def top_share(value: ArrayLike, count: int = 10) -> float:
    """Return the part of the total that the ``count`` largest have.

    Examples
    --------
    >>> top_share([5, 1, 4], count=2)
    0.9
    """
    values, _ = _pair(value, None)
    total = values.sum()
    if total <= 0:
        return NAN
    rest = max(values.size - count, 0)
    largest = np.partition(values, rest - 1)[rest:] if rest else values
    return float(largest.sum() / total)
