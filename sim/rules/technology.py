"""R&D, innovation, quality, imitation, spillover.

Source: Dosi et al. (2010) (two-step innovation, imitation by distance). Sizes are scenario assumptions
where no causal estimate exists.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.months import MONTHS, QUARTER
from sim.core.params import Parameters, param

QUARTERS = MONTHS // QUARTER  # in a year


class TechnologyParameters(Parameters):
    """How technology advances and spreads."""

    trend: float = param(
        0.015,
        ge=0,
        le=0.1,
        unit="1/year",
        doc="productivity growth of the opening economy's average firm",
        source="scenario assumption, 0.005 to 0.025; success of R&D is scaled to it once, at the start",
    )
    step: float = param(
        0.05,
        gt=0,
        le=0.5,
        unit="1",
        doc="mean gain of one innovation, in productivity or in quality",
        source="scenario assumption, 0.02 to 0.10",
    )
    product_share: float = param(
        0.4,
        ge=0,
        lt=1,
        unit="1",
        doc="part of innovations that better the product and not the process",
        source="scenario assumption, 0 to 0.6; R&D is scaled so that processes alone bring the trend",
    )
    fluctuation: float = param(
        0.15,
        ge=0,
        le=1,
        unit="1",
        doc="log standard deviation of a firm's productivity about what its technology gives",
        source="scenario assumption, 0.05 to 0.3: with the default persistence a yearly change of 12 %",
    )
    persistence: float = param(
        0.7,
        ge=0,
        lt=1,
        unit="1",
        doc="part of such a deviation that is left after a year",
        source="scenario assumption, 0.4 to 0.9: 0.37 to 0.41 in plants of US manufacturing, 0.80 to 0.91 in "
        "its industries (https://census.gov/library/working-papers/2006/adrm/ces-wp-06-20.html)",
    )
    quality_fading: float = param(
        0.25,
        ge=0,
        le=4,
        unit="1/year",
        doc="part of a lead in quality over the sector's mean that rivals make up in a year",
        source="scenario assumption, 0.1 to 0.5: a lead halves in 1.4 to 7 years",
    )
    diffusion_share: float = param(
        0.15,
        ge=0,
        lt=1,
        unit="1",
        doc="part of opening productivity growth left to imitation and spillover",
        source="scenario assumption, 0 to 0.5; at 0.15 all together bring about the trend",
    )
    imitation: float = param(
        0.5,
        ge=0,
        le=2,
        unit="1/year",
        doc="yearly chance to imitate, a unit of log distance to the sector's mean",
        source="scenario assumption, 0.2 to 1",
    )
    catch_up: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of the distance closed by one imitation",
        source="scenario assumption, 0.2 to 0.8",
    )
    spillover: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1/year",
        doc="part of the distance to its buyers' knowledge a supplier closes in a year",
        source="scenario assumption, 0 to 0.15",
    )
    reallocation: float = param(
        1.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of the growth by reallocation between a sector's firms that expectations count",
        source="scenario assumption, 0 to 1: output per worker, which budgets and pay settlements look at, "
        "contains it (Foster, Haltiwanger and Krizan 1998, doi:10.3386/w6803)",
    )
    memory: float = param(
        3.0,
        gt=0.25,
        le=20,
        unit="year",
        doc="years over which expectations of productivity growth and of theft follow experience",
        source="scenario assumption, 1 to 6",
    )


def innovation_probability(effort: Any, scale: float) -> Any:
    """Chance of an innovation in a quarter, ``1 - exp(-scale R&D / 4)``; ``effort`` is R&D over sales."""
    return 1 - np.exp(-scale * effort / QUARTERS)


def innovations_a_year(effort: Any, scale: float) -> Any:
    """Innovations to be expected in a year."""
    return QUARTERS * innovation_probability(effort, scale)


def innovation_scale(effort: Any, weight: Any, growth: float, step: float) -> float:
    """Success scale at which R&D alone makes average productivity grow at ``growth`` a year.

    ``weight`` are the firms' shares in output, ``step`` the gain in productivity of an average
    innovation. Solved by bisection, because success saturates.
    """
    wanted = growth / step
    total = float(np.sum(weight))
    if total == 0 or float(np.sum(weight * effort)) == 0 or wanted <= 0:
        return 0.0
    reachable = QUARTERS * float(np.sum(weight * (effort > 0)) / total)
    low, high = 0.0, 1.0
    while float(np.sum(weight * innovations_a_year(effort, high)) / total) < min(wanted, 0.99 * reachable):
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        enough = float(np.sum(weight * innovations_a_year(effort, middle)) / total) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high


def next_fluctuation(now: Any, drawn: Any, spread: float, persistence: float) -> Any:
    """Return, a quarter on, the log of productivity over what technology gives.

    It fades and is disturbed, so that its standard deviation comes to ``spread``. Its mean comes to half the
    variance: labour a unit of output, the inverse of productivity, is then on average what it was.

    >>> [round(float(next_fluctuation(now, 0.0, 0.2, 0.5)), 4) for now in (0.02, 0.22)]
    [0.02, 0.1882]
    """
    kept, mean = persistence ** (1 / QUARTERS), spread**2 / 2
    return mean + kept * (now - mean) + spread * np.sqrt(1 - kept**2) * drawn


def relative_quality(quality: Any, mean: Any, fading: float) -> Any:
    """Quality relative to the sector's mean, of which a part ``fading`` of the distance is made up.

    >>> round(float(relative_quality(1.21, 1.0, 0.5)), 6)
    1.1
    """
    return (quality / mean) ** (1 - fading)


def imitation_probability(knowledge: Any, frontier: Any, rate: float) -> Any:
    """Chance to imitate, rising with the log distance to the sector's mean knowledge."""
    return 1 - np.exp(-rate * np.maximum(0.0, np.log(frontier / knowledge)))


def stationary_gap(shortfall: Any, rate: float, catch_up: float) -> Any:
    """Log distance to the sector's mean at which imitation brings a yearly growth of ``shortfall``.

    Firms that innovate less than their sector stay behind by this distance and then keep pace:
    ``imitation_probability(distance) * catch_up * distance = shortfall``, solved by bisection.
    """
    wanted = np.maximum(np.asarray(shortfall, dtype=float), 0.0)
    low, high = np.zeros_like(wanted), np.full_like(wanted, 10.0)
    for _ in range(60):
        middle = (low + high) / 2
        enough = imitation_probability(np.exp(-middle), 1.0, rate) * catch_up * middle >= wanted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(wanted > 0, high, 0.0)
