"""A small scenario, its run, and a policy that fails when asked."""

from __future__ import annotations

import pytest

from sim.experiments.run import run
from sim.scenario import Scenario

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
