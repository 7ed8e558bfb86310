"""Small results: some from tiny economies, some made up, so that figures are drawn in no time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.experiments.design import Design
from sim.experiments.front import Front
from sim.experiments.mixes import OBJECTIVES
from sim.experiments.sensitivity import Sensitivity
from sim.experiments.shapley import Decomposition
from sim.figures import material, parameters
from sim.figures.material import DOSES, MIXED, UNCERTAIN, Material, Size, Sizes

TINY = Size(200, "2017-01", 14, 3)
SIZES = Sizes(
    regimes=TINY,
    history=Size(200, "2011-01", 192, 2),
    shock=Size(200, "2018-01", 3, 2),
    surface=TINY,
    mixes_size=TINY,
    uncertain=TINY,
    channels=TINY,
    lorenz_seeds=2,
    opening=300,
    tried=((0.0, 0.1), (0.0, 1.0)),
    turn=(6, 3),
    mixes=4,
    generations=1,
    walks=4,
)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """All that figures are drawn from."""
    folder = tmp_path_factory.mktemp("designs")
    found = Material(SIZES)
    made = {
        "front": front(folder),
        "sensitivity": sensitivity(folder),
        "channels": channels(found),
        "surface": surface(),
        "lorenz": lorenz(),
    }
    found.__dict__.update(made)
    return found


def designed(folder, name, scenarios, method, ranges):
    file = folder / f"{name}.toml"
    file.write_text(material.design(scenarios, method, 4, TINY, ranges), encoding="utf-8")
    return Design.load(file)


def front(folder):
    ranges = {key: "{ low = 0.0, high = 0.2 }" for key in MIXED}
    design = designed(folder, "mixes", "growth_for_all", "latin_hypercube", ranges)
    rows = np.linspace(0.0, 0.01, 6)
    table = pd.DataFrame({one.name: 0.02 + 3 * rows for one in design.free} | {"cost": 1e12 + 0 * rows})
    for place, name in enumerate(OBJECTIVES):
        table[name] = rows * (-1) ** place
        table[f"regret {name}"] = 0.01
    table["affordable"] = rows > 0.001
    table["efficient"] = rows > 0.005
    return Front(design, 1e12, table, 0, folder)


def sensitivity(folder):
    ranges = dict.fromkeys(UNCERTAIN, "{}")
    design = designed(folder, "parameters", ["baseline", "growth_for_all"], "morris", ranges)
    rows = [
        {"scenario": "growth_for_all", "metric": metric, "parameter": name, "mu_star": size * k,
         "mu": size * k * (-1) ** k, "mu_star_low": size * (k - 1), "mu_star_high": size * (k + 1)}
        for metric, size in zip(parameters.SHOWN, (1e10, 1e-3, 1e-3), strict=True)
        for k, name in enumerate(UNCERTAIN, 1)
    ]  # fmt: skip
    table = pd.DataFrame(rows).set_index(["scenario", "metric", "parameter"])
    return Sensitivity(design, table, pd.DataFrame(), "baseline", folder)


def channels(found):
    index = pd.MultiIndex.from_product(
        [[1, 2, 3], ["real_gdp", "sme_value_added_share"]], names=["seed", "metric"]
    )
    seed = index.get_level_values("seed").to_numpy()
    scale = np.where(index.get_level_values("metric") == "real_gdp", 1e10, 1e-3)
    parts = {"price": scale * seed, "credit": -scale * 0.5 * seed, "rest": 0.0 * seed}
    values = pd.DataFrame(parts | {"total": sum(parts.values())}, index=index)
    baseline, arm = found.channel_scenarios
    return Decomposition(baseline.name, arm.name, "channels", ("price", "credit"), "2018-01", values)


def surface():
    rows = [
        {DOSES[0]: x, DOSES[1]: y, **{f"{side} {end}": 1e9 * (sign * x + y + shift)
         for side, sign in (("conglomerates", -1), ("suppliers", 1))
         for end, shift in (("gain", 0), ("low", -0.1), ("high", 0.1))}, "n": 3}
        for x in (0.0, 0.1) for y in (0.0, 1.0)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def lorenz():
    firms = np.linspace(0, 1, 21)
    tables = [
        pd.DataFrame({"scenario": name, "firms": firms, "value_added": firms**power, "low": firms**power,
                      "high": firms**power, "gini": 1 - 2 / (power + 1), "n": 2})
        for name, power in (("baseline", 3.0), ("trickle_down", 3.3), ("growth_for_all", 2.8))
    ]  # fmt: skip
    return pd.concat(tables, ignore_index=True)
