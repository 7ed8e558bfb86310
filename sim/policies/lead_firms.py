"""Who stands above a supplier: its conglomerate customers, as payers of support; and what they owe it for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.core.split import split_pools
from sim.economy.kinds import Kind
from sim.rules import pricing

Real = NDArray[np.float64]
Rows = NDArray[np.intp]
Won = NDArray[np.int64]
Mask = NDArray[np.bool_]


def led(model: Any) -> Mask:
    """(n_links,) whether the buyer is a living conglomerate."""
    firms, buyer = model.firms, model.links.buyer
    return np.asarray(model.network.served & firms.living[buyer] & (firms.kind[buyer] == Kind.CONGLOMERATE))


def shares_of_lead_firms(model: Any, pool: Won) -> tuple[Rows, Rows, Won]:
    """Split what suppliers (n_firms,) are promised over their conglomerate customers, by deliveries.

    Returns payers, suppliers and won; customers without the cash for all their suppliers pay nothing.
    """
    links, supplier = model.links, model.network.supplier
    part = split_pools(pool, np.where(led(model), model.invoice, 0).astype(float), supplier)
    able = model.network.sum_by_buyer(part) <= model.ledger.deposits
    rows = np.flatnonzero((part > 0) & able[links.buyer])
    return links.buyer[rows], supplier[rows], part[rows]


def tie(model: Any, rows: Rows, lead: Rows, won: Won) -> None:
    """Let equipment that customers pay for make suppliers depend on them (`pricing.lock_in`)."""
    links, strength = model.links, model.parameters["pricing"].lock_in
    if strength == 0 or links.rows == 0:
        return
    sold_to = links.supplier * model.firms.rows + links.buyer
    order = np.argsort(sold_to, kind="stable")
    wanted = rows * model.firms.rows + lead
    place = np.minimum(np.searchsorted(sold_to[order], wanted), links.rows - 1)
    found = sold_to[order][place] == wanted
    link, worth = order[place[found]], won[found] / np.maximum(MONTHS * model.invoice[order[place[found]]], 1)
    links.tied[link] = pricing.tied_by_equipment(links.tied[link], worth, strength)


def pay_for_work_delivered(
    model: Any, suppliers: Mask, pay: Any, delivered: Any, sales: Any, least_share: float = 0.0
) -> Real:
    """Return (n_links,) won of some suppliers' pay (n_firms,) for the work delivered on each link.

    A supplier's hours are taken to be spread over customers as its ``sales`` are, ``delivered`` (n_links,)
    being what each link carried of them; links below ``least_share`` do not count.
    """
    links, supplier = model.links, model.network.supplier
    counts = model.network.served & (suppliers & model.firms.living)[supplier] & (links.buyer != supplier)
    # A link that changed hands carries the deliveries of the old supplier too.
    part = np.minimum(1.0, delivered / np.maximum(sales[supplier], 1))
    return np.where(counts & (part >= least_share), pay[supplier] * part, 0.0)
