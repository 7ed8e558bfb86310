"""ESG support (공급망 ESG·탄소 지원): who is helped, who pays, at which rival's expense; by hand."""

import numpy as np
import pytest
from economies import BILLION
from technology.test_screening import ABOVE, BELOW, PRIME, breaking_even, three

from policies.test_smart_factory import suppliers_of_one
from sim.economy.kinds import NOBODY, Size
from sim.phases import screening

HORIZON = 1.0  # years
UPKEEP = 0.08 * HORIZON  # of equipment, within the horizon
SHARED = {"government_share": 0.3, "lead_share": 0.3}


def helped(cost, **values):
    """The supplier below the score, its retrofit costing a part of what it may cost without help."""
    without = breaking_even(three(), HORIZON)
    help_ = {"policy": {"esg_support": {"offered": 1.0, "cap": 1e12} | values}} if values else {}
    model = three({"screening": {"retrofit_cost": cost * without, "years": HORIZON}}, help_)
    ledger = model.ledger
    ledger.pay(ledger.at.government, ledger.every_firm, [int(100 * BILLION)], "cash")
    ledger.open_month()
    return model


def cost_of(model):
    """Three tenths of the score, in won."""
    weight = model.parameters["screening"]
    return round(weight.retrofit_cost * 0.3 * 12 * int(model.firms.sales[BELOW]))


def paid(model, what):
    """Won by holder: households, firms, banks, fund, government, agency, rest of the world."""
    return model.ledger.flows.payments[f"esg_support: {what}"].tolist()


def test_government_and_lead_firm_pay_three_tenths_each_and_the_supplier_the_rest():
    model = helped(1.2, **SHARED)
    before, cost = model.ledger.deposits.copy(), cost_of(model)
    screening.screen_suppliers(model)
    each = int(0.3 * cost)
    assert each > 1e9
    assert paid(model, "government") == [0, each, 0, 0, -each, 0, 0]
    assert paid(model, "lead firms") == [0] * 7  # from firm to firm
    assert (model.ledger.deposits - before).tolist() == [-each, 2 * each, 0]
    assert model.firms.transfers.tolist() == [-each, 2 * each, 0]
    # The equipment costs all of it, so the supplier is left with 40 %.
    assert model.equipment[BELOW] == pytest.approx(cost) and model.firms.esg[BELOW] == 0.5


def test_the_order_kept_by_help_is_one_that_a_rival_goes_without():
    alone, shared = helped(1.2), helped(1.2, **SHARED)
    for model in (alone, shared):
        screening.screen_suppliers(model)
    assert (alone.events["retrofits"], shared.events["retrofits"]) == (0, 1)
    assert (alone.events["screened_out"], shared.events["screened_out"]) == (1, 0)
    assert (alone.links.supplier[0], shared.links.supplier[0]) == (ABOVE, BELOW)
    assert alone.links.order[0] == shared.links.order[0]


@pytest.mark.parametrize(("part", "retrofits"), [(0.999, 1), (1.001, 0)])
def test_help_goes_as_far_as_the_margin_kept_covers_upkeep_and_own_share(part, retrofits):
    # Without help a year's margin covers upkeep and cost; with it upkeep and 40 % of the cost.
    model = helped(part * (1 + UPKEEP) / (0.4 + UPKEEP), **SHARED)
    screening.screen_suppliers(model)
    assert model.events["retrofits"] == retrofits


def test_who_would_have_retrofitted_anyway_is_paid_all_the_same():
    alone, shared = helped(0.9), helped(0.9, **SHARED)
    for model in (alone, shared):
        screening.screen_suppliers(model)
    assert alone.events["retrofits"] == shared.events["retrofits"] == 1
    assert paid(shared, "government")[1] > 1e9


def test_the_government_pays_no_more_than_the_cap():
    model = helped(0.9, **SHARED | {"cap": 240e6})
    screening.screen_suppliers(model)
    assert paid(model, "government")[1] == 240_000_000
    assert model.firms.transfers[PRIME] == -int(0.3 * cost_of(helped(0.9)))


def test_a_lead_firm_without_cash_helps_nobody_and_then_the_government_does_not_either():
    model = helped(0.9, **SHARED)
    ledger = model.ledger
    ledger.pay(ledger.firm([PRIME]), ledger.at.government, ledger.deposits[[PRIME]] - 1000, "emptied")
    screening.screen_suppliers(model)
    assert model.events["retrofits"] == 1 and paid(model, "government") == [0] * 7


def test_without_screening_and_for_suppliers_above_the_score_or_not_small_there_is_no_help():
    def leads(change=None, **screened):
        model = helped(0.9, **SHARED)
        if change:
            change(model.firms)
        weight = model.parameters["screening"].model_copy(update=screened)
        model.parameters["screening"] = weight
        (policy,) = model.policies.in_force(model.month)
        return policy.helped(model).tolist()

    def large(firms):
        firms.size_class[BELOW] = Size.MID_SIZED

    assert leads() == [NOBODY, PRIME, NOBODY]
    assert leads(level=0.0) == leads(level=0.2) == leads(large) == [NOBODY] * 3


def test_a_larger_part_offered_only_adds_suppliers():
    low = {"screening": {"level": 0.5}}

    def chosen(part):
        model, policy = suppliers_of_one(low, {"policy": {"esg_support": {"offered": part}}}, projects=0.0)
        model.firms.esg = 0.0
        return set(np.flatnonzero(policy.helped(model) != NOBODY).tolist())

    few, many, everyone = chosen(0.3), chosen(0.7), chosen(1.0)
    assert few < many < everyone == set(range(1, 41))
    assert pytest.approx(len(few), abs=3 * np.sqrt(40 * 0.21)) == 0.3 * 40


def test_what_helping_is_expected_to_cost_is_the_lead_firms_share_after_tax():
    model = helped(0.9, **SHARED)
    (policy,) = model.policies.in_force(model.month)
    tax = model.parameters["government"].corporate_tax
    assert policy.expected_gain(model).tolist() == pytest.approx(
        [-(1 - tax) * int(0.3 * cost_of(model)), 0, 0]
    )
