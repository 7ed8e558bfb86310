"""Points of equal cost: scaled by pilots until they hit a budget that is known, and in the model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.experiments import equal
from sim.experiments.archive import Archive
from sim.experiments.budget import Budgets, total
from sim.experiments.design import Design
from sim.experiments.points import Points
from sim.experiments.results import results
from sim.experiments.run import run as real
from sim.experiments.run import run_all
from sim.experiments.sweep import sweep
from sim.scenario import Scenario
from tests.experiments.designs import DOSES, FUND, SHARE

DESIGN = f"""\
title = "Same money"
scenario = "mixed.toml"
method = "equal_cost"
{{budget}}
points = {{points}}
seeds = 1

{DOSES}"""


@pytest.fixture
def write(mixed):
    def design(budget='budget = "mixed.toml"', points=4, text=DESIGN):
        return mixed(text, 0.05, 0.005, budget=budget, points=points)

    return design


def costs_of(share, fund):
    """Won that firms and the government pay: doses are in each other's way, and grow dearer."""
    return 2e8 + 5e9 * share + 4e10 * fund - 1.5e11 * share * fund + 1e10 * share**2


@pytest.fixture
def known(monkeypatch):
    """Let a run cost what a function says; without policies, nothing."""

    def frame(scenario, point):
        share, fund = (point.get(name) for name in (SHARE, FUND))
        if scenario.policies and share is None:
            share, fund = 0.05, 0.005
        cost = costs_of(share, fund) if scenario.policies else 0.0
        metrics = dict.fromkeys(["sme_value_added_share", "sme_wage_ratio", "supplier_survival"], 0.5)
        values = metrics | {"real_gdp": 1e12, "fiscal_cost": 0.0, "private_cost": cost}
        return pd.DataFrame(values, index=["2016-01"])

    def run(self, points, metrics):
        return [[[frame(one, point)] for one in self.design.scenarios] for point in points]

    monkeypatch.setattr(Points, "run", run)


@pytest.mark.parametrize("budget", ["budget = 0.9", 'budget = "mixed.toml"'])
def test_points_are_scaled_until_they_cost_the_budget(write, known, budget):
    design = Design.load(write(budget, points=16))
    found = equal.settled(design, 1, Path("runs"))
    wanted = 0.9e9 if "0.9" in budget else costs_of(0.05, 0.005)
    assert found.budget == pytest.approx(wanted)
    drawn = np.array([costs_of(point[SHARE], point[FUND]) for point in design.points])
    cost = np.array([costs_of(point[SHARE], point[FUND]) for point in found.design.points])
    assert np.abs(drawn / wanted - 1).max() > 0.2
    assert (np.abs(cost / wanted - 1) < 0.01 + equal.NEAR).all()
    mixes = zip(design.points, found.design.points, strict=True)
    same = [a[SHARE] * b[FUND] == pytest.approx(b[SHARE] * a[FUND], rel=2e-3) for b, a in mixes]
    assert sum(same) >= 12  # all but those that met the end of a range on the way


def test_a_point_that_cannot_cost_so_much_is_left_at_the_ends_of_its_ranges(write, known):
    found = equal.settled(Design.load(write("budget = 50", points=8)), 1, Path("runs"))
    assert all(point[SHARE] == 0.2 and point[FUND] == 0.02 for point in found.design.points)


def test_the_command_tells_what_each_point_costs_and_does_nothing_twice(write, winwin, monkeypatch):
    name, calls = write(), iter(range(100))

    def interrupted(scenario, seed):
        if next(calls) == 3:
            raise KeyboardInterrupt
        return real(scenario, seed)

    with monkeypatch.context() as patched:
        patched.setattr("sim.experiments.sweep.run", interrupted)
        status, out, err = winwin("sweep", name)
    assert status == 130 and "mine_pilots" in err and out == ""
    assert len(Archive(Path("results/mine_pilots")).complete()) == 3
    status, out, _ = winwin("sweep", name, "--json")
    told = json.loads(out)
    assert status == 0 and told["runs"] == 4 and len(told["costs"]) == 4
    table = results("results/mine").set_index([SHARE, FUND])
    assert set(table.index) == {(row[SHARE], row[FUND]) for row in told["costs"]}
    first = told["costs"][0]
    mixed = Scenario.load("mixed.toml").replacing(SHARE, first[SHARE], FUND, first[FUND])
    (costs,) = Budgets([mixed.run.seed], lambda jobs: run_all(jobs, 1)).of(mixed)
    assert first["cost"] == pytest.approx(total(costs)[0], rel=0.01)
    assert first["off"] == pytest.approx(first["cost"] / told["budget"] - 1)
    assert max(abs(row["off"]) for row in told["costs"]) < 0.05
    stored = pd.read_csv("results/mine/costs.csv")
    assert stored["cost"].tolist() == pytest.approx([row["cost"] for row in told["costs"]])
    pilots = Archive(Path("results/mine_pilots"))
    assert set(pilots.plan()[0]["run"]) == pilots.complete()

    monkeypatch.setattr("sim.experiments.sweep.run", None)
    status, out, _ = winwin("sweep", name)
    assert status == 0 and "4 were stored, 0 done" in out and "4 of 4 do" in out and "costs.csv" in out
    assert sweep(name).done == 0
    status, out, _ = winwin("sweep", name, "-n", "--json")
    assert json.loads(out)["to_do"] == 0


def test_what_a_sweep_takes_counts_the_pilots_and_writes_nothing(write, winwin):
    status, out, _ = winwin("sweep", write(), "-n", "--json")
    told = json.loads(out)
    assert status == 0 and told["runs"] == told["to_do"] == 10  # without policies, as it stands, 2 x 4
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{budget}\n", "", "names no budget"),
        ("{budget}", "budget = 0", "wrong value: 0"),
        ("{budget}", 'budget = "mixd.toml"', "did you mean 'mixed.toml'?"),
        ("equal_cost", "sobol", "the method sobol knows no budget"),
        ("points = {points}", "points = 3", "too few to tell what 2 doses cost"),
        ("[parameters]", "[parameters]\ndemand.smoothing = {{}}", "demand.smoothing: is no range of a dose"),
    ],
)
def test_a_design_that_cannot_be_scaled_is_refused(write, winwin, old, new, what):
    assert old in DESIGN
    status, out, err = winwin("sweep", write(text=DESIGN.replace(old, new)))
    assert status == 2 and what in err and out == "" and not Path("results").exists()


def test_pilots_that_fail_are_named(write, monkeypatch):
    def fail(scenario, seed):
        if scenario.policies:
            raise RuntimeError("as it should")
        return real(scenario, seed)

    monkeypatch.setattr("sim.experiments.sweep.run", fail)
    with pytest.raises(InputError, match="mine_pilots"):
        sweep(write("budget = 1"))
