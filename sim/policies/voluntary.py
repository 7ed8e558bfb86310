"""Taking part in a policy by choice: who joins, who leaves, and what the choice turns on.

The choice is the logit dynamics of Brock and Durlauf (2001, Discrete choice with social
interactions, Review of Economic Studies 68: 235-260): now and then a firm considers whether to take
part, and what taking part is worth to it, reputation and peers included, moves the odds. The form is
published; its numbers are scenario assumptions, chosen with the slow growth of voluntary schemes in
Korea in view (evidence rows 34, 64, 121).
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.core.draws import Decision
from sim.core.graph import least
from sim.core.months import MONTHS, QUARTER
from sim.core.params import param
from sim.economy.kinds import NOBODY
from sim.policies.base import Policy

Real = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


def yearly_profit(model: Any) -> Real:
    """Return (n_firms,) won of profit in a year like the last."""
    return np.asarray(MONTHS * (model.firms.profit_trend - model.firms.interest))


def main_customer(model: Any, customers: Mask, suppliers: Mask) -> Rows:
    """Return (n_firms,) the customer, of some, that bought most from each of some suppliers; or nobody."""
    firms, links, network = model.firms, model.links, model.network
    bought = model.invoice * (network.served & customers[links.buyer] & suppliers[network.supplier])
    rows = np.flatnonzero(bought)
    largest = rows[least(network.supplier[rows], -bought[rows].astype(float))]
    customer = np.full(firms.rows, NOBODY, dtype=np.intp)
    customer[network.supplier[largest]] = links.buyer[largest]
    return customer


class Voluntary(Policy):
    """A policy whose members are drawn once, or choose for themselves every quarter.

    What can join is a row of firms here; a policy whose members are contracts says so by overriding
    `joined`, `may_join`, `decider`, `turnover`, `identity` and `permanent_draw`.
    """

    take_up: float = param(
        1.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of those entitled that take part, where they do not choose",
        source="scenario assumption, 0.1 to 1",
    )
    voluntary: bool = param(
        False,
        unit="1",
        doc="whether firms choose to take part, instead of a fixed part of them",
        source="scenario assumption, 0 to 1",
    )
    join_rate: float = param(
        0.05,
        ge=0,
        le=12,
        unit="1/year",
        doc="how often a firm considers joining or leaving",
        source="scenario assumption, 0.01 to 0.3: drawers of win-win payment grew by about 3 % of large "
        "firms a year from 2018 to 2025 (rows 64, 65, 235)",
    )
    sensitivity: float = param(
        500.0,
        ge=0,
        le=100_000,
        unit="1",
        doc="how strongly the odds to take part answer to what it is worth, a unit of sales",
        source="scenario assumption, 100 to 2000: at 500 a cost of 0.2 % of sales lowers the odds to 0.37",
    )
    reputation: float = param(
        0.001,
        ge=0,
        le=0.1,
        unit="1",
        doc="value of the reputation from taking part, over sales",
        source="scenario assumption, 0 to 0.005",
    )
    peers: float = param(
        0.0,
        ge=0,
        le=0.1,
        unit="1",
        doc="further value, over sales, when all others of the sector take part",
        source="scenario assumption, 0 to 0.005",
    )

    fixed_cost: float = param(
        0.0,
        ge=0,
        le=1e12,
        unit="KRW/year",
        doc="work of taking part, the same for large and small; it only counts in the choice",
        source="scenario assumption, 0 to 5e9: the largest join first",
    )

    def expected_gain(self, model: Any) -> Real:
        """Return (n,) won a year that a member expects to gain less what it expects to pay."""
        return np.zeros(self.decider(model).size)

    # --- who can join ----------------------------------------------------------------------------
    def joined(self, model: Any) -> NDArray[np.int32]:
        """Return (n,) month each joined, -1 outside: state of the model, not a copy."""
        members: NDArray[np.int32] = model.memberships.setdefault(
            self.name, np.full(model.firms.rows, -1, dtype=np.int32)
        )
        return members

    def may_join(self, model: Any) -> Mask:
        """Return (n,) who is entitled to take part."""
        return np.asarray(self.covers(model) & model.firms.living)

    def decider(self, model: Any) -> Rows:
        """Return (n,) the firm that decides."""
        return np.arange(model.firms.rows)

    def turnover(self, model: Any) -> Real:
        """Return (n,) won a year against which a gain is measured."""
        return np.asarray(MONTHS * model.firms.sales, dtype=float)

    def identity(self, model: Any, rows: Rows) -> tuple[NDArray[Any], Any]:
        """Return the two identities that key the draws of some rows."""
        return model.firms.uid[rows], crc32(self.name.encode())

    def permanent_draw(self, model: Any, rows: Rows) -> Real:
        """Return one number from 0 to 1 for each of some rows, the same in every month."""
        return np.asarray(model.draws.uniform(Decision.TAKE_UP, 0, *self.identity(model, rows)))

    # --- who takes part --------------------------------------------------------------------------
    def members(self, model: Any) -> Mask:
        """Return (n,) who takes part."""
        return np.asarray(self.joined(model) >= 0)

    def on_start(self, model: Any) -> None:
        """Let those entitled choose for the first time."""
        if self.voluntary:
            self._choose(model, model.month - 1)  # as if in the quarter before, whose draws are unused

    def on_month_start(self, model: Any) -> None:
        """Hold to the fixed part of those entitled, and let nobody else take part."""
        chosen = self.members(model) if self.voluntary else self._drawn(model)
        self._set(model, chosen & self.may_join(model))

    def on_quarter_end(self, model: Any) -> None:
        """Let those entitled join or leave."""
        if self.voluntary:
            self._choose(model, model.month)

    def on_end(self, model: Any) -> None:
        """Let all memberships end."""
        self.joined(model)[:] = -1

    def _set(self, model: Any, members: Mask) -> None:
        joined = self.joined(model)
        joined[~members] = -1
        joined[members & (joined < 0)] = model.month

    def _drawn(self, model: Any) -> Mask:
        """Return (n,) who lies within the fixed part; a larger part only adds members."""
        rows = np.flatnonzero(self.may_join(model))
        drawn = np.zeros(self.joined(model).size, dtype=bool)
        drawn[rows] = self.permanent_draw(model, rows) < self.take_up
        return drawn

    def _choose(self, model: Any, month: int) -> None:
        """Members leave and others join with the chances of a quarter."""
        member, may = self.members(model), self.may_join(model)
        towards = np.where(member, -1, 1) * self.sensitivity * self.worth(model)
        chance = -np.expm1(-self.join_rate * QUARTER / MONTHS * expit(towards))
        rows = np.flatnonzero(may)
        changes = np.zeros(member.size, dtype=bool)
        drawn = model.draws.uniform(Decision.JOIN, month, *self.identity(model, rows))
        changes[rows] = drawn < chance[rows]
        self._set(model, (member ^ changes) & may)

    def worth(self, model: Any) -> Real:
        """Return (n,) what taking part is worth over turnover: reputation, peers, gain less fixed cost."""
        firms, decider = model.firms, self.decider(model)
        sector = firms.sector[decider]
        entitled = np.bincount(sector, self.may_join(model), model.sectors.rows)
        taking_part = np.bincount(sector, self.members(model), model.sectors.rows)
        others = (taking_part / np.maximum(entitled, 1))[sector]
        reputation = np.full(firms.rows, self.reputation)
        reputation = model.policies.adjust("adjust_reputation", model, reputation)[decider]
        gain = self.expected_gain(model) - self.fixed_cost * model.price_trend
        return np.asarray(reputation + self.peers * others + gain / np.maximum(self.turnover(model), 1.0))
