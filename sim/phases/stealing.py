"""Technology theft: a main buyer gives its supplier's innovation, and the order, to a rival."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.economy.kinds import NOBODY, Size
from sim.phases.searching import Search, asked_price, first_offers, move_orders
from sim.rules import theft

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


def take_technology(model: Ecosystem, innovated: Mask, size: Real, product: Mask) -> None:
    """Let main buyers copy a supplier's innovation where that pays.

    Parameters
    ----------
    innovated, size, product
        (n_firms,) who has innovated, by how much, and whether its product.
    """
    firms, links, weight = model.firms, model.links, model.parameters["theft"]
    small = innovated & (firms.size_class >= Size.SME)
    rows = exposed_links(model, small)
    rival = first_offers(model, rows, Search.STOLEN)
    rows, rival = rows[rival != NOBODY], rival[rival != NOBODY]
    price = asked_price(model, rows, rival)
    victim, thief = links.supplier[rows], links.buyer[rows]
    cheaper = np.maximum(0.0, links.price[rows] - price)
    saving = weight.years * MONTHS * model.network.flow(firms.planned_output, rows) * cheaper
    loss = weight.loss * MONTHS * firms.sales[victim]
    law = model.policies.adjust("adjust_penalties", model, theft.penalties(rows.size, weight), rows)
    chance = model.policies.adjust("adjust_theft", model, np.full(links.rows, weight.opportunity))
    drawn = model.draws.uniform(Decision.THEFT, model.month, firms.uid[victim], firms.uid[thief])
    tried = np.flatnonzero(theft.theft_pays(saving, loss, law) & (drawn < chance[rows]))
    taken = tried[move_orders(model, rows[tried], rival[tried], price=price[tried])]
    model.events["thefts"] = taken.size
    hand_over(model, rival[taken], victim[taken], size, product)
    if taken.size:
        model.policies.call("on_theft", model, victim[taken], thief[taken])
    proven = model.draws.uniform(Decision.DETECTION, model.month, firms.uid[victim], firms.uid[thief])
    proved = taken[proven[taken] < law.detection[taken]]
    model.events["thefts_proven"] = proved.size
    if proved.size:
        damages = np.rint(law.award * loss)[proved].astype(np.int64)
        surcharge = np.rint(law.surcharge)[proved].astype(np.int64)
        punish(model, thief[proved], victim[proved], damages, surcharge)
    expect_theft(model, small, victim[taken])


def exposed_links(model: Ecosystem, small: Mask) -> Rows:
    """Contracts on which a small innovator sells most of its output to a large or mid-sized buyer."""
    firms, links, network = model.firms, model.links, model.network
    value = np.where(network.served & small[network.supplier], model.invoice, 0)
    large = (firms.size_class <= Size.MID_SIZED) & firms.living
    rows = np.flatnonzero((value > 0) & large[links.buyer] & (links.since < model.month))
    share = model.parameters["theft"].main_share
    return np.asarray(rows[value[rows] > share * firms.sales[links.supplier[rows]]])


def hand_over(model: Ecosystem, rival: Rows, victim: Rows, size: Real, product: Mask) -> None:
    """Raise the rivals' knowledge or quality by what they are given."""
    firms = model.firms
    for column, given in ((firms.knowledge, ~product[victim]), (firms.quality, product[victim])):
        who, whose = rival[given], victim[given]
        np.maximum.at(column, who, theft.copied(column[who], column[whose], size[whose]))


def punish(
    model: Ecosystem, thief: Rows, victim: Rows, damages: NDArray[np.int64], surcharge: NDArray[np.int64]
) -> None:
    """Let thieves pay damages out of what cash they have, then the surcharge, of which the rest stays due."""
    firms, ledger = model.firms, model.ledger
    owed, fine = np.zeros((2, firms.rows), dtype=np.int64)
    np.add.at(owed, thief, damages)
    np.add.at(fine, thief, surcharge)
    cash = np.maximum(ledger.deposits, 0)
    part = np.minimum(1.0, cash / np.maximum(owed, 1))
    paid = np.floor(damages * part[thief]).astype(np.int64)
    model.transfer(thief, victim, paid, "technology-theft damages")
    at_once = np.minimum(fine, np.maximum(ledger.deposits, 0))
    ledger.pay(ledger.every_firm, ledger.at.government, at_once, "technology-theft surcharge")
    firms.transfers -= at_once
    model.earn(None, -fine)
    firms.tax_due += fine - at_once


def expect_theft(model: Ecosystem, small: Mask, victim: Rows) -> None:
    """Update each sector's expected theft by what happened to its small innovators, if there were any."""
    firms, sectors = model.firms, model.sectors.rows
    innovators = np.bincount(firms.sector, small, sectors)
    victims = np.bincount(firms.sector[victim], minlength=sectors)
    part = np.where(innovators > 0, victims / np.maximum(innovators, 1), model.theft_risk)
    speed = QUARTER / MONTHS / model.parameters["technology"].memory
    model.theft_risk += speed * (part - model.theft_risk)
