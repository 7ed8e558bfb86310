"""The supply network: input groups, links, contracts, candidate lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.months import MONTHS
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import NOBODY, Instrument
from sim.population.firms import BEFORE, Reals, Rows
from sim.population.inputs import describe_inputs, make_groups, number_of_links, rake
from sim.population.markets import Market, entrant_markets, markets
from sim.population.own_links import OwnLinks
from sim.population.parameters import EconomyParameters
from sim.population.suppliers import (
    SLOTS,
    Choice,
    choose_suppliers,
    fit_shares,
    set_candidates,
    uneven_shares,
    wanted_suppliers,
)


def make_network(
    economy: EconomyParameters,
    firms: Firms,
    sales: Reals,
    sold: Reals,
    coefficients: Reals,
    profiles: pd.DataFrame,
    draws: Draws,
    own: OwnLinks | None = None,
) -> tuple[Groups, Links]:
    """Link all firms.

    Parameters
    ----------
    economy
        Declared parameters.
    firms
        Living and potential firms.
    sales, sold
        (n,) won/month: target sales, and the part that goes to firms.
    coefficients
        (S, S) domestic input a unit of output, supplier in rows.
    profiles
        S rows of ``data/sectors.csv``.
    draws
        Source of randomness.
    own
        A researcher's links.

    Returns
    -------
    Groups in order of the buyer's row, links in order of the group.
    """
    wanted = number_of_links(firms, sales, economy, draws)
    groups = make_groups(firms, wanted, coefficients, economy.input_power, draws)
    own_group, own_share = np.zeros(0, dtype=np.intp), np.zeros(0)
    if own is not None:
        groups, own_group, own_share = own.join(groups, firms, coefficients)
    describe_inputs(groups, firms, profiles)
    rake(groups, firms, sales, coefficients, economy.input_range)
    market = markets(firms, sold, economy.supplier_choice, len(coefficients))
    prime_market = markets(firms, sold, economy.prime_choice, len(coefficients))
    available = np.array([here.largest.size for here in market])
    number = wanted_suppliers(groups, wanted, available, economy.least_choice, draws)
    number[own_group] = 0
    flow = groups.coefficient * sales[groups.buyer]
    need = least_size(groups, number, flow, market, economy)
    choice = choose_suppliers(firms, groups, number, need, market, prime_market, economy, draws)
    share = uneven_shares(choice, groups, sold, economy, draws)
    share = fit_shares(choice, share, np.where(firms.living[groups.buyer], flow, 0), sold)
    set_candidates(firms, groups, need, market, entrant_markets(firms, len(market)), economy, draws)
    order = np.arange(choice.group.size)
    if own is not None:
        choice, share, order = _join(choice, share, own, own_group, own_share)
    links = _links(choice, groups, share)
    _write_contracts(links, choice, firms, groups, profiles, economy, draws)
    if own is not None:
        own.write(links, order)
    return groups, links


def least_size(
    groups: Groups,
    number: NDArray[np.int64],
    flow: Reals,
    market: list[Market],
    economy: EconomyParameters,
) -> Reals:
    """Return (g,) won/month: the smallest sales to firms a supplier of the group must have.

    A supplier takes an order only up to the part ``dependence`` of what it sells to firms; but
    ``least_choice`` times as many suppliers as the group wants are always let in.
    """
    need = flow / np.maximum(number, 1) / economy.dependence
    for sector, here in enumerate(market):
        rows = np.flatnonzero(groups.sector == sector)
        largest = here.largest
        if largest.size:
            let_in = (economy.least_choice * number[rows]).astype(np.intp)
            need[rows] = np.minimum(need[rows], largest[np.minimum(let_in, largest.size - 1)])
    return need


def _join(
    choice: Choice, share: Reals, own: OwnLinks, own_group: Rows, own_share: Reals
) -> tuple[Choice, Reals, Rows]:
    """Put own links among the generated ones, in order of the group; return also the own links' rows."""
    group = np.concatenate([choice.group, own_group])
    # Own links are numbered through, which gives each the key of its draws.
    slot = np.concatenate([choice.slot, np.arange(own_group.size) % SLOTS])
    supplier = np.concatenate([choice.supplier, own.supplier])
    order = np.argsort(group, kind="stable")
    joined = Choice(group[order], slot[order], supplier[order])
    place = np.empty(order.size, dtype=np.intp)
    place[order] = np.arange(order.size)
    return joined, np.concatenate([share, own_share])[order], place[choice.group.size :]


def _links(choice: Choice, groups: Groups, share: Reals) -> Links:
    links = Links(choice.group.size)
    links.group = choice.group
    links.buyer = groups.buyer[choice.group]
    links.supplier = choice.supplier
    links.share = share
    return links


def _write_contracts(
    links: Links,
    choice: Choice,
    firms: Firms,
    groups: Groups,
    profiles: pd.DataFrame,
    economy: EconomyParameters,
    draws: Draws,
) -> None:
    buyer = links.buyer
    sector = groups.sector[links.group]
    key = choice.slot + SLOTS * sector + 1
    paid = draws.uniform(Decision.TERMS, BEFORE, buyer, key)
    links.terms, links.instrument = payment(paid, economy)
    links.next_review = np.floor(MONTHS * draws.uniform(Decision.REVIEW_PHASE, BEFORE, buyer, key))
    goods = profiles["goods"].to_numpy() == 1
    scale = np.where(goods, 1.0, economy.specific_services)[sector]
    links.specificity = scale * draws.uniform(Decision.SPECIFICITY, BEFORE, buyer, key)
    survival = -np.log1p(-economy.link_exit) / MONTHS
    age = -np.log1p(-draws.uniform(Decision.AGE, BEFORE, buyer, key)) / survival
    youngest = np.maximum(
        firms.birth[buyer], np.where(links.supplier == NOBODY, -(10**6), firms.birth[links.supplier])
    )
    links.since = np.where(firms.living[buyer], np.minimum(np.maximum(-np.floor(age), youngest), 0), 0)


def payment(draw: Reals, economy: EconomyParameters) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Turn even draws into payment terms and instrument: cash for the lowest draws, late for the highest.

    Examples
    --------
    >>> payment(np.array([0.0, 0.3, 0.7, 0.9]), EconomyParameters())
    (array([0, 1, 2, 3], dtype=int8), array([0, 0, 1, 1], dtype=int8))
    """
    in_cash = draw < economy.cash_share
    part = draw / max(economy.cash_share, 1e-12)
    early = economy.cash_at_once, economy.cash_at_once + economy.cash_in_a_month
    terms = np.where(in_cash, np.searchsorted(early, part, side="right"), 2)
    late = (draw - economy.paid_within_60_days) / max(1 - economy.paid_within_60_days, 1e-12)
    terms = np.where(late >= 0, np.where(late < economy.late_in_three_months, 3, 4), terms)
    return terms.astype(np.int8), np.where(in_cash, Instrument.CASH, Instrument.NOTE).astype(np.int8)
