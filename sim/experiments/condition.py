"""Which points are of interest: a comparison of metrics, written as in Python, without calling anything."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

import sim.metrics
from sim.core.errors import InputError, Problem, nearest

Real = NDArray[np.float64]
BASELINE = "baseline"
EXAMPLE = "write for example 'sme_value_added_share < 0 and real_gdp > -0.01 * baseline.real_gdp'"
COMPARED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
RECKONED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SIGNED: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}


@dataclass(frozen=True)
class Condition:
    """A comparison of metrics that is true or false of every run.

    Parameters
    ----------
    text
        As it was given.
    metrics
        Metrics it reads, those of the baseline among them.
    """

    text: str
    metrics: tuple[str, ...]

    @classmethod
    def read(cls, text: str, paired: bool) -> Condition:
        """Check a condition; ``baseline.METRIC`` is allowed where values are paired differences.

        Raises
        ------
        InputError
            When it is no comparison of metrics, naming all that is wrong.

        Examples
        --------
        >>> Condition.read("-0.1 < gini_of_value_added < 0.2 and not real_gdp > 0", False).metrics
        ('gini_of_value_added', 'real_gdp')
        """
        place = f"--when {text!r}"
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            raise InputError([Problem(place, "cannot be read", EXAMPLE)]) from None
        problems = list(dict.fromkeys(faults(tree, place, paired, True)))
        if problems:
            raise InputError(problems)
        names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id != BASELINE]
        names += [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        if not names:
            raise InputError([Problem(place, "names no metric", EXAMPLE)])
        return cls(text, tuple(dict.fromkeys(names)))

    def holds(self, values: Mapping[str, Real]) -> NDArray[np.bool_]:
        """Say of every run whether the condition is met.

        Parameters
        ----------
        values
            Values by metric; those of the baseline by ``baseline.METRIC``.
        """
        found: NDArray[np.bool_] = truth(ast.parse(self.text.strip(), mode="eval").body, values)
        return found


def faults(node: ast.expr, place: str, paired: bool, logical: bool) -> Iterator[Problem]:
    """Yield what is wrong below a node, which is to be true or false, or else a number."""
    parts: list[ast.expr] = []
    if logical and isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from faults(part, place, paired, True)
    elif logical and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from faults(node.operand, place, paired, True)
    elif logical and isinstance(node, ast.Compare) and all(type(sign) in COMPARED for sign in node.ops):
        parts = [node.left, *node.comparators]
    elif logical:
        what = f"{ast.unparse(node)!r} is not a comparison by <, <=, > or >="
        yield Problem(place, what, EXAMPLE)
    elif isinstance(node, ast.BinOp) and type(node.op) in RECKONED:
        parts = [node.left, node.right]
    elif isinstance(node, ast.UnaryOp) and type(node.op) in SIGNED:
        parts = [node.operand]
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        yield from name_faults(node, place, paired)
    for part in parts:
        yield from faults(part, place, paired, False)


def name_faults(node: ast.expr, place: str, paired: bool) -> Iterator[Problem]:
    """Yield what is wrong with a part that must be the name of a metric."""
    known = sim.metrics.available()
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == BASELINE:
        if not paired:
            fix = "name two scenarios in the design, the first is the baseline"
            yield Problem(place, f"{ast.unparse(node)!r} needs a baseline", fix)
        name = node.attr
    elif isinstance(node, ast.Name):
        name = node.id
    else:
        yield Problem(place, f"{ast.unparse(node)!r} is neither a number nor a metric", EXAMPLE)
        return
    if name not in known:
        yield Problem(place, f"there is no metric {name!r}", nearest(name, known))


def truth(node: ast.expr, values: Mapping[str, Real]) -> Any:
    """Return whether a checked part is true, for all runs."""
    if isinstance(node, ast.BoolOp):
        parts = np.array([truth(part, values) for part in node.values])
        return parts.all(axis=0) if isinstance(node.op, ast.And) else parts.any(axis=0)
    if isinstance(node, ast.UnaryOp):
        return ~truth(node.operand, values)
    assert isinstance(node, ast.Compare)
    compared = [node.left, *node.comparators]
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = [number(part, values) for part in compared]
    for part, side in zip(compared, sides, strict=True):
        if not np.isfinite(side).all():
            fix = "do not divide by what may be zero"
            raise InputError([Problem("--when", f"{ast.unparse(part)!r} is not always a number", fix)])
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return np.all(np.broadcast_arrays(*(COMPARED[type(sign)](a, b) for sign, a, b in pairs)), axis=0)


def number(node: ast.expr, values: Mapping[str, Real]) -> Any:
    """Return the number that a checked part stands for, for all runs."""
    if isinstance(node, ast.Constant):
        return np.float64(cast(float, node.value))
    if isinstance(node, ast.BinOp):
        return RECKONED[type(node.op)](number(node.left, values), number(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return SIGNED[type(node.op)](number(node.operand, values))
    return values[ast.unparse(node)]
