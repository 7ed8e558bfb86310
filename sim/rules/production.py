"""Output, use of inputs, deliveries, capital.

Sources: Henriet, Hallegatte and Tabourier (2012), doi:10.1016/j.jedc.2011.10.001; Inoue and Todo
(2019), doi:10.1038/s41893-019-0351-x; Pichler et al. (2022), doi:10.1016/j.jedc.2022.104527 (how
essential and important inputs bind).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param
from sim.economy.kinds import Criticality

Real = NDArray[np.float64]


class ProductionParameters(Parameters):
    """Capacity, overtime, investment."""

    normal_use: float = param(
        0.8,
        gt=0,
        le=1,
        unit="1",
        doc="use of capacity wanted",
        source="scenario assumption, 0.7 to 0.9",
    )
    overtime: float = param(
        1.05,
        ge=1,
        le=1.3,
        unit="1",
        doc="output a worker can reach over normal hours",
        source="scenario assumption, 1.0 to 1.15",
    )
    depreciation: float = param(
        0.08,
        gt=0,
        le=0.5,
        unit="1/year",
        doc="wear of capital",
        source="scenario assumption, 0.05 to 0.12",
    )
    capital_adjustment: float = param(
        48.0,
        ge=3,
        unit="month",
        doc="months in which a gap in capacity is closed",
        source="scenario assumption, 12 to 60; chosen among them with the recession after dearer materials "
        "in view: at 24 investment fell by 15 % and came back as fast",
    )
    rate_sensitivity: float = param(
        0.5,
        ge=0,
        le=5,
        unit="year",
        doc="part by which firms want less capital where the policy rate is higher by one (100 points)",
        source="scenario assumption, 0.2 to 1.5: a user-cost elasticity of 0.25 (Chirinko, Fazzari and Meyer "
        "1999, doi:10.1016/S0047-2727(99)00024-9) over a user cost of 0.15, of which a move of the policy "
        "rate that does not last moves a third",
    )
    margin_spread: float = param(
        0.8,
        ge=0,
        le=2,
        unit="1",
        doc="log standard deviation of opening margins above what interest takes",
        source="scenario assumption, 0.4 to 1.2: operating profit of 40.9 % of audited firms did not cover "
        "interest in 2024 (nocutnews 6353245)",
    )
    business_investment: float = param(
        0.70,
        gt=0,
        le=1,
        unit="1",
        doc="part of the economy's fixed investment made by firms",
        source="scenario assumption, 0.6 to 0.8; the rest is public investment and housing",
    )
    critical_share: float = param(
        0.01,
        ge=0,
        le=1,
        unit="1",
        doc="input over output below which an input never stops production",
        source="scenario assumption, 0.005 to 0.03: an input-output table shows some trade between almost "
        "all sectors",
    )
    import_substitution: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="part of an undelivered order of essential or important inputs that is imported instead",
        source="scenario assumption, 0.2 to 0.8. Without it a shortage in a loop of sectors that feed each "
        "other sustains itself, which an open economy does not show",
    )
    import_premium: float = param(
        0.25,
        ge=0,
        le=5,
        unit="1",
        doc="price of such imports over that of regular ones, less one",
        source="scenario assumption, 0.1 to 0.5",
    )
    firms_first: bool = param(
        True,
        unit="1",
        doc="ration final demand before other firms' orders",
        source="Hallegatte 2008: firms have priority over final users; with proportional rationing "
        "(Henriet et al. 2012) a sector that needs its own goods withers when it is short for long",
    )


def input_limit(
    stock: Real, coefficient: Real, criticality: NDArray[Any], buyer: NDArray[Any], capacity: Real
) -> Real:
    """Output each firm's input stocks allow.

    Parameters
    ----------
    stock, coefficient, criticality, buyer
        (n_groups,) input in store, input a unit of output, code, buyer's row.
    capacity
        (n_firms,) output capacity.

    Returns
    -------
    (n_firms,) units a month: the least of ``S/a`` over essential and ``(S/a + capacity)/2`` over
    important inputs; infinite where nothing binds.
    """
    binding = np.flatnonzero((coefficient > 0) & (criticality != Criticality.OTHER))
    who = buyer.take(binding)
    reach = stock.take(binding) / coefficient.take(binding)
    important = criticality.take(binding) == Criticality.IMPORTANT
    reach = np.where(important, (reach + capacity.take(who)) / 2, reach)
    limit = np.full(capacity.size, np.inf)
    np.minimum.at(limit, who, reach)
    return limit


def output(planned: Any, capacity: Any, labour: Any, inputs: Any) -> Any:
    """Output: the plan, or what capital, labour or inputs allow."""
    return np.minimum(np.minimum(planned, capacity), np.minimum(labour, inputs))


def fill_rates(available: Real, chain: Real, final: Real, firms_first: bool) -> tuple[Real, Real]:
    """Part of chain orders and of final demand that can be delivered.

    Proportional rationing gives both the same rate; with ``firms_first`` the chain is served before
    final demand.
    """
    if firms_first:
        return _rate(available, chain), _rate(np.maximum(0.0, available - chain), final)
    same = _rate(available, chain + final)
    return same, same


def _rate(available: Real, demand: Real) -> Real:
    return np.where(demand > available, available / np.where(demand > 0, demand, 1.0), 1.0)


def capital_at_rate(change: float, sensitivity: float) -> float:
    """Capital wanted at a policy rate that has changed, over that at the usual one; 1 without a change.

    >>> round(capital_at_rate(0.02, 0.5), 4)
    0.99
    """
    return math.exp(-sensitivity * change)


def investment(
    capital: Any, expected: Any, capital_productivity: Any, wear: Any, normal_use: float, adjustment: Any
) -> Any:
    """Investment goods wanted in a month: replacement plus part of the gap to wanted capacity.

    ``wear`` is the monthly depreciation rate, and on a growth path the monthly growth rate with it.
    """
    wanted = expected / (normal_use * capital_productivity)
    return np.maximum(0.0, wear * capital + (wanted - capital) / adjustment)
