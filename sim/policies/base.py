"""Where a policy can act: the table of contents of all levers.

A policy is one file of this folder with one subclass of `Policy`. It declares its parameters with
`param` and overrides the hooks it needs; the model asks nobody about hooks that no policy
overrides. Two sorts of hooks exist.

*Value hooks* (``adjust_...``) take the value a rule has computed and return the value the model
shall use. They return a new array (or the one they were given, unchanged) and never write into it.
When several policies override the same hook, each receives what the one before it returned, in
alphabetical order of their names.

*Event hooks* (``on_...``) are called at a moment of the month. They move money through
``model.ledger`` and write only the columns the policy says it writes.

In all signatures ``model`` is the running `sim.model.Ecosystem`, ``rows`` are row numbers, and the
first dimension of every array is stated in the docstring.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.params import Parameters, param
from sim.policies.terms import Sets
from sim.policies.where import Where
from sim.rules.theft import Penalties

Array = NDArray[Any]
Rows = NDArray[np.intp]


class Policy(Parameters):
    """A policy in force, with the values its parameters have this month.

    Subclasses set ``title`` (a phrase) and ``korean`` (the official term), say what they act on, who
    pays and who receives, name the ``channel`` of their events (`sim.policies.channels`), and may restrict
    themselves to the firms that ``covers`` returns. What they set instead of adding to it or multiplying
    it stands in ``sets`` (`sim.policies.terms`), so that two policies that set the same term are reported.
    """

    korean: ClassVar[str] = ""
    acts_on: ClassVar[str] = ""
    paid_by: ClassVar[str] = ""
    received_by: ClassVar[str] = ""
    channel: ClassVar[str] = ""
    name: ClassVar[str] = ""
    sets: ClassVar[tuple[Sets, ...]] = ()
    where: Where = param(
        Where(),
        unit="mask",
        doc="firms it reaches; all when empty",
        source="scenario assumption",
    )

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.name = cls.__module__.rpartition(".")[2]

    @classmethod
    def describe(cls) -> list[dict[str, Any]]:
        """Return one row for each parameter of its own (``where`` belongs to every policy)."""
        return [row for row in super().describe() if row["name"] != "where"]

    def covers(self, model: Any) -> NDArray[np.bool_]:
        """Return (n_firms,) which firms the policy reaches."""
        return self.where.mask(model)

    # --- value hooks: demand -------------------------------------------------------------------

    def adjust_export_demand(self, model: Any, value: Array) -> Array:
        """Change (n_sectors,) unit/month real exports at price parity."""
        return value

    def adjust_government_demand(self, model: Any, value: Array) -> Array:
        """Change (n_sectors,) unit/month real government purchases."""
        return value

    def adjust_home_shares(self, model: Any, shares: Array) -> Array:
        """Change (n_firms,) 1 share of each firm in its sector's final market at home.

        The model scales the result so that the shares of a sector add up to one.
        """
        return shares

    def adjust_home_demand(self, model: Any, home: Array, government: Array, households: Array) -> Array:
        """Change (n_firms,) unit/month asked of firms by final users at home; keep each sector's sum.

        Of it, government and households ask for (n_sectors,) unit/month.
        """
        return home

    def adjust_expected_demand(self, model: Any, expected: Array) -> Array:
        """Change (n_firms,) unit/month demand of this month for which firms plan output.

        Capital follows what they expect without it.
        """
        return expected

    # --- value hooks: prices on links ----------------------------------------------------------

    def adjust_supplier_review(self, model: Any, probability: Array, rows: Rows) -> Array:
        """Change (rows,) 1 probability that the supplier can reopen the price of a link now."""
        return probability

    def adjust_buyer_review(self, model: Any, probability: Array, rows: Rows) -> Array:
        """Change (rows,) 1 probability that the buyer cuts the unit price of a link now (CR)."""
        return probability

    def adjust_price_change(self, model: Any, price: Array, rows: Rows) -> Array:
        """Change (rows,) KRW/unit new contract prices, before they are stored."""
        return price

    # --- value hooks: payment ------------------------------------------------------------------

    def adjust_terms(self, model: Any, terms: Array) -> Array:
        """Change (n_links,) months from delivery to payment, whole numbers from 0 to 4."""
        return terms

    # --- value hooks: credit -------------------------------------------------------------------

    def adjust_loan_rate(self, model: Any, rate: Array) -> Array:
        """Change (n_firms,) 1/year interest rate of loans."""
        return rate

    def adjust_credit_line(self, model: Any, line: Array) -> Array:
        """Change (n_firms,) KRW further credit a bank grants this month."""
        return line

    # --- value hooks: capital, technology, network ---------------------------------------------

    def adjust_investment(self, model: Any, investment: Array) -> Array:
        """Change (n_firms,) unit/month investment goods a firm wants to order."""
        return investment

    def adjust_research(self, model: Any, spending: Array) -> Array:
        """Change (n_firms,) KRW/month spending on research."""
        return spending

    def adjust_spillover(self, model: Any, spillover: Array) -> Array:
        """Change (n_links,) 1 part of a buyer's lead in knowledge that reaches the supplier."""
        return spillover

    def adjust_adoption(self, model: Any, probability: Array) -> Array:
        """Change (n_firms,) 1 probability that a firm considers the next smart-factory level this quarter."""
        return probability

    def adjust_adoption_cost(self, model: Any, cost: Array) -> Array:
        """Change (n_firms,) KRW what a firm itself would pay for the next smart-factory level.

        Who lowers it pays the difference in `on_adoption`.
        """
        return cost

    def adjust_retrofit_cost(self, model: Any, cost: Array) -> Array:
        """Change (n_firms,) KRW what a firm itself would pay to reach the ESG score required.

        Who lowers it pays the difference in `on_retrofit`.
        """
        return cost

    def adjust_absorption(self, model: Any, absorption: Array) -> Array:
        """Change (n_firms,) 1 part of the best effects of a smart factory that a firm can realise."""
        return absorption

    def adjust_switching(self, model: Any, probability: Array) -> Array:
        """Change (n_firms,) 1 probability that a supplier considers switching to new parts this quarter."""
        return probability

    def adjust_switching_cost(self, model: Any, cost: Array) -> Array:
        """Change (n_firms,) KRW what a supplier itself would pay to switch to new parts.

        Who lowers it pays the difference in `on_switching`.
        """
        return cost

    def adjust_theft(self, model: Any, probability: Array) -> Array:
        """Change (n_links,) 1 probability that the buyer tries to take the supplier's technology."""
        return probability

    def adjust_penalties(self, model: Any, law: Penalties, rows: Rows) -> Penalties:
        """Change (rows,) chance of proof, damages and surcharge of a technology theft on some links."""
        return law

    def adjust_entry(self, model: Any, margin: Array, rows: Rows) -> Array:
        """Change (rows,) 1 operating margin a potential firm expects, before it decides to enter."""
        return margin

    def adjust_pilot_price(self, model: Any, price: Array, rows: Rows) -> Array:
        """Change (rows,) KRW/unit price at which an entrant's first contracts start."""
        return price

    def adjust_equity(self, model: Any, equity: Array, rows: Rows) -> Array:
        """Change (rows,) KRW that households put up for entrants, whole won.

        Who lowers it pays the difference in `on_entry`.
        """
        return equity

    def adjust_in_sourcing(self, model: Any, probability: Array) -> Array:
        """Change (n_links,) 1/year chance that a group takes work in-house, before margin and specificity."""
        return probability

    def adjust_offers(self, model: Any, price: Array, rows: Rows, candidate: Rows) -> Array:
        """Change (8, rows) KRW/unit prices of possible suppliers as buyers that compare see them."""
        return price

    # --- value hooks: law --------------------------------------------------------------------------

    def adjust_inspection(self, model: Any, rate: Array) -> Array:
        """Change (n_firms,) 1/year chance that a breach of the rules by a buyer is found."""
        return rate

    def adjust_compliance(self, model: Any, value: Array) -> Array:
        """Change (n_firms,) 1 part of what it owes under price linkage that a buyer really pays."""
        return value

    # --- value hooks: take-up ------------------------------------------------------------------

    def adjust_reputation(self, model: Any, value: Array) -> Array:
        """Change (n_firms,) 1 value, over sales, of the reputation from taking part in a voluntary policy."""
        return value

    # --- event hooks ---------------------------------------------------------------------------

    def on_start(self, model: Any) -> None:
        """Act once, at the beginning of the first month in force."""

    def on_month_start(self, model: Any) -> None:
        """Act at the beginning of every month, before plans are made."""

    def on_invoices(self, model: Any) -> None:
        """Act after deliveries are invoiced and before anything is settled."""

    def on_settlement(self, model: Any) -> None:
        """Act just before invoices that fall due are settled."""

    def on_quarter_end(self, model: Any) -> None:
        """Act at the end of March, June, September and December, before wages and technology move."""

    def on_adoption(self, model: Any, rows: Rows, cost: Array) -> None:
        """Act when firms adopt a smart-factory level that costs (rows,) KRW: pay the support promised."""

    def on_switching(self, model: Any, rows: Rows, cost: Array) -> None:
        """Act when suppliers switch to new parts for (rows,) KRW: pay the support promised."""

    def on_entry(self, model: Any, rows: Rows, equity: Array) -> None:
        """Act when firms enter that need (rows,) KRW of equity: pay the support promised."""

    def on_retrofit(self, model: Any, rows: Rows, cost: Array) -> None:
        """Act when firms raise their ESG score at a cost of (rows,) KRW: pay the support promised."""

    def on_theft(self, model: Any, victim: Rows, thief: Rows) -> None:
        """Act when buyers have taken suppliers' technology, before it is known what can be proven."""

    def on_year_end(self, model: Any) -> None:
        """Act at the end of December, before bonuses, tax and dividends."""

    def on_bonus(self, model: Any) -> None:
        """Act at the end of December, after firms have paid their bonuses, before tax and dividends."""

    def on_end(self, model: Any) -> None:
        """Act once, at the beginning of the first month after the last one in force."""


VALUE_HOOKS = tuple(name for name in vars(Policy) if name.startswith("adjust_"))
EVENTS = tuple(name for name in vars(Policy) if name.startswith("on_"))
