"""Own tables that a researcher may really have: few columns of firms, a network of nearly all buyers."""

import numpy as np
import pandas as pd
import pytest

from sim.core.draws import Draws
from sim.model import Ecosystem
from sim.population.io_table import load_io_table
from sim.population.structure import build_structure
from sim.scenario import Scenario

FIRMS = 400


def tables(folder, links_per_firm, **columns):
    """Write own tables in which every firm buys from others; return the scenario's economy."""
    names = load_io_table().names
    sector = [names[firm % len(names)] for firm in range(FIRMS)]
    pd.DataFrame({"id": np.arange(FIRMS), "sector": sector, **columns}).to_csv(
        folder / "firms.csv", index=False
    )
    economy = {"firms_table": str(folder / "firms.csv")}
    if links_per_firm:
        step = np.arange(1, links_per_firm + 1)
        buyer = np.repeat(np.arange(FIRMS), links_per_firm)
        supplier = (buyer + np.tile(7 * step**2, FIRMS)) % FIRMS
        links = pd.DataFrame({"supplier": supplier, "buyer": buyer})
        links[links.supplier != links.buyer].to_csv(folder / "links.csv", index=False)
        economy["links_table"] = str(folder / "links.csv")
    return economy


def lived(economy):
    """Live three months; public debt backs enough deposits for economies of equal firms."""
    given = {"economy": economy, "government": {"debt": 1.0}, "run": {"start": "2016-01", "months": 3}}
    model = Ecosystem(Scenario.from_dict(given), seed=1)
    for _ in range(3):
        model.step()
    return model


@pytest.mark.parametrize("links_per_firm", [0, 2, 5])
@pytest.mark.parametrize("sales", [None, 1.0])
def test_an_economy_lives_on_own_firms_and_links_of_all_buyers(tmp_path, links_per_firm, sales):
    model = lived(tables(tmp_path, links_per_firm, **({} if sales is None else {"sales": sales})))
    firms, groups = model.firms, model.groups
    inputs = np.bincount(groups.buyer, groups.coefficient, firms.rows)
    assert (inputs + firms.material_coefficient)[firms.living].max() < 1  # every firm adds value
    usual = load_io_table().coefficients.sum(axis=0)[firms.sector]
    ratio = (inputs / usual)[firms.living]
    assert ratio.min() > 1 / 1.1001 and ratio.max() < 1.1001  # and uses about as much as its sector
    assert model.firms.output.sum() > 0 and model.metrics_frame().fill_rate.iloc[-1] > 0.9


def test_own_links_are_the_links_of_the_economy(tmp_path):
    scenario = Scenario.from_dict({"economy": tables(tmp_path, 3, sales=1.0)})
    structure = build_structure(scenario.economy, Draws(1))
    given = pd.read_csv(tmp_path / "links.csv")
    wanted = set(zip(given.supplier, given.buyer, strict=True))
    links, identity = structure.links, structure.identity
    served = (links.supplier >= 0) & (links.buyer < identity.size) & (links.supplier < identity.size)
    ends = identity[links.supplier[served]].tolist(), identity[links.buyer[served]].tolist()
    assert wanted <= set(zip(*ends, strict=True))
