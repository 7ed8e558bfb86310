"""Aggregate and split the 34 industries of WIOD's table for Korea into the sectors of the simulation.

Run as ``python -m sim.population.data.make_sectors FOLDER``, where the folder holds ``accounts.csv``,
``domestic_intermediate.csv``, ``imported_intermediate.csv`` and ``imported_final.csv`` (World
Input-Output Database, 2013 release, Korea 2011, million US dollars). Writes ``korea_2011.csv``.

An industry that is split (transport equipment into cars, ships, aircraft) divides its output and final
uses by the shares of ``industry_split.csv``. Its intermediate deliveries are what is left of each part's
output; to whom they go is found by biproportional fitting, which starts from the rule that a part buys
its own industry's products mostly from itself (`OWN`): a car maker buys car parts, not ship parts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.population.io_table import FINALS, IOTable, balanced, save_io_table

Reals = NDArray[np.float64]
OWN = 0.95  # scenario assumption, 0.8 to 1: part of a split industry's own inputs that stays within the part
ROUNDS = 500
HERE = Path(__file__).parent


def fit(seed: Reals, rows: Reals, columns: Reals) -> Reals:
    """Scale rows and columns of a matrix in turn until it has the wanted sums (biproportional fitting).

    Examples
    --------
    >>> fit(np.ones((2, 2)), np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    array([[0.5, 0.5],
           [1.5, 1.5]])
    """
    fitted = seed.copy()
    for _ in range(ROUNDS):
        fitted *= _ratio(rows, fitted.sum(axis=1))[:, None]
        fitted *= _ratio(columns, fitted.sum(axis=0))[None, :]
    return fitted


def _ratio(wanted: Reals, found: Reals) -> Reals:
    return np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)


def split_flows(flows: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """Divide every industry's row and column among its parts, by output; the own block mostly diagonal."""
    output = split["output"].to_numpy(dtype=float)
    industry = split["industry"].to_numpy()
    cells = flows.loc[industry, industry].to_numpy(dtype=float)
    same_industry = industry[:, None] == industry[None, :]
    same_part = np.eye(len(split), dtype=bool)
    by_output = output[:, None] * output[None, :]
    own = OWN * np.where(same_part, output[:, None], 0) + (1 - OWN) * by_output
    return pd.DataFrame(cells * np.where(same_industry, own, by_output))


def build(folder: Path) -> IOTable:
    """Read the four tables of a folder and return the balanced table by sector, in million US dollars."""
    split = pd.read_csv(HERE / "industry_split.csv")
    accounts = pd.read_csv(folder / "accounts.csv", index_col=0)
    domestic = pd.read_csv(folder / "domestic_intermediate.csv", index_col=0)
    imported_final = pd.read_csv(folder / "imported_final.csv", index_col=0)["imported_final"]
    industry = accounts.loc[split["industry"]]
    # What non-profit institutions buy is counted with the households they serve.
    accounts["household"] = accounts["household_consumption"] + accounts["npish_consumption"]
    columns = {
        "household": "household",
        "government": "government_consumption",
        "investment": "gross_fixed_capital_formation",
        "export": "exports",
    }
    weight = {
        "household": "household",
        "government": "government",
        "investment": "investment",
        "export": "exports",
    }
    finals = np.array(
        [
            accounts.loc[split["industry"], columns[use]].to_numpy() * split[weight[use]].to_numpy()
            for use in FINALS
        ]
    )
    output_share = split["output"].to_numpy(dtype=float)
    output, imports, value_added, stocks = (
        industry[name].to_numpy(dtype=float) * output_share
        for name in ("output", "imported_intermediates", "value_added_and_taxes", "inventory_change")
    )
    into = pd.get_dummies(split["sector"]).astype(float)[sector_names()].to_numpy()
    seed = into.T @ split_flows(domestic, split).to_numpy() @ into
    finals, output, imports, value_added, stocks = (
        part @ into for part in (finals, output, imports, value_added, stocks)
    )
    # Inventory change is a use of 2011's output, so deliveries are fitted with it, and it is dropped after.
    deliveries = np.maximum(output - finals.sum(axis=0) - stocks, 0)
    purchases = output - imports - value_added
    flows = fit(seed, deliveries * purchases.sum() / deliveries.sum(), purchases)
    bought_abroad = np.array(
        [
            imported_final["household_consumption"] + imported_final["npish_consumption"],
            imported_final["government_consumption"],
            imported_final["gross_fixed_capital_formation"],
        ]
    )
    names = tuple(sector_names())
    return balanced(IOTable(names, flows, imports, value_added, finals, bought_abroad))[0]


def sector_names() -> list[str]:
    """Return the sectors' names in their fixed order."""
    return list(pd.read_csv(HERE / "sectors.csv")["sector"])


if __name__ == "__main__":
    save_io_table(build(Path(sys.argv[1])), HERE / "korea_2011.csv")
