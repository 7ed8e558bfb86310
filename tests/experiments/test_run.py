"""One run and many runs, on the real model at its smallest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from experiments.conftest import FAULTY
from sim.core.errors import InputError
from sim.experiments.dispatch import LOST
from sim.experiments.manifest import FACES, digest, fingerprint, source_hash
from sim.experiments.run import Job, run, run_all
from sim.policies.base import Policy


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
    assert [done.error for done in outcomes] == ["", LOST, ""]


def test_a_run_whose_process_dies_once_is_done_again_with_the_same_numbers(small, tmp_path):
    (tmp_path / "faulty.py").write_text(FAULTY)
    once = small.adding(tmp_path / "faulty.py", how="die once", sign=str(tmp_path / "begun"))
    (tmp_path / "begun").touch()
    expected = [done.manifest["digest"] for done in run_all([Job(once, seed) for seed in (1, 2)])]
    (tmp_path / "begun").unlink()
    found = run_all([Job(once, seed) for seed in (1, 2)], 2)
    assert (tmp_path / "begun").exists()
    assert [done.manifest["digest"] for done in found] == expected


def test_a_worker_with_another_version_of_the_model_is_refused(small, monkeypatch):
    with ThreadPoolExecutor(1) as mine, monkeypatch.context() as elsewhere:
        elsewhere.setattr("sim.experiments.manifest.fingerprint", lambda: "f" * 64)
        with pytest.raises(InputError, match="another version of the model \\(ffffffff, not"):
            run_all([Job(small, 1)], on=mine)


def test_a_full_disk_ends_the_runs_with_one_message_and_leaves_nothing(tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
    words = ["run", "baseline", "--firms", "200", "--months", "3", "-s", "3", "-o", "kept", "-j", "2"]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{limit} from sim.cli import main; main()", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith("winwin: 1 problem\n"), done.stderr
    assert f"{tmp_path}/kept: results cannot be stored here" in done.stderr
    assert "make room or name another folder with -o; the same command" in done.stderr
    assert list((tmp_path / "kept").iterdir()) == []


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


class Spending(Policy):
    """Leave a sign in every month it acts."""

    def on_month_start(self, model):
        model.events["spent"] = 1


def test_a_class_of_this_module_runs_in_other_processes_and_one_of_a_function_does_not(small):
    class Local(Policy):
        """Do nothing."""

    jobs = [Job(small.adding(Spending).named("spending"), seed) for seed in (1, 2)]
    assert [done.error for done in run_all(jobs, 2)] == ["", ""]
    local = [Job(small.adding(Local).named("local"), seed) for seed in (1, 2)]
    with pytest.raises(InputError, match=r"policy\.local: the class .*Local is in a notebook or a function"):
        run_all(local, 2)
    assert [done.error for done in run_all(local, 1)] == ["", ""]


def test_months_are_told_one_by_one_also_by_other_processes(small, tmp_path):
    (tmp_path / "faulty.py").write_text(FAULTY)
    late = small.adding(tmp_path / "faulty.py", how="die", start="2016-03").named("late")
    for workers in (1, 2):
        told = []
        run_all([Job(small, 1), Job(small, 3)], workers, tell=told.append)
        assert told == [1] * 8
    told = []
    _, lost = run_all([Job(small, 1), Job(late, 2)], 2, tell=told.append)
    assert lost.error == LOST
    assert set(told) == {1, -2} and sum(told) == 4  # what was lost has been taken back


def test_notes_of_scenario_and_economy_stand_in_the_manifest(small):
    late = small.adding("profit_sharing", start="2020-01").named("late")
    notes = run(late, 1).manifest["notes"]
    assert notes[0].startswith("policy.profit_sharing starts 2020-01, after the run's last month, 2016-04")
    assert notes[1:] == run(small, 1).manifest["notes"]


PIPED = """
import sim
from sim.experiments.run import Job, run_all
small = sim.Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 1)
try:
    run_all([Job(small, 1), Job(small, 2)], 2)
except sim.InputError as error:
    print(error)
"""


def test_a_program_from_standard_input_is_told_to_use_one_job():
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-"], input=PIPED, env=environment, capture_output=True, text=True, check=True
    )
    assert "jobs: the program comes from standard input" in done.stdout and done.stderr == ""


def test_stored_results_are_old_when_the_model_has_changed_but_not_when_a_table_has(tmp_path):
    for name in ("rules/prices.py", "population/data/shares.csv", "experiments/tables.py", "cli.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first")
    hashes = [source_hash(tmp_path)]
    for name in ("experiments/tables.py", "cli.py", "rules/prices.py", "population/data/shares.csv"):
        (tmp_path / name).write_text("second")
        hashes.append(source_hash(tmp_path))
    assert hashes[0] == hashes[1] == hashes[2] and len(set(hashes[2:])) == 3
    root = Path(sim.__file__).parent
    assert all((root / face).exists() for face in FACES)
