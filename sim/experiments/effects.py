"""The differences a scenario makes: averages over seeds with intervals, and who gained.

Intervals are t intervals over the paired differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

import sim.metrics
from sim.core.errors import InputError, Problem, nearest
from sim.core.months import MONTHS
from sim.experiments import incidence as firmwise
from sim.experiments.incidence import BY, Pair
from sim.experiments.intervals import PRECISION, chance, holm, interval, needed
from sim.experiments.placebo import PLACEBO
from sim.experiments.run import Outcome

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
    pairs
        Runs compared firm by firm, by scenario and seed; empty unless firms were followed.
    """

    baseline: str
    arms: tuple[str, ...]
    runs: dict[tuple[str, int], pd.DataFrame]
    failures: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    since: str = ""
    precision: float = PRECISION
    pairs: Mapping[tuple[str, int], Pair] = field(default_factory=dict)
    _kept: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    def seeds(self, arm: str) -> list[int]:
        """Return the seeds that ended well in the baseline and in a scenario."""
        ours = {seed for name, seed in self.runs if name == arm}
        return sorted(ours & {seed for name, seed in self.runs if name == self.baseline})

    def dropped(self, arm: str) -> int:
        """Return how many seeds are left out because a run of the pair failed."""
        tried = {seed for _, seed in self.runs} | {failure.seed for failure in self.failures}
        return len(tried) - len(self.seeds(arm))

    @cached_property
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

    def incidence(self, by: str = "tier") -> pd.DataFrame:
        """Return who gained: value added after transfers, in Korea's won a month, with 95 % intervals.

        Parameters
        ----------
        by
            ``"tier"``, ``"size_class"``, ``"kind"``, ``"sector"``, ``"region"`` as they were when the
            scenarios parted, or ``"part"``: how the policies came near the firm (`PARTS`).

        Returns
        -------
        Rows: scenario and group, the last of each ``"all"``. Columns: ``firms`` (simulated, mean),
        ``entered`` and ``left`` (firms only in the scenario, only in the baseline), ``baseline``, ``gain``,
        ``low``, ``high``, and the differences that make it up or go with it: ``value_added``, ``wages``,
        ``profit``, ``received``, ``paid``, ``sales``; ``n`` (pairs). With a placebo it is a scenario too,
        and ``floor`` is the mean distance that it makes.
        """
        table = self._by_arm(lambda pairs: firmwise.incidence(pairs, by), by)
        placebo = [pair for (name, _), pair in self.pairs.items() if name == PLACEBO]
        floors = firmwise.floors(placebo, by) if placebo else {}
        groups = table.index.get_level_values(by)
        return table.assign(floor=[floors.get(group, np.nan) for group in groups])

    def winners(self, by: str = "tier") -> pd.DataFrame:
        """Return which parts of firms gain, lose or stay within 1 %, and what the middle one gains.

        Firms in both runs count. Columns: ``firms``, ``winners`` (with ``low`` and ``high``), ``losers``,
        ``unchanged``; ``median_gain`` in won a month of a simulated firm, with its interval; ``n`` (pairs).
        """
        return self._by_arm(lambda pairs: firmwise.winners(pairs, by), by)

    def coherence(self) -> pd.DataFrame:
        """Return, by year, the part of firms whose yearly sales are equal, or within 1 %, in both runs."""
        return self._by_arm(firmwise.coherent)

    def _by_arm(self, summed: Callable[[Sequence[Pair]], pd.DataFrame], by: str = "tier") -> pd.DataFrame:
        choose("by", by, BY)
        if not self.pairs:
            what, fix = "firms were not followed", "compare with incidence=True scenarios that part"
            raise InputError([Problem("incidence", what, fix)])
        tables = {
            arm: summed([pair for (name, _), pair in self.pairs.items() if name == arm])
            for arm in dict.fromkeys(name for name, _ in self.pairs)
        }
        return pd.concat(tables, names=["scenario", "year" if summed is firmwise.coherent else by])

    def recovery(self, metric: str, band: float = 0.01) -> pd.DataFrame:
        """Return how deep a metric fell after a shock, how much was lost, and the months until it was back.

        See `sim.experiments.recovery.recovery`.
        """
        from sim.experiments.recovery import recovery

        return recovery(self, metric, band)

    def _values(self, name: str, arm: str, metric: str, by: Span) -> pd.DataFrame:
        """Return period by seed of a metric; kept, as tables, marks and floors all ask for it."""
        key = (name, arm, metric, by)
        if key not in self._kept:
            self._kept[key] = self._averaged(name, arm, metric, by)
        return self._kept[key]

    def _averaged(self, name: str, arm: str, metric: str, by: Span) -> pd.DataFrame:
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
