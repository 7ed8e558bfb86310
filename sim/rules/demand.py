"""Expected demand, planned output, household spending, exports, market shares.

Sources: Hallegatte (2008), doi:10.1111/j.1539-6924.2008.01046.x, and (2014), doi:10.1111/risa.12090
(orders and inventories); Godley and Lavoie (2007), *Monetary Economics* (consumption out of income and
wealth); Dosi, Fagiolo and Roventini (2010), doi:10.1016/j.jedc.2010.06.018 (market shares).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param

Real = NDArray[np.float64]


class DemandParameters(Parameters):
    """How demand is expected and how final demand moves."""

    smoothing: float = param(
        0.25,
        gt=0,
        le=1,
        unit="1/month",
        doc="weight of the last month in expected demand",
        source="scenario assumption, 0.1 to 0.5 (adaptive expectations as in Hallegatte 2014)",
    )
    stock_adjustment: float = param(
        6.0,
        ge=1,
        unit="month",
        doc="months in which a gap in finished goods is closed",
        source="scenario assumption, 3 to 12",
    )
    input_adjustment: float = param(
        6.0,
        ge=1,
        unit="month",
        doc="months in which a gap in input stocks is closed",
        source="scenario assumption, 3 to 12: below 1 orders explode, from 1 to 4 they swing",
    )
    finished_months: float = param(
        0.5,
        ge=0,
        unit="month",
        doc="finished goods wanted, in months of demand",
        source="scenario assumption, 0 to 2",
    )
    wealth_propensity: float = param(
        0.04,
        ge=0,
        le=1,
        unit="1/year",
        doc="spending out of wealth",
        source="scenario assumption, 0.02 to 0.06 (stock-flow consistent models after Godley and Lavoie "
        "2007)",
    )
    income_adjustment: float = param(
        0.5,
        gt=0,
        le=12,
        unit="1/year",
        doc="how fast the income that households count on follows the income of the last year",
        source="scenario assumption, 0.3 to 2 (form: permanent income as a weighted mean of past incomes, "
        "Friedman 1957)",
    )
    need_share: float = param(
        0.2,
        ge=0,
        lt=1,
        unit="1",
        doc="autonomous part of opening household spending",
        source="scenario assumption, 0 to 0.4",
    )
    owners_saving: float = param(
        1.6,
        ge=1,
        le=5,
        unit="1",
        doc="owners' deposits over income relative to others', as they are paid once a year",
        source="scenario assumption, 1.3 to 3",
    )
    selection: float = param(
        0.2,
        ge=0,
        le=5,
        unit="1/year",
        doc="strength of the replicator on final markets",
        source="scenario assumption, 0 to 1 (Dosi et al. 2010 use 1 a period)",
    )
    volatility: float = param(
        0.2,
        ge=0,
        le=1,
        unit="1/year",
        doc="yearly standard deviation of a median firm's taste shock",
        source="scenario assumption, 0 to 0.3",
    )
    volatility_exponent: float = param(
        0.2,
        ge=0,
        le=0.5,
        unit="1",
        doc="fall of volatility with size, sigma ~ size^-exponent",
        source="row 351: size-variance exponent 0.14 to 0.20",
    )


def expect(demand: Any, expected: Any, smoothing: float) -> Any:
    """Update expected demand, ``l D + (1 - l) De``."""
    return smoothing * demand + (1 - smoothing) * expected


def plan_output(expected: Any, stock: Any, stock_months: Any, adjustment: float) -> Any:
    """Plan output, ``max(0, De + (n De - S) / t)``.

    >>> float(plan_output(100.0, 50.0, 0.5, 6.0))
    100.0
    """
    return np.maximum(0.0, expected + (stock_months * expected - stock) / adjustment)


def group_orders(use: Any, stock: Any, target_months: Any, adjustment: float) -> Any:
    """Order inputs, ``max(0, use + (n use - S) / t)``; ``use`` is coefficient times planned output."""
    return np.maximum(0.0, use + (target_months * use - stock) / adjustment)


def mean_at_trend(history: NDArray[Any], age: NDArray[Any], growth: float) -> Real:
    """Mean of a year's monthly values, each raised by the growth expected since its month.

    ``history`` is (12, n), ``age`` (12,) months ago, ``growth`` a yearly rate. A plain mean would lag
    half a year behind prices, and real spending would fall the more the faster prices rise.

    >>> mean_at_trend(np.full((12, 1), 100.0), np.zeros(12), 0.5).tolist()
    [100.0]
    """
    return np.asarray(((1 + growth) ** (age / 12)) @ history / age.size)


def permanent_income(counted_on: Any, income: Any, growth: float, adjustment: float) -> Any:
    """Income households count on a month later: it grows at the trend and moves towards last year's.

    ``adjustment`` and ``growth`` are rates per year; incomes are won a month.

    >>> permanent_income(100.0, 160.0, 0.0, 6.0)
    130.0
    """
    trend = (1 + growth) ** (1 / 12) * counted_on
    return trend + adjustment / 12 * (income - trend)


def consumption(income: Any, wealth: Any, autonomous: Any, propensity: Any, wealth_propensity: float) -> Any:
    """Household spending, ``c0 + c1 (income - c0)+ + c2 wealth``, in won a month."""
    return autonomous + propensity * np.maximum(0.0, income - autonomous) + wealth_propensity / 12 * wealth


def exports(base: Any, price: Any, foreign_price: Any, elasticity: float) -> Any:
    """Real exports, ``X (p / P*)^-eta``; ``p`` is the price of a unit of quality."""
    return base * (price / foreign_price) ** -elasticity


def competitiveness(price: Any, fill_rate: Any, quality: Any) -> Any:
    """Attraction of a firm on final markets: quality times reliability over price."""
    return quality * fill_rate / price


def replicate(share: Real, attraction: Real, sector: NDArray[Any], sectors: int, strength: float) -> Real:
    """Move market shares by the replicator and renormalise within sectors.

    ``share' = share (1 + strength (E / mean E - 1))``, never below zero.
    """
    mean = np.bincount(sector, share * attraction, sectors)
    relative = attraction / np.where(mean > 0, mean, 1.0).take(sector)
    return normalise(share * np.maximum(0.0, 1 + strength * (relative - 1)), sector, sectors)


def normalise(share: Real, sector: NDArray[Any], sectors: int) -> Real:
    """Make the shares of every sector add up to one; a sector without shares stays empty."""
    total = np.bincount(sector, share, sectors)
    return np.asarray(share / np.where(total > 0, total, 1.0).take(sector))
