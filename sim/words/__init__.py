"""Words: what metrics, policies, groups of firms and the like are called, in English and in Korean.

One table, ``labels.csv``, for figures, pages, reports and documents: a key, its words in both languages, for
metrics whether more of it is good (``up``) or bad (``down``; empty where it depends), and where the Korean
term or the measure comes from. An official term is that of a law or a ministry, with its row of the evidence
where there is one. Units are not here: a metric and a parameter declare their own, and ``unit.…`` says what a
unit is called. Parameters that many policies share stand once, as ``policy.*.take_up``. What scenarios and
policies say of themselves (``question.…``, ``paid_by.…``, ``meaning.…``, ``source.…``) stands here for its
translation; the English is theirs.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from sim.core.errors import InputError, Problem, nearest

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
OF_PARAMETERS = ("policy", "meaning", "source")  # what a key of a policy's parameter may begin with


@dataclass(frozen=True)
class Label:
    """A row of the table: words in both languages, good direction, and source."""

    key: str
    english: str
    korean: str
    good: str
    source: str


@cache
def table() -> dict[str, Label]:
    """Return all rows by key."""
    text = (files("sim.words") / "labels.csv").read_text(encoding="utf-8")
    return {row["key"]: Label(**row) for row in csv.DictReader(text.splitlines())}


def known(key: str) -> bool:
    """Whether there is a label for a key."""
    return key in table() or shared(key) in table()


def find(key: str) -> Label:
    """Return the row of a key; a parameter's own one, else that of the parameter many policies share.

    Raises
    ------
    KeyError
        When there is none, with keys like it.
    """
    rows = table()
    found = rows.get(key) or rows.get(shared(key))
    if found is None:
        near = get_close_matches(key, rows, n=3, cutoff=0.6)
        raise KeyError(f"no label {key!r} in sim/words/labels.csv; near it: {', '.join(near) or 'nothing'}")
    return found


def shared(key: str) -> str:
    """Return the key under which something of a policy's parameter stands when policies share it."""
    parts = key.split(".")
    return f"{parts[0]}.*.{parts[2]}" if parts[0] in OF_PARAMETERS and len(parts) == 3 else ""


def translated(key: str, told: str, language: str) -> str:
    """Return what is told of something, such as a title or a source, in a language.

    It is translated where the table has these very words under the key: what a user wrote in a file of the
    same name stays as it is.

    Examples
    --------
    >>> translated("scenario.baseline", "Baseline", "ko"), translated("scenario.baseline", "My own", "ko")
    ('기준', 'My own')
    """
    row = table().get(key) or table().get(shared(key))
    return row.korean if checked(language) == "ko" and row and row.english == told else told


def label(key: str, language: str = "en") -> str:
    """Return what something is called.

    Raises
    ------
    KeyError
        When there is no such key.
    InputError
        When the language is not known.

    Examples
    --------
    >>> label("metric.real_gdp"), label("policy.profit_sharing.take_up"), label("sector.metals", "ko")
    ('Real GDP', 'Part that takes part', '금속')
    """
    row = find(key)
    return row.korean if checked(language) == "ko" else row.english


def text(key: str, language: str = "en", **values: object) -> str:
    """Return a sentence of the table with values put in its places."""
    return label(key, language).format(**values)


def good(key: str) -> str:
    """Return whether more of a metric is good, ``"up"``, bad, ``"down"``, or neither, ``""``."""
    return find(key).good


def checked(language: str) -> Language:
    """Return a language that is known, or say which are."""
    for one in LANGUAGES:
        if language == one:
            return one
    what = f"there is no language {language!r}"
    raise InputError([Problem("--lang", what, nearest(language, LANGUAGES))])
