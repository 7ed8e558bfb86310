"""What ESG score (환경·사회·지배구조) buyers and export markets require this month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.economy.kinds import Kind

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


def screening_begun(model: Ecosystem) -> bool:
    """Whether a score is required at all."""
    weight = model.parameters["screening"]
    return bool(weight.level > 0 and model.month - model.start >= weight.month)


def required_score(model: Ecosystem) -> Real:
    """(n_firms,) score each firm requires of its suppliers; who asks is drawn once for each conglomerate."""
    firms, weight = model.firms, model.parameters["screening"]
    if not screening_begun(model):
        return np.zeros(firms.rows)
    asks = model.firm_draw(Decision.SCREENING) < weight.buyers
    return np.where(asks & (firms.kind == Kind.CONGLOMERATE), weight.level, 0.0)


def is_good_enough(model: Ecosystem, supplier: Rows, buyer: Rows) -> NDArray[np.bool_]:
    """Whether suppliers have the score that buyers require; arrays of rows that broadcast."""
    if not screening_begun(model):
        return np.ones(np.broadcast(supplier, buyer).shape, dtype=bool)
    return np.asarray(model.firms.esg[supplier] >= required_score(model)[buyer])


def export_access(model: Ecosystem) -> Real:
    """(n_firms,) part of export markets open to each firm."""
    weight = model.parameters["screening"]
    refused = screening_begun(model) & (model.firms.esg < weight.level)
    return np.where(refused, 1 - weight.exports, 1.0)
