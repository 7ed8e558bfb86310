"""Kept openings give the numbers of new ones, and are never those of another program or scenario."""

import os

import numpy as np
import pytest

import sim
from sim.experiments import openings
from sim.experiments.openings import cache_folder, kept_opening, make_room

SMALL = sim.Scenario.load("growth_for_all").replacing("economy.firms", 200, "run.months", 6)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(openings.SWITCH, str(tmp_path))
    return tmp_path / "openings"


def test_a_run_from_a_kept_opening_has_the_same_bits(folder, monkeypatch):
    first = sim.run(SMALL, seed=3)
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr("sim.population.build.open_economy", None)  # from here on nothing can be built
    again = sim.run(SMALL, seed=3)
    assert again.manifest["digest"] == first.manifest["digest"]
    monkeypatch.undo()
    assert sim.run(SMALL, seed=3).manifest["digest"] == first.manifest["digest"]


def test_every_column_of_a_kept_opening_is_that_of_the_one_built(folder):
    built, kept = kept_opening(SMALL, 1), kept_opening(SMALL, 1)
    assert built is not kept
    for one, other in (
        (built.structure.firms, kept.structure.firms),
        (built.structure.links, kept.structure.links),
    ):
        for name, values in one.arrays.items():
            assert values.flags["C_CONTIGUOUS"] == other.arrays[name].flags["C_CONTIGUOUS"]
            assert np.array_equal(values, other.arrays[name], equal_nan=values.dtype.kind == "f"), name
            # An equal copy of NumPy's type would make scattered additions many times slower.
            assert other.arrays[name].dtype is np.dtype(values.dtype.str), name
            assert other.arrays[name].flags["WRITEABLE"], name
    assert kept.ledger.firms is kept.structure.firms and kept.network.links is kept.structure.links


@pytest.mark.parametrize(
    "other",
    [
        SMALL.replacing("economy.firms", 201),
        SMALL.replacing("demand.need_share", 0.21),
        SMALL.replacing("run.start", "2017-01"),
    ],
)
def test_whatever_an_opening_depends_on_has_a_file_of_its_own(folder, other):
    kept_opening(SMALL, 1)
    kept_opening(other, 1)
    kept_opening(SMALL, 2)
    assert len(list(folder.iterdir())) == 3


def test_a_policy_and_the_length_of_the_run_share_the_opening(folder):
    kept_opening(SMALL, 1)
    kept_opening(SMALL.replacing("run.months", 24, "policy.profit_sharing.share", 0.3), 1)
    assert len(list(folder.iterdir())) == 1


def test_another_program_does_not_use_it(folder, monkeypatch):
    kept_opening(SMALL, 1)
    monkeypatch.setattr(openings, "fingerprint", lambda: "another")
    kept_opening(SMALL, 1)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    "damage", [lambda stored: stored[:-1], lambda stored: stored[:500] + b"!" + stored[501:]]
)
def test_a_damaged_file_is_built_anew(folder, damage):
    workers = kept_opening(SMALL, 1).structure.firms.workers
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert np.array_equal(kept_opening(SMALL, 1).structure.firms.workers, workers)
    assert file.read_bytes() == whole


def test_the_folder_is_bounded_and_the_oldest_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(openings, "MOST", 250)
    for age, name in enumerate("abc"):
        (tmp_path / name).write_bytes(b"x" * 100)
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    make_room(tmp_path, 100)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c"]


def test_off_keeps_nothing_and_a_folder_that_cannot_be_made_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.setenv(openings.SWITCH, "off")
    assert cache_folder() is None
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(openings.SWITCH, str(tmp_path / "file"))
    assert kept_opening(SMALL, 1).structure.firms.rows == kept_opening(SMALL, 1).structure.firms.rows
