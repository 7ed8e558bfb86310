"""Technology theft: the main buyer of a small innovator lets a rival copy it and take over the order."""

from __future__ import annotations

from sim.core.draws import Decision

from .books import earn, pay
from .contracting import bargaining_power, flow_of
from .searching import admitted, first_acceptable, take_over
from .state import YEARS, Firm, Link, SlowEconomy
from .won import down, nearest

MID_SIZED, SME = 1, 2


def steal(economy: SlowEconomy, gains: dict[Firm, float], products: set[Firm]) -> None:
    """All who are tempted decide on what they see; then orders move, rivals learn, courts decide."""
    small = {firm for firm in gains if firm.size_class >= SME}
    wanted: dict[tuple, tuple[Link, Firm]] = {}
    for link in economy.links:
        rival = first_acceptable(economy, link, cheaper=False) if is_exposed(economy, link, small) else None
        if rival and pays(economy, link, rival):
            wanted.setdefault((link.group, rival), (link, rival))
    moves = admitted(economy, dict(wanted.values()))
    victims = {link: link.supplier for link in moves}
    prices = {link: asked(economy, link, rival) for link, rival in moves.items()}
    take_over(economy, moves, prices)
    copy(moves, victims, gains, products)
    proven = [link for link in moves if is_proven(economy, link, victims[link])]
    economy.count("thefts", len(moves))
    economy.count("thefts_proven", len(proven))
    punish(economy, proven, victims)
    expect_theft(economy, small, list(victims.values()))


def is_exposed(economy: SlowEconomy, link: Link, small: set[Firm]) -> bool:
    """Whether a large, living buyer takes most of a small innovator's sales under a contract of some age."""
    if link.supplier not in small or link.invoice <= 0:
        return False
    large = link.buyer.living and link.buyer.size_class <= MID_SIZED
    most = link.invoice > economy.parameters.theft.main_share * link.supplier.sales
    return large and most and link.since < economy.month


def asked(economy: SlowEconomy, link: Link, rival: Firm) -> float:
    """Price the rival would get in a negotiation in which the buyer could stay where it is."""
    flow = flow_of(link)
    power = bargaining_power(economy, link.share, flow / max(rival.demand, flow, 1e-9))
    return rival.unit_cost + power * (link.price - rival.unit_cost)


def loss_of(economy: SlowEconomy, victim: Firm) -> float:
    """What a leak costs the victim, as courts reckon it."""
    return economy.parameters.theft.loss * 12 * victim.sales


def pays(economy: SlowEconomy, link: Link, rival: Firm) -> bool:
    """Whether what is saved in some years exceeds expected damages and surcharge, and a draw."""
    weight = economy.parameters.theft
    cheaper = link.price - asked(economy, link, rival)
    saving = weight.years * 12 * flow_of(link) * max(0.0, cheaper)
    penalty = weight.detection * (weight.award * loss_of(economy, link.supplier) + weight.surcharge)
    if saving <= penalty:
        return False
    return economy.happens(weight.opportunity, Decision.THEFT, link.supplier.uid, link.buyer.uid)


def copy(
    moves: dict[Link, Firm], victims: dict[Link, Firm], gains: dict[Firm, float], products: set[Firm]
) -> None:
    """A rival gets the innovation, but does not become better than the victim by it."""
    reached = []
    for link, rival in moves.items():
        victim = victims[link]
        what = "quality" if victim in products else "knowledge"
        better = min(getattr(rival, what) * (1 + gains[victim]), getattr(victim, what))
        reached.append((rival, what, better))
    for rival, what, better in reached:
        setattr(rival, what, max(getattr(rival, what), better))


def is_proven(economy: SlowEconomy, link: Link, victim: Firm) -> bool:
    """Draw whether the victim can prove it."""
    return economy.happens(economy.parameters.theft.detection, Decision.DETECTION, victim.uid, link.buyer.uid)


def punish(economy: SlowEconomy, proven: list[Link], victims: dict[Link, Firm]) -> None:
    """Damages are paid as far as cash reaches, then the surcharge, of which the rest stays due as tax."""
    award, cash = economy.parameters.theft.award, {link.buyer: max(0, link.buyer.deposits) for link in proven}
    damages = {link: nearest(award * loss_of(economy, victims[link])) for link in proven}
    for link in proven:
        owed = sum(won for other, won in damages.items() if other.buyer is link.buyer)
        paid = down(damages[link] * min(1.0, cash[link.buyer] / max(owed, 1)))
        pay(link.buyer, victims[link], paid)
        for firm, won in ((link.buyer, -paid), (victims[link], paid)):
            firm.transfers += won
            earn(firm, won)
    for thief in cash:
        fine = sum(nearest(economy.parameters.theft.surcharge) for link in proven if link.buyer is thief)
        at_once = min(fine, max(0, thief.deposits))
        pay(thief, economy.government, at_once)
        thief.transfers -= at_once
        earn(thief, -fine)
        thief.tax_due += fine - at_once


def expect_theft(economy: SlowEconomy, small: set[Firm], victims: list[Firm]) -> None:
    """Where small firms innovated, expected theft moves towards the part of them that was robbed."""
    speed = YEARS / economy.parameters.technology.memory
    for sector in economy.sectors:
        tried = sum(firm.sector is sector for firm in small)
        robbed = sum(firm.sector is sector for firm in victims)
        if tried:
            sector.theft_risk += speed * (robbed / tried - sector.theft_risk)
