"""Technology theft: when it pays, what the rival learns, who pays whom; worked out by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from economies import BILLION, Design, ecosystem, run

from sim.economy.kinds import Size
from sim.phases import stealing
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry

PRIME, VICTIM, RIVAL = range(3)
CERTAIN = {"theft": {"opportunity": 1.0, "surcharge": 0.0}, "pricing": {"power_exponent": 1.0}}
GOVERNMENT = 4  # among the holders of money


def three(*changes, cost=0.7):
    """A prime that buys nine tenths of what a small firm sells, and the small firm's rival."""
    inputs = np.zeros((3, 3))
    inputs[VICTIM, PRIME] = 0.27
    household = np.array([8.0, 0.2, 19.0]) * BILLION
    design = Design(
        inputs,
        household=household,
        government=[2 * BILLION, 0.1 * BILLION, BILLION],
        exports=[0.0, 0.0, 2 * BILLION],
        sector=[0, 1, 1],
        size_class=[Size.LARGE, Size.SME, Size.SME],
    )
    model = run(ecosystem(design, CERTAIN, *changes), 1)
    model.ledger.open_month()
    model.firms.unit_cost[RIVAL] = cost
    return model


def innovate(model, size=0.1, product=False):
    """Let the small firm innovate and its buyer be tempted."""
    firms = model.firms
    innovated = np.array([False, True, False])
    column = firms.quality if product else firms.knowledge
    column[VICTIM] *= 1 + size
    stealing.take_technology(model, innovated, np.full(3, size), np.full(3, product))
    return model


def figures(model):
    """(price asked by the rival, yearly saving, yearly sales of the victim), by hand."""
    flow = 2.7 * BILLION
    power = 1 / (1 + flow / (22 * BILLION))  # all of the buyer's purchases, an eighth of the rival's sales
    asked = 0.7 + power * (1 - 0.7)
    return asked, 12 * flow * (1 - asked), 12 * 3 * BILLION


def test_the_order_moves_to_the_rival_at_the_price_it_asks_and_the_rival_learns():
    model = innovate(three())
    asked, _, _ = figures(model)
    assert model.events["thefts"] == 1
    assert model.links.supplier[0] == RIVAL
    assert model.links.price[0] == pytest.approx(asked, rel=1e-6)
    assert model.firms.knowledge == pytest.approx([1.0, 1.1, 1.1])
    assert model.firms.quality == pytest.approx([1.0, 1.0, 1.0])


def test_of_a_product_the_rival_gets_the_quality():
    model = innovate(three(), product=True)
    assert model.firms.quality == pytest.approx([1.0, 1.1, 1.1])
    assert model.firms.knowledge == pytest.approx([1.0, 1.0, 1.0])


@pytest.mark.parametrize(("own", "then"), [(0.9, 0.99), (1.05, 1.1), (1.3, 1.3)])
def test_a_copy_is_no_better_than_the_original(own, then):
    model = three()
    model.firms.knowledge[RIVAL] = own
    assert innovate(model).firms.knowledge[RIVAL] == pytest.approx(then)


@pytest.mark.parametrize(("part", "steals"), [(0.999, True), (1.001, False)])
def test_theft_pays_until_expected_damages_and_surcharge_reach_the_saving(part, steals):
    _, saving, sales = figures(None)
    # 0.5 (surcharge + 0.1 * 0.2 * sales) = 2 years of savings
    surcharge = 2 * saving / 0.5 - 0.1 * 0.2 * sales
    law = {"years": 2.0, "detection": 0.5, "award": 0.1, "loss": 0.2, "surcharge": part * surcharge}
    assert innovate(three({"theft": law})).events["thefts"] == steals


def test_nobody_steals_what_the_rival_cannot_make_for_less_or_on_small_new_and_minor_contracts():
    def changed(**columns):
        model = three()
        for name, value in columns.items():
            if name == "size_class":
                model.firms.size_class[PRIME] = value
            else:
                getattr(model.links, name)[0] = value
        return innovate(model)

    assert innovate(three(cost=1.0)).events["thefts"] == 0
    assert changed(size_class=Size.SME).events["thefts"] == 0
    assert changed(since=three().month).events["thefts"] == 0
    assert innovate(three({"theft": {"main_share": 0.95}})).events["thefts"] == 0
    assert changed().events["thefts"] == 1


def proven(**law):
    """The economy after a theft that is always proven."""
    return three({"theft": {"detection": 1.0, "award": 0.01, "loss": 0.25, "surcharge": 2e6} | law})


def test_a_proven_thief_pays_damages_to_the_victim_and_a_surcharge_to_the_government():
    model = proven()
    before, profit = model.ledger.deposits.copy(), model.firms.year_profit.copy()
    innovate(model)
    damages = round(0.01 * 0.25 * 36 * BILLION)
    assert model.events["thefts_proven"] == 1
    assert (model.ledger.deposits - before).tolist() == pytest.approx([-damages - 2e6, damages, 0], abs=100)
    assert (model.firms.year_profit - profit).tolist() == pytest.approx([-damages - 2e6, damages, 0], abs=100)
    paid = model.ledger.flows.payments
    assert paid["technology-theft damages"].sum() == 0
    assert paid["technology-theft surcharge"][GOVERNMENT] == 2_000_000


def test_a_thief_without_cash_pays_what_it_has_and_owes_the_surcharge():
    model = proven()
    ledger = model.ledger
    ledger.pay(ledger.firm([PRIME]), ledger.at.government, ledger.deposits[[PRIME]] - 1000, "emptied")
    before = ledger.deposits.copy()
    innovate(model)
    assert (ledger.deposits - before).tolist() == [-1000, 1000, 0]
    assert model.firms.tax_due[PRIME] == 2_000_000


def test_undetected_theft_costs_nothing():
    model = three({"theft": {"detection": 0.0}})
    before = model.ledger.deposits.copy()
    innovate(model)
    assert (model.events["thefts"], model.events["thefts_proven"]) == (1, 0)
    assert model.ledger.deposits.tolist() == before.tolist()


class Protection(Policy):
    """Make every theft proven and dear."""

    def adjust_penalties(self, model: Any, law: Any, rows: Any) -> Any:
        return replace(law, detection=np.ones(rows.size), surcharge=np.full(rows.size, 1e15))


def test_a_policy_can_change_detection_damages_and_surcharge_in_one_place():
    model = three()
    model.policies = PolicyBook([PolicyEntry("protection", ((model.month, Protection()),), model.month)])
    assert innovate(model).events["thefts"] == 0


def test_expected_theft_follows_innovators_only_and_lowers_research():
    model = innovate(three({"technology": {"memory": 2.0}, "theft": {"loss": 0.5}}))
    # One of one innovator of sector 1 was robbed: an eighth of the way from 0 to 1.
    assert model.theft_risk == pytest.approx([0.0, 0.125])
    spending = model.research_spending() / (model.firms.price * model.firms.output * model.firms.funded)
    assert spending / model.firms.research_intensity == pytest.approx([1, 1 - 0.0625, 1 - 0.0625])
    stealing.take_technology(model, np.zeros(3, dtype=bool), np.zeros(3), np.zeros(3, dtype=bool))
    assert model.theft_risk == pytest.approx([0.0, 0.125])  # nobody innovated, nothing was learnt
    model.links.supplier[0] = RIVAL  # its other customers are small
    stealing.take_technology(model, np.array([False, True, False]), np.full(3, 0.1), np.zeros(3, dtype=bool))
    assert model.theft_risk == pytest.approx([0.0, 0.125 * 7 / 8])
