"""Performance sharing (성과공유제): what a price falls in a review is divided; buyers pay for research."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, row_of, run

from policies.town import BELOW, FIRST, NO_INTEREST, PRIME, SECOND, town
from sim.economy.kinds import Kind, Size

PRIMES = {"kind": ["conglomerate"]}
WEAK, RIVAL = 1, 2  # a supplier without any power against its only buyer, and the other firm of its sector


def sharing(**values):
    return {"performance_sharing": {"share": 0.605, "where": PRIMES} | values}


def pressed(policies=None, **values):
    """A prime that brings the price of its weak supplier down to unit cost in every review.

    The supplier sells nothing to anybody else and makes 2 % of what the prime buys, so its power is 0.02^4.
    """
    inputs = np.zeros((3, 3))
    inputs[WEAK, PRIME], inputs[RIVAL, PRIME] = 0.2 * 0.02, 0.2 * 0.98
    sales = 100 * BILLION
    design = Design(
        inputs,
        household=[0.6 * sales, 0.0, 0.1 * sales],
        government=[0.3 * sales, 0.0, 0.0],
        exports=[0.1 * sales, 0.0, 0.0],
        sector=[0, 1, 1],
        kind=[Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER],
        size_class=[Size.LARGE, Size.SME, Size.SME],
        **values,
    )
    hard = {"pricing": {"power_exponent": 4.0, "review_rate": 1.0, "cost_cutting": 1.0}}
    model = ecosystem(design, QUANTITIES_ONLY, NO_INTEREST, hard, {"policy": policies or {}})
    model.links.outside_option[:] = 1.0
    model.firms.productivity[WEAK] *= 1.25  # a cost cut of the supplier, which pay has followed already
    model.sectors.output_per_worker = model.output_per_worker()
    return model


def price(model):
    return float(model.links.price[row_of(model, WEAK, PRIME)])


@pytest.mark.parametrize("share", [0.25, 0.605, 1.0])
def test_the_buyer_gets_one_less_the_share_of_what_the_price_would_fall(share):
    # Without power the agreed price is unit cost; within twelve months it is reviewed once.
    model = run(pressed(sharing(share=share)), 12)
    cost = float(model.firms.unit_cost[WEAK])
    assert cost < 0.9
    assert price(model) == pytest.approx(1 - (1 - share) * (1 - cost), abs=1e-6)
    assert price(run(pressed(), 12)) == pytest.approx(cost, abs=1e-6)


def test_the_next_review_divides_what_is_left():
    model = run(pressed(sharing()), 24)
    cost = float(model.firms.unit_cost[WEAK])
    assert price(model) == pytest.approx(cost + 0.605**2 * (1 - cost), abs=1e-6)


def test_prices_of_buyers_outside_fall_as_before():
    model = run(pressed(sharing(where={"kind": ["startup"]})), 12)
    assert price(model) == pytest.approx(float(model.firms.unit_cost[WEAK]), abs=1e-6)


def test_rises_are_left_alone():
    plain, model = pressed(), pressed(sharing())
    for each in (plain, model):
        each.firms.productivity[WEAK] /= 2
        run(each, 12)
    assert price(plain) == price(model) >= 1


def test_what_the_supplier_keeps_the_buyer_pays_to_the_won():
    # Every unit delivered after the review costs the prime, and brings the supplier, that much more.
    plain, model = run(pressed(), 13), run(pressed(sharing()), 13)
    row = row_of(model, WEAK, PRIME)
    more = (price(model) - price(plain)) * model.links.delivery[row]
    assert more > 1e6
    assert model.links.delivery[row] == pytest.approx(plain.links.delivery[row], rel=1e-3)
    assert model.invoice[row] - plain.invoice[row] == pytest.approx(more, rel=0.02)
    assert not model.firms.transfers.any()


def test_expected_is_what_a_years_cuts_would_leave_with_suppliers_after_tax():
    model = run(pressed(sharing()), 1)
    (policy,) = model.policies.in_force(model.month)
    firms, links = model.firms, model.links
    expected = 0.0
    for row in range(links.rows):
        supplier = links.supplier[row]
        own = model.invoice[row] / firms.sales[supplier]
        power = links.share[row] ** 4 / (links.share[row] ** 4 + own**4)
        level = model.sectors.price_level[firms.sector[supplier]]
        agreed = firms.unit_cost[supplier] + power * (level - firms.unit_cost[supplier])
        fall = max(0.0, 1 - agreed / links.price[row])
        expected += 12 * model.invoice[row] * (1 - power) * 0.605 * fall
    expected *= 1 - model.parameters["government"].corporate_tax
    assert expected > 1e6
    assert policy.expected_gain(model)[PRIME] == pytest.approx(-expected, rel=1e-6)


# --- joint research ------------------------------------------------------------------------------


def test_members_pay_for_research_in_proportion_to_deliveries():
    plain, model = town({}), town(sharing(share=0.0, projects=0.01))
    run(plain, 1), run(model, 1)
    paid = {firm: int(0.01 * model.invoice[row_of(model, firm, PRIME)]) for firm in (FIRST, SECOND)}
    assert paid[FIRST] > 1e7
    got = model.firms.transfers
    assert got.tolist() == [-paid[FIRST] - paid[SECOND], paid[FIRST], paid[SECOND], 0]
    assert model.ledger.flows.payments["performance_sharing: projects"].tolist() == [0] * 7
    # The supplier spends all of it on pay of researchers and the tax on that pay.
    more = model.firms.wage_bill - plain.firms.wage_bill
    assert more.tolist() == [0, pytest.approx(paid[FIRST], abs=2), pytest.approx(paid[SECOND], abs=2), 0]
    assert more[BELOW] == 0


def test_research_that_is_paid_for_makes_more_innovations():
    found = []
    for projects in (0.0, 0.05):
        model, count = economy(sharing(share=0.0, projects=projects, where={})), 0
        for _ in range(12):
            lived(model, 1)
            count += model.events.pop("innovations", 0)
        found.append(count)
    assert found[1] > found[0] > 0


def test_a_buyer_pays_for_research_out_of_what_cash_it_has():
    model = run(town(sharing(share=0.0, projects=0.1), NO_INTEREST), 1)
    (policy,) = model.policies.in_force(model.month)
    wanted = {firm: 0.1 * model.invoice[row_of(model, firm, PRIME)] for firm in (FIRST, SECOND)}
    left = round(0.5 * sum(wanted.values()))
    model.ledger.pay(model.ledger.firm(PRIME), 0, [int(model.ledger.deposits[PRIME]) - left], "owners")
    model.firms.commissioned[:] = 0
    policy.on_settlement(model)
    for firm, won in wanted.items():
        assert model.firms.commissioned[firm] == pytest.approx(0.5 * won, abs=2)
    assert 0 <= model.ledger.deposits[PRIME] <= 2
