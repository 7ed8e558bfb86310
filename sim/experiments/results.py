"""All runs of a folder as one tidy table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from sim.core.errors import InputError, Problem, nearest
from sim.experiments.inventory import DONE, Stored, listing, opened

if TYPE_CHECKING:
    import pandas as pd

Rows = Literal["run", "last_year", "year", "month"]
MONTHS = 12


def results(folder: str | Path, metrics: str | Sequence[str] | None = None, by: Rows = "run") -> pd.DataFrame:
    """Return all runs of a folder as one tidy table.

    Parameters
    ----------
    folder
        The folder of a sweep, or one given to ``winwin run -o``, ``winwin compare -o``, `sim.compare`.
    metrics
        Which metrics, by default all.
    by
        ``"run"`` averages over all months of a run, ``"last_year"`` over the last twelve, ``"year"``
        over each year, ``"month"`` over none.

    Returns
    -------
    A row for each run (and period); columns ``run``, ``scenario``, ``seed``, parameters by dotted name (the
    design's, or those in which runs of one scenario differ), ``period`` (for years and months), the metrics.
    Runs that are not complete are left out.
    """
    import pandas as pd

    if by not in get_args(Rows):
        raise InputError([Problem("by", f"there is no {by!r}", nearest(str(by), get_args(Rows)))])
    stored = opened(folder)
    plan = listing(stored)
    plan = plan[plan["status"] == DONE].drop(columns="status")
    wanted = [metrics] if isinstance(metrics, str) else metrics
    frames = [averaged(read(stored, run, wanted), by).assign(run=run) for run in dict.fromkeys(plan["run"])]
    if not frames:
        return plan
    values = pd.concat(frames, ignore_index=True)
    if by in ("run", "last_year"):
        values = values.drop(columns="period")
    table = plan.merge(values, on="run", how="left", suffixes=("", "_"))
    return table


def read(stored: Stored, run: str, wanted: Sequence[str] | None) -> pd.DataFrame:
    """Read the metrics of a run, refusing names it does not have and numbers that were changed."""
    try:
        frame = stored.metrics(run, wanted)
    except OSError as error:
        fix = f"winwin results {stored.folder} --verify --prune removes what is damaged"
        raise InputError([Problem(str(stored.run_file(run)), f"cannot be read: {error}", fix)]) from None
    unknown = [name for name in wanted or () if name not in frame]
    if unknown:
        known = stored.columns(run)
        raise InputError([Problem("metrics", f"there is no {x!r}", nearest(x, known)) for x in unknown])
    return frame


def averaged(frame: pd.DataFrame, by: Rows) -> pd.DataFrame:
    """Average a run over the periods that were asked for."""
    if by == "month":
        return frame.rename_axis("period").reset_index()
    if by == "year":
        return frame.groupby(frame.index.str[:4]).mean().rename_axis("period").reset_index()
    rows = frame.iloc[-MONTHS:] if by == "last_year" else frame
    return rows.mean().to_frame().T.assign(period=by)
