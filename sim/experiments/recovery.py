"""After a shock: how deep a metric fell below its paired arm, how much was lost, when it was back.

The gap of a month is the paired difference over the level in the baseline. Depth is the gap furthest
from zero, area the sum of all gaps: months of the baseline's level that were lost (or gained). A metric is
back in the first month, not before the depth, from which its gap stays within a band for a year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.core.errors import InputError, Problem
from sim.core.months import MONTHS
from sim.experiments.intervals import interval

if TYPE_CHECKING:
    from sim.experiments.effects import Effect

BAND = 0.01
COLUMNS = ["depth", "trough", "area", "months"]


def of_path(gap: pd.Series[float], band: float = BAND, hold: int = MONTHS) -> dict[str, float]:
    """Return depth, months until it, area, and months until the gap was back within the band.

    Months count from the first of the path: 0 where the gap never left the band. They are not a number where
    it was not back, or the path ends before it has held for ``hold`` months.

    Examples
    --------
    >>> path = pd.Series([0.0, -0.04, -0.02, -0.005, 0.0, 0.0])
    >>> of_path(path, hold=2)
    {'depth': -0.04, 'trough': 1.0, 'area': -0.065, 'months': 3.0}
    """
    values = gap.to_numpy(dtype=float)
    trough = int(np.argmax(np.abs(values)))
    inside = np.abs(values) <= band
    start = 0 if inside.all() else trough
    held = [month for month in range(start, values.size - hold + 1) if inside[month : month + hold].all()]
    return {
        "depth": float(values[trough]),
        "trough": float(trough),
        "area": float(values.sum()),
        "months": float(held[0]) if held else np.nan,
    }


def gaps(effect: Effect, metric: str, arm: str) -> pd.DataFrame:
    """Return month by seed, since the scenarios part: the difference over the level in the baseline.

    Raises
    ------
    InputError
        Where the baseline's level is zero or negative, so that no part of it can be taken.
    """
    difference = effect.differences(metric, arm, "month")
    seeds = effect.seeds(arm)
    level = pd.DataFrame({seed: effect.runs[effect.baseline, seed][metric] for seed in seeds})
    since = difference.index >= effect.since
    level, difference = level.loc[since], difference.loc[since]
    if not (level.to_numpy() > 0).all():
        what = f"the baseline's {metric} is not positive in every month, so a gap is no part of it"
        raise InputError(
            [Problem("recovery", what, "choose a metric of amounts or prices, real_gdp for example")]
        )
    return difference / level


def by_seed(effect: Effect, metric: str, arm: str, band: float = BAND, hold: int = MONTHS) -> pd.DataFrame:
    """Return one row a seed: depth, trough, area, months."""
    paths = gaps(effect, metric, arm)
    rows = {seed: of_path(paths[seed], band, hold) for seed in paths}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("seed")


def recovery(effect: Effect, metric: str, band: float = BAND, hold: int = MONTHS) -> pd.DataFrame:
    """Return depth, area and months until recovery with 95 % intervals over seeds.

    Parameters
    ----------
    effect
        A comparison of a shock with a baseline without it.
    metric
        A metric that is positive in the baseline.
    band
        Gap within which it counts as back, over the baseline's level.
    hold
        Months for which it has to stay there.

    Returns
    -------
    Rows: scenario and measure. Columns ``mean``, ``low``, ``high``, ``n`` (seeds behind the mean) and
    ``censored``: seeds not back in the months simulated. The mean of ``months`` leaves them out, so that
    it is too small wherever there are any.
    """
    rows = []
    for arm in effect.arms:
        table = by_seed(effect, metric, arm, band, hold)
        for measure in COLUMNS:
            known = table[measure].dropna().to_numpy()
            mean, low, high = interval(known) if known.size else (np.nan, np.nan, np.nan)
            rows.append((arm, measure, mean, low, high, known.size, len(table) - known.size))
    columns = ["scenario", "measure", "mean", "low", "high", "n", "censored"]
    return pd.DataFrame(rows, columns=columns).set_index(["scenario", "measure"])
