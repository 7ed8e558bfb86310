"""Additionality: which subsidised projects the paired run without the policy made too.

A project is subsidised when what the firm itself pays is less than the project costs. Its counterfactual is
the same firm in the run of the same seed without the policy: the n-th project of a kind that a firm makes is
made anyway if the firm makes an n-th one there too, by the same month or by the end of the run. Both
are told: the first leaves out what the policy only brought forward, the second counts it as made anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import failures
from sim.experiments.inputs import Seeds, as_scenario, chosen_seeds
from sim.experiments.intervals import interval
from sim.experiments.manifest import origin
from sim.experiments.openings import opened
from sim.experiments.pairs import check_pairs
from sim.experiments.run import Job, Tell, run_all, silent
from sim.experiments.store import Result
from sim.policies.book import PolicyBook
from sim.scenario import Scenario

PROJECTS = {  # the event of a project, and the hook by which others take a part of its cost
    "smart_factory": ("on_adoption", "adjust_adoption_cost"),
    "switching": ("on_switching", "adjust_switching_cost"),
    "retrofit": ("on_retrofit", "adjust_retrofit_cost"),
}
LOG = ["project", "uid", "month", "cost", "support"]


class WatchingBook(PolicyBook):
    """Policies of a run whose projects are written down; nothing else is changed."""

    def __init__(self, book: PolicyBook) -> None:
        super().__init__(book.entries)
        self.log: list[pd.DataFrame] = []
        self._support: dict[str, Any] = {}

    def adjust(self, hook: str, model: Any, value: Any, *arguments: Any) -> Any:
        """Adjust a value, and remember what policies take off a project's cost."""
        adjusted = super().adjust(hook, model, value, *arguments)
        self._support[hook] = np.asarray(value) - adjusted if hook.endswith("_cost") else None
        return adjusted

    def call(self, event: str, model: Any, *arguments: Any) -> None:
        """Announce an event, and write down projects begun."""
        for place, (begun, hook) in enumerate(PROJECTS.values()):
            if event == begun:
                rows, cost = arguments
                columns = [place, model.firms.uid[rows], model.month, cost, self._support[hook][rows]]
                self.log.append(pd.DataFrame(dict(zip(LOG, columns, strict=True))))
        super().call(event, model, *arguments)


def watch(scenario: Scenario, seed: int, tell: Tell = silent) -> Result:
    """Run a scenario and return, in place of metrics, its projects: kind, firm, month, cost, support."""
    model = opened(scenario, seed)
    book = model.policies = WatchingBook(model.policies)
    for _ in range(scenario.run.months):
        model.step()
        tell(1)
    log = pd.concat(book.log, ignore_index=True) if book.log else pd.DataFrame(columns=LOG, dtype=float)
    return Result(scenario, seed, log, None, origin(scenario, seed) | {"notes": []})


def additionality(
    baseline: Scenario | str | Path,
    arm: Scenario | str | Path,
    seeds: Seeds | None = None,
    jobs: int = 1,
    tell: Tell = silent,
) -> pd.DataFrame:
    """Return which part of a scenario's subsidised projects the paired baseline made too.

    Returns
    -------
    Rows: kind of project (with any subsidised), measure. Measures: ``subsidised`` (simulated projects a
    seed), ``anyway_by_then`` and ``anyway`` (parts of them made in the baseline by the same month, by the
    end of the run), ``support_anyway`` (part of the won of support that went to the latter). Columns:
    ``mean``, ``low``, ``high``, ``n`` (seeds with any).
    """
    pair = [as_scenario(baseline), as_scenario(arm)]
    check_pairs(pair)
    chosen = chosen_seeds(seeds, pair[0])
    outcomes = run_all([Job(one, seed, None, watch) for seed in chosen for one in pair], jobs, tell)
    failures.refuse(outcomes)
    logs = {(done.scenario, done.seed): done.metrics for done in outcomes}
    rows = []
    for place, project in enumerate(PROJECTS):
        found = [
            shares(of_kind(logs[pair[1].name, seed], place), of_kind(logs[pair[0].name, seed], place))
            for seed in chosen
        ]
        rows += measures(project, [one for one in found if one["subsidised"]])
    columns = ["project", "measure", "mean", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns).set_index(["project", "measure"])


def of_kind(log: pd.DataFrame | None, place: int) -> pd.DataFrame:
    """Return the projects of a kind, each with its number among those of its firm."""
    assert log is not None
    chosen = log[log["project"] == place].sort_values("month", kind="stable")
    return chosen.assign(number=chosen.groupby("uid").cumcount())


def shares(here: pd.DataFrame, there: pd.DataFrame) -> dict[str, float]:
    """Return the measures of one kind of project in one pair of runs."""
    both = here[here["support"] > 0].merge(
        there[["uid", "number", "month"]], on=["uid", "number"], how="left", suffixes=("", "_there")
    )
    if both.empty:
        return {"subsidised": 0.0}
    anyway = both["month_there"].notna()
    return {
        "subsidised": float(len(both)),
        "anyway_by_then": float((both["month_there"] <= both["month"]).mean()),
        "anyway": float(anyway.mean()),
        "support_anyway": float(both.loc[anyway, "support"].sum() / both["support"].sum()),
    }


def measures(project: str, found: Sequence[dict[str, float]]) -> list[tuple[Any, ...]]:
    """Return a row for each measure: mean, interval, seeds."""
    names = found[0] if found else ()
    return [(project, name, *interval(np.array([one[name] for one in found])), len(found)) for name in names]
