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
from sim.economy.economy import Economy
from sim.economy.firms import Firms
from sim.economy.kinds import CELLS, INACTIVE, OWNERS, WORKERS, Size
from sim.economy.ledger import Ledger
from sim.economy.sectors import Households
from sim.population.balance_sheets import MonthlyFlows, whole
from sim.population.opening import FinalDemand
from sim.rules import credit
from sim.rules.demand import mean_at_trend

Real = NDArray[np.float64]
ROUNDS = 30  # interest, transfers and spending depend on each other; the change falls tenfold a round


def open_households(
    firms: Firms, ledger: Ledger, flows: MonthlyFlows, final: FinalDemand, parameters: Any, growth: float
) -> tuple[Households, float]:
    """Return the household cells and the government's monthly transfers in won.

    ``growth`` is the real growth rate per year. The year is lived through once in advance, because
    profits are paid out in December and deposits, and the interest on them, swing with that.
    """
    tax, labour = parameters["government"], parameters["labour"]
    cells = Households(len(CELLS))
    cells.names = CELLS
    _open_members(cells, firms, flows, labour, tax.to_inactive)
    unemployed = (
        cells.persons[WORKERS].sum() * labour.natural_unemployment / (1 - labour.natural_unemployment)
    )
    benefits = tax.benefit_rate * Economy.mean_pay_of_micro_firms(firms) * unemployed
    year = _Year(firms, ledger, flows, final, parameters, growth)
    own = ledger.household_deposits
    income, saving = np.ones(cells.rows), np.ones(cells.rows)
    saving[OWNERS] = parameters["demand"].owners_saving
    interest = np.zeros((12, cells.rows))
    for _ in range(ROUNDS):
        own[:] = largest_remainder(int(own.sum()), income * saving)
        paid_out = year.dividends + year.bonuses + year.bank_profit(float(interest.sum())) * cells.ownership
        transfers = year.transfers(float(paid_out.sum()), float(interest.sum())) - benefits
        monthly = (1 - tax.income_tax) * year.wages
        later = transfers * cells.transfer_share
        later[INACTIVE] += benefits
        december = (1 - tax.income_tax) * paid_out
        spent = year.consumption * income / income.sum()
        path, interest = _live_a_year(
            own.astype(float), monthly - spent, later, year.deposit_rate, tax.income_tax
        )
        earned = (1 - tax.income_tax) * interest
        income = monthly + later + (earned.sum(axis=0) + december) / 12
    if transfers < 0:
        raise ArithmeticError(
            "government purchases exceed revenue at the start: raise income_tax or sales_tax"
        )
    if path[:11].min() < 0:
        raise ArithmeticError(
            "some households run out of deposits before profits are paid out in December: raise "
            "government.debt or credit.debt_share, which back deposits, or lower credit.liquidity_months"
        )
    path[11] += december
    received = monthly + later + earned
    received[11] += december
    # The year just lived lies ahead; the one before was smaller by the growth of its incomes.
    age = np.arange(12.0, 0.0, -1.0)
    past = (1 + year.nominal) ** (-age / 12)
    cells.income_history = whole(received * past[:, None])
    cells.wealth_history = whole(path * ((1 + year.nominal) ** (age / 12 - 13 / 12) * past)[:, None])
    wealth = mean_at_trend(cells.wealth_history, age, year.nominal)
    cells.permanent_income = mean_at_trend(cells.income_history, age, year.nominal)
    _set_spending(cells, income, spent, wealth, parameters["demand"])
    return cells, transfers


class _Year:
    """Flows of an opening year between firms, owners, banks and government, in won."""

    def __init__(
        self,
        firms: Firms,
        ledger: Ledger,
        flows: MonthlyFlows,
        final: FinalDemand,
        parameters: Any,
        growth: float,
    ) -> None:
        self.tax, weight = parameters["government"], parameters["credit"]
        self.nominal = growth + parameters["pricing"].trend_inflation
        self.deposit_rate = credit.deposit_rate(weight.policy_rate, weight)
        self.firms, self.ledger, self.final = firms, ledger, final
        self.wages = np.zeros(len(CELLS))
        self.wages[WORKERS] = np.bincount(firms.size_class, flows.wages, len(Size))
        self.bond_interest = weight.policy_rate * float(ledger.bonds)
        loan_interest = np.rint(firms.loan_rate / 12 * firms.loans)
        before = flows.profit * firms.living
        extension = growth / 12 * (firms.capital + firms.stock)
        cash = ledger.deposits.astype(float)
        earned = np.zeros(firms.rows)
        for _ in range(12):
            cash += before - extension
            gained = self.deposit_rate / 12 * np.maximum(cash, 0.0)
            cash += gained
            earned += gained
        profit = 12 * before + earned
        bonus_cost = parameters["labour"].bonus_share * np.maximum(profit, 0.0)
        profit -= bonus_cost
        corporate = self.tax.corporate_tax * np.maximum(profit, 0.0)
        # Growth is paid for by new debt as well: debt and cash grow with the amounts of the economy.
        kept = 12 * extension + self.nominal * (ledger.deposits - firms.loans)
        dividends = np.maximum(0.0, profit - corporate - kept) * firms.living
        self.dividends = np.zeros(len(CELLS))
        self.dividends[OWNERS] = np.bincount(firms.size_class, dividends, len(Size))
        bonuses = bonus_cost / (1 + self.tax.payroll_tax)
        self.bonuses = np.zeros(len(CELLS))
        self.bonuses[WORKERS] = np.bincount(firms.size_class, bonuses, len(Size))
        self.corporate = float(corporate.sum())
        self.banks = 12 * float(loan_interest.sum()) + self.bond_interest - float(earned.sum())
        self.purchases = float(final.household.sum()) + final.imported_household
        self.consumption = self.purchases * (1 + self.tax.sales_tax)

    def bank_profit(self, household_interest: float) -> float:
        """Yearly profit banks pay out, in won."""
        return float(self.banks - household_interest - self.nominal * float(self.ledger.own_funds.sum()))

    def transfers(self, distributed: float, household_interest: float) -> float:
        """Monthly transfers and benefits that balance the government's budget, in won."""
        tax, wages = self.tax, 12 * float(self.wages.sum())
        revenue = (
            tax.income_tax * (wages + distributed + household_interest)
            + tax.payroll_tax * (wages + float(self.bonuses.sum()))
            + self.corporate
            + tax.sales_tax * 12 * self.purchases
            + self.nominal * self.ledger.bonds
        )
        purchases = float(self.final.government.sum()) + self.final.imported_government
        return float((revenue - self.bond_interest) / 12 - purchases)


def _live_a_year(own: Real, first: Real, later: Real, rate: float, tax: float) -> tuple[Real, Real]:
    """Deposits at the end of each month and interest before tax of each month, both (12, n) won.

    ``first`` flows come before interest is reckoned, ``later`` ones after.
    """
    path, interest = np.zeros((12, own.size)), np.zeros((12, own.size))
    held = own.copy()
    for month in range(12):
        held += first
        interest[month] = rate / 12 * np.maximum(held, 0.0)
        held += (1 - tax) * interest[month] + later
        path[month] = held
    return path, interest


def _open_members(
    cells: Households, firms: Firms, flows: MonthlyFlows, labour: Any, to_inactive: float
) -> None:
    profit = np.bincount(firms.size_class, np.maximum(flows.profit, 0.0) * firms.living, len(Size))
    cells.ownership[OWNERS] = profit / profit.sum()
    cells.persons[WORKERS] = np.bincount(firms.size_class, firms.workers, len(Size))
    employed = float(cells.persons.sum())
    force = employed / (1 - labour.natural_unemployment)
    cells.persons[INACTIVE] = force / labour.participation - employed
    cells.transfer_share[INACTIVE] = to_inactive
    cells.transfer_share[WORKERS] = (1 - to_inactive) * cells.persons[WORKERS] / employed


def _set_spending(cells: Households, income: Real, spent: Real, wealth: Real, demand: Any) -> None:
    """Set propensities such that each cell spends what its budget says."""
    cells.autonomous = demand.need_share * income
    above = income - cells.autonomous
    from_wealth = demand.wealth_propensity / 12 * wealth
    cells.propensity = (spent - cells.autonomous - from_wealth) / np.where(above > 0, above, 1.0)
    cells.consumption = whole(spent)
