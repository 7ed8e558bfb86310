"""Opening balance sheets: every stock that the opening flows need to stay where they are.

Household cells hold the deposits that remain when firms' cash, loans, government bonds and banks'
own funds are given; their propensity to spend is then set so that each cell spends its income less
what its deposits must grow. Transfers close the government's budget. All amounts are whole won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.split import largest_remainder
from sim.economy.firms import Firms
from sim.economy.kinds import CELLS, RING, Size
from sim.economy.ledger import Ledger
from sim.economy.network import Network
from sim.economy.sectors import Banks
from sim.population.firms import BEFORE
from sim.rules import credit

Real = NDArray[np.float64]
BANKS = 4  # scenario assumption, 1 to 8
TAX_BUFFER = 4.0  # years of corporate tax the government holds, because it is paid once a year


@dataclass
class MonthlyFlows:
    """Payments of an opening month, in won, by firm or cell."""

    wages: Real
    purchases: Real
    profit: Real  # before interest on deposits
    outlays: Real


def whole(value: Any) -> NDArray[np.int64]:
    """Round to whole won."""
    return np.asarray(np.rint(value), dtype=np.int64)


def open_trade_credit(network: Network, firms: Firms, month: int) -> int:
    """Fill the payable rings with the invoices of the months before the start; return their sum."""
    links = network.links
    flow = network.flow(firms.output) * links.price
    invoice = np.where(network.served, whole(flow), 0)
    for ahead in range(RING - 1):
        links.payable[(month + ahead) % RING] = np.where(links.terms > ahead, invoice, 0)
    return int(links.payable.sum())


def open_firms(firms: Firms, network: Network, parameters: Any) -> MonthlyFlows:
    """Give firms their normal debt; return the opening month's flows."""
    weight, tax = parameters["credit"], parameters["government"]
    groups = network.groups
    assets = firms.capital + firms.stock + network.sum_groups_by_buyer(groups.stock)
    firms.loans = whole(np.where(firms.living, firms.normal_debt * assets, 0.0))
    inputs = network.sum_groups_by_buyer(groups.coefficient) * firms.output
    purchases = inputs + firms.material_coefficient * firms.output
    pay = firms.wage * firms.workers + firms.research_intensity * firms.output
    firms.wage_bill = whole(pay * (1 + tax.payroll_tax))
    surplus = firms.output - purchases - pay * (1 + tax.payroll_tax)
    wear = parameters["production"].depreciation / 12 * firms.capital
    firms.profit_trend = surplus - wear
    firms.sales = whole(firms.output)
    leverage = firms.loans / np.maximum(assets, 1.0)
    small = firms.size_class >= Size.SME
    _, rate = credit.loan_terms(leverage, 0.0, 0, small, weight.policy_rate, weight)
    for _ in range(20):  # the rate depends on the burden of interest and the other way round
        interest = rate / 12 * firms.loans
        burden = credit.interest_burden(interest, firms.profit_trend)
        _, rate = credit.loan_terms(leverage, burden, 0, small, weight.policy_rate, weight)
    firms.loan_rate = rate
    interest = rate / 12 * firms.loans
    outlays = np.where(firms.living, purchases + pay * (1 + tax.payroll_tax) + interest, 0.0)
    return MonthlyFlows(pay, purchases, surplus - wear - interest, outlays)


def open_ledger(firms: Firms, flows: MonthlyFlows, parameters: Any, gdp: float, draws: Draws) -> Ledger:
    """Return the books of month zero; household cells hold what the other stocks leave.

    ``gdp`` is value added in won a month.
    """
    weight, tax = parameters["credit"], parameters["government"]
    ledger = Ledger(firms, Banks(BANKS), len(CELLS))
    banks, at = ledger.banks, ledger.at
    firms.bank = np.floor(draws.uniform(Decision.LIQUIDITY, BEFORE, firms.uid) * BANKS)
    ledger.bank_of[at.first_firm :] = firms.bank
    ledger.bank_of[: at.households] = np.arange(at.households) % BANKS
    ledger.deposits[:] = whole(weight.liquidity_months * flows.outlays)
    loans = np.bincount(firms.bank, firms.loans, BANKS)
    ledger.own_funds[:] = whole(weight.capital_target * loans)
    ledger.balance[at.government] = int(
        TAX_BUFFER * 12 * tax.corporate_tax * np.maximum(flows.profit, 0).sum()
    )
    ledger.bonds = int(tax.debt * 12 * gdp)
    ledger.central_bank_bonds = int(tax.central_bank_share * ledger.bonds)
    banks.bonds = largest_remainder(ledger.bonds - ledger.central_bank_bonds, loans + 1)
    to_households = int(firms.loans.sum()) + ledger.bonds - int(ledger.balance.sum())
    if to_households <= 0:
        raise ArithmeticError("firms hold more cash than loans and government debt can back")
    ledger.balance[at.ranges()["households"]] = largest_remainder(to_households, np.ones(at.households))
    return ledger


def settle_reserves(ledger: Ledger) -> None:
    """Give each bank the reserves that close its balance sheet; negative ones are advances taken."""
    ledger.banks.reserves -= ledger.bank_gap()
