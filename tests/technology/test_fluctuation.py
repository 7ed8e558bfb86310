"""Productivity about what technology gives: how far, for how long, and what it leaves as it is."""

import numpy as np
import pytest
from economies import crowd

from sim.phases import quarter

SPREAD, PERSISTENCE = 0.2, 0.5
LUCK = {"technology": {"fluctuation": SPREAD, "persistence": PERSISTENCE}}
FIRMS = 4000
STANDARD_ERROR = SPREAD / np.sqrt(FIRMS)


def after(quarters: int):
    """A crowd after some quarters in which nothing but luck happened."""
    model = crowd(FIRMS, LUCK)
    before = model.firms.productivity.copy()
    for _ in range(quarters):
        quarter.fluctuate(model)
        model.month += 3
    return model, np.log(model.firms.productivity / before)


def test_productivity_is_what_technology_gives_times_the_fluctuation():
    model, gone = after(3)
    assert gone == pytest.approx(model.firms.fluctuation, abs=1e-12)
    assert (model.firms.knowledge == crowd(FIRMS, LUCK).firms.knowledge).all()


def test_in_the_long_run_it_spreads_as_declared_and_labour_a_unit_keeps_its_mean():
    _, gone = after(40)
    assert gone.std() == pytest.approx(SPREAD, abs=4 * STANDARD_ERROR / np.sqrt(2))
    assert np.exp(-gone).mean() == pytest.approx(1.0, abs=4 * STANDARD_ERROR)


def test_a_year_later_the_declared_part_of_it_is_left():
    model, then = after(40)
    for _ in range(4):
        quarter.fluctuate(model)
        model.month += 3
    assert np.corrcoef(then, model.firms.fluctuation)[0, 1] == pytest.approx(PERSISTENCE, abs=0.05)


def test_the_dead_and_the_unborn_have_none():
    model = crowd(3, LUCK)
    model.firms.living[1] = False
    quarter.fluctuate(model)
    assert model.firms.fluctuation[1] == 0 and (model.firms.fluctuation[[0, 2]] != 0).all()


def test_a_firms_luck_does_not_hang_on_who_else_lives():
    one, other = crowd(5, LUCK), crowd(5, LUCK)
    other.firms.living[[0, 3]] = False
    for model in (one, other):
        quarter.fluctuate(model)
    assert (one.firms.fluctuation[[1, 2, 4]] == other.firms.fluctuation[[1, 2, 4]]).all()
