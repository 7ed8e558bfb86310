"""Places where runs are done: whatever dies there, nothing is lost and the numbers are the same."""

from __future__ import annotations

import logging
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from experiments.conftest import of
from sim.core.errors import InputError
from sim.experiments.archive import Archive
from sim.experiments.cluster import SETTINGS
from sim.experiments.dispatch import LOST
from sim.experiments.processes import Processes, WorkerDied
from sim.experiments.sweep import sweep
from sim.experiments.where import open_place


def double(value):
    return 2 * value


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def fail():
    raise ValueError("as it should")


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_lose_what_a_dead_one_was_doing_and_nothing_else(workers):
    with open_place("processes", workers) as place:
        first = [place.executor.submit(work) for work in (die, fail)]
        rest = [place.executor.submit(double, value) for value in range(5)]
        wait([*first, *rest], timeout=60)
        assert isinstance(first[0].exception(), WorkerDied)
        assert str(first[1].exception()) == "as it should"
        assert [future.result() for future in rest] == [0, 2, 4, 6, 8]
        workers_left = list(place.executor.all)
    assert isinstance(place.executor, Processes) and not any(one.process.is_alive() for one in workers_left)


def test_a_place_may_be_any_executor():
    with ThreadPoolExecutor(1) as mine, open_place(mine, 1) as place:
        assert place.executor.submit(double, 4).result() == 8


@pytest.mark.parametrize("on", ["somewhere", "dask://", "tcp://127.0.0.1:1", 5])
def test_a_place_that_there_is_not_is_refused(on):
    with pytest.raises(
        InputError, match=r"there is no such place\n    allowed: processes, local-cluster, dask"
    ):
        open_place(on, 1)


def test_without_dask_it_says_how_to_have_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match=r"not installed\n    install winwin\[cluster\]"),
        open_place("local-cluster", 1),
    ):
        pass


def test_an_address_without_a_scheduler_is_refused(write, winwin, monkeypatch):
    monkeypatch.setattr("sim.experiments.cluster.PATIENCE", 1)
    status, out, err = winwin("sweep", write(), "--on", "dask://127.0.0.1:9")
    assert (status, out) == (2, "") and "no Dask scheduler answers there" in err and "Traceback" not in err


def test_a_dask_cluster_whose_worker_is_killed_gives_the_results_of_one_process(write, undisturbed, winwin):
    expected = undisturbed("die once", seeds=4)
    status, out, err = winwin("sweep", write("die once", seeds=4), "--on", "local-cluster", "-j", 2)
    assert (status, os.path.exists("begun")) == (0, True), err
    assert "8 runs; 0 were stored, 8 done" in out and expected in out and of("results/mine") == expected


@pytest.fixture
def cluster():
    """A Dask cluster of two workers, started as the page on sweeps says."""
    with (
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        ) as mine,
    ):
        yield mine


def test_a_sweep_goes_to_a_scheduler_by_its_address_and_gives_up_what_kills_its_workers(
    write, undisturbed, winwin, cluster
):
    address = cluster.scheduler_address.replace("tcp", "dask")
    expected = undisturbed("not")
    status, out, err = winwin("sweep", write("not"), "--on", address, "-n")
    assert (status, "4 would be done" in out) == (0, True), err
    status, out, err = winwin("sweep", write("not"), "--on", address)
    assert status == 0 and expected in out and of("results/mine") == expected, err
    words = ["compare", "baseline", "small.toml", "--firms", 200, "--months", 2, "-s", 2, "--json"]
    assert winwin(*words, "--on", address, "-o", "kept") == winwin(*words, "-o", "apart")
    assert len(list(Path("kept").iterdir())) == 4
    with Client(cluster) as client:
        done = sweep(write("die"), on=client)
    assert done.done == 2 and set(done.failed.values()) == {LOST}


def test_a_scheduler_that_is_lost_ends_the_sweep_with_one_message(write, cluster):
    with (
        Client(cluster) as client,
        pytest.raises(InputError, match="the connection to the scheduler was lost"),
    ):
        sweep(write("not", seeds=10), on=client, watch=lambda _: cluster.close())
    assert 1 <= len(Archive(Path("results/mine")).complete()) < 20
