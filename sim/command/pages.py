"""Commands that show results to others: a page, a report, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.options import Cores, Firms, Jobs, Json, Months, Names, Seed, Seeds, app, leave


@app.command()
def dashboard(
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help="Port; a free one without.")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Serve the what-if page on this machine: set levers, run, see who gains."""
    from sim.dashboard.command import serve

    serve(port, not no_open)


@app.command()
def report(
    scenarios: Names,
    seeds: Seeds = None,
    seed: Seed = None,
    months: Months = None,
    firms: Firms = None,
    jobs: Jobs = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The report; SCENARIO.html without.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A look at small runs: 300 firms, 48 months, 3 seeds.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="LANGUAGE", help="en or ko.")] = "en",
) -> None:
    """Compare scenarios with the first one, or one with what it extends, and write a report as one file."""
    from sim.report import command

    told = {"run.seeds": seeds, "run.seed": seed, "run.months": months, "economy.firms": firms}
    given = {key: value for key, value in told.items() if value is not None}
    leave(lambda: command.report(scenarios, given, jobs, output, quick, lang))


@app.command()
def figures(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Which figures; all without.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where the figures are; results/figures without."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Draw from small runs, in about a minute.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; compare with the figures in the folder.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="en|ko", help="Language of the words.")] = "en",
    jobs: Cores = None,
    runs: Annotated[
        Path | None,
        typer.Option("--runs", metavar="DIR", help="Folder for the runs; those it holds are not done again."),
    ] = None,
) -> None:
    """Draw the figures: PNG, SVG, PDF, the numbers as CSV, and what is to be seen as text."""
    from sim.figures import commands

    leave(lambda: commands.figures(names or [], output, quick, check, lang, jobs, runs))


@app.command()
def reproduce(
    quick: Annotated[bool, typer.Option("--quick", help="From small economies, in three minutes.")] = False,
    seeds: Annotated[
        int | None, typer.Option("-s", "--seeds", metavar="N", min=2, help="How many networks; 20 at least.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder for the card and what it is made of; results/reproduce without.",
        ),
    ] = None,
    jobs: Cores = None,
    as_json: Json = False,
) -> None:
    """Rebuild published figures and say which the model meets, misses, or was fitted to."""
    from sim.reproduce import commands

    leave(lambda: commands.reproduce(quick, as_json, output, seeds, jobs))


@app.command()
def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out a million firms: about a minute.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure time and memory on this machine, beside what it could do at best and beside Mesa."""
    from sim.bench import commands

    leave(lambda: commands.bench(quick, as_json))


@app.command("calibrate")
def calibrated(
    quick: Annotated[bool, typer.Option("--quick", help="A fourth of the points, for a first look.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder for tables and the runs they are made of; results/calibration without.",
        ),
    ] = None,
    jobs: Cores = None,
    as_json: Json = False,
) -> None:
    """Show what published figures say of parameters, and what would flip conclusions."""
    from sim.reproduce import calibrate_commands

    leave(lambda: calibrate_commands.run(quick, as_json, output, jobs))
