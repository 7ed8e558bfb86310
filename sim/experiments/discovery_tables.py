"""Boxes, their limits, the steps to them, and the leaves of a tree as rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.experiments.boxes import Found, Limit
from sim.experiments.sampling import Varied

COUNTS = ["points", "of_interest", "coverage", "density", "mass"]
TABLES: dict[str, tuple[list[str], list[str]]] = {
    "points": (["scenario"], ["points", "of_interest", "dropped", "split", "right", "guess"]),
    "boxes": (
        ["scenario", "box"],
        [*COUNTS, "restricted", "coverage_left_out", "density_left_out", "luck"],
    ),
    "limits": (
        ["scenario", "box", "parameter"],
        ["low", "high", "values", "low_p", "high_p", "restricted"],
    ),
    "steps": (["scenario", "box", "step"], [*COUNTS, "restricted", "chosen"]),
    "leaves": (["scenario", "leaf"], ["where", *COUNTS]),
}


def box_row(one: Found) -> dict[Any, Any]:
    """Return what is told of a box."""
    left_out = {"coverage_left_out": one.coverage, "density_left_out": one.density, "luck": one.luck}
    return one.peeling.steps.to_dict("records")[one.step] | left_out


def limit_rows(one: Found, free: Sequence[Varied]) -> list[dict[str, Any]]:
    """Return a row for each parameter that a box, or one of a resample, restricts."""
    limits, chances = one.peeling.limits[one.step], one.peeling.chances[one.step]
    rows = []
    for varied in free:
        if varied.name in limits or one.restricted[varied.name] > 0:
            low_p, high_p = chances.get(varied.name, (np.nan, np.nan))
            ends = plain(limits.get(varied.name, (np.nan, np.nan)), varied)
            rows.append(
                {
                    "parameter": varied.name,
                    **ends,
                    "low_p": low_p,
                    "high_p": high_p,
                    "restricted": one.restricted[varied.name],
                }
            )
    return rows


def plain(limit: Limit, varied: Varied) -> dict[str, Any]:
    """Return a limit as low, high and the values left of a list."""
    if isinstance(limit, frozenset):
        return {
            "low": np.nan,
            "high": np.nan,
            "values": [varied.values[place] for place in sorted(map(int, limit))],
        }
    return {"low": limit[0], "high": limit[1], "values": None}


def step_rows(one: Found) -> list[dict[str, Any]]:
    """Return a row for each step of the peeling."""
    records = one.peeling.steps.to_dict("records")
    return [
        {"step": place, **{str(name): value for name, value in row.items()}, "chosen": place == one.step}
        for place, row in enumerate(records)
    ]


def leaf_rows(
    leaves: Sequence[tuple[Mapping[str, Limit], int, int]], free: Sequence[Varied], told: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the leaves of a tree, the densest first."""
    ordered = sorted(leaves, key=lambda leaf: leaf[2] / leaf[1], reverse=True)
    return [
        {
            "leaf": place,
            "where": worded(limits, free),
            "points": points,
            "of_interest": some,
            "coverage": some / told["of_interest"],
            "density": some / points,
            "mass": points / told["points"],
        }
        for place, (limits, points, some) in enumerate(ordered, start=1)
    ]


def worded(limits: Mapping[str, Limit], free: Sequence[Varied]) -> str:
    """Write the limits of a leaf as a condition."""
    parts = []
    for varied in free:
        limit = limits.get(varied.name)
        if isinstance(limit, frozenset):
            kept = [str(varied.values[place]) for place in sorted(map(int, limit))]
            parts.append(f"{varied.name} = {' or '.join(kept)}")
        elif limit is not None:
            parts += [f"{varied.name} > {limit[0]:.3g}"] if limit[0] == limit[0] else []
            parts += [f"{varied.name} <= {limit[1]:.3g}"] if limit[1] == limit[1] else []
    return " and ".join(parts) or "everywhere"
