"""Smart factories (스마트공장): who adopts, what it costs, what it brings.

Source: Bass diffusion (chance of adoption with the share of peers); absorption by own knowledge after
Cohen and Levinthal (1990), doi:10.2307/2393553. The ministry's and primes' effects (productivity
+17 to +39 %) are reports of adopters or commissioned: upper bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.months import MONTHS
from sim.core.params import Parameters, param

LEVELS = 4  # levels of a smart factory in the official scale


class SmartFactoryParameters(Parameters):
    """Adoption, cost and effects of smart factories."""

    adoption: float = param(
        0.005,
        ge=0,
        le=1,
        unit="1/year",
        doc="yearly chance that a firm considers the next level without peers or help",
        source="scenario assumption, 0 to 0.02",
    )
    adoption_by_peers: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1/year",
        doc="further yearly chance when all peers have that level",
        source="scenario assumption, 0 to 0.3 (Bass diffusion)",
    )
    gain: float = param(
        0.08,
        ge=0,
        le=0.4,
        unit="1",
        doc="productivity gain of a level for the best adopters",
        source="scenario assumption, 0 to 0.30; the ministry's +30 % (row 308) is an upper bound",
    )
    quality: float = param(
        0.05,
        ge=0,
        le=0.4,
        unit="1",
        doc="quality gain of a level for the best adopters",
        source="scenario assumption, 0 to 0.25; adopters report +25 to +44 % fewer defects (rows 308, 312)",
    )
    stock: float = param(
        0.10,
        ge=0,
        le=0.9,
        unit="1",
        doc="part of finished goods and of spare inputs in store that a level makes needless at best",
        source="scenario assumption, 0 to 0.2; lead times reported 17 to 20 % shorter (rows 312, 315)",
    )
    absorption: float = param(
        2.0,
        ge=0,
        le=8,
        unit="1",
        doc="how the gains fall with the firm's knowledge below its sector's mean (elasticity)",
        source="scenario assumption, 0 to 4; one in five adopters reports any gain in sales (row 313)",
    )
    cost: float = param(
        0.03,
        ge=0,
        le=0.5,
        unit="1",
        doc="cost of a level over yearly sales",
        source="scenario assumption, 0.01 to 0.1; grants of 42 to 240 m won are at most 30 % of a project "
        "(rows 141, 142)",
    )
    years: float = param(
        3.0,
        gt=0,
        le=20,
        unit="year",
        doc="years within which a level has to pay for itself",
        source="scenario assumption, 2 to 5",
    )


def adoption_probability(peers: Any, weight: SmartFactoryParameters) -> Any:
    """Yearly chance to consider the next level, given the share of peers that have it."""
    return weight.adoption + weight.adoption_by_peers * peers


def level_cost(sales: Any, weight: SmartFactoryParameters) -> Any:
    """Won that the next level costs a firm with some monthly sales."""
    return np.rint(weight.cost * MONTHS * sales)


def absorption(knowledge: Any, mean: Any, elasticity: float) -> Any:
    """Part of the best gain a firm can realise: all of it from its sector's mean knowledge on.

    >>> float(absorption(0.5, 1.0, 2.0)), float(absorption(1.5, 1.0, 2.0))
    (0.25, 1.0)
    """
    return np.minimum(1.0, (knowledge / mean) ** elasticity)


def success(ability: Any, coverage: Any) -> Any:
    """Part of the best effects a new adopter reaches: the best adopt first, so it falls with coverage."""
    return ability * (1 - coverage)


def saving(pay: Any, gain: Any) -> Any:
    """Pay saved at the same output when productivity rises by ``gain``.

    >>> round(saving(110.0, 0.1), 9)
    10.0
    """
    return pay * gain / (1 + gain)
