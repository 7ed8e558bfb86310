"""Moments of the opened economy that are compared with surveys of firms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.draws import Draws
from sim.core.months import parse_month
from sim.economy.kinds import Kind, Size
from sim.population.build import open_economy, open_structure
from sim.population.opening_moments import opening_moments, supplier_moments
from sim.population.structure import Structure
from sim.scenario import Scenario
from tests.economies import BILLION, Design, scenario


def village() -> Structure:
    """A large maker, three small ones and a small firm of finance, opened.

    Firm 0 makes 1,000 a month and buys 80 from firm 1, 60 from firm 2, 50 from firm 4; firm 1 makes 100 and
    buys 20 from firm 2, which makes 100; firm 3 makes 50 for households, firm 4 makes 200.
    """
    inputs = np.zeros((5, 5))
    inputs[1, 0], inputs[2, 0], inputs[4, 0], inputs[2, 1] = 0.08, 0.06, 0.05, 0.2
    design = Design(
        inputs,
        household=np.array([800.0, 20, 20, 50, 150]) * BILLION,
        exports=np.array([200.0, 0, 0, 0, 0]) * BILLION,
        sector=np.array([0, 0, 0, 0, 1]),
        size_class=np.array([Size.LARGE, Size.SME, Size.MICRO, Size.SME, Size.SME]),
        kind=np.array([Kind.CONGLOMERATE, *[Kind.SUPPLIER] * 4]),
    )
    structure = design.structure()
    structure.table = replace(structure.table, names=("metals", "finance"))
    settings = scenario()
    open_structure(structure, settings.parameters, Draws(1), parse_month(settings.run.start))
    return structure


def test_dependence_is_that_of_small_makers_on_their_main_buyer() -> None:
    moments = supplier_moments(village())
    assert moments["suppliers_among_makers"] == pytest.approx(200 / 3)  # firms 1 and 2 of 1, 2 and 3
    assert moments["dependent_above_75"] == pytest.approx(50)  # firm 1 sells 80 of 100 to firm 0
    assert moments["dependent_50_to_75"] == pytest.approx(50)  # firm 2 sells 60 of 100 to firm 0
    assert moments["dependence_of_makers"] == pytest.approx(80)  # 80 + 80 of 200
    assert moments["dependence_on_firms"] == pytest.approx(52.5)  # firm 4 sells 50 of 200 to firms
    assert moments["buyers_per_supplier"] == pytest.approx(1.5)
    assert moments["tier_1_share"] == pytest.approx(100)


def test_surveys_leave_out_firms_with_fewer_than_five_workers() -> None:
    structure = village()
    structure.firms.workers[2] = 4.9
    moments = supplier_moments(structure)
    assert moments["suppliers_among_makers"] == pytest.approx(50)
    assert moments["dependent_above_75"] == pytest.approx(100)
    assert moments["buyers_per_supplier"] == pytest.approx(1)


@pytest.fixture(scope="module")
def reached() -> dict[str, float]:
    settings = Scenario.from_dict({"economy": {"firms": 1500}})
    return opening_moments(open_economy(settings.economy, settings.parameters, Draws(1), month=0))


@pytest.mark.parametrize(
    ("moment", "low", "high"),
    [
        ("suppliers_among_makers", 40, 75),  # 43.2-57.2, on commission only
        ("tier_1_share", 60, 85),  # 70.6
        ("tier_2_share", 14, 36),  # 26.2
        ("tier_3_share", 0, 8),  # 3.2
        ("dependence_on_firms", 62, 76),  # 67.3
        ("dependence_of_makers", 68, 84),  # 72.5-81.6
        ("dependent_above_75", 16, 34),  # 29.4
        ("dependent_50_to_75", 17, 32),  # 21.1
        ("productivity_small_over_large", 28, 38),  # 32.5
    ],
)
def test_a_moment_of_the_opening_lies_near_the_published_one(
    reached: dict[str, float], moment: str, low: float, high: float
) -> None:
    assert low <= reached[moment] <= high
