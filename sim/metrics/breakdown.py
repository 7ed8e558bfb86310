"""The month by groups of firms: one row a tier, a size class, a sector, or any other column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.metrics.economy import value_added
from sim.metrics.metric import Economy


def breakdown(model: Economy, by: str = "tier") -> pd.DataFrame:
    """Return a table of living firms, grouped by a column.

    Parameters
    ----------
    model
        The economy, at the end of a month.
    by
        Name of a column of firms with few values, for example ``"tier"``, ``"size_class"``,
        ``"kind"``, ``"sector"`` or ``"region"``.

    Returns
    -------
    One row a value, in ascending order: ``firms`` (simulated), ``workers`` (person), ``sales`` and
    ``value_added`` (KRW/month, of the whole economy), ``margin`` (operating profit over sales),
    ``wage`` and ``productivity`` (KRW/person/month; not a number where a group has none), ``received`` and
    ``paid`` under policies by firms that get more than they pay, or less (KRW/month, of the whole economy).
    """
    firms, living = model.firms, np.flatnonzero(model.firms.living)
    labels, group = np.unique(getattr(firms, by)[living], return_inverse=True)

    def total(column: np.ndarray) -> np.ndarray:
        return np.bincount(group, column[living], labels.size)

    added, sales, workers = total(value_added(model)), total(firms.sales), total(firms.workers)
    profit = added - total(firms.labour_cost) - total(firms.depreciation)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "firms": np.bincount(group, minlength=labels.size),
            "workers": workers * model.scale,
            "sales": sales * model.scale,
            "value_added": added * model.scale,
            "margin": np.where(sales > 0, profit / sales, np.nan),
            "wage": total(firms.pay * firms.workers) / workers,
            "productivity": added / workers,
            "received": total(np.maximum(firms.transfers, 0)) * model.scale,
            "paid": total(np.maximum(-firms.transfers, 0)) * model.scale,
        }
    return pd.DataFrame(columns, index=pd.Index(labels, name=by))
