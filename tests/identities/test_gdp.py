"""Gross domestic product is the same by what is produced and by what is bought."""

import numpy as np
import pytest
from economies import BILLION, QUANTITIES_ONLY, Design, ecosystem, run

from sim import metrics
from sim.model import Ecosystem
from sim.phases import failing, producing
from sim.scenario import Scenario

from .test_money_and_matter import TROUBLE

MONTHS = 30


@pytest.fixture(scope="module", params=[{}, TROUBLE], ids=["baseline", "trouble"])
def months(request):
    """Live some months; return what was bought, made and put in store in each."""
    tables = request.param | {"economy": {"firms": 300}, "record": {"metrics": ["gdp"]}}
    model = Ecosystem(Scenario.from_dict(tables), seed=1)
    kept, month = [], {}
    produce, deliver = producing.produce, producing.deliver

    def watched_produce(model):
        month["stocks"] = -model.firms.stock, -model.groups.stock
        produce(model)

    def watched_deliver(model):
        deliver(model)
        month["stocks"] = month["stocks"][0] + model.firms.stock, month["stocks"][1] + model.groups.stock

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(producing, "produce", watched_produce)
        patch.setattr(producing, "deliver", watched_deliver)
        for _ in range(MONTHS):
            model.step()
            kept.append(month | nominal(model) | real(model, *month["stocks"]))
    assert sum(month["substitutes"] for month in kept) > 0
    return kept


def nominal(model):
    """Won bought by final users, and earned by firms."""
    flows = model.accounts.transactions()
    consumption = int(model.households.consumption.sum()) - int(flows.loc["sales tax", "government"])
    government = -int(flows.loc["home sales", "government"]) - int(
        flows.loc["imports of government", "government"]
    )
    imported = flows.index.str.startswith("import")
    return {
        "bought": consumption
        + government
        + int(model.investment_spending.sum())
        - int(flows.loc["exports", "world"])
        - int(flows[imported]["world"].sum()),
        "earned": int((model.firms.sales - model.firms.purchases).sum()),
        "gdp": metrics.value("gdp", model) / model.scale,
        "prices": (model.firms.price.copy(), model.sectors.price_level[model.groups.sector]),
    }


def real(model, goods, inputs):
    """Units bought by final users and put in store, less imports, at opening prices."""
    firms, final = model.firms, model.final
    premium = model.parameters["production"].import_premium
    imports = firms.material_coefficient * firms.output
    users = (final.home + final.exports) * final.fill
    return {
        "real": users.sum()
        + goods.sum()
        + inputs.sum()
        - imports.sum()
        - (1 + premium) * model.groups.imported.sum(),
        "real_gdp": metrics.value("real_gdp", model) / model.scale,
        "substitutes": model.substitutes.sum(),
    }


def test_what_firms_earn_is_what_final_users_buy_less_imports_to_the_won(months):
    for month in months:
        assert month["earned"] == month["bought"]


def test_gdp_is_that_and_what_was_put_in_store(months):
    for month in months:
        stored = sum(
            float(units @ price) for units, price in zip(month["stocks"], month["prices"], strict=True)
        )
        assert month["gdp"] == pytest.approx(month["bought"] + stored, rel=1e-9)


def test_real_gdp_is_what_final_users_get_and_what_is_stored_less_imports_at_opening_prices(months):
    for month in months:
        assert month["real_gdp"] == pytest.approx(month["real"], rel=1e-9)


def assembler(**changes):
    """Return firm 0, which sells to final users and buys 0.4 a unit from firm 1, the only other."""
    inputs = np.array([[0.0, 0.0], [0.4, 0.0]])
    values = {"household": [9 * BILLION, 0], "exports": [BILLION, 0], "imports": [0.05, 0.0]} | changes
    return ecosystem(Design(inputs, **values), QUANTITIES_ONLY, {"production": {"import_substitution": 0.5}})


def test_inputs_imported_in_place_of_missing_ones_lower_real_gdp_by_what_they_cost():
    model = assembler()
    firms = model.firms
    firms.stock[1], firms.workers[1], firms.capital[1] = 0, 0, firms.capital[1] / 2.5
    # Firm 1 can make at most half of the 4 bn units ordered: its normal use of capacity is 0.8.
    firms.workers[1] = 4 * BILLION / firms.productivity[1]
    run(model, 1)
    made = 2 * BILLION
    assert firms.output.tolist() == pytest.approx([10 * BILLION, made])
    assert model.groups.used.tolist() == pytest.approx([4 * BILLION])
    assert model.groups.imported.tolist() == pytest.approx([BILLION])
    # Firm 0 makes 10 of 4 units and 0.5 imported; half of the missing 2 cost a quarter more than usual.
    by_hand = 10 * BILLION - 4 * BILLION - 0.5 * BILLION + made - 0.25 * BILLION
    assert metrics.value("real_gdp", model) / model.scale == pytest.approx(by_hand, rel=1e-6)


def test_equipment_that_nobody_can_deliver_is_neither_paid_nor_had():
    model = assembler(investment=[0, BILLION], imported_investment=BILLION / 2)
    run(model, 1)
    assert model.sectors.investment_share.tolist() == pytest.approx([0, 2 / 3])
    failing.fail(model, np.array([1]))
    capital = model.firms.capital.copy()
    run(model, 1)
    ordered, wear = model.final.investment, model.parameters["production"].depreciation / 12
    assert ordered[0] > 0.01 * BILLION
    formed = model.firms.capital - (1 - wear) * capital
    assert formed == pytest.approx(ordered / 3)
    assert model.investment_spending.tolist() == pytest.approx((ordered / 3).tolist(), abs=2)
