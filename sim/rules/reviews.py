"""What a review of a contract would bring as things stand: power, agreed price, chance of a cut."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.rules import pricing

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


def power_of(economy: Any, rows: Rows) -> Real:
    """(rows,) bargaining power of the suppliers of some links."""
    links, sold = economy.links, economy.firms.sales[economy.links.supplier[rows]]
    exponent = economy.parameters["pricing"].power_exponent
    tied = links.tied[rows]
    return np.asarray(pricing.power_on_link(links.share[rows], economy.invoice[rows], sold, exponent, tied))


def agreed_price(economy: Any, rows: Rows, power: Real) -> Real:
    """(rows,) won a unit that a review of some links would agree on."""
    firms, links = economy.firms, economy.links
    supplier = links.supplier[rows]
    outside = links.outside_option[rows] * economy.sectors.price_level[firms.sector[supplier]]
    agreed = pricing.negotiated_price(firms.unit_cost[supplier], power, outside)
    return np.asarray(np.maximum(agreed, 0.0))


def cut_chance(economy: Any, power: Real) -> Real:
    """(rows,) chance that the buyer enforces the agreed price where it is lower, without any policy."""
    weight = economy.parameters["pricing"]
    chance = pricing.buyer_review_probability(
        power, weight.review_rate, weight.review_exponent, weight.cost_cutting
    )
    return np.asarray(chance)
