"""What commands have in common: their options, how scenarios are loaded, how a command ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="winwin",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate Korea's large-firm/SME cooperation ecosystem and compare policies.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenario files, or names of shipped ones.")
]
Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file, or name of a shipped one.")]
Seeds = Annotated[int | None, typer.Option("-s", "--seeds", metavar="N", min=1, help="How many seeds.")]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="First seed.")]
Months = Annotated[int | None, typer.Option("--months", metavar="N", min=1, help="Length of a run.")]
Firms = Annotated[int | None, typer.Option("--firms", metavar="N", min=1, help="Firms at the start.")]
Jobs = Annotated[int, typer.Option("-j", "--jobs", metavar="N", min=1, help="Processes at work.")]
Cores = Annotated[
    int | None, typer.Option("-j", "--jobs", metavar="N", min=1, help="Processes; all cores without.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        help="Folder for results; nothing is written without. Runs it already holds are not done again.",
    ),
]
DesignName = Annotated[
    str, typer.Argument(metavar="DESIGN", help="A design's file, or the name of a shipped one.")
]
Runs = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="Folder for the runs; results/DESIGN without."),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="WHERE", help="processes, local-cluster, or dask://HOST:PORT; this machine without."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]


def load(
    names: list[str],
    seeds: int | None = None,
    seed: int | None = None,
    months: int | None = None,
    firms: int | None = None,
) -> list[Any]:
    """Load scenarios and put the options of the command in place of their values."""
    from sim.scenario.loading import load_all

    options = {"run.seeds": seeds, "run.seed": seed, "run.months": months, "economy.firms": firms}
    return load_all(names, {key: value for key, value in options.items() if value is not None})


def leave(work: Callable[[], bool]) -> None:
    """Do some runs and leave with the status they ask for."""
    try:
        failed = work()
    except KeyboardInterrupt as stop:
        typer.echo(f"winwin: {str(stop) or 'interrupted'}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(FAILED)
