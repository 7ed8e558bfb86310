"""What was fitted of the scenario ``history``, and to what: priors, targets and weights in one place.

Five parameters of adoption, six published numbers; the cash ratio of 2018 is the opening share of contracts
in cash and not at the parameters' disposal. The values in the scenario are the nearest of some points tried
by hand, by the medians of 20 seeds. An optimiser can go on from there: ``calibration(folder)`` is a function
of a vector, with `bounds`; it takes means, of fewer seeds.
"""

from __future__ import annotations

from pathlib import Path

from sim.experiments.distance import Calibration
from sim.experiments.sampling import Varied
from sim.population.published import FITTED, series
from sim.reproduce import hindcast

FUND, CLAIMS, CASH = "policy.cooperation_fund", "policy.win_win_payment", "policy.payment_terms"
PRIORS = (
    Varied(f"{FUND}.contribution_rate", low=0.001, high=0.02),
    Varied(f"{FUND}.join_rate", low=0.01, high=0.3),
    Varied(f"{CLAIMS}.fixed_cost", low=0.0, high=5e9),
    Varied(f"{CLAIMS}.join_rate", low=0.1, high=1.5),
    Varied(f"{CASH}.join_rate.2019-01", low=0.3, high=6.0),
)
METRICS = (
    "fund_contributions",
    "win_win_payments",
    "win_win_passed_on",
    "cash_ratio",
    "operating_margin_sme",
    "win_win_drawers",
    "fund_contributors",
)
SEEDS, FIRMS, MONTHS = 6, 3000, 120  # up to the last year that is fitted


def targets() -> dict[str, float]:
    """Return the published numbers that are fitted; each counts relative to its size."""
    table = series()
    table = table[(table["use"] == FITTED) & (table["year"] <= hindcast.LAST_KNOWN)]
    names = table["name"] + " " + table["year"].astype(str)
    return dict(zip(names, table["value"].astype(float), strict=True))


def calibration(folder: str | Path, firms: int = FIRMS, seeds: int = SEEDS, workers: int = 1) -> Calibration:
    """Return the distance of history from its targets as a function of the parameters fitted."""
    scenario = hindcast.history(firms).replacing("run.months", MONTHS)
    return Calibration(
        scenario,
        PRIORS,
        targets(),
        folder,
        seeds=seeds,
        moments=hindcast.yearly,
        metrics=METRICS,
        workers=workers,
    )
