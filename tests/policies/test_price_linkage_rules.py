"""Price linkage (납품대금 연동제): exemptions, settlements, energy, anticipation, opt-outs and fines."""

import numpy as np
import pytest
from contracts.running import economy, lived, months
from economies import row_of, run

from policies.test_price_linkage import is_linked, linkage, move_material, price_of, shocked
from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, chain, town
from sim.economy.kinds import Size
from sim.rules.reviews import power_of

PREMIUM = {"opt_out": 1.0, "fine": 0.0}


# --- exemptions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "bound"), [(2, False), (3, False), (4, True), (40, True)])
def test_contracts_of_up_to_ninety_days_are_exempt(age, bound):
    model = shocked(0.2, shortest_contract=3)
    model.links.since[row_of(model, FIRST, PRIME)] = model.month - age
    run(model, 1)
    assert is_linked(model, FIRST, PRIME) == bound


def test_a_contract_of_up_to_a_hundred_million_won_a_year_is_exempt():
    # The second supplier's yearly invoices are one tenth of the prime's output of a year.
    model = shocked(0.2, smallest_contract=0.0)
    yearly = 12 * int(model.invoice[row_of(model, SECOND, PRIME)])
    for limit, bound in ((yearly - 1, True), (yearly, False)):
        model = run(shocked(0.2, smallest_contract=float(limit)), 2)
        assert is_linked(model, SECOND, PRIME) == bound


@pytest.mark.parametrize("small_buyers", [False, True])
def test_a_small_buyer_is_exempt_unless_the_rule_says_otherwise(small_buyers):
    sizes = [Size.LARGE, Size.MICRO, Size.SME, Size.SME]
    values = {"material_share": 0.05, "small_buyers": small_buyers, "design": {"size_class": sizes}}
    model = run(shocked(0.2, **values), 2)
    assert is_linked(model, BELOW, FIRST) == small_buyers
    assert is_linked(model, FIRST, PRIME)


@pytest.mark.parametrize(("share", "bound"), [(0.0999, False), (0.1, True), (0.11, True)])
def test_the_material_must_be_a_tenth_of_the_price(share, bound):
    design = chain(imports=np.array([0, share, 0.2, 0]), exports=6e9)
    model = run(town(linkage(), NO_INTEREST, design=design), 2)
    assert is_linked(model, FIRST, PRIME) == bound


# --- settlements and energy ----------------------------------------------------------------------


@pytest.mark.parametrize(("window", "month"), [(1, 4), (3, 6), (6, 6), (12, 12)])
def test_prices_move_at_the_next_settlement_only(window, month):
    # The material rises in May. Settlements are in every month, in January, April, July and October,
    # in January and July, in January.
    model = run(shocked(0.2, month=4, window=window), month)
    assert price_of(model, FIRST, PRIME) == 1.0
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1.06, rel=1e-12)


def powered(**values):
    """The town with a power station in the place of the lowest firm; the firm above it uses 0.4 a unit."""
    model = town(linkage(**values), NO_INTEREST, design=chain(exports=6e9))
    model.sectors.names = ("prime", "first", "second", "energy")
    return model


@pytest.mark.parametrize("change", [0.25, -0.25])
@pytest.mark.parametrize("energy", [True, False])
def test_energy_is_linked_where_it_counts(energy, change):
    model = run(powered(energy=energy), 2)
    assert is_linked(model, FIRST, PRIME) == energy
    model.sectors.price_level[BELOW] = 1 + change
    model.policies.call("on_month_start", model)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 + energy * 0.4 * change, rel=1e-12)
    assert price_of(model, SECOND, PRIME) == 1.0  # uses no energy


def test_energy_that_counts_from_a_date_on_is_linked_at_the_price_of_that_day():
    model = powered(energy={"2016-01": False, "2016-04": True}, material_share=0.0)
    run(model, 3)
    model.sectors.price_level[BELOW] = 2.0
    model.policies.call("on_month_start", model)  # April: this is where energy starts from
    assert price_of(model, FIRST, PRIME) == 1.0
    model.sectors.price_level[BELOW] = 3.0
    model.policies.call("on_month_start", model)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1 + 0.4 * (3 - 2), rel=1e-12)


# --- anticipation --------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "anticipation"), [(1.0, 0.0), (1.0, 2.0), (0.5, 2.0)])
def test_the_base_price_falls_once_by_a_share_of_the_insured_variance(rate, anticipation):
    # The material is 0.3 of the price and moves by a half a year: the log of the price falls by
    # anticipation times (rate * 0.5 * 0.3)^2 in the first yearly review and by no more in the second.
    values = {"rate": rate, "anticipation": anticipation, "volatility": 0.5}
    model = shocked(0.0, month=600, **values)
    found = []
    for _ in range(25):
        run(model, 1)
        found.append(price_of(model, FIRST, PRIME))
    fallen = np.exp(-anticipation * (rate * 0.5 * 0.3) ** 2)
    assert found[-1] == pytest.approx(fallen, rel=1e-12)
    assert found[11] == found[-1]
    assert len(set(found)) <= 2


def test_contracts_that_are_not_linked_expect_no_insurance():
    model = run(shocked(0.0, month=600, take_up=0.0, anticipation=5.0, volatility=1.0), 14)
    assert (model.links.price == 1.0).all()


# --- forced opt-outs -----------------------------------------------------------------------------


def hit(**values):
    """A small Korea with linkage in its fourth month, in which material becomes dearer."""
    model = economy(linkage(**values), 600)
    lived(model, 3)
    move_material(model, 1.3)
    lived(model, 1)
    return model


def test_strong_buyers_opt_out_of_a_rise_in_proportion_to_their_power():
    before = economy(linkage(), 600)
    lived(before, 3)
    rows = np.flatnonzero(before.links.linked_since >= 0)
    chance = 0.8 * (1 - power_of(before, rows))
    out = hit(opt_out=0.8, fine=0.0).links.opted_out
    assert not out[before.links.linked_since < 0].any()
    spread = 4 * np.sqrt((chance * (1 - chance)).sum())
    assert out.sum() == pytest.approx(chance.sum(), abs=spread)
    assert spread < 0.3 * chance.sum()
    assert chance[out[rows]].mean() > chance[~out[rows]].mean()


def test_an_opt_out_keeps_the_old_price_and_others_move():
    plain, model = hit(), hit(**PREMIUM)
    out = model.links.opted_out
    assert out.any() and (model.links.linked_since[out] >= 0).all()
    kept = model.links.next_review % 12 != (model.month - 1) % 12  # not reviewed this month
    kept &= plain.links.supplier == model.links.supplier
    assert (plain.links.price > 1.02 * model.links.price)[kept & out].all() and (kept & out).sum() > 10
    same = kept & ~out
    np.testing.assert_array_equal(plain.links.price[same], model.links.price[same])


def test_a_higher_chance_only_adds_opt_outs_and_a_higher_fine_only_takes_some_away():
    few, many = (hit(opt_out=chance, fine=0.0).links.opted_out for chance in (0.3, 0.6))
    fined = hit(opt_out=0.6, fine=1e9, detection=0.5).links.opted_out
    assert not (few & ~many).any() and few.sum() < many.sum()
    assert not (fined & ~many).any() and fined.sum() < many.sum()


def test_a_buyer_opts_out_only_where_it_saves_more_than_the_expected_fine():
    # A rise of 30 % saves a year 0.3 of the material in the deliveries of twelve months.
    fine, detection = 200e6, 0.5
    model = economy(linkage(opt_out=1.0, fine=fine, detection=detection), 600)
    lived(model, 3)
    saving = 0.3 * 12 * model.invoice * model.links.reference_cost[0] / np.maximum(model.links.price, 1e-9)
    move_material(model, 1.3)
    lived(model, 1)
    out = model.links.opted_out
    assert out.sum() > 10
    assert saving[out].min() > fine * detection


def test_nobody_opts_out_of_a_fall():
    model = economy(linkage(**PREMIUM), 600)
    lived(model, 3)
    move_material(model, 0.7)
    lived(model, 1)
    assert not model.links.opted_out.any()


def test_an_opt_out_that_is_found_costs_the_fine_and_the_price_follows():
    # The prime has opted out of both its contracts before the rise in March; at its end both are found.
    model = run(shocked(0.2, month=2, detection=4.0, fine=30e6), 2)
    links = model.links
    links.opted_out = links.buyer == PRIME
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == 1.0
    assert model.ledger.flows.payments["price_linkage: fines"].tolist() == [
        0,
        -60_000_000,
        0,
        0,
        60_000_000,
        0,
        0,
    ]
    assert model.firms.transfers.tolist() == [-60_000_000, 0, 0, 0]
    assert not links.opted_out.any()
    run(model, 1)
    assert price_of(model, FIRST, PRIME) == pytest.approx(1.06, rel=1e-12)
    assert price_of(model, SECOND, PRIME) == pytest.approx(1.04, rel=1e-12)


def test_a_buyer_pays_fines_as_far_as_it_has_cash():
    model = run(shocked(0.2, month=600, detection=4.0, fine=1e15), 2)
    model.links.opted_out = model.links.buyer == PRIME
    run(model, 1)
    fined = model.ledger.flows.payments["price_linkage: fines"]
    assert model.ledger.deposits[PRIME] == 0
    assert 0 < fined[4] == -fined[1] < 10**15


def test_detection_finds_its_part_of_opt_outs_a_quarter():
    model = hit(opt_out=1.0, fine=0.0, detection=1.2)
    before = model.links.opted_out.sum()
    for _ in months(model, 2):  # May and June; no further rise
        pass
    still = model.links.opted_out.sum()
    spread = 4 * np.sqrt(0.3 * 0.7 * before)
    assert before - still == pytest.approx(0.3 * before, abs=spread)
    assert spread < 0.2 * before


def test_a_contract_that_changes_its_supplier_starts_without_linkage():
    model = run(shocked(0.2), 2)
    row = row_of(model, FIRST, PRIME)
    model.links.opted_out[row] = True
    from sim.phases import failing

    failing.end_contracts(model, np.array([row]))
    assert model.links.linked_since[row] == -1
    assert not model.links.opted_out[row]
    assert not model.links.reference_cost[:, row].any()
