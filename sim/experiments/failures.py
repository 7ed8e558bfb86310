"""Refusals to go on where runs failed whose results all are needed."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.errors import InputError, Problem
from sim.experiments.run import Outcome


def refuse(outcomes: Sequence[Outcome]) -> None:
    """Tell every run that failed with its error, if any did.

    Raises
    ------
    InputError
        With a problem for each of them.
    """
    failed = [run for run in outcomes if run.error]
    if failed:
        raise InputError(
            [Problem(f"{run.scenario}, seed {run.seed}", f"the run failed: {run.error}") for run in failed]
        )


def refuse_by_name(outcomes: Sequence[Outcome], where: str, fix: str) -> None:
    """Name the runs that failed, if any did, in one problem.

    Raises
    ------
    InputError
        With that problem.
    """
    failed = sorted({f"{run.scenario}, seed {run.seed}" for run in outcomes if run.error})
    if failed:
        raise InputError([Problem(where, f"a run failed: {', '.join(failed)}", fix)])
