"""What conglomerates and suppliers gain at every pair of doses of two policies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pandas as pd

from sim.core.errors import InputError, Problem
from sim.experiments import failures
from sim.experiments.compare import compare
from sim.experiments.effects import Effect
from sim.experiments.inputs import Seeds
from sim.experiments.intervals import interval
from sim.experiments.run import Tell, silent
from sim.scenario import Scenario

SIDES = {  # whose incomes, after what is got and paid under policies, are added up
    "conglomerates": ("income_tier0",),
    "suppliers": ("income_tier1", "income_tier2", "income_tier3"),
}


def surface(
    scenario: Scenario,
    doses: dict[str, Sequence[float]],
    seeds: Seeds | None = None,
    jobs: int = 1,
    folder: str | Path | None = None,
    tell: Tell = silent,
) -> pd.DataFrame:
    """Return what both sides gain at every pair of doses, compared with the pair of the first doses.

    Parameters
    ----------
    scenario
        One with both policies.
    doses
        Two keys, ``policy.NAME.PARAMETER``, with the values to try; both first values together are the
        control, mostly zero.
    seeds, jobs, folder, tell
        As in `sim.compare`.

    Returns
    -------
    A row for each pair of doses: both doses; of ``conglomerates`` and of ``suppliers`` in their chains the
    ``gain`` in income, KRW/month, with ``low`` and ``high``; ``n``.
    """
    if len(doses) != 2:
        what = f"{len(doses)} doses make no surface"
        raise InputError([Problem("surface", what, "name two keys, policy.NAME.PARAMETER")])
    points = list(product(*doses.values()))
    arms = [
        scenario.replacing(*(part for pair in zip(doses, point, strict=True) for part in pair)).named(
            " ".join(f"{value:g}" for value in point)
        )
        for point in points
    ]
    effect = compare(*arms, seeds=seeds, jobs=jobs, folder=folder, tell=tell)
    failures.refuse(effect.failures)
    rows = []
    for arm, point in zip(arms, points, strict=True):
        row: dict[str, float] = dict(zip(doses, point, strict=True))
        for side, metrics in SIDES.items():
            found = (0.0, 0.0, 0.0) if arm is arms[0] else summed(effect, arm.name, metrics)
            row |= dict(zip((f"{side} gain", f"{side} low", f"{side} high"), found, strict=True))
        rows.append(row | {"n": len(effect.seeds(arms[1].name))})
    return pd.DataFrame(rows)


def summed(effect: Effect, arm: str, metrics: Sequence[str]) -> tuple[float, float, float]:
    """Return the mean, over seeds, of the sum of the differences of some metrics, with its interval."""
    whole = sum(effect.differences(metric, arm, "in_force") for metric in metrics)
    assert isinstance(whole, pd.DataFrame)
    return interval(whole.to_numpy(dtype=float).ravel())
