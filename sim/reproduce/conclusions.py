"""Which conclusions hang on numbers that nobody has measured, and what change of one would flip them.

A conclusion is the sign of what a scenario changes of a metric. All parameters that the targets leave open
and all assumptions of the compared policies are moved together over their ranges, those that targets tell
something of over their posterior. An emulator of the differences then says at what value of a single
parameter, with all others in the middle, the expected difference changes its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc, spearmanr

from sim.experiments.design import Design
from sim.experiments.outputs import outputs_of
from sim.experiments.points import Points
from sim.experiments.ranges import declared_range
from sim.experiments.sampling import Varied
from sim.experiments.sweep import Watch, unseen
from sim.experiments.varied import is_whole_parameter
from sim.policies.voluntary import Voluntary
from sim.reproduce.emulator import Emulator, fit
from sim.reproduce.posterior import Posterior
from sim.scenario import Scenario

Real = NDArray[np.float64]
METRICS = (
    "real_gdp",
    "sme_value_added_share",
    "operating_margin_sme",
    "sme_wage_ratio",
    "gini_of_value_added",
)
STEPS = 101  # places of a parameter at which the sign is looked at
# Taking part: how many do is a dose, and the rest is without effect where nobody chooses.
CHOICE = set(Voluntary.model_fields)


@dataclass(frozen=True, eq=False)
class Conclusions:
    """What the compared scenarios change, over all that is not known.

    Attributes
    ----------
    varied
        What was moved.
    places
        (n, n_parameters) in the unit cube.
    differences
        (n, n_scenarios, n_metrics) from the baseline.
    scenarios, metrics
        Names of the compared scenarios and of the metrics.
    """

    varied: tuple[Varied, ...]
    places: Real
    differences: Real
    scenarios: tuple[str, ...]
    metrics: tuple[str, ...]

    def signs(self) -> pd.DataFrame:
        """Return a row a conclusion: mean difference, 90 % of all differences, part with the mean's sign."""
        rows = []
        for arm, scenario in enumerate(self.scenarios):
            for column, metric in enumerate(self.metrics):
                found = self.differences[:, arm, column]
                low, high = np.quantile(found, [0.05, 0.95])
                same = float(np.mean(np.sign(found) == np.sign(found.mean())))
                rows.append((scenario, metric, found.mean(), low, high, same))
        names = ["scenario", "metric", "difference", "q05", "q95", "same_sign"]
        return pd.DataFrame(rows, columns=names).set_index(["scenario", "metric"])

    def flips(self) -> pd.DataFrame:
        """Return a row a conclusion and parameter whose change alone would flip it, and at which value.

        ``usual`` is the expected difference with all in the middle of their ranges, ``turns_at`` the value
        of the parameter at which it changes its sign, ``weight`` the rank correlation of parameter and
        difference; ``trust`` is Q2 of the emulator: near 0 the runs tell too little to say.
        """
        rows = []
        for arm, scenario in enumerate(self.scenarios):
            emulator = fit(self.places, self.differences[:, arm])
            for parameter, one in enumerate(self.varied):
                for column, value in self._turns(emulator, parameter):
                    weight = spearmanr(self.places[:, parameter], self.differences[:, arm, column]).statistic
                    usual = float(emulator(np.full((1, len(self.varied)), 0.5))[0][0, column])
                    told = (scenario, self.metrics[column], one.name, one.low, one.high)
                    rows.append((*told, one.at(value), usual, float(weight), float(emulator.trust[column])))
        names = [
            "scenario", "metric", "parameter", "low", "high", "turns_at", "usual", "weight", "trust",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    def _turns(self, emulator: Emulator, parameter: int) -> list[tuple[int, float]]:
        """Return the metrics whose expected difference changes sign along a parameter, and where first."""
        places = np.full((STEPS, len(self.varied)), 0.5)
        places[:, parameter] = np.linspace(0, 1, STEPS)
        expected, _ = emulator(places)
        found = []
        for column in range(expected.shape[1]):
            path = expected[:, column]
            other = np.flatnonzero(np.sign(path) != np.sign(path[STEPS // 2]))
            if other.size:  # the nearest to the middle
                found.append((column, float(places[other[np.argmin(np.abs(other - STEPS // 2))], parameter])))
        return found


def assumptions(scenarios: Sequence[Scenario]) -> tuple[Varied, ...]:
    """Return the parameters of the scenarios' policies whose source states a range, each with it."""
    found: dict[str, Varied] = {}
    for scenario in scenarios:
        for entry in scenario.policies:
            for name in type(entry.steps[0][1]).model_fields:
                dotted = f"policy.{entry.name}.{name}"
                ends = None if name in CHOICE else declared_range(scenario, dotted)
                if ends:
                    whole = is_whole_parameter(scenario, dotted)
                    found.setdefault(dotted, Varied(dotted, low=ends[0], high=ends[1], whole=whole))
    return tuple(found.values())


def conclude(
    scenarios: Sequence[Scenario],
    folder: str | Path,
    known: Posterior | None = None,
    *,
    metrics: Sequence[str] = METRICS,
    points: int = 128,
    seeds: Sequence[int] = (1,),
    workers: int = 1,
    watch: Watch = unseen,
) -> Conclusions:
    """Compare scenarios with the first at points that fill all that is not known.

    Parameters
    ----------
    scenarios
        The baseline and what is compared with it, with the size of the runs.
    folder
        Where runs are kept; those found there are not done again.
    known
        What targets say of some parameters; these are drawn from it.
    metrics
        Whose differences are looked at, means over the months since scenarios part.
    points, seeds, workers, watch
        As of `sim.reproduce.calibrate.calibrate` and `sim.sweep`.

    Raises
    ------
    InputError
        When the points are too few for so many parameters.
    """
    told = known.varied if known else ()
    varied = (*told, *assumptions(scenarios[1:]))
    places = qmc.Sobol(len(varied), scramble=True, rng=2).random(points)
    if known:
        places[:, : len(told)] = known.places[known.rows(points)]
    at = tuple({one.name: one.at(float(x)) for one, x in zip(varied, place, strict=True)} for place in places)
    text = f"# what conclusions hang on: {', '.join(one.name for one in varied)}\n"
    design = Design("conclusions", "Conclusions", tuple(scenarios), "list", at, tuple(seeds), text, varied)
    Points(design, Path(folder), workers, watch=watch).run(at, metrics)
    reached = outputs_of(design, Path(folder), metrics, "in_force").mean(axis=2)
    differences = reached[:, 1:] - reached[:, :1]
    usable = np.isfinite(differences).all(axis=(1, 2))
    names = tuple(scenario.name for scenario in scenarios[1:])
    return Conclusions(varied, places[usable], differences[usable], names, tuple(metrics))
