"""An economy of columns is an ordinary Mesa model."""

from functools import partial

import mesa
import numpy as np
import pytest

from sim.agents import Conglomerate, FirmAgent, Startup, Supplier


def count(model):
    return len(model.agents)


def sum_of(name, model):
    return float(model.agents.agg(name, np.sum))


def test_agents_are_the_living_firms(village):
    assert len(village.agents) == 9
    village.firms.living[9] = True
    village.firms.living[0] = False
    assert village.agents.rows.tolist() == list(range(1, 10))
    assert len(village.conglomerates) == 0 and len(village.startups) == 2


def test_agents_come_by_type(village):
    assert village.agent_types == [Conglomerate, Supplier, Startup]
    counts = {each.__name__: len(firms) for each, firms in village.agents_by_type.items()}
    assert counts == {"Conglomerate": 1, "Supplier": 7, "Startup": 1}
    assert village.agents_by_type[Supplier] == village.suppliers


def test_agents_cannot_be_assigned(village):
    with pytest.raises(AttributeError):
        village.agents = []


def test_time_passes_by_step_and_by_run_for(village):
    village.step()
    village.run_for(2)
    assert village.time == 3.0 and village.months_lived == 3 and village.firms.sales[0] == 3
    village.run_until(5)
    assert village.months_lived == 5


def test_scheduled_events_happen_between_months(village):
    seen = []

    def look():
        seen.append((village.time, village.months_lived))

    village.schedule_event(look, at=1.5)
    village.run_for(3)
    assert seen == [(1.5, 1)]


def test_the_data_collector_collects_models_firms_and_types(village):
    collector = mesa.DataCollector(
        model_reporters={
            "count": count,
            "lived": "months_lived",
            "sales": partial(sum_of, "sales"),
            "listed": [sum_of, ["wage", village]],
        },
        agent_reporters={"sales": "sales", "deposits": "deposits", "double": lambda firm: 2 * firm.sales},
        agenttype_reporters={
            Supplier: {"wage": "wage"},
            Startup: {"tier": "tier"},
            FirmAgent: {"kind": "kind"},
        },
    )
    collector.collect(village)
    village.run_for(1)
    village.firms.living[8] = False
    collector.collect(village)

    models = collector.get_model_vars_dataframe()
    assert models["count"].tolist() == [9, 8] and models["lived"].tolist() == [0, 1]
    assert models["sales"].tolist() == [36000.0, 28008.0] and models["listed"].tolist() == [54.0, 42.0]
    agents = collector.get_agent_vars_dataframe()
    assert len(agents) == 17
    assert agents.loc[(1.0, 103)].to_dict() == {"sales": 3001, "deposits": 30, "double": 6002}
    suppliers = collector.get_agenttype_vars_dataframe(Supplier)
    assert suppliers.loc[0.0, "wage"].tolist() == [1.5, 3.0, 4.5, 6.0, 7.5, 9.0, 10.5]
    assert len(collector.get_agenttype_vars_dataframe(Startup)) == 1
    assert len(collector.get_agenttype_vars_dataframe(FirmAgent)) == 17


def test_a_reporter_of_an_unknown_column_says_so(village):
    collector = mesa.DataCollector(agent_reporters={"saels": "saels"})
    with pytest.raises(AttributeError, match="has no attribute 'saels'"):
        collector.collect(village)


def test_two_models_side_by_side_do_not_mix(make_village):
    one, two = make_village(1), make_village(2)
    one.agents.set("wage", 99.0)
    one.run_for(3)
    assert two.firms.wage[1] == 1.5 and two.time == 0 and two.firm(1).wage == 1.5
    assert one.firm(1).wage == 99.0 and one.firm(1) not in two.agents
    assert [firm.model for firm in two.agents] == [two] * 9


def test_a_plain_agent_of_an_extension_appears_under_its_type(village):
    class Reporter(mesa.Agent):
        pass

    reporter = Reporter(village)
    assert list(village.agents_by_type[Reporter]) == [reporter] and Reporter in village.agent_types
    assert reporter not in village.agents
    reporter.remove()
    assert len(village.agents_by_type[Reporter]) == 0


def test_the_same_seed_gives_the_same_generators(make_village):
    assert make_village(5).random.random() == make_village(5).random.random()
