"""The process of the page's runs: a request on standard input, lines of JSON on standard output.

A process of its own can be ended at any moment, and what it does cannot disturb the server or another tab.
``winwin compare`` calls the same function with the same scenarios, so the numbers are the same.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from sim.core.errors import InputError, Problem
from sim.words import LANGUAGES

PROBED = (500, 3000)  # firms of the two short runs from which times are told
MONTHS = 13  # of each: a year and a month, as quarter and year ends are part of what a month costs


def say(**told: Any) -> None:
    """Write a line."""
    print(json.dumps(told, ensure_ascii=False, allow_nan=False), flush=True)


def compare(request: dict[str, Any]) -> None:
    """Compare what the page asks for with its baseline, telling every month that has passed."""
    from sim.dashboard.state import asked
    from sim.report.charts import charts
    from sim.report.comparison import Comparison

    wanted = asked(request["asked"])
    run = wanted.scenarios[0].run
    say(total=2 * run.seeds * run.months)
    folder, jobs = request["folder"], request["jobs"]
    done = Comparison.run(wanted.scenarios, jobs=jobs, folder=folder, tell=lambda passed: say(passed=passed))
    told = done.told()
    say(result=told | {"charts": {language: charts(told, language) for language in LANGUAGES}})


def network(request: dict[str, Any]) -> None:
    """Draw a supply chain of the baseline's opening economy."""
    from sim.dashboard.state import asked
    from sim.report.network import drawn

    baseline = asked(request["asked"]).scenarios[0]
    say(result={language: drawn(baseline, language) for language in LANGUAGES})


def probe(_: dict[str, Any]) -> None:
    """Tell how long it takes to build an economy of some sizes, and to run a month of it."""
    from sim.experiments.run import live
    from sim.scenario import Scenario

    found = []
    for firms in PROBED:
        scenario = Scenario.load("baseline").replacing("economy.firms", firms, "run.months", MONTHS)
        ticks: list[float] = []
        begun = time.perf_counter()
        live(scenario, tell=partial(tick, ticks), since=scenario.run.start)
        month = (ticks[-1] - ticks[0]) / (MONTHS - 1)
        found.append({"firms": firms, "fixed": ticks[0] - begun - month, "month": month})
    say(result=found)


def tick(ticks: list[float], _: int) -> None:
    """Note the time."""
    ticks.append(time.perf_counter())


WORK: dict[str, Callable[[dict[str, Any]], None]] = {"compare": compare, "network": network, "probe": probe}


def told_problem(problem: Problem) -> dict[str, str]:
    """Return a problem for the page."""
    return {"where": problem.where, "what": problem.what, "fix": problem.fix}


def main() -> int:
    """Do what is asked on standard input; return the exit status."""
    from sim.report import charts, comparison  # noqa: F401

    say(ready=True)
    asked = sys.stdin.read()
    if not asked:  # the server has ended
        return 0
    try:
        request = json.loads(asked)
        WORK[request["work"]](request)
    except InputError as error:
        say(problems=[told_problem(problem) for problem in error.problems])
    except Exception:
        say(failed=traceback.format_exc())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
