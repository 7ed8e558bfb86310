"""What the command ``winwin sensitivity`` does: the runs that are left, then a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.experiments import records, tables
from sim.experiments.archive import Archive
from sim.experiments.commands import check_folder
from sim.experiments.design import Design
from sim.experiments.effects import Span
from sim.experiments.outputs import chosen_metrics
from sim.experiments.sensitivity import MEASURES, Sensitivity, analysed, check
from sim.experiments.sweep_commands import failed_runs, tell_failures, watched

WORDS = {
    "saltelli": "S1: part of the variance that the parameter explains alone; ST: with all it takes part in.",
    "morris": "mu_star: mean size of the effect of moving the parameter through its range; mu: its mean, "
    "sigma: its standard deviation, which non-linearity and interactions make.",
}
STRONGEST = {"saltelli": "ST", "morris": "mu_star"}  # by which parameters are ordered
NOISE = (
    "± 95 %, by bootstrap over blocks of points. noise: by how much the variance would be off with other "
    "seeds, as a part of it; where it is large, other networks answer otherwise, and more seeds are needed; "
    "- with one seed. dropped: blocks with a run that failed or was not finite."
)


def sensitivity(
    name: str,
    workers: int,
    folder: Path | None,
    on: str | None,
    metrics: Sequence[str] | None,
    last_year: bool,
    as_json: bool,
) -> bool:
    """Do what is left of a design, print which parameters matter, and return whether a run failed."""
    design = Design.load(name)
    by: Span = "last_year" if last_year else "in_force"
    check(design, by)
    names = chosen_metrics(metrics)
    folder = folder or Path("results") / design.name
    check_folder(folder)
    done = watched(design, workers, folder, on)
    failures = failed_runs(Archive(folder), done.failed)
    tell_failures(failures)
    found = analysed(design, folder, names, by)
    if as_json:
        records.emit(record(found) | {"failed": failures})
    else:
        print(page(found))
    return bool(failures)


def record(found: Sensitivity) -> dict[str, Any]:
    """Return a sensitivity as a JSON object, in base units."""
    design = found.design
    return {
        "design": design.name,
        "title": design.title,
        "method": design.method,
        "baseline": found.baseline,
        "folder": str(found.folder),
        "seeds": list(design.seeds),
        "units": records.units(list(dict.fromkeys(found.outputs.index.get_level_values("metric")))),
        "ranges": {one.name: list(one.values) or [one.low, one.high] for one in design.free},
        "outputs": found.outputs.reset_index().to_dict("records"),
        "table": found.table.reset_index().to_dict("records"),
    }


def page(found: Sensitivity) -> str:
    """Return the table of a sensitivity, the strongest parameter of each metric first."""
    design = found.design
    what = f"differences from {found.baseline}, paired by seed" if found.baseline else "levels"
    counts = f"{tables.counted(len(design.points), 'point')} x {tables.counted(len(design.seeds), 'seed')}"
    head = f"{design.title}: {what}; {counts}, {design.method}"
    parts = [tables.paragraph(head)]
    for arm in dict.fromkeys(found.outputs.index.get_level_values("scenario")):
        parts += [arm, outputs_grid(found, arm), "", measures_grid(found, arm)]
    return "\n".join([*parts, tables.paragraph(f"{WORDS[design.method]} {NOISE}")])


def outputs_grid(found: Sensitivity, arm: str) -> str:
    """Return mean, deviation and noise of each metric of a scenario."""
    rows = []
    for name, row in found.outputs.loc[arm].iterrows():
        shown, power = tables.readable(str(name), row["mean"], row["deviation"])
        noise = "-" if row["noise"] != row["noise"] else f"{100 * row['noise']:.3g} %"
        values = [tables.number(row[key] / power) for key in ("mean", "deviation")]
        rows.append([str(name), shown, *values, noise, str(int(row["blocks"])), str(int(row["dropped"]))])
    return tables.grid(["metric", "unit", "mean", "deviation", "noise", "blocks", "dropped"], rows)


def measures_grid(found: Sensitivity, arm: str) -> str:
    """Return the measures of each parameter for each metric of a scenario."""
    measures, strongest = MEASURES[found.design.method], STRONGEST[found.design.method]
    with_interval = [name for name in measures if f"{name}_low" in found.table]
    head = [cell for name in measures for cell in ([name, "± 95 %"] if name in with_interval else [name])]
    table = found.table.loc[[arm]].reset_index()
    rows = []
    for metric in table["metric"].unique():
        part = table[table["metric"] == metric].sort_values(strongest, ascending=False)
        power = power_of(found, arm, metric)
        for place, row in enumerate(part.to_dict("records")):
            line = ["" if place else metric, row["parameter"].removeprefix("policy.")]
            for name in measures:
                line.append(tables.number(row[name] / power, 3))
                if name in with_interval:
                    line.append(tables.half_width(row[f"{name}_low"], row[f"{name}_high"], power))
            rows.append(line)
    return tables.grid(["metric", "parameter", *head], rows)


def power_of(found: Sensitivity, arm: str, metric: str) -> float:
    """Return what effects on a metric are divided by; indices are parts, and have no unit."""
    if found.design.method == "saltelli":
        return 1.0
    output: Any = found.outputs.loc[(arm, metric), ["mean", "deviation"]]
    return tables.readable(metric, *output)[1]
