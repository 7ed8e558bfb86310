"""Unit costs, list prices, market shares, contract reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS
from sim.phases.searching import Search, change_supplier
from sim.rules import demand, pricing, reviews

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


def update_costs_and_prices(model: Ecosystem) -> None:
    """Recompute unit costs; move list prices, markups and market shares."""
    firms, groups, links, sectors = model.firms, model.groups, model.links, model.sectors
    weight = model.parameters["pricing"]
    group_price = model.network.sum_by_group(links.share * links.price)
    inputs = model.network.sum_groups_by_buyer(groups.coefficient * group_price)
    firms.unit_cost = pricing.unit_cost(
        inputs,
        firms.wage,
        model.parameters["government"].payroll_tax,
        firms.productivity,
        firms.material_coefficient * sectors.material_price.take(firms.sector),
        firms.loan_rate,
    )
    inflation = weight.trend_inflation * weight.indexation / MONTHS
    firms.price = pricing.list_price(firms.price, firms.markup, firms.unit_cost, weight.stickiness, inflation)
    sectors.price_level = model.mean_price(firms.output * firms.living)
    _move_market_shares(model)


def _move_market_shares(model: Ecosystem) -> None:
    firms, rows = model.firms, model.sectors.rows
    weight = model.parameters["demand"]
    attraction = demand.competitiveness(firms.price, firms.fill_rate, firms.quality)
    old = firms.home_share.copy()
    share = demand.replicate(firms.home_share, attraction, firms.sector, rows, weight.selection / MONTHS)
    share = share * model.taste_shocks()
    share = model.policies.adjust("adjust_home_shares", model, share * firms.living)
    firms.home_share = demand.normalise(share, firms.sector, rows)
    moved = np.where((old > 0) & (firms.home_share > 0), firms.home_share / np.where(old > 0, old, 1.0), 1.0)
    firms.markup *= moved ** model.parameters["pricing"].markup_response


def review_contracts(model: Ecosystem) -> None:
    """Let suppliers raise and buyers cut the prices of contracts whose yearly review is due."""
    links, firms, weight = model.links, model.firms, model.parameters["pricing"]
    due = np.flatnonzero(links.next_review <= model.month)
    due = due[model.network.served[due]]
    links.next_review[due] += MONTHS
    due = due[firms.living[links.buyer[due]]]
    power = reviews.power_of(model, due)
    agreed = reviews.agreed_price(model, due, power)
    up = pricing.supplier_review_probability(power, weight.review_rate, weight.review_exponent)
    up = model.policies.adjust("adjust_supplier_review", model, up, due)
    down = reviews.cut_chance(model, power)
    down = model.policies.adjust("adjust_buyer_review", model, down, due)
    who = firms.uid[links.supplier[due]], firms.uid[links.buyer[due]]
    rises = model.draws.falls(Decision.SUPPLIER_REVIEW, model.month, up, *who)
    cuts = model.draws.falls(Decision.BUYER_REVIEW, model.month, down, *who, among=~rises)
    old = links.price[due]
    new = np.where(rises, np.maximum(old, agreed), np.where(cuts, np.minimum(old, agreed), old))
    links.price[due] = model.policies.adjust("adjust_price_change", model, new, due)
    if weight.payment_in_prices > 0:
        ask_back_interest(model, due)


def ask_back_interest(model: Ecosystem, due: Rows) -> None:
    """Let buyers that pay sooner than agreed ask for what it costs them, and look around if refused.

    A supplier refuses a price below its unit cost. Where terms are long again, the price rises likewise.
    """
    links, firms = model.links, model.firms
    months = links.terms[due] - model.months_to_payment[due] - links.sooner[due]
    due, months = due[months != 0], months[months != 0]
    part, rate = model.parameters["pricing"].payment_in_prices, firms.loan_rate[links.buyer[due]]
    asked = pricing.price_paid_sooner(links.price[due], months, rate, part)
    agreed = (asked >= firms.unit_cost[links.supplier[due]]) | (months < 0)
    links.price[due[agreed]] = asked[agreed]
    links.sooner[due[agreed]] += months[agreed]
    refused = due[~agreed]
    if refused.size:
        left = change_supplier(model, refused, Search.CHEAPER)
        model.events["left_over_payment"] = left.size
