"""The generator is the published one, and a draw depends on its key alone."""

import numpy as np
import pytest
from scipy.stats import chi2

from sim.core.draws import BLOCK, FEW, Decision, Draws, philox

MANY = 1 << 18

# Known answers of Philox 4x32 with ten rounds, from the Random123 distribution.
KNOWN = {
    "zeros": ([0, 0, 0, 0], (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    "ones": ([0xFFFFFFFF] * 4, (0xFFFFFFFF,) * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    "pi": (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        (0xA4093822, 0x299F31D0),
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
}


@pytest.mark.parametrize("rows", [1, 7, FEW, FEW + 1])
@pytest.mark.parametrize("name", KNOWN)
def test_philox_gives_the_published_answers(name, rows):
    counter, key, answer = KNOWN[name]
    words = philox(np.repeat(np.array(counter, dtype=np.uint64)[:, None], rows, axis=1), key)
    assert (words == np.array(answer, dtype=np.uint64)[:, None]).all()


def test_a_draw_is_the_same_among_few_and_among_many():
    draws, uid = Draws(11), np.arange(FEW + 1)
    many = draws.uniform(Decision.IMITATION, 3, uid, uid[::-1])
    few = draws.uniform(Decision.IMITATION, 3, uid[:-1], uid[:0:-1])
    assert np.array_equal(many[:-1], few)


def test_a_draw_is_made_of_the_words_of_its_key():
    seed = 0x299F31D0_A4093822
    words = philox(np.array([[7], [9], [5], [Decision.ENTRY]], dtype=np.uint64), (0xA4093822, 0x299F31D0))
    bits = (int(words[0, 0]) << 32 | int(words[1, 0])) >> 11
    assert Draws(seed).uniform(Decision.ENTRY, 5, 7, 9)[0] == bits / 2**53


def test_a_draw_does_not_depend_on_who_else_is_asked():
    draws = Draws(3)
    together = draws.uniform(Decision.THEFT, 4, np.arange(1000))
    alone = [draws.uniform(Decision.THEFT, 4, uid)[0] for uid in range(1000)]
    assert together.tolist() == alone


def test_a_draw_does_not_depend_on_the_order_of_the_rows():
    draws = Draws(3)
    forward = draws.uniform(Decision.THEFT, 4, np.arange(500), np.arange(500) * 7)
    backward = draws.uniform(Decision.THEFT, 4, np.arange(500)[::-1], np.arange(500)[::-1] * 7)
    assert np.array_equal(forward, backward[::-1])


def test_a_draw_does_not_depend_on_the_block_it_falls_in():
    draws, uid = Draws(3), np.arange(2 * BLOCK + 3)
    whole = draws.uniform(Decision.IMITATION, 0, uid)
    shifted = draws.uniform(Decision.IMITATION, 0, uid[5:])
    assert np.array_equal(whole[5:], shifted)


@pytest.mark.parametrize(
    "other",
    [
        lambda draws, uid: Draws(8).uniform(Decision.ENTRY, 3, uid),
        lambda draws, uid: Draws(7 + 2**32).uniform(Decision.ENTRY, 3, uid),
        lambda draws, uid: draws.uniform(Decision.IMITATION, 3, uid),
        lambda draws, uid: draws.uniform(Decision.ENTRY, 4, uid),
        lambda draws, uid: draws.uniform(Decision.ENTRY, -3, uid),
        lambda draws, uid: draws.uniform(Decision.ENTRY, 3, uid, 1),
        lambda draws, uid: draws.uniform(Decision.ENTRY, 3, uid + 1),
    ],
    ids=["seed", "high half of the seed", "decision", "month", "negative month", "partner", "identity"],
)
def test_every_part_of_the_key_gives_an_independent_draw(other):
    draws, uid = Draws(7), np.arange(MANY)
    one, two = draws.uniform(Decision.ENTRY, 3, uid), other(draws, uid)
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(MANY)
    cells = np.histogram2d(one, two, bins=16, range=[[0, 1], [0, 1]])[0]
    assert chi_square(cells) < chi2.ppf(0.999, cells.size - 1)


def test_draws_are_evenly_spread():
    cells = np.histogram(Draws(1).uniform(Decision.SIZE, 0, np.arange(MANY)), bins=256, range=(0, 1))[0]
    assert chi_square(cells) < chi2.ppf(0.999, cells.size - 1)


def chi_square(cells):
    expected = cells.sum() / cells.size
    return float(((cells - expected) ** 2).sum() / expected)


def test_draws_lie_from_zero_to_below_one():
    drawn = Draws(2).uniform(Decision.SIZE, 0, np.arange(MANY))
    assert drawn.min() >= 0 and drawn.max() < 1


def test_the_lowest_bits_are_random_too():
    drawn = Draws(1).uniform(Decision.SIZE, 0, np.arange(MANY))
    odd = np.count_nonzero((drawn * 2**53).astype(np.int64) & 1)
    assert abs(odd - MANY / 2) < 4 * np.sqrt(MANY) / 2


def test_supplier_and_buyer_of_a_link_are_told_apart():
    draws = Draws(1)
    there = draws.uniform(Decision.SUPPLIER_REVIEW, 0, 3, 8)
    back = draws.uniform(Decision.SUPPLIER_REVIEW, 0, 8, 3)
    assert there[0] != back[0]


def test_raising_a_probability_only_adds_events():
    drawn = Draws(1).uniform(Decision.ADOPTION, 0, np.arange(10_000))
    assert np.all((drawn < 0.3) <= (drawn < 0.31))
    assert np.count_nonzero(drawn < 0.3) != np.count_nonzero(drawn < 0.31)


def test_normal_draws_have_mean_zero_and_variance_one():
    drawn = Draws(5).normal(Decision.MARGIN, 0, np.arange(MANY))
    assert np.isfinite(drawn).all()
    assert abs(drawn.mean()) < 4 / np.sqrt(MANY)
    assert abs(drawn.var() - 1) < 4 * np.sqrt(2 / MANY)


def test_a_normal_draw_rises_with_the_uniform_one():
    draws, uid = Draws(5), np.arange(1000)
    order = np.argsort(draws.uniform(Decision.MARGIN, 0, uid))
    assert np.all(np.diff(draws.normal(Decision.MARGIN, 0, uid)[order]) > 0)


def test_nobody_asked_nothing_drawn():
    assert Draws(1).uniform(Decision.IMITATION, 0, np.array([], dtype=int)).shape == (0,)


def test_a_month_may_be_any_whole_number():
    assert (
        Draws(1).uniform(Decision.IMITATION, np.int32(-5), 1)[0]
        == Draws(1).uniform(Decision.IMITATION, -5, 1)[0]
    )


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(ValueError, match="whole number from 0"):
        Draws(seed)


@pytest.mark.parametrize(("uid", "partner"), [(-1, 0), (2**32, 0), (3, -1), (3, 2**32)])
def test_an_identity_out_of_range_is_refused(uid, partner):
    with pytest.raises(ValueError, match="identities"):
        Draws(1).uniform(Decision.IMITATION, 0, np.array([5, uid]), partner)


def test_no_two_decisions_share_a_number():
    assert len(Decision) == len(Decision.__members__)


def test_numbers_of_decisions_never_change():
    published = {
        "SECTOR": 1,
        "PARTNER": 7,
        "SUPPLIER_REVIEW": 101,
        "ENTRY": 110,
        "PILOT": 118,
        "ORDER": 120,
    }
    assert {name: int(Decision[name]) for name in published} == published
