"""Failure, sale of a failed firm's capital, entry, growing up.

Sources: Battiston et al. (2007), doi:10.1016/j.jedc.2007.01.004 (failure chains); Dosi et al. (2010)
(entry follows profit); Article 2 of the Act on Support for Small and Medium Enterprise
Establishment (a startup is up to seven years old).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.params import Parameters, param


class LifecycleParameters(Parameters):
    """Entry and exit."""

    haircut: float = param(
        0.5,
        ge=0,
        lt=1,
        unit="1",
        doc="discount at which a failed firm's capital is sold",
        source="scenario assumption, 0.3 to 0.7",
    )
    closure_rate: float = param(
        0.015,
        ge=0,
        le=1,
        unit="1/year",
        doc="yearly chance that the owner of a micro firm gives up although it can pay",
        source="scenario assumption, 0.005 to 0.03: 10.2 % of enterprises close in a year, 91.6 % of them "
        "one-person firms (rows 298, 299), which leaves about 3 % of firms with staff, failures included",
    )
    closure_by_losses: float = param(
        0.03,
        ge=0,
        le=1,
        unit="1/year",
        doc="further chance while profit does not cover interest",
        source="scenario assumption, 0.01 to 0.1",
    )
    entry_rate: float = param(
        0.4,
        ge=0,
        le=4,
        unit="1/year",
        doc="yearly chance that a potential firm enters at the opening margin",
        source="scenario assumption, 0.2 to 1; with potential_firms = 0.5 over 240 months births are about "
        "2 % a year. The birth rate of 12.7 % (2023) counts one-person firms, which are left out here",
    )
    entry_response: float = param(
        1.0,
        ge=0,
        le=5,
        unit="1",
        doc="elasticity of entry to the sector's margin over its opening value",
        source="scenario assumption, 0 to 2",
    )
    entry_equity: float = param(
        0.7,
        ge=0,
        le=5,
        unit="1",
        doc="households' money over the capital and first costs an entrant needs",
        source="scenario assumption, 0.5 to 1.5",
    )
    starting_months: float = param(
        3.0,
        ge=0,
        le=24,
        unit="month",
        doc="months of costs an entrant's owners put up besides its capital",
        source="scenario assumption, 1 to 6",
    )
    affordable: float = param(
        0.2,
        ge=0,
        le=1,
        unit="1",
        doc="part of all deposits that households put into new firms in a quarter at most",
        source="scenario assumption, 0.05 to 0.5",
    )
    least_demand: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1",
        doc="part of its planned output a potential firm must have sold before it starts",
        source="scenario assumption, 0.1 to 0.6: startups need a first customer",
    )
    pilot_premium: float = param(
        0.05,
        ge=-0.5,
        le=1,
        unit="1",
        doc="price above its present supplier's that a buyer accepts in a pilot order",
        source="scenario assumption, 0 to 0.1",
    )
    startup_workers: float = param(
        50.0,
        ge=1,
        unit="person",
        doc="staff at which a startup counts as a supplier, whatever its age",
        source="scenario assumption, 30 to 100",
    )
    size_limit: float = param(
        100e9,
        ge=1e9,
        unit="KRW/year",
        doc="yearly sales above which SME benefits end",
        source="Framework Act on Small and Medium Enterprises, sector limits of 40 to 150 bn won; middle "
        "used for all",
    )
    size_grace: int = param(
        5,
        ge=0,
        le=100,
        unit="year",
        doc="years above the SME limit for which a firm still has the support that policies give SMEs",
        source="scenario assumption, 0 to 5: five years of grace in the Framework Act on Small and Medium "
        "Enterprises since 2024, three before",
    )
    size_caution: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of growth into the SME limit that a firm forgoes (Peter Pan syndrome)",
        source="scenario assumption, 0 to 0.5",
    )


def insolvent(arrears_months: Any, limit: int) -> Any:
    """Whether a firm has been in arrears for too many months."""
    return arrears_months >= limit


def closure_probability(uncovered: Any, weight: LifecycleParameters) -> Any:
    """Yearly chance that owners give up: equal for all, and more where profit does not cover interest."""
    return weight.closure_rate + weight.closure_by_losses * uncovered


def entry_probability(rate: float, margin: Any, opening_margin: Any, response: float) -> Any:
    """Chance that a waiting potential firm enters; zero where the sector makes no profit."""
    relative = np.maximum(margin, 0.0) / np.maximum(opening_margin, 1e-9)
    return np.where(np.asarray(margin) > 0, np.minimum(1.0, rate * relative**response), 0.0)


def founders_equity(demand: Any, capital_value: Any, unit_cost: Any, weight: LifecycleParameters) -> Any:
    """Won that an entrant with some demand needs from its owners: for capital and first costs."""
    return weight.entry_equity * (capital_value + weight.starting_months * demand * unit_cost)


def grown_up(age: Any, workers: Any, months: int, staff: float) -> Any:
    """Whether a startup has become a supplier, by age or by scale."""
    return (age >= months) | (workers >= staff)


def cautious_growth(planned: Any, limit: Any, caution: float) -> Any:
    """Output planned by a firm that would cross the SME limit: part of the excess is forgone."""
    return planned - caution * np.maximum(0.0, planned - limit)
