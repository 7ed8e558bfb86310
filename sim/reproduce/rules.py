"""When a simulated value passes for a published one: a rule is a short text beside the figure.

========================  ==============================================================================
rule                      passes when
========================  ==============================================================================
``within 10 %``           the median lies no further from the figure than that part of it
``within 5 points``       the median lies no further from the figure than that, in the figure's unit
``between 0.8 and 1.2``   the median lies in the range
``at most``, ``at least`` the median is not above, or not below, the figure: it is a bound
``same sign``             the median has the figure's sign, and so has the whole interval
``within a factor of 3``  the median has the figure's sign and neither is that many times the other
``interval covers``       the figure lies in the interval over networks
========================  ==============================================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

Test = Callable[[float, float, float, float], bool]  # of figure, median, low, high
NUMBER = r"(-?\d+(?:\.\d+)?)"


def passes(rule: str, published: float, simulated: float, low: float, high: float) -> bool | None:
    """Say whether a simulated median with its interval passes; None where there is nothing to pass.

    Examples
    --------
    >>> passes("within 10 %", 50.0, 54.9, 52.0, 58.0), passes("within 10 %", 50.0, 55.1, 49.0, 58.0)
    (True, False)
    >>> passes("same sign", -1.0, -0.2, -0.5, 0.1), passes("", 50.0, 50.0, 49.0, 51.0)
    (False, None)
    """
    if not rule or math.isnan(published):
        return None
    test = read(rule)
    return bool(math.isfinite(simulated) and test(published, simulated, low, high))


def read(rule: str) -> Test:
    """Return the test that a rule states.

    Raises
    ------
    ValueError
        Where it is none of those above.
    """
    for pattern, made in RULES.items():
        found = re.fullmatch(pattern, rule)
        if found:
            return made(*map(float, found.groups()))
    raise ValueError(f"{rule!r} is no rule; rules are {', '.join(RULES)}")


def half_width(rule: str, published: float) -> float:
    """Return half the width of what passes for a figure, in its unit; of rules that have one.

    Examples
    --------
    >>> half_width("within 10 %", 50.0), half_width("between 0.8 and 1.2", 1.0)
    (5.0, 0.2)
    """
    if not rule.startswith(("within", "between")) or "factor" in rule:
        raise ValueError(f"{rule!r} has no width")
    first, *more = map(float, re.findall(NUMBER, rule))
    if more:
        return round((more[0] - first) / 2, 12)
    return first / 100 * abs(published) if rule.endswith("%") else first


def part(percent: float) -> Test:
    """Pass what is no further away than a part of the figure."""
    return lambda figure, median, low, high: abs(median - figure) <= percent / 100 * abs(figure)


def points(most: float) -> Test:
    """Pass what is no further away than some points."""
    return lambda figure, median, low, high: abs(median - figure) <= most


def between(least: float, most: float) -> Test:
    """Pass what lies in a range."""
    return lambda figure, median, low, high: least <= median <= most


def factor(most: float) -> Test:
    """Pass what has the sign and the order of magnitude."""
    return lambda figure, median, low, high: figure * median > 0 and 1 / most <= median / figure <= most


RULES: dict[str, Callable[..., Test]] = {
    rf"within {NUMBER} %": part,
    rf"within {NUMBER} points?": points,
    rf"between {NUMBER} and {NUMBER}": between,
    rf"within a factor of {NUMBER}": factor,
    "at most": lambda: lambda figure, median, low, high: median <= figure,
    "at least": lambda: lambda figure, median, low, high: median >= figure,
    "same sign": lambda: (
        lambda figure, median, low, high: min(figure * low, figure * median, figure * high) > 0
    ),
    "interval covers": lambda: lambda figure, median, low, high: low <= figure <= high,
}
