"""Commands that run scenarios one by one, or side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.options import (
    Firms,
    Jobs,
    Json,
    Months,
    Name,
    Names,
    On,
    Output,
    Seed,
    Seeds,
    app,
    leave,
    load,
)


@app.command("run")
def run_scenarios(
    scenarios: Names,
    seeds: Seeds = None,
    seed: Seed = None,
    months: Months = None,
    firms: Firms = None,
    jobs: Jobs = 1,
    output: Output = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Run scenarios and print the first and the last year's averages."""
    from sim.experiments import commands

    chosen = load(scenarios, seeds, seed, months, firms)
    leave(lambda: commands.run(chosen, jobs, output, as_json, on))


@app.command()
def compare(
    scenarios: Names,
    seeds: Seeds = None,
    seed: Seed = None,
    months: Months = None,
    firms: Firms = None,
    jobs: Jobs = 1,
    output: Output = None,
    on: On = None,
    as_json: Json = False,
    precision: Annotated[
        float | None,
        typer.Option(
            "--precision",
            metavar="PART",
            help="Run 20 seeds, then 10 more at a time, until ± is this part of the difference.",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="METRIC", help="Metric that is to be precise; sme_value_added_share."),
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", help="Seeds at most for the precision; 200.")
    ] = None,
    placebo: Annotated[
        bool, typer.Option("--placebo", help="Run a placebo too and mark what is not above its effect.")
    ] = False,
    incidence: Annotated[
        str | None,
        typer.Option(
            "--incidence",
            metavar="BY[,BY...]",
            help="Follow every firm and show who gained by tier, size_class, kind, sector, region or part.",
        ),
    ] = None,
    decompose: Annotated[
        str | None,
        typer.Option(
            "--decompose",
            metavar="BY",
            help="Split the effect among channels or policies instead: a run for every set of them.",
        ),
    ] = None,
) -> None:
    """Compare scenarios with the first one, seed by seed, with shared draws."""
    from sim.experiments import commands

    if decompose is not None:
        from sim.experiments import shapley_page

        shapley_page.refuse_others(
            precision=precision, of=of, most=most, placebo=placebo, incidence=incidence
        )
        pair = load(scenarios, seeds, seed, months, firms)
        leave(lambda: shapley_page.command(pair, decompose, jobs, output, as_json, on))
        return
    chosen = load(scenarios, None if precision else seeds, seed, months, firms)
    wanted = commands.wanted_precision(precision, of, most, seeds)
    by = commands.attributes(incidence)
    leave(lambda: commands.compare(chosen, jobs, output, as_json, wanted, placebo, by, on))


@app.command()
def levers(
    renew: Annotated[
        bool, typer.Option("--renew", help="Run every lever again and store the effects.")
    ] = False,
    seeds: Seeds = None,
    firms: Firms = None,
    months: Months = None,
    jobs: Jobs = 1,
    as_json: Json = False,
) -> None:
    """Show every lever: what it acts on, who pays and receives, its parameters and its effect."""
    from sim.experiments import commands

    commands.levers(renew, seeds, firms, months, jobs, as_json)


@app.command()
def budget(
    scenario: Name,
    match: Annotated[
        str | None, typer.Option("--match", metavar="OTHER", help="Scenario it is to cost as much as.")
    ] = None,
    vary: Annotated[
        str | None, typer.Option("--vary", metavar="KEY", help="Dose to find: policy.NAME.PARAMETER.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option("--rate", min=0, max=1, help="Discount rate a year; 0.045 without.")
    ] = None,
    seeds: Seeds = None,
    seed: Seed = None,
    months: Months = None,
    firms: Firms = None,
    jobs: Jobs = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Store the JSON document, too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the present value of what policies cost; find the dose at which two scenarios cost the same."""
    from sim.experiments import commands
    from sim.experiments.budget import RATE

    chosen, *others = load([scenario, *([match] if match else [])], seeds, seed, months, firms)
    other = others[0] if others else None
    commands.budget(chosen, other, vary, RATE if rate is None else rate, jobs, output, as_json)


@app.command()
def trickle(
    scenario: Name = "shocks/large_exports",
    seeds: Seeds = None,
    seed: Seed = None,
    months: Months = None,
    firms: Firms = None,
    jobs: Jobs = 1,
    as_json: Json = False,
) -> None:
    """Show how far down the chain a shock to large firms reaches: elasticities by tier and year."""
    from sim.experiments import commands

    (chosen,) = load([scenario], seeds, seed, months, firms)
    commands.trickle(chosen, jobs, as_json)
