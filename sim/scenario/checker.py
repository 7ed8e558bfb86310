"""Noting problems with file, line and key, so that all are reported together."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from sim.core.errors import Problem, nearest
from sim.core.months import MONTHS, month_name, parse_month
from sim.core.params import Parameters
from sim.scenario.files import Document, Key
from sim.scenario.messages import refusal, show


@dataclass
class Checker:
    """A document, what has been made of it, and what is wrong with it.

    Parameters
    ----------
    document
        What the files say.
    label
        What to call the scenario where no file and line can be named.
    problems, notes
        What is wrong, and what is allowed but may not be expected.
    lost
        Why the scenario can be read but not run.
    """

    document: Document
    label: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)

    def where(self, key: Key) -> str:
        """Return file, line and key."""
        for length in range(len(key), 0, -1):
            if key[:length] in self.document.places:
                return f"{self.document.places[key[:length]]}, {'.'.join(key)}"
        return f"{self.label}, {'.'.join(key)}"

    def report(self, key: Key, what: str, fix: str = "") -> None:
        """Note a problem, once."""
        problem = Problem(self.where(key), what, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def table(self, key: Key, value: Any) -> dict[str, Any]:
        """Return a table, or an empty one after noting that it is none."""
        if isinstance(value, Mapping):
            return dict(value)
        self.report(key, f"must be a table, not {show(value)}", f"write [{'.'.join(key)}] and keys below it")
        return {}

    def text(self, name: str) -> str:
        """Return the name, the title, the question or the source."""
        value = self.document.given.get(name, "")
        if isinstance(value, str):
            return value
        self.report((name,), f"wrong type: {show(value)}", "allowed: text in quotes")
        return ""

    def group[P: Parameters](
        self, group: type[P], key: Key, values: Mapping[str, Any], also: Collection[str] = ()
    ) -> P:
        """Return a group of parameters; refused values are noted and replaced by the default.

        Parameters
        ----------
        group
            The declaration.
        key
            Table they stand in.
        values
            What the table says.
        also
            Further keys of the table, to be named as allowed.
        """
        frozen = {name: freeze(value) for name, value in values.items()}
        for name in [name for name, value in frozen.items() if not finite(value)]:
            self.report((*key, name), f"not a finite number: {frozen.pop(name)}")
        try:
            return group.model_validate(frozen)
        except ValidationError as error:
            refused: set[str] = set()
            for detail in error.errors(include_url=False):
                steps = tuple(str(step) for step in detail["loc"] if not isinstance(step, int))
                self.report((*key, *steps), *refusal(group, detail, also))
                refused.update(steps[:1] or frozen)
            return group.model_validate({name: frozen[name] for name in frozen if name not in refused})

    def dated[P: Parameters](self, group: type[P], key: Key, value: Any) -> Any:
        """Return one dated value, ``key`` being table, name and date."""
        single = Checker(self.document, self.label)
        accepted = getattr(single.group(group, key[:-2], {key[-2]: value}), key[-2])
        for problem in single.problems:
            self.report(key, problem.what, problem.fix)
        return accepted

    def names(self, key: Key, values: Iterable[Any], known: Collection[str]) -> None:
        """Note every value that is not among the known names."""
        for value in values:
            if not isinstance(value, str) or value not in known:
                self.report(key, f"unknown name {show(value)}", nearest(str(value), known))

    def month(self, key: Key, value: Any) -> int | None:
        """Return a month written as text."""
        try:
            return parse_month(value)
        except TypeError:
            self.report(key, f"wrong type: {show(value)}", 'write a month in quotes, for example "2024-01"')
        except ValueError as error:
            self.report(key, str(error))
        return None

    def january(self, key: Key, value: Any) -> int | None:
        """Return a month that must be a January: the opening books are those of a new year."""
        month = self.month(key, value)
        if month is not None and month % MONTHS:
            year = month_name(month)[:4]
            self.report(key, f"{value} is not a January", f'a run starts with a year; write "{year}-01"')
        return month

    def date(self, key: Key, value: Any, start: int) -> int | None:
        """Return a month that may not lie before the start of the run."""
        month = self.month(key, value)
        if month is None or month >= start:
            return month
        self.report(
            key,
            f"{value} lies before the run's start, {month_name(start)}",
            "choose a later month, or an earlier run.start",
        )
        return None


def freeze(value: Any) -> Any:
    """Turn lists, which TOML has, into tuples, which frozen parameters have."""
    return tuple(map(freeze, value)) if isinstance(value, list) else value


def thaw(value: Any) -> Any:
    """Turn tuples back into lists, and drop what TOML cannot say."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items() if item is not None}
    return [thaw(item) for item in value] if isinstance(value, tuple | list) else value


def finite(value: Any) -> bool:
    """Whether a value holds no infinity and no not-a-number."""
    if isinstance(value, tuple):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)
