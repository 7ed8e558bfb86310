"""Lorenz curves of value added among firms, over seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.core.months import MONTHS
from sim.experiments import failures
from sim.experiments.inputs import Seeds, chosen_seeds
from sim.experiments.intervals import interval
from sim.experiments.manifest import origin
from sim.experiments.openings import opened
from sim.experiments.run import Job, Tell, run_all, silent
from sim.experiments.store import Result
from sim.metrics.economy import value_added
from sim.metrics.inequality import gini, lorenz
from sim.scenario import Scenario

PARTS = np.linspace(0, 1, 101)  # parts of firms at which a curve is read


def last_year(scenario: Scenario, seed: int, tell: Tell = silent) -> Result:
    """Run a scenario and return, in place of metrics, the Lorenz curve of its last twelve months.

    Counted are firms in business at the end, each with what it made in the twelve months; a negative sum
    counts as zero, as in the metric `gini_of_value_added`.
    """
    model = opened(scenario, seed)
    made = np.zeros(model.firms.rows)
    for month in range(scenario.run.months):
        model.step()
        tell(1)
        if month >= scenario.run.months - MONTHS:
            made += value_added(model)
    own = np.maximum(made[model.firms.living], 0)
    owners, total = lorenz(own)
    table = pd.DataFrame({"curve": np.interp(PARTS, owners, total), "gini": gini(own)}, index=PARTS)
    return Result(scenario, seed, table, None, origin(scenario, seed) | {"notes": []})


def curves(
    scenarios: Sequence[Scenario], seeds: Seeds | None = None, jobs: int = 1, tell: Tell = silent
) -> pd.DataFrame:
    """Return the Lorenz curve of value added among firms in the last year of each scenario.

    Returns
    -------
    Columns: ``scenario``, ``firms`` (part of firms, poorest first), ``value_added`` (their part of it, mean
    over seeds) with ``low`` and ``high``, ``gini`` (mean over seeds of the Gini coefficient), ``n``.
    """
    chosen = chosen_seeds(seeds, scenarios[0])
    outcomes = run_all([Job(one, seed, None, last_year) for one in scenarios for seed in chosen], jobs, tell)
    failures.refuse(outcomes)
    tables = []
    for scenario in scenarios:
        mine = [done.metrics for done in outcomes if done.scenario == scenario.name]
        found = [one for one in mine if one is not None]
        values = np.array([one["curve"] for one in found])
        rows = [interval(values[:, place]) for place in range(PARTS.size)]
        table = pd.DataFrame(rows, columns=["value_added", "low", "high"])
        table.insert(0, "firms", PARTS)
        table.insert(0, "scenario", scenario.name)
        tables.append(table.assign(gini=float(np.mean([one["gini"].iloc[0] for one in found])), n=len(found)))
    return pd.concat(tables, ignore_index=True)
