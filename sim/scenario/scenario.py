"""The frozen scenario a run is made from."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from sim.core.errors import InputError, Problem
from sim.core.params import Parameters
from sim.policies.base import Policy
from sim.policies.book import PolicyEntry
from sim.scenario import toml
from sim.scenario.describe import Differences, describe, flatten
from sim.scenario.files import OWN_WORDS, Document, Key, extend, locate, point_files, read, take_policies
from sim.scenario.private import WITHOUT_FILE, Source, policy_table
from sim.scenario.resolve import resolve
from sim.scenario.schema import RecordParameters, RunParameters, file_keys
from sim.scenario.shocks import ShockEntry


class Scenario:
    """Everything a run is made from, but the seed.

    Made by `load`, `from_dict`, `replacing` and `adding`; never changed afterwards.

    Attributes
    ----------
    name
        Short name: the file's, without its ending, unless the file says ``name``.
    title, question
        What it is, and what it is to answer; without a title, the name.
    source
        The text a case is taken from, by name.
    parameters
        Declared parameters by the name of the table, ``"economy"`` and ``"run"`` included; each is
        an attribute as well: ``scenario.demand.smoothing``.
    policies
        Policies that are not switched off, in alphabetical order.
    shocks
        Shocks that are not switched off, in alphabetical order.
    record
        What a run keeps.
    notes
        What is allowed but may not be expected, a policy that never acts for example.
    """

    name: str
    title: str
    question: str
    source: str
    parameters: Mapping[str, Parameters]
    policies: tuple[PolicyEntry, ...]
    shocks: tuple[ShockEntry, ...]
    record: RecordParameters
    notes: tuple[str, ...]

    def __init__(self, name: str, document: Document) -> None:
        resolved, problems = resolve(document, f"scenario {name}")
        if not re.fullmatch(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*", name):
            where = document.places.get(("name",), "the scenario's name")
            problems.append(Problem(where, f"{name!r} cannot be the name of a folder", "leave slashes out"))
        if problems:
            raise InputError(sorted(problems, key=by_line))
        vars(self).update(
            name=name,
            title=resolved.title or name,
            question=resolved.question,
            source=resolved.source,
            parameters=resolved.parameters,
            policies=resolved.policies,
            shocks=resolved.shocks,
            record=resolved.record,
            notes=resolved.notes,
            _lost=resolved.lost,
            _tables={**resolved.tables, "name": name},
            _document=document,
        )

    # --- making ------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a scenario file, or a shipped scenario by its bare name.

        Raises
        ------
        InputError
            With every problem of the file: where it is, what is wrong, what is allowed.
        """
        file = locate(path)
        document = read(file)
        return cls(own_name(document, file.stem), document)

    @classmethod
    def from_dict(cls, tables: Mapping[str, Any], name: str = "", folder: str | Path = ".") -> Self:
        """Make a scenario from nested tables, shaped as in a file.

        Parameters
        ----------
        tables
            What a file would say.
        name
            Short name; by default what the tables say, or "scenario".
        folder
            Where ``extends`` and ``use`` look for files.
        """
        given = copy.deepcopy(dict(tables))
        point_files(given, Path(folder))
        document = extend(Document(given, {}, take_policies(given, {}, Path(folder))), Path(folder))
        return cls(name or own_name(document, "scenario"), document)

    def replacing(self, *pairs: Any) -> Self:
        """Return a scenario with other values.

        Parameters
        ----------
        *pairs
            Dotted key, value, dotted key, value, and so on.

        Examples
        --------
        ``scenario.replacing("run.months", 36, "economy.firms", 1000)``
        """
        if len(pairs) % 2:
            raise TypeError("replacing() takes pairs: a dotted key and its value")
        given = copy.deepcopy(self._document.given)
        changed: set[Key] = set()
        for dotted, value in zip(pairs[::2], pairs[1::2], strict=True):
            key = tuple(dotted.split("."))
            put(given, key, value)
            changed.add(key)
        places = {
            key: place
            for key, place in self._document.places.items()
            if not any(key[: len(new)] == new for new in changed)
        }
        places |= {key: f"scenario {self.name}, replaced" for key in changed}
        return type(self)(self.name, replace(self._document, given=given, places=places))

    def named(self, name: str, title: str = "", question: str = "") -> Self:
        """Return the same scenario under another name, with words of its own."""
        words = {"title": title, "question": question}
        given = {key: value for key, value in self._document.given.items() if key not in OWN_WORDS}
        given |= {key: text for key, text in words.items() if text}
        return type(self)(name, replace(self._document, given=given))

    def adding(self, policy: str | Path | Policy | type[Policy], **values: Any) -> Self:
        """Return a scenario with one more policy.

        Parameters
        ----------
        policy
            Name of a policy of the package, the path of a private policy's file (ending in ``.py``), or
            any subclass of `sim.policies.base.Policy`, or one with values. A class from a notebook or a
            script has no file of its own: it runs like any other, but what is stored of the scenario
            can be read and not run again, which `notes` says.
        **values
            Its parameters, and ``start``, ``end``, ``where``.
        """
        name, table, source = policy_table(policy)
        table |= copy.deepcopy(values)
        place: dict[Key, str] = {("policy", name): f"policy added to scenario {self.name}"}
        fresh = {"policy": {name: table}}
        sources = {name: source} if source else take_policies(fresh, place, Path())
        given = copy.deepcopy(self._document.given)
        given["policy"] = {**given.get("policy", {}), name: table}
        document = Document(given, self._document.places | place, self._document.sources | sources)
        return type(self)(self.name, document)

    # --- reading -------------------------------------------------------------------------------

    @property
    def run(self) -> RunParameters:
        """When a run starts, how long it lasts, how often it is repeated."""
        run = self.parameters["run"]
        assert isinstance(run, RunParameters)
        return run

    @property
    def economy(self) -> Any:
        """Parameters of the opening economy (`sim.population.parameters.EconomyParameters`)."""
        return self.parameters["economy"]

    @property
    def resolved(self) -> dict[str, Any]:
        """The whole scenario as plain tables, with every default filled in."""
        return copy.deepcopy(self._tables)

    @property
    def sources(self) -> dict[str, str]:
        """Text of the private policies that are in use, by name, as far as it is known."""
        texts = {name: source.text for name, source in self.given_sources.items()}
        return {name: text for name, text in texts.items() if text}

    @property
    def given_sources(self) -> dict[str, Source]:
        """Where the private policies that are in use come from, by name."""
        names = [entry.name for entry in self.policies if entry.name in self._document.sources]
        return {name: self._document.sources[name] for name in names}

    @property
    def known_policies(self) -> tuple[str, ...]:
        """Names of all policies it says something of, those switched off included."""
        return tuple(sorted(self._document.given.get("policy", {})))

    @property
    def repeatable(self) -> bool:
        """Whether what is stored of the scenario can be run again: no policy is a class without a file."""
        return not any("class" in table for table in self._tables["policy"].values())

    def check_complete(self) -> None:
        """Refuse to run a stored scenario whose policy was a class that is not at hand.

        Raises
        ------
        InputError
            Naming the policies.
        """
        if self._lost:
            raise InputError(self._lost)

    @property
    def hash(self) -> str:
        """Hash of all that can change the numbers of a run; the seed is not part of it."""
        told = {key: value for key, value in self._tables.items() if key not in OWN_WORDS}
        told["run"] = {key: told["run"][key] for key in ("start", "months")}
        for table, name in file_keys():
            told[table] = told[table] | {name: content_hash(told[table][name])}
        used = {name: text for name, text in self.sources.items() if "use" in told["policy"][name]}
        text = json.dumps([told, used], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def diff(self, other: Scenario) -> Differences:
        """Return every key in which two scenarios differ; printing shows a table."""
        return Differences.between(self.name, flatten(self._tables), other.name, flatten(other._tables))

    def describe(self) -> str:
        """Return a page on the scenario: question, period, policies, changed parameters."""
        return describe(self)

    def to_toml(self, folder: str | Path = ".") -> str:
        """Return the resolved scenario as a file that needs no other scenario file.

        Parameters
        ----------
        folder
            Where the file will stand; data files are named relative to it.
        """
        tables = self.resolved
        for table, name in file_keys():
            if tables[table][name]:
                tables[table][name] = Path(os.path.relpath(tables[table][name], folder)).as_posix()
        classes = [name for name, table in tables["policy"].items() if "class" in table]
        remarks = [toml.comment(f"policy.{name} {WITHOUT_FILE}.") for name in classes]
        return "".join(remarks) + toml.dumps(tables)

    def __getattr__(self, name: str) -> Any:
        parameters = vars(self).get("parameters", {})
        if name in parameters:
            return parameters[name]
        raise AttributeError(f"a scenario has no table {name!r}; it has {', '.join(parameters)}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a scenario is frozen: use replacing() or adding(), which return a new one")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, {len(self.policies)} policies, hash {self.hash[:8]})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self._document)


def by_line(problem: Problem) -> list[tuple[int, str]]:
    """Order problems by file and line, numbers as numbers."""
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"([0-9]+)", problem.where)]


def content_hash(path: str) -> str:
    """Return the hash of a data file's content, so that its place does not matter; "" for none."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""


def put(tables: dict[str, Any], key: Key, value: Any) -> None:
    """Set a value in nested tables, making tables on the way."""
    for step in key[:-1]:
        below = tables.get(step)
        tables[step] = dict(below) if isinstance(below, Mapping) else {}
        tables = tables[step]
    tables[key[-1]] = copy.deepcopy(value)


def own_name(document: Document, otherwise: str) -> str:
    """Return the name a document gives itself; a wrong type is reported with all other problems."""
    name = document.given.get("name", "")
    return name if isinstance(name, str) and name else otherwise
