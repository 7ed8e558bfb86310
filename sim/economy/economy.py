"""The state of one economy, and quantities derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.graph import CompressedRows
from sim.core.sums import exact_sum
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import Size
from sim.economy.ledger import Ledger
from sim.economy.network import Network
from sim.economy.runoff import RunOff
from sim.economy.sectors import Banks, Households, Sectors

Real = NDArray[np.float64]
Won = NDArray[np.int64]


class Economy:
    """Tables, books and clock of one economy.

    Everything here is either state or a quantity computed from it on demand; what happens in a
    month is in `sim.phases`.
    """

    parameters: Mapping[str, Any]
    draws: Draws
    policies: Any  # sim.policies.book.PolicyBook
    shocks: Any  # sim.shocks.ShockBook
    firms: Firms
    groups: Groups
    links: Links
    sectors: Sectors
    households: Households
    banks: Banks
    ledger: Ledger
    network: Network
    firms_of_sector: CompressedRows  # rows of all firms, living or not
    runoff: RunOff
    month: int  # months since year 0
    start: int  # first month
    scale: float  # Korea over the simulated economy
    labour_force: Real  # (n_regions,) persons
    wage_index: float  # going wage, 1 at the start
    productivity_growth: float  # expected, per year
    trend_index: float  # expected productivity growth since the start, cumulated
    innovation_scale: float
    opening_transfers: float
    opening_micro_pay: float
    imported_government: float  # units a month at the start
    government_cash: float  # won the government holds at the start of a year
    productivity_before: Real  # (n_firms,) when wages were last set
    invoice: Won  # (n_links,) invoices of the month
    months_to_payment: NDArray[np.int8]  # (n_links,) by which they really fall due
    due_slot: NDArray[np.int8]  # (n_links,) slot of the rings in which they fall due by the contract
    tranches: list[
        tuple[NDArray[np.int8], Won]
    ]  # (slot due, won), both (n_links,): all parts of the invoices
    memberships: dict[str, NDArray[np.int32]]  # by policy, (n_firms,) month in which each joined, -1 outside
    wanted: Real  # (n_groups,) inputs ordered this month
    new_parts: Real  # (n_groups,) of them new parts that no supplier of the group makes
    substitutes: Real  # (n_firms,) won of inputs imported because home suppliers fell short
    investment_spending: Won  # (n_firms,)
    equipment: Real  # (n_firms,) units of equipment firms will buy next month besides usual investment
    tax_credits: Won  # (n_firms,) to set against the next corporate tax
    owners_spent: Won  # (n_cells,) equity put into entrants this month
    theft_risk: Real  # (n_sectors,) expected part of innovations that are taken
    last_loss: NDArray[
        np.int32
    ]  # (n_firms,) month in which a customer that owed it last failed or paid no more
    typical_output: float  # median output of living firms at the start
    events: dict[str, int]
    _firm_draws: dict[Decision, Real]
    _pair_draws: dict[Decision, tuple[NDArray[np.intp], Real]]
    _home_price: tuple[Real, tuple[Real, ...]] | None = None  # with the columns it was made of

    # -- prices --------------------------------------------------------------------------------
    def mean_price(self, weight: Real) -> Real:
        """(n_sectors,) list prices averaged with weights; the old level where nothing has weight."""
        rows = self.sectors.rows
        total = np.bincount(self.firms.sector, weight, rows)
        value = np.bincount(self.firms.sector, weight * self.firms.price, rows)
        return np.where(total > 0, value / np.where(total > 0, total, 1.0), self.sectors.price_level)

    @property
    def price_trend(self) -> float:
        """Price level that everybody expected at the start for this month."""
        return float((1 + self.parameters["pricing"].trend_inflation) ** ((self.month - self.start) / 12))

    @property
    def nominal_growth(self) -> float:
        """Growth of sums in won that everybody expects, a year: of productivity and of prices."""
        return float(self.productivity_growth + self.parameters["pricing"].trend_inflation)

    @property
    def public_growth(self) -> float:
        """Real public purchases and transfers over those of the start."""
        own = (1 + self.parameters["government"].growth) ** ((self.month - self.start) / 12)
        return float(self.trend_index * own)

    @property
    def export_growth(self) -> float:
        """Real exports at price parity over those of the start."""
        own = (1 + self.parameters["world"].export_growth) ** ((self.month - self.start) / 12)
        return float(self.trend_index * own)

    @property
    def material_shock(self) -> float:
        """Price of imported materials over its trend, less one."""
        world, since = self.parameters["world"], self.month - self.start
        over = world.material_duration and since >= world.material_month + world.material_duration
        change = 0.0 if since < world.material_month or over else float(world.material_change)
        return float(self.shocks.materials(change, self.month))

    @property
    def import_price(self) -> float:
        """Price of goods made abroad, of which materials are a part."""
        return float(self.price_trend * (1 + self.parameters["world"].material_content * self.material_shock))

    @property
    def policy_rate(self) -> float:
        """Policy rate a year."""
        return float(self.shocks.policy_rate(self.parameters["credit"].policy_rate, self.month))

    @property
    def home_price(self) -> Real:
        """(n_sectors,) price on final markets at home.

        Asked for many times a month, in which prices and market shares move two or three times; so it is
        kept until one of the three columns it is made of differs from what it was.
        """
        made_of = (self.firms.price, self.firms.home_share, self.sectors.price_level)
        known = self._home_price
        if known is None or not all((now == then).all() for now, then in zip(made_of, known[1], strict=True)):
            kept = tuple(column.copy() for column in made_of)
            known = self._home_price = self.mean_price(self.firms.home_share), kept
        return known[0].copy()

    @property
    def basket_price(self) -> float:
        """Price of the households' basket before sales tax."""
        share = self.sectors.household_share
        return exact_sum(share * self.home_price) + (1 - exact_sum(share)) * self.import_price

    @property
    def investment_price(self) -> float:
        """Price of a unit of investment goods."""
        share = self.sectors.investment_share
        return exact_sum(share * self.home_price) + (1 - exact_sum(share)) * self.import_price

    # -- balance sheets --------------------------------------------------------------------------
    def assets(self) -> Real:
        """(n_firms,) won: capital and stocks at today's prices."""
        inputs = self.groups.stock * self.sectors.price_level.take(self.groups.sector)
        stocks = self.firms.price * self.firms.stock + self.network.sum_groups_by_buyer(inputs)
        return np.asarray(self.firms.capital * self.investment_price + stocks)

    def cash_target(self, part: float) -> Real:
        """(n_firms,) won: a part of the cash firms want to hold for a month's outlays."""
        firms = self.firms
        interest = firms.loan_rate / 12 * firms.loans
        outlays = firms.purchases + firms.wage_bill + interest
        return np.asarray(part * self.parameters["credit"].liquidity_months * outlays)

    def bank_loans(self) -> Real:
        """(n_banks,) won lent to firms."""
        return np.bincount(self.firms.bank, self.firms.loans, self.banks.rows)

    def capital_ratio(self) -> Real:
        """(n_banks,) own funds over loans."""
        return np.asarray(self.ledger.own_funds / np.maximum(self.bank_loans(), 1.0))

    def receivable(self, slot: int) -> Real:
        """(n_firms,) won that customers and drawers of win-win claims owe in a month's slot."""
        links, runoff = self.links, self.runoff
        won = self.network.sum_by_supplier(links.payable[slot])
        rows, ending = np.flatnonzero(links.claim[slot] != 0), runoff.due(slot)
        won += np.bincount(links.supplier[rows], links.claim[slot, rows], self.firms.rows)
        won += np.bincount(runoff.creditor[ending], runoff.amount[ending], self.firms.rows)
        return won

    def outstanding(self) -> int:
        """Won of invoices and claims outstanding between firms, counted from the links."""
        return int(self.links.payable.sum()) + int(self.links.claim.sum()) + self.runoff.total

    def sector_margin(self) -> Real:
        """(n_sectors,) operating profit over sales, smoothed."""
        firms, rows = self.firms, self.sectors.rows
        profit = np.bincount(firms.sector, firms.profit_trend * firms.living, rows)
        sales = np.bincount(firms.sector, firms.sales * firms.living, rows)
        return profit / np.where(sales > 0, sales, 1.0)

    def sector_mean(self, value: Real) -> Real:
        """(n_firms,) geometric mean of each firm's sector, weighed by output; 1 at a standstill."""
        firms, rows = self.firms, self.sectors.rows
        output = firms.output * firms.living
        total = np.bincount(firms.sector, output * np.log(value), rows)
        mean = np.exp(total / np.maximum(np.bincount(firms.sector, output, rows), 1e-300))
        return np.asarray(mean.take(firms.sector))

    def output_per_worker(self) -> Real:
        """(n_sectors,) output over the staff that it needs, whatever staff firms have; 0 without output."""
        firms, rows = self.firms, self.sectors.rows
        output = np.bincount(firms.sector, firms.output, rows)
        staff = np.bincount(firms.sector, firms.output / np.maximum(firms.productivity, 1e-9), rows)
        return np.where(staff > 0, output / np.where(staff > 0, staff, 1.0), 0.0)

    def in_transition(self) -> NDArray[np.bool_]:
        """(n_firms,) firms of the sector that comes to need new parts."""
        names, sector = list(self.sectors.names), self.parameters["transition"].sector
        return np.asarray(self.firms.sector == (names.index(sector) if sector in names else -1))

    def parts_in_transition(self) -> NDArray[np.bool_]:
        """(n_links,) contracts on parts: of firms of that sector with each other."""
        concerned = self.in_transition()
        return np.asarray(concerned[self.links.buyer] & concerned[self.network.supplier])

    def sold_to_transition(self) -> Real:
        """(n_firms,) won invoiced this month on such contracts."""
        return self.network.sum_by_supplier(np.where(self.parts_in_transition(), self.invoice, 0))

    # -- labour --------------------------------------------------------------------------------
    def unemployed(self) -> float:
        """Persons without work."""
        return float(self.labour_force.sum() - self.firms.workers.sum())

    def unemployment_rate(self) -> float:
        """Persons without work over the labour force."""
        return self.unemployed() / float(self.labour_force.sum())

    def micro_pay(self) -> float:
        """Return the going monthly pay of micro firms."""
        return self.opening_micro_pay * self.wage_index

    def research_plan(self, output: Real) -> Real:
        """(n_firms,) won a month for R&D staff that firms want to spend at some output: a share of sales."""
        firms = self.firms
        safe = 1 - (self.parameters["theft"].loss * self.theft_risk).take(firms.sector)
        return np.asarray(firms.research_intensity * firms.price * output * safe * firms.living)

    def research_spending(self) -> Real:
        """(n_firms,) won a month for R&D staff: what firms want to spend, less while cash is short."""
        spending = self.research_plan(self.firms.output) * self.firms.funded
        return np.asarray(self.policies.adjust("adjust_research", self, spending))

    # -- policies --------------------------------------------------------------------------------
    def memberships_held(self) -> NDArray[np.int64]:
        """(n_firms,) number of voluntary policies each firm takes part in."""
        held = np.zeros(self.firms.rows, dtype=np.int64)
        for joined in self.memberships.values():
            held += joined >= 0
        return held

    # -- draws -----------------------------------------------------------------------------------
    def taste_shocks(self) -> Real:
        """(n_firms,) factors by which buyers' taste moves market shares this month, mean one."""
        weight = self.parameters["demand"]
        firms = self.firms
        if weight.volatility == 0:
            return np.ones(firms.rows)
        living = np.flatnonzero(firms.living)
        relative = np.maximum(firms.output[living], 1e-300) / self.typical_output
        sigma = weight.volatility / np.sqrt(12) * relative**-weight.volatility_exponent
        sigma = np.minimum(sigma, 0.5)
        drawn = self.draws.normal(Decision.DEMAND_SHOCK, self.month, firms.uid[living])
        shock = np.ones(firms.rows)
        shock[living] = np.exp(sigma * drawn - sigma**2 / 2)
        return shock

    def firm_draw(self, decision: Decision) -> Real:
        """(n_firms,) one draw for each firm, the same in every month; kept, not to be written into."""
        if decision not in self._firm_draws:
            self._firm_draws[decision] = self.draws.uniform(decision, 0, self.firms.uid)
        return self._firm_draws[decision]

    def pair_draw(self, decision: Decision) -> Real:
        """(n_links,) one draw for each pair of supplier and buyer, the same in every month.

        Kept between calls; only links that have changed supplier are drawn again.
        """
        links, uid = self.links, self.firms.uid
        known, drawn = self._pair_draws.setdefault(decision, (np.full(links.rows, -2), np.ones(links.rows)))
        rows = np.flatnonzero(known != links.supplier)
        if rows.size:
            known[rows] = links.supplier[rows]
            served = rows[links.supplier[rows] >= 0]
            drawn[served] = self.draws.uniform(
                decision, 0, uid[links.supplier[served]], uid[links.buyer[served]]
            )
        return drawn

    # -- payments of the public purse and investors ------------------------------------------------
    def fund_government(self, need: int) -> None:
        """Make sure that the government can pay an amount, by issuing bonds if it must."""
        short = need - int(self.ledger.balance[self.ledger.at.government])
        if short > 0:
            self.ledger.issue_bonds(short)

    def redeem_surplus_bonds(self) -> None:
        """Use the government's cash above its yearly needs to redeem bonds."""
        at = self.ledger.at
        spare = int(self.ledger.balance[at.government]) - int(self.government_cash * self.price_trend)
        redeemable = int(self.banks.bonds.sum())
        if spare > 0:
            self.ledger.issue_bonds(-min(spare, redeemable))

    def transfer(self, payer: NDArray[np.intp], payee: NDArray[np.intp], amount: Won, reason: str) -> None:
        """Pay between firms under a policy: an expense of the payer, income of the payee."""
        firms, ledger = self.firms, self.ledger
        ledger.pay(ledger.firm(payer), ledger.firm(payee), amount, reason)
        for rows, won in ((payer, -amount), (payee, amount)):
            np.add.at(firms.transfers, rows, won)
            self.earn(rows, won)

    def pay_staff(self, rows: NDArray[np.intp], amount: Won, reason: str) -> None:
        """Let firms pay people for work that a policy asks of them: an expense without output."""
        ledger = self.ledger
        ledger.pay(ledger.firm(rows), ledger.workers(rows), amount, reason)
        np.add.at(self.firms.transfers, rows, -amount)
        self.earn(rows, -amount)

    def share_equipment(
        self, rows: NDArray[np.intp], lead: NDArray[np.intp], public: Won, private: Won, name: str
    ) -> None:
        """Let government and lead firms pay parts of equipment that firms order: no profit of these."""
        ledger, transfers = self.ledger, self.firms.transfers
        self.fund_government(int(public.sum()))
        ledger.pay(ledger.at.government, ledger.firm(rows), public, f"{name}: government")
        ledger.pay(ledger.firm(lead), ledger.firm(rows), private, f"{name}: lead firms")
        np.add.at(transfers, rows, public + private)
        np.add.at(transfers, lead, -private)
        self.earn(lead, -private)

    def above_size_limit(self, year_sales: Won) -> NDArray[np.bool_]:
        """(n_firms,) whether a year's sales exceed what a firm at the SME limit can sell.

        That is twelve months' output at the limit, and the stock with which it began.
        """
        most = self.parameters["lifecycle"].size_limit * self.price_trend
        return np.asarray(year_sales > most * (1 + self.firms.stock_months / 12))

    def entitled(self) -> NDArray[np.bool_]:
        """(n_firms,) SMEs and micro firms that have not outgrown the support meant for them."""
        firms, grace = self.firms, self.parameters["lifecycle"].size_grace
        return np.asarray((firms.size_class >= Size.SME) & (firms.years_over <= grace))

    def earn(self, rows: NDArray[np.intp] | None, won: Won) -> None:
        """Add won to the profit of the month and of the year; what is lost is negative.

        ``rows`` may repeat; None stands for all firms.
        """
        for profit in (self.firms.profit, self.firms.year_profit):
            if rows is None:
                profit += won
            else:
                np.add.at(profit, rows, won)

    def grant_equipment(self, payer: int, rows: NDArray[np.intp], amount: Won, reason: str) -> None:
        """Pay grants that firms spend on equipment next month.

        A grant for equipment is no profit: it is neither taxed nor paid out to owners.
        """
        ledger = self.ledger
        ledger.pay(payer, ledger.firm(rows), amount, reason)
        np.add.at(self.firms.transfers, rows, amount)
        self.order_equipment(rows, amount)

    def order_equipment(self, rows: NDArray[np.intp], cost: NDArray[Any]) -> None:
        """Note equipment worth ``cost`` won that firms buy next month besides their usual investment."""
        np.add.at(self.equipment, rows, cost / self.investment_price)

    def retool(self, rows: NDArray[np.intp], cost: NDArray[Any]) -> None:
        """Order equipment that output needs from now on and that makes no more of it possible.

        The same capacity takes more capital, which wears and has to be renewed.
        """
        firms = self.firms
        more = cost / self.investment_price
        firms.capital_productivity[rows] *= firms.capital[rows] / (firms.capital[rows] + more)
        self.order_equipment(rows, cost)

    def spare_cash(self) -> Won:
        """(n_firms,) won: cash above what firms want to hold and have set aside for equipment."""
        needed = self.cash_target(1.0) + self.equipment * self.investment_price
        return np.asarray(self.ledger.deposits - np.rint(needed).astype(np.int64))

    @staticmethod
    def mean_pay_of_micro_firms(firms: Firms) -> float:
        """Mean monthly pay of micro firms, or of all if there are none."""
        micro = firms.living & (firms.size_class == Size.MICRO)
        chosen = micro if micro.any() else firms.living
        return float(np.average(firms.wage[chosen], weights=np.maximum(firms.workers[chosen], 1e-9)))
