"""What happens every quarter: wages, research, imitation, smart factories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.months import MONTHS, QUARTER
from sim.core.sums import dot
from sim.economy.kinds import Kind
from sim.phases.adopting import adopt_smart_factories
from sim.phases.stealing import take_technology
from sim.rules import labour, lifecycle, technology

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
YEARS = QUARTER / MONTHS  # length of a quarter


def set_wages(model: Ecosystem) -> None:
    """Raise the going wage; firms follow it and share gains of their own productivity."""
    firms, weight = model.firms, model.parameters["labour"]
    inflation = model.parameters["pricing"].trend_inflation
    going = labour.wage_growth(inflation, model.productivity_growth, model.unemployment_rate(), weight)
    own = np.log(firms.productivity / model.productivity_before) - YEARS * model.productivity_growth
    factor = (1 + going) ** YEARS
    firms.wage *= factor * np.exp(weight.rent_sharing * np.where(firms.living, own, 0.0))
    model.wage_index *= factor
    floor = weight.minimum_wage * model.opening_micro_pay * model.wage_index
    firms.wage = np.maximum(firms.wage, floor)
    model.productivity_before = firms.productivity.copy()


def advance_technology(model: Ecosystem) -> None:
    """Have good or bad times, innovate, imitate, learn from buyers, adopt smart factories; measure growth."""
    firms = model.firms
    fluctuate(model)
    before = firms.knowledge.copy()
    innovate(model)
    firms.knowledge *= _imitation(model)
    firms.knowledge *= _spillover(model)
    smart = adopt_smart_factories(model)
    compare_quality(model)
    grown = firms.knowledge / before * smart
    firms.productivity *= grown
    growth = weighed_by_pay(np.log(grown), firms.wage * firms.workers * firms.living) / YEARS
    expect_growth(model, growth)
    # Firms not yet born keep up with the average, so that entrants do not start in the past.
    waiting = firms.waiting
    firms.knowledge[waiting] *= np.exp(growth * YEARS)
    firms.productivity[waiting] *= np.exp(growth * YEARS)


def fluctuate(model: Ecosystem) -> None:
    """Let each firm's productivity differ from what its technology gives, for a time."""
    firms, weight = model.firms, model.parameters["technology"]
    if weight.fluctuation == 0:
        return
    rows = np.flatnonzero(firms.living)
    drawn = model.draws.normal(Decision.FLUCTUATION, model.month, firms.uid[rows])
    before = firms.fluctuation[rows]
    now = technology.next_fluctuation(before, drawn, weight.fluctuation, weight.persistence)
    firms.fluctuation[rows] = now
    firms.productivity[rows] *= np.exp(now - before)


def weighed_by_pay(growth: Real, pay: Real) -> float:
    """Return the mean of some growth rates, weighed by pay; 0 where nobody is paid."""
    return dot(growth, pay) / max(float(pay.sum()), 1.0)


def expect_growth(model: Ecosystem, of_firms: float) -> None:
    """Let expected productivity growth follow what a worker makes, sector by sector, weighed by pay.

    It rises where firms get better, on average by ``of_firms`` a year, and where the better ones grow.
    Without the second part, wages and public demand, which follow the expectation, would fall behind
    what is made year by year, and unemployment would rise.
    """
    firms, sectors = model.firms, model.sectors
    before, sectors.output_per_worker = sectors.output_per_worker.copy(), model.output_per_worker()
    rated = (before > 0) & (sectors.output_per_worker > 0)
    pay = np.bincount(firms.sector, firms.wage * firms.workers * firms.living, sectors.rows) * rated
    change = np.log(np.where(rated, sectors.output_per_worker, 1.0) / np.where(rated, before, 1.0))
    weight = model.parameters["technology"]
    growth = of_firms + weight.reallocation * (weighed_by_pay(change, pay) / YEARS - of_firms)
    model.productivity_growth += YEARS / weight.memory * (growth - model.productivity_growth)


def innovate(model: Ecosystem) -> None:
    """Let research better processes, which raises knowledge, or products, which raises quality."""
    firms, weight = model.firms, model.parameters["technology"]
    effort = model.research_spending() / np.maximum(firms.price * firms.output, 1.0)
    chance = technology.innovation_probability(effort, model.innovation_scale)
    happens = model.draws.falls(Decision.INNOVATION, model.month, chance, firms.uid, among=firms.living)
    rows = np.flatnonzero(happens)
    who, size, product = firms.uid[rows], np.zeros(firms.rows), np.zeros(firms.rows, dtype=bool)
    size[rows] = -weight.step * np.log1p(-model.draws.uniform(Decision.INNOVATION_SIZE, model.month, who))
    product[rows] = model.draws.uniform(Decision.INNOVATION_KIND, model.month, who) < weight.product_share
    firms.quality[product] *= 1 + size[product]
    process = rows[~product[rows]]
    firms.knowledge[process] *= 1 + size[process]
    model.events["innovations"] = int(happens.sum())
    take_technology(model, happens, size, product)


def compare_quality(model: Ecosystem) -> None:
    """Measure quality against the sector's mean; rivals make up a part of every lead."""
    firms = model.firms
    fading = model.parameters["technology"].quality_fading * YEARS
    compared = technology.relative_quality(firms.quality, model.sector_mean(firms.quality), fading)
    firms.quality = np.where(firms.living, compared, firms.quality)


def _imitation(model: Ecosystem) -> Real:
    """Firms behind their sector's mean knowledge may close a part of the distance."""
    firms, weight = model.firms, model.parameters["technology"]
    mean = model.sector_mean(firms.knowledge)
    chance = technology.imitation_probability(firms.knowledge, mean, weight.imitation * YEARS)
    rows = np.flatnonzero(
        model.draws.falls(Decision.IMITATION, model.month, chance, firms.uid, among=firms.living)
    )
    closer = np.ones(firms.rows)
    closer[rows] = (mean[rows] / firms.knowledge[rows]) ** weight.catch_up
    return closer


def _spillover(model: Ecosystem) -> Real:
    """Suppliers learn from buyers that know more, in proportion to what they sell them."""
    firms, links, network = model.firms, model.links, model.network
    rate = model.parameters["technology"].spillover * YEARS
    if rate == 0:
        return np.ones(firms.rows)
    value = model.invoice
    known = firms.knowledge.take(network.supplier)
    lead = np.maximum(0.0, np.log(firms.knowledge.take(links.buyer) / known))
    reached = model.policies.adjust("adjust_spillover", model, rate * lead)
    # A link that changed hands this month still carries the old supplier's invoice, hence the maximum.
    sold = np.maximum(np.maximum(firms.sales, network.sum_by_supplier(value)), 1)
    learnt = network.sum_by_supplier(value * reached) / sold
    return np.where(firms.living, np.exp(learnt), 1.0)


def grow_up(model: Ecosystem) -> None:
    """Turn startups of age or scale into suppliers."""
    firms = model.firms
    age, staff = model.parameters["economy"].startup_age, model.parameters["lifecycle"].startup_workers
    grown = lifecycle.grown_up(model.month - firms.birth, firms.workers, age, staff)
    rows = np.flatnonzero(firms.living & (firms.kind == Kind.STARTUP) & grown)
    firms.kind[rows] = Kind.SUPPLIER
    model.events["grown_up"] = rows.size
