"""Commands that run scenarios many times, and those that read what is left of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.options import FAILED, DesignName, Jobs, Json, On, Runs, app, leave


@app.command()
def sweep(
    design: DesignName,
    jobs: Jobs = 1,
    output: Runs = None,
    dry: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Say how many runs, how long and how large; do none.")
    ] = False,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Run scenarios at many values of parameters; started again, it does what is left."""
    from sim.experiments import sweep_commands

    leave(lambda: sweep_commands.sweep(design, jobs, output, on, dry, as_json))


@app.command()
def sensitivity(
    design: DesignName,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="METRIC", help="May be repeated; the headline metrics without."),
    ] = None,
    last_year: Annotated[
        bool, typer.Option("--last-year", help="Average over the last twelve months, not over all.")
    ] = False,
    jobs: Jobs = 1,
    output: Runs = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Do a sweep of the method morris or saltelli and show which parameters matter for which metrics."""
    from sim.experiments import sensitivity_commands as commands

    leave(lambda: commands.sensitivity(design, jobs, output, on, metrics, last_year, as_json))


@app.command()
def discover(
    design: DesignName,
    when: Annotated[
        str,
        typer.Option("--when", metavar="TEXT", help="What is of interest: 'sme_value_added_share < 0'."),
    ],
    density: Annotated[
        float | None,
        typer.Option("--density", metavar="PART", help="Part of a box that is to be of interest; 0.8."),
    ] = None,
    resamples: Annotated[
        int | None,
        typer.Option("--resamples", metavar="N", help="Samples that tell how sure a box is; 30, 0 for none."),
    ] = None,
    last_year: Annotated[
        bool, typer.Option("--last-year", help="Average over the last twelve months, not over all.")
    ] = False,
    jobs: Jobs = 1,
    output: Runs = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Do a sweep of the method sobol or latin_hypercube and show where its parameters lead to an outcome."""
    from sim.experiments import discovery_commands as commands

    leave(lambda: commands.discover(design, when, density, resamples, last_year, jobs, output, on, as_json))


@app.command()
def search(
    design: DesignName,
    generations: Annotated[
        int, typer.Option("-g", "--generations", metavar="N", min=1, help="Generations of mixes, 10.")
    ] = 10,
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="BN", help="Bn won in present value; the scenario's cost without."),
    ] = None,
    jobs: Jobs = 1,
    output: Runs = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Search for policy mixes of equal cost of which none is best in everything; go on when started again."""
    from sim.experiments import search_commands

    won = None if budget is None else budget * 1e9
    leave(lambda: search_commands.search(design, generations, won, jobs, output, on, as_json))


@app.command()
def results(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep, or of runs (-o DIR).")],
    only: Annotated[
        str | None, typer.Option("--only", metavar="STATUS", help="List what is done, failed or missing.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="TEXT", help="List some: 'economy.firms>=1000'. May be repeated."),
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Print one digest of all results.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read all runs and check their digests.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove runs the plan does not name, damaged ones, and remains.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the runs in a folder of results, check them, or clear away what does not belong there."""
    from sim.experiments import results_commands

    if results_commands.results(folder, only, where or [], digest, verify, prune, as_json):
        raise typer.Exit(FAILED)
