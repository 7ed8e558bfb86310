"""How far down the chain a shock to large firms reaches: elasticities by tier.

Firms stay in the tier they had when the shock struck. The elasticity of a tier in a year is the change of
the log of its value added over the change of the log of conglomerates' sales, both between the run with the
shock and the paired run without it: 1 where it falls as much as they do, 0 where it is not touched. Both
answer to the shock and to each other, through orders, but also through prices, wages and what households
spend: it is a ratio of effects, no causal chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.core.months import MONTHS
from sim.economy.kinds import OUTSIDE
from sim.experiments import failures
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.intervals import interval
from sim.experiments.manifest import origin
from sim.experiments.openings import opened
from sim.experiments.run import Job, Tell, run_all, silent
from sim.experiments.store import Result
from sim.experiments.tables import grid, half_width, number, paragraph
from sim.metrics.economy import value_added
from sim.scenario import Scenario

SHOCK = "shocks/large_exports"
TIERS = {
    "0": (0, 0),
    "1": (1, 1),
    "2": (2, 2),
    "3 and below": (3, OUTSIDE - 1),
    "outside": (OUTSIDE, OUTSIDE),
}
CLEAR = 1e-3  # least change of the log of conglomerates' sales over which a ratio is taken


def follow_tiers(scenario: Scenario, seed: int, tell: Tell = silent, *, since: int) -> Result:
    """Run a scenario and return, in place of metrics, sales and value added by tier and year.

    Tiers are those at the beginning of the month ``since``, from which on months count.
    """
    model = opened(scenario, seed)
    sums: dict[tuple[str, int], NDArray[np.float64]] = {}
    members: dict[str, NDArray[np.bool_]] = {}
    for _ in range(scenario.run.months):
        if model.month == since:
            firms = model.firms
            members = {
                name: firms.living & (firms.tier >= first) & (firms.tier <= last)
                for name, (first, last) in TIERS.items()
            }
        year = model.month // MONTHS
        model.step()
        tell(1)
        added = value_added(model) if members else None
        for name, chosen in members.items():
            assert added is not None
            amounts = np.array([model.firms.sales[chosen].sum(), added[chosen].sum()], dtype=float)
            sums[name, year] = sums.get((name, year), np.zeros(2)) + amounts
    index = pd.MultiIndex.from_tuples(sums, names=["tier", "year"])
    table = pd.DataFrame(list(sums.values()), index=index, columns=["sales", "value_added"])
    return Result(scenario, seed, table, None, origin(scenario, seed) | {"notes": []})


def trickle(
    scenario: Scenario | str | Path = SHOCK,
    seeds: Seeds | None = None,
    jobs: int = 1,
    tell: Tell = silent,
) -> pd.DataFrame:
    """Return the elasticity of each tier's value added to conglomerates' sales, by year.

    Parameters
    ----------
    scenario
        One with shocks; the paired run is the same without them.
    seeds, jobs, tell
        As in `sim.compare`.

    Returns
    -------
    Rows: tier, year. Columns: ``elasticity``, ``low``, ``high``, ``n`` (seeds), ``sales`` (mean change of the
    log of conglomerates' sales) and ``value_added`` (that of the tier). No elasticity where conglomerates'
    sales hardly changed, or the tier's value added was not positive.
    """
    struck = as_scenario(scenario)
    if not struck.shocks:
        what = f"{struck.name} has no shock"
        raise InputError(
            [Problem("trickle", what, f"add one, on the exports of conglomerates as {SHOCK} has")]
        )
    calm = struck.replacing(*(part for one in struck.shocks for part in (f"shock.{one.name}.off", True)))
    pair = (struck, calm.named("without"))
    chosen = chosen_seeds(seeds, struck)
    work = partial(follow_tiers, since=min(one.first for one in struck.shocks))
    outcomes = run_all([Job(one, seed, None, work) for seed in chosen for one in pair], jobs, tell)
    failures.refuse(outcomes)
    sums = {(done.scenario, done.seed): done.metrics for done in outcomes if done.metrics is not None}
    return elasticities([(sums[pair[0].name, seed], sums[pair[1].name, seed]) for seed in chosen])


def elasticities(pairs: Sequence[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Return elasticities by tier and year from sums with a shock and without it, one pair a seed."""
    logs = [in_logs(struck) - in_logs(calm) for struck, calm in pairs]
    rows = []
    for tier, year in logs[0].index:
        sales = np.array([log.loc[("0", year), "sales"] for log in logs])
        added = np.array([log.loc[(tier, year), "value_added"] for log in logs])
        kept = np.isfinite(sales) & np.isfinite(added)
        means = [float(values[kept].mean()) if kept.any() else np.nan for values in (sales, added)]
        enough = kept.any() and np.abs(sales[kept]).min() >= CLEAR
        found = interval(added[kept] / sales[kept]) if enough else (np.nan, np.nan, np.nan)
        rows.append((tier, year, *found, int(kept.sum()), *means))
    columns = ["tier", "year", "elasticity", "low", "high", "n", "sales", "value_added"]
    return pd.DataFrame(rows, columns=columns).set_index(["tier", "year"])


def in_logs(sums: pd.DataFrame) -> pd.DataFrame:
    """Return logs; none of what is not positive."""
    return sums.where(sums > 0).apply(np.log)


def page(table: pd.DataFrame, seeds: int) -> str:
    """Return a line a tier and a column a year."""
    years = sorted(set(table.index.get_level_values("year")))
    rows = []
    for tier in TIERS:
        cells = [table.loc[(tier, year)] for year in years]
        rows.append([f"tier {tier}" if tier != "outside" else tier])
        rows[-1] += [number(float(cell["elasticity"]), 3) for cell in cells]
        if seeds > 1:
            rows.append(["", *(f"±{half_width(float(c['low']), float(c['high']), 1.0)}" for c in cells)])
    sales = [number(100 * float(table.loc[("0", year), "sales"]), 3) for year in years]
    rows.append(["conglomerates' sales, log %", *sales])
    told = (
        f"Change of the log of a tier's value added over that of conglomerates' sales; {seeds} pairs of runs,"
        " ± 95 % over seeds. Firms stay in the tier they had when the shock struck. A ratio of effects, no "
        "causal chain."
    )
    return "\n".join([grid(["value added of", *map(str, years)], rows, left=(0,)), paragraph(told)])
