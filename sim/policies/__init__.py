"""Policies: one file each; the name of the file is the name of the policy in a scenario.

A new policy is a new file in this folder with one subclass of `sim.policies.base.Policy`. There
is nothing to register: `available` lists the files, `load` imports one of them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.policies.base import Policy

__all__ = ["available", "load", "only_policy"]

HOUSE = {
    "__init__",
    "base",
    "book",
    "channels",
    "lead_firms",
    "officials",
    "reach",
    "terms",
    "voluntary",
    "where",
}  # files of this folder that are not policies


def available() -> list[str]:
    """Return the names of all policies, in alphabetical order, without importing them."""
    return list(files())


@cache
def files() -> tuple[str, ...]:
    """List the folder once: it is asked for many times in every check of a scenario."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in HOUSE))


def load(name: str) -> type[Policy]:
    """Return the policy of a file of this folder.

    Raises
    ------
    KeyError
        When there is no such file.
    """
    if name not in available():
        raise KeyError(name)
    return only_policy(import_module(f"{__name__}.{name}"))


def only_policy(module: ModuleType) -> type[Policy]:
    """Return the one policy a module defines.

    Raises
    ------
    TypeError
        When it defines none, or more than one.
    """
    from sim.policies.base import Policy

    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Policy) and thing.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise TypeError(f"a policy file defines one subclass of Policy; this one defines {len(found)}")
    return found[0]
