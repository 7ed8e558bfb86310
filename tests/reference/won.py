"""Whole won: rounding, and dividing an amount so that the parts add up to it."""

from __future__ import annotations

import math


def nearest(amount: float) -> int:
    """Round to the nearest won; a half goes to the even neighbour."""
    return round(amount)


def down(amount: float) -> int:
    """Round down to the won."""
    return math.floor(amount)


def largest_remainder(total: int, weights: list[float]) -> list[int]:
    """Give each its share rounded down, then the missing won to those who lost the largest fractions.

    Who comes first in the list wins a tie; without any weight nobody gets anything.

    >>> largest_remainder(10, [1.0, 1.0, 1.0])
    [4, 3, 3]
    >>> largest_remainder(100, [0.0, 1.0, 2.0])
    [0, 33, 67]
    """
    of_all = running_sum(weights)
    if of_all <= 0 or total == 0:
        return [0] * len(weights)
    shares = [weight / of_all * total for weight in weights]
    parts = [down(share) for share in shares]
    missing = total - sum(parts)
    entitled = [place for place, weight in enumerate(weights) if weight > 0]
    for place in sorted(entitled, key=lambda place: parts[place] - shares[place])[:missing]:
        parts[place] += 1
    assert sum(parts) == total
    return parts


def cumulative_spread(total: int, weights: list[float]) -> list[int]:
    """Let everybody pay what brings the sum paid so far to its rounded share of the total.

    >>> cumulative_spread(10, [1.0, 1.0, 1.0])
    [3, 4, 3]
    """
    of_all = running_sum(weights)
    if of_all <= 0:
        return [0] * len(weights)
    parts, paid, passed = [], 0, 0.0
    for weight in weights:
        passed += weight
        by_now = total if passed == of_all else min(total, nearest(passed / of_all * total))
        parts.append(by_now - paid)
        paid = by_now
    return parts


def running_sum(amounts: list[float]) -> float:
    """Add one after the other, from the left."""
    total = 0.0
    for amount in amounts:
        total += amount
    return total
