"""Folders of runs that were stored one by one: listed, checked, read, and followed firms found again."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.experiments import followed
from sim.experiments.results import results
from sim.experiments.run import Job, live, run_all
from sim.experiments.store import Result, stored


@pytest.fixture
def kept(small, tmp_path, monkeypatch):
    """A folder with two seeds of one scenario and one of the same with more firms."""
    monkeypatch.chdir(tmp_path)
    larger = small.replacing("economy.firms", 210)
    run_all([Job(small, 1, "kept"), Job(small, 2, "kept"), Job(larger, 1, "kept")])
    return Path("kept")


def test_runs_are_listed_chosen_and_have_a_digest(kept, winwin):
    status, out, err = winwin("results", kept)
    assert (status, err) == (0, "") and out.startswith("Runs one by one: 3 different runs, 3 done, 0 failed")
    assert "economy.firms" in out and "run.months" not in out  # of one value
    for words, rows in {
        ("--where", "seed = 1"): 2,
        ("--where", "economy.firms >= 205"): 1,
        ("--where", "run.months = 4", "--where", "seed=2"): 1,
        ("--only", "missing"): 0,
    }.items():
        found = json.loads(winwin("results", kept, "--json", *words)[1])
        assert len(found["rows"]) == rows, words
    (row,) = json.loads(winwin("results", kept, "--json", "--where", "economy.firms >= 205")[1])["rows"]
    assert row["digest"] == Result.load(kept / row["run"]).manifest["digest"]
    assert row["environment"]["processor"] and row["parameters"]["economy.firms"] == 210


def test_the_digest_does_not_depend_on_the_folder_and_follows_the_runs(kept, small, winwin):
    _, before, _ = winwin("results", kept, "--digest")
    run_all([Job(small, 2, "other"), Job(small, 1, "other")])
    assert (
        winwin("results", "other", "--digest")[1]
        == winwin("results", kept, "--digest", "--where", "economy.firms = 200")[1]
    )
    assert winwin("results", "other", "--digest")[1] != before


def test_a_damaged_run_is_found_and_removed(kept, winwin):
    first, *_ = sorted(kept.iterdir())
    assert winwin("results", kept, "--verify")[:2][0] == 0
    data = bytearray((first / "metrics.parquet").read_bytes())
    data[200] ^= 1
    (first / "metrics.parquet").write_bytes(data)
    (kept / ".cut-off").mkdir()
    status, out, err = winwin("results", kept, "--verify")
    assert status == 1 and "1 damaged" in out and f"run {first.name}" in err
    status, out, err = winwin("results", kept, "--verify", "--prune")
    assert status == 1 and "removed: 1 runs, 1 cut off" in out and not first.exists()
    assert len(list(kept.iterdir())) == 2 and winwin("results", kept, "--verify")[0] == 0


def test_a_run_under_the_name_of_another_is_found(kept, winwin):
    first, *_ = sorted(kept.iterdir())
    first.rename(kept / "small-00000000-seed9")
    status, _, err = winwin("results", kept, "--verify")
    assert status == 1 and "small-00000000-seed9: is another run under this name" in err


def test_one_line_gives_one_table(kept, small):
    table = results(kept, ["gdp", "sme_value_added_share"])
    assert list(table.columns) == [
        *("run", "scenario", "seed", "economy.firms", "run.months"),
        *("gdp", "sme_value_added_share"),
    ]
    alone = stored(small, 2, kept).metrics["gdp"].mean()
    assert table[(table["seed"] == 2)]["gdp"].tolist() == [alone]
    assert len(results(kept, "gdp", by="month")) == 12


def test_what_holds_nothing_is_told_with_the_sweeps_inside(kept, winwin, write):
    winwin("sweep", write("not"))
    status, out, err = winwin("results", "results")
    assert (status, out) == (2, "") and "it holds sweeps, name one of them: results/mine" in err
    with pytest.raises(InputError, match="holds neither a sweep nor runs"):
        results("nowhere")


# --- followed firms ------------------------------------------------------------------------------------


def same(one, other):
    for field in fields(one):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys(), field.name
            pairs = [(ours[key], theirs[key]) for key in ours]
        else:
            pairs = [(ours, theirs)]
        for mine, its in pairs:
            assert getattr(mine, "dtype", None) == getattr(its, "dtype", None), field.name
            np.testing.assert_array_equal(mine, its) if isinstance(mine, np.ndarray) else None
            assert isinstance(mine, np.ndarray) or mine == its, field.name
    return True


@pytest.fixture
def scenario(small):
    return small.adding("profit_sharing", start="2016-02").named("shared")


def test_followed_firms_are_stored_and_found_again_to_the_bit(scenario, tmp_path, monkeypatch):
    (first,) = run_all([Job(scenario, 1, str(tmp_path), since="2016-02")])
    assert same(first.firms, live(scenario, 1, since="2016-02").firms) and first.firms.amounts["sales"].any()
    monkeypatch.setattr("sim.experiments.run.live", lambda *_: 1 / 0)
    (again,) = run_all([Job(scenario, 1, str(tmp_path), since="2016-02")])
    assert again.kept and same(again.firms, first.firms) and again.manifest == first.manifest


def test_a_month_before_the_run_begins_means_its_beginning(scenario, tmp_path, monkeypatch):
    (first,) = run_all([Job(scenario, 1, str(tmp_path), since="")])
    monkeypatch.setattr("sim.experiments.run.live", lambda *_: 1 / 0)
    (again,) = run_all([Job(scenario, 1, str(tmp_path), since="2010-01")])
    assert again.kept and same(again.firms, first.firms) and first.firms.since == "2016-01"


def test_a_run_may_be_followed_from_several_months_on_and_without(scenario, tmp_path):
    plain = run_all([Job(scenario, 1, str(tmp_path))])[0]
    for since in ("2016-01", "2016-03"):
        assert not run_all([Job(scenario, 1, str(tmp_path), since=since)])[0].kept
    for since in (None, "2016-01", "2016-03"):
        (found,) = run_all([Job(scenario, 1, str(tmp_path), since=since)])
        assert found.kept and found.manifest == plain.manifest
        assert (found.firms is None) == (since is None)


@pytest.mark.parametrize("how", ["flip", "other run", "cut"])
def test_damaged_followed_firms_are_found_and_done_again(scenario, tmp_path, winwin, how):
    jobs = [Job(scenario, seed, str(tmp_path), since="2016-02") for seed in (1, 2)]
    first, second = run_all(jobs)
    file = Path(first.folder) / "followed-2016-02" / "firms.parquet"
    before = file.read_bytes()
    if how == "other run":
        for name in ("firms", "links"):
            other = Path(second.folder) / "followed-2016-02" / f"{name}.parquet"
            file.with_name(f"{name}.parquet").write_bytes(other.read_bytes())
    else:
        data = bytearray(before)
        data[300] ^= 1
        file.write_bytes(bytes(data) if how == "flip" else before[:500])
    assert winwin("results", tmp_path, "--verify")[0] == 1
    assert followed.damage(Path(first.folder), first.manifest["digest"]).startswith("followed-2016-02")
    assert [done.kept for done in run_all(jobs)] == [False, True]
    assert file.read_bytes() == before and winwin("results", tmp_path, "--verify")[0] == 0
