"""What is wrong with a design's file, and in which line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.core.errors import Problem
from sim.scenario.files import Key, key_lines


@dataclass
class Faults:
    """The problems of a file, each told once, with line and key."""

    file: Path
    text: str
    problems: list[Problem] = field(default_factory=list)
    places: dict[Key, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, line in key_lines(self.text):
            self.places.setdefault(tuple(".".join(key).split(".")), f"{self.file}, line {line}")

    def report(self, key: Key, what: str, fix: str = "") -> None:
        """Note a problem of a key, or of the table it is in."""
        lines = (self.places[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self.places)
        problem = Problem(f"{next(lines, str(self.file))}, {'.'.join(key)}", what, fix)
        if problem not in self.problems:
            self.problems.append(problem)
