"""Sums whose bits depend on no machine, thread or order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.memory import blocks

UNSHARED = 1 << 13  # rows: OpenBLAS shares products of more than 10,000 out among threads


def dot(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Sum products of two columns, with the same bits on any number of threads.

    Libraries of linear algebra share long products out among threads. How many there are shows in the last
    bits, and a product waits for threads while other runs keep the cores busy. Short parts stay with one.

    Examples
    --------
    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    total = 0.0
    for part in blocks(one.size, UNSHARED):
        total += float(one[part] @ other[part])
    return total


def exact_sum(value: NDArray[np.float64]) -> float:
    """Sum a few numbers with one rounding, whatever their order and the processor.

    For prices on which won depend: a library's dot product may differ in the last bit from machine to
    machine, and a won with it.

    Examples
    --------
    >>> exact_sum(np.array([0.1] * 10))
    1.0
    """
    return math.fsum(value.tolist())
