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
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from sim.core.memory import blocks

MULTIPLIER = np.array([[0xD2511F53], [0xCD9E8D57]], dtype=np.uint64)
WEYL = (0x9E3779B9, 0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
ROUNDS = 10
BLOCK = 1 << 14  # rows handled at a time, so that all scratch arrays stay in cache
FEW = 1 << 11  # rows up to which NumPy's preparations for arrays of unequal shapes cost more than the rows


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
    FLUCTUATION = 124
    JOIN = 131
    LINKAGE_FOUND = 132
    SMART_FACTORY_OFFER = 141
    PATENT_USE = 142
    SEED_SELECTION = 143
    SWITCHING = 144
    ESG_OFFER = 145
    MAIN_MATERIAL = 146
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
        (4, n) 32-bit words held in 64-bit cells.
    key
        Two 32-bit words.

    Returns
    -------
    (4, n) 32-bit words.
    """
    words = np.empty_like(counter)
    words[::2], words[1::2] = _rounds(counter[::2].copy(), counter[1::2].copy(), key)
    return words


@cache
def _round_keys(key: tuple[int, int]) -> NDArray[np.uint64]:
    """Return (rounds, 2, 1) the key of each round."""
    steps = [
        [(word + turn * weyl) & 0xFFFFFFFF for word, weyl in zip(key, WEYL, strict=True)]
        for turn in range(ROUNDS)
    ]
    return np.array(steps, dtype=np.uint64)[:, :, None]


def _rounds(
    even: NDArray[np.uint64], odd: NDArray[np.uint64], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Mix the words of even and of odd place, (2, n) each, without new arrays; both are overwritten.

    A round multiplies the even words. High halves, mixed with the odd words and the key, become the even
    words, low halves the odd ones, each pair the other way round.
    """
    if even.shape[1] <= FEW:
        return _rounds_of_few(even, odd, key)
    product = np.empty_like(even)
    for turn in _round_keys(key):
        np.multiply(even, MULTIPLIER, out=product)
        np.bitwise_xor(odd, turn, out=odd)
        np.right_shift(product, HALF, out=even)
        np.bitwise_and(product, MASK, out=product)
        np.bitwise_xor(even[::-1], odd, out=odd)
        even, odd, product = odd, product[::-1], even
    return even, odd


def _rounds_of_few(
    even: NDArray[np.uint64], odd: NDArray[np.uint64], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Do what `_rounds` does, with operands of one length each; the odd words stand the other way round."""
    count = even.shape[1]
    first, second = slice(None, count), slice(count, None)
    multiplier, *keys = _constants_of_few(key)[:, FEW - count : FEW + count]
    even, odd = even.reshape(-1), odd[::-1].reshape(-1)
    product, high = np.empty_like(even), np.empty_like(even)
    for turn in keys:
        np.multiply(even, multiplier, out=product)
        np.bitwise_xor(odd, turn, out=odd)
        np.right_shift(product, HALF, out=high)
        np.bitwise_xor(high[second], odd[second], out=even[first])
        np.bitwise_xor(high[first], odd[first], out=even[second])
        np.bitwise_and(product, MASK, out=odd)
    return even.reshape(2, count), odd.reshape(2, count)[::-1]


@lru_cache(maxsize=4)
def _constants_of_few(key: tuple[int, int]) -> NDArray[np.uint64]:
    """Return (1 + rounds, 2 FEW) multipliers and keys, whose middle serves any smaller number of rows."""
    return np.repeat(np.stack([MULTIPLIER, *_round_keys(key)[:, ::-1]])[:, :, 0], FEW, axis=1)


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
        who, second = np.atleast_1d(np.asarray(uid)), np.asarray(partner)
        other = second if second.shape == who.shape else np.broadcast_to(second, who.shape)
        drawn = np.empty(who.size)
        for rows in blocks(who.size, BLOCK):
            drawn[rows] = self._block(decision, month, who[rows], other[rows])
        return drawn

    def _block(
        self, decision: Decision, month: int, who: NDArray[Any], other: NDArray[Any]
    ) -> NDArray[np.float64]:
        even, odd = np.empty((2, 2, who.size), dtype=np.uint64)
        even[0], odd[0] = who, other
        if who.size and (even[0] | odd[0]).max() > MASK:  # negative ones are large here
            lowest, highest = min(who.min(), other.min()), max(who.max(), other.max())
            raise ValueError(f"identities go from 0 to 2**32 - 1, not from {lowest} to {highest}")
        even[1], odd[1] = int(month) & 0xFFFFFFFF, int(decision)
        even, odd = _rounds(even, odd, self.key)
        bits = ((even[0] << HALF) | odd[0]) >> np.uint64(11)
        return np.asarray(bits * 2.0**-53)

    def falls(
        self,
        decision: Decision,
        month: int,
        chance: NDArray[np.float64],
        uid: NDArray[Any],
        partner: NDArray[Any] | None = None,
        among: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Draw to whom something happens that has a chance, ``uniform(...) < chance``.

        Only where it can happen is a number drawn, which changes nothing: no draw depends on another.

        Parameters
        ----------
        decision, month, uid, partner
            As in `uniform`; ``uid`` and ``partner`` (n,).
        chance
            (n,) probabilities; 0 or less never happens.
        among
            (n,) to whom it can happen at all; everybody by default.
        """
        rows = np.flatnonzero(chance > 0 if among is None else among & (chance > 0))
        happens = np.zeros(uid.size, dtype=bool)
        drawn = self.uniform(decision, month, uid[rows], 0 if partner is None else partner[rows])
        happens[rows] = drawn < chance[rows]
        return happens

    def normal(
        self, decision: Decision, month: int, uid: ArrayLike, partner: ArrayLike = 0
    ) -> NDArray[np.float64]:
        """Draw standard normal numbers, one uniform each; arguments as in `uniform`."""
        return np.asarray(ndtri(self.uniform(decision, month, uid, partner) + 2.0**-54))
