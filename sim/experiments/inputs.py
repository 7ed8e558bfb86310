"""What a caller may hand over: scenarios in any form, seeds by number or one by one."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.scenario import Scenario

Seeds = int | Iterable[int]
SEED_BELOW = 2**63


def as_scenario(given: Any) -> Scenario:
    """Return a scenario, or load the one that a name or a path means."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return Scenario.load(given)
    what = f"{given!r} is neither a scenario nor the name or file of one"
    raise InputError([Problem("scenario", what, "give scenarios one by one, or the name of a shipped one")])


def chosen_seeds(seeds: Seeds | None, scenario: Scenario) -> list[int]:
    """Return seeds: those given, or as many as said from the scenario's first one on.

    Raises
    ------
    InputError
        When there are none, one occurs twice, or one is no whole number from 0.
    """
    wanted: Any = scenario.run.seeds if seeds is None else seeds
    if is_whole(wanted):
        if wanted < 1:
            raise InputError([Problem("seeds", f"{wanted} seeds are too few", "give at least 1")])
        return [scenario.run.seed + place for place in range(int(wanted))]
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        fix = "say how many, or list the seeds"
        raise InputError([Problem("seeds", f"{wanted!r} is not a number of seeds", fix)])
    return checked_seeds(list(wanted))


def checked_seeds(seeds: list[Any]) -> list[int]:
    """Return a list of seeds after checking each."""
    problems = [
        Problem("seeds", f"{seed!r} is not a seed", "a seed is a whole number from 0")
        for seed in seeds
        if not is_whole(seed) or not 0 <= seed < SEED_BELOW
    ]
    if not problems and len(set(seeds)) < len(seeds):
        problems.append(Problem("seeds", "a seed occurs twice", "each run needs a seed of its own"))
    if not seeds:
        problems.append(Problem("seeds", "the list is empty", "give at least one seed"))
    if problems:
        raise InputError(problems)
    return [int(seed) for seed in seeds]


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number, of Python or NumPy."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def checked_jobs(jobs: Any) -> int:
    """Return how many processes are to work."""
    if not is_whole(jobs) or jobs < 1:
        raise InputError([Problem("jobs", f"{jobs!r} processes cannot work", "give a whole number from 1")])
    return int(jobs)
