"""Taking part: a fixed part of those entitled, or a choice that turns on reputation and own gain."""

import math

import numpy as np
import pytest
from contracts.running import economy, lived
from economies import run

from policies.town import NO_INTEREST, PRIME, town, year_of
from sim.core.params import param
from sim.economy.kinds import Kind
from sim.policies.base import Policy
from sim.policies.book import PolicyEntry

EVERYBODY = {"share": 0.0}  # of profit sharing: every firm is entitled, and taking part is free
PRIMES = {"kind": ["conglomerate"]}
TAX, CREDIT = 0.22, 0.10


def sharing(**values):
    return {"profit_sharing": EVERYBODY | values}


def choosing(**values):
    return sharing(voluntary=True, **values)


def joined(model, name="profit_sharing"):
    return model.memberships[name] >= 0


def logistic(value):
    return 1 / (1 + math.exp(-value))


# --- a fixed part --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0, 0.3, 0.8, 1.0])
def test_a_fixed_part_of_those_entitled_take_part(part):
    model = lived(economy(sharing(take_up=part), 600), 1)
    living = model.firms.living
    spread = 4 * np.sqrt(part * (1 - part) / living.sum())
    assert joined(model)[living].mean() == pytest.approx(part, abs=spread)
    assert spread < 0.08
    assert not joined(model)[~living].any()


def test_raising_the_part_only_adds_firms_and_the_same_firms_stay():
    few, many = (lived(economy(sharing(take_up=part), 300), 1) for part in (0.3, 0.6))
    assert not (joined(few) & ~joined(many)).any()
    assert joined(few).sum() < joined(many).sum()
    before = joined(few) & few.firms.living
    lived(few, 14)
    assert np.array_equal(joined(few) & few.firms.living, before & few.firms.living | fresh(few))


def fresh(model):
    """Members that began business since the start."""
    return joined(model) & model.firms.living & (model.firms.birth > model.start)


def test_who_takes_part_in_one_policy_says_nothing_about_another():
    both = sharing(take_up=0.5) | {"cooperation_fund": {"take_up": 0.5}}
    model = lived(economy(both, 600), 1)
    primes = model.firms.kind == Kind.CONGLOMERATE
    assert not joined(model, "cooperation_fund")[~primes].any()
    same = joined(model)[primes] == joined(model, "cooperation_fund")[primes]
    assert 0 < same.mean() < 1


@pytest.mark.parametrize("name", ["cooperation_fund", "profit_sharing"])
def test_who_does_not_take_part_does_not_pay(name):
    doses = {"cooperation_fund": {"contribution_rate": 0.1}, "profit_sharing": {"share": 0.3, "hurdle": 0.0}}
    model = lived(economy({name: doses[name] | {"take_up": 0.5, "where": PRIMES}}, 600), 12)
    primes = (model.firms.kind == Kind.CONGLOMERATE) & model.firms.living & (model.firms.year_sales_past > 0)
    payers = model.firms.transfers < 0
    assert payers.any() and (primes & ~joined(model, name)).any()
    assert not payers[~joined(model, name)].any()


# --- the choice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sensitivity", "reputation"), [(0.0, 0.0), (1000.0, 0.0), (0.0, 0.1), (1000.0, 0.002), (250.0, 0.004)]
)
def test_firms_join_and_leave_with_the_odds_of_what_it_is_worth(sensitivity, reputation):
    # Considering twice a year, a quarter's chance to join is 1 - exp(-0.5 p), to leave 1 - exp(-0.5 (1 - p)).
    part = logistic(sensitivity * reputation)
    join, leave = 1 - math.exp(-0.5 * part), 1 - math.exp(-0.5 * (1 - part))
    given = {"join_rate": 2.0, "sensitivity": sensitivity, "reputation": reputation}
    model = lived(economy(choosing(**given), 1000), 1)
    member = joined(model).copy()
    lived(model, 2)
    living = model.firms.living & (model.firms.birth <= model.start)
    for of, chance, changed in (
        (living, join, member),
        (living & ~member, join, joined(model)),
        (living & member, leave, ~joined(model)),
    ):
        spread = 4 * np.sqrt(chance * (1 - chance) / of.sum())
        assert changed[of].mean() == pytest.approx(chance, abs=spread)
        assert spread < 0.13


def test_more_reputation_only_adds_members_at_the_first_choice():
    few, many = (lived(economy(choosing(join_rate=2.0, reputation=rep), 600), 1) for rep in (0.0, 0.01))
    assert not (joined(few) & ~joined(many)).any()
    assert joined(few).sum() < joined(many).sum()


def test_members_choose_once_a_quarter_and_firms_for_the_first_time_at_the_start():
    model = economy(choosing(join_rate=12.0, start="2016-02"), 300)
    changed = []
    for _ in range(9):
        before = joined(model).copy() if model.memberships else np.zeros(model.firms.rows, dtype=bool)
        lived(model, 1)
        now = joined(model) if model.memberships else before
        changed.append(bool((now & ~before).any()))
    assert changed == [False, True, True, False, False, True, False, False, True]


def test_the_first_choice_and_that_of_the_same_month_are_drawn_apart():
    # With one draw for both, whoever had just joined would leave.
    model = lived(economy(choosing(join_rate=12.0, sensitivity=0.0, start="2016-03"), 600), 3)
    chance = 1 - math.exp(-1.5)
    living = model.firms.living
    expected = 2 * chance * (1 - chance)
    spread = 4 * np.sqrt(expected * (1 - expected) / living.sum())
    assert joined(model)[living].mean() == pytest.approx(expected, abs=spread)


def test_nobody_who_never_considers_it_takes_part():
    assert not joined(lived(economy(choosing(join_rate=0.0), 300), 7)).any()


def test_membership_ends_with_the_policy_and_with_the_firm():
    model = lived(economy(choosing(join_rate=12.0, end="2016-05"), 300), 3)
    member = int(np.flatnonzero(joined(model))[0])
    model.firms.living[member] = False
    model.policies.call("on_month_start", model)
    assert not joined(model)[member] and joined(model).any()
    lived(model, 3)
    assert not joined(model).any()


# --- what it is worth ----------------------------------------------------------------------------


def policy_of(model):
    (policy,) = model.policies.in_force(model.month)
    return policy


def test_sharing_profit_costs_what_is_shared_less_tax_and_credit():
    # At rest every year is like the last, so the cost expected in January is that of the December after.
    values = {"share": 0.25, "hurdle": 0.03, "where": PRIMES}
    paying, model = (
        town({"profit_sharing": values | {"voluntary": by}}, NO_INTEREST) for by in (False, True)
    )
    run(model, 1)
    year_of(paying)
    pool = -int(paying.firms.transfers[PRIME])
    gain = policy_of(model).expected_gain(model)
    assert pool > 1e9
    assert gain[PRIME] == pytest.approx(-(1 - TAX - CREDIT) * pool, rel=1e-3)


def test_contributing_costs_the_contribution_less_tax_and_credit():
    values = {"contribution_rate": 0.1, "tax_credit": 0.3}
    paying, model = (
        town({"cooperation_fund": values | {"voluntary": by}}, NO_INTEREST) for by in (False, True)
    )
    run(model, 1)
    year_of(paying)
    given = paying.ledger.flows.payments["cooperation_fund: contributions"][3]
    gain = policy_of(model).expected_gain(model)
    assert given > 0.5e9
    assert gain[PRIME] == pytest.approx(-(1 - TAX - 0.3) * given, rel=1e-3)


def test_drawing_claims_costs_the_drawer_nothing():
    model = town({"win_win_payment": {"coverage": 1.0, "voluntary": True}})
    assert not policy_of(model).expected_gain(model).any()


@pytest.mark.parametrize("anticipation", [0.0, 2.0])
def test_linkage_gains_the_buyer_what_base_prices_fall(anticipation):
    # The first supplier's material is 0.3 of its price: exp(-2 (0.5 * 0.3)^2) of it is left.
    from policies.test_price_linkage import shocked

    model = shocked(0.0, month=600, anticipation=anticipation, volatility=0.5, voluntary=True)
    row = int(np.flatnonzero((model.links.supplier == 1) & (model.links.buyer == PRIME))[0])
    gain = policy_of(model).expected_gain(model)[row]
    yearly = 12 * int(model.invoice[row])
    assert gain == pytest.approx((1 - math.exp(-anticipation * 0.15**2)) * yearly, rel=1e-9)


def test_worth_is_reputation_and_peers_and_gain_over_sales():
    values = {"share": 0.25, "hurdle": 0.03, "voluntary": True, "reputation": 0.004, "peers": 0.01}
    model = run(town({"profit_sharing": values}, NO_INTEREST), 1)
    model.memberships["profit_sharing"][:] = [5, -1, -1, -1]
    policy = policy_of(model)
    gain, sales = policy.expected_gain(model), 12 * model.firms.sales
    assert (gain < 0).any()
    # Each firm is a sector of its own: the prime's is full of members, the others' are empty.
    assert policy.worth(model) == pytest.approx(0.004 + np.array([0.01, 0, 0, 0]) + gain / sales)


def test_a_fixed_cost_weighs_most_on_small_sales_and_grows_with_prices():
    values = {"share": 0.0, "voluntary": True, "reputation": 0.004, "fixed_cost": 1e9}
    prices = {"pricing": {"trend_inflation": 0.1}}
    model = run(town({"profit_sharing": values}, NO_INTEREST, prices), 1)
    sales = 12 * model.firms.sales
    assert policy_of(model).worth(model) == pytest.approx(0.004 - 1e9 * 1.1 ** (1 / 12) / sales)


class Praise(Policy):
    """Raise the reputation of those that take part, as an evaluation would."""

    size: float = param(0.01, ge=0, unit="1", doc="size of the praise", source="scenario assumption")

    def adjust_reputation(self, model, value):
        return value + self.size * self.covers(model)


def test_another_policy_can_raise_reputation():
    model = run(town({"profit_sharing": {"voluntary": True, "reputation": 0.001}}, NO_INTEREST), 1)
    policy = policy_of(model)
    before = policy.worth(model)
    model.policies.entries += (PolicyEntry("praise", ((model.start, Praise(size=0.02)),), model.start),)
    model.policies._month = None
    assert policy.worth(model) - before == pytest.approx(0.02)


def test_a_cost_keeps_firms_out():
    free, dear = (
        lived(
            economy(
                {"profit_sharing": {"share": share, "hurdle": 0.0, "voluntary": True, "join_rate": 2.0}}, 600
            ),
            1,
        )
        for share in (0.0, 0.5)
    )
    assert not (joined(dear) & ~joined(free)).any()
    assert joined(dear).sum() < 0.7 * joined(free).sum()


# --- contracts as members ------------------------------------------------------------------------


def test_buyers_choose_contract_by_contract_whether_to_link():
    scope = {"smallest_contract": 0.0, "main_material": 1.0}
    values = {"voluntary": True, "join_rate": 2.0, "sensitivity": 0.0, **scope}
    every = lived(economy({"price_linkage": {"take_up": 1.0, **scope}}, 600), 1)
    model = lived(economy({"price_linkage": values}, 600), 1)
    entitled, linked = every.links.linked_since >= 0, model.links.linked_since >= 0
    chance = 1 - math.exp(-0.25)
    spread = 4 * np.sqrt(chance * (1 - chance) / entitled.sum())
    assert not (linked & ~entitled).any()
    assert linked[entitled].mean() == pytest.approx(chance, abs=spread)
    assert spread < 0.08


# --- where it is seen ----------------------------------------------------------------------------


def test_membership_is_seen_in_agents_panel_and_metrics():
    policies = {"profit_sharing": {"take_up": 1.0}, "cooperation_fund": {"take_up": 1.0}}
    model = lived(economy(policies, 300), 1)
    prime = int(np.flatnonzero((model.firms.kind == Kind.CONGLOMERATE) & model.firms.living)[0])
    other = int(np.flatnonzero((model.firms.kind == Kind.SUPPLIER) & model.firms.living)[0])
    firms = {firm.row: firm for firm in model.agents}
    assert firms[prime].memberships == ("cooperation_fund", "profit_sharing")
    assert firms[other].memberships == ("profit_sharing",)
    held = model.memberships_held()
    assert (held[prime], held[other]) == (2, 1)
    assert model.metrics_frame()["memberships"].iloc[-1] == held.sum() > 300
    model.recorder.columns = ("memberships",)
    panel = model.recorder._panel(model)
    assert dict(zip(panel["uid"], panel["memberships"], strict=True))[model.firms.uid[prime]] == 2
