"""Sweeps on the real model at its smallest: what is done, done again, lost and refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.conftest import of
from sim import cli
from sim.core.errors import InputError
from sim.experiments import archive as archives
from sim.experiments import sweep as sweeps
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.dispatch import LOST
from sim.experiments.inventory import damaged, listing
from sim.experiments.plan import plan_of
from sim.experiments.results import results
from sim.experiments.run import run
from sim.experiments.sweep import sweep
from sim.population.io_table import DATA

PROGRAM = [sys.executable, "-W", "error", "-c", "from sim.cli import main; main()"]
# --- what is done --------------------------------------------------------------------------------------


def test_a_sweep_gives_the_numbers_of_single_runs(write):
    design = Design.load(write())
    done = sweep(design)
    assert (done.folder, done.runs, done.reused, done.done, done.failed) == (
        Path("results/mine"),
        4,
        0,
        4,
        {},
    )
    values = [pair for pair in design.points[1].items() for pair in pair]
    alone = run(design.scenarios[0].replacing(*values), 2)
    archive = Archive(done.folder)
    row = listing(archive).iloc[3]
    assert row["policy.profit_sharing.share"] == 0.1 and row["seed"] == 2
    assert archive.manifest(row["run"]) == alone.manifest
    assert archive.metrics(row["run"]).equals(alone.metrics)
    assert damaged(archive, archive.complete()) == {}


def test_what_is_stored_is_not_done_again_and_more_seeds_do_only_the_rest(write, monkeypatch):
    sweep(write())
    first = of("results/mine")
    more = sweep(write(seeds=3))
    assert (more.runs, more.reused, more.done) == (6, 4, 2)
    back = sweep(write())
    assert (back.runs, back.reused, back.done) == (4, 4, 0) and of("results/mine") == first


def test_points_that_mean_the_same_run_share_it(write):
    design = Design.load(write(more="economy.firms = [200, 200.0]\n".replace("200.0", "201")))
    plan = plan_of(design)
    assert len({row.run for row in plan}) == len(plan) == 8
    two = '"baseline", "small.toml"'
    Path("mine.toml").write_text(
        f"scenarios = [{two}]\nseeds = 1\n[parameters]\nrun.months = 1\neconomy.firms = 200\n"
        "policy.profit_sharing.share = [0.0, 0.1]\n"
    )
    plan = plan_of(Design.load("mine.toml"))
    assert len(plan) == 4 and len({row.run for row in plan}) == 3


def test_values_that_are_refused_together_are_told_with_their_point(write):
    write()
    Path("own.toml").write_text(
        '[run]\nmonths = 2\n[policy.payment_terms]\nstart = "2016-01"\nend = "2016-02"\n'
    )
    Path("mine.toml").write_text(
        'scenario = "own.toml"\nseeds = 1\nmethod = "list"\n[parameters]\n'
        'policy.payment_terms.start = ["2016-01", "2016-02"]\n'
        'policy.payment_terms.end = ["2016-02", "2016-01"]\n'
    )
    with pytest.raises(InputError) as caught:
        sweep("mine.toml")
    assert "point 2" in str(caught.value) and "lies before the policy's start" in str(caught.value)
    assert not Path("results").exists()


def test_the_table_of_a_sweep_has_parameters_and_averages(write):
    sweep(write())
    table = results("results/mine", ["gdp", "sme_value_added_share"], by="month")
    assert list(table["period"].unique()) == ["2016-01", "2016-02"] and len(table) == 8
    whole = results("results/mine", "gdp")
    assert list(whole.columns)[:3] == ["run", "scenario", "seed"] and len(whole) == 4
    assert sorted(whole["policy.profit_sharing.share"]) == [0.0, 0.0, 0.1, 0.1]
    months = table.groupby("run")["gdp"].mean()
    assert whole.set_index("run")["gdp"].to_dict() == pytest.approx(months.to_dict(), rel=1e-12)
    with pytest.raises(InputError, match="there is no 'gdpp'\n    did you mean 'gdp'"):
        results("results/mine", ["gdpp"])


# --- the plan, made again --------------------------------------------------------------------------------


def test_a_plan_is_made_again_without_putting_in_any_value(write, monkeypatch):
    first = sweep(write())
    archive = Archive(first.folder)
    rows = [(row.run, row.seed, row.values) for row in plan_of(Design.load("mine.toml"))]
    with monkeypatch.context() as known:
        known.setattr("sim.experiments.plan.put", lambda *_: 1 / 0)
        again = plan_of(Design.load("mine.toml"), archive.points())
        assert [(row.run, row.seed, row.values) for row in again] == rows
        more = plan_of(Design.load(write(seeds=3)), archive.points())
        assert len({row.run for row in more}) == 6 > len({run for run, *_ in rows})
        with pytest.raises(ZeroDivisionError):  # other values are another point
            plan_of(Design.load(write(more="economy.firms = 201")), archive.points())
        with monkeypatch.context() as other, pytest.raises(ZeroDivisionError):
            other.setattr(archives, "fingerprint", lambda: "f" * 64)
            plan_of(Design.load(write()), archive.points())
    small = Path("small.toml").read_text()
    Path("small.toml").write_text(small.replace("months = 2", "months = 3"))
    changed = plan_of(Design.load("mine.toml"), archive.points())
    assert not {row.run for row in changed} & {run for run, *_ in rows}


def test_what_a_file_says_is_looked_at_again(write, tmp_path):
    table = tmp_path / "own.csv"
    lines = (DATA / "korea_2011.csv").read_text().splitlines()
    table.write_text("\n".join(lines))
    write()
    Path("mine.toml").write_text(
        'scenario = "small.toml"\nseeds = 1\n[parameters]\n'
        f'economy.io_table = ["{table}"]\npolicy.profit_sharing.share = [0.0, 0.1]\n'
    )
    first = plan_of(Design.load("mine.toml"))
    known = {row.point: row.scenario_hash for row in first if row.point}
    table.write_text("\n".join(lines) + "\n")
    again = plan_of(Design.load("mine.toml"), known)
    assert not {row.run for row in first} & {row.run for row in again} and not known


# --- failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_run_is_recorded_with_the_command_that_does_it_again(write, winwin, workers):
    status, out, err = winwin("sweep", write("fail"), "-j", workers, "--json")
    told = json.loads(out)
    assert status == 1 and (told["runs"], told["done"], len(told["failed"])) == (4, 2, 2)
    assert "RuntimeError: as it should" in err
    failure = told["failed"][0]
    assert failure["seed"] == 2 and "as it should" in failure["error"] and failure["command"] in err
    status, out, err = winwin(*failure["command"].split()[1:])
    assert status == 1 and "as it should" in err
    assert winwin("results", "results/mine", "--only", "failed")[1].count("failed") == 3


def test_a_failed_run_is_tried_again_and_forgotten_when_it_succeeds(write, monkeypatch):
    design = write("not")
    with monkeypatch.context() as broken:
        broken.setattr(sweeps, "run", lambda *_: 1 / 0)
        assert len(sweep(design).failed) == 4
    assert Archive(Path("results/mine")).failed() and sweep(design).done == 4
    assert Archive(Path("results/mine")).failed() == set()


def test_a_run_that_kills_its_worker_is_given_up_after_three_and_the_rest_is_done(write):
    done = sweep(write("die"), workers=2)
    assert done.done == 2 and set(done.failed.values()) == {LOST}


def test_a_worker_killed_once_loses_nothing(write, undisturbed):
    expected = undisturbed("die once")
    done = sweep(write("die once"), workers=2)
    assert Path("begun").exists() and done.done == 4 and of(done.folder) == expected


# --- interruptions ---------------------------------------------------------------------------------------


def start(*words):
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    return subprocess.Popen(
        [*PROGRAM, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(child, ready):
    patience = time.monotonic() + 120
    while not ready() and child.poll() is None and time.monotonic() < patience:
        time.sleep(0.05)
    assert ready(), child.communicate(timeout=10)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_sweep_that_is_killed_goes_on_where_it_was(write, undisturbed, jobs, how):
    expected = undisturbed("wait")
    design = write("wait")
    child = start("sweep", design, "-j", jobs)
    runs = Path("results/mine/runs")
    wait_for(child, lambda: Path("begun").exists() and len(list(runs.glob("[!.]*"))) >= 1)
    child.send_signal(how)
    _, err = child.communicate(timeout=30)
    kept = len(list(runs.glob("[!.]*")))
    if how != signal.SIGKILL:
        assert child.returncode == 130 and "Traceback" not in err
        assert f"{kept} of 4 runs are complete in results/mine. The same command does the others" in err
        assert [file for file in runs.iterdir() if file.name.startswith(".")] == []
    again = sweep(design, workers=2)
    assert (again.reused, again.done) == (kept, 4 - kept) and 1 <= kept < 4
    assert of("results/mine") == expected


# --- what is refused -------------------------------------------------------------------------------------


def test_a_folder_of_another_version_is_refused_with_the_ways_out(write, winwin, monkeypatch):
    sweep(write())
    monkeypatch.setattr(archives, "fingerprint", lambda: "f" * 64)
    status, out, err = winwin("sweep", "mine.toml")
    assert (status, out) == (2, "") and "another version of the model" in err
    assert "name another folder with -o" in err and "winwin results results/mine --prune" in err
    assert winwin("results", "results/mine")[0] == 0


def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_runs(write, winwin):
    place = "/sys/winwin" if os.path.isdir("/sys") else "/dev/null/winwin"
    status, out, err = winwin("sweep", write(), "-o", place)
    assert (status, out) == (2, "") and err.startswith("winwin: 1 problem\n") and "cannot be written" in err
    Path("file").touch()
    status, out, err = winwin("sweep", write(), "-o", "file")
    assert (status, out) == (2, "") and "is a file" in err


def test_a_full_disk_ends_the_sweep_with_one_message_and_keeps_what_is_there(write, undisturbed):
    expected = undisturbed("not")
    design = write()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
    program = [sys.executable, "-W", "error", "-c", f"{limit} from sim.cli import main; main()"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    for jobs in ("1", "2"):
        done = subprocess.run(
            [*program, "sweep", design, "-j", jobs],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert done.stderr.startswith("winwin: 1 problem\n"), done.stderr
        assert "results cannot be stored here" in done.stderr
        assert "the same command then does the rest" in done.stderr and "Traceback" not in done.stderr
        assert list(Path("results/mine/runs").iterdir()) == []
    assert sweep(design).done == 4 and of("results/mine") == expected
