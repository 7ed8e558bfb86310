"""Paired comparisons: what a scenario changes, seed by seed, against a baseline.

Equal seeds share every draw, so the difference between two runs of one seed is the effect of the
scenario in that replicate. The number of seeds may follow from a wanted precision; it never follows from
whether an effect is significant, which would find effects where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiments import incidence as firmwise
from sim.experiments.effects import Effect
from sim.experiments.incidence import Pair
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.pairs import check_pairs, not_shared, notes_of, parting
from sim.experiments.placebo import with_placebo
from sim.experiments.precision import BATCH, Precision, in_batches
from sim.experiments.run import Job, Outcome, Tell, jobs_for, run_all, silent
from sim.scenario import Scenario


def compare(
    baseline: Scenario | str | Path,
    *others: Scenario | str | Path,
    seeds: Seeds | None = None,
    jobs: int = 1,
    folder: str | Path | None = None,
    tell: Tell = silent,
    precision: float | Precision | None = None,
    placebo: bool = False,
    incidence: bool = False,
    on: Any = None,
) -> Effect:
    """Run scenarios with shared draws and return their differences from the first.

    Parameters
    ----------
    baseline, *others
        Scenarios of equal start and length, with different names; or their files, or names of shipped ones.
    seeds
        How many, counted from the baseline's ``run.seed``, or a list of them; by default what the
        baseline says.
    jobs
        Processes at work.
    folder
        Where to store every run; nothing is stored without it.
    tell
        Called with a number of months whenever they have been simulated.
    precision
        Run as many seeds as it takes, instead of ``seeds``: until half the interval of the SME share of
        value added is at most this part of the difference; a `Precision` names another metric or limit.
    placebo
        Run the baseline with one won to a random firm too, so that `Effect.floor` is known.
    incidence
        Follow every firm, for `Effect.incidence`, `Effect.winners` and `Effect.coherence`.
    on
        Where the runs are done, as of `sim.sweep`; this machine by default.

    Raises
    ------
    InputError
        When the scenarios cannot be paired.
    """
    scenarios = [as_scenario(given) for given in (baseline, *others)]
    wanted = Precision(precision) if isinstance(precision, float | int) else precision

    def do(work: Sequence[Job]) -> list[Outcome]:
        return run_all(work, jobs, tell, on)

    return paired(scenarios, do, seeds, folder, wanted, placebo, incidence)


def paired(
    scenarios: Sequence[Scenario],
    do: Callable[[Sequence[Job]], list[Outcome]],
    seeds: Seeds | None = None,
    folder: str | Path | None = None,
    precision: Precision | None = None,
    placebo: bool = False,
    incidence: bool = False,
) -> Effect:
    """Check and run scenarios, the first one the baseline, and pair the outcomes."""
    check_pairs(scenarios)
    if precision:
        precision.check(scenarios, seeds)
    arms = [*scenarios, with_placebo(scenarios[0], parting(scenarios))] if placebo else scenarios
    check_pairs(arms)
    outcomes: list[Outcome] = []
    pairs: dict[tuple[str, int], Pair] = {}
    for batch in batches(scenarios[0], seeds, precision, incidence):
        done = do(jobs_for(arms, batch, folder, followed_since(scenarios) if incidence else None))
        pairs |= firm_by_firm(done, arms)
        outcomes += [replace(one, firms=None) for one in done]
        effect = effect_of(outcomes, scenarios)
        if precision:
            effect = replace(effect, precision=precision.part)
            if precision.is_reached(effect):
                break
    said = (precision.sentence(effect),) if precision else ()
    return replace(effect, notes=(*effect.notes, *said), pairs=pairs)


def batches(
    baseline: Scenario, seeds: Seeds | None, precision: Precision | None, followed: bool
) -> Iterator[list[int]]:
    """Yield seeds to run before the next look; few at a time where firms are followed, to save memory."""
    if precision:
        yield from in_batches(baseline.run.seed, precision.most)
        return
    chosen = chosen_seeds(seeds, baseline)
    size = BATCH if followed else len(chosen)
    yield from (chosen[first : first + size] for first in range(0, len(chosen), size))


def followed_since(scenarios: Sequence[Scenario]) -> str:
    """Return the month from which on firms are followed."""
    return parting(scenarios) or scenarios[0].run.start


def firm_by_firm(outcomes: Sequence[Outcome], scenarios: Sequence[Scenario]) -> dict[tuple[str, int], Pair]:
    """Compare the followed runs of some seeds with the baseline's."""
    runs = {(done.scenario, done.seed): done.firms for done in outcomes if done.firms is not None}
    baseline, *arms = scenarios
    found = {}
    for arm in arms:
        for seed in sorted({seed for name, seed in runs if name == arm.name}):
            before = runs.get((baseline.name, seed))
            if before is not None:
                after = runs[arm.name, seed]
                found[arm.name, seed] = firmwise.pair(before, after, not_shared(baseline, arm))
    return found


def effect_of(outcomes: Sequence[Outcome], scenarios: Sequence[Scenario]) -> Effect:
    """Pair the outcomes of runs; the first scenario is the baseline."""
    names = [scenario.name for scenario in scenarios]
    runs = {(done.scenario, done.seed): done.metrics for done in outcomes if done.metrics is not None}
    failures = tuple(done for done in outcomes if done.metrics is None)
    notes = tuple(notes_of(done for done in outcomes if done.scenario in names))
    return Effect(names[0], tuple(names[1:]), runs, failures, notes, parting(scenarios))
