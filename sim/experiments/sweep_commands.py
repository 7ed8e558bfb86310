"""What the command ``winwin sweep`` does: show progress, print, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiments import equal, records, tables
from sim.experiments.archive import Archive
from sim.experiments.budget import RATE
from sim.experiments.commands import check_folder, say
from sim.experiments.design import Design
from sim.experiments.estimate import Estimate, estimate
from sim.experiments.inputs import checked_jobs
from sim.experiments.inventory import vouched
from sim.experiments.meter import Meter, duration, size
from sim.experiments.mixes import TOLERANCE
from sim.experiments.plan import missing, plan_of
from sim.experiments.results_commands import SHOWN, parameters
from sim.experiments.sweep import Sweep, carry_out, planned
from sim.experiments.vouched import digest_of, mixture

BN = 1e9


def sweep(name: str, workers: int, folder: Path | None, on: str | None, dry: bool, as_json: bool) -> bool:
    """Do a sweep, or with ``dry`` say what it would take; return whether a run failed."""
    design = Design.load(name)
    folder = folder or Path("results") / design.name
    check_folder(folder)
    if dry:
        found = estimate(design, workers, folder, on)
        records.emit({"design": design.name, **plain(found)}) if as_json else print(forecast(design, found))
        return False
    if design.method == "equal_cost":
        return equal_cost(design, workers, folder, on, as_json)
    return tell_sweep(design, watched(design, workers, folder, on), as_json)


def equal_cost(design: Design, workers: int, folder: Path, on: Any, as_json: bool) -> bool:
    """Do the pilots that are left, then the points of equal cost, and tell what these cost."""
    left, scaled = equal.pilots_left(design, folder), {row.run for row in plan_of(design)}
    meter = Meter(len(left) + len(scaled))
    try:
        found = equal.settled(design, workers, folder, on, meter)
    except KeyboardInterrupt:
        told = f"interrupted; pilots that are complete are in {equal.pilots_folder(folder)}"
        raise KeyboardInterrupt(f"{told}. The same command goes on") from None
    finally:
        meter.close()
    done = watched(found.design, workers, folder, on)
    costs = equal.costs(found, folder)
    file = costs.save(folder)
    failed = tell_sweep(
        found.design, done, as_json, {"budget": costs.budget, "costs": costs.table.to_dict("records")}
    )
    if not as_json:
        print(f"\n{costs_page(costs)}\nAll points: {file}")
    return failed


def costs_page(costs: equal.Costs) -> str:
    """Return what the points of a sweep of equal cost do cost."""
    off = costs.table["off"]
    near = int((off.abs() <= TOLERANCE).sum())
    head = (
        f"Points were to cost {costs.budget / BN:,.0f} bn won in present value, at {100 * RATE:g} % a year; "
        f"{near} of {len(off)} do within {100 * TOLERANCE:g} %, measured as the mean over scenarios and seeds"
    )
    doses = [name for name in map(str, costs.table) if "." in name]
    rows = [
        [
            str(place),
            *(tables.number(row[name], 3) for name in doses),
            tables.number(row["cost"] / BN),
            f"{100 * row['off']:+.1f} %" if row["off"] == row["off"] else "-",
        ]
        for place, row in enumerate(costs.table.head(SHOWN).to_dict("records"), start=1)
    ]
    names = [name.removeprefix("policy.") for name in doses]
    return f"{tables.paragraph(head)}\n{tables.grid(['point', *names, 'cost, bn', 'off'], rows, left=())}"


def watched(design: Design, workers: int, folder: Path, on: Any) -> Sweep:
    """Do the runs of a design that are not there, showing progress.

    Raises
    ------
    KeyboardInterrupt
        With a sentence on what is stored and how to go on.
    """
    archive, workers = Archive(folder), checked_jobs(workers)
    plan = planned(design, archive)
    many = len({row.run for row in plan})
    meter = Meter(len(missing(archive, plan)))
    try:
        return carry_out(plan, archive, workers, on, meter)
    except KeyboardInterrupt:
        rest = len(missing(archive, plan))
        told = f"interrupted; {many - rest} of {many} runs are complete in {folder}"
        raise KeyboardInterrupt(f"{told}. The same command does the others") from None
    finally:
        meter.close()


def plain(found: Estimate) -> dict[str, Any]:
    """Return an estimate as a JSON object."""
    return {**vars(found), "folder": str(found.folder), "to_do": found.runs - found.reused}


def forecast(design: Design, found: Estimate) -> str:
    """Return what a sweep would do and take, in words."""
    rest = found.runs - found.reused
    of = {"scenario": design.scenarios, "point": design.points, "seed": design.seeds}
    counts = [tables.counted(len(many), name) for name, many in of.items()]
    lines = [
        f"{design.title}: {' x '.join(counts)}, {found.runs:,} different runs",
        f"{found.reused:,} are stored in {found.folder}; {rest:,} would be done",
        f"about {duration(found.seconds)} and {size(found.bytes)}; the disk has {size(found.free)} free",
    ]
    if design.method == "equal_cost":
        pilots = equal.pilots_folder(found.folder)
        lines.append(
            f"pilots are counted, as far as they are known before the first have run; they go to {pilots}"
        )
    return "\n".join(lines)


def tell_sweep(design: Design, done: Sweep, as_json: bool, more: Mapping[str, Any] | None = None) -> bool:
    """Print what came of a sweep, as JSON with what else is known; return whether a run failed."""
    archive = Archive(done.folder)
    made = vouched(archive, archive.complete() & {str(run) for run in archive.plan()[0]["run"]}).values()
    digest, mixed = digest_of(made), mixture(made)
    failures = failed_runs(archive, done.failed)
    if as_json:
        told = {"design": design.name, "title": design.title, "folder": str(done.folder), "runs": done.runs}
        told |= {"reused": done.reused, "done": done.done, "seconds": done.seconds}
        records.emit({**told, "failed": failures, "digest": digest, **(more or {})})
    else:
        speed = f" ({done.done / done.seconds:.3g} runs/s)" if done.done and done.seconds else ""
        print(
            f"{design.title}: {done.runs:,} runs; {done.reused:,} were stored, {done.done:,} done in "
            f"{duration(done.seconds)}{speed}, {len(done.failed):,} failed\n"
            f"folder {done.folder}, digest of all results {digest}\n"
            f'one table of all: sim.results("{done.folder}")'
        )
    if mixed:
        say(f"winwin: {mixed}")
    tell_failures(failures)
    return bool(failures)


def failed_runs(archive: Archive, runs: Sequence[str] | dict[str, str]) -> list[dict[str, Any]]:
    """Return failed runs with their parameters, error, and the command that does them again."""
    plan, _ = archive.plan()
    rows = plan[plan["run"].isin(list(runs))].drop_duplicates("run").to_dict("records")
    return [
        {
            "run": row["run"],
            "scenario": row["scenario"],
            "seed": int(row["seed"]),
            "parameters": parameters(row),
            "error": archive.error(row["run"]),
            "command": archive.command(row["run"], int(row["seed"])),
        }
        for row in rows
    ]


def tell_failures(failures: Sequence[dict[str, Any]]) -> None:
    """Name failed runs on standard error, with the last line of the error and the way to see all of it."""
    for one in failures[:SHOWN]:
        told = ", ".join(f"{name} = {value}" for name, value in one["parameters"].items())
        say(f"winwin: run {one['run']} failed: {one['scenario']}, seed {one['seed']}, {told}")
        say(f"    {one['error'].splitlines()[-1] if one['error'] else 'no error is recorded'}")
        say(f"    again: {one['command']}")
    if len(failures) > SHOWN:
        say(f"winwin: {len(failures) - SHOWN} more runs failed; all are named by --json")
