"""Runs, their storage, and paired comparisons, on the real model at its smallest."""

from __future__ import annotations

import json
import os

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.core.errors import InputError
from sim.experiments import store
from sim.experiments.compare import Effect, compare, effect_of, interval
from sim.experiments.manifest import digest, fingerprint
from sim.experiments.run import Job, Outcome, run, run_all
from sim.experiments.store import Result
from sim.population.io_table import DATA
from sim.scenario import Scenario

FAILS = '''
import os
from sim.core.params import param
from sim.policies.base import Policy


class Fails(Policy):
    """Fail, or end the process, in runs with a certain seed."""

    seed: int = param(2, ge=0, unit="1", doc="seed", source="scenario assumption")
    deadly: bool = param(False, unit="1", doc="end the process", source="scenario assumption")

    def on_quarter_end(self, model):
        if model.draws.seed == self.seed:
            if self.deadly:
                os._exit(7)
            raise RuntimeError("as it should")
'''


@pytest.fixture(scope="module")
def small():
    tables = {
        "economy": {"firms": 200},
        "run": {"start": "2016-01", "months": 4},
        "record": {"panel": {"columns": ["sales", "wage"], "every": 2}},
    }
    return Scenario.from_dict(tables, "small")


@pytest.fixture(scope="module")
def failing(small, tmp_path_factory):
    path = tmp_path_factory.mktemp("private") / "fails.py"
    path.write_text(FAILS)
    return small.adding(path).named("failing")


@pytest.fixture(scope="module")
def result(small):
    return run(small, seed=1)


# --- one run -------------------------------------------------------------------------------------


def test_a_run_gives_a_row_a_month_and_a_panel_as_often_as_asked(result):
    assert list(result.metrics.index) == ["2016-01", "2016-02", "2016-03", "2016-04"]
    assert result.metrics.index.name == "month"
    assert sorted(set(result.panel["month"])) == ["2016-02", "2016-04"]
    assert {"uid", "sales", "wage"} <= set(result.panel)


def test_the_same_seed_gives_the_same_digest_and_another_seed_another(small, result):
    assert run(small, seed=1).manifest["digest"] == result.manifest["digest"]
    assert run(small, seed=2).manifest["digest"] != result.manifest["digest"]


def test_a_scenario_without_a_panel_keeps_none(small):
    assert run(small.replacing("run.months", 1, "record.panel.columns", []), 1).panel is None


def test_a_manifest_names_what_is_needed_to_repeat_a_run(small, result):
    told = result.manifest
    assert told["scenario_hash"] == small.hash and told["seed"] == 1
    assert told["model"] == fingerprint() and len(fingerprint()) == 64
    assert told["packages"]["numpy"] == np.__version__
    assert told["digest"] == digest(result.metrics, result.panel)
    assert json.loads(json.dumps(told)) == told


def test_a_digest_follows_values_and_names_and_not_the_order_of_columns():
    table = pd.DataFrame({"a": [1.0, np.nan], "b": [0.0, 2.0]}, index=pd.Index(["x", "y"], name="month"))
    assert digest(table[["b", "a"]]) == digest(table)
    assert digest(table.assign(b=[-0.0, 2.0])) == digest(table)
    assert digest(table.assign(b=[0.0, np.nextafter(2.0, 3)])) != digest(table)
    assert digest(table.rename(columns={"a": "c"})) != digest(table)
    assert digest(table.set_axis(["x", "z"])) != digest(table)


# --- storage -------------------------------------------------------------------------------------


def test_a_stored_run_reads_back_to_the_bit(result, tmp_path):
    folder = result.save(tmp_path)
    again = Result.load(folder)
    pd.testing.assert_frame_equal(again.metrics, result.metrics, check_exact=True)
    pd.testing.assert_frame_equal(again.panel, result.panel, check_exact=True)
    assert again.manifest == result.manifest
    assert again.scenario == result.scenario and again.name == result.name == folder.name


def test_a_stored_run_is_named_after_scenario_hash_and_seed(result, tmp_path):
    assert result.save(tmp_path).name == f"small-{result.scenario.hash[:8]}-seed1"
    assert os.listdir(tmp_path) == [result.name]


def test_storing_twice_gives_the_same_bytes(result, tmp_path):
    first = {file.name: file.read_bytes() for file in result.save(tmp_path).iterdir()}
    assert {file.name: file.read_bytes() for file in result.save(tmp_path).iterdir()} == first
    assert sorted(first) == ["manifest.json", "metrics.parquet", "panel.parquet", "scenario.toml"]


def test_a_private_policy_is_stored_with_the_run(failing, tmp_path):
    folder = run(failing.replacing("run.months", 1), seed=1).save(tmp_path)
    assert (folder / "fails.py").read_text() == FAILS
    assert Result.load(folder).scenario.hash == failing.replacing("run.months", 1).hash


def test_a_run_on_a_researchers_own_table_finds_it_again(small, tmp_path):
    table = tmp_path / "data" / "mine.csv"
    table.parent.mkdir()
    table.write_bytes((DATA / "korea_2011.csv").read_bytes())
    tables = {"economy": {"firms": 200, "io_table": "data/mine.csv"}, "run": {"months": 1}}
    scenario = Scenario.from_dict(tables, "own", folder=tmp_path)
    folder = run(scenario, 1).save(tmp_path / "results")
    assert Result.load(folder).scenario.hash == scenario.hash
    assert str(tmp_path) not in (folder / "scenario.toml").read_text()


def test_unit_and_meaning_travel_in_the_files(result, tmp_path):
    schema = pq.read_schema(result.save(tmp_path) / "metrics.parquet")
    assert schema.field("gdp").metadata[b"unit"] == b"KRW/month"
    assert b"meaning" in schema.field("gdp").metadata


@pytest.mark.parametrize("step", ["write_table", "flush", "put_in_place"])
def test_a_crash_while_storing_leaves_no_result(result, tmp_path, monkeypatch, step):
    def crash(*_):
        raise OSError("no space left")

    monkeypatch.setattr(store, step, crash)
    with pytest.raises(OSError, match="no space left"):
        result.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_storing_again_leaves_the_older_result(result, tmp_path, monkeypatch):
    folder = result.save(tmp_path)
    monkeypatch.setattr(store, "flush", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        result.save(tmp_path)
    assert Result.load(folder).manifest == result.manifest


def test_a_flipped_bit_is_noticed(result, tmp_path):
    folder = result.save(tmp_path)
    file = folder / "metrics.parquet"
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match="not"):
        Result.load(folder)


def test_a_changed_manifest_or_a_missing_file_is_noticed(result, tmp_path):
    folder = result.save(tmp_path)
    (folder / "panel.parquet").unlink()
    with pytest.raises(InputError, match="not those the manifest vouches for"):
        Result.load(folder)
    (folder / "metrics.parquet").unlink()
    with pytest.raises(InputError, match="not a complete result"):
        Result.load(folder)


# --- many runs -----------------------------------------------------------------------------------


def test_processes_give_the_same_bits_as_one_process(small):
    jobs = [Job(small, seed) for seed in (1, 2)]
    digests = [[done.manifest["digest"] for done in run_all(jobs, workers)] for workers in (1, 2)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_run_does_not_touch_the_others(failing, workers):
    outcomes = run_all([Job(failing, seed) for seed in (1, 2, 3)], workers)
    assert [bool(done.error) for done in outcomes] == [False, True, False]
    assert "as it should" in outcomes[1].error


def test_a_dying_process_loses_its_own_run_only(failing):
    deadly = failing.replacing("policy.fails.deadly", True)
    outcomes = run_all([Job(deadly, seed) for seed in (1, 2, 3)], 2)
    assert [done.error for done in outcomes] == ["", "the process died; it may have run out of memory", ""]


def test_progress_is_told_in_months_and_adds_up(small):
    for workers in (1, 2):
        passed = []
        run_all([Job(small, seed) for seed in (1, 2)], workers, passed.append)
        assert sum(passed) == 8


def test_mistakes_found_while_building_are_told_once_as_input_errors(small, tmp_path):
    own = tmp_path / "firms.csv"
    own.write_text("id,sector\n1,electronics\n2,electronics\n")
    with pytest.raises(InputError) as caught:
        small.replacing("economy.firms_table", str(own))
    problems = caught.value.problems
    assert len(set(problems)) == len(problems) > 0 and "firms.csv" in str(problems[0])


# --- comparisons ---------------------------------------------------------------------------------


def frame(*values):
    months = [f"{2016 + place // 12}-{place % 12 + 1:02d}" for place in range(len(values))]
    return pd.DataFrame({"gdp": np.array(values, dtype=float)}, index=pd.Index(months, name="month"))


@pytest.fixture
def effect():
    runs = {
        ("base", 1): frame(*[1] * 12, *[10] * 12),
        ("base", 2): frame(*[2] * 12, *[20] * 12),
        ("share", 1): frame(*[1] * 12, *[11] * 12),
        ("share", 2): frame(*[2] * 12, *[23] * 12),
    }
    return Effect("base", ("share",), runs)


def test_differences_are_paired_by_seed(effect):
    row = effect.table().loc[("share", "gdp")]
    mean, low, high = interval(np.array([1.0, 3.0]))
    assert row.tolist() == [15.0, mean, low, high, 2.0]


def test_differences_come_by_month_by_year_and_for_the_last_year(effect):
    assert len(effect.table("gdp")) == 24
    yearly = effect.table("gdp", by="year")
    assert yearly["difference"].tolist() == [0.0, 2.0]
    assert yearly.index.get_level_values("period").tolist() == ["2016", "2017"]
    assert effect.table("gdp", by="last_year")["difference"].tolist() == [2.0]


def test_an_interval_is_students_over_the_pairs():
    mean, low, high = interval(np.array([1.0, 2.0, 4.0, 5.0]))
    assert mean == 3.0 and high - mean == pytest.approx(3.182446 * np.sqrt(10 / 3) / 2)
    assert mean - low == pytest.approx(high - mean)


def test_one_seed_has_no_interval(effect):
    single = Effect("base", ("share",), {key: value for key, value in effect.runs.items() if key[1] == 1})
    row = single.table().loc[("share", "gdp")]
    assert row["difference"] == 1.0 and np.isnan(row["low"]) and row["n"] == 1


def test_a_failed_seed_is_dropped_from_both_arms_and_counted(effect):
    outcomes = [Outcome(name, seed, metrics=table) for (name, seed), table in effect.runs.items()]
    outcomes += [Outcome("base", 3, metrics=frame(*[0] * 24)), Outcome("share", 3, error="failed")]
    paired = effect_of(outcomes, ["base", "share"])
    assert paired.seeds("share") == [1, 2] and paired.dropped("share") == 1
    assert paired.table().loc[("share", "gdp"), "difference"] == 2.0
    assert [done.seed for done in paired.failures] == [3]


def test_a_pair_that_is_not_finite_is_left_out_of_that_cell_only(effect):
    effect.runs["share", 2].loc["2017-12", "gdp"] = np.nan
    table = effect.table("gdp")
    assert table.loc[("share", "gdp", "2017-12"), "n"] == 1
    assert table.loc[("share", "gdp", "2017-11"), "n"] == 2


def test_a_metric_that_was_not_recorded_is_named(effect):
    with pytest.raises(KeyError, match="no metric 'wage'"):
        effect.table("wage")


def test_comparing_a_scenario_with_itself_gives_exactly_zero(small):
    effect = compare(small, small.named("twin"), seeds=2)
    table = effect.table()
    assert (table["difference"].dropna() == 0).all() and table["n"].max() == 2


@pytest.mark.parametrize(
    ("others", "what"),
    [
        ([], "needs a baseline"),
        (["same"], "two scenarios have this name"),
        (["longer"], "run.months: is 5, in the baseline 4"),
        (["later"], "run.start: is 2017-01, in the baseline 2016-01"),
    ],
)
def test_scenarios_that_cannot_be_paired_are_refused(small, others, what):
    known = {
        "same": small,
        "longer": small.replacing("run.months", 5).named("longer"),
        "later": small.replacing("run.start", "2017-01").named("later"),
    }
    with pytest.raises(InputError) as caught:
        compare(small, *(known[name] for name in others))
    assert what in str(caught.value)
