"""Opening budgets of household cells and of the government.

Every cell spends in proportion to its disposable income, and its propensity to spend is set so
that the consumption function gives just that. Transfers are what the government's revenue leaves.
On a growth path households save what their deposits must grow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.split import largest_remainder
from sim.economy.firms import Firms
from sim.economy.kinds import Size
from sim.economy.ledger import Ledger
from sim.economy.sectors import Households
from sim.population.balance_sheets import CELLS, MonthlyFlows, whole
from sim.population.opening import FinalDemand

Real = NDArray[np.float64]
WORKERS, OWNERS, INACTIVE = slice(0, len(Size)), slice(len(Size), 2 * len(Size)), 2 * len(Size)
TO_INACTIVE = 0.7  # scenario assumption, 0.5 to 0.9: part of transfers to households without work


def open_households(
    firms: Firms, ledger: Ledger, flows: MonthlyFlows, final: FinalDemand, parameters: Any, growth: float, month: int
) -> tuple[Households, float]:
    """Return the household cells and the government's monthly transfers in won.

    ``growth`` is the real growth rate per year, ``month`` the first month.
    """
    tax, labour = parameters["government"], parameters["labour"]
    cells = Households(len(CELLS))
    cells.names = CELLS
    _open_members(cells, firms, flows, labour)
    budget = _Budget(firms, ledger, flows, final, parameters, growth)
    unemployed = cells.persons[WORKERS].sum() * labour.natural_unemployment / (1 - labour.natural_unemployment)
    benefits = tax.benefit_rate * _micro_pay(firms) * unemployed
    transfers = budget.revenue - budget.outlays - benefits
    if transfers < 0:
        raise ArithmeticError("government purchases exceed revenue at the start: raise income_tax or sales_tax")
    keep = 1 - tax.income_tax
    monthly = transfers * cells.transfer_share
    monthly[WORKERS] += keep * np.bincount(firms.size_class, flows.wages, len(Size))
    monthly[INACTIVE] += benefits
    yearly = keep * budget.dividends * 12 * cells.ownership
    _share_deposits(ledger, monthly + yearly / 12)
    monthly += keep * budget.deposit_rate / 12 * ledger.household_deposits
    _set_spending(cells, ledger, monthly, yearly, budget.consumption, parameters["demand"], month)
    return cells, transfers


class _Budget:
    """Flows between government, banks, owners and households in an opening month, in won."""

    def __init__(
        self, firms: Firms, ledger: Ledger, flows: MonthlyFlows, final: FinalDemand, parameters: Any, growth: float
    ) -> None:
        tax, weight = parameters["government"], parameters["credit"]
        nominal = growth + parameters["pricing"].trend_inflation
        self.deposit_rate = weight.policy_rate - weight.deposit_spread
        household_interest = self.deposit_rate / 12 * float(ledger.household_deposits.sum())
        firm_interest = self.deposit_rate / 12 * float(ledger.deposits.sum())
        bond_interest = weight.policy_rate / 12 * float(ledger.bonds)
        loan_interest = float((firms.loan_rate / 12 * firms.loans).sum())
        own_funds = float(ledger.own_funds.sum())
        bank_profit = loan_interest + bond_interest - household_interest - firm_interest - nominal / 12 * own_funds
        profit = flows.profit[firms.living]
        corporate = tax.corporate_tax * float(np.maximum(profit, 0).sum())
        stocks = float((firms.capital + firms.stock).sum())
        retained = growth / 12 * stocks + nominal / 12 * float(ledger.deposits.sum())
        self.dividends = float(profit.sum()) - corporate - retained + bank_profit
        purchases = float(final.household.sum()) + final.imported_household
        self.consumption = purchases * (1 + tax.sales_tax)
        wages = float(flows.wages.sum())
        self.revenue = (
            tax.income_tax * (wages + self.dividends + household_interest)
            + tax.payroll_tax * wages
            + corporate
            + tax.sales_tax * purchases
            + nominal / 12 * ledger.bonds
        )
        self.outlays = float(final.government.sum()) + final.imported_government + bond_interest


def _open_members(cells: Households, firms: Firms, flows: MonthlyFlows, labour: Any) -> None:
    profit = np.bincount(firms.size_class, np.maximum(flows.profit, 0.0) * firms.living, len(Size))
    cells.ownership[OWNERS] = profit / profit.sum()
    cells.persons[WORKERS] = np.bincount(firms.size_class, firms.workers, len(Size))
    employed = float(cells.persons.sum())
    force = employed / (1 - labour.natural_unemployment)
    cells.persons[INACTIVE] = force / labour.participation - employed
    cells.transfer_share[INACTIVE] = TO_INACTIVE
    cells.transfer_share[WORKERS] = (1 - TO_INACTIVE) * cells.persons[WORKERS] / employed


def _micro_pay(firms: Firms) -> float:
    micro = firms.living & (firms.size_class == Size.MICRO)
    chosen = micro if micro.any() else firms.living
    return float(np.average(firms.wage[chosen], weights=firms.workers[chosen]))


def _share_deposits(ledger: Ledger, income: Real) -> None:
    own = ledger.household_deposits
    own[:] = largest_remainder(int(own.sum()), income)


def _set_spending(
    cells: Households, ledger: Ledger, monthly: Real, yearly: Real, consumption: float, demand: Any, month: int
) -> None:
    """Set propensities and the past year's incomes and deposits; owners are paid in December."""
    income = monthly + yearly / 12
    spent = consumption * income / income.sum()
    cells.autonomous = demand.need_share * income
    own = ledger.household_deposits.astype(float)
    for back in range(1, 13):
        past = (month - back) % 12
        cells.income_history[past] = whole(monthly + np.where(past == 11, yearly, 0.0))
        cells.wealth_history[past] = whole(own + (past + 1) % 12 * (monthly - spent))
    wealth = cells.wealth_history.mean(axis=0)
    above = income - cells.autonomous
    cells.propensity = (spent - cells.autonomous - demand.wealth_propensity / 12 * wealth) / np.where(above > 0, above, 1.0)
    cells.consumption = whole(spent)
