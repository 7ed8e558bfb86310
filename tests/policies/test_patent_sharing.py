"""Patent sharing (기술나눔): who learns how much, and what the givers pay."""

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import row_of, run

from policies.town import BELOW, FIRST, PRIME, SECOND, town
from sim.phases import quarter

NO_LUCK = {"technology": {"trend": 0.0, "imitation": 0.0, "spillover": 0.05, "quality_fading": 0.0}}


def sharing(*changes, **values):
    """The town at a quarter's end; the prime knows twice what its suppliers know."""
    given = {"transfer": 0.2, "offered": 1.0, "uptake": 1.0} | values
    model = run(town({"patent_sharing": given}, NO_LUCK, *changes), 2)
    model.ledger.open_month()
    model.innovation_scale = 0.0
    model.firms.knowledge[:] = 0.5
    model.firms.knowledge[PRIME] = 1.0
    return model, model.policies.entries[0].at(model.month)


def learnt(model):
    """Growth of each firm's knowledge in logs, a quarter."""
    before = model.firms.knowledge.copy()
    quarter.advance_technology(model)
    return np.log(model.firms.knowledge / before)


def part_sold_to_the_prime(model, supplier):
    return model.invoice[row_of(model, supplier, PRIME)] / model.firms.sales[supplier]


def test_a_user_closes_a_further_part_of_the_distance_in_proportion_to_what_it_sells_the_giver():
    model, _ = sharing()
    part = {firm: part_sold_to_the_prime(model, firm) for firm in (FIRST, SECOND)}
    grown = learnt(model)
    for firm in (FIRST, SECOND):
        # Spillover of 0.05 a year and transfer of 0.2, a quarter of a year, over ln 2.
        assert grown[firm] == pytest.approx(part[firm] * (0.05 + 0.2) / 4 * np.log(2))
    assert grown[PRIME] == grown[BELOW] == 0  # it does not deliver to the prime


def test_the_platform_reaches_suppliers_that_use_no_patents():
    model, _ = sharing(uptake=0.0, platform=0.1)
    part = part_sold_to_the_prime(model, FIRST)
    assert learnt(model)[FIRST] == pytest.approx(part * (0.05 + 0.1) / 4 * np.log(2))


def test_a_firm_behind_its_sector_learns_less():
    model, policy = sharing()
    model.firms.sector[SECOND] = model.firms.sector[FIRST]
    model.firms.output[SECOND] = 0.0  # so that the sector's mean is the first's knowledge, 0.5
    model.firms.knowledge[SECOND] = 0.25
    row = row_of(model, SECOND, PRIME)
    added = policy.adjust_spillover(model, np.zeros(model.links.rows))[row]
    assert added == pytest.approx(0.2 / 4 * np.log(4) * (0.25 / 0.5) ** 2)


def test_nobody_learns_from_a_giver_that_knows_less():
    model, policy = sharing()
    model.firms.knowledge[PRIME] = 0.4
    assert not policy.adjust_spillover(model, np.zeros(model.links.rows)).any()


def test_the_giver_pays_its_people_for_every_user_and_nobody_pays_a_licence():
    model, _ = sharing(administration=40e6, forgone_licence=99e6)
    before = model.firms.year_profit.copy()
    model.policies.call("on_quarter_end", model)
    each = round(2 * 40e6 / 4 * model.price_trend)  # two users, a quarter
    paid = model.ledger.flows.payments["patent_sharing: administration"].tolist()
    assert paid == [each, -each, 0, 0, 0, 0, 0]
    assert (model.firms.year_profit - before)[PRIME] == model.firms.transfers[PRIME] == -each


def test_givers_reckon_with_their_work_and_with_licences_forgone():
    model, policy = sharing(administration=40e6, forgone_licence=60e6)
    kept = 1 - model.parameters["government"].corporate_tax
    expected = -kept * 2 * (40e6 * model.price_trend + 60e6)
    assert policy.expected_gain(model).tolist() == pytest.approx([expected, 0, 0, 0])


def test_users_are_the_part_of_suppliers_that_are_offered_patents_and_take_them_up():
    given = {"transfer": 0.1, "offered": 0.5, "uptake": 0.4}
    model = lived(economy({"patent_sharing": given}, 600), 1)
    policy = model.policies.entries[0].at(model.month)
    givers = policy.members(model)
    reached, users = policy.reached(model, givers), policy.users(model, givers)
    assert not (users & ~reached).any()
    assert users.sum() / reached.sum() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / reached.sum()))
    assert reached.sum() > 100
