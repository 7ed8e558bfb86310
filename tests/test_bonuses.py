"""Bonuses out of the year's profit: who pays and receives what, and the rest point with them."""

from typing import Any

import numpy as np
import pytest
from economies import BILLION, Design, ecosystem, run
from policies.town import PRIME, town, year_of

from sim.economy.kinds import Size
from sim.phases import bonuses
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry

SHARE = {"labour": {"bonus_share": 0.2}}
HOUSEHOLDS, FIRMS, _, _, GOVERNMENT, *_ = range(7)  # holders of money


def test_workers_get_their_share_of_profit_and_the_state_its_taxes():
    model = town(None, SHARE)
    profit = year_of(model)["profit"]
    firms, paid = model.firms, model.ledger.flows.payments
    assert (profit > 0).all()
    cost = np.floor(0.2 * profit)
    bonus = np.floor(cost / 1.1)
    assert -paid["bonuses"][FIRMS] == pytest.approx(0.84 * bonus.sum(), abs=4)
    assert paid["bonuses"][HOUSEHOLDS] == -paid["bonuses"][FIRMS]
    assert paid["payroll tax on bonuses"][GOVERNMENT] == (cost - bonus).sum()
    yearly_pay = 12 * (firms.wage * firms.workers + firms.research_intensity * firms.output)
    assert firms.bonus_rate == pytest.approx(bonus / yearly_pay, rel=1e-6)
    assert -paid["corporate tax"][FIRMS] == pytest.approx(0.22 * (profit - cost).sum(), abs=4)


def test_a_firm_without_profit_or_cash_pays_no_bonus():
    model = town(None, SHARE)
    run(model, 1)
    model.ledger.open_month()
    ledger, firms = model.ledger, model.firms
    firms.year_profit[:], firms.year_wages[:] = [10**9, -(10**9), 10**9, 0], 10**9
    ledger.pay(ledger.firm([2]), ledger.at.government, ledger.deposits[[2]] - 1101, "emptied")
    before = ledger.deposits.copy()
    bonuses.pay_bonuses(model)
    assert (before - ledger.deposits).tolist() == [2 * 10**8, 0, 1101, 0]
    assert firms.year_profit.tolist() == [8 * 10**8, -(10**9), 10**9 - 1101, 0]
    assert firms.bonus_rate[2] == 1000 / firms.year_wages[2]


def three_sectors(share):
    design = Design(
        [[0.10, 0.30, 0.00], [0.20, 0.05, 0.30], [0.05, 0.10, 0.10]],
        household=BILLION * np.array([30.0, 40.0, 30.0]),
        government=BILLION * np.array([8.0, 8.0, 4.0]),
        investment=BILLION * np.array([2.0, 5.0, 1.0]),
        exports=BILLION * np.array([10.0, 5.0, 20.0]),
        imports=[0.05, 0.02, 0.03],
        size_class=[Size.LARGE, Size.SME, Size.MICRO],
    )
    no_interest = {"policy_rate": 0.01, "deposit_spread": 0.01}  # on deposits, which the opening leaves out
    return ecosystem(design, {"labour": {"bonus_share": share}, "credit": no_interest})


def test_a_firm_that_has_lost_its_staff_pays_a_year_of_pay_at_most():
    model = town(None, SHARE)
    run(model, 1)
    firms = model.firms
    firms.year_profit[:], firms.year_wages[:] = 10**9, [10**6, 0, 10**12, 10**12]
    bonuses.pay_bonuses(model)
    # Two roundings down to the won, of 1.1 million and of a million.
    assert firms.bonus_rate[:2] == pytest.approx([1.0, 0.0], abs=2.1e-6) and firms.bonus_rate[2] < 0.001


def test_published_margins_and_pay_are_after_the_bonus_whatever_its_share():
    none, some = three_sectors(0.0), three_sectors(0.1)
    assert (some.firms.bonus_rate > 0).all() and (none.firms.bonus_rate == 0).all()
    margins = [
        (m.firms.profit_trend - (m.firms.labour_cost - m.firms.wage_bill)) / m.firms.output
        for m in (none, some)
    ]
    assert margins[1] == pytest.approx(margins[0], rel=1e-6)
    relative = [m.firms.pay / m.firms.pay[0] for m in (none, some)]
    assert relative[1] == pytest.approx(relative[0], rel=1e-9)


def test_with_bonuses_the_economy_rests_in_money_too():
    model = three_sectors(0.1)
    start = model.households.consumption.copy()
    opening_rate = model.firms.bonus_rate.copy()
    received = []
    for _ in range(36):
        run(model, 1)
        assert model.households.consumption == pytest.approx(start, rel=1e-6)
        if "bonuses" in model.ledger.flows.payments:
            received.append(int(model.ledger.flows.payments["bonuses"][HOUSEHOLDS]))
    assert len(received) == 3 and received[0] > 0
    assert received == pytest.approx([received[0]] * 3, rel=1e-6)
    # The opening reckons with the interest of a firm that can just serve its debt; most pay less.
    assert model.firms.bonus_rate == pytest.approx(opening_rate, rel=0.15)
    assert (model.firms.bonus_rate > opening_rate).all()


class Parity(Policy):
    """Note the bonus rate of the prime at the moment policies may act on bonuses, and the profit left."""

    seen: Any = None

    def on_year_end(self, model: Any) -> None:
        self.seen.append(("before", model.firms.bonus_rate[PRIME], model.firms.year_profit[PRIME]))

    def on_bonus(self, model: Any) -> None:
        self.seen.append(("after", model.firms.bonus_rate[PRIME], model.firms.year_profit[PRIME]))


def test_policies_may_act_on_bonuses_once_they_are_known_and_before_tax():
    model, seen = town(None, SHARE), []
    policy = Parity.model_construct(seen=seen)
    model.policies = PolicyBook([PolicyEntry("parity", ((model.month, policy),), model.month)])
    opening = model.firms.bonus_rate[PRIME]
    run(model, 12)
    (first, rate, profit), (second, new_rate, left) = seen
    assert (first, second) == ("before", "after")
    assert rate == opening != new_rate
    assert left == profit - np.floor(0.2 * profit)
    assert model.ledger.flows.payments["corporate tax"][GOVERNMENT] > 0
