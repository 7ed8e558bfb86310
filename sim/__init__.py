"""winwin: an agent-based simulation of Korea's large-firm/SME cooperation ecosystem.

Examples
--------
>>> import sim
>>> base = sim.Scenario.load("baseline")
>>> base.replacing("run.months", 36).run.months
36
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.core.errors import InputError
    from sim.experiments.additionality import additionality
    from sim.experiments.compare import compare
    from sim.experiments.discovery import discover
    from sim.experiments.effects import Effect
    from sim.experiments.results import results
    from sim.experiments.run import run
    from sim.experiments.sensitivity import sensitivity
    from sim.experiments.shapley import shapley
    from sim.experiments.store import Result
    from sim.experiments.sweep import sweep
    from sim.model import Ecosystem
    from sim.scenario import Scenario

__all__ = [
    "Ecosystem",
    "Effect",
    "InputError",
    "Result",
    "Scenario",
    "additionality",
    "compare",
    "discover",
    "results",
    "run",
    "sensitivity",
    "shapley",
    "sweep",
]

HOMES = {
    "Ecosystem": "sim.model",
    "Effect": "sim.experiments.effects",
    "InputError": "sim.core.errors",
    "Result": "sim.experiments.store",
    "Scenario": "sim.scenario",
    "additionality": "sim.experiments.additionality",
    "compare": "sim.experiments.compare",
    "discover": "sim.experiments.discovery",
    "results": "sim.experiments.results",
    "run": "sim.experiments.run",
    "sensitivity": "sim.experiments.sensitivity",
    "shapley": "sim.experiments.shapley",
    "sweep": "sim.experiments.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` stays quick."""
    if name not in HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
