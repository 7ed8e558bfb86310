"""Balanced growth: when productivity grows everywhere alike, everything real grows with it."""

import numpy as np
import pytest
from economies import BILLION, Design, ecosystem

from sim.core.months import MONTHS
from sim.phases import quarter

GROWTH = 0.015
# Public debt takes decades to find its ratio; without interest and spending out of wealth that moves nothing.
BALANCED = {
    "technology": {"trend": GROWTH},
    "government": {"growth": 0.0},
    "world": {"export_growth": 0.0},
    "labour": {"slack_response": 0.0, "rent_sharing": 0.0},
    "demand": {"wealth_propensity": 0.0},
    "credit": {"policy_rate": 0.0, "deposit_spread": 0.0},
}


@pytest.fixture
def same_growth_everywhere(monkeypatch):
    """Replace research by luck with the same gain for all."""

    def advance(model):
        model.firms.knowledge *= (1 + GROWTH) ** 0.25
        model.firms.productivity *= (1 + GROWTH) ** 0.25

    monkeypatch.setattr(quarter, "advance_technology", advance)


def growing_economy(changes=BALANCED):
    design = Design(
        [[0.10, 0.30, 0.00], [0.20, 0.05, 0.30], [0.05, 0.10, 0.10]],
        household=BILLION * np.array([30.0, 40.0, 30.0]),
        government=BILLION * np.array([8.0, 8.0, 4.0]),
        investment=BILLION * np.array([2.0, 5.0, 1.0]),
        exports=BILLION * np.array([10.0, 5.0, 20.0]),
        imports=[0.05, 0.02, 0.03],
    )
    return ecosystem(design, changes)


def yearly(model, years):
    """Yearly sums or averages of output, consumption, capital, pay, wage, workers and prices."""
    path = []
    for _ in range(years):
        year = []
        for _ in range(MONTHS):
            model.step()
            firms = model.firms
            year.append(
                [
                    firms.output.sum(),
                    model.households.consumption.sum(),
                    firms.capital.sum(),
                    firms.wage_bill.sum(),
                    firms.wage.mean(),
                    firms.workers.sum(),
                    firms.price.mean(),
                ]
            )
        path.append(np.mean(year, axis=0))
    return np.array(path)


@pytest.mark.usefixtures("same_growth_everywhere")
def test_output_wages_consumption_and_capital_grow_at_the_rate_of_productivity():
    model = growing_economy()
    path = yearly(model, 20)
    rates = path[1:] / path[:-1] - 1
    assert rates[1:, 4] == pytest.approx(GROWTH, rel=1e-9)
    settled = rates[10:]  # the first years work off what a month-by-month trend has over quarterly steps
    assert settled[:, [0, 1, 2, 3]] == pytest.approx(GROWTH, abs=1e-4)
    assert settled[:, [5, 6]] == pytest.approx(0.0, abs=1e-4)
    assert model.firms.living.all()


@pytest.mark.usefixtures("same_growth_everywhere")
def test_on_the_growth_path_ratios_stay():
    model = growing_economy()
    output, consumption, capital, pay = yearly(model, 20)[9::5, :4].T
    for ratio in (consumption / output, capital / output, pay / output):
        assert ratio == pytest.approx(np.full(3, ratio[0]), rel=1e-3)


INFLATION = 0.03
NOMINAL = {
    **BALANCED,
    "technology": {"trend": 0.0},
    "pricing": {"trend_inflation": INFLATION},
}


def test_expected_inflation_moves_prices_and_wages_and_nothing_real():
    # Wages step up once a quarter while prices rise every month: a quarter's inflation is what may differ.
    rest, inflated = growing_economy({}), growing_economy(NOMINAL)
    still, moving = yearly(rest, 8), yearly(inflated, 8)
    # The first wage round falls into March, so the first year has a little less of it.
    assert moving[2:, 6] / moving[1:-1, 6] - 1 == pytest.approx(INFLATION, abs=1e-4)
    assert moving[2:, 4] / moving[1:-1, 4] - 1 == pytest.approx(INFLATION, abs=1e-9)
    for real in (0, 2, 5):  # output, capital, workers
        assert moving[:, real] == pytest.approx(still[:, real], rel=INFLATION / 4)
