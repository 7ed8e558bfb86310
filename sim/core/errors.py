"""Messages for a user's mistakes: where, what, what now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One mistake in an input.

    ``where`` names file, line and key; ``what`` says what is wrong; ``fix`` says what to do.
    """

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"\n    {self.fix}" if self.fix else "")


class InputError(ValueError):
    """All mistakes found in an input, reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class MoneyError(RuntimeError):
    """The books do not close: a fault of the program, never of its user."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Say which allowed name is nearest to a misspelt one, and list what is allowed."""
    names = sorted(allowed)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    listed = ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")
    return f"{hint}allowed: {listed}" if names else f"{hint}nothing is allowed here"
