"""The table of levers, its stored effects and the placebo floor."""

import json
from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.experiments import commands, levers
from sim.experiments.compare import compare
from sim.experiments.levers import Lever
from sim.experiments.placebo import Placebo
from sim.model import Ecosystem
from sim.policies import available
from sim.scenario import Scenario
from sim.scenario.files import shipped


@pytest.fixture(scope="module")
def effects(tmp_path_factory):
    """Return the effects of very small and short runs, and where they are stored."""
    file = tmp_path_factory.mktemp("levers") / "levers.csv"
    return levers.renew(seeds=2, firms=200, jobs=1, file=file, months=30), file


def test_every_policy_has_a_scenario_that_switches_it_on_alone():
    assert [lever.name for lever in levers.levers()] == available()
    for lever in levers.levers():
        assert [entry.name for entry in lever.scenario.policies] == [lever.name]
        assert lever.scenario.title and lever.scenario.question


def test_a_lever_is_compared_with_the_scenario_its_file_extends():
    for lever in levers.levers():
        text = shipped()[levers.PREFIX + lever.name].read_text(encoding="utf-8")
        assert f'extends = "../{lever.control}.toml"' in text
    assert levers.controls(levers.levers()) == ["baseline", "screening", "transition"]


def test_each_control_is_run_once_with_its_own_levers_and_placebo(tmp_path, monkeypatch):
    (tmp_path / "slump.toml").write_text('extends = "baseline"\n[world]\nmaterial_month = 0\n')
    control, policy = str(tmp_path / "slump.toml"), {"policy": {"profit_sharing": {"share": 0.2}}}
    scenarios = [Scenario.from_dict({"extends": base} | policy) for base in ("baseline", control)]
    every = [
        Lever(name, one, base)
        for name, one, base in zip(("in_calm", "in_slump"), scenarios, ("baseline", control), strict=True)
    ]
    monkeypatch.setattr(levers, "levers", lambda: every)
    passed = []
    table = levers.renew(2, 200, 1, tmp_path / "levers.csv", passed.append, months=27)
    assert sum(passed) == 27 * 2 * (2 + 2 * 2)  # two levers, two controls, a placebo on each
    found = table.set_index(["lever", "metric"])
    for lever in every:
        base = Scenario.load(lever.control).replacing("economy.firms", 200, "run.months", 27)
        shared = base.adding("profit_sharing", share=0.2).named("shared")
        direct = compare(base, shared, seeds=2).table().loc["shared"]
        mine = found.loc[lever.name]
        assert set(mine["control"]) == {lever.control}
        for name in levers.HEADLINE:
            assert mine.loc[name, ["baseline", "difference"]].tolist() == pytest.approx(
                direct.loc[name, ["baseline", "difference"]].tolist()
            )
    assert found["baseline"]["in_calm", "real_gdp"] != found["baseline"]["in_slump", "real_gdp"]
    assert (found["floor"].xs("fiscal_cost", level="metric") > 0).all()  # a won was paid on either control


def test_effects_against_another_control_are_out_of_date(effects):
    page = levers.page(effects[0].assign(control="trickle_down"))
    assert f"Changed since, or never run: {', '.join(available())}." in " ".join(page.split())


def test_every_lever_says_what_it_acts_on_who_pays_and_who_receives():
    for lever in levers.levers():
        policy = lever.policy
        assert policy.korean and policy.acts_on and policy.paid_by and policy.received_by, lever.name


def test_the_table_names_every_lever_with_parameters_and_effects(effects):
    table, _ = effects
    page = levers.page(table)
    for lever in levers.levers():
        assert f"{lever.name}  {lever.policy.title}" in page
        mine = table[table["lever"] == lever.name]
        assert sorted(mine["metric"]) == sorted(levers.METRICS) and (mine["n"] == 2).all()
    assert "Changed since" not in page and "model has changed" not in page


def test_stored_effects_are_read_back_and_out_of_date_ones_are_said_to_be(effects):
    table, file = effects
    again = levers.stored(file)
    assert again["difference"].to_numpy() == pytest.approx(table["difference"].to_numpy(), nan_ok=True)
    old = again.assign(hash="0" * 64)
    said = " ".join(levers.page(old).split())
    assert "Changed since" in said and "winwin levers --renew" in said
    assert "winwin levers --renew" in levers.page(None)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="needs a folder that nobody can write to")
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_runs(monkeypatch):
    monkeypatch.setattr(levers, "compare", lambda *_, **__: 1 / 0)
    with pytest.raises(InputError, match="/sys cannot be written to"):
        levers.renew(2, 200, 1, Path("/sys/winwin/levers.csv"), months=27)


def test_the_record_of_the_table_is_json(effects):
    record = json.loads(json.dumps(commands.records.clean(levers.record(effects[0]))))
    assert len(record["levers"]) == len(available())
    assert all(len(lever["effects"]) == len(levers.METRICS) for lever in record["levers"])


def test_options_of_renewal_alone_are_refused():
    with pytest.raises(InputError, match="--renew"):
        commands.levers(False, 3, None, None, 1, False)


def test_the_placebo_moves_one_won_once():
    plain = Scenario.load("baseline").replacing("economy.firms", 200)
    models = [Ecosystem(one, seed=4) for one in (plain, plain.adding(Placebo, start="2016-02"))]
    for model in models:
        model.run_for(1)
    assert np.array_equal(models[0].ledger.balance, models[1].ledger.balance)
    models[1].step()
    row = models[1].ledger.flows.payments["placebo"]
    assert row.sum() == 0 and np.abs(row).sum() == 2
