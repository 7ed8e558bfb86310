"""``winwin report``: compare scenarios and write what came out as one HTML file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.experiments.commands import check_folder, progress, report_failures, say
from sim.experiments.disk import replacing
from sim.experiments.inputs import chosen_seeds
from sim.report.comparison import Comparison
from sim.report.page import page
from sim.scenario.files import extended, locate
from sim.scenario.loading import load_all
from sim.words import checked

QUICK = {"economy.firms": 300, "run.months": 48, "run.seeds": 3}  # where nothing else is said
NEEDED = "pip install 'winwin[page]' (in a checkout: uv sync --extra page)"


def report(
    names: Sequence[str], options: Mapping[str, Any], jobs: int, file: Path | None, quick: bool, language: str
) -> bool:
    """Compare scenarios, write the report, and return whether a run failed.

    Raises
    ------
    InputError
        When an input is wrong, before anything runs.
    """
    checked(language)
    check_packages()
    target = file or Path("-".join(Path(name).stem for name in names) + ".html")
    if target.is_dir():
        raise InputError([Problem(f"--output {target}", "is a folder", "name a file that ends in .html")])
    check_folder(target.absolute().parent)
    sizes = {**(QUICK if quick else {}), **options}
    scenarios = load_all(with_baseline(names), sizes)
    seeds = len(chosen_seeds(None, scenarios[0]))
    with progress(sum(seeds * one.run.months for one in scenarios)) as tell:
        done = Comparison.run(scenarios, jobs=jobs, tell=tell)
    text = page(done, language, command(names, options, quick, language), quick)
    with replacing(target) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")
    for note in done.effect.notes:
        say(f"note: {note}")
    print(target)
    return report_failures(done.effect.failures)


def check_packages() -> None:
    """Refuse to start without the packages a report is made with."""
    try:
        import jinja2  # noqa: F401
        import vl_convert  # noqa: F401
    except ImportError as error:
        what = f"a report needs a package that is not installed: {error.name}"
        raise InputError([Problem("report", what, NEEDED)]) from None


def with_baseline(names: Sequence[str]) -> list[str]:
    """Return the scenarios to compare: a single one with the scenario that its file extends."""
    if len(names) > 1:
        return list(names)
    base = extended(locate(names[0]))
    if base is None:
        what = "it extends no scenario, so there is nothing to compare it with"
        raise InputError(
            [Problem(names[0], what, "name the baseline first: winwin report baseline MINE.toml")]
        )
    return [str(base), *names]


def command(names: Sequence[str], options: Mapping[str, Any], quick: bool, language: str) -> str:
    """Return the command that makes the report again."""
    sizes = [word for key, value in options.items() for word in (f"--{key.partition('.')[2]}", str(value))]
    words = ["winwin", "report", *names, *sizes, *(["--quick"] if quick else []), "--lang", language]
    return shlex.join(words)
