"""The command ``winwin``.

Results go to standard output, progress and errors to standard error. Exit status: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Everything heavy is imported inside the commands, so that
``winwin --help`` answers at once.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from sim.command.options import BAD_INPUT, FAILED, INTERRUPTED, app
from sim.core.errors import InputError

# isort: off
from sim.command import runs, sweeps, questions, pages  # the order in which the help names commands

# isort: on

__all__ = ["app", "main", "pages", "questions", "runs", "sweeps"]


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
