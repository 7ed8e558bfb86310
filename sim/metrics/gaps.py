"""Gaps between large firms and SMEs, between tiers, and among all firms.

SMEs (중소기업) are the size classes `Size.SME` and `Size.MICRO`; mid-sized firms (중견기업) are in
neither group.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.sums import dot
from sim.economy.kinds import Size
from sim.metrics.economy import value_added
from sim.metrics.inequality import Theil, gini, herfindahl, theil, top_share
from sim.metrics.metric import Economy, metric, ratio, shared

Mask = NDArray[np.bool_]


@shared
def sme(model: Economy) -> Mask:
    """Return (n_firms,) which firms are living SMEs."""
    return np.asarray(model.firms.living & (model.firms.size_class >= Size.SME))


@shared
def large(model: Economy) -> Mask:
    """Return (n_firms,) which firms are living large firms."""
    return np.asarray(model.firms.living & (model.firms.size_class == Size.LARGE))


@shared
def of_tier(model: Economy, tier: int) -> Mask:
    """Return (n_firms,) which firms are living suppliers of a tier."""
    return np.asarray(model.firms.living & (model.firms.tier == tier))


def wage_of(model: Economy, firms: Mask) -> float:
    """Return KRW/person/month pay of the average worker of some firms."""
    workers = model.firms.workers[firms]
    return ratio(dot(workers, model.firms.pay[firms]), workers.sum())


def productivity_of(model: Economy, firms: Mask) -> float:
    """Return KRW/person/month value added a worker of some firms."""
    return ratio(value_added(model)[firms].sum(), model.firms.workers[firms].sum())


@shared
def operating_profit(model: Economy) -> NDArray[np.float64]:
    """Return (n_firms,) KRW/month profit before interest and losses on claims."""
    books = model.firms
    costs: Any = books.labour_cost + books.depreciation
    return np.asarray(value_added(model) - costs)


def operating_margin_of(model: Economy, firms: Mask) -> float:
    """Return 1 profit before interest and losses on claims, over sales, of some firms."""
    return ratio(operating_profit(model)[firms].sum(), model.firms.sales[firms].sum())


@metric(unit="1")
def sme_value_added_share(model: Economy) -> float:
    """Part of value added that SMEs make."""
    added = value_added(model)
    return ratio(added[sme(model)].sum(), added.sum())


@metric(unit="1")
def sme_employment_share(model: Economy) -> float:
    """Part of all workers whom SMEs employ."""
    workers = model.firms.workers
    return ratio(workers[sme(model)].sum(), dot(workers, model.firms.living))


@metric(unit="1")
def sme_wage_ratio(model: Economy) -> float:
    """Pay of the average SME worker over that of the average worker of large firms."""
    return ratio(wage_of(model, sme(model)), wage_of(model, large(model)))


@metric(unit="1")
def sme_productivity_ratio(model: Economy) -> float:
    """Value added a worker in SMEs over that in large firms."""
    return ratio(productivity_of(model, sme(model)), productivity_of(model, large(model)))


@metric(unit="1")
def operating_margin_large(model: Economy) -> float:
    """Operating profit over sales of large firms."""
    return operating_margin_of(model, large(model))


@metric(unit="1")
def operating_margin_sme(model: Economy) -> float:
    """Operating profit over sales of SMEs."""
    return operating_margin_of(model, sme(model))


def margin_after_transfers_of(model: Economy, firms: Mask) -> float:
    """Return 1 operating profit and receipts less payments under policies, over sales, of some firms."""
    books = model.firms
    return operating_margin_of(model, firms) + ratio(books.transfers[firms].sum(), books.sales[firms].sum())


@metric(unit="1")
def margin_after_transfers_large(model: Economy) -> float:
    """Operating profit and receipts less payments under policies, over sales, of large firms.

    Many policies pay once a year: compare means of whole years.
    """
    return margin_after_transfers_of(model, large(model))


@metric(unit="1")
def margin_after_transfers_sme(model: Economy) -> float:
    """Operating profit and receipts less payments under policies, over sales, of SMEs, as above."""
    return margin_after_transfers_of(model, sme(model))


@metric(unit="1")
def operating_margin_tier1(model: Economy) -> float:
    """Operating profit over sales of suppliers that sell to conglomerates."""
    return operating_margin_of(model, of_tier(model, 1))


@metric(unit="1")
def operating_margin_tier2(model: Economy) -> float:
    """Operating profit over sales of suppliers of the second tier."""
    return operating_margin_of(model, of_tier(model, 2))


@metric(unit="1")
def supplier_survival(model: Economy) -> float:
    """Part of the suppliers of month zero that still do business."""
    first = model.firms.first_supplier
    return ratio(np.count_nonzero(first & model.firms.living), np.count_nonzero(first))


@metric(unit="1")
def smart_factory_share(model: Economy) -> float:
    """Part of living SMEs with a smart factory (스마트공장) of any level."""
    small = sme(model)
    return ratio(np.count_nonzero(model.firms.smart_level[small] > 0), np.count_nonzero(small))


@metric(unit="1")
def gini_of_value_added(model: Economy) -> float:
    """Gini coefficient of value added among living firms, negative ones counted as zero."""
    return gini(np.maximum(value_added(model)[model.firms.living], 0))


@shared
def theil_of_wages_by_tier(model: Economy) -> Theil:
    """Return Theil's T of pay among workers, with its parts between and within tiers."""
    firms, living = model.firms, model.firms.living
    return theil(firms.pay[living], firms.workers[living], firms.tier[living])


@metric(unit="1")
def theil_of_wages(model: Economy) -> float:
    """Theil's T of pay among workers, who all count at their firm's wage."""
    firms, living = model.firms, model.firms.living
    return theil(firms.wage[living], firms.workers[living]).total


@metric(unit="1")
def theil_between_tiers(model: Economy) -> float:
    """Part of Theil's T of pay among workers that lies between tiers."""
    return theil_of_wages_by_tier(model).between


@metric(unit="1")
def hhi(model: Economy) -> float:
    """Herfindahl-Hirschman index of sales among all firms."""
    return herfindahl(np.maximum(model.firms.sales, 0))


@metric(unit="1")
def top10_sales_share(model: Economy) -> float:
    """Part of all sales made by the ten largest firms."""
    return top_share(np.maximum(model.firms.sales, 0), 10)
