"""Which tests are slow: the batteries that run whole economies many times. `make quick` leaves them out."""

import os
from pathlib import Path

import pytest

os.environ["WINWIN_CACHE"] = "off"  # tests build what they need; those of the cache turn it on

HERE = Path(__file__).parent
SLOW = (
    "contracts",
    "dashboard/test_browser.py",
    "dashboard/test_server.py",
    "report/test_report.py",
    "known_results",
    "reference",
    "experiments/test_budget.py",
    "experiments/test_levers.py",
    "scenario/test_cases.py",
    "test_interruption.py",
    "test_long_run.py",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if any(item.path.is_relative_to(HERE / place) for place in SLOW):
            item.add_marker(pytest.mark.slow)
