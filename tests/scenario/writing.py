"""Writing small scenario files, and what is said about bad ones."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.scenario import Scenario

GIFT = '''
from sim.core.params import param
from sim.policies.base import Policy


class Gift(Policy):
    """Give something away."""

    share: float = param(0.0, ge=0, le=1, unit="1", doc="part given away", source="scenario assumption")
    level: int = param(1, ge=0, le=4, unit="1", doc="how often", source="scenario assumption")
'''
BASE = """
title = "Base"
[economy]
firms = 500
[run]
start = "2020-01"
months = 24
seeds = 2
"""


def load(folder, text, name="mine.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return Scenario.load(folder / name)


def complaints(folder, text):
    """Return the problems of a file, with the folder's own name left out."""
    with pytest.raises(InputError) as caught:
        load(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def complaint(folder, text):
    (only,) = complaints(folder, text)
    return only
