"""Entry: a potential firm starts when profit beckons and it finds first customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.graph import least
from sim.core.months import MONTHS, QUARTER
from sim.core.split import largest_remainder
from sim.phases.failing import end_contracts, renormalise
from sim.phases.requirements import is_good_enough
from sim.phases.searching import sign_contracts
from sim.rules import lifecycle

if TYPE_CHECKING:
    from sim.model import Ecosystem

Rows = NDArray[np.intp]
Real = NDArray[np.float64]
YEARS = QUARTER / MONTHS


def enter_firms(model: Ecosystem) -> None:
    """Let potential firms enter that expect profit and find enough demand to begin with."""
    firms, weight = model.firms, model.parameters["lifecycle"]
    waiting = np.flatnonzero(firms.waiting & (firms.cohort <= model.month - model.start))
    if waiting.size == 0:
        return
    margin = model.sector_margin()[firms.sector[waiting]]
    margin = model.policies.adjust("adjust_entry", model, margin, waiting)
    opening = model.sectors.margin[firms.sector[waiting]]
    chance = lifecycle.entry_probability(weight.entry_rate * YEARS, margin, opening, weight.entry_response)
    rows = waiting[model.draws.uniform(Decision.ENTRY, model.month, firms.uid[waiting]) < chance]
    if rows.size == 0:
        return
    rows = rows[np.argsort(firms.uid[rows])]  # who comes first must not depend on where it stands
    links, entrant, ordered = find_pilot_customers(model, rows)
    at_home = firms.entry_home_share[rows] * model.final.by_sector[firms.sector[rows]]
    demand = np.minimum(ordered + at_home, firms.entry_output[rows])
    enough = demand >= weight.least_demand * firms.entry_output[rows]
    found(model, rows[enough], demand[enough])
    won = enough[entrant]
    pilots, supplier = links[won], rows[entrant[won]]
    end_contracts(model, pilots)
    price = model.policies.adjust("adjust_pilot_price", model, firms.price[supplier], pilots)
    sign_contracts(model, pilots, supplier, price)
    model.events["entries"] = int(enough.sum())


def find_pilot_customers(model: Ecosystem, rows: Rows) -> tuple[Rows, Rows, Real]:
    """Find buyers that know an entrant and would give it one of their smaller orders.

    Returns
    -------
    The links that would change hands, the place in ``rows`` of the firm that gets each, and
    (rows,) units a month of such orders for each entrant. Customers are tried in an order drawn once
    for each pair, until the entrant's planned output is sold.
    """
    firms, groups, links, network = model.firms, model.groups, model.links, model.network
    group, entrant = network.groups_that_list(rows)
    link = _smallest_link(model, group)
    usable = firms.living[groups.buyer[group]] & network.served[link]
    price = firms.price[rows[entrant]] <= links.price[link] * (
        1 + model.parameters["lifecycle"].pilot_premium
    )
    usable &= is_good_enough(model, rows[entrant], groups.buyer[group])
    usable &= price & (groups.buyer[group] != rows[entrant])
    usable &= network.flow(firms.planned_output, link) <= firms.entry_output[rows[entrant]]
    group, entrant, link = group[usable], entrant[usable], link[usable]
    drawn = model.draws.uniform(Decision.PILOT, 0, firms.uid[rows[entrant]], firms.uid[groups.buyer[group]])
    order = np.lexsort((drawn, entrant))
    # A link goes to one entrant only: the first in the order of permanent identities.
    _, first = np.unique(link[order], return_index=True)
    order = order[np.sort(first)]
    link, entrant = link[order], entrant[order]
    flow = network.flow(firms.planned_output, link)
    running = np.cumsum(flow)
    start = np.searchsorted(entrant, np.arange(rows.size))
    before = np.r_[0.0, running][start]
    fits = running - before[entrant] <= firms.entry_output[rows[entrant]]
    return link[fits], entrant[fits], np.bincount(entrant[fits], flow[fits], rows.size)


def _smallest_link(model: Ecosystem, group: Rows) -> Rows:
    """Link with the smallest share of each group."""
    listed, place = model.network.links_of_groups(group)
    return np.asarray(listed[least(place, model.links.share[listed])])


def found(model: Ecosystem, rows: Rows, demand: Real) -> None:
    """Start firms: equity of households and supporters, expectations, a place on the final market.

    Equipment is ordered next month, like all investment, and staff is hired when it stands; contracts
    have a time of grace for that.
    """
    firms, ledger = model.firms, model.ledger
    equity = _equity(model, rows, demand)
    own = model.policies.adjust("adjust_equity", model, equity, rows)
    cells = ledger.every_household
    part = largest_remainder(int(own.sum()), np.maximum(ledger.household_deposits, 0))
    ledger.settle_net(cells, -part, ledger.firm(rows), own, "equity of entrants")
    model.policies.call("on_entry", model, rows, equity)
    model.owners_spent += part
    firms.living[rows] = True
    firms.waiting[rows] = False
    firms.birth[rows] = model.month
    firms.expected_demand[rows] = demand
    firms.demand[rows] = demand
    firms.home_share[rows] = firms.entry_home_share[rows]
    renormalise(model)


def _equity(model: Ecosystem, rows: Rows, demand: Real) -> NDArray[np.int64]:
    """Won that households put up for each entrant: capital and a few months of costs.

    All cells share in it by their deposits: founders come from everywhere. In a quarter with very
    many entrants each gets less.
    """
    firms, ledger, weight = model.firms, model.ledger, model.parameters["lifecycle"]
    capital = demand / (model.parameters["production"].normal_use * firms.capital_productivity[rows])
    value = capital * model.investment_price
    needed = lifecycle.founders_equity(demand, value, firms.unit_cost[rows], weight)
    means = weight.affordable * float(np.maximum(ledger.household_deposits, 0).sum())
    return np.asarray(np.floor(needed * min(1.0, means / max(float(needed.sum()), 1.0))), dtype=np.int64)
