"""What happens in December: corporate tax, borrowing, dividends, repayment, tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.split import largest_remainder
from sim.economy.kinds import Size
from sim.population.tiers import place
from sim.rules import credit

if TYPE_CHECKING:
    from sim.economy.firms import Firms
    from sim.model import Ecosystem

Won = NDArray[np.int64]


def tax_profits(model: Ecosystem) -> Won:
    """Collect corporate tax on the year's profit less old losses, less credits; what is not paid stays due.

    Returns (n_firms,) won of tax.
    """
    firms, ledger, law = model.firms, model.ledger, model.parameters["government"]
    taxed = _taxed_profit(firms, law.loss_offset)
    due = np.maximum(0, np.rint(law.corporate_tax * taxed).astype(np.int64) - model.tax_credits)
    model.tax_credits[:] = 0
    paid = np.minimum(due, np.maximum(ledger.deposits, 0))
    ledger.pay(ledger.every_firm, ledger.at.government, paid, "corporate tax")
    firms.tax_due += due - paid
    return np.asarray(due)


def _taxed_profit(firms: Firms, loss_offset: float) -> Won:
    """(n_firms,) the year's profit less losses of earlier years, which a year of losses adds to.

    SMEs set off all of their profit, others a part of it at most.
    """
    result = firms.year_profit * firms.living
    profit = np.maximum(result, 0)
    most = np.where(firms.size_class >= Size.SME, profit, np.floor(loss_offset * profit)).astype(np.int64)
    used = np.minimum(firms.tax_losses, most)
    firms.tax_losses += np.maximum(-result, 0) - used
    return np.asarray(profit - used)


def raise_debt(model: Ecosystem, tax: Won) -> None:
    """Let firms that put profit into growth borrow against it, within their credit line, to pay it out.

    Without it growth would be paid out of profit alone: debt would fade, and owners' income with it.
    """
    firms, weight = model.firms, model.parameters["credit"]
    growth = model.nominal_growth
    normal = firms.normal_debt * model.assets()
    room = np.minimum(credit.new_debt(firms.loans, normal, growth, weight.debt_adjustment), firms.credit_line)
    after_tax = firms.year_profit - tax
    lacking = np.where(firms.living & (after_tax > 0), after_tax - model.spare_cash(), 0)
    drawn = np.floor(np.clip(lacking, 0, room)).astype(np.int64)
    model.ledger.lend(np.arange(firms.rows), drawn, "loans")
    firms.credit_line = firms.credit_line - drawn


def pay_dividends(model: Ecosystem, tax: Won) -> None:
    """Pay owners what firms do not need: profit after tax, as far as cash exceeds the target."""
    firms, ledger = model.firms, model.ledger
    after_tax = firms.year_profit - tax
    paid = np.where(firms.living, np.clip(np.minimum(after_tax, model.spare_cash()), 0, None), 0).astype(
        np.int64
    )
    withheld = np.floor(model.parameters["government"].income_tax * paid).astype(np.int64)
    ledger.pay(ledger.every_firm, ledger.owners(), paid - withheld, "dividends")
    ledger.pay(ledger.every_firm, ledger.at.government, withheld, "income tax")


def repay_loans(model: Ecosystem) -> None:
    """Use cash that is still spare to bring debt back to its normal share of assets."""
    firms, ledger = model.firms, model.ledger
    spare = np.maximum(0, model.spare_cash())
    normal = np.rint(firms.normal_debt * model.assets())
    excess = np.maximum(0, firms.loans - normal)
    paid = np.where(firms.living, np.minimum(spare, excess), 0).astype(np.int64)
    ledger.lend(np.arange(firms.rows), -paid, "loans repaid")
    firms.guaranteed = np.minimum(firms.guaranteed, firms.loans)


def sweep_estates(model: Ecosystem) -> None:
    """Give owners what reached wound-up firms after their end."""
    firms, ledger = model.firms, model.ledger
    rows = np.flatnonzero(~firms.living & (firms.closing == 0) & (ledger.deposits > 0))
    ledger.pay(ledger.firm(rows), ledger.owners(rows), ledger.deposits[rows].copy(), "estates")


def pay_bank_dividends(model: Ecosystem) -> None:
    """Pay owners what banks hold above their capital target."""
    ledger, at = model.ledger, model.ledger.at
    target = np.rint(model.parameters["credit"].capital_target * model.bank_loans()).astype(np.int64)
    spare = np.maximum(0, ledger.own_funds - target)
    withheld = np.floor(model.parameters["government"].income_tax * spare).astype(np.int64)
    for bank, (paid, tax) in enumerate(zip(spare, withheld, strict=True)):
        part = largest_remainder(int(paid - tax), model.households.ownership)
        ledger.pay(at.first_bank + bank, ledger.every_household, part, "bank dividends")
        ledger.pay(at.first_bank + bank, at.government, [int(tax)], "income tax")


def refresh_tiers(model: Ecosystem) -> None:
    """Recompute each firm's distance from a conglomerate and from final use along sales."""
    # A link that changed hands this month still carries the old supplier's invoice.
    flow = np.where(model.links.since < model.month, model.invoice, 0)
    place(model.firms, model.links, flow, model.firms.sales)


def close_year(model: Ecosystem) -> None:
    """Start the yearly sums anew."""
    firms = model.firms
    model.redeem_surplus_bonds()
    above = firms.living & model.above_size_limit(firms.year_sales)
    firms.years_over = np.where(above, firms.years_over + 1, 0)
    firms.year_sales_past = firms.year_sales
    model.links.year_deliveries = 0
    model.links.tied *= 1 - model.parameters["production"].depreciation  # with the equipment
    for column in ("year_sales", "year_wages", "year_profit", "year_value_added"):
        setattr(firms, column, 0)
