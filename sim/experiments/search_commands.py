"""What the command ``winwin search`` does: the runs that are left, a table of efficient mixes, two files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import records, tables
from sim.experiments.budget import RATE
from sim.experiments.commands import check_folder, say
from sim.experiments.design import Design
from sim.experiments.front import Front, in_world
from sim.experiments.meter import Meter
from sim.experiments.mixes import OBJECTIVES, TOLERANCE
from sim.experiments.search import search as do_search

BN = 1e9
HEADS = {
    "real_gdp": "GDP, %",
    "sme_value_added_share": "SME share",
    "sme_wage_ratio": "SME wages",
    "supplier_survival": "survival",
    "fiscal_cost": "fiscal, bn",
}
REMARK = (
    "Differences from no policies, means over worlds and seeds: real output in %, the SMEs' share of value "
    "added, their wage ratio and survival of suppliers in points of %, fiscal cost and cost in bn won of "
    "present value. regret: the largest loss, over worlds and seeds, against the best affordable mix found "
    "for that world and seed. All mixes shown are efficient: no other affordable one tried is as good in "
    "all and better in one. "
    "With so many goals most are; how sure a difference between two is, winwin compare tells."
)


def search(
    name: str,
    generations: int,
    budget: float | None,
    workers: int,
    folder: Path | None,
    on: str | None,
    as_json: bool,
) -> bool:
    """Search, print and store the mixes, and return whether a run failed."""
    design = Design.load(name)
    folder = folder or Path("results") / design.name
    check_folder(folder)
    most = (generations * len(design.points) + 2) * len(design.scenarios) * len(design.seeds)
    meter = Meter(most)
    try:
        found = do_search(design, generations, budget, workers, folder, on, meter)
    except KeyboardInterrupt:
        told = f"interrupted; runs that are complete are in {folder}. The same command goes on"
        raise KeyboardInterrupt(told) from None
    finally:
        meter.close()
    files = found.save()
    if found.failed:
        many = f"{found.failed} mixes left out: a run failed or was not finite"
        say(f"winwin: {many}; see winwin results {folder}")
    if as_json:
        records.emit(record(found))
    else:
        print(page(found))
        print(f"All mixes: {files[0]} and {files[1].name}")
    return bool(found.failed)


def record(found: Front) -> dict[str, Any]:
    """Return a search as a JSON object, in base units."""
    return {
        "design": found.design.name,
        "title": found.design.title,
        "budget": found.budget,
        "rate": RATE,
        "tolerance": TOLERANCE,
        "seeds": list(found.design.seeds),
        "worlds": [world.name for world in found.design.scenarios],
        "folder": str(found.folder),
        "failed": found.failed,
        "mixes": found.tried.to_dict("records"),
    }


def page(found: Front) -> str:
    """Return the efficient mixes, that with the most SME value added first."""
    design, table = found.design, found.efficient
    affordable = int(found.tried["affordable"].sum())
    worlds, seeds = (
        tables.counted(len(many), one) for many, one in ((design.scenarios, "world"), (design.seeds, "seed"))
    )
    head = (
        f"{design.title}: mixes that cost {found.budget / BN:,.0f} bn won ± {100 * TOLERANCE:g} %, at "
        f"{100 * RATE:g} % a year; {len(found.tried)} tried, {affordable} affordable, "
        f"{len(table)} efficient; {worlds} x {seeds}"
    )
    doses = short([one.name for one in design.free])
    lines = [tables.paragraph(head)]
    rows = table.to_dict("records")
    mixes = [
        [
            str(place),
            *(tables.number(row[one.name], 3) for one in design.free),
            amount("cost", row["cost"]),
        ]
        for place, row in enumerate(rows, start=1)
    ]
    lines += [tables.grid(["mix", *doses, "cost, bn"], mixes, left=(0,))]
    for before in ("", "regret "):
        cells = [
            [str(place), *(amount(name, row[before + name]) for name in OBJECTIVES)]
            for place, row in enumerate(rows, start=1)
        ]
        lines += ["", tables.grid([(before or "effect").strip(), *HEADS.values()], cells, left=(0,))]
    if len(design.scenarios) > 1:
        best = [
            [
                world.name,
                *(best_of(table[in_world(name, world.name)], more) for name, more in OBJECTIVES.items()),
            ]
            for world in design.scenarios
        ]
        lines += ["", tables.grid(["best mix in", *HEADS.values()], best, left=(0,))]
    return "\n".join([*lines, tables.paragraph(REMARK)])


def short(doses: Sequence[str]) -> list[str]:
    """Name doses by their policy, where it has no other.

    Examples
    --------
    >>> short(["policy.a.share", "policy.b.rate", "policy.b.start"])
    ['a', 'b.rate', 'b.start']
    """
    policies = [name.split(".")[1] for name in doses]
    return [
        policy if policies.count(policy) == 1 else name.removeprefix("policy.")
        for name, policy in zip(doses, policies, strict=True)
    ]


def best_of(values: pd.Series[float], more: bool) -> str:
    """Return the number of the best mix, of several that are as good all; "all" where all are.

    Examples
    --------
    >>> best_of(pd.Series([1.0, 3.0, 3.0]), True), best_of(pd.Series([1.0, 1.0]), False)
    ('2, 3', 'all')
    """
    best = values == (values.max() if more else values.min())
    return "all" if best.all() else ", ".join(str(place + 1) for place in np.flatnonzero(best))


def amount(name: str, value: float) -> str:
    """Write a difference: won in billions, the rest in hundredths.

    Examples
    --------
    >>> amount("cost", 5.1278e12), amount("real_gdp", 0.00184)
    ('5,128', '0.184')
    """
    if "cost" in name:
        return f"{value / BN:,.0f}" if abs(value) >= 100 * BN else tables.number(value / BN, 3)
    return tables.number(100 * value, 3)
