"""Partner transition: orders move to those who make new parts, and help lets more suppliers switch."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, run

from sim.economy.kinds import Kind, Size
from sim.phases import planning, switching

MAKER, FIRST, SECOND = range(3)
MOVE = {"share": 0.5, "sector": "automobiles", "month": 0, "duration": 1, "notice": 4.0, "lead": 0}


def cars(*changes, notice=4.0, **policy):
    """A maker and two suppliers that sell it all they make, 3 won against 1, at the end of a quarter."""
    inputs = np.zeros((3, 3))
    inputs[FIRST, MAKER], inputs[SECOND, MAKER] = 0.3, 0.1
    design = Design(
        inputs,
        household=np.array([0.5, 0, 0]) * 100 * BILLION,
        exports=np.array([0.5, 0, 0]) * 100 * BILLION,
        sector=[0, 0, 0],
        size_class=[Size.LARGE, Size.SME, Size.SME],
        kind=[Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER],
        names=("automobiles",),
    )
    policies = {"partner_transition": {"notice": notice} | policy} if policy else {}
    changed = {"transition": MOVE}, {"policy": policies}
    model = run(ecosystem(design, QUANTITIES_ONLY, {"transition": MOVE | {"share": 0.0}}), 2)
    settings = ecosystem(design, QUANTITIES_ONLY, *changed, *changes)
    model.parameters, model.policies = settings.parameters, settings.policies
    model.policies.call("on_month_start", model)
    model.ledger.open_month()
    return model


def orders(model):
    planning.place_orders(model)
    asked = np.bincount(model.links.supplier, model.links.order, 3)
    return asked[[FIRST, SECOND]] / model.wanted.sum()


def test_old_parts_come_from_all_and_new_ones_from_those_who_make_them():
    model = cars()
    model.firms.new_parts_from[SECOND] = model.month
    # Half stays as it was, three to one; the new half goes to the second.
    assert orders(model) == pytest.approx([0.375, 0.125 + 0.5])
    assert not model.new_parts.any()


def test_new_parts_that_nobody_makes_are_imported_at_a_premium():
    model = cars()
    assert orders(model) == pytest.approx([0.375, 0.125])
    assert model.new_parts == pytest.approx(0.5 * model.wanted)
    model.step()
    weight = model.parameters["production"]
    price = (1 + weight.import_premium) * model.import_price
    assert model.groups.imported == pytest.approx(0.5 * model.wanted)
    assert model.substitutes[MAKER] == pytest.approx(price * 0.5 * model.wanted.sum())


def test_who_begins_to_switch_makes_new_parts_after_the_lead_time():
    model = cars()
    model.firms.new_parts_from[SECOND] = model.month + 1
    assert orders(model) == pytest.approx([0.375, 0.125])
    model.month += 1
    assert orders(model) == pytest.approx([0.375, 0.625])


def margin_worth(model):
    """What the orders kept are worth over sales to the sector: 5 years of half the margin."""
    firms = model.firms
    firms.loan_rate = 0.0
    return 5 * 0.5 * (1 - firms.unit_cost[FIRST] / firms.price[FIRST])


@pytest.mark.parametrize(("part", "switch"), [(0.999, True), (1.001, False)])
def test_a_supplier_switches_if_the_orders_it_keeps_cover_cost_and_upkeep(part, switch):
    worth = margin_worth(cars())
    cost = part * worth / (1 + 5 * 0.08)
    model = cars({"transition": {"cost": cost, "years": 5.0}})
    model.firms.loan_rate = 0.0
    rich(model)
    switching.switch_products(model)
    assert (model.firms.new_parts_from[FIRST] >= 0) == switch


def rich(model):
    ledger = model.ledger
    ledger.pay(ledger.at.government, ledger.every_firm, [int(100 * BILLION)], "cash")
    ledger.open_month()


def test_help_makes_a_supplier_switch_and_is_paid_by_maker_and_government():
    worth = margin_worth(cars())
    dear = {"transition": {"cost": 1.2 * worth / (1 + 5 * 0.08), "years": 5.0}}
    plain, helped = cars(dear), cars(dear, lead_share=0.2, government_share=0.3)
    for model in (plain, helped):
        model.firms.loan_rate = 0.0
        rich(model)
        switching.switch_products(model)
    rows = np.flatnonzero(helped.firms.new_parts_from >= 0)
    assert plain.events["switches"] == 0 and FIRST in rows and MAKER not in rows
    sold = np.bincount(helped.links.supplier, helped.invoice)[rows]  # all to the maker
    cost = np.rint(dear["transition"]["cost"] * 12 * sold).astype(np.int64)
    lead, public = np.floor(0.2 * cost).sum(), np.floor(0.3 * cost).sum()
    paid = helped.ledger.flows.payments["partner_transition: government"].tolist()
    assert paid == [0, public, 0, 0, -public, 0, 0]
    assert helped.firms.transfers[MAKER] == -lead
    assert helped.firms.transfers[rows].sum() == lead + public
    assert helped.equipment.sum() == pytest.approx(cost.sum())


def test_before_the_need_begins_only_those_who_are_told_switch():
    later = {"transition": {"month": 24, "cost": 0.0}}
    plain, told = cars(later), cars(later, lead_share=0.1)
    for model in (plain, told):
        switching.switch_products(model)
    assert plain.events["switches"] == 0 and told.events["switches"] == 2


def test_without_a_transition_nobody_switches():
    model = cars({"transition": {"share": 0.0, "cost": 0.0}}, lead_share=0.1)
    switching.switch_products(model)
    assert model.events["switches"] == 0
    assert orders(model) == pytest.approx([0.75, 0.25])
