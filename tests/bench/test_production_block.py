"""What is compared with Mesa is the same thing: agents, columns and the engine's phases agree."""

import numpy as np
import pytest

from sim.phases import planning, producing
from tests.bench.production_block import Columns, Economy, opened

MONTHS = 5


def disturbed(firms=300):
    """An economy in which stocks are short here and there, so that every branch of the block is used."""
    model, final = opened(firms)
    short = np.arange(model.groups.rows) % 3 == 0
    model.groups.stock[short] *= 0.2
    model.firms.workers[::7] *= 0.9
    model.firms.stock[::5] = 0
    return model, final


def test_agents_and_columns_give_the_same_numbers():
    model, final = disturbed()
    agents, columns = Economy(model, final), Columns(model, final)
    rows = list(agents.firms)
    for _ in range(MONTHS):
        agents.step()
        columns.step()
        for name in ("demand", "output", "stock"):
            own = [getattr(agents.firms[row], name) for row in rows]
            assert own == pytest.approx(getattr(columns, name)[rows], rel=1e-12), name
    inputs = [one.stock for row in rows for one in agents.firms[row].inputs]
    assert inputs == pytest.approx(columns.input_stock[np.isin(columns.buyer, rows)], rel=1e-12, abs=1e-9)
    assert (columns.output < columns.capacity).any() and len(set(agents.agents)) == len(rows)


def test_the_block_is_that_of_the_engine():
    model, final = disturbed()
    columns = Columns(model, final)
    for _ in range(MONTHS):
        model.ledger.open_month()
        planning.plan_output(model)
        planning.place_orders(model)
        producing.produce(model)
        producing.deliver(model)
        model.month += 1
        columns.step()
        for name in ("demand", "output", "stock"):
            assert getattr(columns, name) == pytest.approx(getattr(model.firms, name), rel=1e-12), name
        assert columns.input_stock == pytest.approx(model.groups.stock, rel=1e-12, abs=1e-9)
    assert (model.firms.fill_rate < 1).any()
