"""What the command ``winwin search`` does: the runs that are left, a table of efficient mixes, two files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.experiments import records, tables
from sim.experiments.budget import RATE
from sim.experiments.commands import check_folder, say
from sim.experiments.design import Design
from sim.experiments.front import Front
from sim.experiments.meter import Meter
from sim.experiments.mixes import OBJECTIVES, TOLERANCE
from sim.experiments.search import search as do_search

BN = 1e9
REMARK = (
    "Differences from no policies, means over worlds and seeds: real_gdp in %, shares and ratios in points "
    "of %, fiscal_cost and cost in bn won of present value. regret: the largest loss, over worlds and seeds, "
    "against the best affordable mix found for that world and seed. Efficient is a mix that no other "
    "affordable one tried beats; how sure a difference between two of them is, winwin compare tells."
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
    head = (
        f"{design.title}: mixes that cost {found.budget / BN:,.0f} bn won ± {100 * TOLERANCE:g} %, at "
        f"{100 * RATE:g} % a year; {len(found.tried)} tried, {affordable} affordable, "
        f"{len(table)} efficient; {len(design.scenarios)} worlds x {len(design.seeds)} seeds"
    )
    doses = [one.name for one in design.free]
    lines = [tables.paragraph(head)]
    rows = table.to_dict("records")
    head_of = ["mix", *(name.removeprefix("policy.") for name in doses), "cost"]
    mixes = [
        [str(place), *(f"{row[name]:.3g}" for name in doses), amount("cost", row["cost"])]
        for place, row in enumerate(rows, start=1)
    ]
    lines += [tables.grid(head_of, mixes, left=(0,))]
    for before in ("", "regret "):
        cells = [
            [str(place), *(amount(name, row[before + name]) for name in OBJECTIVES)]
            for place, row in enumerate(rows, start=1)
        ]
        lines += ["", tables.grid([(before or "mix").strip(), *OBJECTIVES], cells, left=(0,))]
    return "\n".join([*lines, tables.paragraph(REMARK)])


def amount(name: str, value: float) -> str:
    """Write a difference: won in billions, the rest in hundredths."""
    return tables.number(value / BN if "cost" in name else 100 * value, 3)
