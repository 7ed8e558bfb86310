"""Paired comparisons: what a scenario changes, seed by seed, against a baseline.

Equal seeds share every draw, so the difference between two runs of one seed is the effect of the
scenario in that replicate. Intervals are t intervals over the paired differences. The number of seeds may
follow from a wanted precision; it never follows from whether an effect is significant, which would find
effects where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import sim.metrics
from sim.core.errors import InputError, Problem, nearest
from sim.core.months import MONTHS, month_name
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.intervals import PRECISION, chance, holm, interval, needed
from sim.experiments.placebo import PLACEBO, with_placebo
from sim.experiments.precision import Precision, in_batches
from sim.experiments.run import Job, Outcome, Tell, jobs_for, run_all, silent
from sim.scenario import Scenario

Span = Literal["in_force", "last_year", "year", "month"]
WHOLE: tuple[Span, Span] = ("in_force", "last_year")  # spans that are one period


@dataclass(frozen=True, eq=False)
class Effect:
    """Paired differences of scenarios from a baseline.

    Parameters
    ----------
    baseline
        Name of the first scenario.
    arms
        Names of the others.
    runs
        Metrics, month by metric, of every run that ended well, by scenario and seed.
    failures
        Runs that failed. Their seed is left out of both arms of a pair.
    notes
        What was filled in or changed in the runs, or may not be expected of a scenario.
    since
        Month in which the scenarios part: the first of a policy that not all have; "" for the whole run.
        Averages since then hold the whole of what a regime does: a single year may show little but
        that it moves a recession or a recovery in time.
    precision
        Half-width of an interval, as a part of the difference, for which `table` says how many
        replicates are needed.
    """

    baseline: str
    arms: tuple[str, ...]
    runs: dict[tuple[str, int], pd.DataFrame]
    failures: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    since: str = ""
    precision: float = PRECISION

    def seeds(self, arm: str) -> list[int]:
        """Return the seeds that ended well in the baseline and in a scenario."""
        ours = {seed for name, seed in self.runs if name == arm}
        return sorted(ours & {seed for name, seed in self.runs if name == self.baseline})

    def dropped(self, arm: str) -> int:
        """Return how many seeds are left out because a run of the pair failed."""
        tried = {seed for _, seed in self.runs} | {failure.seed for failure in self.failures}
        return len(tried) - len(self.seeds(arm))

    @property
    def metrics(self) -> list[str]:
        """Metrics that all runs have."""
        frames = list(self.runs.values())
        return (
            [name for name in frames[0].columns if all(name in frame for frame in frames)] if frames else []
        )

    def table(self, metric: str | None = None, by: Span | None = None) -> pd.DataFrame:
        """Return differences with 95 % intervals.

        Parameters
        ----------
        metric
            One metric, by default month by month; None for all metrics, by default averaged over
            the months since the scenarios part.
        by
            ``"in_force"``, ``"last_year"``, ``"year"`` or ``"month"``.

        Returns
        -------
        Rows: scenario, metric and, for years and months, period. Columns: ``baseline``
        (mean level there), ``difference``, ``low``, ``high``, ``n`` (pairs), ``needed`` (pairs for the
        wanted precision; none where the interval does not leave out zero).
        """
        if metric is not None:
            choose("metric", metric, self.metrics)
        span = by or ("in_force" if metric is None else "month")
        names = self.metrics if metric is None else [metric]
        rows = [row for arm in self.arms for name in names for row in self._rows(arm, name, span)]
        columns = ["scenario", "metric", "period", "baseline", "difference", "low", "high", "n", "needed"]
        table = pd.DataFrame(rows, columns=columns)
        keys = ["scenario", "metric"] if span in WHOLE else ["scenario", "metric", "period"]
        return table.drop(columns="period" if span in WHOLE else []).set_index(keys)

    def differences(self, metric: str, arm: str, by: Span = "month") -> pd.DataFrame:
        """Return period by seed: the metric in a scenario less the metric in the baseline."""
        choose("metric", metric, self.metrics)
        choose("arm", arm, self.arms)
        return self._values(arm, arm, metric, by) - self._values(self.baseline, arm, metric, by)

    def _values(self, name: str, arm: str, metric: str, by: Span) -> pd.DataFrame:
        series = {seed: periods(self.runs[name, seed][metric], by, self.since) for seed in self.seeds(arm)}
        return pd.DataFrame(series, dtype=float)

    def _rows(self, arm: str, metric: str, by: Span) -> list[tuple[object, ...]]:
        level = self._values(self.baseline, arm, metric, by)
        difference = self.differences(metric, arm, by)
        return [
            (arm, metric, period, *self._summary(level.loc[period], difference.loc[period]))
            for period in difference.index
        ]

    def _summary(self, level: pd.Series[float], difference: pd.Series[float]) -> tuple[float, ...]:
        """Mean level, difference, interval, pairs, pairs needed; pairs that are not finite are left out."""
        values = np.asarray(difference, dtype=float)
        kept = np.isfinite(values)
        if not kept.any():
            return np.nan, np.nan, np.nan, np.nan, 0, np.nan
        here, values = float(np.asarray(level)[kept].mean()), values[kept]
        return here, *interval(values), values.size, needed(values, self.precision)

    def clear(self, by: Span = "in_force") -> set[tuple[str, str]]:
        """Return which headline metrics of which scenarios differ clearly, averaged over a span of months.

        Clear is what stands after Holm's adjustment for the number of headline metrics times scenarios.
        """
        chances = {}
        for arm in self.arms:
            for name in sim.metrics.headline(self.metrics):
                values = self.differences(name, arm, by).to_numpy().ravel()
                chances[arm, name] = chance(values[np.isfinite(values)])
        return holm(chances)

    @property
    def placebo(self) -> bool:
        """Whether the placebo was run too."""
        return any(name == PLACEBO for name, _ in self.runs)

    def floor(self, metric: str, by: Span = "in_force") -> float:
        """Return the placebo floor of a metric, averaged over a span of months.

        That is the mean distance, over seeds, between the placebo and the baseline; not a number without
        a placebo.
        """
        distance = self._values(PLACEBO, PLACEBO, metric, by) - self._values(
            self.baseline, PLACEBO, metric, by
        )
        return float(distance.abs().to_numpy().mean()) if distance.size else np.nan


def choose(what: str, name: Any, known: Sequence[str]) -> None:
    """Refuse a name that is not known."""
    if name not in known:
        raise InputError([Problem(what, f"there is no {name!r}", nearest(str(name), known))])


def periods(values: pd.Series[float], by: Span, since: str = "") -> pd.Series[float]:
    """Average a monthly series over a span of months, over years, or not at all."""
    choose("by", by, get_args(Span))
    if by == "month":
        return values
    if by == "year":
        return values.groupby(values.index.str[:4]).mean()
    months = in_span(values.index, by, since)
    return pd.Series({by: values.loc[months].mean()})


def in_span(months: pd.Index[Any], by: Span, since: str) -> pd.Index[Any]:
    """Return the months since a month, or the last twelve; all when none is left."""
    later = months[-MONTHS:] if by == "last_year" else months[months >= since]
    return later if len(later) else months


def summary(
    level: NDArray[np.float64], difference: NDArray[np.float64]
) -> tuple[float, float, float, float, int]:
    """Return mean level, mean difference, its interval and the number of pairs.

    Pairs with a value that is not finite are left out.
    """
    kept = np.isfinite(difference)
    if not kept.any():
        return np.nan, np.nan, np.nan, np.nan, 0
    mean, low, high = interval(difference[kept])
    return float(level[kept].mean()), mean, low, high, int(kept.sum())


def compare(
    baseline: Scenario | str | Path,
    *others: Scenario | str | Path,
    seeds: Seeds | None = None,
    jobs: int = 1,
    folder: str | Path | None = None,
    tell: Tell = silent,
    precision: float | Precision | None = None,
    placebo: bool = False,
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

    Raises
    ------
    InputError
        When the scenarios cannot be paired.
    """
    scenarios = [as_scenario(given) for given in (baseline, *others)]
    wanted = Precision(precision) if isinstance(precision, float | int) else precision

    def do(work: Sequence[Job]) -> list[Outcome]:
        return run_all(work, jobs, tell)

    return paired(scenarios, do, seeds, folder, wanted, placebo)


def paired(
    scenarios: Sequence[Scenario],
    do: Callable[[Sequence[Job]], list[Outcome]],
    seeds: Seeds | None = None,
    folder: str | Path | None = None,
    precision: Precision | None = None,
    placebo: bool = False,
) -> Effect:
    """Check and run scenarios, the first one the baseline, and pair the outcomes."""
    check_pairs(scenarios)
    arms = [*scenarios, with_placebo(scenarios[0], parting(scenarios))] if placebo else scenarios
    check_pairs(arms)
    if precision is None:
        return effect_of(do(jobs_for(arms, chosen_seeds(seeds, scenarios[0]), folder)), scenarios)
    precision.check(scenarios, seeds)
    outcomes: list[Outcome] = []
    for batch in in_batches(scenarios[0].run.seed, precision.most):
        outcomes += do(jobs_for(arms, batch, folder))
        effect = effect_of(outcomes, scenarios, precision.part)
        if precision.is_reached(effect):
            break
    return replace(effect, notes=(*effect.notes, precision.sentence(effect)))


def effect_of(
    outcomes: Sequence[Outcome], scenarios: Sequence[Scenario], precision: float = PRECISION
) -> Effect:
    """Pair the outcomes of runs; the first scenario is the baseline."""
    names = [scenario.name for scenario in scenarios]
    runs = {(done.scenario, done.seed): done.metrics for done in outcomes if done.metrics is not None}
    failures = tuple(done for done in outcomes if done.metrics is None)
    notes = tuple(notes_of(done for done in outcomes if done.scenario in names))
    return Effect(names[0], tuple(names[1:]), runs, failures, notes, parting(scenarios), precision)


def parting(scenarios: Sequence[Scenario]) -> str:
    """Return the month in which the first policy begins that a scenario does not share with the first one.

    "" where none does, or where other parameters differ: then the runs part in their first month.
    """
    parameters = [{key: group for key, group in one.parameters.items() if key != "run"} for one in scenarios]
    if any(other != parameters[0] for other in parameters):
        return ""
    policies = [set(one.policies) for one in scenarios]
    starts = [entry.first for other in policies for entry in other ^ policies[0]]
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
