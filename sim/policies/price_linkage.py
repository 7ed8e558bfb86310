"""Let delivery prices follow raw-material prices (납품대금 연동제).

Source: Act on the Promotion of Mutually Beneficial Cooperation, in force 4 October 2023: raw material
of at least 10 % of the price, adjustment at a rate agreed by the parties, exemptions for small
buyers, short contracts and those up to 100 m won (evidence rows 206-209). Evasion: row 106.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS
from sim.core.params import param
from sim.economy.kinds import Size
from sim.policies.base import Policy
from sim.rules.pricing import linked_price

ROUNDING = 1e-12  # relative change of a material price that is no change


class PriceLinkage(Policy):
    """Linked contract prices move with their material, up and down, once it has moved far enough."""

    title = "Price linkage"
    korean = "납품대금 연동제"

    coverage: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of contracts in scope that are linked",
        source="66.2 % of suppliers in scope had signed in 2024 (row 100)",
    )
    rate: float = param(
        1.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of the material's change that is passed on",
        source="scenario assumption, 0.5 to 1",
    )
    threshold: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="relative change of the material at which the price moves",
        source="scenario assumption, 0.03 to 0.10: a rate agreed by the parties (row 208)",
    )
    material_share: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="least share of the material in the price",
        source="row 207, 10 %",
    )
    smallest_contract: float = param(
        100e6,
        ge=0,
        unit="KRW/year",
        doc="yearly value up to which a contract is exempt",
        source="row 209, 100 m won",
    )
    compliance: float = param(
        0.975,
        ge=0,
        le=1,
        unit="1",
        doc="part of the agreed change that is really paid",
        source="2.5 % of suppliers report evasion (row 106)",
    )

    def on_month_start(self, model: Any) -> None:
        """Sign linkage on contracts in scope; move prices whose material has moved."""
        firms, links, supplier = model.firms, model.links, model.network.supplier
        now = model.sectors.material_price[firms.sector[supplier]]
        reference = np.where(links.linked, links.reference_price, now)  # new contracts start from today
        part = firms.material_coefficient[supplier] * reference / np.maximum(links.price, 1e-9)
        signed = links.linked | self._in_scope(model, part)
        linked = signed & (model.pair_draw(Decision.LINKAGE_COVERAGE) < self.coverage)
        links.linked = linked
        links.reference_price[linked] = reference[linked]
        links.compliance[linked] = self.compliance
        change = now / np.maximum(reference, 1e-9) - 1
        moved = np.flatnonzero(linked & (np.abs(change) >= max(self.threshold - ROUNDING, ROUNDING)))
        links.price[moved] = linked_price(
            links.price[moved], part[moved], change[moved], self.rate, links.compliance[moved]
        )
        links.reference_price[moved] = now[moved]

    def adjust_price_change(
        self, model: Any, price: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Agree on a new reference where a review changes the price: today's material is in it."""
        links = model.links
        new = rows[links.linked[rows] & (price != links.price[rows])]
        links.reference_price[new] = model.sectors.material_price[model.firms.sector[links.supplier[new]]]
        return price

    def on_end(self, model: Any) -> None:
        """Let linkage lapse."""
        model.links.linked = False

    def _in_scope(self, model: Any, part: NDArray[np.float64]) -> NDArray[np.bool_]:
        firms, links = model.firms, model.links
        large_enough = MONTHS * model.invoice > self.smallest_contract
        buyer = (firms.size_class[links.buyer] != Size.MICRO) & self.covers(model)[links.buyer]
        return np.asarray(model.network.served & (part >= self.material_share) & large_enough & buyer)
