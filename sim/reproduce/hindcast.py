"""History again: published years beside the scenario ``history``, and what it says of the years after them.

Parameters of adoption were fitted to the years that the table of published figures calls fitted
(`sim.reproduce.fit`); all other years are tests. From 2021 on it is a forecast without a second fit. Beside
it stand two lines that need no model, fitted by least squares to what is published up to 2020: ``a + b t``
and ``exp(a + b t)``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.failures import refuse
from sim.experiments.run import Tell, jobs_for, run, run_all, silent
from sim.population.published import COMPARED, FITTED, SERIES, published
from sim.reproduce.rules import passes
from sim.scenario import Scenario

GROUP = "hindcast"
FURTHER = ("fund_cumulative", "win_win_drawers", "fund_contributors", "win_win_passed_on")  # some years
LAST_KNOWN = 2020  # naive lines know nothing later
LARGE_FIRMS = 2236  # large corporations in 2018 (row 235): parts of them are told in firms, as published
OCTOBER = 10 / 12  # of the year that had passed when the fund's total of 2025 was told
LOW, HIGH = 0.05, 0.95  # a 90 % interval

Real = NDArray[np.float64]


def history(firms: int = 3000) -> Scenario:
    """Return the scenario with some number of firms."""
    return Scenario.load("history").replacing("economy.firms", firms)


def measure(scenario: Scenario, seed: int, tell: Tell = silent) -> dict[str, float]:
    """Run the scenario of history once and return what is published by year, as ``"name year"``."""
    return yearly(run(scenario, seed, tell).metrics)


def simulated(
    scenario: Scenario, seeds: int, jobs: int = 1, folder: Path | None = None, tell: Tell = silent
) -> pd.DataFrame:
    """Run history with some seeds and return one row a seed of what `measure` returns; no run may fail."""
    first = scenario.run.seed
    outcomes = run_all(jobs_for([scenario], range(first, first + seeds), folder), jobs, tell)
    refuse(outcomes)
    return pd.DataFrame({done.seed: yearly(done.metrics) for done in outcomes if done.metrics is not None}).T


def yearly(metrics: pd.DataFrame) -> dict[str, float]:
    """Return what is published by year, in the units in which it is published, from a run's metrics."""
    year = metrics.index.str[:4].astype(int)
    sums, means, last = (getattr(metrics.groupby(year), how)() for how in ("sum", "mean", "last"))
    paid = sums["fund_contributions"] / 1e9
    before = paid.cumsum() - paid
    found = {
        "fund_contributions": paid,
        # Members pay in December; the total of 2025 was told in October.
        "fund_cumulative": before + paid.where(paid.index <= LAST_KNOWN, OCTOBER * paid),
        "win_win_payments": sums["win_win_payments"] / 1e12,
        "cash_ratio": 100 * means["cash_ratio"],
        "operating_margin_sme": 100 * means["operating_margin_sme"],
        "win_win_drawers": LARGE_FIRMS * last["win_win_drawers"],
        "fund_contributors": LARGE_FIRMS * last["fund_contributors"],
        "win_win_passed_on": 100 * sums["win_win_passed_on"] / sums["win_win_payments"].replace(0, np.nan),
    }
    return {f"{name} {at}": float(value) for name, values in found.items() for at, value in values.items()}


def rows(results: pd.DataFrame) -> list[dict[str, Any]]:
    """Return published and simulated values, year by year.

    Parameters
    ----------
    results
        One row a seed, columns as of `measure`.

    Returns
    -------
    One dictionary a figure and year, with ``name``, ``published`` (None where nothing is), ``year``,
    ``unit``, ``row``, ``confidence``, ``source``, ``simulated`` (median over seeds), ``low`` and ``high``
    (90 % of seeds), ``error``, ``fitted``, ``rule``, ``passed`` (None where there is nothing to pass),
    ``linear`` and ``exponential`` (naive lines; None up to 2020), ``meaning``, ``note``.
    """
    known, found = published(), []
    for name in (*SERIES, *FURTHER):
        figures = known[known["name"] == name].set_index("year").to_dict("index")
        unit = next(iter(figures.values()))["unit"]
        for column in results.columns.astype(str):
            series, _, year = column.partition(" ")
            if series == name and (name in SERIES or int(year) in figures):
                figure = figures.get(int(year), {"unit": unit})
                found.append(row_of(name, int(year), figure, results[column]))
    return [row for row in found if row["published"] is not None or row["simulated"] > 0]


def row_of(
    name: str, year: int, figure: Mapping[Hashable, Any], simulated: pd.Series[float]
) -> dict[str, Any]:
    """Return one figure of one year; ``figure`` is what is published of it, its unit at least."""
    median, low, high = (float(simulated.quantile(part)) for part in (0.5, LOW, HIGH))
    row: dict[str, Any] = {"group": GROUP, "name": name, "year": year, "published": figure.get("value")}
    row |= {key: figure.get(key, "") for key in ("unit", "confidence", "source", "rule", "meaning", "note")}
    row |= {"row": figure.get("row"), "fitted": figure.get("use") == FITTED}
    row |= {"simulated": median, "low": low, "high": high, "error": None, "passed": None}
    if "value" in figure:
        row["error"] = median - row["published"]
        row["passed"] = passes(row["rule"], row["published"], median, low, high)
    ahead = naive(name, year) if year > LAST_KNOWN else (None, None)
    return row | {"linear": ahead[0], "exponential": ahead[1]}


# --- lines that need no model ----------------------------------------------------------------------


def lines(name: str, years: Real) -> tuple[Real, Real]:
    """Return a straight and an exponential line, fitted to what is published up to 2020, at some years."""
    given = known_to_all(name)
    at, values = given.index.to_numpy(dtype=float), given.to_numpy(dtype=float)
    straight = np.polynomial.Polynomial.fit(at, values, 1)
    growing = np.polynomial.Polynomial.fit(at, np.log(values), 1)
    return straight(years), np.exp(growing(years))


def known_to_all(name: str) -> pd.Series:
    """Return what is published of a series up to 2020, by year."""
    table = published()
    table = table[(table["name"] == name) & table["use"].isin([FITTED, COMPARED])]
    return table[table["year"] <= LAST_KNOWN].set_index("year")["value"].sort_index()


def naive(name: str, year: int) -> tuple[float | None, float | None]:
    """Return both lines in a year; for the fund's total what is published, and the lines where nothing is."""
    if name == "fund_cumulative":
        past = known_to_all("fund_contributions")
        missing = np.array([at for at in range(int(past.index[0]), year + 1) if at not in past.index])
        part = np.where(missing == year, OCTOBER, 1.0)
        straight, growing = lines("fund_contributions", missing.astype(float))
        return float(past.sum() + part @ straight), float(past.sum() + part @ growing)
    if name not in SERIES or known_to_all(name).empty:
        return None, None
    straight, growing = lines(name, np.array([float(year)]))
    return float(straight[0]), float(growing[0])
