"""Laws of chance: random growth with a floor, entry in proportion, constant hazards, diffusion."""

import numpy as np
import pytest
from economies import crowd

from sim.economy.kinds import Size
from sim.phases import contracting, failing, quarter
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry
from sim.rules.smart_factory import SmartFactoryParameters, adoption_probability

SIGMA = 0.25  # monthly, of log size
GIBRAT = {
    "demand": {"volatility": SIGMA * np.sqrt(12), "volatility_exponent": 0.0, "selection": 0.0},
    "pricing": {"markup_response": 0.0},
}


def grow(model, months):
    """Let market shares take their monthly shocks, and nothing else happen."""
    for _ in range(months):
        contracting.update_costs_and_prices(model)
        model.month += 1


def test_taste_shocks_are_gibrats_law():
    # Without a floor log sizes walk at random: variance sigma^2 a month, whatever the size.
    firms, months = 20_000, 12
    model = crowd(firms, GIBRAT)
    grow(model, months)
    first = np.log(model.firms.home_share * firms)
    assert np.var(first) == pytest.approx(SIGMA**2 * months, rel=4 * np.sqrt(2 / firms))
    grow(model, months)
    growth = np.log(model.firms.home_share * firms) - first
    assert np.var(growth) == pytest.approx(SIGMA**2 * months, rel=4 * np.sqrt(2 / firms))
    assert abs(np.corrcoef(first, growth)[0, 1]) < 4 / np.sqrt(firms)
    assert model.firms.home_share.sum() == pytest.approx(1.0)


class Floor(Policy):
    """No firm's share of the market falls below a part of the average."""

    title = "Floor"
    floor: float = 0.0

    def adjust_home_shares(self, model, shares):
        return np.maximum(shares, self.floor)


@pytest.mark.parametrize("part", [0.5, 0.6])  # below, the variance is infinite and settling takes ages
def test_gibrats_law_with_a_floor_gives_a_pareto_tail_of_minus_twice_drift_over_variance(part):
    # The law w' = max(0, w + x) of a log size above its floor has the tail exp(-theta w) with
    # E exp(theta x) = 1; for normal x of mean mu and deviation s that is theta = -2 mu / s^2.
    firms = 20_000
    model = crowd(firms, GIBRAT)
    model.policies = PolicyBook([PolicyEntry("floor", ((0, Floor(floor=part / firms)),), first=0)])
    grow(model, 500)
    drift, tail = [], []
    for _ in range(4):  # snapshots far enough apart to be nearly independent in the bulk
        grow(model, 50)
        share = model.firms.home_share
        # After the floor all shares are divided by their sum Z, so the floor shows Z; the mean shock
        # has the log drift -s^2 / 2.
        normaliser = part / firms / share.min()
        drift.append(-(SIGMA**2) / 2 - np.log(normaliser))
        relative = np.log(np.sort(share / share.min())[::-1])
        top = 1000
        tail.append(1 / np.mean(relative[:top] - relative[top]))
    exponent = -2 * np.mean(drift) / SIGMA**2
    assert exponent > 1.5
    # Hill's estimate of 1000 firms has a relative error of 1 / sqrt(1000) in each snapshot.
    assert np.mean(tail) == pytest.approx(exponent, rel=3 / np.sqrt(1000))


HAZARD = 0.05  # a year
YEARS = 20


def adopting_economy(firms, **hazards):
    """Return firms for which adopting a smart factory costs and changes nothing."""
    harmless = {"cost": 0.0, "gain": 0.0, "quality": 0.0, "stock": 0.0}
    return crowd(firms, {"smart_factory": harmless | hazards, "credit": {"liquidity_months": 0.01}})


def adopters(model, years):
    """Share of adopters after each quarter."""
    path = []
    model.ledger.deposits[:] += 10**9
    for _ in range(4 * years):
        quarter.advance_technology(model)
        model.month += 3
        path.append(np.mean(model.firms.smart_level > 0))
    return np.array(path)


def test_owners_who_give_up_at_a_constant_hazard_leave_exponentially_few_firms():
    firms, hazard = 10_000, 0.2
    change = {"lifecycle": {"closure_rate": hazard, "closure_by_losses": 0.0}}
    model = crowd(firms, change)
    model.firms.size_class[:] = Size.MICRO
    left = []
    for _ in range(12 * 10):
        gone = failing.closures(model)
        model.firms.living[gone] = False
        model.month += 1
        left.append(np.mean(model.firms.living))
    # A month's step of a yearly hazard h misses exp(-h t) by h^2 t / 24 of itself.
    years = np.arange(1, 12 * 10 + 1) / 12
    exact = np.exp(-hazard * years)
    assert np.abs(left - exact).max() < 4 * 0.5 / np.sqrt(firms) + hazard**2 * 10 / 24


def test_a_constant_hazard_of_adoption_leaves_exponentially_few():
    firms = 10_000
    share = adopters(adopting_economy(firms, adoption=HAZARD, adoption_by_peers=0.0), YEARS)
    left = (1 - HAZARD / 4) ** np.arange(1, 4 * YEARS + 1)
    assert np.abs(1 - share - left).max() < 4 * 0.5 / np.sqrt(firms)
    # In small steps this is exp(-h t): a quarter's step misses it by at most h^2 t / 8 of itself.
    limit = np.exp(-HAZARD * np.arange(1, 4 * YEARS + 1) / 4)
    assert np.abs(left / limit - 1).max() < 1.05 * HAZARD**2 * YEARS / 8


def bass(p, q, years, steps):
    """Share of adopters by the engine's rule, stepped through time."""
    weight = SmartFactoryParameters(adoption=p, adoption_by_peers=q)
    share = 0.0
    for _ in range(years * steps):
        share += (1 - share) * adoption_probability(share, weight) / steps
    return share


def test_the_adoption_rule_is_bass_diffusion():
    # F(t) = (1 - exp(-(p + q) t)) / (1 + q / p exp(-(p + q) t)); p = .01, q = .3, t = 20: .94070.
    fallen = np.exp(-0.31 * 20)
    exact = (1 - fallen) / (1 + 30 * fallen)
    assert exact == pytest.approx(0.94070, abs=5e-6)
    # Steps of length h miss it by order h: twice the finer result less the coarser one removes that.
    assert 2 * bass(0.01, 0.3, 20, 400) - bass(0.01, 0.3, 20, 200) == pytest.approx(exact, abs=1e-6)


def test_adoption_in_the_economy_follows_the_bass_curve_of_quarterly_steps():
    firms, p, q = 20_000, 0.01, 0.3
    got = adopters(adopting_economy(firms, adoption=p, adoption_by_peers=q), YEARS)
    expected, share = [], 0.0
    for _ in range(4 * YEARS):
        share += (1 - share) * (p + q * share) / 4
        expected.append(share)
    # An early surplus of adopters is multiplied by imitation: the noise of the first, p N firms at a
    # time, moves the curve by up to 1 / sqrt(N p / q) / q years, and its slope is at most (p+q)^2 / 4q.
    delay = 1 / np.sqrt(firms * p / q) / q
    slope = (p + q) ** 2 / (4 * q)
    assert np.abs(got - expected).max() < 3 * delay * slope
    assert got[-1] == pytest.approx(expected[-1], abs=3 * delay * (p + q) * 0.06)
