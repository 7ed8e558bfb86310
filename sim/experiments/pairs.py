"""Which scenarios can be paired, when they part, and what their runs noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.core.errors import InputError, Problem
from sim.core.months import month_name
from sim.experiments.run import Outcome
from sim.scenario import Scenario


def parting(scenarios: Sequence[Scenario]) -> str:
    """Return the month in which the first policy or shock begins that not all scenarios share.

    "" where none does, or where other parameters differ: then the runs part in their first month.
    """
    parameters = [{key: group for key, group in one.parameters.items() if key != "run"} for one in scenarios]
    if any(other != parameters[0] for other in parameters):
        return ""
    dated = [{*one.policies, *one.shocks} for one in scenarios]
    starts = [entry.first for other in dated for entry in other ^ dated[0]]
    return month_name(min(starts)) if starts else ""


def notes_of(outcomes: Iterable[Outcome]) -> list[str]:
    """Return what was noted in the first run of each scenario, each note once.

    A note that only some scenarios have names them; one that depends on the seed names the seed.
    """
    runs = [done for done in outcomes if done.manifest is not None]
    first = {done.scenario: done for done in reversed(runs)}
    said: dict[str, list[Outcome]] = {}
    for name in dict.fromkeys(done.scenario for done in runs):
        for note in first[name].notes:
            said.setdefault(note, []).append(first[name])
    return [worded(note, holders, len(first), runs) for note, holders in said.items()]


def worded(note: str, holders: Sequence[Outcome], scenarios: int, runs: Sequence[Outcome]) -> str:
    """Say of whom a note is true, unless it is of all runs."""
    names = [done.scenario for done in holders]
    always = all(note in done.notes for done in runs if done.scenario in names)
    whom = [*([] if len(names) == scenarios else names), *([] if always else [f"seed {holders[0].seed}"])]
    return f"{', '.join(whom)}: {note}" if whom else note


def check_pairs(scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that cannot be paired, naming all reasons."""
    problems = []
    if len(scenarios) < 2:
        problems.append(Problem("compare", "needs a baseline and at least one other scenario"))
    names = [scenario.name for scenario in scenarios]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(
            Problem(f"scenario {name}", "two scenarios have this name", "rename a file, or use named()")
        )
    for scenario in scenarios[1:]:
        for key in ("start", "months"):
            ours, theirs = getattr(scenario.run, key), getattr(scenarios[0].run, key)
            if ours != theirs:
                problems.append(
                    Problem(
                        f"scenario {scenario.name}, run.{key}",
                        f"is {ours}, in the baseline {theirs}",
                        "make them equal",
                    )
                )
    if problems:
        raise InputError(problems)


def not_shared(one: Scenario, other: Scenario) -> set[str]:
    """Return the names of the policies that two scenarios do not have alike."""
    return {type(entry.steps[0][1]).name for entry in set(one.policies) ^ set(other.policies)}
