"""What the runs of a design gave: values by point, scenario, seed and metric."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import sim.metrics
from sim.core.errors import InputError, Problem, nearest
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.effects import Span, in_span
from sim.experiments.pairs import parting
from sim.experiments.results import results

Real = NDArray[np.float64]


def chosen_metrics(metrics: str | Sequence[str] | None) -> list[str]:
    """Return the metrics asked for, without any the headline ones."""
    known = sim.metrics.available()
    wanted = [metrics] if isinstance(metrics, str) else list(metrics or sim.metrics.headline(list(known)))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError([Problem("metrics", f"there is no {x!r}", nearest(x, known)) for x in unknown])
    return wanted


def outputs_of(design: Design, folder: Path, metrics: Sequence[str], by: Span) -> Real:
    """Return (points, scenarios, seeds, metrics), not a number where a run is missing."""
    table = results(folder, metrics, by="month")
    shape = (len(design.points), len(design.scenarios), len(design.seeds), len(metrics))
    if table.empty:
        return np.full(shape, np.nan)
    months = in_span(
        pd.Index(table["period"].unique()).sort_values(),
        by,
        parting(design.scenarios[: design.named or None]),
    )
    spans = table[table["period"].isin(months)]
    means = spans.groupby("run")[list(metrics)].mean()
    plan, _ = Archive(folder).plan()  # in the order of points, scenarios and seeds
    return means.reindex(plan["run"]).to_numpy(dtype=np.float64).reshape(shape)
