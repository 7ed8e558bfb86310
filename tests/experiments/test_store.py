"""Results on disk: complete or absent, and what is found there again."""

from __future__ import annotations

import os

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.conftest import FAILS
from sim.core.errors import InputError
from sim.experiments.run import Job, run, run_all
from sim.experiments.store import Result, stored
from sim.policies.base import Policy
from sim.population.io_table import DATA
from sim.scenario import Scenario


class Quiet(Policy):
    """Do nothing."""


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


@pytest.mark.parametrize("step", ["store.write_table", "disk.flush", "disk.os.replace"])
def test_a_crash_while_storing_leaves_no_result(result, tmp_path, monkeypatch, step):
    def crash(*_):
        raise OSError("no space left")

    monkeypatch.setattr(f"sim.experiments.{step}", crash)
    with pytest.raises(OSError, match="no space left"):
        result.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_storing_again_leaves_the_older_result(result, tmp_path, monkeypatch):
    folder = result.save(tmp_path)
    monkeypatch.setattr("sim.experiments.disk.flush", lambda *_: 1 / 0)
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


# --- found again ---------------------------------------------------------------------------------


def test_a_stored_run_is_found_and_not_done_again(small, tmp_path, monkeypatch):
    (first,) = run_all([Job(small, 1, str(tmp_path))])
    monkeypatch.setattr("sim.experiments.run.run", lambda *_: 1 / 0)
    passed = []
    (again,) = run_all([Job(small, 1, str(tmp_path))], tell=passed.append)
    assert (first.kept, again.kept, again.error) == (False, True, "") and passed == [4]
    assert again.manifest == first.manifest and again.folder == first.folder
    pd.testing.assert_frame_equal(again.metrics, first.metrics, check_exact=True)


def test_a_run_of_another_model_or_seed_or_a_damaged_one_is_not_taken(small, tmp_path, monkeypatch):
    folder = run(small, 1).save(tmp_path)
    assert stored(small, 1, tmp_path) is not None
    assert stored(small, 2, tmp_path) is None and stored(small, 1, tmp_path / "elsewhere") is None
    assert stored(small.replacing("title", "Other"), 1, tmp_path) is None
    with monkeypatch.context() as changed:
        changed.setattr("sim.experiments.manifest.fingerprint", lambda: "another model")
        assert stored(small, 1, tmp_path) is None
    (folder / "metrics.parquet").write_bytes(b"")
    assert stored(small, 1, tmp_path) is None


def test_a_class_without_a_file_is_run_again_and_its_result_can_be_read(small, tmp_path):
    scenario = small.adding(Quiet).named("quiet")
    result = run(scenario, 1)
    assert any("Quiet" in note for note in result.manifest["notes"])
    folder = result.save(tmp_path)
    assert "class Quiet(Policy):" in (folder / "quiet.py").read_text()
    again = Result.load(folder)
    assert again.scenario.hash == scenario.hash and again.manifest == result.manifest
    assert stored(scenario, 1, tmp_path) is None
    with pytest.raises(InputError, match="cannot be run from this file alone"):
        run_all([Job(again.scenario, 1)])
    again.save(tmp_path / "copy")
    assert Result.load(tmp_path / "copy" / folder.name).scenario.sources == again.scenario.sources


def test_a_stored_scenario_keeps_its_name_when_it_is_run_again(result, tmp_path):
    folder = result.save(tmp_path)
    again = run(folder / "scenario.toml", 1)
    assert again.name == result.name and again.manifest == result.manifest
