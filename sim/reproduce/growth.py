"""How firms grow, and for how long they live: distributions and exponents."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from sim.population.describe import percent

Real = NDArray[np.float64]
BINS = 10  # classes of size between which the spread of growth is compared
ROUNDING = 1e-12  # growth that is none


def growth_rates(sales: Real) -> tuple[Real, Real]:
    """Return log growth of each firm and year less the year's mean, and the log of sales before.

    Parameters
    ----------
    sales
        (years, firms) won, 0 in a year in which a firm did not live throughout; only firms that sold
        something in both years count.
    """
    growth, size = [], []
    for before, after in pairwise(sales):
        both = (before > 0) & (after > 0)
        rate = np.log(after[both] / before[both])
        growth.append(rate - np.median(rate))
        size.append(np.log(before[both]))
    return np.concatenate(growth), np.concatenate(size)


def subbotin_shape(growth: Real) -> float:
    """Return the shape of the exponential-power density that fits best: 1 Laplace, 2 normal.

    Maximum likelihood, the scale being the one that is best for each shape.

    Examples
    --------
    >>> from scipy.special import ndtri
    >>> part = (np.arange(1, 20001) - 0.5) / 20000
    >>> laplace = np.sign(part - 0.5) * -np.log(1 - 2 * np.abs(part - 0.5))
    >>> round(subbotin_shape(laplace), 1), round(subbotin_shape(ndtri(part)), 1)
    (1.0, 2.0)
    """
    distance = np.abs(growth[growth != 0])

    def against(shape: float) -> float:
        scale = (shape * np.mean(distance**shape)) ** (1 / shape)
        return float(np.log(2 * scale) + gammaln(1 / shape) - np.log(shape) + 1 / shape)

    return float(minimize_scalar(against, bounds=(0.2, 5), method="bounded").x)


def size_variance(growth: Real, size: Real) -> float:
    """Return beta: the standard deviation of growth falls with size to the power -beta.

    From classes of equally many firms, by least squares in logs.

    Examples
    --------
    >>> size = np.repeat(np.log(10.0) * np.arange(10), 2)
    >>> growth = np.tile([1.0, -1.0], 10) * np.exp(-0.2 * size)
    >>> round(size_variance(growth, size), 6)
    0.2
    """
    parts = np.array_split(np.argsort(size, kind="stable"), BINS)
    spread = np.array([growth[rows].std() for rows in parts])
    middle = np.array([size[rows].mean() for rows in parts])
    return float(-np.polyfit(middle, np.log(spread), 1)[0])


def granularity(sales: Real, product: Real, many: int) -> float:
    """Return the part of the variance of growth that the largest firms' own growth explains, R squared.

    Own growth is a firm's growth less the mean of the largest firms', weighted by its sales over the product.

    Parameters
    ----------
    sales
        (quarters, firms) won.
    product
        (quarters,) won of value added.
    many
        How many firms count as the largest, by sales of the quarter before.

    Examples
    --------
    Of two firms that are as large only one grows and shrinks, and the product with it.

    >>> one = np.array([1.0, 1.1, 1.0, 1.2])
    >>> granularity(np.stack([one, np.ones(4)], axis=1), one, many=2) > 0.9
    True
    """
    own = []
    for quarter in range(1, len(sales)):
        before, after = sales[quarter - 1], sales[quarter]
        largest = np.argsort(-before, kind="stable")[:many]
        largest = largest[(before[largest] > 0) & (after[largest] > 0)]
        growth = np.log(after[largest] / before[largest])
        own.append(float(before[largest] @ (growth - growth.mean()) / product[quarter - 1]))
    residual, growth = np.array(own), np.diff(np.log(product))
    if len(own) < 3 or np.ptp(residual) < ROUNDING:
        return float("nan")
    return float(np.corrcoef(residual, growth)[0, 1] ** 2)


def survival(born: NDArray[np.int64], died: NDArray[np.int64], months: int, until: int) -> float:
    """Return the part, in percent, of firms that entered in the run and live so many months later.

    Only those count that entered early enough to be seen that long.

    Examples
    --------
    >>> survival(np.array([-1, 0, 3, 9]), np.array([4, 5, 99, 99]), months=6, until=12)
    50.0
    """
    seen = (born >= 0) & (born + months < until)
    return percent((died - born)[seen] >= months)
