"""A comparison as the what-if page and the report show it: the record and the tables of ``winwin compare``.

Nothing is computed here. Numbers come from `sim.experiments.effects.Effect`, the document from the functions
behind ``winwin compare --json --incidence tier,size_class``, and the cells of tables from those behind its
tables of text, so that all faces show the same digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim.metrics
from sim.experiments import incidence_page, records, tables
from sim.experiments.compare import compare
from sim.experiments.effects import WHOLE, Effect, in_span
from sim.experiments.run import Tell, silent
from sim.scenario import Scenario

BY = ("tier", "size_class")  # who gained is shown by these, and by part
SHOWN = (*BY, "part")
DRAWN = (
    "real_gdp",
    "sme_value_added_share",
    "operating_margin_sme",
    "operating_margin_large",
    "sme_wage_ratio",
    "unemployment_rate",
)  # drawn year by year


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios, the first one the baseline, and their paired differences."""

    scenarios: tuple[Scenario, ...]
    effect: Effect

    @classmethod
    def run(
        cls,
        scenarios: Sequence[Scenario],
        seeds: int | None = None,
        jobs: int = 1,
        folder: str | Path | None = None,
        tell: Tell = silent,
    ) -> Comparison:
        """Run scenarios with shared draws, following every firm."""
        effect = compare(*scenarios, seeds=seeds, jobs=jobs, folder=folder, tell=tell, incidence=True)
        return cls(tuple(scenarios), effect)

    @property
    def arms(self) -> tuple[Scenario, ...]:
        """The scenarios compared with the baseline."""
        return self.scenarios[1:]

    def followed(self, arm: str) -> bool:
        """Whether firms were followed in a pair of runs of a scenario."""
        return any(name == arm for name, _ in self.effect.pairs)

    def record(self) -> dict[str, Any]:
        """Return the document of ``winwin compare --json --incidence tier,size_class``."""
        told = records.comparison(self.scenarios, self.effect) | incidence_page.record(self.effect, BY)
        clean: dict[str, Any] = records.clean(told)
        return clean

    def years(self) -> list[dict[str, Any]]:
        """Return the differences of the measures that are drawn, a row a scenario, measure and year."""
        rows = [
            {str(key): value for key, value in row.items()}
            for name in DRAWN
            if name in self.effect.metrics
            for row in self.effect.table(name, by="year").reset_index().to_dict("records")
        ]
        clean: list[dict[str, Any]] = records.clean(rows)
        return clean

    def differences(self, arm: str) -> dict[str, Any]:
        """Return the table of differences of a scenario: head, rows and what the averages are over."""
        effect = self.effect
        seeds = effect.seeds(arm)
        if not seeds:
            return {"head": [], "rows": [], "pairs": 0, "dropped": effect.dropped(arm)}
        months = effect.runs[arm, seeds[0]].index
        since, year = (list(map(str, in_span(months, span, effect.since))) for span in WHOLE)
        head, rows = tables.difference_rows(effect, arm, len(seeds), since != year)
        return {
            "head": [word.strip() for word in head],
            "rows": [[cell.strip() for cell in row] for row in rows],
            "pairs": len(seeds),
            "dropped": effect.dropped(arm),
            "since": tables.period(since),
            "year": tables.period(year),
        }

    def gains(self, arm: str, by: str) -> dict[str, Any]:
        """Return the table of who gained in a scenario by one attribute: head and rows."""
        if not self.followed(arm):
            return {"head": [], "rows": []}
        head, rows = incidence_page.gain_rows(self.effect, arm, by)
        return {
            "head": [word.strip() for word in head],
            "rows": [[cell.strip() for cell in row] for row in rows],
        }

    def clear(self, arm: str) -> tuple[int, int]:
        """Return how many headline measures differ clearly in a scenario, and of how many."""
        clear, family = self.effect.clear(), sim.metrics.headline(self.effect.metrics)
        return sum((arm, name) in clear for name in family), len(family)

    def told(self) -> dict[str, Any]:
        """Return all that is shown as plain values, for JSON."""
        arms = {}
        for scenario in self.arms:
            clear, family = self.clear(scenario.name)
            arms[scenario.name] = {
                "title": scenario.title,
                "differences": self.differences(scenario.name),
                "gains": {by: self.gains(scenario.name, by) for by in SHOWN},
                "differs": clear,
                "family": family,
            }
        return {"record": self.record(), "years": self.years(), "arms": arms}
