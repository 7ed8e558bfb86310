"""Money and matter: what must add up in every month of an economy in which everything happens."""

import numpy as np
import pytest

from sim.economy.accounts import HOLDERS
from sim.economy.kinds import Criticality
from sim.model import Ecosystem
from sim.phases import producing
from sim.scenario import Scenario

MONTHS = 36
TROUBLE = {
    # A shock to costs, quick failure and all policies, so that every way of booking money is used.
    "world": {"material_change": 0.4, "material_month": 6},
    "payment": {"arrears_limit": 1},
    "credit": {"debt_ceiling": 0.2, "working_months": 0.1, "liquidity_months": 0.7},
    "policy": {
        "profit_sharing": {"share": 0.2, "hurdle": 0.0},
        "price_linkage": {"take_up": 0.8, "threshold": 0.03, "opt_out": 0.5, "energy": True},
        "payment_terms": {"max_months": 2, "cash_ratio": 0.8},
        "win_win_payment": {"coverage": 0.6, "pass_down": 0.5},
        "cooperation_fund": {"contribution_rate": 0.02, "government_match": 0.5},
        "champion_support": {"budget": 0.002, "in_sourcing": 0.1},
    },
}
CASES = {
    "baseline, 300 firms": ({}, 300),
    "baseline, 1000 firms": ({}, 1000),
    "trouble, 300 firms": (TROUBLE, 300),
}


def close(got, wanted, *amounts):
    """Whether two arrays agree to a billionth of the amounts that went into them."""
    size = np.sum([np.abs(amount) for amount in amounts], axis=0)
    return bool((np.abs(got - wanted) <= 1e-9 * size).all())


class Watch:
    """Lives a run and notes, month by month, what the tests compare."""

    def __init__(self, changes, firms):
        tables = changes | {"economy": {"firms": firms}, "record": {"metrics": ["gdp"]}}
        self.model = model = Ecosystem(Scenario.from_dict(tables), seed=1)
        self.eventful = bool(changes)
        self.months = []
        self.failed = 0
        with pytest.MonkeyPatch.context() as patch:
            self.note_matter(patch)
            for _ in range(MONTHS):
                self.month = {"before": model.ledger.balance.copy()}
                self.months.append(self.month)
                model.step()
                self.failed += model.events["defaults"]
                self.note_money()

    def note_matter(self, patch):
        """Look at stocks around production and delivery."""
        produce, deliver, sell = producing.produce, producing.deliver, producing.sell_to_final_users

        def watched_produce(model):
            stock = model.groups.stock.copy()
            produce(model)
            use = model.groups.coefficient * model.firms.output[model.groups.buyer]
            self.month["production"] = stock, use, model.groups.stock.copy()

        def watched_deliver(model):
            firms, groups, links, final = model.firms, model.groups, model.links, model.final
            inputs, goods = groups.stock.copy(), firms.stock.copy()
            deliver(model)
            arrived = np.bincount(links.group, links.delivery, groups.rows)
            self.month["inputs"] = inputs, arrived, groups.imported.copy(), groups.stock.copy()
            self.month["goods"] = goods, firms.output.copy(), firms.delivered.copy(), firms.stock.copy()
            served = links.supplier >= 0
            sent = np.bincount(links.supplier[served], links.delivery[served], firms.rows)
            used = (final.home + final.exports) * final.fill
            self.month["sent"] = sent, used, firms.delivered.copy()

        def watched_sales(model):
            firms, final, sectors = model.firms, model.final, model.sectors
            capital = firms.capital.copy()
            sell(model)
            formed = firms.capital - (1 - model.parameters["production"].depreciation / 12) * capital
            imported = (1 - sectors.investment_share.sum()) * final.investment
            sold = np.bincount(firms.sector, final.home * final.fill, sectors.rows)
            rate = sold / np.maximum(final.by_sector, 1e-300)
            others = rate * (sectors.household_share * final.households.sum() + final.government)
            self.month["equipment"] = np.array(
                [formed.sum() - imported.sum(), (sold - others).sum(), sold.sum()]
            )

        patch.setattr(producing, "produce", watched_produce)
        patch.setattr(producing, "sell_to_final_users", watched_sales)
        patch.setattr(producing, "deliver", watched_deliver)

    def note_money(self):
        """Keep the statements of the month, and the least of everything that has a floor."""
        model, firms, links = self.model, self.model.firms, self.model.links
        self.month |= {
            "after": model.ledger.balance.copy(),
            "sheet": model.accounts.balance_sheet(),
            "flows": model.accounts.transactions(),
            "trade": model.accounts.trade_credit(),
            "outstanding": model.outstanding(),
            "lost by banks": int(model.banks.losses.sum()),
            "least": {
                "input stocks": model.groups.stock.min(),
                "finished goods": firms.stock.min(),
                "capital": firms.capital.min(),
                "workers": firms.workers.min(),
                "payables": links.payable.min(),
                "claims": links.claim.min(),
                "discounted claims": firms.discounted.min(),
                "loans": firms.loans.min(),
                "guarantees": firms.guaranteed.min(),
                "deposits of firms": model.ledger.deposits.min(),
                "deposits of households": model.ledger.household_deposits.min(),
                "public funds": model.ledger.balance[model.ledger.at.government],
            },
        }


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def watch(request):
    return Watch(*CASES[request.param])


def payments(month):
    flows = month["flows"]
    new = flows.index.str.startswith("new:")
    return flows[~new].drop(index="change of accounts")


def test_the_case_of_trouble_has_some(watch):
    if watch.eventful:
        booked = {reason for month in watch.months for reason in month["flows"].index}
        assert watch.failed > 3
        assert {"profit_sharing", "cooperation_fund: grants", "champion_support: grants"} <= booked
        assert "new: loans written off" in booked
        lost = [month["trade"].get("invoices written off", 0) for month in watch.months]
        assert min(lost) < 0


def test_every_instrument_sums_to_zero_over_its_holders(watch):
    for month in watch.months:
        assert (month["sheet"]["sum"] == 0).all()


def test_every_payment_sums_to_zero_over_its_holders(watch):
    for month in watch.months:
        assert (payments(month)["sum"] == 0).all()


def test_flows_explain_the_change_of_every_holders_accounts(watch):
    ranges = watch.model.ledger.at.ranges()
    for month in watch.months:
        flows = month["flows"].drop(columns="sum")
        change = month["after"] - month["before"]
        for holder in HOLDERS:
            moved = int(change[ranges[holder]].sum())
            assert flows.loc["change of accounts", holder] == moved
            assert flows.drop(index="change of accounts")[holder].sum() == moved


def test_nothing_happens_to_an_account_between_two_months(watch):
    for first, second in zip(watch.months, watch.months[1:], strict=False):
        assert np.array_equal(first["after"], second["before"])


def test_statements_are_in_whole_won(watch):
    for month in watch.months:
        for table in (month["sheet"], month["flows"]):
            assert all(kind.kind == "i" for kind in table.dtypes)


def test_net_worth_changes_by_saving_and_what_banks_lose_or_earn_on_claims(watch):
    # Money made against loans, bonds and claims changes nobody's net worth, but for loans and claims
    # written off and the discount on claims: what banks lose by these, firms gain, and conversely.
    for old, month in zip(watch.months, watch.months[1:], strict=False):
        change = month["sheet"].loc["financial net worth"] - old["sheet"].loc["financial net worth"]
        saved, flows = payments(month).sum(), month["flows"]
        gained_by_banks = flows[flows.index.str.startswith("new:")]["banks"].sum()
        assert change["sum"] == 0
        assert change["firms"] == saved["firms"] - gained_by_banks
        assert change["government"] == saved["government"]
        assert change["world"] == saved["world"]
        assert (
            change["households"] == saved["households"] + saved["banks"] + gained_by_banks
        )  # they own banks
        assert change["fund"] == saved["fund"]
        assert change["agency"] == saved["agency"]


def test_losses_of_banks_are_what_their_own_funds_bear(watch):
    for month in watch.months:
        booked = month["flows"]["banks"]
        borne = sum(
            booked.get(f"new: {reason}", 0) for reason in ("loans written off", "win-win claims redeemed")
        )
        assert month["lost by banks"] == -borne


def test_invoices_outstanding_change_by_what_was_invoiced_paid_and_lost(watch):
    for old, month in zip(watch.months, watch.months[1:], strict=False):
        booked = month["trade"].drop("outstanding").sum()
        assert month["trade"]["outstanding"] == month["outstanding"]
        assert booked == month["outstanding"] - old["outstanding"]


def test_production_takes_from_store_what_it_uses(watch):
    # A firm may go on without all of an input that does not stop it: then it uses what there is.
    essential = watch.model.groups.criticality == Criticality.ESSENTIAL
    for month in watch.months:
        stock, use, left = month["production"]
        assert close(left, stock - np.minimum(use, stock), stock, use)
        assert (use[essential] <= stock[essential] * (1 + 1e-12)).all()


def test_input_stocks_grow_by_deliveries_and_imports(watch):
    for month in watch.months:
        before, arrived, imported, after = month["inputs"]
        assert close(after, before + arrived + imported, before, arrived, imported)


def test_finished_goods_change_by_output_less_deliveries(watch):
    for month in watch.months:
        before, output, delivered, after = month["goods"]
        assert close(after, before + output - delivered, before, output, delivered)


def test_goods_delivered_are_goods_received(watch):
    for month in watch.months:
        sent, used, delivered = month["sent"]
        assert close(sent + used, delivered, delivered)


def test_capital_grows_by_what_was_imported_and_what_other_users_left_of_deliveries(watch):
    for month in watch.months:
        formed, left, sold = month["equipment"]
        assert close(formed, left, sold)


def test_nothing_that_has_a_floor_falls_below_it(watch):
    for month in watch.months:
        assert {name: least for name, least in month["least"].items() if least < 0} == {}
