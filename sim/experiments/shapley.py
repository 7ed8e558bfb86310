"""What each channel, or each policy, contributes to an effect: Shapley values of paired runs.

The players are the channels through which the policies of a scenario act, or those policies. A run for every
set of players, with the others switched off, shares its draws with all the others, so that the value of a
set is what it adds in that seed. A player's contribution is what it adds to the sets before it, averaged
over all orders in which players may come; contributions add up to the whole (Shapley 1953). What the
scenario differs by when all players are off is the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.experiments.effects import choose, periods
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.intervals import interval
from sim.experiments.pairs import check_pairs, notes_of, parting
from sim.experiments.run import Job, Outcome, Tell, jobs_for, run_all, silent
from sim.policies.channels import CHANNELS, channels_of
from sim.scenario import Scenario

By = Literal["channels", "policies"]
MOST = 8  # players: 256 runs a seed
REST, TOTAL = "rest", "total"
Do = Callable[[Sequence[Job]], list[Outcome]]


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Contributions to the effect of a scenario, seed by seed.

    Parameters
    ----------
    baseline, arm
        Names of the two scenarios.
    by
        What the players are: channels or policies.
    players
        Their names.
    since
        Month in which the scenarios part; contributions are to the averages since.
    values
        Rows: seed, metric. Columns: the players, ``rest`` and ``total``.
    failures
        Runs that failed; their seed is left out.
    notes
        What the runs noted.
    """

    baseline: str
    arm: str
    by: str
    players: tuple[str, ...]
    since: str
    values: pd.DataFrame
    failures: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def seeds(self) -> list[int]:
        """Seeds of which all runs ended well."""
        return sorted(set(self.values.index.get_level_values("seed")))

    def table(self, metric: str | None = None) -> pd.DataFrame:
        """Return contributions with 95 % intervals over seeds.

        Returns
        -------
        Rows: metric, part (the players, ``rest``, ``total``). Columns: ``contribution``, ``low``, ``high``,
        ``n``.
        """
        known = list(dict.fromkeys(self.values.index.get_level_values("metric")))
        if metric is not None:
            choose("metric", metric, known)
        rows = []
        for name in known if metric is None else [metric]:
            parts = self.values.xs(name, level="metric").dropna()
            for part in self.values.columns:
                kept = parts[part].to_numpy()
                mean, low, high = interval(kept) if kept.size else (np.nan, np.nan, np.nan)
                rows.append((name, part, mean, low, high, kept.size))
        columns = ["metric", "part", "contribution", "low", "high", "n"]
        return pd.DataFrame(rows, columns=columns).set_index(["metric", "part"])


def shapley(
    baseline: Scenario | str | Path,
    arm: Scenario | str | Path,
    by: By = "channels",
    seeds: Seeds | None = None,
    jobs: int = 1,
    folder: str | Path | None = None,
    tell: Tell = silent,
) -> Decomposition:
    """Split the effect of a scenario among the channels of its policies, or among its policies.

    Parameters
    ----------
    baseline, arm
        Two scenarios that can be compared. Policies that both have alike are no players.
    by
        ``"channels"`` or ``"policies"``.
    seeds, jobs, folder, tell
        As in `sim.compare`. It takes 2 to the number of players runs a seed.

    Raises
    ------
    InputError
        When there is nothing to split, or there are more than eight players.
    """
    pair = [as_scenario(baseline), as_scenario(arm)]
    return decomposed(pair, by, lambda all_jobs: run_all(all_jobs, jobs, tell), seeds, folder)


def decomposed(
    pair: Sequence[Scenario],
    by: str,
    do: Do,
    seeds: Seeds | None = None,
    folder: str | Path | None = None,
) -> Decomposition:
    """Run a scenario with every set of its players switched on, and share the effect out among them."""
    choose("by", by, get_args(By))
    check_pairs(pair)
    baseline, arm = pair
    names = players(baseline, arm, by)
    count = 1 << len(names)
    sets = [with_players(baseline, arm, names, members, by) for members in range(count)]
    distinct = {one.hash: one for one in (*sets, baseline)}
    chosen = chosen_seeds(seeds, baseline)
    outcomes = do(jobs_for(list(distinct.values()), chosen, folder))
    since = parting(pair)
    value = averages(outcomes, distinct, since)
    failed = {done.seed for done in outcomes if done.metrics is None}
    frames = []
    for seed in [seed for seed in chosen if seed not in failed]:
        worth = np.array([value[one.hash, seed].to_numpy() for one in sets])
        before = value[baseline.hash, seed]
        parts = dict(zip(names, contributions(worth), strict=True))
        parts |= {REST: worth[0] - before.to_numpy(), TOTAL: worth[-1] - before.to_numpy()}
        frame = pd.DataFrame(parts, index=before.index.rename("metric"))
        frames.append(pd.concat({seed: frame}, names=["seed"]))
    columns = [*names, REST, TOTAL]
    empty = pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=["seed", "metric"]))
    return Decomposition(
        baseline.name,
        arm.name,
        by,
        tuple(names),
        since,
        pd.concat(frames) if frames else empty,
        tuple(done for done in outcomes if done.metrics is None),
        tuple(notes_of(done for done in outcomes if done.scenario in (baseline.name, arm.name))),
    )


def averages(
    outcomes: Sequence[Outcome], distinct: Mapping[str, Scenario], since: str
) -> dict[tuple[str, int], pd.Series[Any]]:
    """Return the averages of all metrics since a month, by hash of the scenario and seed."""
    hashes = {one.name: key for key, one in distinct.items()}
    found = {}
    for done in outcomes:
        if done.metrics is not None:
            means = {
                str(name): float(periods(done.metrics[name], "in_force", since).iloc[0])
                for name in done.metrics
            }
            found[hashes[done.scenario], done.seed] = pd.Series(means, dtype=float)
    return found


def contributions(worth: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return each player's Shapley value from the worth of every set of players.

    Parameters
    ----------
    worth
        (2^k, m) worth of a set in m metrics; bit i of the row number says whether player i is in it.

    Examples
    --------
    Alone the first is worth 1 and the second 2; together 5, of which they share the 2 they add by it.

    >>> [float(part[0]) for part in contributions(np.array([[0.0], [1.0], [2.0], [5.0]]))]
    [2.0, 3.0]
    """
    count = int(worth.shape[0]).bit_length() - 1
    rows = np.arange(worth.shape[0])
    size = np.array([int(row).bit_count() for row in rows])
    orders = math.factorial(count)
    parts = []
    for player in range(count):
        without = rows[(rows >> player) & 1 == 0]
        weight = [math.factorial(n) * math.factorial(count - n - 1) / orders for n in size[without]]
        parts.append(np.asarray(weight) @ (worth[without | 1 << player] - worth[without]))
    return parts


# --- players -----------------------------------------------------------------------------------------


def players(baseline: Scenario, arm: Scenario, by: str) -> list[str]:
    """Return the channels of the policies that the baseline does not have alike, or those policies.

    Raises
    ------
    InputError
        When there are none, or more than eight, or events of a policy belong to no channel.
    """
    own = [entry for entry in arm.policies if entry not in baseline.policies]
    names = [entry.name for entry in own]
    if by == "channels":
        used = {entry.name: channels_of(type(entry.steps[0][1])) - entry.without for entry in own}
        nameless = [name for name, channels in used.items() if "" in channels]
        if nameless:
            fix = f'write channel = "..." in its class: {", ".join(CHANNELS)}'
            what = "acts by events and does not say to which channel they belong"
            raise InputError([Problem(f"policy.{name}", what, fix) for name in nameless])
        names = [channel for channel in CHANNELS if any(channel in channels for channels in used.values())]
    if not names:
        what = f"{arm.name} has no policy that {baseline.name} does not have alike"
        raise InputError([Problem("decompose", what, "there is nothing to split")])
    if len(names) > MOST:
        what = f"{len(names)} {by} take {2 ** len(names):,} runs a seed"
        raise InputError(
            [Problem("decompose", what, f"split at most {MOST}: leave policies out, or split by channels")]
        )
    return names


def with_players(baseline: Scenario, arm: Scenario, names: Sequence[str], members: int, by: str) -> Scenario:
    """Return the scenario with some players on and the others off; named after those that are on."""
    if members == (1 << len(names)) - 1:
        return arm
    off = {name for place, name in enumerate(names) if not members >> place & 1}
    own = [entry for entry in arm.policies if entry not in baseline.policies]
    pairs: list[Any] = []
    for entry in own:
        key = f"policy.{entry.name}"
        if by == "channels":
            lost = off & channels_of(type(entry.steps[0][1]))
            pairs += [f"{key}.without", sorted(entry.without | lost)] if lost else []
        elif entry.name in off:
            before = baseline.resolved["policy"].get(entry.name)
            pairs += [f"{key}.off", True] if before is None else [key, before]
    changed = arm.replacing(*pairs)
    if changed == baseline:
        return baseline
    on = "+".join(name for name in names if name not in off) or "none"
    return changed.named(f"{arm.name} with {on}", arm.title)
