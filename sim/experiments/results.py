"""All runs of a folder as one tidy table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem, nearest
from sim.experiments.columnar import values
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
    if by not in get_args(Rows):
        raise InputError([Problem("by", f"there is no {by!r}", nearest(str(by), get_args(Rows)))])
    stored = opened(folder)
    plan = listing(stored)
    plan = plan[plan["status"] == DONE].drop(columns="status")
    wanted = [metrics] if isinstance(metrics, str) else metrics
    runs = list(dict.fromkeys(plan["run"]))
    if not runs:
        return plan
    found = averages(stored, runs, wanted, by)
    if by in ("run", "last_year"):
        found = found.drop(columns="period")
    return plan.merge(found, on="run", how="left", suffixes=("", "_"))


def averages(stored: Stored, runs: Sequence[str], wanted: Sequence[str] | None, by: Rows) -> pd.DataFrame:
    """Return a row for each run and period: both, and the means of metrics over the months of the period."""
    import pandas as pd

    found: dict[tuple[str, ...], list[tuple[str, str, NDArray[np.float64]]]] = {}
    for run in runs:
        with readable(stored, run):
            months, names, table = values(stored.run_file(run), wanted)
            check_names(stored, run, names, wanted)
        found.setdefault(names, []).extend(
            (run, period, mean(table[:, span])) for period, span in periods(months, by)
        )
    frames = []
    for names, rows in found.items():
        frame = pd.DataFrame(np.array([row[-1] for row in rows]), columns=list(names))
        frame.insert(0, "period", [period for _, period, _ in rows])
        frames.append(frame.assign(run=[run for run, *_ in rows]))
    return pd.concat(frames, ignore_index=True)


def periods(months: Sequence[str], by: Rows) -> list[tuple[str, slice]]:
    """Return the periods to average over, with their months.

    Examples
    --------
    >>> periods(["2016-11", "2016-12", "2017-01"], "year")
    [('2016', slice(0, 2, None)), ('2017', slice(2, 3, None))]
    """
    if by in ("run", "last_year"):
        return [(by, slice(-MONTHS if by == "last_year" else 0, None))]
    labels = [month if by == "month" else month[:4] for month in months]
    starts = [place for place, label in enumerate(labels) if place == 0 or label != labels[place - 1]]
    ends = [*starts[1:], len(labels)]
    return [(labels[start], slice(start, end)) for start, end in zip(starts, ends, strict=True)]


def mean(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means over months, leaving out what is not a number.

    >>> mean(np.array([[1.0, 3.0], [np.nan, 2.0], [np.nan, np.nan]])).tolist()
    [2.0, 2.0, nan]
    """
    known = ~np.isnan(table)
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = np.where(known, table, 0.0).sum(axis=1) / known.sum(axis=1)
    return found


@contextmanager
def readable(stored: Stored, run: str) -> Iterator[None]:
    """Refuse numbers that were changed or cut off, with the way out."""
    try:
        yield
    except OSError as error:
        fix = f"winwin results {stored.folder} --verify --prune removes what is damaged"
        raise InputError([Problem(str(stored.run_file(run)), f"cannot be read: {error}", fix)]) from None


def check_names(stored: Stored, run: str, names: Sequence[str], wanted: Sequence[str] | None) -> None:
    """Refuse names that a run does not have."""
    unknown = [name for name in wanted or () if name not in names]
    if unknown:
        known = stored.columns(run)
        raise InputError([Problem("metrics", f"there is no {x!r}", nearest(x, known)) for x in unknown])
