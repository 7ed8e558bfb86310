"""What a browser sends, made into the two scenarios it means; everything is checked here.

The page holds a scenario as tables, as a file would: what it extends, and a table for each policy. Sizes
(firms, months, seeds) are options of the command, not part of the file.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.policies import available
from sim.scenario import Scenario, toml
from sim.scenario.files import shipped

NAME = "what_if"
SIZES = {"firms": "economy.firms", "months": "run.months", "seeds": "run.seeds", "seed": "run.seed"}
TABLES = ("extends", "title", "policy")
PRIVATE = ("use", "class")  # a policy's own code: never taken from a browser
REPORTED = "tier,size_class"


@dataclass(frozen=True)
class Asked:
    """A baseline, the scenario set on the page, and the sizes of their runs."""

    tables: dict[str, Any]
    sizes: dict[str, int]
    scenarios: tuple[Scenario, Scenario]

    def toml(self) -> str:
        """Return the scenario as a file that extends the baseline."""
        return toml.dumps(self.tables)

    def command(self) -> str:
        """Return the command that makes the same numbers from the saved file."""
        words = ["winwin", "compare", self.tables["extends"], f"{NAME}.toml"]
        words += [word for name, value in self.sizes.items() for word in (f"--{name}", str(value))]
        return shlex.join([*words, "--incidence", REPORTED])


def asked(told: Any) -> Asked:
    """Return what a browser asks for.

    Raises
    ------
    InputError
        With everything that is wrong with it, in the words of the scenario checker.
    """
    if not isinstance(told, dict) or set(told) - {"tables", "sizes"}:
        raise InputError([Problem("the page", "sent something else than tables and sizes", "load it again")])
    tables, sizes = told.get("tables", {}), told.get("sizes", {})
    problems = [*wrong_tables(tables), *wrong_sizes(sizes)]
    if problems:
        raise InputError(problems)
    pairs = [part for name in SIZES if name in sizes for part in (SIZES[name], sizes[name])]
    base = shipped()[tables["extends"]]  # not what stands under this name in the working folder
    baseline = Scenario.load(base)
    scenario = Scenario.from_dict({**tables, "extends": str(base)}, NAME)
    both = (baseline.replacing(*pairs), scenario.replacing(*pairs))
    return Asked(tables, {name: sizes[name] for name in SIZES if name in sizes}, both)


def wrong_tables(tables: Any) -> list[Problem]:
    """Return why tables are not those of a scenario that a browser may set."""
    if not isinstance(tables, dict):
        return [Problem("the page", "sent no tables", "load it again")]
    problems = [
        Problem(key, "cannot be set on the page", nearest(key, TABLES)) for key in set(tables) - {*TABLES}
    ]
    base, policies = tables.get("extends"), tables.get("policy", {})
    if not isinstance(base, str) or base not in shipped():
        problems.append(Problem("extends", f"there is no scenario {base!r}", nearest(str(base), shipped())))
    if not isinstance(policies, Mapping):
        return [*problems, Problem("policy", "must be a table")]
    for name, table in policies.items():
        if name not in available():
            problems.append(Problem(f"policy.{name}", "there is no such policy", nearest(name, available())))
        problems += [
            Problem(f"policy.{name}.{key}", "the page runs no policies from files", "use the command")
            for key in PRIVATE
            if isinstance(table, Mapping) and key in table
        ]
    return problems


def wrong_sizes(sizes: Any) -> list[Problem]:
    """Return why sizes are none; their bounds are checked with the scenario."""
    if not isinstance(sizes, dict):
        return [Problem("the page", "sent no sizes", "load it again")]
    return [Problem(key, "is no size", nearest(key, SIZES)) for key in set(sizes) - {*SIZES}]
