"""From the parameters of a design to its points: which values are run together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem

Method = Literal[
    "grid", "list", "one_at_a_time", "latin_hypercube", "sobol", "morris", "saltelli", "equal_cost"
]
SAMPLED: tuple[Method, ...] = (
    "latin_hypercube",
    "sobol",
    "morris",
    "saltelli",
    "equal_cost",
)  # draw between bounds
SPREAD: tuple[Method, ...] = ("latin_hypercube", "sobol")  # each point for itself, evenly over the ranges
EVEN: tuple[Method, ...] = ("sobol", "saltelli")  # even for powers of two
MORRIS_LEVELS = 4  # values that each parameter takes; a step is two thirds of its range
Point = Mapping[str, Any]


@dataclass(frozen=True)
class Varied:
    """One parameter of a design: the values it takes, or the range it is taken from.

    Parameters
    ----------
    name
        Dotted name.
    values
        What it takes; one value is fixed. Empty for a range.
    low, high
        The range, both ends included.
    steps
        Values that a grid takes from a range.
    log
        Whether the range is evenly filled on a logarithmic scale.
    whole
        Whether only whole numbers are taken.
    """

    name: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    steps: int = 2
    log: bool = False
    whole: bool = False

    @property
    def fixed(self) -> bool:
        """Whether it has the same value at every point."""
        return len(self.values) == 1

    @property
    def levels(self) -> tuple[Any, ...]:
        """The values a grid takes."""
        if self.values:
            return self.values
        return tuple(dict.fromkeys(self.at(step / max(self.steps - 1, 1)) for step in range(self.steps)))

    @property
    def extremes(self) -> tuple[Any, ...]:
        """The values that lie within its bounds only if all do."""
        if not self.values:
            return self.low, self.high
        numbers = [x for x in self.values if isinstance(x, int | float) and not isinstance(x, bool)]
        ends = [min(numbers), max(numbers)] if numbers else []
        return tuple([*ends, *(x for x in self.values if not any(x is number for number in numbers))])

    def at(self, place: float) -> Any:
        """Return the value at a place from 0 to 1 within the range."""
        if self.whole:
            return round(self.low + place * (self.high - self.low))
        if self.log:
            return tidy(math.exp(math.log(self.low) + place * math.log(self.high / self.low)))
        return tidy(self.low + place * (self.high - self.low))

    def drawn(self, uniform: float) -> Any:
        """Return the value for a draw from 0 to 1; every choice is as likely."""
        if self.values:
            return self.values[chosen(uniform, len(self.values))]
        if self.whole:
            return int(self.low) + chosen(uniform, int(self.high - self.low) + 1)
        return self.at(uniform)


def chosen(uniform: float, many: int) -> int:
    """Return which of many equal parts of the unit interval a draw falls into.

    >>> chosen(0.0, 3), chosen(0.5, 3), chosen(1.0, 3)
    (0, 1, 2)
    """
    return min(int(uniform * many), many - 1)


def tidy(value: float) -> float:
    """Drop digits beyond the twelfth: 0.3 instead of 0.30000000000000004."""
    return float(f"{value:.12g}")


def points_of(method: Method, varied: Sequence[Varied], points: int, scramble_seed: int) -> Iterator[Point]:
    """Yield the points of a design.

    Examples
    --------
    >>> a, b = Varied("a", (1, 2)), Varied("b", low=0.0, high=1.0)
    >>> list(points_of("grid", [a, b], 0, 0))
    [{'a': 1, 'b': 0.0}, {'a': 1, 'b': 1.0}, {'a': 2, 'b': 0.0}, {'a': 2, 'b': 1.0}]
    """
    names = [one.name for one in varied]
    if method == "grid":
        yield from (dict(zip(names, chosen, strict=True)) for chosen in product(*(v.levels for v in varied)))
    elif method == "list":
        for place in range(count("list", varied, 0)):
            yield {one.name: one.values[0 if one.fixed else place] for one in varied}
    elif method == "one_at_a_time":
        rest = {one.name: one.values[0] for one in varied if one.fixed}
        yield rest
        yield from (rest | {one.name: value} for one in varied if not one.fixed for value in one.levels)
    else:
        draws = unit_cube(method, points, sum(not one.fixed for one in varied), scramble_seed)
        for row in draws:
            uniforms = iter(row)
            yield {one.name: one.values[0] if one.fixed else one.drawn(next(uniforms)) for one in varied}


def unit_cube(method: Method, points: int, dimensions: int, scramble_seed: int) -> NDArray[np.float64]:
    """Return points spread over the unit cube, the same for the same seed.

    ``latin_hypercube`` and ``sobol`` fill it evenly, ``equal_cost`` as the first does; ``morris`` makes
    ``points`` walks that change one coordinate after the other; ``saltelli`` makes ``points`` blocks: a
    point, the point with each coordinate in turn taken from another one, the other one.
    """
    if method in ("morris", "saltelli"):
        return for_sensitivity(method, points, dimensions, scramble_seed)
    from scipy.stats import qmc

    kind = qmc.Sobol if method == "sobol" else qmc.LatinHypercube
    drawn: NDArray[np.float64] = kind(dimensions, rng=scramble_seed).random(points)
    return drawn


def for_sensitivity(method: Method, points: int, dimensions: int, scramble_seed: int) -> NDArray[np.float64]:
    """Return the points from which Morris effects or Sobol indices can be estimated."""
    salib()
    from SALib.sample import morris, sobol

    unit = problem(dimensions)
    if method == "morris":
        drawn = morris.sample(unit, points, num_levels=MORRIS_LEVELS, seed=scramble_seed)
    else:
        drawn = sobol.sample(unit, points, calc_second_order=False, seed=scramble_seed)
    return np.asarray(drawn, dtype=np.float64)


def problem(dimensions: int) -> dict[str, Any]:
    """Return the unit cube as SALib wants it described."""
    names = [f"x{place}" for place in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


def salib() -> None:
    """Import SALib, or say how to have it."""
    try:
        import SALib  # noqa: F401
    except ImportError:
        what = "morris and saltelli need SALib, which is not installed"
        raise InputError([Problem("method", what, "install winwin[sensitivity]")]) from None


def block(method: Method, dimensions: int) -> int:
    """Return how many points belong together: one is of no use without the others."""
    return {"morris": dimensions + 1, "saltelli": dimensions + 2}.get(method, 1)


def count(method: Method, varied: Sequence[Varied], points: int) -> int:
    """Return how many points a design has, without making them."""
    if method == "grid":
        return math.prod(len(one.levels) for one in varied)
    if method == "list":
        return max((len(one.values) for one in varied), default=0)
    if method == "one_at_a_time":
        return 1 + sum(len(one.levels) for one in varied if not one.fixed)
    return points * block(method, sum(not one.fixed for one in varied))
