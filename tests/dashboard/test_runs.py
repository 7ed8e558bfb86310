"""Runs of the page: how long they take, how many at once, what is kept."""

from __future__ import annotations

import asyncio

import pytest

from sim.dashboard import runs
from sim.dashboard.runs import AT_ONCE, Runs, make_room, processes
from sim.dashboard.state import asked

PROBES = [{"firms": 500, "fixed": 1.0, "month": 0.01}, {"firms": 3000, "fixed": 6.0, "month": 0.06}]


def wanted(firms, months, seeds):
    sizes = {"firms": firms, "months": months, "seeds": seeds}
    return asked({"tables": {"extends": "baseline"}, "sizes": sizes})


@pytest.mark.parametrize(("firms", "one"), [(500, 1.0 + 0.1), (1000, 2.0 + 0.2), (3000, 6.0 + 0.6)])
def test_time_goes_with_firms_months_and_both_scenarios(tmp_path, firms, one):
    found = Runs(probes=PROBES, folder=tmp_path)
    assert found.seconds(wanted(firms, 10, 3)) == pytest.approx(6 * one)


def test_time_is_not_known_before_the_probe(tmp_path):
    assert Runs(folder=tmp_path).seconds(wanted(500, 10, 3)) is None


def test_large_comparisons_use_all_processors(monkeypatch):
    monkeypatch.setattr(runs, "cores", lambda: 4)
    assert processes(wanted(1000, 12, 2)) == 1
    assert processes(wanted(3000, 120, 20)) == 4


def test_a_comparison_that_finds_no_room_says_that_it_waits(tmp_path):
    async def first_line():
        found = Runs(folder=tmp_path)
        for _ in range(AT_ONCE):
            await found.room.acquire()
        lines = found.compare({}, wanted(200, 1, 1))
        line = await anext(lines)
        await lines.aclose()
        return line

    assert asyncio.run(first_line()) == {"waiting": True}


def test_runs_are_forgotten_when_they_have_become_many(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "KEPT", 100)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "metrics").write_bytes(b"x" * 60)
    make_room(tmp_path)
    assert (tmp_path / "run" / "metrics").exists()
    (tmp_path / "run" / "more").write_bytes(b"x" * 60)
    make_room(tmp_path)
    assert tmp_path.is_dir() and not list(tmp_path.iterdir())
