"""Moments of the opening rest point: pay, productivity, margins, debt, by size and tier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import Kind, Size
from sim.population.build import Opening
from sim.population.describe import Moments, percent
from sim.population.structure import Structure


def opening_moments(opening: Opening) -> Moments:
    """Return pay, productivity, margin, credit and research moments of an opened economy."""
    structure = opening.structure
    return {**_labour(structure), **_profit(opening), **_whole(opening)}


def _labour(structure: Structure) -> Moments:
    firms = structure.firms
    large, mid, small = (_of(structure, *sizes) for sizes in _CLASSES)
    prime = firms.living & (firms.kind == Kind.CONGLOMERATE)
    tier_1 = firms.living & (firms.tier == 1) & (firms.size_class >= Size.SME)
    added = _value_added(structure)
    return {
        "pay_mid_over_large": 100 * _pay(structure, mid) / _pay(structure, large),
        "pay_small_over_large": 100 * _pay(structure, small) / _pay(structure, large),
        "pay_tier_1_over_prime": 100 * _pay(structure, tier_1) / _pay(structure, prime),
        "productivity_small_over_large": 100
        * (added[small].sum() / firms.workers[small].sum())
        / (added[large].sum() / firms.workers[large].sum()),
        "employment_share_small": float(100 * firms.workers[small].sum() / firms.workers[firms.living].sum()),
    }


def _profit(opening: Opening) -> Moments:
    structure = opening.structure
    firms = structure.firms
    margin = firms.profit_trend / np.maximum(firms.output, 1e-300)
    interest = firms.loan_rate / 12 * firms.loans
    large, mid, small = (_of(structure, *sizes) for sizes in _CLASSES)
    weight = firms.output

    def mean(values: NDArray[np.float64], rows: NDArray[np.bool_]) -> float:
        return float(np.average(values[rows], weights=weight[rows]))

    return {
        "margin_large": 100 * mean(margin, large),
        "margin_mid_sized": 100 * mean(margin, mid),
        "margin_small": 100 * mean(margin, small),
        "interest_not_covered": percent(firms.profit_trend[firms.living] < interest[firms.living]),
        "small_loan_premium": 1e4 * (mean(firms.loan_rate, small) - mean(firms.loan_rate, large)),
        "loan_rate_large": 100 * mean(firms.loan_rate, large),
        "research_over_sales": 100 * mean(firms.research_intensity, firms.living),
    }


def _whole(opening: Opening) -> Moments:
    firms, flows = opening.structure.firms, opening.flows
    gdp = float(firms.output.sum() - flows.purchases.sum())
    public = float(opening.final.government.sum()) + opening.final.imported_government
    return {
        "persons_employed": float(firms.workers.sum()) * opening.structure.scale / 1e6,
        "wage_share": 100 * float(flows.wages[firms.living].sum()) / gdp,
        "public_purchases": 100 * public / gdp,
        "firm_debt": 100 * float(firms.loans.sum()) / (12 * gdp),
        "household_deposits": 100 * float(opening.ledger.household_deposits.sum()) / (12 * gdp),
    }


_CLASSES = ((Size.LARGE,), (Size.MID_SIZED,), (Size.SME, Size.MICRO))


def _of(structure: Structure, *sizes: Size) -> NDArray[np.bool_]:
    return np.asarray(structure.firms.living & np.isin(structure.firms.size_class, sizes))


def _pay(structure: Structure, rows: NDArray[np.bool_]) -> float:
    firms = structure.firms
    return float(np.average(firms.wage[rows], weights=firms.workers[rows])) if rows.any() else float("nan")


def _value_added(structure: Structure) -> NDArray[np.float64]:
    firms, groups = structure.firms, structure.groups
    inputs = np.bincount(groups.buyer, groups.coefficient, firms.rows)
    return np.asarray(firms.output * (1 - inputs - firms.material_coefficient))
