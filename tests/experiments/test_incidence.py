"""Who gained: economies small enough to work out by hand, and parts that always add up."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from economies import run
from hypothesis import given, settings
from hypothesis import strategies as st
from policies.town import BELOW, FIRST, PRIME, SECOND, town

from sim.core.errors import InputError
from sim.economy.kinds import Kind
from sim.experiments import commands, incidence_page
from sim.experiments.compare import compare
from sim.experiments.following import AMOUNTS, Followed, Following
from sim.experiments.incidence import ALL, BY, PARTS, distance, incidence, pair, parts, winners
from sim.experiments.pairs import not_shared
from sim.experiments.run import live
from sim.experiments.run import run as run_once
from sim.policies.base import VALUE_HOOKS, Policy
from sim.policies.reach import OF_LINKS, OF_MARKETS, OF_SOME_FIRMS, OF_SOME_LINKS, OFFERS, differs, rows_of
from sim.rules.theft import Penalties

SHARING = {"profit_sharing": {"share": 0.25, "hurdle": 0.03, "where": {"kind": ["conglomerate"]}}}


def followed(model, months):
    following = Following(model)
    for _ in range(months):
        model.step()
        following.add()
    return following.table()


# --- a town whose numbers are worked out by hand ------------------------------------------------------


@pytest.fixture(scope="module")
def towns():
    """A year in the town without policy and with profit shared in December."""
    models = town(), town(SHARING)
    return *models, *(followed(model, 12) for model in models)


def test_the_gain_of_a_firm_is_what_it_was_paid_less_what_it_paid(towns):
    # Nothing but the transfer of December differs: the conglomerate pays, its two suppliers receive.
    _, with_policy, before, after = towns
    moved = with_policy.firms.transfers
    found = pair(before, after, {"profit_sharing"}).groups
    assert moved[PRIME] == -(moved[FIRST] + moved[SECOND]) < -1e9
    by_kind = found["kind"]
    assert by_kind.loc["conglomerate", "gain"] == moved[PRIME]
    assert by_kind.loc["supplier", "gain"] == moved[FIRST] + moved[SECOND]
    assert by_kind.loc["conglomerate", ["received", "paid"]].tolist() == [0, -moved[PRIME]]
    assert by_kind.loc[ALL, "gain"] == 0 and by_kind.loc[ALL, "firms"] == 4
    sectors = found["sector"]["gain"]
    assert sectors.tolist() == [*moved[[PRIME, FIRST, SECOND, BELOW]].tolist(), 0]


def test_payer_and_receivers_are_treated_and_who_delivers_to_them_is_a_step_away(towns):
    _, _, before, after = towns
    part = pair(before, after, {"profit_sharing"}).groups["part"]
    assert part.index.tolist() == ["treated", "suppliers, 1 step", ALL]
    assert part["firms"].tolist() == [3, 1, 4] and part["gain"].tolist() == [0, 0, 0]


def test_who_wins_and_loses_is_counted_against_one_percent_of_its_own(towns):
    _, _, before, after = towns
    counted = pair(before, after, {"profit_sharing"}).groups["sector"]
    assert counted.loc["sector 0", ["winners", "losers", "unchanged"]].tolist() == [0, 1, 0]
    assert counted.loc["sector 1", ["winners", "losers", "unchanged"]].tolist() == [1, 0, 0]
    assert counted.loc["sector 3", ["winners", "losers", "unchanged"]].tolist() == [0, 0, 1]


def test_sums_are_those_of_the_months(towns):
    other = town(SHARING)
    sums = {name: np.zeros(4, dtype=np.int64) for name in ("value_added", "wages", "profit", "sales")}
    for _ in range(12):
        firms = run(other, 1).firms
        sums["value_added"] += firms.sales - firms.purchases
        sums["wages"] += firms.wage_bill
        sums["profit"] += firms.profit
        sums["sales"] += firms.sales
    for name, total in sums.items():
        assert towns[3].amounts[name].tolist() == total.tolist(), name
    (year,) = towns[3].year_sales.values()
    assert year.tolist() == sums["sales"].tolist()


def test_following_moves_nothing():
    plain, watched = run(town(SHARING), 13), town(SHARING)
    followed(watched, 13)
    assert plain.ledger.balance.tolist() == watched.ledger.balance.tolist()
    for table, same in ((plain.firms, watched.firms), (plain.links, watched.links)):
        for name, array in table.arrays.items():
            assert np.array_equal(array, same.arrays[name]), name


@pytest.mark.parametrize(
    ("policies", "months", "reached"),
    [
        ({"payment_terms": {"max_months": 0, "cash_ratio": 1.0, "where": {"kind": ["conglomerate"]}}}, 1,
         [PRIME, FIRST, SECOND]),  # both ends of the contracts it shortens
        ({"payment_terms": {"max_months": 4}}, 1, []),  # the town pays after one month: nothing is changed
        (SHARING, 11, []),  # it pays in December only
        (SHARING, 12, [PRIME, FIRST, SECOND]),
    ],
)  # fmt: skip
def test_a_policy_reaches_those_whose_money_or_values_it_changes(policies, months, reached):
    found = followed(town(policies), months).reached
    (name,) = policies
    assert np.flatnonzero(found.get(name, np.zeros(4))).tolist() == reached


def test_a_policy_that_both_have_treats_nobody(towns):
    _, _, before, after = towns
    assert pair(before, after, set()).groups["part"].loc["rest", "firms"] == 4


# --- parts ----------------------------------------------------------------------------------------------


def test_parts_follow_the_contracts_both_ways_and_then_the_sector():
    # 0 sells to 1, 1 to 2 (treated), 2 to 3, 3 to 4, 4 to 5, 5 to 6; 7 is in the sector of 2, 8 is not.
    treated = np.arange(9) == 2
    sector = np.array([1, 1, 0, 1, 1, 1, 1, 0, 1])
    chain = np.arange(6)
    found = parts(treated, sector, chain, chain + 1)
    assert [PARTS[place] for place in found] == [
        "suppliers, 2 steps",
        "suppliers, 1 step",
        "treated",
        "buyers, 1 step",
        "buyers, 2 steps",
        "buyers, 3+ steps",
        "buyers, 3+ steps",
        "same sector",
        "rest",
    ]


def test_the_shorter_way_decides_and_of_equal_ones_that_of_suppliers():
    # 1 sells to treated 0 and buys from it; 2 buys from 0, and sells to 1.
    found = parts(np.array([True, False, False]), np.zeros(3), np.array([1, 0, 0, 2]), np.array([0, 1, 2, 1]))
    assert [PARTS[place] for place in found] == ["treated", "suppliers, 1 step", "buyers, 1 step"]


def test_steps_are_counted_round_a_circle_without_end():
    around = np.arange(5)
    assert distance(np.arange(5) == 0, around, (around + 1) % 5).tolist() == [0, 1, 2, 3, 3]


# --- any two runs -----------------------------------------------------------------------------------------


def chance_run(chance, uid):
    """Return what might have been followed: whole won of any size and sign."""
    n = uid.size
    amounts = {name: chance.integers(-(10**15), 10**15, n) for name in AMOUNTS}
    links = chance.choice(uid, (2, 2 * n)) if n else np.zeros((2, 0), dtype=int)
    return Followed(
        uid,
        {name: (uid * prime) % 4 for name, prime in zip(BY, (3, 5, 7, 11, 13), strict=False)},
        {},
        amounts,
        {2018: chance.integers(0, 3, n)},
        {"some": chance.random(n) < 0.2, "other": chance.random(n) < 0.5},
        links[0],
        links[1],
        12,
        1.5,
        "2018-01",
    )


@given(seed=st.integers(0, 2**32 - 1), firms=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_parts_and_groups_add_up_to_the_total_to_the_won(seed, firms):
    chance = np.random.default_rng(seed)
    everybody = np.arange(firms) * 3 + 1
    before = chance_run(chance, everybody[np.r_[True, chance.random(firms - 1) < 0.8]])
    after = chance_run(chance, everybody[np.r_[True, chance.random(firms - 1) < 0.8]])
    found = pair(before, after, {"some"})
    income = [
        sum(run.amounts["value_added"].tolist())
        + sum(run.amounts["received"].tolist())
        - sum(run.amounts["paid"].tolist())
        for run in (before, after)
    ]
    for by in BY:
        table = found.groups[by]
        assert int(table.loc[ALL, "baseline"]) == income[0]
        assert int(table.loc[ALL, "gain"]) == income[1] - income[0]
        whole = table.drop(columns=["median_gain", "code"])
        assert whole.drop(ALL).sum().tolist() == whole.loc[ALL].tolist()
        counts = table.loc[ALL]
        assert counts["entered"] == np.setdiff1d(after.uid, before.uid).size
        assert counts["left"] == np.setdiff1d(before.uid, after.uid).size
        both = np.intersect1d(before.uid, after.uid).size
        assert counts[["winners", "losers", "unchanged"]].sum() == both


def test_over_pairs_a_group_that_one_does_not_have_counts_as_nothing():
    def run_of(uid, won, tier):
        uid, zero = np.array(uid), np.zeros(len(uid), dtype=np.int64)
        amounts = dict.fromkeys(AMOUNTS, zero) | {"value_added": np.array(won)}
        codes = {name: zero for name in BY} | {"tier": np.array(tier)}
        nobody = np.zeros(0, dtype=np.int64)
        return Followed(
            uid, codes, {"tier": {9: "outside"}}, amounts, {}, {}, nobody, nobody, 2, 10.0, "2018-01"
        )

    # First pair: firm 1 (tier 1) from 100 to 120, firm 2 (outside) unchanged; second: firm 1 from 100 to 140.
    first = pair(run_of([1, 2], [100, 50], [1, 9]), run_of([1, 2], [120, 50], [1, 9]), set())
    second = pair(run_of([1], [100], [1]), run_of([1], [140], [1]), set())
    table = incidence([first, second], "tier")
    assert table.index.tolist() == ["1", "outside", ALL]
    assert table.loc["1", ["firms", "baseline", "gain", "n"]].tolist() == [1, 500, 150, 2]  # won x 10 / 2
    assert table.loc["outside", ["firms", "baseline", "gain"]].tolist() == [0.5, 125, 0]
    assert table.loc[ALL, "gain"] == 150
    counted = winners([first, second], "tier")
    assert counted.loc["1", ["winners", "losers", "unchanged", "median_gain"]].tolist() == [1, 0, 0, 15]
    assert counted.loc["outside", ["winners", "unchanged", "n"]].tolist() == [0, 1, 1]
    assert counted.loc[ALL, "winners"] == pytest.approx((0.5 + 1) / 2)


def test_groups_stand_in_the_order_of_their_codes_whichever_pair_has_them():
    def tiers(*codes):
        uid, zero = np.arange(len(codes)), np.zeros(len(codes), dtype=np.int64)
        attributes = dict.fromkeys(BY, zero) | {"tier": np.array(codes)}
        run = Followed(
            uid,
            attributes,
            {"tier": {9: "outside"}},
            dict.fromkeys(AMOUNTS, zero),
            {},
            {},
            zero[:0],
            zero[:0],
            1,
            1.0,
            "2018-01",
        )
        return pair(run, run, set())

    table = incidence([tiers(0, 1, 9, 3), tiers(2, 4)], "tier")
    assert table.index.tolist() == ["0", "1", "2", "3", "4", "outside", ALL]


def test_coherence_is_the_part_of_firms_that_sell_the_same():
    sales = {2018: np.array([100, 1000, 1000, 0]), 2019: np.array([0, 0, 0, 0])}
    moved = {2018: np.array([100, 1010, 1011, 0]), 2019: np.array([0, 0, 0, 5])}
    zero = np.zeros(4, dtype=np.int64)
    codes, amounts = dict.fromkeys(BY, zero), dict.fromkeys(AMOUNTS, zero)
    runs = [
        Followed(np.arange(4), codes, {}, amounts, one, {}, zero[:0], zero[:0], 24, 1.0, "2018-01")
        for one in (sales, moved)
    ]
    found = pair(*runs, set()).coherence
    assert found.loc[2018].tolist() == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert found.loc[2019].tolist() == [0, 0]


# --- from a comparison --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenarios(small):
    base = small.replacing("run.months", 14).named("base")
    return base, base.adding("profit_sharing", start="2016-07", share=0.2).named("share")


@pytest.fixture(scope="module")
def effect(scenarios):
    return compare(*scenarios, seeds=2, incidence=True)


def test_the_total_is_that_of_the_metrics(effect):
    # Metrics group firms by their tier of the month, the table by that of the parting: the sums agree.
    incomes = [name for name in effect.metrics if name.startswith("income_")]
    difference = effect.table().loc["share"].loc[incomes, "difference"].sum()
    for by in BY:
        table = effect.incidence(by).loc["share"]
        assert table.loc[ALL, "gain"] == pytest.approx(difference, rel=1e-9)
        assert table["gain"].drop(ALL).sum() == pytest.approx(difference, rel=1e-9)
    received = effect.table().loc[("share", "private_receipts"), "difference"]
    assert effect.incidence().loc[("share", ALL), "received"] == pytest.approx(received, rel=1e-9)


def test_scenarios_that_do_not_differ_have_no_winners_and_cohere(scenarios):
    twin = compare(scenarios[1], scenarios[1].named("twin"), seeds=1, incidence=True)
    table = twin.incidence("part").loc["twin"]
    assert table.index.tolist() == ["rest", ALL] and table.loc[ALL, "gain"] == 0
    assert (twin.coherence()[["equal", "close"]] == 1).all(axis=None)


def test_firms_are_followed_from_the_parting_on_and_only_when_asked(scenarios, effect):
    followed = live(scenarios[1], 1, since="2016-07").firms
    assert followed.months == 8 and list(followed.year_sales) == [2016, 2017]
    assert (followed.attributes["kind"] == Kind.CONGLOMERATE).any()
    plain, watched = run_once(scenarios[1], 1), live(scenarios[1], 1, since="2016-07")
    assert plain.firms is None and plain.manifest == watched.manifest
    with pytest.raises(InputError, match="firms were not followed"):
        compare(*scenarios, seeds=1).incidence()
    with pytest.raises(InputError, match=r"by: there is no 'size'\n +did you mean 'size_class'"):
        effect.winners("size")


def test_policies_that_differ_in_a_value_or_a_date_are_not_shared(small):
    base = small.adding("profit_sharing", share=0.1).adding("payment_terms", max_months=2)
    assert not_shared(base, base) == set()
    assert not_shared(base, base.replacing("policy.profit_sharing.share", 0.2)) == {"profit_sharing"}
    assert not_shared(base, small) == {"profit_sharing", "payment_terms"}


def test_the_page_fits_a_hundred_columns_and_adds_up(effect, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    page = incidence_page.page(effect, "share", ["tier", "size_class", "sector"], {"share": "Sharing"})
    assert max(map(len, page.split("\n"))) <= 100
    assert page.startswith("Who gained: Sharing\n") and page.count("\nall ") == 4
    assert "within 1 %" in page and "2016-07" in page
    told = json.loads(json.dumps(incidence_page.record(effect, ["tier"])))
    assert list(told["incidence"]) == ["tier", "part"] and told["winners"]["tier"][-1]["tier"] == ALL
    assert told["coherence"][0]["year"] == 2016


def test_a_gain_is_held_against_that_of_the_placebo(scenarios):
    effect = compare(*scenarios, seeds=2, incidence=True, placebo=True)
    table = effect.incidence("kind")
    assert list(dict.fromkeys(name for name, _ in table.index)) == ["share", "placebo"]
    luck = [effect.pairs["placebo", seed] for seed in (1, 2)]
    assert [one.groups["part"].loc["treated", "firms"] for one in luck] == [1, 1]  # whoever got the won
    for kind in ("conglomerate", "supplier", ALL):
        moved = [abs(int(one.groups["kind"].loc[kind, "gain"])) * one.factor for one in luck]
        assert table.loc[("share", kind), "floor"] == pytest.approx(sum(moved) / 2)
    page = incidence_page.page(effect, "share", ["kind"], {"share": "Sharing"})
    assert "with that alone" in " ".join(page.split())


def test_scenarios_that_never_part_in_the_run_have_nobody_to_follow(small):
    late = small.adding("profit_sharing", start="2020-01").named("late")
    effect = compare(small, late, seeds=1, incidence=True)
    assert effect.pairs == {}
    assert "no pair of runs" in incidence_page.page(effect, "late", ["tier"], {"late": "Late"})
    assert incidence_page.record(effect, ["tier"]) == {}


def test_a_seed_that_fails_in_one_scenario_has_no_pair(failing):
    base = failing.replacing("policy.fails.seed", 9).named("base")
    effect = compare(base, failing, seeds=2, incidence=True)  # the second seed fails
    assert list(effect.pairs) == [("failing", 1)] and effect.dropped("failing") == 1


def test_attributes_of_the_command_line_are_named_or_refused():
    assert commands.attributes("tier, sector") == ("tier", "sector") and commands.attributes(None) == ()
    with pytest.raises(InputError) as caught:
        commands.attributes("tire,sizes")
    assert "did you mean 'tier'" in str(caught.value) and len(caught.value.problems) == 2


@pytest.mark.parametrize("hook", VALUE_HOOKS)
def test_every_hook_is_noted_for_those_its_values_belong_to(hook):
    said = getattr(Policy, hook).__doc__.split(")")[0].partition("(")[2]  # the first dimension, as documented
    kinds = {
        "n_firms,": "firms",
        "n_links,": "links",
        "n_sectors,": "markets",
        "rows,": "some",
        "8, rows": "offers",
    }
    noted = (
        "links" if hook in OF_LINKS
        else "some" if hook in OF_SOME_LINKS | OF_SOME_FIRMS
        else "markets" if hook in OF_MARKETS
        else "offers" if hook == OFFERS
        else "firms"
    )  # fmt: skip
    assert noted == kinds[said]


LINKS = SimpleNamespace(buyer=np.array([0, 0, 1, 2]), supplier=np.array([1, 2, 3, -1]))


@pytest.mark.parametrize(
    ("hook", "changed", "arguments", "firms"),
    [
        ("adjust_terms", [False, True, False, True], (), {0, 2}),  # the last has no supplier: not settled
        ("adjust_price_change", [True, False], (np.array([2, 0]),), {1, 3}),
        ("adjust_entry", [False, True], (np.array([5, 7]),), {7}),
        ("adjust_loan_rate", [True, False, True], (), {0, 2}),
        # Two links ask two candidates each; one candidate of the first link looks better: it and the buyer.
        (
            "adjust_offers",
            [[False, False], [True, False]],
            (np.array([0, 2]), np.array([[4, 5], [6, 7]])),
            {0, 6},
        ),
    ],
)
def test_changed_values_reach_their_owners_and_both_ends_of_contracts(hook, changed, arguments, firms):
    model = SimpleNamespace(firms=None, links=LINKS)
    rows = rows_of(hook, model, np.array(changed, dtype=bool), arguments)
    assert set(np.concatenate(list(rows)).tolist()) == firms


def test_a_record_of_values_has_changed_where_any_of_them_has():
    law = Penalties(np.array([0.1, 0.1]), np.array([1.0, 1.0]), np.array([0, 0]))
    other = Penalties(np.array([0.1, 0.2]), np.array([1.0, 1.0]), np.array([0, 0]))
    assert differs(law, other).tolist() == [False, True]


def test_a_market_that_a_policy_enlarges_reaches_those_who_sell_there():
    firms = SimpleNamespace(
        living=np.array([True, True, True, False]),
        sector=np.array([0, 0, 1, 0]),
        export_share=np.array([1.0, 0.0, 1.0, 1.0]),
    )
    model = SimpleNamespace(firms=firms, links=None)
    (rows,) = rows_of("adjust_export_demand", model, np.array([True, False]), ())
    assert rows.tolist() == [0]
