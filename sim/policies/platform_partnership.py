"""Platforms charge small merchants less and pay them sooner (플랫폼 상생).

A merchant's commission is part of what it buys from platforms, the intermediate inputs of the
input-output table, so a lower commission is booked as a rebate on these purchases: the platform bears
it by name. What platforms buy from small firms is paid sooner. Consumers pay at once in this model, so
there is no delay of their payments to shorten. Sizes are scenario assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.core.params import param
from sim.economy.kinds import Size
from sim.policies.terms import PAYMENT, How, Sets
from sim.policies.voluntary import Mask, Real, Voluntary
from sim.policies.where import Where


class PlatformPartnership(Voluntary):
    """Platforms give small merchants a rebate on their bills and pay small suppliers sooner.

    ``where`` names the platforms, large and mid-sized firms of platforms and ICT unless it says otherwise.
    """

    title = "Platform partnership"
    korean = "플랫폼 상생"
    acts_on = "commission and settlement days of merchants"
    paid_by = "platforms"
    received_by = "merchants that sell through them"
    channel = "price"
    sets = (Sets(PAYMENT, by="settlement_months", at="adjust_terms", how=How.AT_MOST, idle=4),)

    where: Where = param(
        Where(sector=("platforms_ict",)),
        unit="mask",
        doc="platforms that may take part",
        source="scenario assumption",
    )
    rebate: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of a small merchant's bill that a platform gives up",
        source="scenario assumption, 0.05 to 0.5",
    )
    settlement_months: int = param(
        4,
        ge=0,
        le=4,
        unit="month",
        doc="longest time after which platforms pay small firms",
        source="scenario assumption, 0 to 2",
    )

    def may_join(self, model: Any) -> Mask:
        """Return (n_firms,) which platforms may take part."""
        return np.asarray(super().may_join(model) & (model.firms.size_class <= Size.MID_SIZED))

    def expected_gain(self, model: Any) -> Real:
        """Return minus the rebates of a year like this month, after tax."""
        small = model.firms.size_class[model.links.buyer] >= Size.SME
        bills = model.network.sum_by_supplier(np.where(small, model.invoice, 0))
        kept = 1 - model.parameters["government"].corporate_tax
        return np.asarray(-kept * self.rebate * MONTHS * bills)

    def adjust_terms(self, model: Any, terms: NDArray[Any]) -> NDArray[Any]:
        """Shorten terms from platforms to small firms."""
        small = model.firms.size_class[model.network.supplier] >= Size.SME
        covered = self.members(model)[model.links.buyer] & small
        return np.where(covered, np.minimum(terms, self.settlement_months), terms)

    def on_settlement(self, model: Any) -> None:
        """Pay back a part of the month's bills; platforms without the cash pay nothing."""
        firms, links, network = model.firms, model.links, model.network
        bill = network.served & self.members(model)[network.supplier] & firms.living[links.buyer]
        bill &= firms.size_class[links.buyer] >= Size.SME
        amount = np.floor(self.rebate * np.where(bill, model.invoice, 0)).astype(np.int64)
        able = network.sum_by_supplier(amount) <= model.ledger.deposits
        rows = np.flatnonzero((amount > 0) & able[network.supplier])
        model.transfer(network.supplier[rows], links.buyer[rows], amount[rows], self.name)
