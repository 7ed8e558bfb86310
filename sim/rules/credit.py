"""What banks lend, at what rate.

Sources: Dosi, Fagiolo, Napoletano and Roventini (2013), doi:10.1016/j.jedc.2012.11.008; Caiani et
al. (2016), doi:10.1016/j.jedc.2016.06.001 (probability of default, expected return of a loan).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from sim.core.params import Parameters, param


class CreditParameters(Parameters):
    """Interest, risk and limits."""

    policy_rate: float = param(
        0.03,
        ge=0,
        le=0.2,
        unit="1/year",
        doc="policy rate",
        source="scenario assumption, 0.005 to 0.05 (Bank of Korea base rate since 2011)",
    )
    deposit_spread: float = param(
        0.01,
        ge=0,
        le=0.1,
        unit="1/year",
        doc="policy rate less deposit rate",
        source="scenario assumption, 0.005 to 0.02",
    )
    lending_spread: float = param(
        0.012,
        ge=0,
        le=0.1,
        unit="1/year",
        doc="margin of banks over the policy rate before risk",
        source="new loans to large firms 4.15-5.29 % against a base rate of 2.5-3.5 % (urdupoint, menafn, "
        "namibianewsdigest)",
    )
    sme_premium: float = param(
        0.0,
        ge=0,
        le=0.05,
        unit="1/year",
        doc="premium of small and medium-sized firms",
        source="scenario assumption, 0 to 0.0015: published premiums of 2 to 15 basis points include risk",
    )
    loss_given_default: float = param(
        0.45,
        ge=0,
        le=1,
        unit="1",
        doc="part of a loan lost when its debtor fails",
        source="Basel foundation approach for senior unsecured claims, 45 %",
    )
    risk_constant: float = param(
        -6.5,
        ge=-12,
        le=0,
        unit="1",
        doc="constant of the logistic probability of default",
        source="scenario assumption, -7.5 to -5",
    )
    risk_leverage: float = param(
        4.0,
        ge=0,
        le=10,
        unit="1",
        doc="weight of debt over assets",
        source="scenario assumption, 2 to 6",
    )
    risk_cover: float = param(
        2.0,
        ge=0,
        le=10,
        unit="1",
        doc="weight of interest over operating profit, at most 1",
        source="scenario assumption, 0.5 to 4",
    )
    risk_arrears: float = param(
        1.0,
        ge=0,
        le=10,
        unit="1/month",
        doc="weight of months in arrears",
        source="scenario assumption, 0.5 to 3",
    )
    risk_ceiling: float = param(
        0.10,
        gt=0,
        le=1,
        unit="1/year",
        doc="probability of default above which a bank lends no more",
        source="scenario assumption, 0.03 to 0.2: expected loss then exceeds twice the margin charged",
    )
    debt_ceiling: float = param(
        0.6,
        ge=0,
        le=2,
        unit="1",
        doc="debt over assets that a bank finances",
        source="scenario assumption, 0.5 to 0.9",
    )
    working_months: float = param(
        1.5,
        ge=0,
        le=12,
        unit="month",
        doc="unsecured credit for working capital, in months of sales",
        source="scenario assumption, 0.5 to 3",
    )
    capital_requirement: float = param(
        0.08,
        ge=0,
        le=0.5,
        unit="1",
        doc="own funds over loans below which a bank grants no new loans",
        source="Basel III total capital, 8 %",
    )
    capital_target: float = param(
        0.13,
        ge=0,
        le=0.5,
        unit="1",
        doc="own funds over loans that banks hold; the rest is paid out",
        source="scenario assumption, 0.10 to 0.16",
    )
    liquidity_months: float = param(
        1.5,
        ge=0,
        le=12,
        unit="month",
        doc="cash that firms hold, in months of outlays",
        source="scenario assumption, 0.5 to 2",
    )
    debt_adjustment: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1/year",
        doc="part of the gap between normal and actual debt that firms close by borrowing",
        source="scenario assumption, 0.1 to 0.4: speed of adjustment of leverage in panels of listed firms "
        "(Flannery and Rangan 2006, doi:10.1016/j.jfineco.2005.03.004, find a third a year)",
    )
    debt_share: float = param(
        0.30,
        ge=0,
        le=1,
        unit="1",
        doc="opening debt over capital and stocks",
        source="scenario assumption, 0.25 to 0.45",
    )
    debt_spread: float = param(
        0.5,
        ge=0,
        le=2,
        unit="1",
        doc="log standard deviation of opening debt over assets",
        source="scenario assumption, 0.3 to 0.8",
    )


def deposit_rate(policy_rate: float, weight: CreditParameters) -> float:
    """Interest rate on deposits: the policy rate less the banks' spread, never negative."""
    return max(0.0, policy_rate - weight.deposit_spread)


def default_probability(leverage: Any, burden: Any, arrears_months: Any, weight: CreditParameters) -> Any:
    """Yearly probability of default, logistic in debt over assets, interest burden, arrears."""
    return expit(
        weight.risk_constant
        + weight.risk_leverage * leverage
        + weight.risk_cover * burden
        + weight.risk_arrears * arrears_months
    )


def interest_burden(interest: Any, operating_profit: Any) -> Any:
    """Interest over operating profit, between 0 and 1; 1 where profit does not cover interest."""
    covered = operating_profit > interest
    return np.where(
        covered, interest / np.where(covered, operating_profit, 1.0), np.where(interest > 0, 1.0, 0.0)
    )


def loan_rate(policy_rate: float, risk: Any, small: Any, weight: CreditParameters) -> Any:
    """Interest rate of a firm's loans: policy rate, margin, expected loss, size premium."""
    return policy_rate + weight.lending_spread + weight.loss_given_default * risk + weight.sme_premium * small


def loan_terms(
    leverage: Any, burden: Any, arrears_months: Any, small: Any, policy_rate: float, weight: CreditParameters
) -> tuple[Any, Any]:
    """Probability of default of firms, and the interest rate banks ask of them."""
    risk = default_probability(leverage, burden, arrears_months, weight)
    return risk, loan_rate(policy_rate, risk, small, weight)


def credit_line(
    debt: Any, assets: Any, sales: Any, risk: Any, may_lend: Any, weight: CreditParameters
) -> Any:
    """Further credit granted this month, in won: up to the debt ceiling plus working capital."""
    limit = weight.debt_ceiling * assets + weight.working_months * sales
    return np.where(may_lend & (risk <= weight.risk_ceiling), np.maximum(0.0, limit - debt), 0.0)


def new_debt(debt: Any, normal: Any, growth: float, adjustment: float) -> Any:
    """Debt that firms would take up in a year: it grows with the economy, and part of what lacks is made up.

    ``growth`` is the trend of amounts in won. A firm above its normal debt takes up none.

    >>> [float(new_debt(80.0, normal, 0.0625, 0.5)) for normal in (100.0, 70.0)]
    [15.0, 0.0]
    """
    return np.where(normal > debt, growth * debt + adjustment * (normal - debt), 0.0)


def funded_part(means: Any, outlays: Any) -> Any:
    """Part of a month's outlays that means carry, between 0 and 1.

    >>> [float(funded_part(means, 50.0)) for means in (-5.0, 20.0, 60.0)]
    [0.0, 0.4, 1.0]
    """
    left = np.maximum(means, 0.0)
    short = outlays > left
    return np.where(short, left / np.where(short, outlays, 1.0), 1.0)
