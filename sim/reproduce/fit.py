"""What was fitted of the scenario ``history``, and to what: priors, targets and weights in one place.

Five parameters of adoption, five published numbers; the cash ratio of 2018 is the opening share of contracts
in cash and not at the parameters' disposal. ``winwin calibrate`` shows what those numbers say of the
parameters, and the scenario has the best point found. Its seeds are none of those that ``winwin reproduce``
measures with, and no year but those of the targets is looked at.
"""

from __future__ import annotations

from pathlib import Path

from sim.experiments.run import Tell, silent
from sim.experiments.sampling import Varied
from sim.population.published import FITTED, series
from sim.reproduce import hindcast
from sim.reproduce.calibrate import Calibrated, calibrate, target
from sim.reproduce.posterior import Target
from sim.scenario import Scenario

FUND, CLAIMS, CASH = "policy.cooperation_fund", "policy.win_win_payment", "policy.payment_terms"
PRIORS = (
    Varied(f"{FUND}.contribution_rate", low=0.001, high=0.03),
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
HELD = "cash_ratio 2018"  # by the opening share, whatever the parameters
FIRMS, MONTHS = 10_000, 120  # enough large firms that luck does not skew the fund; to the last year fitted
FIRST_SEED = 1001  # far from the seeds that test the fit


def targets() -> tuple[Target, ...]:
    """Return the published numbers that are fitted; what their rule allows is the tolerance."""
    table = series()
    table = table[(table["use"] == FITTED) & (table["year"] <= hindcast.LAST_KNOWN)]
    found = (target(f"{row['name']} {row['year']}", row) for row in table.to_dict("records"))
    return tuple(one for one in found if one.name != HELD)


def world(firms: int = FIRMS) -> Scenario:
    """Return history up to the last year that is fitted, with what the targets need."""
    return hindcast.history(firms).replacing("run.months", MONTHS, "record.metrics", list(METRICS))


def learn(
    folder: str | Path,
    points: int,
    seeds: int,
    workers: int = 1,
    tell: Tell = silent,
) -> Calibrated:
    """Return what the targets say of the parameters; raises as `sim.reproduce.calibrate.calibrate`."""
    numbers = range(FIRST_SEED, FIRST_SEED + seeds)
    return calibrate(
        world(),
        folder,
        varied=PRIORS,
        aims=targets(),
        points=points,
        seeds=numbers,
        workers=workers,
        tell=tell,
        measure=hindcast.measure,
    )
