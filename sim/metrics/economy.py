"""Totals of the economy, a month each; won and persons are those of the whole, unscaled economy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.sums import dot
from sim.economy.accounts import HOLDERS
from sim.economy.kinds import Kind
from sim.metrics.metric import Economy, metric, ratio, real, shared

WORLD = HOLDERS.index("world")


@shared
def value_added(model: Economy) -> NDArray[np.int64]:
    """Return (n_firms,) KRW/month sales less purchases of each firm, as invoiced."""
    added: NDArray[np.int64] = model.firms.sales - model.firms.purchases
    return added


def value_added_of(model: Economy, firms: NDArray[Any]) -> float:
    """Return KRW/month value added of some firms, given as a mask or as rows."""
    return real(value_added(model)[firms].sum(), model)


def put_in_store(model: Economy) -> float:
    """Won of finished goods and inputs put in store this month less those taken out, at today's prices."""
    firms, groups, links, sectors = model.firms, model.groups, model.links, model.sectors
    arrived = np.bincount(links.group, links.delivery, groups.rows) + groups.imported
    inputs = np.bincount(groups.sector, arrived - groups.used, sectors.rows) @ sectors.price_level
    return float(np.sum((firms.output - firms.delivered) * firms.price) + inputs)


@metric(unit="KRW/month")
def gdp(model: Economy) -> float:
    """Gross domestic product: sales less purchases of all firms, and what they put in store."""
    return real(float(value_added(model).sum()) + put_in_store(model), model)


@metric(unit="KRW/month")
def real_gdp(model: Economy) -> float:
    """Gross domestic product at the prices of the start: output less inputs used and imported."""
    firms, groups = model.firms, model.groups
    inputs = groups.used.sum() + dot(firms.material_coefficient, firms.output)
    # Every unit cost one won at the start, but for inputs imported at once, which cost a premium.
    premium = model.parameters["production"].import_premium * groups.imported.sum()
    return real(firms.output.sum() - inputs - premium, model)


@metric(unit="1")
def price_level(model: Economy) -> float:
    """Prices of home-made goods, 1 at the start, weighed by what households bought then."""
    sectors = model.sectors
    return ratio(sectors.household_share @ sectors.price_level, sectors.household_share.sum())


@metric(unit="KRW/month")
def household_consumption(model: Economy) -> float:
    """Spending of households."""
    return real(model.households.consumption.sum(), model)


@metric(unit="KRW/month")
def exports(model: Economy) -> float:
    """Goods and services paid for by the rest of the world."""
    paid = model.ledger.flows.payments.get("exports")
    return 0.0 if paid is None else real(-paid[WORLD], model)


@metric(unit="person")
def employment(model: Economy) -> float:
    """Workers of living firms."""
    return real(dot(model.firms.workers, model.firms.living), model)


@metric(unit="1")
def unemployment_rate(model: Economy) -> float:
    """Part of the labour force without work."""
    return 1 - ratio(dot(model.firms.workers, model.firms.living), np.sum(model.labour_force))


@metric(unit="1")
def wage_share(model: Economy) -> float:
    """Part of value added paid to workers, payroll tax and last December's bonus included."""
    return ratio(model.firms.labour_cost.sum(), value_added(model).sum())


@metric(unit="KRW/person/month")
def mean_wage(model: Economy) -> float:
    """Pay of the average worker, last December's bonus included."""
    workers = model.firms.workers * model.firms.living
    return ratio(dot(workers, model.firms.pay), workers.sum())


@metric(unit="1")
def mean_markup(model: Economy) -> float:
    """Markup over unit cost, weighed by sales."""
    return ratio(dot(model.firms.markup, model.firms.sales), model.firms.sales.sum())


@metric(unit="1")
def fill_rate(model: Economy) -> float:
    """Part of demand that was delivered."""
    return ratio(model.firms.delivered.sum(), model.firms.demand.sum())


@metric(unit="month")
def stock_months(model: Economy) -> float:
    """Finished goods in store, in months of demand."""
    return ratio(model.firms.stock.sum(), model.firms.demand.sum())


@metric(unit="firm")
def living_firms(model: Economy) -> float:
    """Firms that do business in the simulation, not scaled back."""
    return float(np.count_nonzero(model.firms.living))


@metric(unit="firm")
def startups(model: Economy) -> float:
    """Startups that do business in the simulation, not scaled back."""
    return float(np.count_nonzero(model.firms.living & (model.firms.kind == Kind.STARTUP)))


@metric(unit="1/year")
def entry_rate(model: Economy) -> float:
    """Firms that entered this month over living firms, as a yearly rate."""
    return 12 * ratio(model.events.get("entries", 0), living_firms(model))
