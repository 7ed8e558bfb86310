"""Values that hold from a month on: what a scenario dates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dated[Values]:
    """Something of a scenario that comes into force, changes and ends.

    Parameters
    ----------
    name
        Name of its table in the scenario.
    steps
        Pairs (month, values): from that month on these values hold. The first pair is at
        ``first``.
    first, last
        First and last month in force; ``last`` is None when it never ends.
    """

    name: str
    steps: tuple[tuple[int, Values], ...]
    first: int
    last: int | None = None

    def at(self, month: int) -> Values | None:
        """Return the values that hold in a month, or None when it is not in force."""
        if month < self.first or (self.last is not None and month > self.last):
            return None
        return self.values(month)

    def values(self, month: int) -> Values:
        """Return the values of the last step up to a month."""
        return [values for start, values in self.steps if start <= month][-1]
