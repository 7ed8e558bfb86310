"""Who stands above a supplier: its conglomerate customers, as payers of support."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.split import split_pools
from sim.economy.kinds import Kind

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
