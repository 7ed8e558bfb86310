"""What can be said of paired differences: intervals, replicates needed, which of many are clear."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

CONFIDENCE = 0.95
PRECISION = 0.05  # wanted half-width of an interval, as a part of the difference
Real = NDArray[np.float64]


def interval(values: Real) -> tuple[float, float, float]:
    """Return the mean with its 95 % t interval; no interval for one value.

    Examples
    --------
    >>> [round(x, 3) for x in interval(np.array([1.0, 2.0, 3.0]))]
    [2.0, -0.484, 4.484]
    """
    mean = float(values.mean())
    if values.size < 2:
        return mean, np.nan, np.nan
    half = half_interval(float(values.std(ddof=1)), values.size)
    return mean, mean - half, mean + half


def half_interval(deviation: float, number: int) -> float:
    """Return half the width of the 95 % t interval of a mean over a number of values."""
    return float(stdtrit(number - 1, (1 + CONFIDENCE) / 2)) * deviation / math.sqrt(number)


def needed(values: Real, precision: float = PRECISION) -> float:
    """Return how many replicates make half the interval a part of the difference: n >= (t s / h)^2.

    The t is that of the number returned. Not a number where the interval of these values does not leave
    out zero: then it is not known how large the difference is.

    Examples
    --------
    >>> needed(np.array([1.0, 1.1, 0.9, 1.0])), needed(np.array([1.0, -1.0]))
    (13.0, nan)
    """
    mean, low, high = interval(values)
    if not (low > 0 or high < 0):
        return np.nan
    deviation, wanted = float(values.std(ddof=1)), precision * abs(mean)
    most = 2
    while half_interval(deviation, most) > wanted:
        most *= 2
    least = most // 2  # too few, or 1
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if half_interval(deviation, middle) > wanted else (least, middle)
    return float(most)


def chance(values: Real) -> float:
    """Return the two-sided p value of a mean of zero; not a number for fewer than two values.

    Examples
    --------
    >>> round(chance(np.array([1.0, 2.0, 3.0])), 4), chance(np.zeros(3))
    (0.0742, 1.0)
    """
    if values.size < 2:
        return np.nan
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    if deviation == 0:
        return float(mean == 0)
    return 2 * float(stdtr(values.size - 1, -abs(mean) / deviation * math.sqrt(values.size)))


def holm[Name: Hashable](chances: Mapping[Name, float]) -> set[Name]:
    """Return which of a family of differences are clear after Holm's adjustment for their number.

    The chance that any one is called clear by luck stays below 5 %. Differences without a p value are
    not of the family.

    Examples
    --------
    >>> sorted(holm({"a": 0.01, "b": 0.03, "c": 0.04})), sorted(holm({"a": 0.01, "b": 0.02, "c": 0.04}))
    (['a'], ['a', 'b', 'c'])
    """
    ranked = sorted(
        (value, place, name) for place, (name, value) in enumerate(chances.items()) if value == value
    )
    least = (1 - CONFIDENCE) / np.arange(len(ranked), 0, -1)
    passed = takewhile(lambda pair: pair[0][0] <= pair[1], zip(ranked, least, strict=True))
    return {name for (_, _, name), _ in passed}


def mark(difference: float, clear: bool, floor: float = np.nan) -> str:
    """Return ``~`` for a difference not above the placebo floor, ``*`` for a clear one, else a blank."""
    return "~" if abs(difference) <= floor else "*" if clear else " "
