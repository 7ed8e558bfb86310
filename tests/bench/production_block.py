"""Production and inventories of a month, twice: one Mesa agent a firm, and columns with the engine's rules.

Both plan, order inputs, produce with what is in store and deliver in proportion to orders, on the same
opening economy with the same final demand every month. The Mesa side is written as Mesa's tutorials teach:
a class for the firm, plain attributes, and stages that the model activates one after the other. Numbers are
ordinary Python floats, which are faster one by one than those of NumPy.
"""

import statistics
import time
from dataclasses import dataclass, field

import mesa
import numpy as np

from sim.economy.kinds import Criticality
from sim.model import Ecosystem
from sim.phases.planning import final_demand
from sim.rules import demand, production
from sim.scenario import Scenario

QUIET = {  # nothing but the block: no growth, no imports in place of missing inputs
    "technology.trend": 0.0,
    "production.import_substitution": 0.0,
    "lifecycle.size_caution": 0.0,
    "economy.potential_firms": 0.1,
}


def opened(firms):
    """Return an economy of month zero, and what final users ask of each firm."""
    pairs = [part for pair in QUIET.items() for part in pair]
    model = Ecosystem(Scenario.load("baseline").replacing("economy.firms", firms, *pairs), seed=1)
    model.final = final_demand(model)
    return model, model.final.home + model.final.exports


class Columns:
    """The block on whole columns, by the functions of `sim.rules` that the engine uses."""

    def __init__(self, model, final):
        firms, groups, links = model.firms, model.groups, model.links
        self.network, self.final, self.weight = model.network, final, model.parameters["demand"]
        self.coefficient, self.criticality, self.target = (
            groups.coefficient,
            groups.criticality,
            groups.target_months,
        )
        self.buyer, self.group, self.share = groups.buyer, links.group, links.share * model.network.served
        self.supplier, self.living = model.network.supplier, firms.living
        self.stock_months, self.capacity = firms.stock_months, firms.capital_productivity * firms.capital
        self.hands = firms.productivity * firms.workers * model.parameters["production"].overtime
        self.firms_first = model.parameters["production"].firms_first
        self.demand, self.expected = firms.demand.copy(), firms.expected_demand.copy()
        self.stock, self.input_stock = firms.stock.copy(), groups.stock.copy()

    def step(self):
        """Live a month."""
        weight = self.weight
        self.expected = demand.expect(self.demand, self.expected, weight.smoothing) * self.living
        planned = demand.plan_output(self.expected, self.stock, self.stock_months, weight.stock_adjustment)
        planned *= self.living
        reachable = np.minimum(planned, self.capacity)
        use = self.coefficient * reachable.take(self.buyer)
        wanted = demand.group_orders(use, self.input_stock, self.target, weight.input_adjustment)
        order = self.share * (wanted * self.living.take(self.buyer)).take(self.group)
        ordered = self.network.sum_by_supplier(order)
        self.demand = ordered + self.final
        inputs = production.input_limit(
            self.input_stock, self.coefficient, self.criticality, self.buyer, self.capacity
        )
        self.output = production.output(planned, self.capacity, self.hands, inputs)
        self.input_stock -= np.minimum(self.input_stock, self.coefficient * self.output.take(self.buyer))
        available = self.output + self.stock
        filled, _ = production.fill_rates(available, self.demand - self.final, self.final, self.firms_first)
        self.stock = available - np.minimum(self.demand, available)
        self.input_stock += self.network.sum_by_group(order * filled.take(self.supplier))


@dataclass
class Input:
    """What a firm keeps of one sector's goods, and from whom it buys them."""

    coefficient: float
    stock: float
    target_months: float
    criticality: int
    suppliers: list = field(default_factory=list)  # (firm, its share)
    orders: list = field(default_factory=list)  # units ordered of each this month


class Firm(mesa.Agent):
    """A firm that plans, orders, produces and delivers."""

    def __init__(self, model, final, demand, expected, stock, stock_months, capacity, hands):
        super().__init__(model)
        self.final, self.demand, self.expected, self.stock = final, demand, expected, stock
        self.stock_months, self.capacity, self.hands = stock_months, capacity, hands
        self.planned = self.output = 0.0
        self.filled = 1.0
        self.inputs = []

    def plan(self):
        """Expect demand and plan output."""
        rates = self.model.rates
        self.expected = rates.smoothing * self.demand + (1 - rates.smoothing) * self.expected
        gap = self.stock_months * self.expected - self.stock
        self.planned = max(0.0, self.expected + gap / rates.stock_adjustment)
        self.demand = 0.0

    def order(self):
        """Order inputs for the plan and for the gap in stocks."""
        for one in self.inputs:
            use = one.coefficient * min(self.planned, self.capacity)
            wanted = max(0.0, use + (one.target_months * use - one.stock) / self.model.rates.input_adjustment)
            one.orders = [share * wanted for _, share in one.suppliers]
            for (supplier, _), quantity in zip(one.suppliers, one.orders, strict=True):
                supplier.demand += quantity

    def produce(self):
        """Produce what plan, capacity, hands and inputs allow; use inputs up; see what can be delivered."""
        limit = min(self.planned, self.capacity, self.hands)
        for one in self.inputs:
            if one.coefficient > 0 and one.criticality != Criticality.OTHER:
                reach = one.stock / one.coefficient
                limit = min(
                    limit, (reach + self.capacity) / 2 if one.criticality == Criticality.IMPORTANT else reach
                )
        self.output = limit
        for one in self.inputs:
            one.stock -= min(one.stock, one.coefficient * self.output)
        chain = self.demand
        self.demand += self.final
        available = self.output + self.stock
        served_first = chain if self.model.firms_first else self.demand
        self.filled = available / served_first if served_first > available else 1.0
        self.stock = available - min(self.demand, available)

    def receive(self):
        """Put into store what suppliers deliver."""
        for one in self.inputs:
            for (supplier, _), quantity in zip(one.suppliers, one.orders, strict=True):
                one.stock += quantity * supplier.filled


class Economy(mesa.Model):
    """Firms as agents, one Python object each."""

    def __init__(self, model, final):
        super().__init__(rng=1)
        self.rates, self.firms_first = model.parameters["demand"], model.parameters["production"].firms_first
        firms, groups, links, network = model.firms, model.groups, model.links, model.network
        hands = firms.productivity * firms.workers * model.parameters["production"].overtime
        capacity = firms.capital_productivity * firms.capital
        columns = (
            final,
            firms.demand,
            firms.expected_demand,
            firms.stock,
            firms.stock_months,
            capacity,
            hands,
        )
        own = np.stack(columns, axis=1).tolist()
        self.firms = {row: Firm(self, *own[row]) for row in np.flatnonzero(firms.living).tolist()}
        inputs = {}
        rows = np.stack([groups.coefficient, groups.stock, groups.target_months], axis=1).tolist()
        for group, buyer in enumerate(groups.buyer.tolist()):
            if buyer in self.firms:
                inputs[group] = Input(*rows[group], int(groups.criticality[group]))
                self.firms[buyer].inputs.append(inputs[group])
        for link in np.flatnonzero(network.served).tolist():
            supplier, group = int(links.supplier[link]), int(links.group[link])
            if group in inputs:
                inputs[group].suppliers.append((self.firms[supplier], float(links.share[link])))

    def step(self):
        """Live a month."""
        for stage in ("plan", "order", "produce", "receive"):
            self.agents.do(stage)


def timed(firms, months):
    """Return seconds of the processor a month of both, by turns on the same economy; the median counts."""
    model, final = opened(firms)
    sides = {"mesa_seconds": Economy(model, final), "columns_seconds": Columns(model, final)}
    seconds = {name: [] for name in sides}
    for _ in range(months + 1):
        for name, side in sides.items():
            start = time.process_time()
            side.step()
            seconds[name].append(time.process_time() - start)
    taken = {name: statistics.median(found[1:]) for name, found in seconds.items()}
    return {"firms": int(model.firms.living.sum()), "links": int(model.links.rows), **taken}
