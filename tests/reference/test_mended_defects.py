"""What writing the slow economy has found wrong in the fast one, and what has been mended since."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.draws import Decision
from sim.core.errors import InputError
from sim.phases import entering, failing, planning, searching, year
from sim.rules import lifecycle

from .test_reference import small_korea


def test_places_in_chains_stay_what_they_were_while_no_contract_changes():
    model = small_korea({})
    firms = model.firms
    tier, upstreamness = firms.tier.copy(), firms.upstreamness.copy()
    model.month += 1  # no contract is of this month
    year.refresh_tiers(model)
    assert firms.tier.tolist() == tier.tolist()
    assert firms.upstreamness == pytest.approx(upstreamness, rel=1e-4)  # of rounded invoices


def test_a_newcomer_is_given_orders_only_by_buyers_that_list_it():
    model = small_korea({"lifecycle.pilot_premium": 1.0})
    model.step()
    last = model.firms.rows - 1
    model.firms.entry_output[last] = 1e15
    links, _, _ = entering.find_pilot_customers(model, np.array([last]))
    listed = model.groups.candidates[:, model.links.group[links]] == last
    assert listed.any(axis=0).all()


def test_a_new_supplier_is_not_called_unreliable_in_its_first_month(monkeypatch):
    model = small_korea({})
    model.step()
    row = np.flatnonzero(model.network.served & (model.links.order > 0))[10]
    model.links.delivery[row] = 0.5 * model.links.order[row]
    failing.end_contracts(model, np.array([row]))
    searches: list[tuple[searching.Search, bool]] = []
    search = searching.change_supplier
    monkeypatch.setattr(
        searching,
        "change_supplier",
        lambda model, rows, why: (searches.append((why, row in rows)), search(model, rows, why)),
    )
    searching.look_for_suppliers(model)
    assert (searching.Search.ORPHAN, True) in searches and model.network.served[row]
    assert (searching.Search.UNRELIABLE, True) not in searches


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
            rank += (firms.demand > firms.delivered)[rivals]
            model.links.supplier[first] = rivals[np.argmin(rank)]
            network.changed()
            break
    model.groups.candidates[:, group] = -1
    failing.end_contracts(model, np.array(others))
    searching.change_supplier(model, np.array(others[:1]), searching.Search.ORPHAN)
    assert model.links.supplier[others[0]] != model.links.supplier[first]


def test_market_shares_add_up_to_one_after_an_entry():
    model = small_korea({})
    model.step()
    row = np.flatnonzero(model.firms.waiting & (model.firms.entry_home_share > 0))[:1]
    entering.found(model, row, np.array([1e6]))
    shares = np.bincount(model.firms.sector, model.firms.home_share, model.sectors.rows)
    assert shares[model.firms.sector[row]] == pytest.approx(1)


def test_capital_is_never_worthless_after_a_failure():
    with pytest.raises(InputError, match="haircut"):
        small_korea({"lifecycle.haircut": 1.0})
    model = small_korea({"lifecycle.haircut": 0.999})
    firms, ledger = model.firms, model.ledger
    ledger.pay(ledger.at.government, ledger.every_firm, firms.sales, "cash to buy with")
    capital = firms.capital.sum()
    firms.living[5] = False
    failing.sell_capital(model, np.array([5]))
    assert firms.capital.sum() - capital == pytest.approx(firms.capital[5], rel=1e-5)  # price in whole won


def test_nobody_enters_without_profit_even_if_entry_does_not_answer_to_its_size():
    assert lifecycle.entry_probability(0.5, -0.1, 0.1, 0.0) == 0


@pytest.mark.parametrize(("months_ago", "chained"), [(0, 1), (12, 1), (13, 0)])
def test_only_a_loss_of_the_last_year_makes_a_failure_part_of_a_chain(months_ago, chained):
    model = small_korea({})
    model.step()
    model.last_loss[7] = model.month - months_ago
    model.firms.arrears_months[7] = model.parameters["payment"].arrears_limit
    failing.close_firms(model)
    assert model.events["defaults"] == 1 and model.events["chain_defaults"] == chained


def test_inputs_in_store_are_worth_what_their_sector_asks():
    model = small_korea({})
    before = model.assets()
    model.sectors.price_level *= 2
    inputs = model.network.sum_groups_by_buyer(model.groups.stock)
    assert inputs.sum() > 0 and model.assets() - before == pytest.approx(inputs, abs=1.0)


def test_a_firm_above_the_limit_of_small_firms_shows_no_restraint_in_the_first_year():
    free = small_korea({"lifecycle.size_limit": 1e9})
    cautious = small_korea({"lifecycle.size_limit": 1e9, "lifecycle.size_caution": 0.5})
    above = free.firms.living & (12 * free.firms.output > 10e9)
    planning.plan_output(free)
    planning.plan_output(cautious)
    assert above.any() and (cautious.firms.planned_output == free.firms.planned_output)[above].all()
