"""Input groups (what a buyer needs from a sector) and links (from whom it buys)."""

from __future__ import annotations

import numpy as np

from sim.core.columns import Column, Table
from sim.economy.kinds import CANDIDATES, NOBODY, RING, Criticality, Instrument


class Groups(Table):
    """Input groups: one row for each sector a firm buys from, in order of the buyer's row."""

    buyer = Column("row", np.intp, "firm that uses the input")
    sector = Column("row", np.intp, "sector that makes the input")
    coefficient = Column("unit/unit", float, "input used a unit of output")
    stock = Column("unit", float, "input in store")
    used = Column("unit/month", float, "input used up this month")
    imported = Column("unit/month", float, "input imported this month because home suppliers fell short")
    target_months = Column("month", float, "stock wanted, in months of use", 1)
    criticality = Column(
        "code", np.int8, "essential, important or other (sim.economy.kinds.Criticality)", Criticality.OTHER
    )
    candidates = Column(
        "row",
        np.int32,
        "permanent list of possible suppliers in the order they are asked, entrants last",
        NOBODY,
        width=CANDIDATES,
    )


class Links(Table):
    """Links: one row a supply contract, in order of its input group.

    A link is a slot of the buyer: when it changes supplier, the row gets the new supplier, and
    what is still owed to the old one moves to the run-off (`sim.economy.runoff`).
    """

    group = Column("row", np.intp, "input group it serves")
    buyer = Column("row", np.intp, "firm that buys")
    supplier = Column("row", np.intp, "firm that sells; -1 for none", NOBODY)
    share = Column("1", float, "part of the group's orders it receives")
    price = Column("KRW/unit", float, "contract price", 1)
    reference_cost = Column(
        "KRW/unit",
        float,
        "cost a unit agreed as reference of price linkage: imported material, energy; 0 for none",
        width=2,
    )
    price_before_cut = Column(
        "KRW/unit", float, "price before an unfair unit-price cut that nobody has found; 0 for none"
    )
    outside_option = Column(
        "1",
        float,
        "price of the buyer's alternative over the sector's price level, implied by the price it signed",
        1,
    )
    next_review = Column("month", np.int32, "month of the next yearly review")
    since = Column("month", np.int32, "month the contract began")
    specificity = Column("1", float, "how specific the input is to the buyer, 0 to 1")
    linked_since = Column(
        "month", np.int32, "month in which price linkage (납품대금 연동제) was agreed; -1 for none", -1
    )
    opted_out = Column("1", np.bool_, "the buyer has forced a written agreement not to link")
    terms = Column("month", np.int8, "months from delivery to payment, 0 to 4")
    sooner = Column(
        "month", np.int8, "months by which the buyer pays before the terms agreed, as far as the price has it"
    )
    tied = Column(
        "1",
        float,
        "part of the supplier's other sales that equipment paid by the buyer is of no use for",
    )
    instrument = Column("code", np.int8, "cash or note (sim.economy.kinds.Instrument)", Instrument.NOTE)
    drawer = Column("row", np.intp, "firm that owes the link's win-win claims; -1 for none", NOBODY)
    payable = Column("KRW", np.int64, "invoices the buyer owes, by month in which they fall due", width=RING)
    claim = Column("KRW", np.int64, "win-win claims of the supplier on the drawer, by month due", width=RING)
    year_deliveries = Column("KRW", np.int64, "invoices since the year began")
    order = Column("unit/month", float, "ordered this month")
    delivery = Column("unit/month", float, "delivered this month")
