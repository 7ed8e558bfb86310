"""Price linkage (납품대금 연동제): which contracts, when, by how much, and what it leaves alone."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import BILLION, row_of, run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, town
from sim.core.draws import Decision
from sim.economy.kinds import Size

MATERIAL = np.array([0.0, 0.3, 0.2, 0.08])  # imported material a unit of output, at price 1


def linkage(**values):
    return {
        "price_linkage": {
            "take_up": 1.0,
            "main_material": 1.0,
            "compliance": 1.0,
            "opt_out": 0.0,
            "smallest_contract": 0.0,
            "shortest_contract": 0,
        }
        | values
    }


def shocked(change, month=3, **values):
    """The town in January 2016, three months before its material changes in price."""
    design = chain(imports=MATERIAL, exports=6 * BILLION, **values.pop("design", {}))
    world = {"world": {"material_change": change, "material_month": month}}
    policies = linkage(**values) if values.pop("policy", True) else {}
    return town(policies, NO_INTEREST, world, design=design)


def price_of(model, supplier, buyer):
    return float(model.links.price[row_of(model, supplier, buyer)])


def is_linked(model, supplier, buyer):
    return bool(model.links.linked_since[row_of(model, supplier, buyer)] >= 0)


def move_material(model, factor):
    """Let the price of material be a multiple of its first price from the next month on."""
    world = model.parameters["world"]
    values = {"material_change": factor - 1, "material_month": 0}
    model.parameters["world"] = world.model_copy(update=values)


@pytest.mark.parametrize("change", [0.2, -0.2, 0.1, -0.1, 0.6, -0.6])
def test_prices_move_by_the_materials_share_times_its_change_up_and_down_alike(change):
    model = run(shocked(change), 6)
    assert price_of(model, FIRST, PRIME) - 1 == pytest.approx(0.3 * change, rel=1e-9)
    assert price_of(model, SECOND, PRIME) - 1 == pytest.approx(0.2 * change, rel=1e-9)


@pytest.mark.parametrize("change", [0.2, -0.2])
def test_the_margin_a_unit_stays_and_without_linkage_bears_the_whole_change(change):
    # Without interest the material's change is the only change of the second supplier's unit cost.
    margin = {}
    for linked in (True, False):
        model = run(shocked(change, policy=linked), 3)
        before = price_of(model, SECOND, PRIME) - model.firms.unit_cost[SECOND]
        run(model, 3)
        margin[linked] = price_of(model, SECOND, PRIME) - model.firms.unit_cost[SECOND] - before
    assert margin[True] == pytest.approx(0.0, abs=1e-3 * abs(change))  # a month's credit on material
    assert margin[False] == pytest.approx(-0.2 * change, rel=1e-2)


def test_one_crossing_of_the_threshold_moves_the_price_once():
    model = run(shocked(0.2), 4)
    moved = price_of(model, FIRST, PRIME)
    assert moved > 1
    run(model, 10)
    assert price_of(model, FIRST, PRIME) == moved


def test_a_second_crossing_moves_it_again_from_the_new_reference():
    # Two rises of a fifth: the material stood at 0.3, is 0.36 and ends at 0.432 a unit.
    model = run(shocked(0.2), 6)
    move_material(model, 1.44)
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 + 0.432 - 0.3, rel=1e-12)


def test_a_rise_and_its_reversal_bring_the_price_back():
    model = run(shocked(0.2), 6)
    move_material(model, 1.0)
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1.0, rel=1e-12)


def test_small_changes_add_up_until_they_reach_the_threshold():
    model = run(shocked(0.06), 6)
    assert price_of(model, FIRST, PRIME) == 1.0
    move_material(model, 1.12)
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 + 0.3 * 0.12, rel=1e-12)


@pytest.mark.parametrize("change", [0.099, -0.099])
def test_below_the_threshold_nothing_moves(change):
    model = run(shocked(change), 6)
    assert (model.links.price == 1.0).all()


@pytest.mark.parametrize("change", [0.3, -0.3])
def test_material_below_a_tenth_of_the_price_is_out_of_scope_whichever_way_it_moves(change):
    # The rise itself brings 0.08 to 0.104 and into scope, but linkage then starts from the risen price.
    model = run(shocked(change), 6)
    assert price_of(model, BELOW, FIRST) == 1.0
    assert is_linked(model, BELOW, FIRST) == (change > 0)


def test_material_just_above_a_tenth_stays_linked_when_it_gets_cheaper():
    design = {"imports": np.array([0.0, 0.11, 0.2, 0.08])}
    model = town(
        linkage(),
        NO_INTEREST,
        {"world": {"material_change": -0.5, "material_month": 3}},
        design=chain(exports=6 * BILLION, **design),
    )
    run(model, 6)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 - 0.055, rel=1e-12)


def test_contracts_up_to_the_smallest_value_are_exempt():
    # The two suppliers' yearly invoices to the prime stand three to one; the limit lies between.
    yearly = 12 * 0.1 * float(shocked(0.2).firms.output[PRIME])
    model = run(shocked(0.2, smallest_contract=2 * yearly), 6)
    assert price_of(model, FIRST, PRIME) > 1
    assert price_of(model, SECOND, PRIME) == 1.0


def test_small_buyers_are_exempt():
    model = run(shocked(0.2, material_share=0.05, design={"size_class": [0, Size.MICRO, 2, 2]}), 6)
    assert price_of(model, BELOW, FIRST) == 1.0
    assert price_of(model, FIRST, PRIME) > 1


def test_buyers_outside_where_are_not_bound():
    model = run(shocked(0.2, material_share=0.05, where={"kind": ["supplier"]}), 6)
    assert price_of(model, FIRST, PRIME) == 1.0
    assert price_of(model, BELOW, FIRST) == pytest.approx(1 + 0.08 * 0.2, rel=1e-12)


@pytest.mark.parametrize(("rate", "compliance"), [(0.5, 1.0), (1.0, 0.6), (0.5, 0.6)])
def test_rate_and_compliance_scale_what_is_passed_on(rate, compliance):
    model = run(shocked(0.2, rate=rate, compliance=compliance), 6)
    assert price_of(model, FIRST, PRIME) - 1 == pytest.approx(rate * compliance * 0.06, rel=1e-9)


@pytest.mark.parametrize("coverage", [0.3, 0.662])
def test_take_up_is_the_part_of_contracts_in_scope_that_are_linked(coverage):
    every = lived(economy(linkage(), 600), 1).links.linked_since >= 0
    linked = lived(economy(linkage(take_up=coverage), 600), 1).links.linked_since >= 0
    assert not (linked & ~every).any()
    # Every contract signs by a draw of its own: four standard deviations of a share.
    spread = 4 * np.sqrt(coverage * (1 - coverage) / every.sum())
    assert linked.sum() / every.sum() == pytest.approx(coverage, abs=spread)
    assert spread < 0.08


def test_raising_take_up_only_adds_contracts():
    some = lived(economy(linkage(take_up=0.3), 300), 1).links.linked_since >= 0
    more = lived(economy(linkage(take_up=0.6), 300), 1).links.linked_since >= 0
    assert not (some & ~more).any()
    assert more.sum() > some.sum()


def test_linkage_that_begins_after_a_shock_does_not_pass_the_old_shock_on():
    model = run(shocked(0.2, start="2016-06"), 9)
    assert (model.links.price == 1.0).all()
    move_material(model, 1.2 * 1.2)
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 + 0.36 * 0.2, rel=1e-12)


def test_a_linked_contract_stays_linked_through_a_month_without_deliveries():
    model = run(shocked(0.2), 3)
    model.invoice = np.zeros_like(model.invoice)
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1.06, rel=1e-12)


def test_linkage_lapses_when_the_policy_ends():
    model = run(shocked(0.2, month=8, end="2016-06"), 10)
    assert (model.links.price == 1.0).all()
    assert (model.links.linked_since == -1).all()
    assert not model.links.reference_cost.any()


def test_a_price_agreed_in_a_review_has_the_days_material_in_it():
    # The material rises by 6 %, both sides agree on a new price, then it rises to 12 %: only the
    # second rise of about 5.7 % counts from there, which is below the threshold.
    model = run(shocked(0.06), 6)
    links = model.links
    row = row_of(model, FIRST, PRIME)
    due = np.array([row])
    agreed = model.policies.adjust("adjust_price_change", model, np.array([1.05]), due)
    links.price[due] = agreed
    move_material(model, 1.12)
    run(model, 1)
    assert agreed.tolist() == [1.05]
    assert links.price[row] == 1.05
    assert price_of(model, SECOND, PRIME) == pytest.approx(1 + 0.2 * 0.12, rel=1e-12)


def test_signing_is_drawn_once_for_each_pair_of_supplier_and_buyer():
    model = shocked(0.2)
    first = model.pair_draw(Decision.LINKAGE_COVERAGE).copy()
    run(model, 14)
    assert np.array_equal(first, model.pair_draw(Decision.LINKAGE_COVERAGE))


def test_only_contracts_of_firms_with_one_main_raw_material_are_linked_and_their_part_is_as_declared():
    scope = {"take_up": 1.0, "smallest_contract": 0.0}
    every, some = (
        lived(economy({"price_linkage": scope | {"main_material": part}}, 2000), 1) for part in (1.0, 0.3)
    )
    linked = [np.unique(model.links.supplier[model.links.linked_since >= 0]) for model in (every, some)]
    assert not np.setdiff1d(linked[1], linked[0]).size
    chance = 4 * np.sqrt(0.3 * 0.7 / linked[0].size)
    assert linked[1].size / linked[0].size == pytest.approx(0.3, abs=chance)
    assert linked[0].size > 300
