"""What a sweep has left: listed, chosen, checked, cleared, forecast."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.conftest import of
from sim.experiments import archive as archives
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.estimate import estimate
from sim.experiments.meter import Meter
from sim.experiments.sweep import Report, sweep

DIR = "results/mine"


@pytest.fixture
def swept(write):
    """A sweep of four runs, all done."""
    sweep(write())
    return Archive(Path(DIR))


def files(archive):
    return sorted((archive.folder / "runs").glob("*.parquet"))


def columns(file):
    group = pq.read_metadata(file).row_group(0)
    return [group.column(place) for place in range(group.num_columns)]


def test_runs_are_listed_and_chosen(swept, winwin):
    status, out, _ = winwin("results", DIR)
    assert status == 0 and out.startswith("Mine: 4 different runs, 4 done, 0 failed, 0 missing\n")
    assert out.count(" done ") == 4
    for words, rows in {
        ("--where", "seed = 2"): 2,
        ("--where", "policy.profit_sharing.share>=0.1"): 2,
        ("--where", "seed=2", "--where", "policy.profit_sharing.share < 0.05"): 1,
        ("--where", "policy.faulty.how = NOT"): 4,
        ("--only", "failed"): 0,
    }.items():
        assert len(json.loads(winwin("results", DIR, "--json", *words)[1])["rows"]) == rows, words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "don"), "there is no such status\n    did you mean 'done'?"),
        (("--where", "sed=1"), "the listing has no column sed\n    did you mean 'seed'?"),
        (("--where", "seed"), "is no comparison"),
        (("--where", "seed = two"), "holds numbers, and two is none"),
    ],
)
def test_what_cannot_be_chosen_is_told(swept, winwin, words, told):
    status, out, err = winwin("results", DIR, *words)
    assert (status, out) == (2, "") and told in err


def test_a_folder_without_a_sweep_is_told(write, winwin):
    status, out, err = winwin("results", "nowhere")
    assert (status, out) == (2, "") and "nowhere: holds neither a sweep nor runs" in err


def test_the_digest_is_of_the_numbers_and_of_nothing_else(swept, winwin, write):
    status, out, _ = winwin("results", DIR, "--digest")
    assert (status, out) == (0, of(DIR) + "\n")
    again = sweep(write(), folder="elsewhere/other", workers=1)
    assert of(again.folder) == out.strip()
    files(swept)[0].unlink()
    assert winwin("results", DIR, "--digest")[1] != out


@pytest.mark.parametrize("how", ["flip", "cut", "exchange"])
def test_a_damaged_run_is_found_removed_and_done_again(swept, winwin, how):
    before, (first, second, *_) = of(DIR), files(swept)
    data = bytearray(first.read_bytes())
    gdp = next(column for column in columns(first) if column.path_in_schema == "gdp")
    data[gdp.data_page_offset + gdp.total_compressed_size - 9] ^= 1
    new = {"flip": bytes(data), "cut": second.read_bytes()[:500], "exchange": second.read_bytes()}[how]
    assert winwin("results", DIR, "--verify")[:2][0] == 0
    first.write_bytes(new)
    status, _, err = winwin("results", DIR, "--verify")
    assert status == 1 and f"run {first.stem}" in err and "--prune removes it" in err
    assert winwin("results", DIR, "--verify", "--prune")[0] == 1 and not first.exists()
    again = sweep("mine.toml")
    assert (again.reused, again.done) == (3, 1) and of(DIR) == before


def test_pruning_removes_what_does_not_belong_to_the_plan_and_nothing_else(swept, write, winwin):
    before = of(DIR)
    sweep(write(seeds=3))
    sweep(write())
    assert len(files(swept)) == 6
    remains = swept.folder / "runs" / ".cut-off-while-writing"
    remains.touch()
    status, out, _ = winwin("results", DIR, "--prune")
    assert status == 0 and "removed: 2 runs, 0 failures, 1 cut off" in out
    assert len(files(swept)) == 4 and not remains.exists() and of(DIR) == before


def test_pruning_a_folder_of_another_version_makes_room_for_this_one(swept, winwin, monkeypatch):
    monkeypatch.setattr(archives, "fingerprint", lambda: "f" * 64)
    assert winwin("sweep", "mine.toml")[0] == 2
    assert winwin("results", DIR, "--prune")[0] == 0 and files(swept) == []
    swept.check_version()


def test_the_files_are_read_by_others_with_units(swept):
    runs = pd.read_parquet(swept.folder / "runs")
    plan = pd.read_parquet(swept.plan_file)
    assert len(runs) == 8 and set(plan.merge(runs, on=["run", "seed"])["policy.profit_sharing.share"]) == {
        0,
        0.1,
    }
    schema = pq.read_schema(files(swept)[0])
    assert (
        schema.field("gdp").metadata[b"unit"] == b"KRW/month" and b"meaning" in schema.field("seed").metadata
    )


def test_a_run_that_a_sweep_beside_it_has_made_is_taken_over(swept, write):
    done = sweep(write(), folder="results/second")
    assert (done.reused, done.done) == (4, 0) and of(done.folder) == of(DIR)


def test_a_forecast_counts_writes_nothing_and_tells_the_room_within_a_factor_of_two(write, winwin):
    design = write()
    status, out, _ = winwin("sweep", design, "-n")
    assert status == 0 and "1 scenario x 2 points x 2 seeds, 4 different runs" in out
    assert "0 are stored in results/mine; 4 would be done" in out and not Path("results").exists()
    found = estimate(Design.load(design), 1, Path(DIR), None)
    sweep(design)
    size = sum(file.stat().st_size for file in files(Archive(Path(DIR))))
    assert size / 2 < found.bytes < 2 * size and found.seconds > 0
    told = json.loads(winwin("sweep", design, "-n", "--json")[1])
    assert (told["runs"], told["reused"], told["to_do"], told["seconds"], told["bytes"]) == (4, 4, 0, 0, 0)


def test_progress_tells_number_speed_failures_and_time_left(monkeypatch):
    clock = iter([0.0, 2.0, 4.0])
    monkeypatch.setattr("sim.experiments.meter.time.monotonic", lambda: next(clock))
    meter = Meter(10)
    meter(Report("a"))
    meter(Report("b", error="as it should"))
    assert meter.line() == "2 of 10 runs, 0.5 runs/s, 1 failed, about 16 s left"


# --- where runs were made ------------------------------------------------------------------------------


def test_runs_from_two_environments_are_told_once(swept, write, winwin, monkeypatch):
    assert winwin("results", DIR)[2] == ""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("sim.experiments.manifest.processor_level", lambda: "x86-64-v9")
        status, _, err = winwin("sweep", write(seeds=3))
    assert status == 0 and err.count("the runs come from 2 environments") == 1
    here = json.loads(winwin("results", DIR, "--json")[1])["rows"][0]["environment"]["processor"]
    _, out, err = winwin("results", DIR, "--json")
    assert f"2 environments: processor {here} (4 runs), x86-64-v9 (2 runs). Another version" in err
    assert [row["environment"]["processor"] for row in json.loads(out)["rows"]].count("x86-64-v9") == 2
    assert winwin("results", DIR, "--where", "seed < 3")[2] == ""


def test_what_runs_vouch_for_is_read_once_and_again_when_a_run_is_stored_anew(swept, winwin, monkeypatch):
    digest = winwin("results", DIR, "--digest")[1]
    with monkeypatch.context() as unread:
        unread.setattr(Archive, "manifest", lambda *_: 1 / 0)
        assert winwin("results", DIR, "--digest")[1] == digest
    first, second, *_ = files(swept)
    first.write_bytes(second.read_bytes())
    os.utime(first, ns=(1, 1))
    assert winwin("results", DIR, "--digest")[1] != digest
    (swept.folder / "vouched.parquet").write_bytes(b"half")
    assert winwin("results", DIR)[0] == 0
    first.write_bytes(b"cut off")
    status, _, err = winwin("results", DIR)
    assert status == 2 and "a run cannot be read" in err and "--verify --prune removes what is damaged" in err


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self):
        return True


@pytest.mark.parametrize("screen", [Terminal(), io.StringIO()])
def test_a_bar_is_drawn_on_a_terminal_only_and_taken_away(monkeypatch, screen):
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    meter = Meter(2)
    meter(Report("a"))
    drawn = screen.getvalue()
    meter(Report("b"))
    meter.close()
    if screen.isatty():
        assert "\u2501" in drawn and "1 of 2 runs" in drawn
        assert screen.getvalue().endswith("\x1b[2K")  # the last line is wiped
    else:
        assert screen.getvalue() == ""
