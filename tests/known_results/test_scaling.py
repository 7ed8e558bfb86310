"""The unit of money and the order of rows mean nothing."""

from dataclasses import replace

import numpy as np
import pytest
from economies import ecosystem, random_design, run

# Shocks, reviews, research, wages and search all move; amounts of law are in the same unit as the rest.
LIVELY = {
    "technology": {"trend": 0.015},
    "smart_factory": {"adoption": 0.02, "adoption_by_peers": 0.05},
    "demand": {"volatility": 0.15},
    "matching": {"look_around": 0.5},
    "lifecycle": {"size_limit": 100e9, "size_caution": 0.2},
}
MONTHS = 36
PURE = ("workers", "price", "unit_cost", "markup", "home_share", "fill_rate", "knowledge", "loan_rate")
AMOUNTS = ("output", "demand", "stock", "capital", "wage", "sales", "profit_trend", "loans")


def lively(design, factor=1):
    laws = {
        "theft": {"surcharge": factor * 0.05e9},
        "lifecycle": {"size_limit": factor * 100e9},
    }
    return run(ecosystem(design, LIVELY, laws), MONTHS)


@pytest.fixture(scope="module")
def original():
    return lively(random_design(4, 16, seed=3))


def test_a_thousand_times_more_won_everywhere_leaves_the_real_path(original):
    # Units are won at base prices, so amounts are a thousand times larger; persons and ratios stay.
    scaled = lively(random_design(4, 16, seed=3, size=1e12), factor=1000)
    assert original.firms.workers.std() > 0
    for name in PURE:
        assert getattr(scaled.firms, name) == pytest.approx(getattr(original.firms, name), rel=1e-6), name
    for name in AMOUNTS:
        expected = 1000 * getattr(original.firms, name)
        # Half a won in some ten thousand roundings, on amounts of at least a million won.
        assert getattr(scaled.firms, name) == pytest.approx(expected, rel=1e-6, abs=1e5), name
    assert np.array_equal(scaled.links.supplier, original.links.supplier)
    assert np.array_equal(scaled.firms.smart_level, original.firms.smart_level)


def permuted(design, order):
    """Return the same firms in another order of rows."""
    per_firm = {
        name: np.broadcast_to(getattr(design, name), design.firms)[order]
        for name in (
            "household", "government", "investment", "exports", "imports", "sector", "size_class", "kind",
            "region", "uid",
        )
    }  # fmt: skip
    square = np.ix_(order, order)
    return replace(design, inputs=design.inputs[square], terms=design.terms[square], **per_firm)


def test_other_rows_for_the_same_firms_give_the_same_economy(original):
    design = random_design(4, 16, seed=3)
    order = np.random.default_rng(7).permutation(design.firms)
    other = lively(permuted(design, order))
    assert np.array_equal(other.firms.uid, original.firms.uid[order])
    for name in PURE + AMOUNTS:
        expected = getattr(original.firms, name)[order]
        assert getattr(other.firms, name) == pytest.approx(expected, rel=1e-6, abs=100), name
    assert np.array_equal(other.firms.smart_level, original.firms.smart_level[order])
    gdp = original.metrics_frame()["gdp"]
    assert other.metrics_frame()["gdp"].to_numpy() == pytest.approx(gdp.to_numpy(), rel=1e-7)
    assert other.ledger.household_deposits.sum() == pytest.approx(
        original.ledger.household_deposits.sum(), rel=1e-7
    )
