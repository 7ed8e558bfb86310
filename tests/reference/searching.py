"""Change of suppliers: orphans, unreliable suppliers, comparison, in-sourcing."""

from __future__ import annotations

import math

from sim.core.draws import Decision

from .contracting import flow_of, sign_contract
from .failing import end_contracts
from .requirements import required_score
from .state import YEARS, Firm, Group, Link, SlowEconomy, total


def look_for_suppliers(economy: SlowEconomy, quarter_ends: bool) -> None:
    """Orphans and badly served links look every month; each quarter some groups compare."""
    used = [link for link in economy.links if link.buyer.living and link.share > 0]
    change_suppliers(economy, [link for link in used if not link.supplier], orphaned=True)
    unreliable = [link for link in used if link.supplier and is_unreliable(economy, link)]
    for group in {link.group: None for link in unreliable}:
        shift_shares(economy, group)
    change_suppliers(economy, unreliable)
    if quarter_ends:
        compare_suppliers(economy)
        take_work_in_house(economy)


def is_unreliable(economy: SlowEconomy, link: Link) -> bool:
    """Whether too little of the order came, on a contract old enough for that to count."""
    weight = economy.parameters.matching
    too_little = link.delivery < weight.reliability * link.order
    return too_little and economy.month - link.since > weight.grace_months


def shift_shares(economy: SlowEconomy, group: Group) -> None:
    """Order more from those who delivered: each loses a part of the share it could not deliver."""
    for link in group.links:
        filled = link.delivery / link.order if link.order > 0 else 0.0
        link.share *= 1 - economy.parameters.matching.share_shift * (1 - filled)
    of_all = total(link.share for link in group.links)
    for link in group.links:
        link.share /= of_all


def compare_suppliers(economy: SlowEconomy) -> None:
    """Some groups reconsider the link that is dearest for what it reliably delivers."""
    rate, chosen = economy.parameters.matching.look_around, []
    for group in economy.groups:
        served = [link for link in group.links if link.supplier]
        looks = economy.happens(rate, Decision.LOOK_AROUND, group.buyer.uid, group.sector.row)
        if looks and group.buyer.living and served:
            chosen.append(max(served, key=effective_price))
    change_suppliers(economy, chosen, cheaper=True)


def effective_price(link: Link) -> float:
    """Contract price over what it buys: the supplier's fill rate times its quality."""
    return link.price / max(link.supplier.fill_rate * link.supplier.quality, 1e-9)


def change_suppliers(
    economy: SlowEconomy, links: list[Link], orphaned: bool = False, cheaper: bool = False
) -> int:
    """All choose from what they see before anybody moves; then contracts end and begin; return how many."""
    choices: dict[tuple[Group, Firm], Link] = {}
    for link in links:
        choice = first_acceptable(economy, link, cheaper)
        if orphaned and not choice:
            choice = ask_everybody(economy, link)
        if choice:  # of two links of a group only the first may take the same newcomer
            choices.setdefault((link.group, choice), link)
    moves = {link: choice for (_, choice), link in choices.items()}
    if orphaned:
        for link, supplier in moves.items():
            sign_contract(economy, link, supplier)
        return len(moves)
    inside = admitted(economy, moves)
    take_over(economy, inside)
    return len(inside)


def take_over(economy: SlowEconomy, moves: dict[Link, Firm], prices: dict[Link, float] | None = None) -> None:
    """Old contracts end, new ones begin, at list prices unless others are agreed."""
    end_contracts(economy, list(moves))
    for link, supplier in moves.items():
        sign_contract(economy, link, supplier, (prices or {}).get(link))


def admitted(economy: SlowEconomy, moves: dict[Link, Firm]) -> dict[Link, Firm]:
    """Let newcomers queue at each supplier, in an order drawn for the month, while its room lasts."""
    queues: dict[Firm, list[Link]] = {}
    for link, supplier in moves.items():
        queues.setdefault(supplier, []).append(link)
    inside = {}
    for supplier, queue in queues.items():
        left, uid = room_of(economy, supplier), supplier.uid
        turn = {link: economy.drawn(Decision.QUEUE, uid, link.buyer.uid) for link in queue}
        for link in sorted(queue, key=turn.get):
            left -= flow_of(link)
            if left >= 0:  # nobody overtakes one whose order was too large
                inside[link] = supplier
    return inside


def room_of(economy: SlowEconomy, firm: Firm) -> float:
    """Units a month a firm could still make besides what is asked of it."""
    capacity = firm.capital_productivity * firm.capital
    return economy.parameters.matching.spare_capacity * capacity - firm.demand


def first_acceptable(economy: SlowEconomy, link: Link, cheaper: bool) -> Firm | None:
    """Walk down the group's permanent list and take the first who can and, if asked, pays."""
    for candidate in link.group.candidates:
        able = candidate and can_serve(economy, candidate, link)
        if able and (not cheaper or switch_pays(economy, candidate, link)):
            return candidate
    return None


def can_serve(economy: SlowEconomy, candidate: Firm, link: Link) -> bool:
    """Whether a candidate lives, is new to the group, is good enough and has room for the order."""
    able = candidate.living and candidate not in known_to(link)
    able = able and candidate.esg >= required_score(economy, link.buyer)
    return able and room_of(economy, candidate) >= flow_of(link)


def known_to(link: Link) -> list[Firm | None]:
    """List who cannot be new to a link: its buyer, and those who serve its group already."""
    return [link.buyer, *(other.supplier for other in link.group.links)]


def switch_pays(economy: SlowEconomy, candidate: Firm, link: Link) -> bool:
    """Whether the offer, with the cost of switching, beats the present supplier."""
    cost = economy.parameters.pricing.switching_cost * (1 + link.specificity)
    offer = candidate.price / max(candidate.fill_rate * candidate.quality, 1e-9)
    return offer * (1 + cost) < effective_price(link)


def ask_everybody(economy: SlowEconomy, link: Link) -> Firm | None:
    """The last resort: the sector's firm that comes first in the buyer's own permanent order.

    Firms that could not deliver all this month come after all others.
    """
    best, lowest = None, math.inf
    known = known_to(link)
    for firm in link.group.sector.firms:
        if firm.living and firm.capital > 0 and firm not in known:
            rank = economy.drawn(Decision.CANDIDATE, firm.uid, link.buyer.uid, month=0)
            rank += firm.demand > firm.delivered
            if rank < lowest:
                best, lowest = firm, rank
    return best


def take_work_in_house(economy: SlowEconomy) -> None:
    """Business groups move orders from outsiders to their largest affiliate of the sector, if it has room."""
    moves: dict[Group, tuple[Link, Firm]] = {}
    for link in economy.links:
        if link.supplier and link.buyer.living and wants_in_house(economy, link):
            affiliate = largest_affiliate(link)
            new = affiliate and affiliate not in known_to(link)
            new = new and affiliate.esg >= required_score(economy, link.buyer)
            if new and room_of(economy, affiliate) >= flow_of(link):
                moves.setdefault(link.group, (link, affiliate))
    taken = admitted(economy, dict(moves.values()))
    take_over(economy, taken)
    economy.count("in_sourced", len(taken))


def wants_in_house(economy: SlowEconomy, link: Link) -> bool:
    """Draw whether a group takes an outsider's work: rises with its margin, falls with specificity."""
    weight, group = economy.parameters.matching, link.buyer.business_group
    rate = weight.in_sourcing
    if rate == 0 or group < 0 or link.supplier.business_group == group:
        return False
    margin = 1 - link.supplier.unit_cost / max(link.price, 1e-9)
    chance = min(1.0, rate * max(0.0, margin) / weight.usual_margin * (1 - link.specificity))
    return economy.happens(chance * YEARS, Decision.IN_SOURCING, link.supplier.uid, link.buyer.uid)


def largest_affiliate(link: Link) -> Firm | None:
    """The buyer's affiliate with the largest output in the sector; the later row wins a tie."""
    group = link.buyer.business_group
    members = [firm for firm in link.group.sector.firms if firm.living and firm.business_group == group]
    return max(members, key=lambda firm: (firm.output, firm.row), default=None)
