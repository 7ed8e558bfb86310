"""Trickle-down: what suppliers lose when conglomerates lose exports, tier by tier, from paired runs.

The elasticity of a tier is that of `sim.experiments.trickle`: the change of the log of its value added, or
sales, over that of conglomerates' sales, both against the paired run without the shock. `sim.reproduce.panel`
estimates the same from a panel without any experiment.
"""

from __future__ import annotations

from sim.core.months import MONTHS
from sim.experiments.run import Tell, silent
from sim.experiments.trickle import CLEAR, follow_tiers, in_logs
from sim.reproduce.ensemble import Measured
from sim.scenario import Scenario

TIERS = {"1": "tier_1", "2": "tier_2", "3 and below": "tier_3", "outside": "outside"}
YEARS = ("first_year", "second_year")


def measure(scenario: Scenario, seed: int, tell: Tell = silent) -> Measured:
    """Return elasticities by tier in the first two years of the shocks of a scenario."""
    (shock,) = scenario.shocks
    calm = scenario.replacing(f"shock.{shock.name}.off", True)
    struck, untouched = (
        in_logs(follow_tiers(one, seed, told, since=shock.first).metrics)
        for one, told in ((scenario, tell), (calm, silent))
    )
    change = (struck - untouched).stack().to_dict()
    found: Measured = {}
    for place, year in enumerate(YEARS):
        when = shock.first // MONTHS + place
        above = change["0", when, "sales"]
        if abs(above) < CLEAR:
            continue
        for tier, name in TIERS.items():
            for what in ("value_added", "sales"):
                found[f"elasticity_of_{what}_{name}_{year}"] = change[tier, when, what] / above
    return found
