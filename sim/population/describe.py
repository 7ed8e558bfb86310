"""Moments of the economy at month zero beside the published figures they should resemble."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.core.months import MONTHS
from sim.economy.kinds import NOBODY, Instrument, Kind, Size
from sim.metrics.network import hill
from sim.population.published import targets
from sim.population.structure import Structure

Reals = NDArray[np.float64]
TAIL = 0.05  # largest part of the firms in which a tail exponent is measured

Moments = dict[str, float]


def moments(structure: Structure, *more: Callable[[Structure], Moments]) -> pd.DataFrame:
    """Compare the structure with the targets.

    Parameters
    ----------
    structure
        The real structure of month zero.
    more
        Further functions that return moments by name; one without a published counterpart in
        ``data/published.csv`` is listed without a target.

    Returns
    -------
    One row a moment: moment, target, reached, unit, year, row (of the evidence), confidence, use, meaning.
    """
    reached: Moments = {}
    for function in (size_moments, network_moments, contract_moments, table_moments, *more):
        reached |= function(structure)
    table = targets().reindex(list(reached))
    table.insert(1, "reached", pd.Series(reached))
    return table.rename_axis("moment").reset_index()


def hill_exponent(values: ArrayLike, tail: float = TAIL) -> float:
    """Return the tail exponent of positive values, by Hill's estimator on the largest ones.

    Examples
    --------
    >>> sample = (np.arange(1, 10001) - 0.5) ** (-1 / 1.5)
    >>> round(hill_exponent(sample), 2)
    1.5
    """
    return hill(values, max(1, int(tail * np.count_nonzero(np.asarray(values) > 0))))


def size_moments(structure: Structure) -> Moments:
    """Return shares of size classes, group membership, exports, ages, the tail of sales."""
    firms = structure.firms
    living = np.flatnonzero(firms.living)
    size = firms.size_class[living]
    sales, exports = (
        np.bincount(size, column[living], len(Size)) / column[living].sum() * 100
        for column in (structure.target_sales, structure.export_sales)
    )
    large = living[size == Size.LARGE]
    age = -firms.birth[living[size >= Size.SME]] / MONTHS
    return {
        "sales_share_large": sales[Size.LARGE],
        "sales_share_mid_sized": sales[Size.MID_SIZED],
        "sales_share_small": sales[Size.SME :].sum(),
        "firms_large": float((size == Size.LARGE).sum()),
        "firms_mid_sized": float((size == Size.MID_SIZED).sum()),
        "large_in_groups": percent(firms.kind[large] == Kind.CONGLOMERATE),
        "export_share_large": exports[Size.LARGE],
        "export_share_mid_sized": exports[Size.MID_SIZED],
        "sales_raised": 100 * structure.raised / living.size,
        "sales_tail": hill_exponent(structure.target_sales[living]),
        "age_small": float(age.mean()),
        "older_than_10_years": percent(age >= 10),
        "younger_than_5_years": percent(age < 5),
    }


def network_moments(structure: Structure) -> Moments:
    """Return links a firm and the tails of the numbers of customers and suppliers."""
    firms, links = structure.firms, structure.links
    inside = _inside(structure)
    customers = np.bincount(links.supplier[inside], minlength=firms.rows)[firms.living]
    suppliers = np.bincount(links.buyer[inside], minlength=firms.rows)[firms.living]
    return {
        "links_per_firm": inside.size / firms.living.sum(),
        "customer_tail": hill_exponent(customers),
        "supplier_tail": hill_exponent(suppliers),
    }


def contract_moments(structure: Structure) -> Moments:
    """Return how links are paid; each link counts once."""
    links, inside = structure.links, _inside(structure)
    return {
        "cash_share": percent(links.instrument[inside] == Instrument.CASH),
        "paid_within_60_days": percent(links.terms[inside] <= 2),
    }


def table_moments(structure: Structure) -> Moments:
    """Return the intermediate input rate and how closely firms reproduce the input-output table."""
    table, output = structure.table, structure.table.output
    inputs = table.intermediate.sum() + table.imports.sum()
    gap = np.abs(structure.sector_flows - table.intermediate).sum()
    return {
        "intermediate_input_rate": float(100 * inputs / output.sum()),
        "flow_error": float(100 * gap / table.intermediate.sum()),
        "closure_error": 100 * table.closure_error,
    }


def percent(true: NDArray[np.bool_]) -> float:
    """Return the part of entries that are true, in percent; not a number when there are none."""
    return float(100 * true.mean()) if true.size else float("nan")


def _inside(structure: Structure) -> NDArray[np.intp]:
    """Links between living firms."""
    links = structure.links
    return np.flatnonzero(structure.firms.living[links.buyer] & (links.supplier != NOBODY))
