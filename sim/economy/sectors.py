"""Sectors, household cells and banks: the few rows beside the many firms."""

from __future__ import annotations

import numpy as np

from sim.core.columns import Column, Table


class Sectors(Table):
    """One row a sector; demand categories are columns, prices are index numbers (1 at the start)."""

    household_share = Column("1", float, "part of real household spending; the rest is imported")
    investment_share = Column("1", float, "part of real investment goods; the rest is imported")
    government_demand = Column("unit/month", float, "real government purchases at the start")
    export_demand = Column("unit/month", float, "real exports at the start and foreign price parity")
    price_level = Column("1", float, "price level of the sector's deliveries", 1)
    material_price = Column("1", float, "price of imported raw materials and parts, in won", 1)
    foreign_price = Column("1", float, "price of foreign competitors, in won", 1)
    margin = Column("1", float, "operating profit over sales of its firms at the start")
    output_per_worker = Column("unit/person/month", float, "output over the staff it needs, last quarter")


class Households(Table):
    """Household cells: workers and owners by size class of the employer, and those without work."""

    propensity = Column("1", float, "part of disposable income above need that is spent")
    autonomous = Column("KRW/month", float, "spending at zero income")
    income = Column("KRW/month", np.int64, "disposable income of the month")
    income_history = Column("KRW/month", np.int64, "disposable income of the last twelve months", width=12)
    permanent_income = Column("KRW/month", float, "income that the cell counts on")
    wealth_history = Column("KRW", np.int64, "deposits at the end of the last twelve months", width=12)
    consumption = Column("KRW/month", np.int64, "spending of the month")
    persons = Column("person", float, "members of working age")
    ownership = Column("1", float, "share of all distributed profit it receives")
    transfer_share = Column("1", float, "share of government transfers it receives")


class Banks(Table):
    """Banks."""

    bonds = Column("KRW", np.int64, "government bonds held")
    reserves = Column("KRW", np.int64, "reserves at the central bank; negative for advances taken")
    capital_ratio = Column("1", float, "own funds over loans")
    losses = Column("KRW/month", np.int64, "loans and discounted claims lost in the month")
