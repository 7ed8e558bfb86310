"""ESG screening: who is refused, who retrofits, who pays; worked out by hand."""

from typing import Any

import numpy as np
import pytest
from economies import BILLION, Design, crowd, ecosystem, run

from sim.economy.kinds import Kind, Size
from sim.model import Ecosystem
from sim.phases import planning, requirements, screening, searching
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry
from sim.rules.screening import ScreeningParameters
from sim.scenario import Scenario

PRIME, BELOW, ABOVE = range(3)
ASKS = {"screening": {"level": 0.5, "month": 0, "buyers": 1.0, "exports": 0.4, "retrofit_cost": 1.0}}
GOVERNMENT = 4  # among the holders of money


def three(*changes):
    """A conglomerate that buys from a firm below the required score; its rival is above."""
    inputs = np.zeros((3, 3))
    inputs[BELOW, PRIME] = 0.3
    design = Design(
        inputs,
        household=np.array([8.0, 0.5, 19.0]) * BILLION,
        government=[2 * BILLION, 0.5 * BILLION, BILLION],
        exports=[0.0, BILLION, 2 * BILLION],
        sector=[0, 1, 1],
        kind=[Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER],
        size_class=[Size.LARGE, Size.SME, Size.SME],
    )
    model = ecosystem(design, ASKS, *changes)
    model.firms.esg = [1.0, 0.2, 0.8]
    run(model, 1)
    model.ledger.open_month()
    model.firms.loan_rate = 0.0
    return model


def breaking_even(model, years):
    """Cost of one point of score, over yearly sales, at which the retrofit of three tenths just pays."""
    firms = model.firms
    exports = BILLION  # of which 0.4 are refused
    at_risk = 12 * (3 * BILLION + 0.4 * exports * firms.price[BELOW])
    kept = at_risk * (1 - firms.unit_cost[BELOW] / firms.price[BELOW])
    return years * kept / (1 + years * 0.08) / (0.3 * 12 * firms.sales[BELOW])


def test_by_default_nothing_is_required():
    assert ScreeningParameters().level == 0
    model = three({"screening": {"level": 0.0}})
    screening.screen_suppliers(model)
    assert "screened_out" not in model.events and model.links.supplier[0] == BELOW
    assert (requirements.export_access(model) == 1).all()
    assert (model.final.refused == 0).all()


def test_before_its_month_nothing_is_required():
    model = three({"screening": {"month": 3}})
    assert (requirements.required_score(model) == 0).all()
    model.month += 2
    assert requirements.required_score(model).tolist() == [0.5, 0, 0]


def test_the_order_of_a_supplier_below_the_score_moves_to_one_above():
    model = three()
    screening.screen_suppliers(model)
    assert (model.events["retrofits"], model.events["screened_out"]) == (0, 1)
    assert model.links.supplier[0] == ABOVE


def test_a_buyer_that_finds_nobody_better_keeps_its_supplier():
    model = three()
    model.firms.esg[ABOVE] = 0.4
    screening.screen_suppliers(model)
    assert model.events["screened_out"] == 0 and model.links.supplier[0] == BELOW


def test_buyers_that_require_a_score_take_no_newcomer_below_it_and_others_do():
    model = three()
    model.links.supplier[0] = ABOVE
    model.network.changed()
    model.firms.demand[BELOW] = 0.0  # there is room
    search = searching.Search.UNRELIABLE
    assert searching.first_offers(model, np.array([0]), search).tolist() == [-1]
    model.firms.kind[PRIME] = Kind.SUPPLIER
    assert searching.first_offers(model, np.array([0]), search).tolist() == [BELOW]


def test_a_part_of_conglomerates_requires_a_score_and_nobody_else():
    model = crowd(2000, {"screening": {"level": 0.7, "month": 0, "buyers": 0.3}})
    assert (requirements.required_score(model) == 0).all()
    model.firms.kind = Kind.CONGLOMERATE
    required = requirements.required_score(model)
    assert set(required.tolist()) == {0.0, 0.7}
    assert (required > 0).mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 2000))
    model.month += 7
    assert (requirements.required_score(model) == required).all()  # who asks, asks for good


def test_export_markets_refuse_a_part_of_what_a_firm_below_the_score_would_sell():
    model = three()
    assert model.final.exports / BILLION == pytest.approx([0, 0.6, 2])
    assert model.final.refused / BILLION == pytest.approx([0, 0.4, 0])
    model.firms.esg[BELOW] = 0.5
    assert planning.final_demand(model).refused.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("part", "retrofits"), [(0.999, 1), (1.001, 0)])
def test_a_retrofit_is_made_if_the_margin_it_saves_within_the_horizon_covers_cost_and_upkeep(part, retrofits):
    dear = {"screening": {"retrofit_cost": part * breaking_even(three(), 2.0), "years": 2.0}}
    model = three(dear)
    model.ledger.pay(model.ledger.at.government, model.ledger.every_firm, [int(100 * BILLION)], "cash")
    screening.screen_suppliers(model)
    assert model.events["retrofits"] == retrofits
    assert model.events["screened_out"] == 1 - retrofits
    firms, cost = model.firms, dear["screening"]["retrofit_cost"] * 0.3 * 12 * model.firms.sales[BELOW]
    assert firms.esg.tolist() == [1.0, 0.5 if retrofits else 0.2, 0.8]
    assert firms.esg_spent == pytest.approx([0, retrofits * cost, 0], abs=1)
    assert model.equipment == pytest.approx([0, retrofits * cost, 0], rel=1e-6)


def test_who_cannot_pay_is_replaced():
    model = three({"screening": {"retrofit_cost": 0.01}})
    firms, ledger = model.firms, model.ledger
    ledger.pay(ledger.firm([BELOW]), ledger.at.government, ledger.deposits[[BELOW]], "emptied")
    firms.credit_line[BELOW] = 0
    screening.screen_suppliers(model)
    assert (model.events["retrofits"], model.events["screened_out"]) == (0, 1)


class Sharing(Policy):
    """Let the government pay four fifths of every retrofit."""

    def adjust_retrofit_cost(self, model: Any, cost: Any) -> Any:
        return 0.2 * cost

    def on_retrofit(self, model: Any, rows: Any, cost: Any) -> None:
        paid = np.rint(0.8 * cost).astype(np.int64)
        model.fund_government(int(paid.sum()))
        model.ledger.pay(model.ledger.at.government, model.ledger.firm(rows), paid, "shared cost")


def test_shared_cost_keeps_suppliers_in_the_chain_and_the_payer_is_booked():
    model = three({"screening": {"retrofit_cost": 1.5 * breaking_even(three(), 1.0), "years": 1.0}})
    model.ledger.pay(model.ledger.at.government, model.ledger.every_firm, [int(100 * BILLION)], "cash")
    model.policies = PolicyBook([PolicyEntry("sharing", ((model.month, Sharing()),), model.month)])
    screening.screen_suppliers(model)
    assert (model.events["retrofits"], model.events["screened_out"]) == (1, 0)
    paid = -model.ledger.flows.payments["shared cost"][GOVERNMENT]
    assert paid == pytest.approx(0.8 * model.firms.esg_spent[BELOW], abs=1)


def test_scores_at_the_start_are_those_of_the_size_classes():
    scenario = Scenario.load("baseline").replacing("economy.firms", 3000, "screening.ready_micro", 0.15)

    firms = Ecosystem(scenario, seed=1).firms
    assert firms.esg.min() >= 0 and firms.esg.max() < 1
    for size, ready in ((Size.LARGE, 0.9), (Size.MID_SIZED, 0.5), (Size.SME, 0.228), (Size.MICRO, 0.15)):
        score = firms.esg[firms.living & (firms.size_class == size)]
        assert (score >= 0.5).mean() == pytest.approx(
            ready, abs=4 * np.sqrt(ready * (1 - ready) / score.size)
        )
