"""Two policies that set the same term: which pairs are noted, what decides, and what is refused."""

from itertools import combinations

import pytest
from contracts.running import economy, lived

from scenario.writing import complaints, load
from sim import policies
from sim.cli import main
from sim.core.errors import InputError
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.policies.terms import MOMENTS, How, Sets, contradict
from sim.scenario import Scenario
from sim.scenario.explain import explanation

QUICK = '''
import numpy as np

from sim.core.params import param
from sim.policies.base import Policy
from sim.policies.terms import PAYMENT, How, Sets


class Quick(Policy):
    """Invoices are paid after some months."""

    sets = (Sets(PAYMENT, by="months", at="adjust_terms", how=How.EXACTLY, idle=None),)
    months: int = param(1, ge=0, le=4, unit="month", doc="time to payment", source="assumption, 0 to 2")

    def adjust_terms(self, model, terms):
        return np.full_like(terms, self.months)
'''
SILENT = QUICK.replace(
    '    sets = (Sets(PAYMENT, by="months", at="adjust_terms", how=How.EXACTLY, idle=None),)\n', ""
)


def notes(**tables):
    """What a scenario with some policies says."""
    return Scenario.from_dict({"run": {"start": "2016-01", "months": 60}, "policy": tables}).notes


def test_two_limits_on_payment_are_noted_and_the_shorter_is_said_to_decide():
    (note,) = notes(
        payment_terms={"max_months": 2, "start": "2017-01", "end": "2019-06"},
        platform_partnership={"settlement_months": 1, "start": "2018-03"},
    )
    assert note == (
        "policy.payment_terms and policy.platform_partnership both set months to payment from 2018-03 to "
        "2019-06 where both reach a firm (payment_terms.max_months = 2, "
        "platform_partnership.settlement_months = 1): the smaller value decides, whichever comes first"
    )


@pytest.mark.parametrize(("limit", "days"), [(1, 2), (3, 2), (2, 0), (0, 1)])
def test_the_shorter_of_two_limits_really_decides(limit, days):
    table = {
        "payment_terms": {"max_months": limit},
        "platform_partnership": {"settlement_months": days, "where": {"size": ["large", "mid_sized"]}},
    }
    model = lived(economy(table), 1)
    links, size = model.links, model.firms.size_class
    both = (size[links.buyer] <= 1) & (size[links.supplier] >= 2) & (model.invoice > 0)
    assert both.sum() > 100
    waits = (model.due_slot[both].astype(int) - model.start) % 5
    assert waits.max() == min(limit, days)


def test_payment_in_cash_comes_before_win_win_payment_by_name():
    table = {"payment_terms": {"cash_ratio": 0.8}, "win_win_payment": {"coverage": 0.6}}
    (note,) = notes(**table)
    assert "both set how invoices are settled from 2016-01 on" in note
    assert "payment_terms.cash_ratio = 0.8, win_win_payment.coverage = 0.6" in note
    assert note.endswith(
        "alphabetical order of names decides: win_win_payment receives what payment_terms returned"
    )


def test_inspections_act_on_prices_that_linkage_has_left():
    (note,) = notes(fair_trade_enforcement={"inspections": 0.1}, price_linkage={"take_up": 0.5})
    assert "both set contract prices" in note
    assert note.endswith(
        "the order of the month decides: fair_trade_enforcement (on_quarter_end) acts on what price_linkage "
        "(on_month_start) left"
    )


def test_base_prices_lowered_in_the_same_review_follow_performance_sharing():
    (note,) = notes(performance_sharing={"share": 0.6}, price_linkage={"take_up": 0.5, "anticipation": 1.0})
    assert note.endswith("price_linkage receives what performance_sharing returned")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"max_months": 4}, {"settlement_months": 1}),  # sets nothing
        ({"max_months": 2}, {"settlement_months": 4}),
        ({"max_months": 2, "end": "2016-12"}, {"settlement_months": 1, "start": "2017-01"}),
        ({"max_months": 2}, {"settlement_months": 1, "start": "2021-06"}),  # after the run, and says so
        ({"max_months": 2, "where": {"sector": ["food"]}}, {"settlement_months": 1}),
        ({"max_months": 2, "where": {"tier": [1]}}, {"settlement_months": 1, "where": {"tier": [0, 2]}}),
        ({"max_months": 2}, {"settlement_months": 1, "off": True}),
    ],
)
def test_policies_that_never_meet_are_not_noted(one, other):
    found = notes(payment_terms=one, platform_partnership=other)
    assert not any("both set" in note for note in found)


def test_a_value_of_a_later_date_counts_from_that_date():
    (note,) = notes(
        payment_terms={"max_months": {"2018-01": 2}},
        platform_partnership={"settlement_months": {"2016-01": 1, "2019-01": 0}},
    )
    assert "from 2018-01 on" in note and "settlement_months = 1" in note


def test_a_mask_of_the_policys_own_holds_unless_the_scenario_has_another():
    scenario = Scenario.from_dict({"policy": {"platform_partnership": {}}})
    assert scenario.policies[0].steps[0][1].where.sector == ("platforms_ict",)
    scenario = Scenario.from_dict({"policy": {"platform_partnership": {"where": {"tier": [1]}}}})
    assert scenario.policies[0].steps[0][1].where.sector == ()


# --- policies of one's own -----------------------------------------------------------------------


def test_an_undeclared_policy_on_the_same_hook_is_noted_with_the_order_of_names(folder):
    (folder / "quick.py").write_text(SILENT)
    text = 'extends = "base.toml"\n[policy.quick]\nuse = "quick.py"\n[policy.payment_terms]\nmax_months = 2\n'
    assert load(folder, text).notes == (
        "policy.payment_terms and policy.quick both change adjust_terms from 2020-01 on: alphabetical order "
        "of names decides: quick receives what payment_terms returned",
    )


def twice(folder, first, second):
    (folder / "fast.py").write_text(QUICK)
    (folder / "slow.py").write_text(QUICK)
    return f"""extends = "base.toml"
[policy.fast]
use = "fast.py"
{first}
[policy.slow]
use = "slow.py"
{second}
"""


def test_two_fixed_values_for_the_same_firms_are_refused_with_file_and_line(folder):
    (said,) = complaints(folder, twice(folder, "months = 1", "months = 3"))
    assert said.startswith(
        "mine.toml, line 5, policy.slow: policy.fast and policy.slow both set months to payment from 2020-01 "
        "on for the same firms: fast.months = 1, slow.months = 3"
    )
    assert "nothing decides between them" in said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("months = 2", "months = 2"),
        ("months = 1\nend = '2020-05'", "months = 3\nstart = '2020-06'"),
        ("months = 1\nwhere = { kind = ['supplier'] }", "months = 3\nwhere = { kind = ['conglomerate'] }"),
    ],
)
def test_fixed_values_that_agree_or_never_meet_are_accepted(folder, first, second):
    assert len(load(folder, twice(folder, first, second)).policies) == 2


def test_a_fixed_value_beyond_a_limit_is_refused_and_one_within_it_noted(folder):
    (folder / "quick.py").write_text(QUICK)
    text = 'extends = "base.toml"\n[policy.quick]\nuse = "quick.py"\nmonths = {}\n'
    limit = "[policy.payment_terms]\nmax_months = 2\n"
    (said,) = complaints(folder, text.format(3) + limit)
    assert "payment_terms.max_months = 2, quick.months = 3" in said
    (note,) = load(folder, text.format(1) + limit).notes
    assert "quick receives what payment_terms returned" in note


@pytest.mark.parametrize(
    ("one", "value", "two", "other", "refused"),
    [
        (How.EXACTLY, 1, How.EXACTLY, 2, True),
        (How.EXACTLY, 2, How.EXACTLY, 2, False),
        (How.AT_MOST, 1, How.AT_LEAST, 2, True),
        (How.AT_LEAST, 1, How.AT_MOST, 2, False),
        (How.AT_LEAST, 2, How.EXACTLY, 1, True),
        (How.EXACTLY, 3, How.AT_MOST, 2, True),
        (How.AT_MOST, 1, How.AT_MOST, 2, False),
        (How.FROM, 1, How.EXACTLY, 2, False),
    ],
)
def test_only_values_that_exclude_each_other_are_refused(one, value, two, other, refused):
    sets = [Sets("a term", "value", "adjust_terms", how) for how in (one, two)]
    assert contradict(sets[0], value, sets[1], other) is refused
    assert contradict(sets[1], other, sets[0], value) is refused


# --- where it is said ----------------------------------------------------------------------------

BOTH = 'extends = "base.toml"\n[policy.payment_terms]\nmax_months = 2\n[policy.platform_partnership]\n'


@pytest.mark.parametrize("command", [["validate"], ["run", "-s", "1"], ["compare", "{base}", "-s", "1"]])
def test_the_commands_say_it(folder, capfd, monkeypatch, command):
    load(folder, BOTH + "settlement_months = 1\n")
    monkeypatch.setattr("sys.argv", ["winwin", *command, str(folder / "mine.toml")])
    extra = [] if command == ["validate"] else ["--firms", "200", "--months", "2"]
    given = [part.replace("{base}", str(folder / "base.toml")) for part in command]
    monkeypatch.setattr("sys.argv", ["winwin", *given, str(folder / "mine.toml"), *extra])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    told = " ".join(capfd.readouterr().err.split())
    assert "policy.payment_terms and policy.platform_partnership both set months to payment" in told
    assert "the smaller value decides" in told


def test_a_contradiction_ends_every_command_with_status_2(folder, capfd, monkeypatch):
    text = twice(folder, "months = 1", "months = 3")
    (folder / "mine.toml").write_text(text)
    for command in (["validate"], ["run"], ["compare", str(folder / "base.toml")]):
        monkeypatch.setattr("sys.argv", ["winwin", *command, str(folder / "mine.toml")])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 2
        assert "nothing decides between them" in capfd.readouterr().err


def test_explain_says_which_terms_a_policy_sets_and_who_sets_them_too():
    page = " ".join(explanation("payment_terms").split())
    assert "It sets months to payment (at most max_months), how invoices are settled (cash_ratio)." in page
    assert "platform_partnership sets months to payment too: the smaller value decides" in page
    assert "win_win_payment receives what payment_terms returned" in page
    assert "both set how invoices are settled" in " ".join(explanation("growth_for_all").split())


# --- declarations --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", policies.available())
def test_what_a_policy_says_it_sets_it_can_set(name):
    policy = policies.load(name)
    for one in policy.sets:
        assert {one.by, *one.needs} <= set(policy.model_fields)
        assert one.at in MOMENTS and getattr(policy, one.at) is not getattr(Policy, one.at)
        idle = policy(**{one.by: one.idle})
        assert not one.acts(idle)


def test_policies_of_the_package_that_share_terms_never_contradict_each_other():
    for pair in combinations(policies.available(), 2):
        hows = [one.how for name in pair for one in policies.load(name).sets]
        assert How.EXACTLY not in hows and How.AT_LEAST not in hows


def test_moments_are_hooks():
    assert set(MOMENTS) <= {*VALUE_HOOKS, *EVENTS}


def test_an_error_names_both_policies_in_python_too(folder):
    with pytest.raises(InputError, match=r"policy\.fast and policy\.slow"):
        load(folder, twice(folder, "months = 0", "months = 3"))
