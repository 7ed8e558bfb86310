"""Keyed randomness: a draw is a pure function of (seed, decision, month, who).

The generator is Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random
numbers: as easy as 1, 2, 3", SC11), which passes TestU01's BigCrush. It is computed on whole
arrays, with the permanent identity of the agent in the counter instead of a position in a stream.
So a draw does not depend on who else exists, on the order of rows, or on how work is divided, and
two runs that differ in a policy share every draw. numpy's own Philox walks a stream and cannot
take a pair of identities as its counter, which links need.

No other module of the package may use a source of randomness; a test searches for them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
ROUNDS = 10
BLOCK = 1 << 13  # rows handled at a time, so that all scratch arrays stay in cache


class Decision(IntEnum):
    """What a draw decides. The numbers are part of every published result: never renumber or reuse."""

    # building the economy
    SECTOR = 1
    SIZE = 2
    REGION = 3
    KIND = 4
    FITNESS = 6
    PARTNER = 7
    CANDIDATE = 8
    SPECIFICITY = 9
    TERMS = 10
    AGE = 11
    REVIEW_PHASE = 12
    BUSINESS_GROUP = 13
    LIQUIDITY = 15
    LEVERAGE = 16
    COHORT = 17
    DEGREE = 18
    ESG = 19
    EXPORTER = 20
    MARGIN = 21
    # living in it
    SUPPLIER_REVIEW = 101
    BUYER_REVIEW = 102
    INNOVATION = 103
    INNOVATION_SIZE = 104
    IMITATION = 105
    THEFT = 106
    ADOPTION = 107
    LOOK_AROUND = 108
    IN_SOURCING = 109
    ENTRY = 110
    DEMAND_SHOCK = 111
    LINKAGE_COVERAGE = 113
    LINKAGE_REFUSED = 114
    EXIT = 116
    TAKE_UP = 117
    PILOT = 118
    QUEUE = 119
    ORDER = 120
    INNOVATION_KIND = 121
    DETECTION = 122
    SCREENING = 123
    JOIN = 131
    LINKAGE_FOUND = 132
    SMART_FACTORY_OFFER = 141
    PATENT_USE = 142
    SEED_SELECTION = 143
    SWITCHING = 144
    ESG_OFFER = 145
    PLACEBO = 199
    FINANCE_QUEUE = 161
    EXPORT_ENTRY = 162
    UNFAIR_CUT = 151
    INSPECTION = 152


def philox(counter: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Apply Philox 4x32-10 to counters.

    Parameters
    ----------
    counter
        (4, n) 32-bit words held in 64-bit cells; overwritten.
    key
        Two 32-bit words.

    Returns
    -------
    (4, n) 32-bit words, in the same array.
    """
    first, second, third, fourth = counter
    left, right = np.empty_like(first), np.empty_like(first)
    weyl = [key[0], key[1]]
    for _ in range(ROUNDS):
        np.multiply(first, MULTIPLIER[0], out=left)
        np.multiply(third, MULTIPLIER[1], out=right)
        _mix(right, second, weyl[0], first)
        _mix(left, fourth, weyl[1], third)
        np.bitwise_and(right, MASK, out=second)
        np.bitwise_and(left, MASK, out=fourth)
        weyl = [(weyl[0] + WEYL[0]) & 0xFFFFFFFF, (weyl[1] + WEYL[1]) & 0xFFFFFFFF]
    return counter


def _mix(product: NDArray[np.uint64], word: NDArray[np.uint64], key: int, out: NDArray[np.uint64]) -> None:
    """Write the high word of a product, mixed with another word and the key, without new arrays."""
    np.right_shift(product, HALF, out=out)
    np.bitwise_xor(out, word, out=out)
    np.bitwise_xor(out, np.uint64(key), out=out)


class Draws:
    """The only source of randomness of a simulated economy.

    Parameters
    ----------
    seed
        Non-negative whole number below 2**64.
    """

    def __init__(self, seed: int) -> None:
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must be a whole number from 0 to 2**64 - 1, not {seed}")
        self.seed = int(seed)
        self.key = (self.seed & 0xFFFFFFFF, self.seed >> 32)

    def uniform(
        self, decision: Decision, month: int, uid: ArrayLike, partner: ArrayLike = 0
    ) -> NDArray[np.float64]:
        """Draw numbers evenly spread over [0, 1).

        Parameters
        ----------
        decision
            What is being decided; different decisions are independent.
        month
            Month of the decision, from 0; months before the start may be negative.
        uid
            (n,) permanent identities below 2**32, for a link the supplier's.
        partner
            (n,) or one number: second identity, for a link the buyer's; 0 where there is none.

        Returns
        -------
        (n,) numbers with 53 random bits.

        Raises
        ------
        ValueError
            When an identity is negative or too large.
        """
        who = np.atleast_1d(np.asarray(uid))
        other = np.broadcast_to(np.asarray(partner), who.shape)
        for identity in (who, np.asarray(partner)):
            if identity.size and not 0 <= identity.min() <= identity.max() < 2**32:
                lowest, highest = identity.min(), identity.max()
                raise ValueError(f"identities go from 0 to 2**32 - 1, not from {lowest} to {highest}")
        drawn = np.empty(who.size)
        for start in range(0, who.size, BLOCK):
            rows = slice(start, start + BLOCK)
            drawn[rows] = self._block(decision, month, who[rows], other[rows])
        return drawn

    def _block(
        self, decision: Decision, month: int, who: NDArray[Any], other: NDArray[Any]
    ) -> NDArray[np.float64]:
        counter = np.empty((4, who.size), dtype=np.uint64)
        counter[0] = who
        counter[1] = other
        counter[2] = int(month) & 0xFFFFFFFF
        counter[3] = int(decision)
        words = philox(counter, self.key)
        bits = ((words[0] << HALF) | words[1]) >> np.uint64(11)
        return np.asarray(bits * 2.0**-53)

    def normal(
        self, decision: Decision, month: int, uid: ArrayLike, partner: ArrayLike = 0
    ) -> NDArray[np.float64]:
        """Draw standard normal numbers, one uniform each; arguments as in `uniform`."""
        return np.asarray(ndtri(self.uniform(decision, month, uid, partner) + 2.0**-54))
