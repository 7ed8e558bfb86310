"""How results spread over seeds: fans of levels, and intervals that narrow as seeds are added."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.effects import Effect, Span, choose, periods
from sim.experiments.intervals import interval

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def fan(effect: Effect, metric: str, by: Span = "month", paired: bool = False) -> pd.DataFrame:
    """Return levels of a metric in every scenario: mean and quantiles over the seeds that all of them have.

    Parameters
    ----------
    effect
        A comparison.
    metric
        Which metric.
    by
        ``"month"`` or ``"year"``.
    paired
        Differences from the baseline, seed by seed, instead of levels; then without the baseline.

    Returns
    -------
    Columns: ``scenario`` (levels: the baseline first), ``period``, ``mean``, one for each quantile
    (``q05``...), ``n``.
    With few seeds the outer quantiles are little more than the least and the largest value.
    """
    choose("metric", metric, effect.metrics)
    names = effect.arms if paired else (effect.baseline, *effect.arms)
    seeds = sorted(set.intersection(*(set(effect.seeds(arm)) for arm in effect.arms)))
    tables = []
    for name in names:
        runs = {seed: effect.runs[name, seed][metric] for seed in seeds}
        if paired:
            runs = {seed: run - effect.runs[effect.baseline, seed][metric] for seed, run in runs.items()}
        values = pd.DataFrame({seed: periods(run, by) for seed, run in runs.items()}, dtype=float)
        table = pd.DataFrame({"scenario": name, "period": values.index, "mean": values.mean(axis=1).array})
        for part in QUANTILES:
            table[f"q{round(100 * part):02d}"] = values.quantile(part, axis=1).array
        tables.append(table.assign(n=len(seeds)))
    return pd.concat(tables, ignore_index=True)


def convergence(effect: Effect, metric: str, by: Span = "in_force") -> pd.DataFrame:
    """Return the paired difference and its interval from the first two, three, ... seeds.

    Seeds come in ascending order, not in one that suits; a single sequence, so that it shows how an interval
    narrows in one study and not on average.

    Returns
    -------
    Columns: ``scenario``, ``n`` (pairs), ``difference``, ``low``, ``high``.
    """
    rows = []
    for arm in effect.arms:
        values = effect.differences(metric, arm, by).to_numpy(dtype=float).ravel()
        values = values[np.isfinite(values)]
        rows += [(arm, many, *interval(values[:many])) for many in range(2, values.size + 1)]
    return pd.DataFrame(rows, columns=["scenario", "n", "difference", "low", "high"])
