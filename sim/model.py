"""The economy in motion: one month, in order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.face import MesaFace
from sim.core.draws import Draws
from sim.core.graph import compress
from sim.core.months import MONTHS, QUARTER, month_name, parse_month
from sim.economy.economy import Economy
from sim.economy.kinds import Kind
from sim.economy.runoff import RunOff
from sim.economy.statements import Statements
from sim.phases import (
    bonuses,
    contracting,
    entering,
    failing,
    planning,
    producing,
    quarter,
    screening,
    searching,
    settling,
    switching,
    year,
)
from sim.phases.planning import FinalDemand
from sim.policies.book import PolicyBook
from sim.population.build import Opening, open_economy
from sim.recording import Recorder
from sim.scenario import Scenario
from sim.shocks import ShockBook


class Ecosystem(MesaFace, Economy):
    """Korea's cooperation ecosystem as a Mesa model.

    Parameters
    ----------
    scenario
        What to run; the shipped baseline by default.
    seed
        Key of all draws; the scenario's first seed by default.
    opening
        A ready economy to start from instead of building one, for experiments on small economies.
    """

    final: FinalDemand

    def __init__(
        self, scenario: Scenario | None = None, seed: int | None = None, opening: Opening | None = None
    ) -> None:
        chosen = Scenario.load("baseline") if scenario is None else scenario
        self.settings = chosen
        number = chosen.run.seed if seed is None else int(seed)
        super().__init__(rng=number)
        self.parameters = dict(chosen.parameters)
        self.draws = Draws(number)
        self.policies = PolicyBook(chosen.policies)
        self.shocks = ShockBook(chosen.shocks)
        self.start = self.month = parse_month(chosen.run.start)
        if opening is None:
            opening = open_economy(chosen.economy, self.parameters, self.draws, self.start)
        self._take(opening)
        self.recorder = Recorder(chosen.record)

    def _take(self, opening: Opening) -> None:
        """Take over the tables and books of month zero."""
        structure = opening.structure
        self.firms, self.groups, self.links = structure.firms, structure.groups, structure.links
        self.sectors, self.households, self.ledger = opening.sectors, opening.households, opening.ledger
        self.banks, self.network, self.scale = opening.ledger.banks, opening.network, structure.scale
        self.firms_of_sector = compress(self.firms.sector, self.sectors.rows)
        self.notes = tuple(structure.notes)
        self.runoff = RunOff()
        self.labour_force = opening.labour_force
        self.opening_transfers = opening.transfers
        self.imported_government = opening.final.imported_government
        self.government_cash = float(self.ledger.balance[self.ledger.at.government])
        self.innovation_scale = opening.innovation_scale
        self.productivity_growth = self.parameters["technology"].trend
        self.trend_index = 1.0
        self.sectors.output_per_worker = self.output_per_worker()
        self.opening_micro_pay = self.mean_pay_of_micro_firms(self.firms)
        self.wage_index = 1.0
        self.productivity_before = self.firms.productivity.copy()
        self.firms.purchases = np.rint(opening.flows.purchases)
        self.invoice = np.rint(self.network.flow(self.firms.output)).astype(np.int64)
        self.months_to_payment = self.links.terms.copy()
        self.equipment = np.zeros(self.firms.rows)
        self.tax_credits = np.zeros(self.firms.rows, dtype=np.int64)
        self.theft_risk = np.zeros(self.sectors.rows)
        self.memberships = {}
        self._firm_draws, self._pair_draws = {}, {}
        self.firms.first_supplier = self.firms.living & (self.firms.kind == Kind.SUPPLIER)
        self.last_loss = np.full(self.firms.rows, -(10**6), dtype=np.int32)
        self.typical_output = float(np.median(self.firms.output[self.firms.living]))
        self.substitutes = np.zeros(self.firms.rows)
        self.firms.year_sales_past = 12 * self.firms.sales
        self.events: dict[str, int] = {}

    @property
    def accounts(self) -> Statements:
        """Balance sheets and transactions of the economy, as tables."""
        return Statements(self)

    def step(self) -> None:
        """Live one month."""
        self._open_month()
        # 1-2  The world moves; policies come into force.
        planning.move_the_world(self)
        self.policies.call("on_month_start", self)
        # 3-4  Firms and households plan; buyers order.
        planning.plan_output(self)
        self.final = planning.final_demand(self)
        planning.place_orders(self)
        # 5-6  Banks lend, firms hire and produce.
        producing.grant_credit(self)
        producing.fund_plans(self)
        producing.staff_up(self)
        producing.produce(self)
        # 7-8  Goods are delivered and invoiced; final users pay.
        producing.deliver(self)
        self.policies.call("on_invoices", self)
        producing.sell_to_final_users(self)
        # 9-10  Wages, interest, taxes; all that is due is settled.
        self.policies.call("on_settlement", self)
        settling.settle(self)
        settling.pay_interest_and_transfers(self)
        settling.close_accounts(self)
        # 11  Firms too long in arrears fail, others give up; prices and contracts follow costs.
        failing.close_firms(self)
        contracting.update_costs_and_prices(self)
        contracting.review_contracts(self)
        searching.look_for_suppliers(self)
        # 12-13  The quarter, the year.
        if self.month % QUARTER == QUARTER - 1:
            self._close_quarter()
        if self.month % MONTHS == MONTHS - 1:
            self._close_year()
        # 14  The books are proved, the month is recorded.
        settling.record_households(self)
        self.ledger.prove(month_name(self.month), self.outstanding())
        self.recorder.record(self)
        self.month += 1

    def _open_month(self) -> None:
        self.ledger.open_month()
        self.events = {}
        for flow in ("interest", "losses", "profit", "transfers", "commissioned"):
            setattr(self.firms, flow, 0)
        self.banks.losses = 0
        self.owners_spent = np.zeros(self.households.rows, dtype=np.int64)
        self.policies.call("on_end", self)
        self.policies.call("on_start", self)

    def _close_quarter(self) -> None:
        self.policies.call("on_quarter_end", self)
        quarter.set_wages(self)
        quarter.advance_technology(self)
        screening.screen_suppliers(self)
        switching.switch_products(self)
        entering.enter_firms(self)
        quarter.grow_up(self)

    def _close_year(self) -> None:
        self.policies.call("on_year_end", self)
        bonuses.pay_bonuses(self)
        self.policies.call("on_bonus", self)
        tax = year.tax_profits(self)
        year.raise_debt(self, tax)
        year.pay_dividends(self, tax)
        year.repay_loans(self)
        year.sweep_estates(self)
        year.pay_bank_dividends(self)
        year.refresh_tiers(self)
        year.close_year(self)

    def metrics_frame(self) -> pd.DataFrame:
        """Return the recorded metrics: one row a month, one column a metric."""
        return self.recorder.metrics_frame()

    def panel_frame(self) -> pd.DataFrame:
        """Return the recorded panel: one row a firm and recorded month."""
        return self.recorder.panel_frame()
