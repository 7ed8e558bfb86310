"""Workers' bonuses (성과급), paid in December out of the year's profit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model import Ecosystem


def pay_bonuses(model: Ecosystem) -> None:
    """Pay workers a share of the year's profit, payroll tax on it included, as far as there is cash.

    It is a cost: tax and dividends are reckoned on what it leaves.
    """
    firms, ledger, tax = model.firms, model.ledger, model.parameters["government"]
    profit = np.maximum(firms.year_profit, 0) * firms.living
    cash = np.maximum(ledger.deposits, 0)
    weight = model.parameters["labour"]
    most = np.minimum(cash, (1 + tax.payroll_tax) * weight.bonus_ceiling * firms.year_wages)
    cost = np.floor(np.minimum(weight.bonus_share * profit, most)).astype(np.int64)
    bonus = np.floor(cost / (1 + tax.payroll_tax)).astype(np.int64)
    withheld = np.floor(tax.income_tax * bonus).astype(np.int64)
    every, government = ledger.every_firm, ledger.at.government
    ledger.pay(every, ledger.workers(), bonus - withheld, "bonuses")
    ledger.pay(every, government, withheld, "income tax")
    ledger.pay(every, government, cost - bonus, "payroll tax on bonuses")
    model.earn(None, -cost)
    firms.bonus_rate = bonus / np.maximum(firms.year_wages, 1)
    firms.benefit_rate = 0.0  # policies add what others pay to workers this December
