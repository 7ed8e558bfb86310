"""The leaves of a small tree that splits points of interest from others: a CART (Breiman et al. 1984)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.boxes import Flags, Limits, least_of

LEAVES = 6  # at most
FOLDS = 5  # in which a tree is judged by points it was not made from
SEED = 1  # of the folds
OPEN = (math.nan, math.nan)


@dataclass(frozen=True, eq=False)
class Tree:
    """The leaves of a tree, and how often it is right of points it was not made from.

    Parameters
    ----------
    leaves
        Limits, points and points of interest of each; together they hold all points.
    right
        Part of points that is told right in cross-validation.
    guess
        What saying the more frequent always would tell right.
    """

    leaves: list[tuple[Limits, int, int]]
    right: float
    guess: float


def tree(table: pd.DataFrame, wanted: Flags) -> Tree:
    """Return the leaves of a small tree that splits points of interest from others."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    choices = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    split = pd.get_dummies(table, columns=choices, prefix_sep="\0", dtype=float)
    grown = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=least_of(table), random_state=SEED)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    right = float(cross_val_score(grown, split.to_numpy(), wanted, cv=folds).mean())
    grown.fit(split.to_numpy(), wanted)
    ends = grown.apply(split.to_numpy())
    leaves = []
    for leaf in np.unique(ends):
        mine = ends == leaf
        limits = way_to(grown.tree_, int(leaf), list(map(str, split)), table)
        leaves.append((limits, int(mine.sum()), int(wanted[mine].sum())))
    share = float(wanted.mean())
    return Tree(leaves, right, max(share, 1 - share))


def way_to(grown: Any, leaf: int, names: Sequence[str], table: pd.DataFrame) -> Limits:
    """Return the limits that the splits above a leaf set; those of numbers lie between two that occur."""
    above = {
        int(child): node
        for node in range(grown.node_count)
        for child in (grown.children_left[node], grown.children_right[node])
    }
    numbers: dict[str, tuple[float, float]] = {}
    choices: dict[str, frozenset[str]] = {}
    while leaf in above:
        node = above[leaf]
        name, _, choice = names[grown.feature[node]].partition("\0")
        upper = leaf == grown.children_right[node]
        edge = float(grown.threshold[node])
        if choice:
            left = choices.get(name, frozenset(table[name]))
            choices[name] = left & {choice} if upper else left - {choice}
        else:
            low, high = numbers.get(name, OPEN)
            numbers[name] = (float(np.fmax(low, edge)), high) if upper else (low, float(np.fmin(high, edge)))
        leaf = node
    return {**numbers, **choices}
