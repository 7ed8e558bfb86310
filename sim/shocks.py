"""What hits the economy from outside on a date: five kinds of shocks, and all those of a run.

A shock stands in a table ``[shock.NAME]`` of a scenario, with its ``kind``, ``start``, ``end`` and
values. Its ``change`` may be dated: that is a path. It moves one quantity that the month takes from
outside and nothing else; whatever follows, the model works out. Several shocks of a kind multiply,
those of the policy rate add up. Sizes are the researcher's: no default is a forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.dated import Dated
from sim.core.errors import InputError, Problem
from sim.core.params import Parameters, param
from sim.policies.where import Where

Real = NDArray[np.float64]
Rows = NDArray[np.intp]


class Shock(Parameters):
    """A shock, with the values it has this month."""

    lasting: ClassVar[bool] = True  # whether it has a last month, rather than happening once


class Materials(Shock):
    """Imported materials leave their price trend, and goods made abroad by the materials in them."""

    title = "price of imported materials"
    change: float = param(
        0.0,
        ge=-0.9,
        le=5,
        unit="1",
        doc="change of the price against its trend",
        source="scenario assumption, -0.3 to 0.5: a rise of supply costs of 26.4 % in 2021 (row 111)",
    )


class Exports(Shock):
    """The world asks some firms for more or less at the same price."""

    title = "export demand"
    change: float = param(
        0.0,
        ge=-1,
        le=5,
        unit="1",
        doc="change of export demand at price parity",
        source="scenario assumption, -0.4 to 0.4",
    )
    where: Where = param(
        Where(), unit="mask", doc="firms it concerns; all when empty", source="scenario assumption"
    )


class Interest(Shock):
    """The policy rate moves, and with it what banks ask for loans, pay on deposits and get on bonds."""

    title = "policy rate"
    change: float = param(
        0.0,
        ge=-0.2,
        le=0.2,
        unit="1/year",
        doc="change of the policy rate, in parts of one: 0.03 are three percentage points",
        source="scenario assumption, -0.02 to 0.03: the Bank of Korea's base rate since 2011 lay between "
        "0.005 and 0.035",
    )


class Failure(Shock):
    """One firm fails in the month of the start, as others do that are too long in arrears."""

    title = "failure of a firm"
    lasting = False
    rank: int = param(
        1,
        ge=1,
        unit="1",
        doc="its place by last year's sales among the living firms concerned",
        source="scenario assumption, 1 to 10",
    )
    where: Where = param(
        Where(),
        unit="mask",
        doc="firms among which it is ranked; all when empty",
        source="scenario assumption",
    )


class Capacity(Shock):
    """A part of firms' capacity cannot be used, as in a pandemic: they plan for no more than the rest."""

    title = "loss of capacity"
    change: float = param(
        0.0,
        ge=-1,
        le=0,
        unit="1",
        doc="change of the capacity that can be used",
        source="scenario assumption, -0.6 to -0.05",
    )
    where: Where = param(
        Where(), unit="mask", doc="firms it concerns; all when empty", source="scenario assumption"
    )


KINDS: dict[str, type[Shock]] = {
    "materials": Materials,
    "exports": Exports,
    "interest": Interest,
    "failure": Failure,
    "capacity": Capacity,
}


class ShockBook:
    """All shocks of a run; the model asks it wherever one may strike. Without shocks nothing is computed.

    Parameters
    ----------
    entries
        Shocks of a scenario (``scenario.shocks``).
    """

    def __init__(self, entries: Sequence[Dated[Shock]]) -> None:
        self.entries = tuple(entries)

    def striking[S: Shock](self, kind: type[S], month: int) -> list[S]:
        """Return the shocks of a kind in force in a month."""
        standing = (entry.at(month) for entry in self.entries)
        return [shock for shock in standing if isinstance(shock, kind)]

    def materials(self, change: float, month: int) -> float:
        """Return the change of material prices against trend, ``change`` being that without shocks."""
        shocks = self.striking(Materials, month)
        if not shocks:
            return change
        factor = 1 + change
        for shock in shocks:
            factor *= 1 + shock.change
        return factor - 1

    def policy_rate(self, rate: float, month: int) -> float:
        """Return the policy rate, ``rate`` being that without shocks."""
        for shock in self.striking(Interest, month):
            rate += shock.change
        return rate

    def exports(self, model: Any) -> Real | float:
        """Return (n_firms,) export demand over that without shocks; 1.0 without."""
        return self._factor(model, self.striking(Exports, model.month))

    def capacity(self, model: Any) -> Real | None:
        """Return (n_firms,) part of capacity that can be used; None without shocks."""
        shocks = self.striking(Capacity, model.month)
        return np.asarray(self._factor(model, shocks)) if shocks else None

    def failing(self, model: Any) -> Rows:
        """Return the firms that shocks make fail this month.

        Raises
        ------
        InputError
            When fewer firms live than a rank asks for.
        """
        chosen = [
            self._ranked(model, entry.name, entry.values(model.month))
            for entry in self.entries
            if entry.first == model.month and isinstance(entry.values(model.month), Failure)
        ]
        return np.unique(np.array(chosen, dtype=np.intp))

    def _ranked(self, model: Any, name: str, shock: Any) -> int:
        firms = model.firms
        rows = np.flatnonzero(firms.living & shock.where.mask(model))
        if rows.size < shock.rank:
            what = f"only {rows.size} of the firms concerned live when it strikes"
            raise InputError([Problem(f"shock.{name}.rank", what, "lower the rank, or widen where")])
        # Of firms with equal sales the one with the lower number comes first.
        order = np.lexsort((firms.uid[rows], -firms.year_sales_past[rows]))
        return int(rows[order[shock.rank - 1]])

    def _factor(self, model: Any, shocks: Sequence[Exports | Capacity]) -> Real | float:
        if not shocks:
            return 1.0
        factor = np.ones(model.firms.rows)
        for shock in shocks:
            factor[shock.where.mask(model)] *= 1 + shock.change
        return factor
