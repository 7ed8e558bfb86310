"""Government and the rest of the world: taxes, transfers, growth paths, export prices."""

from __future__ import annotations

from sim.core.params import Parameters, param


class GovernmentParameters(Parameters):
    """Taxes and transfers."""

    income_tax: float = param(
        0.16,
        ge=0,
        le=0.9,
        unit="1",
        doc="tax and employee contributions on pay, interest and distributed profit",
        source="scenario assumption, 0.12 to 0.2: with the other taxes public revenue is a quarter of "
        "value added",
    )
    payroll_tax: float = param(
        0.10,
        ge=0,
        le=0.5,
        unit="1",
        doc="employers' social contributions over pay",
        source="scenario assumption, 0.09 to 0.11 (statutory employers' shares of pension, health and "
        "employment insurance)",
    )
    corporate_tax: float = param(
        0.22,
        ge=0,
        le=0.5,
        unit="1",
        doc="corporate tax over yearly profit",
        source="Corporate Tax Act, 22 % on profit above 20 bn won in 2012-2017",
    )
    loss_offset: float = param(
        0.8,
        ge=0,
        le=1,
        unit="1",
        doc="part of a year's profit that losses of earlier years offset at most; SMEs all of it",
        source="scenario assumption, 0.6 to 1: Corporate Tax Act, Article 13, 80 % since 2023",
    )
    sales_tax: float = param(
        0.10,
        ge=0,
        le=0.5,
        unit="1",
        doc="value-added tax on household spending",
        source="Value-Added Tax Act, 10 %",
    )
    benefit_rate: float = param(
        0.3,
        ge=0,
        le=1,
        unit="1",
        doc="unemployment benefit over mean pay of micro firms",
        source="scenario assumption, 0.1 to 0.5",
    )
    public_investment: float = param(
        0.15,
        ge=0,
        le=1,
        unit="1",
        doc="part of the economy's fixed investment made by the government",
        source="scenario assumption, 0.1 to 0.2; what firms and government leave is housing",
    )
    to_inactive: float = param(
        0.7,
        ge=0,
        le=1,
        unit="1",
        doc="part of transfers that goes to households without work",
        source="scenario assumption, 0.5 to 0.9",
    )
    central_bank_share: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1",
        doc="part of government debt held by the central bank; its other side is banks' reserves",
        source="scenario assumption, 0.02 to 0.1",
    )
    debt: float = param(
        0.4,
        ge=0,
        le=3,
        unit="year",
        doc="opening government debt over yearly value added",
        source="scenario assumption, 0.3 to 0.5",
    )
    growth: float = param(
        0.0,
        ge=-0.1,
        le=0.1,
        unit="1/year",
        doc="real growth of government purchases and transfers above expected productivity growth",
        source="scenario assumption, -0.01 to 0.02: budgets are planned as a share of trend output",
    )


class WorldParameters(Parameters):
    """Exports and imports."""

    export_growth: float = param(
        0.0,
        ge=-0.2,
        le=0.3,
        unit="1/year",
        doc="real growth of export demand at price parity above expected productivity growth",
        source="scenario assumption, -0.02 to 0.05. Zero is Krugman's 45-degree rule (1988, "
        "doi:10.3386/w2761): export markets grow with what a country can make, without a "
        "trend in its terms of trade",
    )
    export_elasticity: float = param(
        1.0,
        ge=0,
        le=10,
        unit="1",
        doc="price elasticity of exports",
        source="scenario assumption, 0.5 to 3",
    )
    material_change: float = param(
        0.0,
        ge=-0.9,
        le=5,
        unit="1",
        doc="change of the price of imported materials against its trend",
        source="scenario assumption, -0.3 to 0.5: a rise of supply costs of 26.4 % in 2021 (row 111)",
    )
    material_content: float = param(
        0.28,
        ge=0,
        le=1,
        unit="1",
        doc="rise of the prices of goods made abroad over that of materials",
        source="scenario assumption, 0 to 0.5: imported materials are 28 % of what final goods cost in the "
        "input-output table of 2011",
    )
    material_month: int = param(
        24,
        ge=0,
        le=600,
        unit="month",
        doc="month after the start in which that change happens",
        source="scenario assumption, 12 to 60",
    )
    material_duration: int = param(
        0,
        ge=0,
        le=600,
        unit="month",
        doc="months after which the price is back on its trend; 0: it stays changed",
        source="scenario assumption, 0 to 36",
    )
