"""What a folder of results holds: which runs are there, whether they are sound, and clearing it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.experiments.archive import Archive
from sim.experiments.run_folders import RunFolders
from sim.experiments.vouched import Vouched
from sim.experiments.vouched import digest_of as digest

if TYPE_CHECKING:
    import pandas as pd

DONE, FAILED, MISSING = "done", "failed", "missing"
Stored = Archive | RunFolders


def opened(folder: str | Path) -> Stored:
    """Return the sweep, or the runs, that a folder holds.

    Raises
    ------
    InputError
        When it holds neither.
    """
    path = Path(folder)
    archive, runs = Archive(path), RunFolders(path)
    if archive.plan_file.is_file() or (path / "runs").is_dir():
        return archive
    if runs.complete():
        return runs
    fix = "name the folder that winwin sweep printed at its end, or one that was given with -o"
    inside = sorted(str(plan.parent) for plan in path.glob("*/plan.parquet"))
    if inside:
        fix = f"it holds sweeps, name one of them: {', '.join(inside[:5])}"
    raise InputError([Problem(str(path), "holds neither a sweep nor runs", fix)])


def listing(stored: Stored) -> pd.DataFrame:
    """Return the plan with the status of each run: done, failed or missing."""
    plan, _ = stored.plan()
    done, failed = stored.complete(), stored.failed()
    status = [DONE if run in done else FAILED if run in failed else MISSING for run in plan["run"]]
    plan.insert(3, "status", status)
    return plan


def vouched(stored: Stored, runs: Iterable[str]) -> dict[str, Vouched]:
    """Return what runs vouch for.

    Raises
    ------
    InputError
        When a run cannot be read, with the way out.
    """
    try:
        return stored.vouched(dict.fromkeys(runs))
    except (OSError, ValueError, KeyError) as error:
        fix = f"winwin results {stored.folder} --verify --prune removes what is damaged"
        raise InputError([Problem(str(stored.folder), f"a run cannot be read: {error}", fix)]) from None


def digest_of(stored: Stored, runs: Iterable[str]) -> str:
    """Return the digest of the results of runs, whatever their order, and whoever made them."""
    return digest(vouched(stored, runs).values())


def damaged(stored: Stored, runs: Iterable[str]) -> dict[str, str]:
    """Return what is wrong with each run that is not what was written."""
    found = {run: stored.damage(run) for run in sorted(set(runs))}
    return {run: fault for run, fault in found.items() if fault}


def prune(stored: Stored, broken: Iterable[str] = ()) -> dict[str, int]:
    """Remove what the plan does not name, what was cut off while writing, and damaged runs.

    A sweep's folder that another version of the model made is emptied of runs, so that its sweep can be
    done anew.
    """
    return stored.prune(set(broken))


def facts(stored: Stored) -> dict[str, Any]:
    """Return what is told of a folder: title, version, model, and how many runs are done, failed, missing."""
    _, told = stored.plan()
    table = listing(stored).drop_duplicates("run")
    counted = table["status"].value_counts()
    return {
        **told,
        "runs": len(table),
        **{name: int(counted.get(name, 0)) for name in (DONE, FAILED, MISSING)},
    }
