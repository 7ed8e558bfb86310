"""What does not happen has no effect: idle policies, empty masks, separate components; paired effects."""

import copy

import numpy as np
import pytest
from economies import BILLION, Design, opened, run, scenario

from sim.core.draws import Draws
from sim.core.months import parse_month
from sim.model import Ecosystem
from sim.policies.base import Policy
from sim.policies.book import PolicyBook, PolicyEntry
from sim.policies.where import Where
from sim.population.build import open_economy
from sim.scenario import Scenario

# All randomness on: prices, technology, wages, entry and failure as in the baseline.
LIVELY = {"economy": {"firms": 200}, "record": {"metrics": ["gdp"]}}


def lively(**policies):
    return Scenario.from_dict(LIVELY | {"policy": policies})


def tables(model):
    """All numbers of a model, by name of the table and column."""
    held = {
        "firms": model.firms, "groups": model.groups, "links": model.links, "sectors": model.sectors,
        "households": model.households, "banks": model.banks,
    }  # fmt: skip
    columns = {
        (name, column): array for name, table in held.items() for column, array in table.arrays.items()
    }
    return columns | {("ledger", "balance"): model.ledger.balance}


def differences(first, second):
    other = tables(second)
    return [name for name, array in tables(first).items() if not np.array_equal(array, other[name])]


@pytest.fixture(scope="module")
def baseline():
    return run(Ecosystem(lively(), seed=1), 14)


def test_a_run_lived_twice_is_the_same_bit_for_bit(baseline):
    assert differences(baseline, run(Ecosystem(lively(), seed=1), 14)) == []


def test_another_seed_gives_another_run(baseline):
    assert ("firms", "price") in differences(baseline, run(Ecosystem(lively(), seed=2), 14))


class Idle(Policy):
    """A policy with every hook and no effect."""

    title = "Idle"

    def adjust_home_shares(self, model, shares):
        return shares * 1.0

    def adjust_supplier_review(self, model, probability, rows):
        return probability + 0.0

    def on_month_start(self, model):
        return None


def test_a_policy_without_effect_changes_no_bit(baseline):
    model = Ecosystem(lively(), seed=1)
    model.policies = PolicyBook([PolicyEntry("idle", ((0, Idle()),), first=0)])
    assert differences(baseline, run(model, 14)) == []


# Every lever off, the others of its parameters as declared.
ZERO_DOSES = {
    "champion_support": {"budget": 0.0, "in_sourcing": 0.0, "cost_cutting": 1.0},
    "cooperation_fund": {"contribution_rate": 0.0},
    "payment_terms": {"max_months": 4, "cash_ratio": 0.0},
    "price_linkage": {"take_up": 0.0},
    "profit_sharing": {"share": 0.0},
    "win_win_payment": {"coverage": 0.0},
}
STRONG_DOSES = {
    "champion_support": {"budget": 0.01, "in_sourcing": 0.2, "cost_cutting": 3.0},
    "cooperation_fund": {"contribution_rate": 0.1, "government_match": 1.0},
    "payment_terms": {"max_months": 0, "cash_ratio": 1.0},
    "price_linkage": {"take_up": 1.0, "threshold": 0.0, "material_share": 0.0},
    "profit_sharing": {"share": 0.5, "hurdle": 0.0},
    "win_win_payment": {"coverage": 1.0},
}


@pytest.mark.parametrize("name", ZERO_DOSES)
def test_a_zero_dose_changes_no_bit(baseline, name):
    assert differences(baseline, run(Ecosystem(lively(**{name: ZERO_DOSES[name]}), seed=1), 14)) == []


@pytest.mark.parametrize("name", STRONG_DOSES)
def test_a_policy_that_reaches_nobody_changes_no_bit(baseline, name):
    dose = STRONG_DOSES[name] | {"where": {"tier": [7]}}
    model = Ecosystem(lively(**{name: dose}), seed=1)
    assert not Where(tier=(7,)).mask(model).any()
    assert differences(baseline, run(model, 14)) == []


@pytest.mark.parametrize("name", STRONG_DOSES)
def test_before_its_start_a_policy_changes_no_bit(baseline, name):
    late = STRONG_DOSES[name] | {"start": "2017-03"}  # the fifteenth month
    model = run(Ecosystem(lively(**{name: late}), seed=1), 14)
    assert differences(baseline, model) == []
    assert differences(run(model, 12), run(copy.deepcopy(baseline), 12)) != []


# Two components without a common market, region or customer: households buy abroad, and so do
# investors. The going wage, which both follow, answers neither to slack nor to who makes how much.
# Tastes move all the time.
SEPARATE = {
    "labour": {"slack_response": 0.0},
    "world": {"export_elasticity": 0.5},
    "demand": {"volatility": 0.3},
    "technology": {"reallocation": 0.0},
}


def two_components():
    """Return six firms of three sectors in each component, two rivals in every sector."""
    # From a sector each firm buys of both rivals, of the first three times as much.
    chain = np.kron([[0.1, 0.0, 0.0], [0.3, 0.1, 0.0], [0.1, 0.3, 0.0]], [[0.75, 0.75], [0.25, 0.25]])
    np.fill_diagonal(chain, 0.0)
    none = np.zeros((6, 6))
    design = Design(
        np.block([[chain, none], [none, chain]]),
        government=BILLION * np.array([4, 2, 1, 0.5, 1, 0.5, 3, 2, 0.5, 0.5, 0.5, 1]),
        exports=BILLION * np.array([20, 10, 5, 4, 4, 2, 30, 10, 4, 8, 4, 1]),
        imports=np.repeat([0.05, 0.02, 0.03, 0.04, 0.02, 0.01], 2),
        sector=np.repeat(np.arange(6), 2),
        region=np.repeat([0, 1], 6),
    )
    settings = scenario(SEPARATE)
    return Ecosystem(settings, seed=1, opening=opened(design, settings))


def test_a_shock_to_one_component_leaves_the_other_unchanged_bit_for_bit():
    quiet, shaken = two_components(), two_components()
    shares = quiet.firms.home_share.copy()
    run(quiet, 2), run(shaken, 2)
    shaken.sectors.export_demand[0] *= 1.5
    shaken.firms.productivity[2] *= 0.9
    shaken.firms.capital[4] *= 0.5
    for _ in range(26):
        quiet.step(), shaken.step()
        for name, array in shaken.firms.arrays.items():
            assert np.array_equal(array[..., 6:], quiet.firms.arrays[name][..., 6:]), name
        assert np.array_equal(shaken.ledger.deposits[6:], quiet.ledger.deposits[6:])
        far = quiet.links.buyer >= 6
        for name, array in shaken.links.arrays.items():
            assert np.array_equal(array[..., far], quiet.links.arrays[name][..., far]), name
    assert not np.allclose(shaken.firms.output[:6], quiet.firms.output[:6], rtol=1e-3)
    assert (np.abs(quiet.firms.home_share / shares - 1) > 1e-3).all()  # tastes have moved every market


# Paired effects: the same opening economy, lived with the draws of several seeds.


def gdp_after_a_year(seed, **change):
    settings = Scenario.from_dict({"economy": {"firms": 200}, "record": {"metrics": ["real_gdp"]}} | change)
    month = parse_month(settings.run.start)
    opening = open_economy(settings.economy, settings.parameters, Draws(1), month)
    model = run(Ecosystem(settings, seed=seed, opening=opening), 12)
    return float(model.metrics_frame()["real_gdp"].iloc[-1])


@pytest.mark.parametrize(
    "change",
    [
        {"government": {"growth": 0.025}},
        {"world": {"material_change": 0.05, "material_month": 1}},
    ],
    ids=["public spending", "material prices"],
)
def test_shared_draws_make_the_spread_of_an_effect_at_least_ten_times_smaller(change):
    seeds = range(1, 7)
    without = np.array([gdp_after_a_year(seed) for seed in seeds])
    with_change = np.array([gdp_after_a_year(seed, **change) for seed in seeds])
    paired = np.std(with_change - without, ddof=1)
    independent = np.std(np.roll(with_change, 1) - without, ddof=1)
    assert independent > 10 * paired > 0
