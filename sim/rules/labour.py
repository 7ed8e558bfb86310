"""Employment and wages.

Sources: Dosi et al. (2010) (wages follow prices, productivity and slack); rent sharing and the
speed of hiring and firing are scenario assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param

Real = NDArray[np.float64]


class LabourParameters(Parameters):
    """Hiring, firing, wages."""

    hiring_speed: float = param(
        0.5,
        gt=0,
        le=1,
        unit="1/month",
        doc="part of a shortage of workers hired in a month",
        source="scenario assumption, 0.2 to 1",
    )
    firing_speed: float = param(
        0.2,
        gt=0,
        le=1,
        unit="1/month",
        doc="part of an excess of workers dismissed in a month",
        source="scenario assumption, 0.05 to 0.5",
    )
    hoarding: float = param(
        0.04,
        ge=0,
        le=0.3,
        unit="1",
        doc="staff above need that firms keep rather than dismiss; at the start three quarters of it",
        source="scenario assumption, 0.01 to 0.1: firms that may need their staff again dismiss late",
    )
    matching: float = param(
        0.3,
        gt=0,
        le=1,
        unit="1/month",
        doc="part of a region's unemployed who can be hired in a month",
        source="scenario assumption, 0.15 to 0.6",
    )
    natural_unemployment: float = param(
        0.035,
        gt=0,
        lt=0.5,
        unit="1",
        doc="unemployment at which wages follow trend",
        source="scenario assumption, 0.03 to 0.04 (Korean unemployment 2011-2024 lies between 2.7 and 4.0 %)",
    )
    slack_response: float = param(
        0.5,
        ge=0,
        le=5,
        unit="1/year",
        doc="wage growth a point of unemployment below its natural level",
        source="scenario assumption, 0.2 to 1",
    )
    rent_sharing: float = param(
        0.1,
        ge=0,
        le=1,
        unit="1",
        doc="elasticity of pay growth to a firm's own productivity growth over trend",
        source="scenario assumption, 0.05 to 0.15",
    )
    bonus_share: float = param(
        0.10,
        ge=0,
        le=0.5,
        unit="1",
        doc="part of yearly profit that workers receive as a bonus, payroll tax on it included",
        source="SK hynix pays 10 % of operating profit (magazine.hankyung.com 202602044309d); used for all, "
        "0 to 0.3. All special pay, bonuses fixed in advance included, was 24 % of pay in firms of 300 "
        "workers and more and 9 % in smaller ones in 2024 (wowtv.co.kr 2025031671441)",
    )
    bonus_ceiling: float = param(
        1.0,
        ge=0,
        le=10,
        unit="1",
        doc="bonus over the year's pay at most",
        source="scenario assumption, 0.5 to 2. Without it the profit of a firm that has lost nearly all "
        "its staff would go to the few who are left",
    )
    minimum_wage: float = param(
        0.55,
        ge=0,
        le=1,
        unit="1",
        doc="minimum wage over the mean pay of micro firms",
        source="scenario assumption, 0.4 to 0.8",
    )
    participation: float = param(
        0.63,
        gt=0,
        le=1,
        unit="1",
        doc="labour force over persons of working age",
        source="scenario assumption, 0.60 to 0.65",
    )


def staffing(workers: Any, needed: Any, weight: LabourParameters) -> Any:
    """Wanted change in employment of a month: part of a shortage, or part of the excess nobody hoards.

    Between need and the staff they hoard firms neither hire nor dismiss, as with linear costs of
    adjustment.

    >>> staffing(np.array([90.0, 101.0, 114.0]), 100.0, LabourParameters()).tolist()
    [5.0, 0.0, -2.0]
    """
    shortage = np.maximum(0.0, needed - workers)
    excess = np.maximum(0.0, workers - (1 + weight.hoarding) * needed)
    return weight.hiring_speed * shortage - weight.firing_speed * excess


def ration_hiring(change: Real, region: NDArray[Any], pool: Real) -> Real:
    """Scale hiring down where a region's pool of job seekers is too small.

    ``pool`` is (n_regions,) persons who can be hired; dismissals are never limited.
    """
    hired = np.maximum(change, 0.0)
    wanted = np.bincount(region, hired, pool.size)
    rate = np.where(wanted > pool, np.maximum(pool, 0.0) / np.where(wanted > 0, wanted, 1.0), 1.0)
    return np.where(change > 0, change * rate[region], change)


def wage_growth(
    inflation: float, productivity: float, unemployment: float, weight: LabourParameters
) -> float:
    """Yearly growth of the going wage: inflation, productivity, slack."""
    return inflation + productivity + weight.slack_response * (weight.natural_unemployment - unemployment)
