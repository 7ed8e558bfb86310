"""The real structure of month zero."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.draws import Draws
from sim.economy.kinds import NOBODY, Kind, Size
from sim.population.describe import hill_exponent, moments
from sim.population.io_table import load_io_table
from sim.population.parameters import EconomyParameters
from sim.population.structure import Structure, build_structure

ECONOMY = EconomyParameters(firms=1500)


@pytest.fixture(scope="module")
def structure() -> Structure:
    return build_structure(ECONOMY, Draws(1))


def test_sales_of_every_sector_add_up_to_its_output(structure: Structure) -> None:
    living = structure.firms.living
    sales = np.bincount(structure.firms.sector[living], structure.target_sales[living])
    np.testing.assert_allclose(sales, structure.table.output, rtol=1e-3)


def test_final_sales_of_every_sector_add_up_to_final_demand(structure: Structure) -> None:
    sector, table = structure.firms.sector, structure.table
    np.testing.assert_allclose(
        np.bincount(sector, structure.home_sales), table.finals[:3].sum(axis=0), rtol=1e-9
    )
    np.testing.assert_allclose(np.bincount(sector, structure.export_sales), table.finals[3], rtol=1e-9)


def test_every_firm_sells_what_it_makes(structure: Structure) -> None:
    living = structure.firms.living
    target = np.where(living, structure.target_sales, 0)
    sold = structure.home_sales + structure.export_sales + structure.network.sum_by_supplier(structure.flows)
    np.testing.assert_allclose(sold[living], target[living], rtol=1e-6)
    assert (structure.home_sales >= 0).all() and (structure.export_sales >= 0).all()


def test_flows_between_sectors_fit_the_table_within_one_percent(structure: Structure) -> None:
    wanted = structure.table.intermediate
    large = wanted > 1e-6 * wanted.sum()
    np.testing.assert_allclose(structure.sector_flows[large], wanted[large], rtol=0.01)


def test_inputs_of_every_firm_leave_value_added(structure: Structure) -> None:
    firms, groups = structure.firms, structure.groups
    inputs = np.bincount(groups.buyer, groups.coefficient, firms.rows)
    inputs += structure.import_coefficients[firms.sector]
    assert (inputs > 0).all() and (inputs[firms.living] < 0.9).all()


def test_shares_within_every_group_add_up_to_one(structure: Structure) -> None:
    share = np.bincount(structure.links.group, structure.links.share, structure.groups.rows)
    np.testing.assert_allclose(share, 1)


def test_groups_are_in_order_of_the_buyer_and_links_in_order_of_the_group(structure: Structure) -> None:
    assert (np.diff(structure.groups.buyer) >= 0).all()
    assert (np.diff(structure.links.group) >= 0).all()
    np.testing.assert_array_equal(structure.links.buyer, structure.groups.buyer[structure.links.group])


def test_no_firm_supplies_itself_and_none_twice_within_a_group(structure: Structure) -> None:
    links = structure.links
    known = links.supplier != NOBODY
    assert (links.supplier[known] != links.buyer[known]).all()
    pairs = np.stack([links.group[known], links.supplier[known]])
    assert np.unique(pairs, axis=1).shape[1] == pairs.shape[1]


def test_suppliers_live_and_belong_to_the_sector_of_the_group(structure: Structure) -> None:
    links, firms = structure.links, structure.firms
    known = links.supplier != NOBODY
    assert firms.living[links.supplier[known]].all()
    wanted = structure.groups.sector[links.group[known]]
    np.testing.assert_array_equal(firms.sector[links.supplier[known]], wanted)


def test_only_potential_buyers_have_open_links(structure: Structure) -> None:
    opened = structure.links.supplier == NOBODY
    np.testing.assert_array_equal(opened, ~structure.firms.living[structure.links.buyer])


def test_candidates_are_of_the_right_sector_and_two_of_eight_are_potential(structure: Structure) -> None:
    groups, firms = structure.groups, structure.firms
    listed = groups.candidates != NOBODY
    sector = np.broadcast_to(groups.sector, groups.candidates.shape)
    np.testing.assert_array_equal(firms.sector[groups.candidates[listed]], sector[listed])
    assert (groups.candidates != groups.buyer).all()
    assert firms.living[groups.candidates[:6][listed[:6]]].all()
    assert not firms.living[groups.candidates[6:][listed[6:]]].any()


def test_potential_firms_may_enter_in_even_numbers_over_twenty_years(structure: Structure) -> None:
    firms = structure.firms
    cohort = firms.cohort[~firms.living]
    per_month = np.bincount(cohort, minlength=240)
    assert cohort.size == 750 and cohort.min() == 0
    assert per_month.size == 240 and per_month.max() - per_month.min() <= 1
    assert (firms.cohort[firms.living] == -1).all()


def test_conglomerates_are_large_firms_of_business_groups_and_startups_are_small_and_young(
    structure: Structure,
) -> None:
    firms = structure.firms
    conglomerate = firms.kind == Kind.CONGLOMERATE
    assert conglomerate.any()
    assert (firms.size_class[conglomerate] == Size.LARGE).all()
    assert (firms.business_group[conglomerate] != NOBODY).all()
    startup = (firms.kind == Kind.STARTUP) & firms.living
    assert (firms.size_class[startup] >= Size.SME).all() and (firms.birth[startup] > -84).all()


def test_larger_firms_have_more_suppliers_and_more_inputs(structure: Structure) -> None:
    size = structure.firms.size_class[structure.firms.living]
    links = np.bincount(structure.links.buyer, minlength=structure.firms.rows)[: size.size]
    groups = np.bincount(structure.groups.buyer, minlength=structure.firms.rows)[: size.size]
    for count in (links, groups):
        mean = np.bincount(size, count) / np.bincount(size)
        assert (np.diff(mean) < 0).all()


def test_no_link_is_older_than_its_firms(structure: Structure) -> None:
    firms, links = structure.firms, structure.links
    inside = firms.living[links.buyer]
    oldest = np.maximum(firms.birth[links.buyer[inside]], firms.birth[links.supplier[inside]])
    assert (links.since[inside] >= oldest).all() and (links.since[inside] <= 0).all()


@pytest.mark.parametrize(
    ("moment", "low", "high"),
    [
        ("sales_share_large", 44, 52),
        ("sales_share_mid_sized", 12, 17),
        ("export_share_large", 64, 71),
        ("large_in_groups", 52, 62),
        ("links_per_firm", 4.7, 5.2),
        ("sales_tail", 0.8, 1.35),
        ("customer_tail", 0.8, 1.4),
        ("supplier_tail", 1.2, 1.9),
        ("cash_share", 60, 65),
        ("paid_within_60_days", 85, 89),
        ("age_small", 13, 16),
        ("younger_than_5_years", 11, 15),
        ("flow_error", 0, 1),
        ("closure_error", 0, 1e-6),
    ],
)
def test_a_moment_lies_in_its_band(structure: Structure, moment: str, low: float, high: float) -> None:
    table = moments(structure).set_index("moment")
    assert low <= float(table["reached"][moment]) <= high


def test_further_moments_are_listed_beside_the_others(structure: Structure) -> None:
    table = moments(structure, lambda _: {"wage_ratio": 0.5}).set_index("moment")
    assert table.loc["wage_ratio", "reached"] == 0.5
    assert np.isnan(float(table["target"]["wage_ratio"]))


def test_the_same_seed_gives_the_same_economy_and_another_seed_another() -> None:
    first, same, other = (build_structure(EconomyParameters(firms=300), Draws(seed)) for seed in (5, 5, 6))
    for table in ("firms", "groups", "links"):
        for name, array in getattr(first, table).arrays.items():
            np.testing.assert_array_equal(array, getattr(same, table).arrays[name], err_msg=name)
    assert not np.array_equal(first.target_sales, other.target_sales)
    assert not np.array_equal(first.firms.region, other.firms.region)


@pytest.mark.parametrize("firms", [200, 777])
def test_small_economies_close_too(firms: int) -> None:
    small = build_structure(EconomyParameters(firms=firms, potential_firms=0), Draws(3))
    sales = np.bincount(small.firms.sector, small.target_sales)
    np.testing.assert_allclose(sales, small.table.output, rtol=0.01)


def test_total_output_times_scale_is_korea_whatever_the_number_of_firms(structure: Structure) -> None:
    korea = load_io_table().output.sum() * 1.108e9 / 12
    assert structure.table.output.sum() * structure.scale == pytest.approx(korea)
    assert structure.scale == pytest.approx(708_756 / 1500)


def test_hill_exponent_of_an_exact_pareto_sample_is_its_exponent() -> None:
    sample = (np.arange(1, 20_001) - 0.5) ** (-1 / 1.06)
    assert hill_exponent(sample) == pytest.approx(1.06, rel=0.02)
