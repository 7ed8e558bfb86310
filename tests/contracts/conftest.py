"""Count, at the end of a run, how many of the checks of policies were met."""

from __future__ import annotations

from collections import Counter
from typing import Any

BATTERY = "test_every_policy.py::"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print one line for each of the ten checks: met, of how many that a full run has."""
    from contracts.test_every_policy import CASES, CHECKS, NAMES

    ran = [
        (report.nodeid.partition(BATTERY)[2].partition("[")[0], outcome)
        for outcome in ("passed", "failed", "error", "skipped")
        for report in terminalreporter.stats.get(outcome, [])
        if BATTERY in report.nodeid
    ]
    met = Counter(test for test, outcome in ran if outcome == "passed")
    if not any(met[test] for tests in CHECKS.values() for test in tests):
        return
    from contracts import test_every_policy as battery

    terminalreporter.section(f"checks of {len(NAMES)} policies with {len(CASES)} doses")
    total = [0, 0]
    for check, tests in CHECKS.items():
        number = sum(met[test] for test in tests)
        whole = sum(len(getattr(battery, test).pytestmark[0].args[1]) for test in tests)
        total = [total[0] + number, total[1] + whole]
        terminalreporter.write_line(f"{number:5d} of {whole:4d}  {check}")
    terminalreporter.write_line(f"{total[0]:5d} of {total[1]:4d}  met in all")
