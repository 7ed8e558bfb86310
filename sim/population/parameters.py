"""Declared parameters of the economy at month zero."""

from __future__ import annotations

from typing import ClassVar

from sim.core.params import Parameters, param


class EconomyParameters(Parameters):
    """How many firms there are, how they are spread, how they are linked."""

    title: ClassVar[str] = "The economy at month zero"

    firms: int = param(
        3000,
        ge=200,
        le=1_000_000,
        unit="firm",
        doc="living firms at the start",
        source="scenario assumption, 200-1,000,000",
    )
    potential_firms: float = param(
        0.5,
        ge=0,
        le=3,
        unit="1",
        doc="firms that may enter later, over living firms",
        source="scenario assumption, 0.2-2: enough for 10 years of entry at a few percent a year",
    )
    entry_months: int = param(
        240,
        ge=1,
        le=1200,
        unit="month",
        doc="months over which potential firms become available",
        source="scenario assumption, 120-480",
    )
    size_tail: float = param(
        1.06,
        ge=0.8,
        le=1.2,
        unit="1",
        doc="tail exponent of firm sales",
        source="Axtell 2001 finds Zipf's law (row 346); 0.8-1.2 allowed for Korea (row 348)",
    )
    firms_per_group: float = param(
        3.0,
        ge=1,
        le=20,
        unit="firm",
        doc="large firms a business group (기업집단) has at least, on average",
        source="scenario assumption, 2-14: 13.8 in full size (1,272 members, row 235; 92 groups, row 240)",
    )
    affiliates: float = param(
        1.0,
        ge=0,
        le=3,
        unit="1",
        doc="smaller affiliates a large member firm of a business group has",
        source="scenario assumption, 0.5-2",
    )
    startup_age: int = param(
        84,
        ge=1,
        le=240,
        unit="month",
        doc="small firms younger than this are startups, at the start and for the whole run",
        source="seven years, Support for Small and Medium Enterprise Establishment Act, Article 2",
    )

    largest_export_share: float = param(
        0.9,
        gt=0,
        lt=1,
        unit="1",
        doc="largest part of a firm's sales that is exported",
        source="scenario assumption, 0.8-0.95",
    )
    seller_share: float = param(
        0.95,
        gt=0,
        le=1,
        unit="1",
        doc="part of home sales that small suppliers of firms sell to firms; the others sell to final users",
        source="scenario assumption, 0.7-1, chosen with row 275 in view",
    )
    seller_noise: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1",
        doc="spread of that part (log standard deviation)",
        source="scenario assumption, 0-0.6",
    )
    largest_seller_share: float = param(
        0.97,
        gt=0,
        le=1,
        unit="1",
        doc="largest part of a firm's home sales that goes to firms",
        source="scenario assumption, 0.9-1",
    )

    links_per_firm: float = param(
        5.0,
        ge=2.5,
        le=20,
        unit="link/firm",
        doc="supply links over living firms",
        source="row 366: 4.5 in Hungary; row 356: 6.4-6.7 in listed data; range 4-7",
    )
    fewest_links: float = param(
        1.5,
        ge=1,
        le=2.5,
        unit="link/firm",
        doc="supply links of the smallest firms",
        source="scenario assumption, 1-2",
    )
    input_power: float = param(
        0.75,
        ge=0,
        le=1,
        unit="1",
        doc="the number of inputs a firm uses grows with its number of links to this power",
        source="scenario assumption, 0.5-1",
    )
    input_range: float = param(
        1.1,
        ge=1,
        le=1.2,
        unit="1",
        doc="factor by which inputs a unit of output may differ from the sector's; matters with own links",
        source="scenario assumption, 1-1.2: generated networks of 1,000 firms stay within 1.001",
    )
    supplier_tail: float = param(
        1.5, ge=0.8, le=3, unit="1", doc="tail exponent of the number of suppliers", source="row 355"
    )
    supplier_choice: float = param(
        1.2,
        ge=0.3,
        le=1.5,
        unit="1",
        doc="elasticity of being chosen to the supplier's sales to firms",
        source="scenario assumption, 0.8-1.3: customers' tail exponent about 1.0 (row 354) with Zipf sizes",
    )
    prime_choice: float = param(
        0.6,
        ge=0,
        le=1.5,
        unit="1",
        doc="the same elasticity when a conglomerate chooses",
        source="scenario assumption, 0.3-1, chosen with rows 279 and 280 in view",
    )
    dependence: float = param(
        1.5,
        ge=0.1,
        le=2,
        unit="1",
        doc="largest part of a supplier's sales to firms that a new order may take up",
        source="scenario assumption, 0.9-1.6, chosen with rows 275 and 280 in view",
    )
    least_choice: float = param(
        2.0,
        ge=1,
        le=10,
        unit="1",
        doc="suppliers a buyer can choose from over those it takes, at least",
        source="scenario assumption, 1.5-4",
    )
    same_region: float = param(
        2.0,
        ge=1,
        le=20,
        unit="1",
        doc="odds of choosing a supplier of the own region",
        source="scenario assumption, 1-5; sign: row 363 (communities by region)",
    )
    uneven_shares: float = param(
        1.5,
        ge=0,
        le=2,
        unit="1",
        doc="spread of supplier shares within an input group (log standard deviation)",
        source="scenario assumption, 0.5-2, chosen with row 280 in view",
    )
    size_shares: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="elasticity of supplier shares within an input group to suppliers' sales to firms",
        source="scenario assumption, 0.3-0.8",
    )
    entrant_candidates: int = param(
        2,
        ge=0,
        le=8,
        unit="firm",
        doc="places on a candidate list of 8 held for potential firms",
        source="scenario assumption, 1-3",
    )
    cash_share: float = param(
        0.625,
        ge=0,
        le=1,
        unit="1",
        doc="share of invoices paid in cash, the rest by note",
        source="row 78: 62.5 % in 2018",
    )
    paid_within_60_days: float = param(
        0.873,
        ge=0,
        le=1,
        unit="1",
        doc="share of invoices paid within 60 days",
        source="row 91: 87.3 % in 2019",
    )
    cash_at_once: float = param(
        0.15,
        ge=0,
        le=1,
        unit="1",
        doc="share of cash invoices paid in the month of delivery",
        source="scenario assumption, 0.05-0.3: with the next a mean of 1.25 months, as 37.4 days in row 86",
    )
    cash_in_a_month: float = param(
        0.45,
        ge=0,
        le=1,
        unit="1",
        doc="share of cash invoices paid a month after delivery; the rest, and notes, after two months",
        source="scenario assumption, 0.3-0.6",
    )
    late_in_three_months: float = param(
        0.6,
        ge=0,
        le=1,
        unit="1",
        doc="share of invoices paid later than 60 days that are paid after three months; the rest after four",
        source="scenario assumption, 0.4-0.8 (late notes: rows 86, 87)",
    )
    specific_services: float = param(
        0.5,
        ge=0,
        le=1,
        unit="1",
        doc="specificity of services over that of goods",
        source="scenario assumption, 0.2-1",
    )
    link_exit: float = param(
        0.08,
        ge=0.01,
        le=0.5,
        unit="1/year",
        doc="links ended a year, which sets how old links are",
        source="row 358: 92-93 % of links survive a year (Japan)",
    )

    io_table: str = param(
        "",
        unit="file",
        doc="input-output table (CSV) in place of Korea 2011",
        source="form: sim/population/io_table.py",
    )
    io_unit: float = param(
        1.108e9,
        gt=0,
        unit="KRW",
        doc="won in one unit of the input-output table",
        source="1,108 won a dollar in 2011; million dollars",
    )
    firms_table: str = param(
        "", unit="file", doc="own firms (CSV or Parquet)", source="form: sim/population/own_tables.py"
    )
    links_table: str = param(
        "", unit="file", doc="own links (CSV or Parquet)", source="form: sim/population/own_tables.py"
    )
