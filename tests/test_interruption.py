"""An interruption: how the command ends, what it leaves, how one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import cli
from sim.experiments.store import Result

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals differ")
PROGRAM = [sys.executable, "-W", "error", "-c", "from sim.cli import main; main()"]
WAITS = '''
import time
from pathlib import Path
from sim.policies.base import Policy


class Waits(Policy):
    """Wait in the run of the second seed, the first time it is done."""

    def on_month_start(self, model):
        if model.draws.seed == 2 and not Path("begun").exists():
            Path("begun").touch()
            time.sleep(300)
'''


@pytest.fixture
def start(tmp_path):
    """Start the command in a folder with a scenario that waits."""
    (tmp_path / "waits.py").write_text(WAITS)
    (tmp_path / "slow.toml").write_text('extends = "baseline"\n[policy.waits]\nuse = "waits.py"\n')
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}

    def begin(*words):
        return subprocess.Popen(
            [*PROGRAM, *words, "-s", "2", "--firms", "200", "--months", "3"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


def wait_for(child, ready):
    patience = time.monotonic() + 120
    while not ready() and child.poll() is None and time.monotonic() < patience:
        time.sleep(0.05)
    assert ready(), child.communicate(timeout=10)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("words", "runs"), [(("run", "slow.toml"), 2), (("compare", "baseline", "slow.toml"), 4)]
)
def test_complete_runs_are_kept_and_the_same_command_goes_on(start, tmp_path, words, runs, jobs):
    kept, words = tmp_path / "kept", [*words, "-j", jobs, "-o", "kept"]
    child = start(*words)
    wait_for(child, lambda: (tmp_path / "begun").exists() and len(list(kept.glob("[!.]*"))) == runs - 1)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, ""), err
    told = f"interrupted; {runs - 1} of {runs} runs are complete in kept. The same command does the others"
    assert err == f"winwin: {told}\n"
    folders = sorted(kept.iterdir())  # hidden ones as well
    assert len(folders) == runs - 1 and not any("slow" in f.name and "seed2" in f.name for f in folders)
    assert [Result.load(folder).seed for folder in folders]

    again = start(*words)
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0 and f"{runs - 1} of {runs} runs were stored in kept" in err
    assert out and len(list(kept.iterdir())) == runs


def test_without_a_folder_it_says_how_runs_are_kept(start, tmp_path):
    child = start("run", "slow.toml")
    wait_for(child, (tmp_path / "begun").exists)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, "")
    assert err == "winwin: interrupted; nothing is stored. With --output DIR complete runs are kept\n"


STOPPED = """
import os, signal
from sim.experiments import disk, run
from sim.experiments.processes import tidy_at_end
from sim.scenario import Scenario

disk.flush = lambda *_: os.kill(os.getpid(), signal.SIGTERM)
scenario = Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 1)
tidy_at_end(run.perform, run.Job(scenario, 1, "kept"))
print("not reached")
"""


def test_a_process_ended_while_it_writes_takes_its_half_result_with_it(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", STOPPED],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert list((tmp_path / "kept").iterdir()) == []


LOST = """
import os, signal, time
from sim.experiments.processes import tidy_at_end

class Closes:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)

def work():
    try:
        Closes()
        time.sleep(60)
    finally:
        print("tidied", flush=True)

tidy_at_end(work)
"""


def test_an_end_that_comes_in_a_destructor_is_not_lost():
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", LOST], env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "tidied\n", "")
