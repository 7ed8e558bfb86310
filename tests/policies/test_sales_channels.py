"""Sales channels (판로 지원): demand kept for certified small firms, and who loses it."""

import numpy as np
import pytest
from economies import BILLION, run

from policies.town import BELOW, FIRST, PRIME, SECOND, chain, town


def market(policies):
    """Firms 0 (large) and 1 (small) share a market, 8 won against 2; firm 2 is a large retailer."""
    design = chain(
        inputs=np.zeros((4, 4)),
        sector=[0, 0, 1, 2],
        household=np.array([8, 2, 1, 1]) * BILLION,
        government=np.array([4, 1, 0, 0]) * BILLION,
        investment=0.0,
        size_class=[0, 2, 0, 0],
    )
    model = town(policies, design=design)
    model.sectors.names = ["goods", "distribution", "other"]
    return model


def test_the_quota_moves_its_part_of_public_purchases_and_nothing_else():
    plain, model = run(market({}), 1), run(market({"sales_channels": {"quota": 0.1}}), 1)
    moved = model.final.home - plain.final.home
    # A tenth of five bought by government: firm 1 had a fifth of it and now has all.
    expected = 0.1 * model.final.government[0] * np.array([-0.8, 0.8, 0, 0])
    assert model.final.government[0] > 0
    assert moved == pytest.approx(expected, rel=1e-9)
    assert model.firms.transfers.tolist() == [0, 0, 0, 0]


def test_the_shelf_moves_household_purchases_and_the_retailer_gives_up_its_margin():
    values = {"shelf": 0.1, "margin": 0.05}
    plain, model = run(market({}), 1), run(market({"sales_channels": values}), 1)
    households = model.sectors.household_share[0] * model.final.households.sum()
    moved = model.final.home - plain.final.home
    assert moved == pytest.approx(0.1 * households * np.array([-0.8, 0.8, 0, 0]), rel=1e-6)
    won = int(0.05 * model.firms.price[FIRST] * 0.1 * households * model.final.fill[FIRST])
    assert won > 1e6
    assert model.firms.transfers == pytest.approx([0, won, -won, 0], abs=1)


def test_without_a_retailer_there_is_no_shelf():
    model = market({"sales_channels": {"shelf": 0.1}})
    model.firms.size_class[SECOND] = 2
    plain = run(market({}), 1)
    assert run(model, 1).final.home == pytest.approx(plain.final.home, rel=1e-12)


def test_market_shares_do_not_drift_by_the_quota_itself():
    plain, model = run(market({}), 24), run(market({"sales_channels": {"quota": 0.1}}), 24)
    assert model.firms.home_share == pytest.approx(plain.firms.home_share, abs=1e-3)
    assert model.firms.sales[FIRST] > plain.firms.sales[FIRST]
    assert model.firms.sales[PRIME] < plain.firms.sales[PRIME]
    assert model.firms.sales[BELOW] == pytest.approx(plain.firms.sales[BELOW], rel=0.02)


@pytest.mark.parametrize("take_up", [0.0, 1.0])
def test_a_firm_expects_the_margin_on_a_year_of_what_it_wins(take_up):
    # Certified or not yet, firm 1 would be the only one of its sector, with a fifth of the market already.
    model = run(market({"sales_channels": {"quota": 0.1, "take_up": take_up}}), 1)
    firms = model.firms
    units = 12 * 0.1 * model.sectors.government_demand[0] * (1 - firms.home_share[FIRST])
    gain = model.policies.in_force(model.month)[0].expected_gain(model)[FIRST]
    assert gain == pytest.approx(units * (firms.price[FIRST] - firms.unit_cost[FIRST]), rel=1e-9)
    assert gain > 1e6
