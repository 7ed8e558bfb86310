"""What a sweep has left: which runs are there, whether they are sound, and all of them as one table."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from sim.core.errors import InputError, Problem, nearest
from sim.experiments.archive import Archive
from sim.experiments.disk import remains
from sim.experiments.manifest import fingerprint

if TYPE_CHECKING:
    import pandas as pd

Rows = Literal["run", "last_year", "year", "month"]
DONE, FAILED, MISSING = "done", "failed", "missing"
MONTHS = 12


def results(folder: str | Path, metrics: str | Sequence[str] | None = None, by: Rows = "run") -> pd.DataFrame:
    """Return all runs of a sweep as one tidy table.

    Parameters
    ----------
    folder
        The folder of the sweep.
    metrics
        Which metrics, by default all.
    by
        ``"run"`` averages over all months of a run, ``"last_year"`` over the last twelve, ``"year"``
        over each year, ``"month"`` over none.

    Returns
    -------
    A row for each run (and period); columns ``run``, ``scenario``, ``seed``, the design's parameters by
    dotted name, ``period`` (for years and months), the metrics. Runs that are not complete are left out.
    """
    import pandas as pd

    if by not in get_args(Rows):
        raise InputError([Problem("by", f"there is no {by!r}", nearest(str(by), get_args(Rows)))])
    archive = Archive(Path(folder))
    plan = listing(archive)
    plan = plan[plan["status"] == DONE].drop(columns="status")
    wanted = [metrics] if isinstance(metrics, str) else metrics
    frames = [averaged(read(archive, run, wanted), by).assign(run=run) for run in dict.fromkeys(plan["run"])]
    if not frames:
        return plan
    values = pd.concat(frames, ignore_index=True)
    if by in ("run", "last_year"):
        values = values.drop(columns="period")
    table = plan.merge(values, on="run", how="left", suffixes=("", "_"))
    return table


def read(archive: Archive, run: str, wanted: Sequence[str] | None) -> pd.DataFrame:
    """Read the metrics of a run, refusing names it does not have and numbers that were changed."""
    import pyarrow.parquet as pq

    if wanted is not None:
        known = [name for name in pq.read_schema(archive.run_file(run)).names if name not in ("run", "seed")]
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise InputError([Problem("metrics", f"there is no {x!r}", nearest(x, known)) for x in unknown])
    try:
        return archive.metrics(run, wanted)
    except OSError as error:
        fix = f"winwin results {archive.folder} --verify --prune removes what is damaged"
        raise InputError([Problem(str(archive.run_file(run)), f"cannot be read: {error}", fix)]) from None


def averaged(frame: pd.DataFrame, by: Rows) -> pd.DataFrame:
    """Average a run over the periods that were asked for."""
    if by == "month":
        return frame.rename_axis("period").reset_index()
    if by == "year":
        return frame.groupby(frame.index.str[:4]).mean().rename_axis("period").reset_index()
    rows = frame.iloc[-MONTHS:] if by == "last_year" else frame
    return rows.mean().to_frame().T.assign(period=by)


def listing(archive: Archive) -> pd.DataFrame:
    """Return the plan with the status of each run: done, failed or missing."""
    plan, _ = archive.plan()
    done, failed = archive.complete(), archive.failed()
    status = [DONE if run in done else FAILED if run in failed else MISSING for run in plan["run"]]
    plan.insert(3, "status", status)
    return plan


def digest_of(archive: Archive, runs: Iterable[str]) -> str:
    """Return the digest of the results of runs, whatever their order, and whoever made them.

    The name of a run does not enter, so that two versions of the program, or two machines, that give
    the same numbers give the same digest.
    """
    told = []
    for run in set(runs):
        manifest = archive.manifest(run)
        told.append(f"{manifest['scenario_hash']} {manifest['seed']} {manifest['digest']}\n")
    return hashlib.sha256("".join(sorted(told)).encode()).hexdigest()


def environments(archive: Archive, runs: Iterable[str]) -> dict[str, int]:
    """Return how many runs were made in each environment: Python, packages, processor."""
    counted: dict[str, int] = {}
    for run in runs:
        made = archive.manifest(run)
        packages = ", ".join(f"{name} {version}" for name, version in made["packages"].items())
        told = f"Python {made['python']}, {packages}, {made['processor']}"
        counted[told] = counted.get(told, 0) + 1
    return counted


def damaged(archive: Archive, runs: Iterable[str]) -> dict[str, str]:
    """Return what is wrong with each run that is not what was written."""
    found = {run: archive.damage(run) for run in sorted(set(runs))}
    return {run: fault for run, fault in found.items() if fault}


def prune(archive: Archive, broken: Iterable[str] = ()) -> dict[str, int]:
    """Remove what the plan does not name, what was cut off while writing, and damaged runs.

    A folder that another version of the model made is emptied of runs, so that its sweep can be done
    anew.
    """
    plan, told = archive.plan()
    wanted = set(plan["run"]) if told.get("model") == fingerprint() else set()
    gone = (archive.complete() - wanted) | set(broken)
    counted = {"runs": len(gone), "failures": 0, "cut off": 0}
    for run in gone:
        archive.run_file(run).unlink(missing_ok=True)
        archive.panel_file(run).unlink(missing_ok=True)
    for run in archive.failed() - (wanted - archive.complete()):
        shutil.rmtree(archive.failure_folder(run), ignore_errors=True)
        counted["failures"] += 1
    for part in ("", "runs", "panels", "failed"):
        for path in remains(archive.folder / part):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            counted["cut off"] += 1
    if not wanted:
        archive.plan_file.unlink(missing_ok=True)
    return counted


def facts(archive: Archive) -> dict[str, Any]:
    """Return what is told of a sweep: title, design, version, model, and how many runs are where."""
    _, told = archive.plan()
    table = listing(archive).drop_duplicates("run")
    counted = table["status"].value_counts()
    return {
        **told,
        "runs": len(table),
        **{name: int(counted.get(name, 0)) for name in (DONE, FAILED, MISSING)},
    }
