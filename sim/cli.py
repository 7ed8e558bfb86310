"""The command ``winwin``.

Results go to standard output, progress and errors to standard error. Exit status: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Everything heavy is imported inside the commands, so that
``winwin --help`` answers at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.core.errors import InputError

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


def version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        from sim.experiments.manifest import package_version

        typer.echo(f"winwin {package_version('winwin')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Simulate Korea's large-firm/SME cooperation ecosystem and compare policies."""


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


def leave(work: Callable[[], bool]) -> None:
    """Do some runs and leave with the status they ask for."""
    try:
        failed = work()
    except KeyboardInterrupt as stop:
        typer.echo(f"winwin: {str(stop) or 'interrupted'}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(FAILED)


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
    as_json: Json = False,
) -> None:
    """Show the present value of what policies cost; find the dose at which two scenarios cost the same."""
    from sim.experiments import commands
    from sim.experiments.budget import RATE

    chosen, *others = load([scenario, *([match] if match else [])], seeds, seed, months, firms)
    other = others[0] if others else None
    commands.budget(chosen, other, vary, RATE if rate is None else rate, jobs, as_json)


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
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", metavar="N", min=1, help="Processes; all cores without.")
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option("--runs", metavar="DIR", help="Folder for the runs; those it holds are not done again."),
    ] = None,
) -> None:
    """Draw the figures: PNG, SVG, PDF, the numbers as CSV, and what is to be seen as text."""
    from sim.figures import commands

    leave(lambda: commands.figures(names or [], output, quick, check, lang, jobs, runs))


@app.command()
def doctor() -> None:
    """Look whether all is here that winwin needs, and do a short run."""
    from sim import doctor as checks

    if checks.doctor():
        raise typer.Exit(FAILED)


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


def main() -> None:
    """Run the command; a user's mistake is a message, never a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, it tidies up as when interrupted
    try:
        app()
    except InputError as error:
        number = len(error.problems)
        print(f"winwin: {number} problem{'s' if number > 1 else ''}", error, sep="\n", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        print("winwin: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
