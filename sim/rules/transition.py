"""A new product (미래차): buyers of one sector need new parts; suppliers switch to them or lose orders.

A stylised shock, off by default. No published size: all numbers are scenario assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.params import Parameters, param


class TransitionParameters(Parameters):
    """When and how far a sector's buyers move to new parts, and what it takes to make them."""

    share: float = param(
        0.0,
        ge=0,
        lt=1,
        unit="1",
        doc="part of what the sector's firms buy from each other that has to be new in the end; 0: none",
        source="scenario assumption, 0.2 to 0.6",
    )
    sector: str = param(
        "automobiles",
        unit="name",
        doc="sector whose firms come to need new parts from each other",
        source="scenario assumption: future vehicles, one of the founding cases",
    )
    month: int = param(
        60,
        ge=0,
        le=600,
        unit="month",
        doc="month after the start in which the need for new parts begins",
        source="scenario assumption, 24 to 96",
    )
    duration: int = param(
        48,
        ge=1,
        le=600,
        unit="month",
        doc="months over which it grows to its full share",
        source="scenario assumption, 24 to 120",
    )
    notice: float = param(
        0.2,
        ge=0,
        le=4,
        unit="1/year",
        doc="yearly chance that a supplier considers switching once the need has begun",
        source="scenario assumption, 0.1 to 0.5",
    )
    cost: float = param(
        0.15,
        ge=0,
        le=2,
        unit="1",
        doc="cost of switching over yearly sales of parts",
        source="scenario assumption, 0.05 to 0.3",
    )
    lead: int = param(
        18,
        ge=0,
        le=120,
        unit="month",
        doc="months from the decision to the first new part",
        source="scenario assumption, 12 to 36",
    )
    years: float = param(
        5.0,
        gt=0,
        le=20,
        unit="year",
        doc="years within which switching has to pay for itself",
        source="scenario assumption, 3 to 8",
    )


def new_share(month: int, weight: TransitionParameters) -> float:
    """Part of the sector's inputs that has to be new, ``month`` months after the start.

    >>> new_share(84, TransitionParameters(share=0.5, month=60, duration=48))
    0.25
    """
    return weight.share * float(np.clip((month - weight.month) / weight.duration, 0, 1))


def orders(share: Any, able: Any, able_in_group: Any, new: Any) -> Any:
    """Part of a group's orders on a link: old parts from all, new parts from those able to make them.

    ``able_in_group`` is the sum of ``share`` over the group's able suppliers; where it is zero the new
    parts find no supplier on the group's links.
    """
    of_new = np.where(able_in_group > 0, share * able / np.where(able_in_group > 0, able_in_group, 1.0), 0.0)
    return (1 - new) * share + new * of_new
