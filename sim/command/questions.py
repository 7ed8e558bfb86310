"""Commands that answer without simulating: what there is, what it means, whether it is right."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.options import FAILED, Firms, Name, Names, Seed, app, load


@app.command()
def validate(files: Names) -> None:
    """Check scenario files and print all their problems."""
    for scenario in load(files):
        typer.echo(f"{scenario.name}: valid, hash {scenario.hash[:8]}")
        for note in scenario.notes:
            typer.echo(f"note: {note}", err=True)


@app.command("list")
def list_names() -> None:
    """List scenarios, policies and metrics."""
    from sim.scenario.explain import listing

    typer.echo(listing())


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="In full, economy.firms, or in short, firms.")],
) -> None:
    """Explain a policy, parameter, metric, column, own table, hook or moment."""
    from sim.scenario.explain import explanation

    typer.echo(explanation(name))


@app.command()
def describe(
    scenario: Name = "baseline",
    seed: Seed = None,
    firms: Firms = None,
) -> None:
    """Describe a scenario and its opening economy: moments reached next to their targets."""
    from sim.experiments import commands

    (chosen,) = load([scenario], seed=seed, firms=firms)
    typer.echo(chosen.describe())
    typer.echo()
    typer.echo(commands.opening(chosen))


@app.command()
def doctor() -> None:
    """Look whether all is here that winwin needs, and do a short run."""
    from sim import doctor as checks

    if checks.doctor():
        raise typer.Exit(FAILED)
