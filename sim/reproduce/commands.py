"""What the command ``winwin reproduce`` does."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import records
from sim.experiments.commands import check_folder, progress, report_failures, say
from sim.experiments.disk import storage, write_text
from sim.experiments.manifest import fingerprint, package_version
from sim.experiments.run import Outcome, run_all
from sim.reproduce import card, hindcast
from sim.reproduce.ensemble import Study, gathered
from sim.reproduce.plan import FULL, HISTORY, NESTED, QUICK, studies
from sim.reproduce.spread import split, summary

HINDCAST = (
    "History again: the scenario history from 2011; from 2021 on a forecast, beside lines without a model"
)
PICTURE = "hindcast"
FOLDER = Path("results") / "reproduce"


def reproduce(quick: bool, as_json: bool, folder: Path | None, seeds: int | None, jobs: int | None) -> bool:
    """Measure what is missing, write and print the card, and return whether a run failed."""
    folder = folder or FOLDER
    check_folder(folder)
    sizes = QUICK if quick else FULL
    if seeds is not None:
        sizes = replace(sizes, seeds=seeds, pair_seeds=seeds)
    plan = studies(sizes, range(1, sizes.seeds + 1), range(1, sizes.pair_seeds + 1))
    done = performed(plan, folder, jobs or os.cpu_count() or 1)
    failed = report_failures([one for outcomes in done.values() for one in outcomes])
    about = {
        "seeds": sizes.seeds,
        "firms": sizes.firms,
        "pair_seeds": sizes.pair_seeds,
        "pair_firms": sizes.pair_firms,
        "quick": quick,
        "failed": sum(bool(one.error) for outcomes in done.values() for one in outcomes),
        "version": package_version("winwin"),
        "model": fingerprint(),
    }
    table = made(done)
    write(table, about, folder)
    draw([study for study in plan if study.name == HISTORY], gathered(done.get(HISTORY, [])), folder)
    if as_json:
        records.emit(card.record(table, about))
    else:
        print(card.page(table, about, titles()))
    return failed


def titles() -> dict[str, str]:
    """Return the titles of the groups, in order."""
    return {name: title for name, (title, _) in card.GROUPS.items()} | {hindcast.GROUP: HINDCAST}


def performed(plan: list[Study], folder: Path, workers: int) -> dict[str, list[Outcome]]:
    """Do what is not done yet, all studies at once, and return outcomes by study."""
    jobs = {study.name: study.jobs(folder / "runs") for study in plan}
    every = [job for mine in jobs.values() for job in mine]
    try:
        with progress(sum(job.scenario.run.months for job in every), "measured") as tell:
            outcomes = iter(run_all(every, workers, tell))
    except KeyboardInterrupt:
        left = f"interrupted; what is complete is kept in {folder}. The same command does the rest"
        raise KeyboardInterrupt(left) from None
    done = {name: [next(outcomes) for _ in mine] for name, mine in jobs.items()}
    kept = sum(one.kept for mine in done.values() for one in mine)
    if kept:
        say(f"{kept} of {len(every)} measurements were stored in {folder} and not done again")
    return done


def made(done: dict[str, list[Outcome]]) -> list[card.Row]:
    """Return the rows of the card."""
    tables = {name: gathered(outcomes) for name, outcomes in done.items()}
    found: dict[str, card.Interval] = {}
    groups: dict[int, pd.DataFrame] = {}
    for name, table in tables.items():
        if name.startswith(NESTED):
            network = int(name.removeprefix(NESTED))
            own = tables["structure"]
            groups[network] = pd.concat([own.loc[own.index == network], table])
        elif not table.empty and name != HISTORY:
            found |= summary(table)
    whole = {network: group for network, group in groups.items() if len(group) > 1}
    rows = card.rows(found, split(whole) if len(whole) > 1 else {})
    history = tables.get(HISTORY)
    return rows if history is None or history.empty else [*rows, *card.of_history(hindcast.rows(history))]


def write(table: list[card.Row], about: dict[str, Any], folder: Path) -> None:
    """Write the card as JSON, CSV and Markdown; each file appears complete or stays as it was."""
    records.keep(card.record(table, about), folder / "card.json")
    texts = {
        "card.csv": pd.DataFrame(table, columns=list(card.COLUMNS)).to_csv(index=False, lineterminator="\n"),
        "card.md": card.markdown(table, about, titles()),
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    say(f"{folder}: {', '.join(['card.json', *texts])}")


def draw(history: list[Study], results: pd.DataFrame, folder: Path) -> None:
    """Draw history, if it was run."""
    if history and not results.empty:
        from sim.figures.published import published  # takes seconds to import

        with storage(folder):
            published(results, history[0].scenario).write(folder, PICTURE)
        say(f"{folder / PICTURE}.png: history, year by year")
