"""Wages, research, theft of technology, imitation, spillover, smart factories, growing up."""

from __future__ import annotations

import math

from sim.core.draws import Decision

from .adopting import adopt_smart_factories
from .state import YEARS, Firm, Sector, SlowEconomy, sector_mean, total
from .stealing import steal

MID_SIZED, SME = 1, 2
SUPPLIER, STARTUP = 1, 2


def set_wages(economy: SlowEconomy) -> None:
    """The going wage follows prices, productivity and slack; firms share their own extra gains."""
    weight, trend = economy.parameters.labour, economy.productivity_growth
    slack = weight.natural_unemployment - economy.unemployed() / total(economy.labour_force)
    going = economy.parameters.pricing.trend_inflation + trend + weight.slack_response * slack
    factor = (1 + going) ** YEARS
    economy.wage_index *= factor
    floor = weight.minimum_wage * economy.opening_micro_pay * economy.wage_index
    for firm in economy.firms:
        own = math.log(firm.productivity / firm.productivity_before) - YEARS * trend if firm.living else 0.0
        firm.wage = max(floor, firm.wage * factor * math.exp(weight.rent_sharing * own))
        firm.productivity_before = firm.productivity


def advance_technology(economy: SlowEconomy) -> None:
    """Knowledge grows by innovation, imitation and spillover; productivity with it and by smart factories."""
    fluctuate(economy)
    before = {firm: firm.knowledge for firm in economy.firms}
    innovate(economy)
    imitate(economy)
    learn_from_buyers(economy)
    smart = adopt_smart_factories(economy)
    compare_quality(economy)
    grown = {firm: math.log(firm.knowledge / before[firm] * smart.get(firm, 1.0)) for firm in economy.firms}
    for firm in economy.firms:
        firm.productivity *= firm.knowledge / before[firm] * smart.get(firm, 1.0)
    update_trend(economy, grown)


def fluctuate(economy: SlowEconomy) -> None:
    """Productivity moves about what technology gives; labour a unit keeps its mean in the long run."""
    weight = economy.parameters.technology
    kept = math.sqrt(math.sqrt(weight.persistence))  # of a year's persistence, in a quarter
    for firm in economy.firms:
        if firm.living and weight.fluctuation > 0:
            news = (
                weight.fluctuation * math.sqrt(1 - kept**2) * economy.normal(Decision.FLUCTUATION, firm.uid)
            )
            change = (1 - kept) * (weight.fluctuation**2 / 2 - firm.fluctuation) + news
            firm.fluctuation += change
            firm.productivity *= math.exp(change)


def update_trend(economy: SlowEconomy, grown: dict[Firm, float]) -> None:
    """Expected growth adapts to sectors' output a worker, weighed by pay; the unborn keep up with firms."""
    rated, rises = [], []
    for sector in economy.sectors:
        before, sector.output_per_worker = sector.output_per_worker, output_per_worker(sector)
        if before > 0 and sector.output_per_worker > 0:
            rated.append(payroll(sector.firms))
            rises.append(payroll(sector.firms) * math.log(sector.output_per_worker / before))
    gains = total(grown[firm] * payroll([firm]) for firm in economy.firms)
    growth = gains / max(payroll(economy.firms), 1.0) / YEARS
    technology = economy.parameters.technology
    by_reallocation = total(rises) / max(total(rated), 1.0) / YEARS - growth
    seen = growth + technology.reallocation * by_reallocation
    economy.productivity_growth += YEARS / technology.memory * (seen - economy.productivity_growth)
    for firm in economy.firms:
        if firm.waiting:
            firm.knowledge *= math.exp(growth * YEARS)
            firm.productivity *= math.exp(growth * YEARS)


def payroll(firms: list[Firm]) -> float:
    """Pay of all workers of some firms."""
    return total(firm.wage * firm.workers for firm in firms if firm.living)


def output_per_worker(sector: Sector) -> float:
    """What a worker makes: output over the staff that it needs."""
    output = total(firm.output for firm in sector.firms)
    staff = total(firm.output / firm.productivity for firm in sector.firms if firm.output > 0)
    return output / staff if staff > 0 else 0.0


def innovate(economy: SlowEconomy) -> None:
    """Success with chance 1 - exp(-scale R&D / sales), of exponential size, in product or process."""
    gains, products, weight = {}, set(), economy.parameters.technology
    for firm in economy.firms:
        effort = economy.research(firm) / max(firm.price * firm.output, 1.0)
        chance = 1 - math.exp(-economy.innovation_scale * YEARS * effort)
        if firm.living and economy.happens(chance, Decision.INNOVATION, firm.uid):
            drawn = economy.drawn(Decision.INNOVATION_SIZE, firm.uid)
            gains[firm] = -weight.step * math.log1p(-drawn)
    economy.count("innovations", len(gains))
    for firm, gain in gains.items():
        if economy.drawn(Decision.INNOVATION_KIND, firm.uid) < weight.product_share:
            products.add(firm)
            firm.quality *= 1 + gain
        else:
            firm.knowledge *= 1 + gain
    steal(economy, gains, products)


def imitate(economy: SlowEconomy) -> None:
    """Firms behind their sector's mean knowledge close a part of the distance by chance."""
    for sector in economy.sectors:
        mean = sector_mean(sector, "knowledge")
        for firm in sector.firms:
            if firm.living and firm.knowledge < mean:
                imitate_one(economy, firm, mean)


def imitate_one(economy: SlowEconomy, firm: Firm, mean: float) -> None:
    """Imitate with chance 1 - exp(-rate log distance)."""
    weight = economy.parameters.technology
    chance = 1 - math.exp(-weight.imitation * YEARS * math.log(mean / firm.knowledge))
    if economy.happens(chance, Decision.IMITATION, firm.uid):
        firm.knowledge *= (mean / firm.knowledge) ** weight.catch_up


def compare_quality(economy: SlowEconomy) -> None:
    """Quality is relative to the sector's mean, and a part of every distance is made up in time."""
    kept = 1 - economy.parameters.technology.quality_fading * YEARS
    for sector in economy.sectors:
        mean = sector_mean(sector, "quality")
        for firm in sector.firms:
            if firm.living:
                firm.quality = (firm.quality / mean) ** kept


def learn_from_buyers(economy: SlowEconomy) -> None:
    """Suppliers close a part of each buyer's lead, in proportion to what they sell it."""
    rate = economy.parameters.technology.spillover * YEARS
    learnt, sold = dict.fromkeys(economy.firms, 0.0), dict.fromkeys(economy.firms, 0)
    for link in economy.links:
        if link.supplier:
            lead = max(0.0, math.log(link.buyer.knowledge / link.supplier.knowledge))
            learnt[link.supplier] += link.invoice * rate * lead
            sold[link.supplier] += link.invoice
    for firm in economy.firms:
        if firm.living:  # a link that has just changed hands still carries its last supplier's invoice
            firm.knowledge *= math.exp(learnt[firm] / max(firm.sales, sold[firm], 1))


def grow_up(economy: SlowEconomy) -> None:
    """Startups of age or scale become suppliers."""
    for firm in economy.firms:
        old = economy.month - firm.birth >= economy.parameters.economy.startup_age
        large = firm.workers >= economy.parameters.lifecycle.startup_workers
        if firm.living and firm.kind == STARTUP and (old or large):
            firm.kind = SUPPLIER
            economy.count("grown_up")
