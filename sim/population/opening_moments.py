"""Moments of the opening rest point: pay, productivity, margins, debt, by size and tier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import OUTSIDE, Kind, Size
from sim.population.build import Opening
from sim.population.describe import Moments, percent
from sim.population.firms import sector_profiles
from sim.population.structure import Structure


def opening_moments(opening: Opening) -> Moments:
    """Return pay, productivity, margin, credit and research moments of an opened economy."""
    structure = opening.structure
    return {**supplier_moments(structure), **_labour(structure), **_profit(opening), **_whole(opening)}


def surveyed(structure: Structure, *sizes: Size) -> NDArray[np.bool_]:
    """Whether each firm (n,) is a manufacturer that surveys ask; small ones unless size classes are given."""
    firms = structure.firms
    maker = sector_profiles(structure.table.names)["manufacturing"].to_numpy() == 1
    asked = maker[firms.sector] & (firms.workers >= SURVEYED_PERSONS)
    return np.asarray(_of(structure, *(sizes or SMALL)) & asked)


def supplier_moments(structure: Structure) -> Moments:
    """Return dependence, number of buyers and tiers of small suppliers of firms.

    Those of all sectors have at least `SURVEYED_PERSONS` workers; all other moments are those of the
    manufacturers among them, as in the surveys.
    """
    firms, links, network = structure.firms, structure.links, structure.network
    served = np.flatnonzero(network.served)
    supplier, flow = links.supplier[served], network.flow(firms.output, served)
    sold = np.bincount(supplier, flow, firms.rows)
    main = np.zeros(firms.rows)
    np.maximum.at(main, supplier, flow)
    sells = (sold > 0) & _of(structure, *SMALL) & (firms.workers >= SURVEYED_PERSONS)
    asked = surveyed(structure)
    makers = np.flatnonzero(asked & sells)
    share = main[makers] / np.maximum(firms.output, sold)[makers]  # who sells from stock may make nothing
    chain = firms.tier[makers[(firms.tier[makers] > 0) & (firms.tier[makers] < OUTSIDE)]]
    return {
        "suppliers_among_makers": percent(sells[asked]),
        "tier_1_share": percent(chain == 1),
        "tier_2_share": percent(chain == 2),
        "tier_3_share": percent(chain >= 3),
        "dependence_on_firms": 100 * float(sold[sells].sum() / firms.output[sells].sum()),
        "dependence_of_makers": 100 * float(sold[makers].sum() / firms.output[makers].sum()),
        "dependent_above_75": percent(share >= 0.75),
        "dependent_50_to_75": percent((share >= 0.5) & (share < 0.75)),
        "buyers_per_supplier": float(np.bincount(supplier, minlength=firms.rows)[makers].mean()),
    }


def _labour(structure: Structure) -> Moments:
    firms = structure.firms
    large, mid, small = (_of(structure, *sizes) for sizes in _CLASSES)
    makers, large_makers = surveyed(structure), surveyed(structure, Size.LARGE)
    prime = firms.living & (firms.kind == Kind.CONGLOMERATE)
    tier_1 = firms.living & (firms.tier == 1) & (firms.size_class >= Size.SME)
    added = _value_added(structure)
    return {
        "pay_mid_over_large": 100 * _pay(structure, mid) / _pay(structure, large),
        "pay_small_over_large": 100 * _pay(structure, small) / _pay(structure, large),
        "pay_tier_1_over_prime": 100 * _pay(structure, tier_1) / _pay(structure, prime),
        "productivity_small_over_large": 100
        * (added[makers].sum() / firms.workers[makers].sum())
        / (added[large_makers].sum() / firms.workers[large_makers].sum()),
        "employment_share_small": float(100 * firms.workers[small].sum() / firms.workers[firms.living].sum()),
    }


def _profit(opening: Opening) -> Moments:
    structure = opening.structure
    firms = structure.firms
    bonus = firms.labour_cost - firms.wage_bill
    margin = (firms.profit_trend - bonus) / np.maximum(firms.output, 1e-300)
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
        "wage_share": 100 * float((flows.wages * (1 + firms.bonus_rate))[firms.living].sum()) / gdp,
        "public_purchases": 100 * public / gdp,
        "firm_debt": 100 * float(firms.loans.sum()) / (12 * gdp),
        "household_deposits": 100 * float(opening.ledger.household_deposits.sum()) / (12 * gdp),
    }


SMALL = (Size.SME, Size.MICRO)
SURVEYED_PERSONS = 5  # surveys of manufacturers leave out firms with fewer workers
_CLASSES = ((Size.LARGE,), (Size.MID_SIZED,), SMALL)


def _of(structure: Structure, *sizes: Size) -> NDArray[np.bool_]:
    return np.asarray(structure.firms.living & np.isin(structure.firms.size_class, sizes))


def _pay(structure: Structure, rows: NDArray[np.bool_]) -> float:
    firms = structure.firms
    return float(np.average(firms.pay[rows], weights=firms.workers[rows])) if rows.any() else float("nan")


def _value_added(structure: Structure) -> NDArray[np.float64]:
    firms, groups = structure.firms, structure.groups
    inputs = np.bincount(groups.buyer, groups.coefficient, firms.rows)
    return np.asarray(firms.output * (1 - inputs - firms.material_coefficient))
