"""Whatever small economy is designed, it opens at rest, its books close and nothing falls below its floor."""

import numpy as np
from economies import ecosystem, random_design, run
from hypothesis import given, settings
from hypothesis import strategies as some

REAL = (
    "output", "demand", "expected_demand", "planned_output", "delivered", "stock", "capital", "workers",
    "investment", "fill_rate", "price", "unit_cost", "markup", "home_share", "export_share", "wage",
    "funded", "knowledge", "productivity",
)  # fmt: skip
# Everything moves at once: taste, technology, costs, wages, search.
LIVELY = {
    "technology": {"trend": 0.02},
    "smart_factory": {"adoption": 0.1, "adoption_by_peers": 0.2},
    "demand": {"volatility": 0.3},
    "matching": {"look_around": 1.0},
    "world": {"material_change": 0.3, "material_month": 2},
    "payment": {"arrears_limit": 1},
    "credit": {"working_months": 0.2, "liquidity_months": 0.5},
}


SECTORS, FIRMS, NUMBER = some.integers(2, 6), some.integers(6, 30), some.integers(0, 2**32 - 1)
EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)


def negative(model):
    """Names of quantities that have a floor of zero and are below it."""
    firms, groups, links, ledger = model.firms, model.groups, model.links, model.ledger
    least = {
        "input stock": groups.stock, "finished goods": firms.stock, "capital": firms.capital,
        "workers": firms.workers, "payables": links.payable, "loans": firms.loans, "price": firms.price,
        "deposits of firms": ledger.deposits, "deposits of households": ledger.household_deposits,
    }  # fmt: skip
    return [name for name, values in least.items() if values.size and values.min() < 0]


@EXAMPLES
@given(SECTORS, FIRMS, NUMBER)
def test_every_small_economy_opens_at_rest_and_stays_there_for_fourteen_months(sectors, firms, number):
    design = random_design(sectors, firms, number)
    model = ecosystem(design)
    start = {name: getattr(model.firms, name).copy() for name in REAL}
    stocks = model.groups.stock.copy()
    wanted = design.output
    assert np.allclose(model.firms.output, wanted, rtol=1e-9, atol=0)
    for _ in range(14):
        model.step()  # proves the books
        for name, before in start.items():
            assert np.allclose(getattr(model.firms, name), before, rtol=1e-6, atol=1e-12), name
        assert np.allclose(model.groups.stock, stocks, rtol=1e-6, atol=0)
        assert model.firms.living.all()
        assert negative(model) == []


@EXAMPLES
@given(SECTORS, FIRMS, NUMBER, NUMBER)
def test_in_every_small_economy_the_books_close_and_nothing_is_negative_whatever_happens(
    sectors, firms, number, seed
):
    model = ecosystem(random_design(sectors, firms, number), LIVELY, seed=seed)
    for _ in range(18):
        run(model, 1)
        assert negative(model) == []
        shares = np.bincount(model.firms.sector, model.firms.home_share, model.sectors.rows)
        living = np.bincount(model.firms.sector, model.firms.living, model.sectors.rows) > 0
        assert np.allclose(shares[living & (shares > 0)], 1.0)
    assert (model.accounts.balance_sheet()["sum"] == 0).all()
