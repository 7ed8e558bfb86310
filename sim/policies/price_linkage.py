"""Let delivery prices follow raw-material prices (납품대금 연동제).

Source: Act on the Promotion of Mutually Beneficial Cooperation, in force 4 October 2023: raw material
of at least 10 % of the price, adjustment at a rate agreed by the parties, exemptions for small
buyers, short contracts, those up to 100 m won and those with a written agreement not to link
(evidence rows 206-209); fines for evasion (row 210), of which half is such an agreement forced by the
buyer (row 106); extension to energy (row 178).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import Size
from sim.policies.terms import PRICE, Sets
from sim.policies.voluntary import Mask, Real, Rows, Voluntary
from sim.rules.pricing import linked_price
from sim.rules.reviews import power_of

ROUNDING = 1e-12  # relative change of a material price that is no change
MATERIAL, ENERGY = 0, 1  # slots of a link's reference prices
ENERGY_SECTOR = "energy"


class PriceLinkage(Voluntary):
    """Linked contract prices move with their material, up and down, once it has moved far enough.

    What takes part is a contract; its buyer decides where taking part is a choice.
    """

    title = "Price linkage"
    korean = "납품대금 연동제"
    acts_on = "prices on links when materials move"
    paid_by = "buyers when materials rise, suppliers when they fall"
    received_by = "suppliers when materials rise, buyers when they fall"
    channel = "price"
    sets = (
        Sets(PRICE, by="rate", at="on_month_start", needs=("take_up", "voluntary")),
        Sets(PRICE, by="anticipation", at="adjust_price_change", needs=("take_up", "voluntary")),
    )

    take_up: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of contracts in scope that are linked, where buyers do not choose",
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
    window: int = param(
        1,
        ge=1,
        le=12,
        unit="month",
        doc="months between two settlements at which prices may move",
        source="scenario assumption, 1 to 3",
    )
    material_share: float = param(
        0.10,
        ge=0,
        le=1,
        unit="1",
        doc="least share of the material in the price",
        source="row 207, 10 %",
    )
    main_material: float = param(
        0.18,
        ge=0,
        le=1,
        unit="1",
        doc="part of firms whose imported material is mainly one raw material, the only one that is linked",
        source="row 100: 11.7 % of SMEs have a main raw material; imported material is at least a tenth of "
        "the price of 65 % of suppliers in the opening economy, and 0.117 / 0.65 is 0.18",
    )
    energy: bool = param(
        False,
        unit="1",
        doc="whether the energy a supplier uses is linked besides its imported material",
        source="planned from 2026 (row 178)",
    )
    smallest_contract: float = param(
        100e6,
        ge=0,
        unit="KRW/year",
        doc="yearly value up to which a contract is exempt",
        source="row 209, 100 m won",
    )
    shortest_contract: int = param(
        3,
        ge=0,
        le=60,
        unit="month",
        doc="age up to which a contract is exempt",
        source="row 209, contracts of up to 90 days",
    )
    small_buyers: bool = param(
        False,
        unit="1",
        doc="whether small buyers (소기업) are bound too",
        source="row 209: they are exempt",
    )
    compliance: float = param(
        0.987,
        ge=0,
        le=1,
        unit="1",
        doc="part of the agreed change that is really paid",
        source="2.5 % of suppliers report evasion, half of it other than a forced opt-out (row 106)",
    )
    opt_out: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1",
        doc="chance that a buyer with all bargaining power answers a linked rise by a forced opt-out",
        source="scenario assumption, 0 to 0.5: 1.2 % of suppliers report one (row 106), and buyers have a "
        "quarter of the power on average",
    )
    detection: float = param(
        0.2,
        ge=0,
        le=4,
        unit="1/year",
        doc="chance that a forced opt-out is found, a year",
        source="scenario assumption, 0.05 to 0.5",
    )
    fine: float = param(
        30e6,
        ge=0,
        unit="KRW",
        doc="fine for a forced opt-out that is found",
        source="row 210: 30, 40, 50 m won for the first, second, third time",
    )
    anticipation: float = param(
        0.0,
        ge=0,
        le=10,
        unit="1",
        doc="fall of the base price at the first review after linking, over the insured variance",
        source="scenario assumption, 0 to 2: half the supplier's relative risk aversion if it gives up all "
        "that the insurance is worth to it (Pratt 1964, Econometrica 32: 122-136)",
    )
    volatility: float = param(
        0.15,
        ge=0,
        le=1,
        unit="1/year",
        doc="yearly standard deviation of a material's price that the parties expect",
        source="scenario assumption, 0.1 to 0.3",
    )

    # --- contracts that take part ----------------------------------------------------------------
    def joined(self, model: Any) -> NDArray[np.int32]:
        """Return (n_links,) month in which each contract was linked, -1 for none."""
        joined: NDArray[np.int32] = model.links.linked_since
        return joined

    def decider(self, model: Any) -> Rows:
        """Return (n_links,) the buyer."""
        buyer: Rows = model.links.buyer
        return buyer

    def turnover(self, model: Any) -> Real:
        """Return (n_links,) won a year invoiced on the contract."""
        return np.asarray(MONTHS * model.invoice, dtype=float)

    def identity(self, model: Any, rows: Rows) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the identities of supplier and buyer."""
        uid, links = model.firms.uid, model.links
        return uid[links.supplier[rows]], uid[links.buyer[rows]]

    def permanent_draw(self, model: Any, rows: Rows) -> Real:
        """Return one number from 0 to 1 for each pair of supplier and buyer."""
        return np.asarray(model.pair_draw(Decision.LINKAGE_COVERAGE)[rows])

    def may_join(self, model: Any) -> Mask:
        """Return (n_links,) contracts in scope, and those linked already."""
        firms, links = model.firms, model.links
        large = self.turnover(model) > self.smallest_contract
        long = model.month - links.since > self.shortest_contract
        bound = self.covers(model) & (self.small_buyers | (firms.size_class != Size.MICRO))
        counts = np.zeros(links.rows, dtype=bool)
        for _, cost in self.costs(model):
            counts |= cost >= self.material_share * links.price
        in_scope = bound[links.buyer] & large & long & counts
        return np.asarray(model.network.served & (in_scope | self.members(model)))

    def expected_gain(self, model: Any) -> Real:
        """Return (n_links,) won a year the buyer saves by lower base prices; materials may rise or fall."""
        cost = np.sum([each for _, each in self.costs(model)], axis=0)
        return self.turnover(model) * -np.expm1(-self._discount(cost, model.links.price))

    def _discount(self, cost: Real, price: Real) -> Real:
        """Return the log fall of base prices for insuring a cost a unit."""
        insured = self.rate * self.volatility * cost / np.maximum(price, 1e-9)
        return np.asarray(self.anticipation * insured**2)

    def costs(self, model: Any) -> list[tuple[int, Real]]:
        """Return slot and (n_links,) won a unit of output of each cost that can be linked, as of today.

        Which suppliers have one main raw material is drawn once; where it is many, there is no price to link.
        """
        firms, sectors, supplier = model.firms, model.sectors, model.network.supplier
        one = model.firm_draw(Decision.MAIN_MATERIAL) < self.main_material
        costs = [(MATERIAL, one * firms.material_coefficient * sectors.material_price.take(firms.sector))]
        if self.energy and ENERGY_SECTOR in sectors.names:
            sector = sectors.names.index(ENERGY_SECTOR)
            used = model.groups.coefficient * (model.groups.sector == sector)
            costs.append((ENERGY, model.network.sum_groups_by_buyer(used) * sectors.price_level[sector]))
        return [(slot, cost.take(supplier)) for slot, cost in costs]

    # --- prices ----------------------------------------------------------------------------------
    def on_month_start(self, model: Any) -> None:
        """Link contracts in scope; at settlements, move prices whose material has moved."""
        super().on_month_start(model)
        links, costs = model.links, self.costs(model)
        linked = self.members(model)
        links.opted_out &= linked
        links.reference_cost[:, ~linked] = 0.0
        for slot, cost in costs:
            reference = links.reference_cost[slot]
            starts = linked & (reference == 0) & (cost > 0) & (cost >= self.material_share * links.price)
            reference[starts] = cost[starts]  # a linkage starts from today's price
        if model.month % self.window == 0:
            for slot, cost in costs:
                self._move_prices(model, links.reference_cost[slot], cost)

    def _move_prices(self, model: Any, reference: Real, cost: Real) -> None:
        """Pass on what a cost has changed since its reference, where that is enough and the buyer abides."""
        links = model.links
        change = np.where(reference > 0, cost / np.where(reference > 0, reference, 1.0), 1.0) - 1
        enough = np.abs(change) >= max(self.threshold - ROUNDING, ROUNDING)
        moved = np.flatnonzero(enough & ~links.opted_out)
        share = reference[moved] / np.maximum(links.price[moved], 1e-9)
        abides = ~self._refused(model, moved, share * change[moved])
        moved, share = moved[abides], share[abides]
        usual = np.full(model.firms.rows, self.compliance)
        compliance = model.policies.adjust("adjust_compliance", model, usual)[links.buyer[moved]]
        links.price[moved] = linked_price(links.price[moved], share, change[moved], self.rate, compliance)
        reference[moved] = cost[moved]

    def _refused(self, model: Any, rows: Rows, rise: Real) -> Mask:
        """Let strong buyers answer a rise by a forced opt-out where it saves more than the expected fine."""
        power = power_of(model, rows)
        found = self._detection(model)[model.links.buyer[rows]]
        pays = self.rate * rise * self.turnover(model)[rows] > found * self.fine
        drawn = model.draws.uniform(Decision.LINKAGE_REFUSED, model.month, *self.identity(model, rows))
        refused = pays & (rise > 0) & (drawn < self.opt_out * (1 - power))
        model.links.opted_out[rows[refused]] = True
        return np.asarray(refused)

    def adjust_price_change(self, model: Any, price: Real, rows: Rows) -> Real:
        """Renew references where a review changes the price; lower the base price once for the insurance."""
        links = model.links
        insured = (links.linked_since[rows] >= 0) & ~links.opted_out[rows]
        new = rows[insured & (price != links.price[rows])]  # today's material is in the price agreed
        for slot, cost in self.costs(model):
            agreed = new[links.reference_cost[slot, new] > 0]
            links.reference_cost[slot, agreed] = cost[agreed]
        first = insured & (links.linked_since[rows] > model.month - MONTHS)
        discount = self._discount(links.reference_cost[:, rows].sum(axis=0), links.price[rows])
        return np.where(first, price * np.exp(-discount), price)

    # --- enforcement -----------------------------------------------------------------------------
    def _detection(self, model: Any) -> Real:
        """Return (n_firms,) 1/year chance that a buyer's forced opt-out is found."""
        usual = np.full(model.firms.rows, self.detection)
        return np.asarray(model.policies.adjust("adjust_inspection", model, usual))

    def on_quarter_end(self, model: Any) -> None:
        """Find forced opt-outs: the buyer is fined, and the price follows at the next settlement."""
        super().on_quarter_end(model)
        firms, links, ledger = model.firms, model.links, model.ledger
        rows = np.flatnonzero(links.opted_out)
        drawn = model.draws.uniform(Decision.LINKAGE_FOUND, model.month, *self.identity(model, rows))
        found = rows[drawn < self._detection(model)[links.buyer[rows]] * QUARTER / MONTHS]
        links.opted_out[found] = False
        due = np.bincount(links.buyer[found], minlength=firms.rows) * round(self.fine)
        paid = np.minimum(due, np.maximum(ledger.deposits, 0))
        ledger.pay(ledger.every_firm, ledger.at.government, paid, f"{self.name}: fines")
        firms.transfers -= paid
        model.earn(None, -paid)

    def on_end(self, model: Any) -> None:
        """Let linkage lapse."""
        super().on_end(model)
        model.links.opted_out = False
        model.links.reference_cost = 0.0
