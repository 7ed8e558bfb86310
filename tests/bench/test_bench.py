"""What `winwin bench` promises: its figures, reasons where one is missing, floors counted by hand."""

import json

import numpy as np
import pytest

from sim.bench import commands, small, whole
from sim.bench.economies import Case
from sim.bench.machine import Machine
from sim.bench.report import HEADLINE, page
from sim.bench.sweeps import Swept
from sim.bench.traffic import Moved, Traffic, moved_in_a_month, noted
from sim.model import Ecosystem
from sim.scenario import Scenario

PROMISED = {
    "vs_mesa_10k", "vs_floor_1m", "month_seconds_1m", "build_seconds_1m", "peak_gib_1m", "exponent",
    "runs_per_second_1k",
}  # fmt: skip
TINY = whole.Plan(
    cases=[Case(200, 5), Case(400, 5, floor=True)],
    sweeps=[Swept(200, 2, 3, 1)],
    mesa=(200, 2),
    recorded=(200, 13),
    profiled=(200, 2),
    started=200,
    cells=200_000,
)


@pytest.fixture(scope="module")
def found():
    return whole.benchmark(TINY)


def test_the_json_document_has_every_promised_figure_or_the_reason_why_not(found):
    told = json.loads(json.dumps(found))
    assert told.keys() >= PROMISED and HEADLINE.keys() <= told.keys()
    missing = {key for key in PROMISED if told[key] is None}
    assert missing == told["why_not"].keys() & PROMISED  # no economy of a million firms is in this plan
    assert missing >= {"vs_floor_1m", "month_seconds_1m"} and all(told["why_not"].values())
    assert told["vs_mesa_10k"] > 0 and 0 < told["recording_share"] < 1 and told["start_seconds"] > 0


def test_figures_of_the_largest_sizes_come_from_their_rows():
    row = {"scenario": "baseline", "build_seconds": 9.0, "peak_gib": 3.0, "over_floor": 3.5}
    sizes = [
        {**row, "firms": 10_000, "month_seconds": 0.02},
        {**row, "firms": 1_000_000, "month_seconds": 2.0},
        {**row, "firms": 1_000_000, "month_seconds": 3.0, "scenario": "growth_for_all"},
    ]
    told = whole.ratios(sizes, {"mesa_seconds": 1.0, "columns_seconds": 0.01, "firms": 5_000})
    assert told["exponent"] == pytest.approx(1.0) and told["growth_for_all_1m"] == 1.5
    assert told["vs_mesa_10k"] == 100 and told["vs_mesa_10k_month"] == pytest.approx(100)
    assert (told["vs_floor_1m"], told["month_seconds_1m"], told["peak_gib_1m"]) == (3.5, 2.0, 3.0)


def test_an_installed_package_says_why_there_is_no_comparison_with_mesa(monkeypatch, tmp_path):
    monkeypatch.setattr(whole, "MESA", tmp_path / "nowhere.py")
    assert whole.against_mesa(10, 1) == (
        None,
        "the comparison is part of the tests, which are only in a checkout",
    )


def test_the_page_is_of_one_width_and_starts_with_ratios(found):
    text = page(found)
    assert text.splitlines()[0].endswith("the same block, 10,000 firms")
    assert "failing.close_firms" in text and max(map(len, text.splitlines())) <= 140


def test_the_command_prints_one_json_document(monkeypatch, capsys, found):
    monkeypatch.setattr(commands, "benchmark", lambda plan, tell: found)
    assert commands.bench(quick=True, as_json=True)
    assert json.loads(capsys.readouterr().out).keys() >= PROMISED


def test_the_floor_counts_each_column_once_and_scattered_rows_one_by_one(monkeypatch):
    monkeypatch.setattr("sim.bench.traffic.SMALL", 0)
    traffic = Traffic()
    one, other = noted(np.arange(10.0), traffic), noted(np.zeros(10), traffic)
    with traffic.during("phase"):
        assert (one + one).sum() == 90 and one.sum() == 45  # 80 bytes, however often
        other += one  # reads and writes 80 more
        assert one[np.array([1, 2, 5])].tolist() == [1, 2, 5]  # ascending: a run of 24 bytes
        assert one.take(np.array([5, 2, 1])).tolist() == [5, 2, 1]  # scattered: three
        other[3:5] = 7.0  # 16 bytes written
        assert np.bincount(np.array([1, 0, 1]), one[4:7]).tolist() == [5, 10]  # reads 24, scatters three
    moved = traffic.phases["phase"]
    assert (moved.bytes, moved.gathered) == (80 + 160 + 24 + 16 + 24, 6)


def test_a_month_that_is_counted_is_the_month_that_is_lived():
    scenario = Scenario.load("baseline").replacing("economy.firms", 200)
    counted, lived = Ecosystem(scenario, 1), Ecosystem(scenario, 1)
    counted.step()
    moved = moved_in_a_month(counted)
    lived.step()
    lived.step()
    assert all(np.array_equal(lived.firms.arrays[name], counted.firms.arrays[name]) for name in lived.firms)
    assert type(lived.firms.price) is np.ndarray
    # Four numbers of each contract are indexed: read and written once.
    beside = moved["planning.move_the_world"].bytes - 2 * 4 * 8 * lived.links.rows
    assert 0 <= beside < 5_000


def test_rates_turn_bytes_into_seconds():
    machine = Machine(copy=1e9, gather=1e8, cores=1, system="")
    assert machine.seconds(2e9, 1e8) == 3.0
    assert Moved().bytes == 0 and Machine.measured(cells=200_000, owners=1_000).copy > 0


def test_a_function_is_named_by_its_module():
    assert small.named("/x/sim/phases/failing.py", 3, "fail") == "phases.failing.fail"
    assert small.named("~", 0, "<built-in method numpy.zeros>") == "built-in method numpy.zeros"
