"""Whether a project pays: equipment bought now against gains of the next years."""

from __future__ import annotations

from typing import Any

import numpy as np


def annuity(rate: Any, years: float) -> Any:
    """Present value of one won a year for some years, paid at the end of each.

    >>> round(float(annuity(0.1, 2.0)), 6)  # 1/1.1 + 1/1.21
    1.735537
    """
    factor = -np.expm1(-years * np.log1p(rate))
    return np.where(np.asarray(rate) > 0, factor / np.where(np.asarray(rate) > 0, rate, 1.0), years)


def pays_off(gain: Any, cost: Any, own_cost: Any, rate: Any, years: float, wear: float) -> Any:
    """Whether a project does not lose by net present value.

    Parameters
    ----------
    gain
        Won a year before the upkeep of the equipment.
    cost, own_cost
        Won to be spent, and what of it the firm pays itself.
    rate
        The firm's interest rate.
    years
        Horizon over which the firm reckons.
    wear
        Part of the equipment to be renewed in a year, which is the firm's own affair.
    """
    return annuity(rate, years) * (gain - wear * cost) >= own_cost
