"""ESG screening: suppliers below the required score retrofit if that pays, or are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.phases.requirements import required_score, screening_begun
from sim.phases.searching import Search, change_supplier
from sim.rules import projects, screening

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]


def screen_suppliers(model: Ecosystem) -> None:
    """Let firms below the required score retrofit; who requires it looks for others in place of the rest."""
    if not screening_begun(model):
        return
    links, firms, network = model.links, model.firms, model.network
    required = required_score(model)
    refused = network.served & (firms.esg[network.supplier] < required[links.buyer])
    refused &= firms.living[links.buyer] & (links.share > 0)
    retrofit(model, sales_at_risk(model, refused))
    refused &= firms.esg[network.supplier] < required[links.buyer]
    moved = change_supplier(model, np.flatnonzero(refused), Search.SCREENED)
    model.events["screened_out"] = moved.size


def sales_at_risk(model: Ecosystem, refused: NDArray[np.bool_]) -> Real:
    """(n_firms,) won a year: deliveries under refused contracts, and exports that are refused."""
    firms = model.firms
    delivered = model.network.sum_by_supplier(np.where(refused, model.invoice, 0))
    return np.asarray(MONTHS * (delivered + firms.price * model.final.refused))


def retrofit(model: Ecosystem, at_risk: Real) -> None:
    """Let firms reach the required score where the margin they would lose exceeds the cost net of support."""
    firms, weight = model.firms, model.parameters["screening"]
    cost = np.rint(screening.retrofit_cost(firms.esg, weight.level, MONTHS * firms.sales, weight))
    own_cost = model.policies.adjust("adjust_retrofit_cost", model, cost)
    kept = at_risk * screening.margin(firms.price, firms.unit_cost)
    wear = model.parameters["production"].depreciation
    worth = projects.pays_off(kept, cost, own_cost, firms.loan_rate, weight.years, wear)
    able = firms.living & (firms.esg < weight.level) & (at_risk > 0) & (firms.capital > 0)
    rows = np.flatnonzero(able & worth & (model.spare_cash() + firms.credit_line >= own_cost))
    model.events["retrofits"] = rows.size
    if rows.size:
        spent = cost[rows].astype(np.int64)
        model.policies.call("on_retrofit", model, rows, spent)
        model.retool(rows, spent)
        firms.esg[rows] = weight.level
        firms.esg_spent[rows] += spent
