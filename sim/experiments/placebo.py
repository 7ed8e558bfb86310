"""The placebo: one won to a firm drawn at random, once, and nothing else.

Its effect says how far two runs drift apart when nothing of weight has happened: a threshold here, an
odd won there. An effect of a policy that is not larger is below the placebo floor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Decision
from sim.policies.base import Policy
from sim.scenario import Scenario

PLACEBO = "placebo"  # name of its run


def with_placebo(baseline: Scenario, since: str) -> Scenario:
    """Return a baseline with the placebo, given in a month, or in the first where none is said."""
    return baseline.adding(__file__, start=since or baseline.run.start).named(PLACEBO)


class Placebo(Policy):
    """The government pays one won to one living firm in the first month in force."""

    title = "Placebo"
    korean = "위약"
    acts_on = "nothing of weight"
    paid_by = "government"
    received_by = "one firm drawn at random"
    channel = "liquidity"

    def on_start(self, model: Any) -> None:
        """Pay the won."""
        firms, ledger = model.firms, model.ledger
        drawn = np.where(firms.living, model.draws.uniform(Decision.PLACEBO, model.month, firms.uid), 2.0)
        model.fund_government(1)
        ledger.pay(ledger.at.government, ledger.firm(np.array([drawn.argmin()])), [1], self.name)
