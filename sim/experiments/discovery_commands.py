"""What the command ``winwin discover`` does: the runs that are left, boxes, a tree, how sure they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import records, tables
from sim.experiments.archive import Archive
from sim.experiments.boxes import LEAST
from sim.experiments.commands import check_folder, progress
from sim.experiments.design import Design
from sim.experiments.discovery import BOXES, DENSITY, RESAMPLES, Discovery, checked, found_in
from sim.experiments.effects import Span
from sim.experiments.ranges import declaration
from sim.experiments.sampling import Varied
from sim.experiments.sweep_commands import failed_runs, tell_failures, watched
from sim.experiments.tree import FOLDS

SHOWN = 8  # steps of a peeling that are printed besides the chosen one; all are in --json
BOX = (
    "coverage: part of the points of interest that a box holds; density: part of the box that is of "
    "interest; mass: part of all points. quasi-p: chance of at least as many points of interest in the box "
    "if this limit did nothing for their density; as the limit was chosen from many, it flatters. kept: part "
    "of bootstrap samples whose box limits the parameter. Left out: boxes from these samples, judged by "
    "points they had not seen, the honest figures."
)
TREE = "Leaves of a small tree, the densest first; together they hold all points."


def discover(
    name: str,
    when: str,
    density: float | None,
    resamples: int | None,
    last_year: bool,
    workers: int,
    folder: Path | None,
    on: str | None,
    as_json: bool,
) -> bool:
    """Do what is left of a design, print where the condition holds, and return whether a run failed."""
    design = Design.load(name)
    by: Span = "last_year" if last_year else "in_force"
    density = DENSITY if density is None else density
    resamples = RESAMPLES if resamples is None else resamples
    condition = checked(design, when, by, density, resamples)
    folder = folder or Path("results") / design.name
    check_folder(folder)
    done = watched(design, workers, folder, on)
    failures = failed_runs(Archive(folder), done.failed)
    tell_failures(failures)
    with progress(2 * resamples * len(design.pairs()) * BOXES, "resampled") as tell:
        found = found_in(design, folder, condition, by, density, resamples, lambda: tell(1))
    if as_json:
        records.emit(record(found) | {"failed": failures})
    else:
        print(page(found))
    return bool(failures)


def record(found: Discovery) -> dict[str, Any]:
    """Return a discovery as a JSON object, in base units."""
    design = found.design
    names = ("points", "boxes", "limits", "steps", "leaves")
    return {
        "design": design.name,
        "title": design.title,
        "method": design.method,
        "when": found.condition.text,
        "baseline": found.baseline,
        "folder": str(found.folder),
        "seeds": list(design.seeds),
        "density": found.density,
        "resamples": found.resamples,
        "units": records.units(found.condition.metrics),
        "ranges": {one.name: list(one.values) or [one.low, one.high] for one in design.free},
        **{name: getattr(found, name).reset_index().to_dict("records") for name in names},
    }


# --- the page ----------------------------------------------------------------------------------------


def page(found: Discovery) -> str:
    """Return the boxes of each scenario, the steps to the first, and the tree."""
    design = found.design
    what = f"differences from {found.baseline}, paired by seed" if found.baseline else "levels"
    units = {name: unit for name, unit in records.units(found.condition.metrics).items() if unit != "1"}
    told = "".join(f"; {name} in {unit}" for name, unit in units.items())
    seeds = tables.counted(len(design.seeds), "seed")
    head = f"{design.title}: where {found.condition.text}; {what}, means over {seeds}{told}"
    parts = [tables.paragraph(head)]
    for row in rows_of(found.points):
        arm = row["scenario"]
        parts += ["", tables.paragraph(counted(found, row))]
        if row["right"] != row["right"]:
            told = f"No limits are looked for: at least {LEAST} must be of interest, and {LEAST} must not."
            parts.append(tables.paragraph(told))
            continue
        many = rows_of(found.boxes, scenario=arm)
        parts += [part for box in many for part in ("", box_page(found, box))]
        if not many:
            parts += [
                "",
                tables.paragraph("No limit of any parameter makes points of interest more frequent."),
            ]
        parts += ["", tables.paragraph(judgement(row)), leaves_grid(found, arm)]
    return "\n".join([*parts, "", tables.paragraph(BOX)])


def rows_of(table: pd.DataFrame, **keys: Any) -> list[dict[str, Any]]:
    """Return the rows of a table with some keys."""
    flat = table.reset_index()
    for name, value in keys.items():
        flat = flat[flat[name] == value]
    return [{str(name): value for name, value in row.items()} for row in flat.to_dict("records")]


def counted(found: Discovery, row: dict[str, Any]) -> str:
    """Say how many points there are, and how many of them are of interest."""
    share = percent(row["of_interest"] / row["points"])
    told = f"{row['scenario']}: {row['of_interest']} of {row['points']} points are of interest ({share})"
    if len(found.design.seeds) > 1:
        told += f"; single seeds disagree on {row['split']}"
        if 2 * row["split"] > row["points"]:
            told += ": networks decide more than these parameters, take more seeds or firms"
    if row["dropped"]:
        told += f"; {row['dropped']} left out, as a run failed or was not finite"
    return told


def box_page(found: Discovery, row: dict[str, Any]) -> str:
    """Return a box: what it holds, its limits, how sure they are, and the steps that led to it."""
    head = (
        f"Box {row['box']}: {row['points']} points, {row['of_interest']} of them of interest: density "
        f"{percent(row['density'])}, coverage {percent(row['coverage'])}, mass {percent(row['mass'])}"
    )
    if row["density"] < found.density:
        head += f". No box reaches a density of {percent(found.density)}; this is the densest"
    if found.resamples:
        head += (
            f". Left out: density {percent(row['density_left_out'])}, coverage "
            f"{percent(row['coverage_left_out'])}. As good by luck: p {tables.number(row['luck'], 2)}, from "
            f"{found.resamples} random deals of the points of interest"
        )
    key = {"scenario": row["scenario"], "box": row["box"]}
    lines = [tables.paragraph(f"{head}."), limits_grid(found, rows_of(found.limits, **key))]
    way = steps_grid(rows_of(found.steps, **key))
    return "\n".join([*lines, "", "Trade-off on the way to it (* this box):", way])


def limits_grid(found: Discovery, limits: list[dict[str, Any]]) -> str:
    """Return the limits of a box, and whether they return in resamples."""
    units = units_of(found)
    free = {one.name: one for one in found.design.free}
    rows = []
    for row in limits:
        one = free[row["parameter"]]
        cells = [short(one.name), ends(row), f"{whole_range(one)}{units[one.name]}", chances(row)]
        rows.append([*cells, percent(row["restricted"])] if found.resamples else cells)
    head = ["parameter", "within", "range", "quasi-p", *(["kept"] if found.resamples else [])]
    return tables.grid(head, rows, left=(0, 1, 2))


def short(name: str) -> str:
    """Leave out that a parameter is one of a policy."""
    return name.removeprefix("policy.")


def units_of(found: Discovery) -> dict[str, str]:
    """Return the unit of every free parameter, as it is declared; of a ratio, none."""
    units = {}
    for one in found.design.free:
        said = [row for scenario in found.design.scenarios if (row := declaration(scenario, one.name))]
        unit = str(said[0]["unit"]) if said else "1"
        units[one.name] = "" if unit == "1" else f" {unit}"
    return units


def ends(row: dict[str, Any]) -> str:
    """Write the limits of a parameter.

    Examples
    --------
    >>> ends({"low": 0.12345, "high": float("nan"), "values": None})
    'from 0.123'
    """
    if isinstance(row["values"], list):
        return ", ".join(map(str, row["values"]))
    low, high = (tables.number(row[end], 3) for end in ("low", "high"))
    if "-" == low == high:
        return "any"
    return f"{low} to {high}" if "-" not in (low, high) else f"up to {high}" if low == "-" else f"from {low}"


def whole_range(one: Varied) -> str:
    """Write the range of a parameter."""
    return ", ".join(map(str, one.values)) if one.values else f"{one.low:g} to {one.high:g}"


def chances(row: dict[str, Any]) -> str:
    """Write the quasi-p values of a limit, of the lower end first."""
    said = [tables.number(row[end], 2) for end in ("low_p", "high_p") if row[end] == row[end]]
    return ", ".join(said) or "-"


def steps_grid(steps: list[dict[str, Any]]) -> str:
    """Return some steps of the peeling, evenly chosen, with that of the box and the last."""
    many = len(steps)
    shown = {round(at * (many - 1) / SHOWN) for at in range(SHOWN + 1)}
    rows = [
        [
            f"{at}{'*' if row['chosen'] else ' '}",
            *(f"{row[name]:.0f}" for name in ("restricted", "points", "of_interest")),
            *(percent(row[name]) for name in ("coverage", "density", "mass")),
        ]
        for at, row in enumerate(steps)
        if at in shown or row["chosen"]
    ]
    head = ["step ", "limited", "points", "of interest", "coverage", "density", "mass"]
    return tables.grid(head, rows, left=())


def judgement(row: dict[str, Any]) -> str:
    """Say how well the tree tells points it has not seen."""
    worth = "" if row["right"] > row["guess"] else ": it tells no more than that"
    return (
        f"{TREE} In {FOLDS}-fold cross-validation it tells {percent(row['right'])} of points right; always "
        f"saying the more frequent, {percent(row['guess'])}{worth}."
    )


def leaves_grid(found: Discovery, arm: str) -> str:
    """Return the leaves of the tree."""
    leaves = rows_of(found.leaves, scenario=arm)
    rows = [[str(row["points"]), str(row["of_interest"]), percent(row["density"])] for row in leaves]
    table = tables.grid(["points", "of interest", "density"], rows, left=())
    return tables.beside(table, ["where", "", *(row["where"].replace("policy.", "") for row in leaves)])


def percent(part: float) -> str:
    """Write a part in hundredths."""
    return "-" if part != part else f"{100 * part:.0f} %"
