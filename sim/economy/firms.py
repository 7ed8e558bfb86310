"""Firms: one row a firm, living or potential."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.columns import Column, Table
from sim.economy.kinds import NOBODY, RING, Kind


class Firms(Table):
    """Columns of all firms.

    A row is a permanent slot: the firms of month zero first, then the *potential* firms that may
    enter later. The same potential firm has the same row in every scenario, so that paired runs
    can be compared firm by firm.
    """

    # who it is
    uid = Column("1", np.int64, "permanent identity, the key of all its draws", -1)
    kind = Column(
        "code", np.int8, "conglomerate, supplier or startup (sim.economy.kinds.Kind)", Kind.SUPPLIER
    )
    sector = Column("row", np.intp, "row of its sector")
    region = Column("row", np.int8, "region of its workers")
    business_group = Column("row", np.int32, "business group (기업집단) it belongs to; -1 for none", NOBODY)
    size_class = Column("code", np.int8, "large, mid-sized, SME or micro (sim.economy.kinds.Size)", 2)
    tier = Column(
        "1", np.int8, "steps from a conglomerate along sales; 0 conglomerate, 9 outside its chains", 9
    )
    upstreamness = Column("1", float, "average distance of its sales from final use (Antràs et al. 2012)", 1)
    birth = Column("month", np.int32, "month it began, in months since year 0")
    living = Column("1", np.bool_, "does business now")
    closing = Column(
        "month", np.int8, "months left in which a failed firm's claims are collected; 0 otherwise"
    )
    cohort = Column(
        "month", np.int32, "first month in which a potential firm may enter; -1 for firms of month zero", -1
    )
    waiting = Column("1", np.bool_, "potential firm that has not entered yet")
    first_supplier = Column("1", np.bool_, "was a supplier in month zero")
    bank = Column("row", np.int8, "its bank")

    # production
    capital = Column("unit", float, "fixed capital, in units of investment goods")
    workers = Column("person", float, "employees")
    productivity = Column("unit/person/month", float, "output a worker-month", 1)
    fluctuation = Column("1", float, "log of its productivity over what its technology gives; fades")
    capital_productivity = Column(
        "unit/unit/month", float, "output a month from one unit of capital at full use"
    )
    quality = Column("1", float, "quality of output relative to its sector's mean", 1)
    smart_level = Column("1", np.int8, "smart-factory level (스마트공장), 0 none to 4")
    smart_spent = Column("KRW", np.int64, "cost of its smart factory so far, support included")
    new_parts_from = Column(
        "month", np.int32, "month from which it can make the new parts of a transition; -1 never", -1
    )
    knowledge = Column(
        "1",
        float,
        "level of technology; at the start 1 for those who lead their sector, less for the others",
        1,
    )
    esg = Column("1", float, "environmental, social and governance score, 0 to 1")
    esg_spent = Column("KRW", np.int64, "cost of its retrofits so far, support included")
    material_coefficient = Column("unit/unit", float, "imported raw materials and parts a unit of output")
    research_intensity = Column("1", float, "R&D spending as a share of sales")

    # plans, flows of the month
    expected_demand = Column("unit/month", float, "demand it expects")
    planned_output = Column("unit/month", float, "output it wants to produce")
    output = Column("unit/month", float, "output produced")
    demand = Column("unit/month", float, "orders and final demand received")
    delivered = Column("unit/month", float, "output delivered")
    stock = Column("unit", float, "finished goods")
    stock_months = Column("month", float, "finished goods wanted, in months of demand")
    fill_rate = Column("1", float, "part of demand delivered", 1)
    investment = Column("unit/month", float, "investment goods ordered")
    entry_output = Column("unit/month", float, "output a potential firm plans when it enters")
    entry_home_share = Column("1", float, "share of the home market a potential firm starts with")
    funded = Column("1", float, "part of the planned output its liquidity can carry", 1)

    # prices and markets
    price = Column("KRW/unit", float, "price on final markets", 1)
    unit_cost = Column("KRW/unit", float, "cost a unit: inputs, wages, imports, credit")
    markup = Column("1", float, "price over unit cost less one, on final markets")
    home_share = Column("1", float, "share in its sector's final market at home")
    export_share = Column("1", float, "share in its sector's exports")
    joint_exports = Column(
        "unit/month", float, "exports won by joint entry, at price parity and the opening size of markets"
    )
    wage = Column("KRW/person/month", float, "pay a worker-month")
    bonus_rate = Column("1", float, "last December's bonus over the year's pay")
    benefit_rate = Column(
        "1", float, "last December's bonus and benefits paid by others to its workers, over the year's pay"
    )

    # money
    loans = Column("KRW", np.int64, "debt to its bank")
    normal_debt = Column("1", float, "debt over assets that it returns to when it has cash to spare")
    guaranteed = Column("KRW", np.int64, "part of the loans guaranteed by the policy-finance agency")
    supported_loans = Column("KRW", np.int64, "part of the loans under win-win finance")
    credit_line = Column("KRW", np.int64, "further credit its bank would grant this month")
    loan_rate = Column("1/year", float, "interest rate of its loans")
    wages_due = Column("KRW", np.int64, "pay owed and not yet paid")
    tax_due = Column("KRW", np.int64, "tax owed and not yet paid")
    arrears = Column("KRW", np.int64, "invoices and discounted claims a living firm has not paid in time")
    arrears_months = Column(
        "month", np.int16, "months in a row with invoices, wages, tax or interest overdue"
    )
    sales = Column("KRW/month", np.int64, "revenue of the month")
    purchases = Column("KRW/month", np.int64, "invoices received in the month, and imported materials")
    wage_bill = Column("KRW/month", np.int64, "pay and payroll tax of the month, R&D staff included")
    interest = Column(
        "KRW/month",
        np.int64,
        "interest of the month on loans, late invoices and claims sold, less what deposits and late "
        "customers bring",
    )
    profit = Column(
        "KRW/month",
        np.int64,
        "sales less purchases, wage bill, depreciation, interest, losses and bonus, and transfers between "
        "firms; grants for equipment are not in it",
    )
    profit_trend = Column("KRW/month", float, "operating profit, smoothed over a year")
    discounted = Column(
        "KRW", np.int64, "win-win claims on the firm that banks hold, by month due", width=RING
    )
    losses = Column("KRW/month", np.int64, "claims written off in the month")
    commissioned = Column("KRW/month", np.int64, "research paid for by customers under policies in the month")
    transfers = Column("KRW/month", np.int64, "receipts less payments under policies in the month")
    depreciation = Column("KRW/month", np.int64, "wear of capital of the month")
    year_sales_past = Column("KRW", np.int64, "sales of the year before")
    years_over = Column("year", np.int16, "years in a row that ended with sales above the SME limit")
    year_sales = Column("KRW", np.int64, "sales since the year began")
    year_wages = Column("KRW", np.int64, "pay since the year began, bonus left out")
    year_profit = Column("KRW", np.int64, "profit since the year began")
    year_value_added = Column("KRW", np.int64, "sales less purchases since the year began")
    tax_losses = Column("KRW", np.int64, "losses of earlier years not yet set against taxed profit")

    @property
    def pay(self) -> NDArray[np.float64]:
        """(n,) KRW/person/month pay with bonus and benefits paid by others, at last December's rates."""
        return np.asarray(self.wage * (1 + self.bonus_rate + self.benefit_rate))

    @property
    def labour_cost(self) -> NDArray[np.float64]:
        """(n,) KRW/month wage bill with the bonus, at last December's rate."""
        return np.asarray(self.wage_bill * (1 + self.bonus_rate))
