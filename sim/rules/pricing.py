"""Unit cost, markups, bargaining on links, price linkage.

Sources: Alviarez, Fioretti, Kikkawa and Morlacco (2025), arXiv:2507.12848 (bargaining power from two
shares, reduced form); Dosi et al. (2010) (markup and market share). Who may reopen a contract is
our own reduced form: its parameters are scenario assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.params import Parameters, param


class PricingParameters(Parameters):
    """Markups, reviews, switching."""

    stickiness: float = param(
        0.7,
        ge=0,
        lt=1,
        unit="1/month",
        doc="part of the old price kept each month on final markets",
        source="scenario assumption, 0.5 to 0.9",
    )
    markup_response: float = param(
        0.04,
        ge=0,
        le=1,
        unit="1",
        doc="elasticity of the markup to the market share",
        source="Dosi et al. 2010, upsilon = 0.04",
    )
    power_exponent: float = param(
        0.5,
        gt=0,
        le=4,
        unit="1",
        doc="h in bargaining power s^h / (s^h + b^h)",
        source="scenario assumption, 0.25 to 2",
    )
    review_rate: float = param(
        0.35,
        ge=0,
        le=1,
        unit="1",
        doc="chance that a yearly review can reopen the price at full power",
        source="scenario assumption, 0.2 to 1: at 0.35 a rise of material costs of 26.4 % reaches small "
        "suppliers' prices by 0.21 within a year, against 0.21 in KBIZ 2021 (rows 108-111)",
    )
    review_exponent: float = param(
        1.0,
        ge=0,
        le=4,
        unit="1",
        doc="q: how the chance to reopen rises with bargaining power",
        source="scenario assumption, 0.5 to 2; with 1 about the pass-through of KBIZ 2021 (0.21) can be "
        "reached",
    )
    cost_cutting: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="pressure of buyers for unit-price cuts (CR, 단가 인하)",
        source="scenario assumption, 0 to 1",
    )
    indexation: float = param(
        1.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of trend inflation that contract prices follow by custom",
        source="scenario assumption, 0 to 1; surprises pass only through reviews and linkage",
    )
    switching_cost: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1",
        doc="price gain needed to change supplier; twice that for a fully specific input",
        source="scenario assumption, 0.01 to 0.15",
    )
    payment_in_prices: float = param(
        0.5,
        ge=0,
        le=2,
        unit="1",
        doc="part of the interest that earlier payment costs a buyer which it asks back in its next review",
        source="scenario assumption, 0 to 1",
    )
    lock_in: float = param(
        1.0,
        ge=0,
        le=100,
        unit="1",
        doc="how far equipment paid by a customer ties a supplier to it, when worth a year's deliveries",
        source="scenario assumption, 0 to 2: equipment made for one customer is worth little with another "
        "(Klein, Crawford and Alchian 1978, Journal of Law and Economics 21: 297-326)",
    )
    trend_inflation: float = param(
        0.02,
        ge=-0.02,
        le=0.1,
        unit="1/year",
        doc="inflation expected by all",
        source="inflation target of the Bank of Korea, 2 %",
    )


def unit_cost(
    inputs: Any, wage: Any, payroll_tax: float, productivity: Any, materials: Any, rate: Any
) -> Any:
    """Cost a unit: inputs, labour with payroll tax, imported materials, interest on a month's materials.

    >>> round(float(unit_cost(0.5, 20.0, 0.1, 100.0, 0.1, 0.0)), 6)
    0.82
    """
    return (inputs + materials) * (1 + rate / 12) + wage * (1 + payroll_tax) / productivity


def list_price(price: Any, markup: Any, cost: Any, stickiness: float, inflation: float) -> Any:
    """Price on final markets: moves from the old one towards ``(1 + markup) cost``.

    The old price is first raised by a month's expected inflation. Without that custom every list
    price would lag behind its cost for as long as prices rise, and margins would depend on the rate
    of trend inflation.

    >>> round(float(list_price(1.0, 0.25, 0.808, 0.7, 0.01)), 6)
    1.01
    """
    return stickiness * (1 + inflation) * price + (1 - stickiness) * (1 + markup) * cost


def bargaining_power(supplier_share: Any, buyer_share: Any, exponent: float) -> Any:
    """Supplier's power: its share of the buyer's purchases against the buyer's share of its sales.

    >>> float(bargaining_power(0.5, 0.5, 1.0))
    0.5
    """
    supplier = np.maximum(supplier_share, 0.0) ** exponent
    buyer = np.maximum(buyer_share, 0.0) ** exponent
    return supplier / np.maximum(supplier + buyer, 1e-300)


def power_on_link(share: Any, invoice: Any, sales: Any, exponent: float, tied: Any = 0.0) -> Any:
    """Supplier's power on a link, of which ``invoice`` is what it earns there out of its ``sales``.

    It depends on the buyer as if it sold ``tied`` of what others buy to this buyer too.

    >>> float(power_on_link(0.25, 50, 200, 1.0)), round(float(power_on_link(0.25, 50, 200, 1.0, 1 / 3)), 6)
    (0.5, 0.333333)
    """
    part = np.minimum(1.0, invoice / np.maximum(sales, 1))
    return bargaining_power(share, part + tied * (1 - part), exponent)


def tied_by_equipment(tied: Any, worth: Any, strength: float) -> Any:
    """Part of its other sales lost as a fallback, after equipment ``worth`` years of deliveries.

    >>> round(float(tied_by_equipment(0.5, 1.0, np.log(2.0))), 6)
    0.75
    """
    return 1 - (1 - tied) * np.exp(-strength * worth)


def price_paid_sooner(price: Any, months: Any, rate: Any, part: float) -> Any:
    """Price that leaves a buyer as well off as before when it pays some months sooner; ``part`` of the way.

    >>> round(float(price_paid_sooner(1.0, 2, 0.06, 0.5)), 6)
    0.995
    """
    return price * (1 - part * rate / 12 * months)


def negotiated_price(cost: Any, power: Any, outside_price: Any) -> Any:
    """Price agreed in a review, ``c + phi (v - c)``: the supplier's cost plus its part of the surplus."""
    return cost + power * (outside_price - cost)


def outside_option(price: Any, cost: Any, power: Any) -> Any:
    """Buyer's alternative ``v`` that makes a given price the agreed one; inverse of `negotiated_price`."""
    return cost + (price - cost) / np.maximum(power, 1e-6)


def supplier_review_probability(power: Any, rate: float, exponent: float) -> Any:
    """Chance that a supplier gets a higher price in its yearly review, ``theta phi^q``."""
    return rate * power**exponent


def buyer_review_probability(power: Any, rate: float, exponent: float, cost_cutting: Any) -> Any:
    """Chance that a buyer enforces a lower price in the yearly review, ``theta (1 - phi)^q CR``."""
    return np.minimum(1.0, rate * (1 - power) ** exponent * cost_cutting)


def linked_price(price: Any, material_share: Any, change: Any, rate: float, compliance: Any) -> Any:
    """Price after linkage: ``p (1 + compliance rate share change)``; ``change`` is relative."""
    return price * (1 + compliance * rate * material_share * change)
