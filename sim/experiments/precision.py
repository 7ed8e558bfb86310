"""How many seeds a wanted precision takes.

Seeds are added in batches until the interval is narrow enough. Whether it leaves out zero plays no part:
to stop as soon as an effect is significant would find an effect of nothing in one case of three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import sim.metrics
from sim.core.errors import InputError, Problem, nearest
from sim.experiments.intervals import PRECISION, interval
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.experiments.effects import Effect

FIRST, BATCH = 20, 10  # seeds before the first look, and from one look to the next
METRIC = "sme_value_added_share"
MOST = 200


@dataclass(frozen=True)
class Precision:
    """Half-width of an interval that is narrow enough, for every scenario.

    Parameters
    ----------
    part
        Half the 95 % interval over the difference, at most.
    of
        Metric whose difference is meant, averaged over the months since the scenarios part.
    most
        Seeds after which to stop in any case.
    """

    part: float = PRECISION
    of: str = METRIC
    most: int = MOST

    def check(self, scenarios: Sequence[Scenario], seeds: Any = None) -> None:
        """Refuse what cannot be reached or is not measured, naming all reasons."""
        problems = []
        if not 0 < self.part < np.inf:
            problems.append(
                Problem("precision", f"{self.part!r} is no precision", "give a part above 0, 0.05")
            )
        if self.most < FIRST:
            problems.append(Problem("most", f"{self.most} seeds are too few", f"give at least {FIRST}"))
        if seeds is not None:
            fix = "leave out the seeds; most says how many at most, run.seed the first one"
            problems.append(Problem("seeds", "how many follows from the precision", fix))
        known = list(sim.metrics.available())
        if self.of not in known:
            problems.append(Problem("of", f"there is no metric {self.of!r}", nearest(self.of, known)))
        elif silent := [one.name for one in scenarios if self.of not in (one.record.metrics or known)]:
            what = f"{', '.join(silent)} does not record {self.of!r}"
            problems.append(Problem("of", what, "add it to record.metrics, or name another"))
        if problems:
            raise InputError(problems)

    def halves(self, effect: Effect) -> dict[str, float]:
        """Return half the interval of each scenario's difference, over the difference."""
        found = {}
        for arm in effect.arms:
            values = effect.differences(self.of, arm, "in_force").to_numpy().ravel()
            values = values[np.isfinite(values)]
            mean, _, high = interval(values) if values.size else (np.nan, np.nan, np.nan)
            # Where nothing differs there is nothing to be narrowed.
            found[arm] = (high - mean) / abs(mean) if mean else 0.0 if high == 0 else np.inf
        return found

    def is_reached(self, effect: Effect) -> bool:
        """Whether all intervals are narrow enough, or no pair is left to narrow one."""
        alive = all(effect.seeds(arm) for arm in effect.arms)
        return not alive or all(half <= self.part for half in self.halves(effect).values())

    def sentence(self, effect: Effect) -> str:
        """Say whether it was reached."""
        if not all(effect.seeds(arm) for arm in effect.arms):
            return f"precision {self.part:g} of {self.of}: given up, a scenario has no pair of runs"
        pairs = min(len(effect.seeds(arm)) for arm in effect.arms)
        wide = {arm: half for arm, half in self.halves(effect).items() if not half <= self.part}
        if not wide:
            return f"precision {self.part:g} of {self.of} reached with {pairs} pairs"
        still = ", ".join(f"{arm} {half:.2g}" for arm, half in wide.items())
        return (
            f"precision {self.part:g} of {self.of} not reached with {pairs} pairs, the most allowed: {still}"
        )


def in_batches(first: int, most: int) -> Iterator[list[int]]:
    """Return seeds to try before each look, counted from the first.

    Examples
    --------
    >>> [len(batch) for batch in in_batches(1, 45)]
    [20, 10, 10, 5]
    """
    start, size = 0, FIRST
    while start < most:
        yield [first + place for place in range(start, min(start + size, most))]
        start, size = start + size, BATCH
