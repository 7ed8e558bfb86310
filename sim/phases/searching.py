"""Change of suppliers: orphaned and badly served links, comparison, in-sourcing, new contracts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.graph import least
from sim.core.months import MONTHS, QUARTER
from sim.economy.kinds import CANDIDATES, NOBODY
from sim.phases.failing import end_contracts
from sim.phases.requirements import is_good_enough
from sim.rules import matching, pricing

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


def look_for_suppliers(model: Ecosystem) -> None:
    """Fill orphaned links every month; each quarter some groups compare their suppliers.

    (If orphans waited for the quarter, with one or two months of stock, every buyer of a failed
    supplier would stop, which evidence on supplier disruption does not show.)
    """
    links, firms = model.links, model.firms
    in_use = firms.living.take(links.buyer) & (links.share > 0)
    orphans = np.flatnonzero(~model.network.served)
    orphans = orphans[in_use[orphans]]
    if orphans.size:
        change_supplier(model, orphans, Search.ORPHAN)
    weight = model.parameters["matching"]
    short = np.flatnonzero(links.delivery < weight.reliability * links.order)
    known = model.month - links.since[short] > weight.grace_months
    unreliable = short[in_use[short] & model.network.served[short] & known]
    if unreliable.size:
        _shift_shares(model, unreliable)
        change_supplier(model, unreliable, Search.UNRELIABLE)
    if model.month % QUARTER == QUARTER - 1:
        _compare_suppliers(model)
        take_work_in_house(model)


def _shift_shares(model: Ecosystem, rows: Rows) -> None:
    """Let groups with a supplier that delivers too little order more from their other suppliers."""
    links, groups = model.links, np.unique(model.links.group[rows])
    listed, place = model.network.links_of_groups(groups)
    filled = links.delivery[listed] / np.where(links.order[listed] > 0, links.order[listed], np.inf)
    share = links.share[listed] * (1 - model.parameters["matching"].share_shift * (1 - filled))
    links.share[listed] = share / np.bincount(place, share)[place]


def _compare_suppliers(model: Ecosystem) -> None:
    """Let some groups reconsider their dearest link."""
    groups, firms, network = model.groups, model.firms, model.network
    rate = model.parameters["matching"].look_around
    in_use = np.flatnonzero(firms.living[groups.buyer])
    buyer, sector = firms.uid[groups.buyer[in_use]], groups.sector[in_use]
    rows = in_use[model.draws.uniform(Decision.LOOK_AROUND, model.month, buyer, sector) < rate]
    if rows.size == 0:
        return
    listed, place = network.links_of_groups(rows)
    supplier = network.supplier[listed]
    cost = model.links.price[listed] / np.maximum(firms.fill_rate[supplier] * firms.quality[supplier], 1e-9)
    cost = np.where(network.served[listed], cost, -np.inf)
    chosen = listed[least(place, -cost)]
    change_supplier(model, chosen[network.served[chosen]], Search.CHEAPER)


class Search(Enum):
    """Why a link looks for a supplier."""

    STOLEN = "its buyer has taken its supplier's technology"
    ORPHAN = "it has none"
    UNRELIABLE = "its supplier delivers too little"
    SCREENED = "its supplier's ESG score is too low"
    CHEAPER = "it compares"


def change_supplier(model: Ecosystem, rows: Rows, search: Search) -> Rows:
    """Give links the first acceptable supplier of their group's permanent list; return those that moved."""
    chosen = first_offers(model, rows, search)
    found = np.flatnonzero(chosen != NOBODY)
    return rows[found[move_orders(model, rows[found], chosen[found], in_turn=search is not Search.ORPHAN)]]


def first_offers(model: Ecosystem, rows: Rows, search: Search) -> Rows:
    """(rows,) the first acceptable supplier of each link's permanent list; nobody where there is none."""
    links, firms, network = model.links, model.firms, model.network
    group = links.group[rows]
    candidate = model.groups.candidates[:, group].astype(np.intp)
    known = np.maximum(candidate, 0)
    room, flow = room_of(model), network.flow(firms.planned_output, rows)
    acceptable = (
        (candidate != NOBODY) & firms.living[known] & (room[known] >= flow) & (known != links.buyer[rows])
    )
    acceptable &= ~_already_supplies(model, group, known)
    acceptable &= is_good_enough(model, known, links.buyer[rows])
    if search is Search.CHEAPER:
        now, worth = network.supplier[rows], firms.fill_rate * firms.quality
        cost = model.parameters["pricing"].switching_cost * (1 + links.specificity[rows])
        offered = model.policies.adjust("adjust_offers", model, firms.price[known], rows, known)
        acceptable &= matching.switch_pays(links.price[rows], worth[now], offered, worth[known], cost)
    place = matching.first_acceptable(acceptable)
    if search is Search.ORPHAN:
        candidate, place = _ask_everybody(model, rows, candidate, place)
    return np.where(place >= 0, candidate[place, np.arange(rows.size)], NOBODY)


def move_orders(
    model: Ecosystem, rows: Rows, supplier: Rows, in_turn: bool = True, price: Real | None = None
) -> Rows:
    """Move links to the suppliers they have chosen; return the places in ``rows`` of those that moved.

    Those who come ``in_turn`` are taken as far as a supplier has room; links without supplier all are.
    Contracts start at ``price``, or at the supplier's list price.
    """
    # Two links of one group must not take the same newcomer in the same month.
    pair = model.links.group[rows] * model.firms.rows + supplier
    _, first = np.unique(pair, return_index=True)
    moved: Rows = np.sort(first)
    if in_turn:
        flow = model.network.flow(model.firms.planned_output, rows[moved])
        moved = moved[_fits(model, rows[moved], supplier[moved], flow, room_of(model))]
        end_contracts(model, rows[moved])
    sign_contracts(model, rows[moved], supplier[moved], None if price is None else price[moved])
    return moved


def room_of(model: Ecosystem) -> Real:
    """(n_firms,) units a month a firm could make beyond what it is asked for."""
    firms, part = model.firms, model.parameters["matching"].spare_capacity
    return np.asarray(part * firms.capital_productivity * firms.capital - firms.demand)


def _fits(model: Ecosystem, rows: Rows, chosen: Rows, flow: Real, room: Real) -> NDArray[np.bool_]:
    """Whether each newcomer fits into what its chosen supplier can still make, first come first served.

    Buyers come in an order drawn for the month; without it all would run to the same supplier at once.
    """
    uid = model.firms.uid
    turn = model.draws.uniform(Decision.QUEUE, model.month, uid[chosen], uid[model.links.buyer[rows]])
    order = np.lexsort((turn, chosen))
    running = np.cumsum(flow[order])
    first = np.searchsorted(chosen[order], chosen[order], side="left")
    before = running[first] - flow[order][first]
    fits = np.zeros(rows.size, dtype=bool)
    fits[order] = running - before <= room[chosen[order]]
    return fits


def _ask_everybody(model: Ecosystem, rows: Rows, candidate: Rows, place: Rows) -> tuple[Rows, Rows]:
    """Where nobody on its list can deliver, let an orphan ask all firms of the sector.

    Each buyer ranks all firms by a permanent draw of its own, those short of goods behind all others,
    and takes the first living one; so the death of one firm moves only the buyers that had chosen it.
    """
    firms, lost = model.firms, np.flatnonzero(place < 0)
    candidate, place = candidate.copy(), place.copy()
    for entry in lost:  # rare: eight candidates have to fail or be full
        buyer = model.links.buyer[rows[entry]]
        sector = model.groups.sector[model.links.group[rows[entry]]]
        able = firms.living & (firms.sector == sector) & (firms.capital > 0)
        able[buyer] = False
        link = rows[entry]
        others, _ = model.network.links_of_groups(model.links.group[link : link + 1])
        able[model.network.supplier[others[model.network.served[others]]]] = False
        open_to = np.flatnonzero(able)
        if open_to.size:
            rank = model.draws.uniform(Decision.CANDIDATE, 0, firms.uid[open_to], firms.uid[buyer])
            candidate[0, entry] = open_to[np.argmin(rank + (firms.demand > firms.delivered)[open_to])]
            place[entry] = 0
    return candidate, place


def _already_supplies(model: Ecosystem, group: Rows, candidate: Rows) -> NDArray[np.bool_]:
    """Whether candidates (8, n) already serve a link of the group (n,)."""
    network = model.network
    listed, place = network.links_of_groups(group)
    supplier = np.where(network.served[listed], network.supplier[listed], NOBODY)
    taken = np.zeros(candidate.shape, dtype=bool)
    for position in range(CANDIDATES):
        same = supplier == candidate[position][place]
        taken[position] = np.bincount(place, same, group.size) > 0
    return taken


def sign_contracts(model: Ecosystem, rows: Rows, supplier: Rows, price: Real | None = None) -> None:
    """Start contracts, at the supplier's list price unless another is agreed."""
    links, firms = model.links, model.firms
    power = newcomers_power(model, rows, supplier)
    links.supplier[rows] = supplier
    links.price[rows] = firms.price[supplier] if price is None else price
    links.next_review[rows] = model.month + MONTHS
    links.since[rows] = model.month
    links.sooner[rows] = links.terms[rows] - model.months_to_payment[rows]
    links.tied[rows] = 0.0
    model.network.changed(rows)
    level = np.maximum(model.sectors.price_level[firms.sector[supplier]], 1e-9)
    option = pricing.outside_option(links.price[rows], firms.unit_cost[supplier], power)
    links.outside_option[rows] = np.maximum(option, firms.unit_cost[supplier]) / level
    model.events["new_contracts"] = model.events.get("new_contracts", 0) + rows.size


def newcomers_power(model: Ecosystem, rows: Rows, supplier: Rows) -> Real:
    """(rows,) bargaining power that other suppliers would have on some links."""
    flow = model.network.flow(model.firms.planned_output, rows)
    sold = np.maximum(np.maximum(model.firms.demand[supplier], flow), 1e-9)
    exponent = model.parameters["pricing"].power_exponent
    return np.asarray(pricing.bargaining_power(model.links.share[rows], flow / sold, exponent))


def asked_price(model: Ecosystem, rows: Rows, supplier: Rows) -> Real:
    """(rows,) price at which a newcomer would take over a link, the present price being the alternative."""
    power = newcomers_power(model, rows, supplier)
    cost = model.firms.unit_cost[supplier]
    return np.asarray(pricing.negotiated_price(cost, power, model.links.price[rows]))


def take_work_in_house(model: Ecosystem) -> None:
    """Let business groups move orders from outside suppliers to affiliates (vertical integration)."""
    links, firms, network = model.links, model.firms, model.network
    rate = np.full(links.rows, model.parameters["matching"].in_sourcing)
    rate = model.policies.adjust("adjust_in_sourcing", model, rate)
    group = firms.business_group[links.buyer]
    outside = (
        network.served & (group != NOBODY) & (firms.business_group[network.supplier] != group) & (rate > 0)
    )
    rows = np.flatnonzero(outside & firms.living[links.buyer])
    if rows.size == 0:
        return
    supplier = links.supplier[rows]
    margin = 1 - firms.unit_cost[supplier] / np.maximum(links.price[rows], 1e-9)
    usual = model.parameters["matching"].usual_margin
    chance = (
        matching.in_sourcing_probability(rate[rows], margin, links.specificity[rows], usual)
        * QUARTER
        / MONTHS
    )
    drawn = model.draws.uniform(
        Decision.IN_SOURCING, model.month, firms.uid[supplier], firms.uid[links.buyer[rows]]
    )
    rows = rows[drawn < chance]
    affiliate = _affiliates(model)[
        np.maximum(firms.business_group[links.buyer[rows]], 0), _sector_of(model, rows)
    ]
    known = (affiliate != NOBODY) & (affiliate != links.buyer[rows])
    known &= ~_already_supplies(model, links.group[rows], np.tile(affiliate, (CANDIDATES, 1)))[0]
    known &= is_good_enough(model, affiliate, links.buyer[rows])
    room, flow = room_of(model), network.flow(firms.planned_output, rows)
    known &= flow <= room[affiliate]
    # Two links of one group cannot both go to the same affiliate.
    rows, affiliate, flow = rows[known], affiliate[known], flow[known]
    _, once = np.unique(links.group[rows], return_index=True)
    rows, affiliate = rows[once], affiliate[once]
    fits = _fits(model, rows, affiliate, flow[once], room)
    end_contracts(model, rows[fits])
    sign_contracts(model, rows[fits], affiliate[fits])
    model.events["in_sourced"] = int(fits.sum())


def _sector_of(model: Ecosystem, rows: Rows) -> Rows:
    return np.asarray(model.groups.sector[model.links.group[rows]])


def _affiliates(model: Ecosystem) -> Rows:
    """Return (business groups, sectors): the largest living affiliate, nobody where there is none."""
    firms = model.firms
    member = np.flatnonzero(firms.living & (firms.business_group != NOBODY))
    member = member[np.argsort(firms.output[member], kind="stable")]
    table = np.full((int(firms.business_group.max(initial=0)) + 1, model.sectors.rows), NOBODY, dtype=np.intp)
    table[firms.business_group[member], firms.sector[member]] = member  # the largest is written last
    return table
