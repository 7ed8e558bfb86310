"""Champion support (대기업 집중 지원): grants by size, work taken in-house, harder price cuts."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import BILLION, run

from policies.town import FIRST, PRIME, SECOND, chain, town, year_of
from sim.phases import contracting

EVEN = {"production": {"margin_spread": 0.0}, "credit": {"debt_spread": 0.0}}  # alike in every seed


def support(**values):
    return {"champion_support": {"budget": 0.01} | values}


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0, 3.0])
def test_grants_are_proportional_to_a_power_of_value_added(alpha):
    plain, model = town(), town(support(concentration=alpha))
    added = year_of(plain)["value_added"]
    year_of(model)
    pool = int(0.01 * added.sum())
    weight = (added / added.sum()) ** alpha
    got = model.firms.transfers
    assert pool > 1e9
    assert got.sum() == pool
    assert got == pytest.approx(pool * weight / weight.sum(), abs=1)


def test_even_support_gives_each_a_quarter_and_concentrated_support_the_largest_most():
    even, steep = town(support(concentration=0.0)), town(support(concentration=3.0))
    added = year_of(even)["value_added"]
    year_of(steep)
    assert np.ptp(even.firms.transfers) <= 1
    assert np.argsort(steep.firms.transfers).tolist() == np.argsort(added).tolist()
    assert np.ptp(steep.firms.transfers) > 0.2 * steep.firms.transfers.sum()


def test_the_government_pays_and_each_years_grants_follow_that_years_value_added():
    model = town(support())
    for _ in range(2):
        added = year_of(model)["value_added"].sum()
        row = model.ledger.flows.payments["champion_support: grants"]
        pool = int(0.01 * added)
        assert row.tolist() == [0, pool, 0, 0, -pool, 0, 0]


def test_capital_of_the_supported_rises_in_january_by_the_grant_over_the_price_of_equipment():
    plain, model = town(), town(support(where={"kind": ["conglomerate"]}))
    year_of(plain), year_of(model)
    got = model.firms.transfers.copy()
    run(plain, 1), run(model, 1)
    assert got[FIRST:].tolist() == [0, 0, 0]
    rise = model.firms.capital - plain.firms.capital
    assert rise == pytest.approx(got / plain.investment_price, rel=1e-6)


def grouped(policies, seed=1, specificity=0.0):
    """The prime buys from an outsider of a sector in which its business group has an affiliate."""
    inputs = np.zeros((4, 4))
    inputs[FIRST, PRIME] = 0.3
    design = chain(
        inputs=inputs,
        sector=[0, 1, 1, 2],
        household=np.array([8, 1, 20, 1]) * BILLION,  # the affiliate is large enough for the order
        specificity=specificity,
    )
    model = town(policies, EVEN, design=design, seed=seed)
    model.firms.business_group[[PRIME, SECOND]] = 0
    return model


def outside_orders(model):
    """Whether the outsider still delivers to the prime."""
    links = model.links
    return bool(((links.supplier == FIRST) & (links.buyer == PRIME)).any())


def test_groups_leave_outside_orders_alone_without_the_policy():
    assert outside_orders(run(grouped({}), 24))


def quarters_until_in_house(seed, **values):
    model = grouped({"champion_support": values}, seed)
    for quarter in range(40):
        if not outside_orders(model):
            return quarter
        run(model, 3)
    return 40


def test_in_sourcing_moves_an_outside_order_to_the_affiliate_at_the_stated_hazard():
    # The hazard is in proportion to the outsider's margin; a quarter of the yearly one, tried every
    # quarter, makes the wait geometric: mean 1/p, variance (1 - p)/p^2.
    start = grouped({})
    margin = 1 - start.firms.unit_cost[FIRST] / start.links.price[0]
    chance = margin / start.parameters["matching"].usual_margin / 4
    waits = [quarters_until_in_house(seed, in_sourcing=1.0) for seed in range(60)]
    assert 0.1 < chance < 0.5
    assert np.mean(waits) == pytest.approx(1 / chance, abs=4 * np.sqrt((1 - chance) / 60) / chance)
    assert min(waits) >= 1


def test_what_is_taken_in_house_goes_to_a_firm_of_the_group_in_the_same_sector():
    model = grouped(support(in_sourcing=1.0))
    row = int(np.flatnonzero((model.links.supplier == FIRST) & (model.links.buyer == PRIME))[0])
    while outside_orders(model):
        run(model, 3)
    assert model.links.supplier[row] == SECOND


def test_inputs_that_are_fully_specific_are_not_taken_in_house():
    assert outside_orders(run(grouped(support(in_sourcing=1.0), specificity=1.0), 36))


def cuts(policies):
    """Price cuts in twelve rounds of reviews in which every buyer wants and can get a lower price."""
    model = lived(economy(policies, 600), 1)
    firms, links = model.firms, model.links
    firms.business_group = np.where(firms.uid % 2, 0, -1)
    links.outside_option = 0.0
    before, found = links.price.copy(), []
    for _ in range(12):
        model.month += 1
        links.price, links.next_review = before, model.month
        contracting.review_contracts(model)
        found.append(links.price < before)
    grouped = firms.business_group[links.buyer] >= 0
    return np.array(found) & grouped, np.array(found) & ~grouped


def test_a_factor_of_two_doubles_the_frequency_of_price_cuts_by_groups_and_by_nobody_else():
    weak, weak_others = cuts({})
    hard, hard_others = cuts({"champion_support": {"cost_cutting": 2.0}})
    assert np.array_equal(weak_others, hard_others)
    assert not (weak & ~hard).any()  # common draws: who is cut anyway is cut again
    # Cuts come with a chance of at most a half, so doubling it is never capped; the further cuts are
    # as likely as the first ones, and their difference has the variance of their sum.
    first, further = weak.sum(), (hard & ~weak).sum()
    assert further == pytest.approx(first, abs=4 * np.sqrt(2 * first))
    assert first > 150
