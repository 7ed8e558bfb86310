"""What the command ``winwin calibrate`` does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import records
from sim.experiments.commands import check_folder, progress, say
from sim.experiments.disk import write_text
from sim.experiments.manifest import fingerprint, package_version
from sim.experiments.tables import grid, number, paragraph
from sim.experiments.varied import value_in
from sim.reproduce import fit
from sim.reproduce.calibrate import VARIED, Calibrated, calibrate
from sim.reproduce.conclusions import assumptions, conclude
from sim.reproduce.emulator import LEAST, need_emulator
from sim.reproduce.posterior import ENOUGH
from sim.scenario import Scenario

FOLDER = Path("results") / "calibration"
COMPARED = ("baseline", "trickle_down", "growth_for_all")
FIRMS = 1000
POINTS = {True: 64, False: 128}  # of the calibration, quick and in full
ADOPTION = {True: (32, 1), False: (64, 2)}  # points and seeds of history
TOGETHER = 0.5  # correlation from which two parameters are said to go together


def run(quick: bool, as_json: bool, folder: Path | None, jobs: int | None) -> bool:
    """Calibrate, see what conclusions hang on, write and print both; return whether runs are missing."""
    folder = folder or FOLDER
    check_folder(folder)
    need_emulator()
    workers = jobs or os.cpu_count() or 1
    points = POINTS[quick]
    base = Scenario.load("baseline").replacing(
        "economy.firms", FIRMS, "run.start", "2016-01", "run.months", 96
    )
    seeds = (1,) if quick else (1, 2)
    with progress(points * len(seeds) * base.run.months, "calibrated") as tell:
        found = calibrate(base, folder / "runs", points=points, seeds=seeds, workers=workers, tell=tell)
    joining, networks = ADOPTION[quick]
    with progress(joining * networks * fit.MONTHS, "history calibrated") as tell:
        adoption = fit.learn(folder / "runs", joining, networks, workers, tell)
    scenarios = [
        Scenario.load(name).replacing("economy.firms", FIRMS, "run.months", 36 if quick else 120)
        for name in COMPARED
    ]
    many = 2 ** (LEAST * (len(VARIED) + len(assumptions(scenarios[1:])))).bit_length()
    say(f"what conclusions hang on: {many * len(scenarios)} runs of {scenarios[0].run.months} months")
    concluded = conclude(scenarios, folder / "conclusions", found.posterior, points=many, workers=workers)
    tables = found.tables() | {f"adoption_{name}": table for name, table in adoption.tables().items()}
    tables |= {"signs": concluded.signs(), "flips": concluded.flips()}
    about = {
        "firms": FIRMS,
        "points": points,
        "seeds": len(seeds),
        "effective": found.posterior.effective,
        "best": found.posterior.best,
        "quick": quick,
        "version": package_version("winwin"),
        "model": fingerprint(),
    }
    write(tables, about, folder)
    if as_json:
        records.emit({**about, **{name: records_of(table) for name, table in tables.items()}})
    else:
        print(page(found, adoption, tables, about))
    lost = many - len(concluded.places)
    if lost:
        say(f"{lost} of {many} points are missing from what conclusions hang on: runs failed there")
    return bool(lost > 0)


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, with what indexes them."""
    plain = table if isinstance(table.index, pd.RangeIndex) else table.reset_index()
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def write(tables: dict[str, pd.DataFrame], about: dict[str, Any], folder: Path) -> None:
    """Write each table as CSV, and what they were made from; each file is complete or as it was."""
    for name, table in tables.items():
        text = table.to_csv(index=not isinstance(table.index, pd.RangeIndex), lineterminator="\n")
        write_text(folder / f"{name}.csv", text)
    records.keep(about, folder / "calibration.json")
    say(f"{folder}: calibration.json and {', '.join(f'{name}.csv' for name in tables)}")


def page(
    found: Calibrated, adoption: Calibrated, tables: dict[str, pd.DataFrame], about: dict[str, Any]
) -> str:
    """Return all that was found, for a terminal."""
    joining = adoption.posterior
    parts = [
        paragraph(
            f"What published figures say of {len(found.posterior.varied)} parameters, from "
            f"{about['points']} points and {about['seeds']} networks of {about['firms']:,} firms each; the "
            f"posterior is worth {about['effective']:,.0f} points of equal weight."
        ),
        *([paragraph(f"Fewer than {ENOUGH}: quantiles are rough.")] if about["effective"] < ENOUGH else []),
        "",
        parameters(found, Scenario.load("baseline")),
        "",
        moments(found),
        "",
        *pairs(found),
        "",
        paragraph(
            f"Who joins in the scenario history, likewise: {len(joining.varied)} parameters, "
            f"{len(adoption.points)} points, worth {joining.effective:,.0f} points of equal weight. "
            f"Best place: {', '.join(f'{name} {number(value)}' for name, value in joining.best.items())}."
        ),
        "",
        parameters(adoption, Scenario.load("history")),
        "",
        moments(adoption),
        "",
        *pairs(adoption),
        "",
        "What regimes change over all that is not known, and how often with the same sign",
        signs(tables["signs"]),
        "",
        *flips(tables["flips"]),
    ]
    return "\n".join(parts)


def parameters(found: Calibrated, scenario: Scenario) -> str:
    """Return what is known of each parameter, beside the value it has in the scenario."""
    head = ("parameter", "prior", "value", "median", "90 % interval", "learnt, %", "")
    rows = []
    for name, row in found.posterior.parameters().iterrows():
        rows.append(
            [
                str(name),
                f"{number(row['prior_low'])} to {number(row['prior_high'])}",
                number(value_in(scenario, str(name))),
                number(row["median"]),
                f"{number(row['q05'])} to {number(row['q95'])}",
                f"{100 * row['learnt']:.0f}",
                str(row["identified"]),
            ]
        )
    return grid(head, rows, left=(0, 6))


def moments(found: Calibrated) -> str:
    """Return what is reached of each target."""
    head = ("moment", "target", "tolerance", "in reach", "posterior", "90 % interval", "trust", "")
    rows = [
        [
            str(name),
            number(row["target"]),
            number(row["tolerance"]),
            f"{number(row['least'])} to {number(row['most'])}",
            number(row["median"]),
            f"{number(row['q05'])} to {number(row['q95'])}",
            number(row["trust"], 2),
            "" if row["reachable"] else "OUT OF REACH, left out",
        ]
        for name, row in found.posterior.fitted(found.emulator).iterrows()
    ]
    return grid(head, rows, left=(0, 7))


def pairs(found: Calibrated) -> list[str]:
    """Return which parameters go together in the posterior."""
    table = found.posterior.correlations()
    names = [str(name) for name in table.columns]
    values = table.to_numpy()
    told = [
        f"{one} and {names[column]} ({values[row, column]:+.2f})"
        for row, one in enumerate(names)
        for column in range(row + 1, len(names))
        if abs(values[row, column]) >= TOGETHER
    ]
    return [paragraph(f"Known only together: {'; '.join(told)}.")] if told else ["No two go together."]


def signs(table: pd.DataFrame) -> str:
    """Return how sure each sign is."""
    rows = [
        [str(row["scenario"]), str(row["metric"]), number(row["difference"]),
         f"{number(row['q05'])} to {number(row['q95'])}", f"{100 * row['same_sign']:.0f} %"]
        for row in table.reset_index().to_dict("records")
    ]  # fmt: skip
    return grid(("scenario", "metric", "mean", "90 % of all", "same sign"), rows)


def flips(table: pd.DataFrame) -> list[str]:
    """Return what would flip a conclusion."""
    if table.empty:
        return [
            paragraph("No change of a single number within its range flips a sign that holds in the middle.")
        ]
    rows = [
        [str(row["scenario"]), str(row["metric"]), str(row["parameter"]), number(row["turns_at"]),
         f"{number(row['low'])} to {number(row['high'])}", f"{row['weight']:+.2f}", number(row["trust"], 2)]
        for row in table.to_dict("records")
    ]  # fmt: skip
    head = ("scenario", "metric", "changes its sign with", "at", "range", "rank corr.", "trust")
    return ["What would flip a sign, all else in the middle of its range", grid(head, rows, left=(0, 1, 2))]
