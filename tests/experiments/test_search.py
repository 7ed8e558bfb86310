"""Search for mixes: a function whose efficient mixes are known, regrets by hand, the model."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.core.errors import InputError
from sim.experiments.design import Design
from sim.experiments.front import efficient, regrets
from sim.experiments.mixes import OBJECTIVES, TOLERANCE, Mixes
from sim.experiments.points import Points
from sim.experiments.search import search
from sim.experiments.search_commands import page
from tests.experiments.designs import DOSES, FUND, SHARE

DESIGN = f"""\
title = "Mixes"
scenario = "mixed.toml"
method = "latin_hypercube"
points = {{points}}
seeds = {{seeds}}

{DOSES}"""


@pytest.fixture
def write(mixed):
    def design(points=8, seeds=1, text=DESIGN):
        return mixed(text, 0.1, 0.01, points=points, seeds=seeds)

    return design


@pytest.fixture
def known(monkeypatch):
    """Let runs be those of a function: firms pay for the first dose, the government for the second."""

    def frame(dose, fund, seed):
        values = {
            "real_gdp": 100.0 + dose + seed,
            "sme_value_added_share": 0.5 + fund,
            "sme_wage_ratio": 0.6,
            "supplier_survival": 0.9,
            "fiscal_cost": 50 * fund,
            "private_cost": 5 * dose,
        }
        return pd.DataFrame(values, index=["2016-01"])

    def run(self, points, metrics):
        seeds = self.design.seeds
        return [[[frame(p.get(SHARE, 0), p.get(FUND, 0), s) for s in seeds]] for p in points]

    monkeypatch.setattr(Points, "run", run)


def test_the_search_finds_mixes_on_the_line_of_equal_cost(write, known):
    found = search(Design.load(write(points=16, seeds=2)), generations=6, budget=1.0)
    costs = 5 * found.tried[SHARE] + 50 * found.tried[FUND]
    assert found.tried["cost"].to_numpy() == pytest.approx(costs)
    assert (found.tried["affordable"] == ((costs - 1).abs() <= TOLERANCE)).all()
    assert found.tried["affordable"].mean() > 0.5  # a twentieth of the box lies within the tolerance
    best = found.efficient
    assert best[SHARE].max() > 0.15 and best[SHARE].min() < 0.05  # both ends of the line
    growth = (found.tried["real_gdp"] - found.tried[SHARE] * np.mean([1 / 101, 1 / 102])).abs()
    assert growth.max() < 1e-12


def test_each_world_has_its_own_column_and_its_best_mix(write, monkeypatch):
    def frame(world, dose, fund):
        metrics = dict.fromkeys(["real_gdp", "sme_wage_ratio", "supplier_survival"], 1.0)
        costs = {"fiscal_cost": 0.0, "private_cost": 5 * dose + 50 * fund}
        share = 0.5 + fund - 2 * fund * (world.name == "mixed + slump")
        return pd.DataFrame(metrics | costs | {"sme_value_added_share": share}, index=["2016-01"])

    def run(self, points, metrics):
        worlds = self.design.scenarios
        return [[[frame(one, p.get(SHARE, 0), p.get(FUND, 0))] for one in worlds] for p in points]

    monkeypatch.setattr(Points, "run", run)
    Path("slump.toml").write_text('[shock.s]\nkind = "exports"\nstart = "2016-01"\nchange = -0.3\n')
    text = DESIGN.replace("method", 'shocks = ["slump.toml"]\nmethod')
    found = search(write(points=16, text=text), generations=2, budget=1.0)
    column = "sme_value_added_share in "
    assert found.tried[f"{column}mixed"].to_numpy() == pytest.approx(found.tried[FUND])
    assert found.tried[f"{column}mixed + slump"].to_numpy() == pytest.approx(-found.tried[FUND])
    best = {line.split("  ")[0]: line.split()[-4] for line in page(found).splitlines() if "mixed" in line[:6]}
    funds = found.efficient[FUND]
    assert int(best["mixed"].split(",")[0]) == funds.argmax() + 1
    assert int(best["mixed + slump"].split(",")[0]) == funds.argmin() + 1


def test_an_efficient_mix_is_beaten_by_none_and_every_other_by_one(write, known):
    found = search(Design.load(write(points=16)), generations=3, budget=1.0)
    table = found.tried[found.tried["affordable"]].reset_index(drop=True)
    goods = table[list(OBJECTIVES)] * [1, 1, 1, 1, -1]
    for place, row in goods.iterrows():
        beats = ((goods >= row).all(axis=1) & (goods > row).any(axis=1)).any()
        assert table.loc[place, "efficient"] == (not beats)


def test_regret_is_the_largest_loss_against_the_best_that_can_be_paid():
    goods = np.array(
        [[[[3.0], [0.0]]], [[[1.0], [1.0]]], [[[9.0], [9.0]]]]
    )  # three mixes, one world, two seeds
    assert regrets(goods, np.array([True, True, False])).tolist() == [[1.0], [2.0], [-6.0]]
    assert np.isnan(regrets(goods, np.array([False] * 3))).all()
    assert efficient(goods[:, 0, :, 0], np.array([True, True, False])).tolist() == [True, True, True]


def test_costs_are_discounted_and_in_prices_of_the_first_month_of_the_world_as_it_is_run(write, monkeypatch):
    def frame(cost):
        metrics = dict.fromkeys(OBJECTIVES, 1.0) | {"fiscal_cost": 0.0}
        return pd.DataFrame(metrics | {"private_cost": [0.0] * 12 + [cost]})

    def run(self, points, metrics):
        return [[[frame(100.0 * bool(one.policies))] for one in self.design.scenarios] for _ in points]

    monkeypatch.setattr(Points, "run", run)
    text = DESIGN.replace("[parameters]", "[parameters]\npricing.trend_inflation = 0.1")
    mixes = Mixes(Design.load(write(text=text)), Path("runs"), 1, None, None)
    (value,) = mixes.run(mixes.design.points[:1])
    assert value[0, 0, -1] == pytest.approx(100 / 1.1 / 1.045)


def call(monkeypatch, capsys, *words):
    """Call the command in this process; return status, output, errors."""
    monkeypatch.setattr(sys, "argv", ["winwin", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr()
    return left.value.code or 0, said.out, said.err


def test_the_command_stores_all_mixes_and_runs_nothing_twice(write, monkeypatch, capsys):
    words = ("search", write(points=4), "-g", "2", "--json")
    status, out, _ = call(monkeypatch, capsys, *words)
    told = json.loads(out)
    assert status == 0 and told["budget"] > 0 and len(told["mixes"]) <= 8
    stored = pd.read_csv("results/mine/mixes.csv")
    assert stored["cost"].tolist() == [mix["cost"] for mix in told["mixes"]]
    assert pd.read_json("results/mine/mixes.json")[SHARE].tolist() == pytest.approx(stored[SHARE].tolist())
    files = {file: file.stat().st_mtime_ns for file in Path("results/mine/runs").iterdir()}
    assert json.loads(call(monkeypatch, capsys, *words)[1]) == told
    assert files == {file: file.stat().st_mtime_ns for file in Path("results/mine/runs").iterdir()}
    status, out, _ = call(monkeypatch, capsys, *words[:-1])
    assert status == 0 and "regret" in out and "mixes.csv" in out


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"latin_hypercube"\npoints = {points}', '"list"', "draws no first generation"),
        ("[parameters]", "[parameters]\ndemand.smoothing = {{}}", "demand.smoothing: is no range of a dose"),
    ],
)
def test_a_design_that_cannot_be_searched_is_refused(write, monkeypatch, capsys, old, new, what):
    text = DESIGN.replace(old, new)
    if "list" in new:
        text = text.replace("{{ low = 0.0, high = 0.2 }}", "[0.1]").replace(
            "{{ low = 0.0, high = 0.02 }}", "[0.1]"
        )
    status, out, err = call(monkeypatch, capsys, "search", write(text=text))
    assert status == 2 and what in err and out == "" and not Path("results").exists()


def test_a_budget_that_buys_nothing_is_refused(write):
    with pytest.raises(InputError, match="-1 won buy nothing"):
        search(write(), budget=-1.0)
