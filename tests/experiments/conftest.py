"""A small scenario, its run, small designs, and policies that fail when asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim import cli
from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.inventory import digest_of, listing
from sim.experiments.run import run
from sim.experiments.sweep import sweep
from sim.scenario import Scenario
from tests.experiments.designs import LIMITED, MIXED

FAILS = '''
import os
from sim.core.params import param
from sim.policies.base import Policy


class Fails(Policy):
    """Fail, or end the process, in runs with a certain seed."""

    seed: int = param(2, ge=0, unit="1", doc="seed", source="scenario assumption")
    deadly: bool = param(False, unit="1", doc="end the process", source="scenario assumption")

    def on_quarter_end(self, model):
        if model.draws.seed == self.seed:
            if self.deadly:
                os._exit(7)
            raise RuntimeError("as it should")
'''


@pytest.fixture(scope="session")
def small():
    tables = {
        "economy": {"firms": 200},
        "run": {"start": "2016-01", "months": 4},
        "record": {"panel": {"columns": ["sales", "wage"], "every": 2}},
    }
    return Scenario.from_dict(tables, "small")


@pytest.fixture(scope="session")
def failing(small, tmp_path_factory):
    path = tmp_path_factory.mktemp("private") / "fails.py"
    path.write_text(FAILS)
    return small.adding(path).named("failing")


@pytest.fixture(scope="session")
def result(small):
    return run(small, seed=1)


FAULTY = '''
import os
import signal
import time
from pathlib import Path

from sim.core.params import param
from sim.policies.base import Policy


class Faulty(Policy):
    """Fail, end its process, or end it the first time only, with one seed."""

    seed: int = param(2, ge=0, unit="1", doc="seed", source="scenario assumption")
    how: str = param("not", unit="name", doc="what it does", source="scenario assumption")
    sign: str = param("", unit="name", doc="file that tells it was done", source="scenario assumption")

    def on_month_start(self, model):
        if model.draws.seed != self.seed:
            return
        if self.how == "fail":
            raise RuntimeError("as it should")
        first = self.sign and not Path(self.sign).exists()
        if first:
            Path(self.sign).touch()
        if self.how == "die" or (self.how == "die once" and first):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "wait" and first:
            time.sleep(300)
'''


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a design of four runs, in which the second seed meets what is said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "faulty.py").write_text(FAULTY)
    (tmp_path / "small.toml").write_text(
        "[economy]\nfirms = 200\n[run]\nmonths = 2\n"
        '[policy.faulty]\nuse = "faulty.py"\n[policy.profit_sharing]\n'
    )

    def design(how="not", seeds=2, more=""):
        (tmp_path / "mine.toml").write_text(
            f'title = "Mine"\nscenario = "small.toml"\nseeds = {seeds}\n[parameters]\n{more}\n'
            f'policy.faulty.how = "{how}"\npolicy.faulty.sign = "{tmp_path}/begun"\n'
            "policy.profit_sharing.share = [0.0, 0.1]\n"
        )
        return "mine.toml"

    return design


@pytest.fixture
def decisive(tmp_path, monkeypatch):
    """Write a design in which one parameter decides on what is varied, and the other on nothing."""
    monkeypatch.chdir(tmp_path)
    Path("limited.py").write_text(LIMITED)
    Path("small.toml").write_text("[economy]\nfirms = 200\n[run]\nmonths = 1\n")
    policies = '[policy.payment_terms]\n[policy.limited]\nuse = "limited.py"\n'
    Path("quick.toml").write_text(f'extends = "small.toml"\n{policies}')
    return written


@pytest.fixture
def mixed(tmp_path, monkeypatch):
    """Write a design of mixes, in a scenario that has two policies with doses of its own."""
    monkeypatch.chdir(tmp_path)

    def design(text, share, fund, **values):
        Path("mixed.toml").write_text(MIXED.format(share=share, fund=fund))
        return written(text, **values)

    return design


def written(text, **values):
    """Write a design with some values put in their places; return its file's name."""
    Path("mine.toml").write_text(text.format(**values))
    return "mine.toml"


@pytest.fixture
def undisturbed(write):
    """Return the digest of the design done at once, in one process."""

    def digest(how, seeds=2):
        design = Design.load(write(how, seeds))
        Path("begun").touch()
        done = sweep(design, folder="undisturbed")
        Path("begun").unlink()
        return of(done.folder)

    return digest


def of(folder):
    """Return the digest of a sweep, all of which is there."""
    table = listing(Archive(Path(folder)))
    assert set(table["status"]) == {"done"}
    return digest_of(Archive(Path(folder)), table["run"])


@pytest.fixture
def winwin(monkeypatch, capsys):
    """Call the command in this process; return status, output, errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["winwin", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return call
