"""Reading scenario files: where each key was written, ``extends``, private policies."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.scenario.private import Source
from sim.scenario.schema import file_keys

Key = tuple[str, ...]
OWN_WORDS = ("name", "title", "question", "source")  # each file's own: not passed on by extends
DESIGNS = "sweeps/"  # folder of designs, which are no scenarios
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Document:
    """What one or several merged files say.

    Parameters
    ----------
    given
        Tables and keys as written, those of the bases included.
    places
        For every key, the file and line where it was last written.
    sources
        Policies that are not part of the package, by name.
    """

    given: dict[str, Any] = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def shipped() -> dict[str, Path]:
    """Return the scenarios that come with the package, by name."""
    return {name: file for name, file in shipped_files().items() if not name.startswith(DESIGNS)}


def shipped_designs() -> dict[str, Path]:
    """Return the designs of sweeps that come with the package, by name."""
    return {name: file for name, file in shipped_files().items() if name.startswith(DESIGNS)}


def shipped_files() -> dict[str, Path]:
    """Return all files in the folder of scenarios, by path without ending."""
    installed, checkout = PACKAGE / "scenarios", PACKAGE.parent / "scenarios"
    folder = installed if installed.is_dir() else checkout
    files = sorted(folder.rglob("*.toml"), key=lambda file: (len(file.parts), file))
    return {file.relative_to(folder).with_suffix("").as_posix(): file for file in files}


def locate(reference: str | Path, folder: Path = Path()) -> Path:
    """Return the file a reference means: a path, or the bare name of a shipped scenario."""
    path = folder / reference
    if path.suffix == ".toml" or path.is_file():
        return path
    return shipped().get(str(reference), path)


def read(path: Path, above: tuple[Path, ...] = ()) -> Document:
    """Read a scenario file and everything it extends.

    Parameters
    ----------
    path
        The file.
    above
        Files that led here through ``extends``.

    Raises
    ------
    InputError
        When a file cannot be read, is not UTF-8 or not TOML, or when ``extends`` is missing or
        goes round in a circle.
    """
    text = read_text(path)
    given = parse(text, path)
    places: dict[Key, str] = {}
    for key, line in key_lines(text):
        places.setdefault(key, f"{path}, line {line}")
    point_files(given, path.parent)
    document = Document(given, places, take_policies(given, places, path.parent))
    return extend(document, path.parent, (*above, path.resolve()))


def extended(path: Path) -> Path | None:
    """Return the file that a scenario file extends, None if it stands alone."""
    given = parse(read_text(path), path)
    if "extends" not in given:
        return None
    return base_file(given["extends"], path.parent, f"{path}, extends", ())


def extend(document: Document, folder: Path, above: tuple[Path, ...] = ()) -> Document:
    """Put a document over the one its ``extends`` names, whose name and other own words are not inherited."""
    if "extends" not in document.given:
        return document
    place = f"{document.places.get(('extends',), 'scenario')}, extends"
    base = read(base_file(document.given["extends"], folder, place, above), above)
    below = {key: value for key, value in base.given.items() if key not in OWN_WORDS}
    own = {key: value for key, value in document.given.items() if key != "extends"}
    return Document(merge(below, own), base.places | document.places, base.sources | document.sources)


def base_file(reference: Any, folder: Path, place: str, above: tuple[Path, ...]) -> Path:
    """Return the file that ``extends`` names."""
    if not isinstance(reference, str):
        raise InputError([Problem(place, "must be the name of a file, in quotes")])
    path = locate(reference, folder)
    if not path.is_file():
        known = {file.name for file in folder.glob("*.toml")} | set(shipped())
        raise InputError([Problem(place, f"there is no scenario {reference!r}", nearest(reference, known))])
    if path.resolve() in above:
        circle = " -> ".join(file.name for file in (*above, path))
        raise InputError([Problem(place, f"goes round in a circle: {circle}", "remove one of the extends")])
    return path


def read_text(path: Path) -> str:
    """Return the text of a file, or say in one sentence why it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        fault = Problem(str(path), f"is not UTF-8 text (byte {error.start})", "save it as UTF-8")
    except FileNotFoundError:
        known = {*shipped(), *(str(file) for file in path.parent.glob("*.toml"))}
        fault = Problem(str(path), "there is no such file or scenario", nearest(str(path), known))
    except IsADirectoryError:
        fault = Problem(str(path), "is a folder", "name a .toml file in it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = Problem(str(path), f"cannot be read: {reason}")
    raise InputError([fault])


def parse(text: str, path: Path) -> dict[str, Any]:
    """Parse TOML; the message of the parser names line and column."""
    try:
        return tomllib.loads(text + "\n")  # so that no mistake is at the end of the document
    except tomllib.TOMLDecodeError as error:
        message, _, spot = str(error).rpartition(" (at ")
        place = f"{path}, {spot.rstrip(')')}"
        raise InputError([Problem(place, f"not TOML: {message}", "see toml.io for the notation")]) from None
    except RecursionError:
        raise InputError([Problem(str(path), "not TOML: nested too deeply")]) from None


def key_lines(text: str) -> Iterator[tuple[Key, int]]:
    """Yield every key of a TOML text with the line of the statement that sets it.

    A statement is grown line by line until the parser accepts it, so that headers, dotted keys,
    inline tables and values over several lines need no second grammar.
    """
    table: Key = ()
    statement, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not statement:
            first = number
        statement += line + "\n"
        try:
            found = list(paths(tomllib.loads(statement)))
        except tomllib.TOMLDecodeError:
            continue
        header = statement.lstrip().startswith("[")
        if header and found:
            table = found[-1]
        statement = ""
        yield from (((key if header else table + key), first) for key in found)


def paths(table: Mapping[str, Any], above: Key = ()) -> Iterator[Key]:
    """Yield the path of every key in nested tables, outer keys first."""
    for key, value in table.items():
        yield (*above, key)
        if isinstance(value, Mapping):
            yield from paths(value, (*above, key))


def is_schedule(value: Any) -> bool:
    """Whether a table is a dated value, ``{"2024-01" = 0.1}``, rather than a table of keys."""
    return isinstance(value, Mapping) and any(key[:1].isdigit() for key in value)


def merge(base: Mapping[str, Any], leaf: Mapping[str, Any]) -> dict[str, Any]:
    """Put a table over another: tables merge, everything else is replaced.

    A dated value is one value: it is replaced as a whole.

    Examples
    --------
    >>> merge({"run": {"months": 120, "seeds": 20}}, {"run": {"months": 12}})
    {'run': {'months': 12, 'seeds': 20}}
    """
    merged = dict(base)
    for key, value in leaf.items():
        below = merged.get(key)
        nested = isinstance(below, Mapping) and isinstance(value, Mapping) and not is_schedule(value)
        merged[key] = merge(below, value) if nested and not is_schedule(below) else value  # type: ignore[arg-type]
    return merged


def point_files(given: dict[str, Any], folder: Path) -> None:
    """Make the data files a scenario names relative to the working folder, not to its own."""
    for table, name in file_keys():
        values = given.get(table)
        if isinstance(values, dict) and isinstance(values.get(name), str) and values[name]:
            values[name] = (folder / values[name]).as_posix()


def take_policies(given: dict[str, Any], places: Mapping[Key, str], folder: Path) -> dict[str, Source]:
    """Read the private policies a file uses; afterwards ``use`` is the name of the policy.

    The text travels with the scenario, so that a stored result holds all it needs and the
    content of the policy is part of the scenario's hash.
    """
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    tables = given.get("policy")
    for name, table in tables.items() if isinstance(tables, dict) else ():
        if not isinstance(table, dict) or not isinstance(table.get("use"), str):
            beside = folder / f"{name}.py"
            if isinstance(table, dict) and "class" in table and beside.is_file():
                sources[name] = Source(read_text(beside), str(beside))
            continue
        try:
            file = folder / table["use"]
            sources[name] = Source(read_text(file), str(file))
        except InputError as error:
            place = f"{places.get(('policy', name, 'use'), 'scenario')}, policy.{name}.use"
            known = {file.name for file in folder.glob("*.py")}
            what = f"{table['use']!r}: {error.problems[0].what}"
            problems.append(Problem(place, what, nearest(table["use"], known)))
        table["use"] = f"{name}.py"
    if problems:
        raise InputError(problems)
    return sources
