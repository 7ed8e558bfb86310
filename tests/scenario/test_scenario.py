"""A scenario: frozen, changed by copies, compared, hashed, described."""

from __future__ import annotations

import pytest

from scenario.writing import GIFT, load
from sim.core.errors import InputError
from sim.policies import load as load_policy
from sim.policies.where import Where
from sim.scenario import Scenario
from sim.scenario.files import shipped


def test_all_parameters_have_their_default_in_an_empty_scenario(folder):
    scenario = load(folder, "")
    for name, group in scenario.parameters.items():
        assert group == type(group)(), name
        assert getattr(scenario, name) is group


def test_a_resolved_scenario_written_out_reads_back_as_the_same_scenario(gift, tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine.toml").write_text(gift.to_toml(), encoding="utf-8")
    (tmp_path / "again" / "gift.py").write_text(gift.sources["gift"])
    again = Scenario.load(tmp_path / "again" / "mine.toml")
    assert again.hash == gift.hash and again.resolved == gift.resolved


def test_a_scenario_is_frozen(gift):
    with pytest.raises(AttributeError, match="frozen"):
        gift.title = "x"
    gift.resolved["run"]["months"] = 1
    assert gift.run.months == 24


def test_replacing_returns_a_new_scenario_and_leaves_the_old(gift):
    other = gift.replacing("run.months", 36, "policy.gift.share", 0.5)
    assert (other.run.months, other.policies[0].steps[0][1].share) == (36, 0.5)
    assert (gift.run.months, gift.hash == other.hash) == (24, False)


def test_replacing_refuses_a_bad_value_and_names_it(gift):
    with pytest.raises(InputError, match=r"scenario mine, replaced, run\.months: out of bounds: 0"):
        gift.replacing("run.months", 0)


def test_adding_takes_the_name_the_class_or_an_instance_of_a_policy(folder):
    base = Scenario.load(folder / "base.toml")
    policy = load_policy("profit_sharing")
    reached = Where(kind=("conglomerate",), tier=(0,))
    where = {"kind": ["conglomerate"], "tier": [0]}
    added = [
        base.adding("profit_sharing", share=0.1, where=where),
        base.adding(policy, share=0.1, where=where),
        base.adding(policy(share=0.1, where=reached)),
    ]
    assert len({scenario.hash for scenario in added}) == 1
    assert added[0].policies[0].steps[0][1] == policy(share=0.1, where=reached)


def test_adding_a_policy_that_does_not_exist_names_the_nearest(folder):
    with pytest.raises(InputError, match="did you mean 'profit_sharing'"):
        Scenario.load(folder / "base.toml").adding("profit_shering")


def test_the_hash_follows_content_and_not_names_or_seeds(folder, gift):
    same = [gift.replacing("title", "Other"), gift.replacing("run.seeds", 7), gift.named("other")]
    assert {scenario.hash for scenario in same} == {gift.hash}
    assert gift.replacing("run.months", 25).hash != gift.hash
    (folder / "gift.py").write_text(GIFT + "# changed\n")
    assert Scenario.load(folder / "mine.toml").hash != gift.hash


def test_the_hash_does_not_depend_on_the_order_or_the_spelling_of_a_file(folder):
    one = load(folder, "[run]\nmonths = 6\nseeds = 3\n")
    two = load(folder, "run = { seeds = 4, months = 6 }\n")
    assert one.hash == two.hash


def test_writing_a_default_out_changes_nothing(folder):
    plain = load(folder, "")
    assert load(folder, f"[demand]\nsmoothing = {plain.demand.smoothing}\n").hash == plain.hash


def test_diff_shows_keys_with_both_values(gift, folder):
    base = Scenario.load(folder / "base.toml")
    different = gift.replacing("run.months", 6).diff(base)
    rows = dict((key, (ours, theirs)) for key, ours, theirs in different.rows)
    assert rows["run.months"] == (6, 24)
    assert rows["policy.gift.level"] == (1, None)
    assert '{ "2020-06" = 0.1, "2021-01" = 0.2 }  -' in str(different)
    assert len(gift.diff(gift)) == 0 and "same scenario" in str(gift.diff(gift))


def test_describe_names_period_policies_and_changed_parameters(gift):
    page, lines = " ".join(gift.describe().split()), gift.describe().split("\n")
    assert "2020-01 to 2021-12, 24 months, 2 seeds" in page
    assert "economy.firms = 500 firm (default 3000): living firms at the start" in page and gift.hash in page
    assert "  gift" in lines  # a policy without a title
    assert 'for tier = [1, 2], size = ["sme"]' in page and "from 2020-03 to 2021-06" in page
    assert 'share = { "2020-06" = 0.1, "2021-01" = 0.2 } (default 0.0): part given away' in page
    assert "level = 1: how often" in page


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_is_valid_and_asks_a_question(name):
    scenario = Scenario.load(name)
    assert scenario.name == name.rpartition("/")[2] and scenario.question.endswith("?")


def test_nothing_is_read_from_the_environment(folder, monkeypatch):
    before = load(folder, "")
    for name in ("WINWIN_RUN_MONTHS", "RUN_MONTHS", "MONTHS", "SIM_RUN__MONTHS", "run"):
        monkeypatch.setenv(name, "7")
    assert load(folder, "") == before


def test_another_name_brings_its_own_words(gift):
    assert (gift.named("other").title, gift.named("other", "Other", "Why?").question) == ("other", "Why?")
    assert gift.replacing("run.months", 6).title == gift.title
    with pytest.raises(InputError, match="cannot be the name of a folder"):
        gift.named("a/b")


def test_a_scenario_written_out_keeps_its_name(gift, tmp_path):
    (tmp_path / "scenario.toml").write_text(gift.named("other", "Other").to_toml())
    (tmp_path / "gift.py").write_text(GIFT)
    again = Scenario.load(tmp_path / "scenario.toml")
    assert (again.name, again.title) == ("other", "Other")
