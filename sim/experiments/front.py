"""Mixes of equal cost side by side: which are efficient, and how much each may be regretted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.design import Design
from sim.experiments.disk import replacing, storage

Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Front:
    """What a search has found.

    Parameters
    ----------
    design
        Scenarios, seeds and ranges.
    budget
        Present value in won that mixes were to cost, fiscal and private together.
    tried
        A row for each mix: its doses; ``cost``; the objectives, mean differences from no policies over
        worlds and seeds (``real_gdp`` as a part of its level, ``fiscal_cost`` in present value);
        ``regret <objective>`` of affordable ones: the largest, over worlds and seeds, of what the best
        affordable mix found for that world and seed is better by; ``affordable``: costs the budget, within
        the tolerance; ``efficient``: affordable, and no other such mix is as good in all and better in one;
        with several worlds ``<objective> in <world>``, the mean over seeds in each.
    failed
        Mixes left out because a run failed or was not finite.
    folder
        Where the runs are.
    """

    design: Design
    budget: float
    tried: pd.DataFrame
    failed: int
    folder: Path

    @property
    def efficient(self) -> pd.DataFrame:
        """The efficient mixes, that with the most SME value added first."""
        chosen = self.tried[self.tried["efficient"]]
        return chosen.sort_values("sme_value_added_share", ascending=False, ignore_index=True)

    def save(self) -> tuple[Path, Path]:
        """Write all mixes as ``mixes.csv`` and ``mixes.json`` into the folder of the runs."""
        files = self.folder / "mixes.csv", self.folder / "mixes.json"
        with storage(self.folder), replacing(files[0]) as aside:
            self.tried.to_csv(aside, index=False, lineterminator="\n")
        with storage(self.folder), replacing(files[1]) as aside:
            self.tried.to_json(aside, orient="records", indent=1, double_precision=15)
        return files


def in_world(objective: str, world: str) -> str:
    """Return the column of an objective in one of several worlds."""
    return f"{objective} in {world}"


def efficient(goods: Real, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows no row among some beats: none is as good in all columns and better in one.

    Examples
    --------
    >>> goods = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [3.0, 3.0]])
    >>> efficient(goods, np.array([True, True, True, False])).tolist()
    [True, True, False, True]
    """
    rivals = goods[among]
    return np.array(
        [not ((rivals >= row).all(axis=1) & (rivals > row).any(axis=1)).any() for row in goods], dtype=bool
    )


def regrets(goods: Real, among: NDArray[np.bool_]) -> Real:
    """Return (mixes, objectives) the largest loss, over worlds and seeds, against the best among some mixes.

    Parameters
    ----------
    goods
        (mixes, worlds, seeds, objectives), more is better.
    among
        Mixes that count as the alternative.

    Examples
    --------
    >>> goods = np.array([[[[1.0], [5.0]]], [[[4.0], [4.0]]]])
    >>> regrets(goods, np.array([True, True])).tolist()
    [[3.0], [1.0]]
    """
    if not among.any():
        return np.full((goods.shape[0], goods.shape[-1]), np.nan)
    losses: Real = (goods[among].max(axis=0) - goods).max(axis=(1, 2))
    return losses
