"""What writing the slow economy has found wrong in the fast one; a mended defect leaves this file.

Where a defect moves the economy the slow one repeats it, so that the rest can be compared; mending it
changes both. Columns that only one of them gets right are named in `comparing.OPEN_DEFECTS`.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.draws import Decision
from sim.phases import contracting, entering, failing, planning, year
from sim.rules import lifecycle

from .test_reference import small_korea


def open_defect(reason: str, raises: type[Exception] = AssertionError) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=reason, raises=raises)


@open_defect("refresh_tiers hands buyers and suppliers to tiers() in the wrong order")
def test_tiers_stay_what_they_were_while_no_contract_changes():
    model = small_korea({})
    opening = model.firms.tier.copy()
    year.refresh_tiers(model)
    assert model.firms.tier.tolist() == opening.tolist()


@open_defect("an empty place of a list of candidates, -1, is read as the last row of firms")
def test_a_newcomer_is_given_orders_only_by_buyers_that_list_it():
    model = small_korea({"lifecycle.pilot_premium": 1.0})
    model.step()
    last = model.firms.rows - 1
    model.firms.entry_output[last] = 1e15
    links, _, _ = entering.find_pilot_customers(model, np.array([last]))
    listed = model.groups.candidates[:, model.links.group[links]] == last
    assert listed.any(axis=0).all()


@open_defect("an orphan's new supplier is judged by what the failed one delivered")
def test_a_new_supplier_is_not_called_unreliable_in_its_first_month(monkeypatch):
    model = small_korea({})
    model.step()
    row = np.flatnonzero(model.network.served & (model.links.order > 0))[10]
    model.links.delivery[row] = 0.5 * model.links.order[row]
    failing.end_contracts(model, np.array([row]))
    searches: list[tuple[contracting.Search, bool]] = []
    search = contracting.change_supplier
    monkeypatch.setattr(
        contracting,
        "change_supplier",
        lambda model, rows, why: (searches.append((why, row in rows)), search(model, rows, why)),
    )
    contracting.look_for_suppliers(model)
    assert (contracting.Search.ORPHAN, True) in searches and model.network.served[row]
    assert (contracting.Search.UNRELIABLE, True) not in searches


@open_defect("the last resort does not ask whether the firm already serves the group")
def test_the_last_resort_brings_a_supplier_that_is_new_to_the_group():
    model = small_korea({})
    network, firms = model.network, model.firms
    for group in range(model.groups.rows):
        first, *others = range(network.group_start[group], network.group_start[group + 1])
        rivals = np.flatnonzero(firms.living & (firms.sector == model.groups.sector[group]))
        if others and rivals.size > 2:
            buyer = model.links.buyer[first]
            rivals = rivals[rivals != buyer]
            rank = model.draws.uniform(Decision.CANDIDATE, 0, firms.uid[rivals], firms.uid[buyer])
            rank *= 1 + (firms.demand > firms.delivered)[rivals]
            model.links.supplier[first] = rivals[np.argmin(rank)]
            break
    model.groups.candidates[:, group] = -1
    failing.end_contracts(model, np.array(others))
    contracting.change_supplier(model, np.array(others[:1]), contracting.Search.ORPHAN)
    assert model.links.supplier[others[0]] != model.links.supplier[first]


@open_defect("founders take their market share without the others giving way")
def test_market_shares_add_up_to_one_after_an_entry():
    model = small_korea({})
    model.step()
    row = np.flatnonzero(model.firms.waiting & (model.firms.entry_home_share > 0))[:1]
    entering.found(model, row, np.array([1e6]))
    shares = np.bincount(model.firms.sector, model.firms.home_share, model.sectors.rows)
    assert shares[model.firms.sector[row]] == pytest.approx(1)


@open_defect("the allowed haircut of 1 divides by a price of zero", raises=ZeroDivisionError)
def test_capital_may_be_worthless_after_a_failure():
    model = small_korea({"lifecycle.haircut": 1.0})
    failing.sell_capital(model, np.array([5]))


@open_defect("0 to the power 0 is 1")
def test_nobody_enters_without_profit_even_if_entry_does_not_answer_to_its_size():
    assert lifecycle.entry_probability(0.5, -0.1, 0.1, 0.0) == 0


@open_defect("a firm that once lost a claim counts as part of a chain for ever")
def test_losses_of_years_ago_do_not_make_a_failure_part_of_a_chain():
    model = small_korea({})
    model.hit[:] = True  # long ago
    for _ in range(model.parameters["payment"].closing_months + 1):
        model.step()
    assert not model.hit.any()


@open_defect("stocks of inputs count one won a unit, whatever the price")
def test_inputs_in_store_are_worth_more_when_their_prices_are_higher():
    model = small_korea({})
    before = model.assets()
    model.links.price *= 2
    buys = np.unique(model.groups.buyer[model.groups.stock > 0])
    assert (model.assets()[buys] > before[buys]).all()


@open_defect(
    "sales of the year before the start are unknown, so every firm counts as small in the first year"
)
def test_a_firm_above_the_limit_of_small_firms_shows_no_restraint_in_the_first_year():
    free = small_korea({"lifecycle.size_limit": 1e9})
    cautious = small_korea({"lifecycle.size_limit": 1e9, "lifecycle.size_caution": 0.5})
    above = free.firms.living & (12 * free.firms.output > 10e9)
    planning.plan_output(free)
    planning.plan_output(cautious)
    assert above.any() and (cautious.firms.planned_output == free.firms.planned_output)[above].all()
