"""Screening of suppliers by environmental, social and governance (ESG) score, and retrofits.

The default requires nothing. Sizes are scenario assumptions; surveys say who is prepared and who asks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.params import Parameters, param

HALF = 0.5  # the score at or above which a firm counts as prepared at the start


class ScreeningParameters(Parameters):
    """Who requires which ESG score from when on, and what reaching it costs."""

    level: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="score below which suppliers are refused; 0 requires nothing",
        source="scenario assumption, 0.3 to 0.7 where screening is studied",
    )
    month: int = param(
        24,
        ge=0,
        le=600,
        unit="month",
        doc="month after the start from which it is required",
        source="scenario assumption, 12 to 96",
    )
    buyers: float = param(
        0.189,
        ge=0,
        le=1,
        unit="1",
        doc="part of conglomerates that require it",
        source="row 204: 18.9 % of listed buyers penalise suppliers' scores (2024)",
    )
    exports: float = param(
        0.25,
        ge=0,
        le=1,
        unit="1",
        doc="part of export markets that require it",
        source="scenario assumption, 0 to 0.5: 52.2 % of exporters fear to lose contracts (row 202)",
    )
    retrofit_cost: float = param(
        0.1,
        ge=0,
        le=1,
        unit="1",
        doc="cost of raising the score by one, over yearly sales",
        source="scenario assumption, 0.02 to 0.3; for advice alone 35 % would spend at most 10 m won (row "
        "205)",
    )
    years: float = param(
        3.0,
        gt=0,
        le=20,
        unit="year",
        doc="years within which a retrofit has to pay for itself",
        source="scenario assumption, 2 to 5",
    )
    ready_large: float = param(
        0.9,
        gt=0,
        lt=1,
        unit="1",
        doc="part of large firms with a score of at least one half at the start",
        source="scenario assumption, 0.75 to 0.95: 75 % of listed firms assess their suppliers (row 204)",
    )
    ready_mid_sized: float = param(
        0.5,
        gt=0,
        lt=1,
        unit="1",
        doc="part of mid-sized firms with a score of at least one half at the start",
        source="scenario assumption, 0.3 to 0.7",
    )
    ready_sme: float = param(
        0.228,
        gt=0,
        lt=1,
        unit="1",
        doc="part of SMEs with a score of at least one half at the start",
        source="row 202: 77.2 % of exporters report low readiness (2022)",
    )
    ready_micro: float = param(
        0.1,
        gt=0,
        lt=1,
        unit="1",
        doc="part of micro firms with a score of at least one half at the start",
        source="scenario assumption, 0.05 to 0.2",
    )

    @property
    def ready(self) -> list[float]:
        """Prepared part of each size class."""
        return [self.ready_large, self.ready_mid_sized, self.ready_sme, self.ready_micro]


def opening_score(drawn: Any, ready: Any) -> Any:
    """Score at the start: even below and above one half, with a part ``ready`` above.

    >>> [round(float(opening_score(drawn, 0.2)), 6) for drawn in (0.0, 0.4, 0.8, 0.9)]
    [0.0, 0.25, 0.5, 0.75]
    """
    above = HALF + (1 - HALF) * (drawn - (1 - ready)) / ready
    return np.where(drawn < 1 - ready, HALF * drawn / (1 - ready), above)


def retrofit_cost(score: Any, level: float, sales: Any, weight: ScreeningParameters) -> Any:
    """Won it costs to reach a level; ``sales`` a year."""
    return weight.retrofit_cost * np.maximum(0.0, level - score) * sales


def margin(price: Any, unit_cost: Any) -> Any:
    """Part of lost sales that would have been left over the cost of making them."""
    return np.maximum(0.0, 1 - unit_cost / np.maximum(price, 1e-9))
