"""What ESG score buyers and export markets require."""

from __future__ import annotations

from sim.core.draws import Decision

from .state import Firm, SlowEconomy

CONGLOMERATE = 0


def has_begun(economy: SlowEconomy) -> bool:
    """Whether a score is required at all."""
    weight = economy.parameters.screening
    return weight.level > 0 and economy.age >= weight.month


def required_score(economy: SlowEconomy, buyer: Firm) -> float:
    """Score a buyer requires: a part of conglomerates does, drawn once."""
    weight = economy.parameters.screening
    if not has_begun(economy) or buyer.kind != CONGLOMERATE:
        return 0.0
    asks = economy.drawn(Decision.SCREENING, buyer.uid, month=0) < weight.buyers
    return weight.level if asks else 0.0


def export_access(economy: SlowEconomy, firm: Firm) -> float:
    """Part of export markets open to a firm."""
    weight = economy.parameters.screening
    return 1 - weight.exports if has_begun(economy) and firm.esg < weight.level else 1.0
