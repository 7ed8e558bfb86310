"""What the page knows of the levers: their doses with unit, range and source, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from sim.experiments import levers as book
from sim.experiments.manifest import fingerprint
from sim.experiments.ranges import stated
from sim.experiments.tables import readable
from sim.scenario import Scenario
from sim.scenario.files import parse, read_text, shipped

TWICE = 2.0  # without a studied range a slider ends at twice the shipped dose
STEPS = 100  # of a slider, about
SIGNS = 6  # digits of a value on the page
COSTS = ("fiscal_cost", "private_cost")
SIZES = {"firms": ("economy", "firms"), "months": ("run", "months"), "seeds": ("run", "seeds")}


def baselines() -> list[dict[str, str]]:
    """Return the scenarios a what-if may start from: all shipped ones but the levers, one by one."""
    files = {name: file for name, file in shipped().items() if not name.startswith(book.PREFIX)}
    found = []
    for name, file in files.items():
        words = parse(read_text(file), file)
        found.append({"name": name, "title": words.get("title", name), "question": words.get("question", "")})
    return found


def levers_on(base: Scenario) -> list[dict[str, Any]]:
    """Return every lever as it stands on a baseline: on or off, with the doses it has or would have."""
    there, stored = base.resolved["policy"], book.stored()
    return [told(lever, there.get(lever.name)) | {"costs": costs(lever, stored)} for lever in every()]


@cache
def every() -> tuple[book.Lever, ...]:
    """Return the levers, read once."""
    return tuple(book.levers())


def told(lever: book.Lever, there: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a lever for the page; ``there`` is its table in the baseline, if it has one."""
    policy, own = lever.policy, own_table(lever.name)
    table = own if there is None else {**own, **{key: there[key] for key in own if key in there}}
    rows = {row["name"]: row for row in policy.describe()}
    return {
        "name": lever.name,
        "acts_on": policy.acts_on,
        "paid_by": policy.paid_by,
        "received_by": policy.received_by,
        "control": lever.control,
        "on": there is not None,
        "table": table,
        "doses": [dose(rows[key], value) for key, value in table.items() if key in rows and is_number(value)],
    }


def own_table(name: str) -> dict[str, Any]:
    """Return the policy's table in the lever's shipped file."""
    file = shipped()[book.PREFIX + name]
    table: dict[str, Any] = parse(read_text(file), file)["policy"][name]
    return table


def is_number(value: Any) -> bool:
    """Whether a value is one number, which a slider can show; a dated one is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def dose(row: Mapping[str, Any], value: float) -> dict[str, Any]:
    """Return a parameter for a slider: the range studied, and the least and the most that are allowed."""
    whole = isinstance(row["default"], int)
    least = row["ge"] if row["ge"] is not None else row["gt"]
    most = row["le"] if row["le"] is not None else row["lt"]
    low, high = studied(row, value, least or 0.0, most)
    step = 1 if whole else 10 ** math.floor(math.log10((high - low) / STEPS))
    return {
        "name": row["name"],
        "value": value,
        "low": low,
        "high": high,
        "least": least,
        "most": most,
        "step": step,
        "whole": whole,
        "unit": row["unit"],
        "meaning": row["meaning"],
        "source": row["source"],
    }


def studied(row: Mapping[str, Any], value: float, least: float, most: float | None) -> tuple[float, float]:
    """Return the range of a slider: what the source names, else what is allowed up to twice the shipped dose.

    It holds the value itself in any case.
    """
    found = stated(row["source"])
    if found:
        low, high = found
    else:
        low, high = least, TWICE * value if value else 1.0
        high = high if most is None else min(high, most)
    low, high = min(low, value), max(high, value)
    return (low, high) if high > low else (low, low + 1)


def costs(lever: book.Lever, table: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return what the shipped dose costs in the stored runs: Korea's won a month, with interval."""
    if table is None:
        return []
    mine = table[(table["lever"] == lever.name) & table["metric"].isin(COSTS)]
    fresh = bool(len(mine)) and mine["hash"].iloc[0] == lever.scenario.hash
    found = []
    for row in mine.to_dict("records"):
        unit, power = readable(str(row["metric"]), float(row["difference"]))
        found.append(
            {
                "metric": row["metric"],
                "value": row["difference"] / power,
                "half": (row["high"] - row["low"]) / 2 / power,
                "unit": unit,
                "fresh": fresh and row["model"] == fingerprint(),
            }
        )
    return found


def sizes() -> dict[str, dict[str, Any]]:
    """Return the bounds and the default of each size of a run."""
    base = Scenario.load("baseline")
    found = {}
    for name, (table, key) in SIZES.items():
        group = base.parameters[table]
        (row,) = (row for row in type(group).describe() if row["name"] == key)
        found[name] = {
            "value": getattr(group, key),
            "least": row["ge"],
            "most": row["le"],
            "unit": row["unit"],
            "meaning": row["meaning"],
        }
    return found
