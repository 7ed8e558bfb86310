"""Regional cooperation (방산·지역 상생): orders and equipment for small firms of the prime's region."""

import numpy as np
import pytest
from economies import BILLION

from policies.town import BELOW, FIRST, PRIME, SECOND, chain, town, year_of
from sim.phases.searching import Search, change_supplier


def test_equipment_goes_to_small_suppliers_of_the_region_by_deliveries():
    model = town({"regional_cooperation": {"co_development": 0.1}}, design=chain(region=[0, 1, 0, 0]))
    given = int(0.1 * year_of(model)["profit"][PRIME])
    assert given > 0.5e9
    assert model.firms.transfers.tolist() == [-given, 0, given, 0]
    assert model.equipment[SECOND] * model.investment_price == pytest.approx(given, rel=1e-8)


def test_all_suppliers_of_the_region_share():
    model = town({"regional_cooperation": {"co_development": 0.1}})
    given = int(0.1 * year_of(model)["profit"][PRIME])
    assert model.firms.transfers[FIRST] == pytest.approx(0.75 * given, abs=3)
    assert model.firms.transfers[BELOW] == 0


def dearer_neighbour(preference, region):
    """The prime buys from a firm of another region; a rival, a tenth dearer, is at home in ``region``."""
    inputs = np.zeros((4, 4))
    inputs[FIRST, PRIME] = 0.1
    design = chain(
        inputs=inputs,
        sector=[0, 1, 1, 2],
        region=[0, 1, region, 0],
        household=np.array([8, 1, 40, 1]) * BILLION,  # the rival has room for the order
    )
    model = town({"regional_cooperation": {"preference": preference}}, design=design)
    model.step()
    model.firms.price[SECOND] = 1.1 * model.links.price[0]
    model.firms.capital[SECOND] *= 3
    change_supplier(model, np.array([0]), Search.CHEAPER)
    return model


@pytest.mark.parametrize(
    ("preference", "region", "moves"), [(0.0, 0, False), (0.05, 0, False), (0.3, 0, True), (0.3, 1, False)]
)
def test_a_member_takes_a_dearer_firm_of_its_region_if_the_part_overlooked_is_large_enough(
    preference, region, moves
):
    model = dearer_neighbour(preference, region)
    assert (model.links.supplier[0] == SECOND) == moves


def test_the_member_pays_the_full_price_of_the_firm_it_prefers():
    model = dearer_neighbour(0.3, 0)
    assert model.links.price[0] == pytest.approx(model.firms.price[SECOND])
