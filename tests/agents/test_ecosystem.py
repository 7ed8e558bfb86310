"""The shipped economy, looked at as any Mesa model."""

import mesa
import numpy as np
import pytest

from sim.agents import Conglomerate, Supplier
from sim.core.draws import Draws
from sim.model import Ecosystem


@pytest.fixture(scope="module")
def model():
    return Ecosystem(seed=1)


def test_its_types_part_its_agents(model):
    parts = model.agents_by_type.values()
    assert sum(len(firms) for firms in parts) == len(model.agents) == np.count_nonzero(model.firms.living)
    assert all(firm.kind == 0 for firm in model.agents_by_type[Conglomerate])


def test_suppliers_and_customers_are_each_others(model):
    for firm in model.conglomerates[:5]:
        assert all(firm in supplier.customers for supplier in firm.suppliers)


def test_mesa_s_collector_reads_it_without_changing_it(model):
    collector = mesa.DataCollector(
        model_reporters={"sales": lambda model: model.agents.agg("sales", np.sum)},
        agenttype_reporters={Conglomerate: {"deposits": "deposits", "wage": "wage"}},
    )
    other = Ecosystem(seed=1)
    for _ in range(2):
        model.run_for(1)
        other.run_for(1)
        collector.collect(model)
        list(model.agents.shuffle()[:10])
    assert len(collector.get_agenttype_vars_dataframe(Conglomerate)) == 2 * len(model.conglomerates)
    assert (collector.get_model_vars_dataframe()["sales"] > 0).all()
    for name, array in model.firms.arrays.items():
        assert np.array_equal(array, other.firms.arrays[name], equal_nan=True), name


def test_its_order_is_keyed_by_the_seed(model):
    drawn = Draws(1).uniform(120, int(model.time), model.suppliers.get("uid"))
    assert model.suppliers.shuffle().rows.tolist() == model.suppliers.rows[np.argsort(drawn)].tolist()
    assert isinstance(model.suppliers.shuffle()[0], Supplier)
