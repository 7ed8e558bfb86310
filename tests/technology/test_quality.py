"""Quality of products: innovation moves it, rivals catch up, markets and buyers answer."""

import numpy as np
import pytest
from economies import BILLION, Design, crowd, ecosystem, run

from sim.phases import contracting, planning, quarter, searching

ALIKE = {"production": {"margin_spread": 0.0}, "credit": {"debt_spread": 0.0}}


def test_an_innovation_betters_either_the_process_or_the_product():
    model = crowd(2000, {"technology": {"product_share": 0.25, "step": 0.05}})
    firms = model.firms
    model.innovation_scale = 1e6  # everybody who does research succeeds
    quarter.innovate(model)
    process, product = firms.knowledge > 1, firms.quality > 1
    assert (process ^ product).all() and model.events["innovations"] == 2000
    assert product.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 2000))
    for gain in (firms.knowledge[process] - 1, firms.quality[product] - 1):
        assert gain.mean() == pytest.approx(0.05, abs=4 * 0.05 / np.sqrt(gain.size))


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_processes_alone_bring_the_part_of_the_trend_left_to_research(share):
    model = crowd(50, {"technology": {"trend": 0.02, "diffusion_share": 0.25, "product_share": share}})
    weight = model.parameters["technology"]
    chance = 1 - np.exp(-model.innovation_scale * model.firms.research_intensity / 4)
    yearly = 4 * chance * weight.step * (1 - share)
    assert np.average(yearly, weights=model.firms.output) == pytest.approx(0.75 * 0.02)


def test_quality_is_relative_to_the_sector_and_rivals_make_up_a_part_of_a_lead():
    model = crowd(4, ALIKE, {"technology": {"quality_fading": 0.8}})
    model.firms.quality = [np.exp(0.4), 1.0, 1.0, 1.0]
    quarter.compare_quality(model)  # the mean is exp(0.1); a quarter of 0.8 is made up
    assert np.log(model.firms.quality) == pytest.approx([0.24, -0.08, -0.08, -0.08])


def test_without_fading_quality_is_only_measured_anew():
    model = crowd(2, ALIKE, {"technology": {"quality_fading": 0.0}})
    model.firms.quality = [4.0, 1.0]
    quarter.compare_quality(model)
    assert model.firms.quality == pytest.approx([2.0, 0.5])
    quarter.compare_quality(model)
    assert model.firms.quality == pytest.approx([2.0, 0.5])


def test_a_better_product_gains_on_the_home_market_what_the_replicator_says():
    model = crowd(2, {"demand": {"selection": 1.2}})
    model.firms.quality = [1.2, 1.0]
    contracting._move_market_shares(model)
    # Attraction 1.2 and 1 about a mean of 1.1; a tenth of the relative distance a month.
    assert model.firms.home_share == pytest.approx([0.5 + 0.05 * 0.1 / 1.1, 0.5 - 0.05 * 0.1 / 1.1])


def test_abroad_the_price_of_a_unit_of_quality_counts():
    plain, better = (
        crowd(2, {"world": {"export_elasticity": 2.0}}),
        crowd(2, {"world": {"export_elasticity": 2.0}}),
    )
    better.firms.quality[0] = 1.1
    before, after = planning.final_demand(plain).exports, planning.final_demand(better).exports
    assert after / before == pytest.approx([1.21, 1.0])


@pytest.mark.parametrize(("quality", "moves"), [(1.04, False), (1.06, True)])
def test_a_buyer_that_compares_takes_the_better_supplier_if_that_beats_the_cost_of_switching(quality, moves):
    inputs = np.zeros((3, 3))
    inputs[1, 0] = 0.3
    household = np.array([8, 1, 20]) * BILLION  # the rival is large enough for the order
    design = Design(inputs, household=household, exports=BILLION, sector=[0, 1, 1])
    model = run(ecosystem(design, {"pricing": {"switching_cost": 0.05}}), 1)
    model.firms.quality[2] = quality
    searching.change_supplier(model, np.array([0]), searching.Search.CHEAPER)
    assert model.links.supplier[0] == (2 if moves else 1)
