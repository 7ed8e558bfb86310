"""Profit is what makes a firm richer: to the won, in every month, for every firm."""

import numpy as np
import pytest

from sim.economy.economy import Economy
from sim.model import Ecosystem
from sim.phases import entering, failing, year
from sim.scenario import Scenario

from .test_money_and_matter import TROUBLE

MONTHS = 36
ARREARS = {"payment": {"arrears_limit": 3}}  # late debtors live on, and pay penalty interest
WITHOUT_POLICIES = {name: table for name, table in TROUBLE.items() if name != "policy"} | ARREARS

# What changes a firm's wealth without being income or cost: equity put in, profit paid out or taxed,
# equipment given, and capital bought from failed firms.
BESIDES_INCOME = (
    (entering, "found"),
    (failing, "sell_capital"),
    (year, "tax_profits"),
    (year, "pay_dividends"),
    (Economy, "grant_equipment"),
)


def net_worth(model):
    """(n_firms,) won of money and claims less debts, pay and tax owed included."""
    firms, links, runoff = model.firms, model.links, model.runoff
    worth = model.ledger.deposits - firms.loans - firms.discounted.sum(axis=0)
    worth -= firms.wages_due + firms.tax_due
    served = np.flatnonzero(links.supplier >= 0)
    drawn = np.flatnonzero(links.drawer >= 0)
    for debtor, creditor, won in (
        (links.buyer[served], links.supplier[served], links.payable[:, served].sum(axis=0)),
        (links.drawer[drawn], links.supplier[drawn], links.claim[:, drawn].sum(axis=0)),
        (runoff.debtor, runoff.creditor, runoff.amount),
    ):
        np.add.at(worth, creditor, won)
        np.subtract.at(worth, debtor, won)
    return worth


@pytest.mark.parametrize(
    "changes",
    [{}, WITHOUT_POLICIES, TROUBLE | ARREARS, TROUBLE],
    ids=["calm", "arrears", "policies", "failures"],
)
def test_wealth_grows_by_profit_and_what_owners_and_equipment_take(changes, monkeypatch):
    tables = changes | {"economy": {"firms": 300}, "record": {"metrics": ["gdp"]}}
    model = Ecosystem(Scenario.from_dict(tables), seed=1)
    besides = np.zeros(model.firms.rows, dtype=np.int64)
    seen = set()

    def watch(place, name):
        act = getattr(place, name)

        def watched(first, *rest):
            before = net_worth(model)
            result = act(first, *rest)
            besides[:] += net_worth(model) - before
            seen.add(name)
            return result

        monkeypatch.setattr(place, name, watched)

    for place, name in BESIDES_INCOME:
        watch(place, name)
    penalties = losses = 0
    for _ in range(MONTHS):
        before, living = net_worth(model), model.firms.living.copy()
        besides[:] = 0
        model.step()
        firms = model.firms
        kept = living & firms.living
        grown = net_worth(model) - before - besides
        earned = firms.profit + firms.depreciation - model.investment_spending
        assert np.array_equal(grown[kept], earned[kept])
        penalties += model.ledger.flows.trade_credit.get("penalty interest", 0)
        losses += int(firms.losses[kept].sum())
    assert {"found", "tax_profits", "pay_dividends"} <= seen
    if changes:
        assert penalties > 0 and losses > 0 and "sell_capital" in seen
