"""Policies that are not part of the package: read from a file, or given as a class of Python.

The text of a file travels with the scenario, so a stored result can be run again from what lies beside
it. A class from a notebook or a script has no file of its own: its text is kept for the reader, and the
stored scenario says that it can be read but not run.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import linecache
import marshal
import pickle
import re
import sys
import textwrap
import traceback
from ast import ClassDef, get_source_segment, parse, walk
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pydantic import ConfigDict

from sim.core.errors import InputError, Problem
from sim.policies import only_policy
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy

WITHOUT_FILE = (
    "is a Python class without a file of its own: what is stored of it can be read but not run again, and "
    "the scenario's hash covers the text of the class only, not what it uses from around it"
)


@dataclass(frozen=True)
class Source:
    """Where a policy that is not part of the package comes from.

    Parameters
    ----------
    text
        Its source; empty when it cannot be had.
    file
        The file it was read from, for messages.
    given
        The class, when it was given as a class.
    """

    text: str
    file: str = ""
    given: type[Policy] | None = None

    def policy(self, name: str) -> type[Policy]:
        """Return the policy: the class that was given, or the one the text defines."""
        return compiled(name, self.text, self.file) if self.given is None else self.given


@cache
def compiled(name: str, text: str, file: str) -> type[Policy]:
    """Return the one policy that the text of a private file defines."""
    module = ModuleType(f"winwin_private_{hashlib.sha256(text.encode()).hexdigest()[:12]}_{name}")
    module.__file__ = file
    sys.modules[module.__name__] = module  # type hints are looked up there
    exec(compile(text, file, "exec", dont_inherit=True), vars(module))
    policy = only_policy(module)
    policy.name = name
    return policy


def fault(error: Exception, file: str) -> str:
    """Say why a private file cannot be loaded: its name, the line if there is one, the reason."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return f"{file}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    place = f"{file}, line {lines[-1]}" if lines else file
    return f"{place}: {type(error).__name__}: {error}"


# --- policies given from Python ------------------------------------------------------------------


def policy_table(
    policy: str | Path | Policy | type[Policy],
) -> tuple[str, dict[str, Any], Source | None]:
    """Return the name, the table and, unless it is yet to be read, the source of a policy in any form."""
    if isinstance(policy, Policy):
        name, table, source = policy_table(type(policy))
        where = {axis: list(names) for axis, names in vars(policy.where).items() if names}
        values = policy.model_dump(exclude={"where"})
        return name, table | values | ({"where": where} if where else {}), source
    if isinstance(policy, type) and issubclass(policy, Policy) and policy is not Policy:
        return class_table(policy)
    if not isinstance(policy, str | Path):
        what = f"{policy!r} is neither a name, nor a path, nor a subclass of sim.policies.base.Policy"
        raise InputError([Problem("adding", what, "derive the class from Policy")])
    path = Path(policy)
    if path.suffix == ".py":
        return path.stem, {"use": str(policy)}, None
    return str(policy), {}, None


def class_table(kind: type[Policy]) -> tuple[str, dict[str, Any], Source | None]:
    """Return the name, the table and the source of a policy given as a class.

    A class of the package needs its name only. One that is alone in a module of its own is stored as
    that file; any other is kept as a class.
    """
    if kind.__module__.startswith("sim.policies."):
        return kind.name, {}, None
    file = own_file(kind)
    if file is not None:
        kind.name = file.stem
        return file.stem, {"use": f"{file.stem}.py"}, Source(file.read_text("utf-8"), str(file), kind)
    kind.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()
    text = class_text(kind)
    return kind.name, {"class": f"{kind.__qualname__} {fingerprint(kind, text)}"}, Source(text, given=kind)


def own_file(kind: type[Policy]) -> Path | None:
    """Return the file in which a policy is alone, unless it has changed since it was imported."""
    module = sys.modules.get(kind.__module__)
    path = Path(getattr(module, "__file__", None) or "")
    if module is None or "." in kind.__module__ or path.suffix != ".py" or not path.is_file():
        return None
    if kind.__module__ == "__main__":  # running the file again would run the whole script
        return None
    try:
        return path if only_policy(module) is kind and written(kind, path) else None
    except (TypeError, ValueError, SyntaxError):
        return None


def written(kind: type[Policy], path: Path) -> bool:
    """Whether the hooks of a class are those that its file says now."""
    parts = compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True).co_consts
    bodies = [part for part in parts if isinstance(part, CodeType) and part.co_name == kind.__name__]
    said = {code.co_name: code for body in bodies for code in body.co_consts if isinstance(code, CodeType)}
    hooks = {name: thing for name, thing in vars(kind).items() if name in (*VALUE_HOOKS, *EVENTS)}
    return all(
        isinstance(act, FunctionType) and act.__code__ == said.get(name) for name, act in hooks.items()
    )


def class_text(kind: type[Policy]) -> str:
    """Return the source of a class, with a line that says what it is; empty when it cannot be had."""
    try:
        text = inspect.getsource(kind)
    except (OSError, TypeError):  # a notebook's cell is no file, but Python remembers its lines
        text = cell_text(kind)
    head = f"# Class {kind.__qualname__}, given from Python: what it uses from around it is not here.\n"
    return head + textwrap.dedent(text) if text else ""


def cell_text(kind: type[Policy]) -> str:
    """Return the source of a class from the cell that defined one of its methods."""
    for act in vars(kind).values():
        if not isinstance(act, FunctionType):
            continue
        cell = "".join(linecache.getlines(act.__code__.co_filename))
        try:
            nodes = [node for node in walk(parse(cell)) if isinstance(node, ClassDef)]
        except SyntaxError:  # a file of that name that is something else
            return ""
        for node in nodes:
            here = node.lineno <= act.__code__.co_firstlineno <= (node.end_lineno or 0)
            if node.name == kind.__name__ and here:
                return (get_source_segment(cell, node) or "") + "\n"
    return ""


def fingerprint(kind: type[Policy], text: str) -> str:
    """Return a short hash of a class: of its text, or of its code when there is no text."""
    codes = [marshal.dumps(act.__code__) for act in vars(kind).values() if isinstance(act, FunctionType)]
    said = text.encode() if text else b"".join(codes) + json.dumps(kind.describe(), default=str).encode()
    return hashlib.sha256(said).hexdigest()[:12]


def out_of_reach(sources: Mapping[str, Source]) -> list[Problem]:
    """Name the classes that other processes cannot find, because they have no module there."""
    problems = []
    for name, source in sources.items():
        kind = source.given
        if kind is None:
            continue
        try:
            pickle.dumps(kind)
            found = kind.__module__ != "__main__" or main_file() is not None
        except (pickle.PicklingError, AttributeError):
            found = False
        if not found:
            what = f"the class {kind.__qualname__} is in a notebook or a function, where other processes"
            fix = "use one job, or put the class in a file of its own"
            problems.append(Problem(f"policy.{name}", f"{what} cannot find it", fix))
    return problems


def main_file() -> Path | None:
    """Return the file of the program that runs; None in a notebook, a session or a piped program."""
    path = Path(getattr(sys.modules["__main__"], "__file__", None) or "")
    return path if path.is_file() else None


# --- what is left of a class in a stored scenario ------------------------------------------------


class Absent(Policy):
    """A policy that was given as a class and of which only the values are stored."""

    model_config = ConfigDict(extra="allow")

    def on_start(self, model: Any) -> None:
        """Refuse to go on as if there were no policy."""
        raise InputError([lost(f"policy.{self.name}", self.name, "of Python")])


@cache
def absent(name: str) -> type[Policy]:
    """Return a stand-in for the policy of a name."""

    class Named(Absent):
        __doc__ = Absent.__doc__

    Named.name = name
    return Named


def lost(where: str, name: str, told: str) -> Problem:
    """Say why a scenario that holds a class can be read but not run."""
    return Problem(
        where,
        f"cannot be run from this file alone: the policy was given as the class {told}",
        f'complete its text in {name}.py with its imports and write use = "{name}.py" in place of class, '
        "or add the class to the scenario in Python",
    )
