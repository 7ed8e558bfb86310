"""Technology theft (기술탈취): when copying a supplier's innovation pays, and what it brings.

Sizes of losses, awards and fines are from Korean surveys and suits, as cited at each parameter. Who is
tempted, and that the copy goes to a rival of the victim, are our own reduced form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.params import Parameters, param


class TheftParameters(Parameters):
    """Temptation, detection, damages and surcharge."""

    opportunity: float = param(
        0.05,
        ge=0,
        le=1,
        unit="1",
        doc="chance that a profitable theft is tried after an innovation",
        source="scenario assumption, 0.02 to 0.2; 3.3 % of SMEs with R&D centres were hit in 2014 (row 160)",
    )
    main_share: float = param(
        0.5,
        ge=0,
        lt=1,
        unit="1",
        doc="part of a supplier's sales above which a buyer knows how its product is made",
        source="scenario assumption, 0.3 to 0.7",
    )
    years: float = param(
        3.0,
        gt=0,
        le=20,
        unit="year",
        doc="years of cheaper deliveries that a thief reckons with",
        source="scenario assumption, 1 to 5",
    )
    loss: float = param(
        0.204,
        ge=0,
        le=1,
        unit="1",
        doc="loss of a victim over its yearly sales, as courts and innovators reckon it",
        source="row 162: sales lost after a leak, 20.4 %",
    )
    award: float = param(
        0.077,
        ge=0,
        le=10,
        unit="1",
        doc="damages over the victim's loss when a theft is proven",
        source="rows 147 and 149: 0.14 bn awarded against a mean loss of 1.82 bn",
    )
    detection: float = param(
        0.329,
        ge=0,
        le=1,
        unit="1",
        doc="chance that a theft is proven",
        source="row 148: civil suit win rate 32.9 %, an upper bound as not every victim sues",
    )
    surcharge: float = param(
        0.05e9,
        ge=0,
        unit="KRW",
        doc="fine paid to the government for a proven theft",
        source="row 152: administrative fine of at most 0.05 bn before the reform; 2, then 5 bn planned "
        "(row 153)",
    )


@dataclass(frozen=True)
class Penalties:
    """What a theft on each of some contracts may cost: (n,) each.

    Attributes
    ----------
    detection
        Chance that it is proven.
    award
        Damages over the victim's loss.
    surcharge
        Won paid to the government.
    """

    detection: Any
    award: Any
    surcharge: Any


def penalties(rows: int, weight: TheftParameters) -> Penalties:
    """Return the penalties of the law as it stands, the same for all."""
    return Penalties(
        np.full(rows, weight.detection), np.full(rows, weight.award), np.full(rows, weight.surcharge)
    )


def theft_pays(saving: Any, loss: Any, law: Penalties) -> Any:
    """Whether what a thief saves exceeds the damages and surcharge it has to expect."""
    return saving > law.detection * (law.award * loss + law.surcharge)


def copied(own: Any, original: Any, size: Any) -> Any:
    """Level of a firm that is given an innovation: higher by its size, but not above the original's.

    >>> [round(float(copied(own, 1.1, 0.1)), 9) for own in (0.9, 1.05, 1.2)]
    [0.99, 1.1, 1.2]
    """
    return np.maximum(own, np.minimum(own * (1 + size), original))
