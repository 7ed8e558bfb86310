"""What an ensemble says: medians and intervals over networks, and how much of the spread is the network's.

The spread over seeds is what another network and other luck would have given.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.reproduce.ensemble import OVER, UNDER

Real = NDArray[np.float64]
LOW, HIGH = 0.05, 0.95  # a 90 % interval
FEWEST = 5  # networks that must have an event for a ratio over it


def summary(table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Return median and 90 % interval of each measure over networks.

    A measure that comes in two parts is a ratio of sums over all networks, because a single network has
    too few of the events it counts; its interval is that of this ratio, and not the spread of networks.
    """
    found = {}
    for name in table.columns:
        if name.endswith(OVER):
            bare = name.removesuffix(OVER)
            found[bare] = pooled(table[name].to_numpy(), table[bare + UNDER].to_numpy())
        elif not name.endswith(UNDER):
            values = table[name].to_numpy()
            values = values[np.isfinite(values)]
            parts = np.quantile(values, [0.5, LOW, HIGH]) if values.size else np.full(3, np.nan)
            found[str(name)] = (float(parts[0]), float(parts[1]), float(parts[2]))
    return found


def pooled(over: Real, under: Real) -> tuple[float, float, float]:
    """Return a ratio of sums over networks with a 90 % interval, by the usual linear approximation.

    Nothing where hardly any network has what stands below the line.

    Examples
    --------
    >>> pooled(np.ones(5), np.full(5, 2.0))
    (0.5, 0.5, 0.5)
    """
    keep = np.isfinite(over) & np.isfinite(under)
    over, under = over[keep], under[keep]
    if np.count_nonzero(under) < FEWEST:
        return np.nan, np.nan, np.nan
    ratio = float(over.sum() / under.sum())
    error = float((over - ratio * under).std(ddof=1)) / (np.sqrt(over.size) * float(under.mean()))
    half = float(stdtrit(over.size - 1, HIGH) * error)
    return ratio, ratio - half, ratio + half


def split(groups: Mapping[int, pd.DataFrame]) -> dict[str, float]:
    """Return the part of the variance of each measure that lies between networks.

    Parameters
    ----------
    groups
        By network, a row a seed of events: the same opening economy met by other events.

    Returns
    -------
    By measure, from 0 (events alone) to 1 (the network alone), by the analysis of variance with one
    random effect: the variance of the networks' means, less what events leave in it, over the whole.

    Examples
    --------
    >>> frame = lambda *values: pd.DataFrame({"x": values})
    >>> split({1: frame(0.0, 0.0), 2: frame(2.0, 2.0)}), split({1: frame(0.0, 2.0), 2: frame(0.0, 2.0)})
    ({'x': 1.0}, {'x': 0.0})
    """
    means = pd.DataFrame([group.mean() for group in groups.values()])
    inside = pd.DataFrame([group.var(ddof=1) for group in groups.values()]).mean()
    many = float(np.mean([len(group) for group in groups.values()]))
    between = (means.var(ddof=1) - inside / many).clip(lower=0)
    return {str(name): float(part) for name, part in (between / (between + inside)).items() if part == part}
