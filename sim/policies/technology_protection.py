"""Help victims of technology theft to prove it, and make it dearer for proven thieves (기술탈취 근절).

Source: a third of suits is won (evidence row 148), with awards of 17.5 % of claims (row 149) and fines of
at most 0.05 bn won (row 152). Three in four victims name evidence as the obstacle (row 154), which
discovery by experts of the court (한국형 디스커버리) is to remove; a surcharge of at most 2, then 5 bn won is
planned (rows 153, 174). Whether theft still pays is the buyers' own reckoning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.core.params import param
from sim.policies.base import Policy
from sim.policies.officials import pay_officials
from sim.rules.theft import Penalties

Rows = NDArray[np.intp]


class TechnologyProtection(Policy):
    """Experts of the court help to prove technology theft; damages and surcharges are higher.

    ``where`` names the buyers whose thefts it concerns.
    """

    title = "Technology-theft protection"
    korean = "기술탈취 근절"
    acts_on = "chance of proof, damages and surcharge of a technology theft"
    paid_by = "proven thieves, in damages and surcharges; government, for experts"
    received_by = "victims, in damages; government, in surcharges"
    channel = "technology"

    discovery: float = param(
        0.0,
        ge=0,
        le=1,
        unit="1",
        doc="part of thefts not proven without it that experts appointed by the court prove",
        source="scenario assumption, 0.1 to 0.73: evidence is the obstacle for 73 % of victims (row 154)",
    )
    expert_cost: float = param(
        26e6,
        ge=0,
        unit="KRW",
        doc="pay of the experts for one case, once there is discovery",
        source="row 156: 0.36 bn won for 14 cases of damage assessment",
    )
    award: float = param(
        0.0,
        ge=0,
        le=10,
        unit="1",
        doc="least damages over the victim's loss when a theft is proven",
        source="scenario assumption, 0.077 to 5: 0.80 bn claimed are 0.44 of a mean loss (rows 147, 149)",
    )
    surcharge_cap: float = param(
        0.0,
        ge=0,
        unit="KRW",
        doc="most that is charged for a proven theft; the fine of the law as it stands is not lowered",
        source="row 153: 2 bn, then 5 bn won planned",
    )
    surcharge_rate: float = param(
        1.0,
        ge=0,
        le=10,
        unit="1",
        doc="surcharge over the victim's loss, up to the cap",
        source="scenario assumption, 0.2 to 3",
    )

    def adjust_penalties(self, model: Any, law: Penalties, rows: Rows) -> Penalties:
        """Raise the chance of proof, damages and surcharge of thefts by the buyers covered."""
        firms, links = model.firms, model.links
        covered = self.covers(model)[links.buyer[rows]]
        loss = model.parameters["theft"].loss * MONTHS * firms.sales[links.supplier[rows]]
        proven = law.detection + self.discovery * (1 - law.detection)
        charged = np.maximum(law.surcharge, np.minimum(self.surcharge_cap, self.surcharge_rate * loss))
        return Penalties(
            np.where(covered, proven, law.detection),
            np.where(covered, np.maximum(law.award, self.award), law.award),
            np.where(covered, charged, law.surcharge),
        )

    def on_theft(self, model: Any, victim: Rows, thief: Rows) -> None:
        """Pay the experts of the cases that come up, to workers as pay is spread over them."""
        cases = np.count_nonzero(self.covers(model)[thief]) if self.discovery else 0
        pay_officials(model, round(self.expert_cost * model.price_trend * cases), f"{self.name}: experts")
