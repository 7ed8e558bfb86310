"""The economy of month zero, as tables: moments beside targets, tails of distributions, a supply chain."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.draws import Draws
from sim.economy.kinds import NOBODY, OUTSIDE, Kind
from sim.population.build import Opening, open_economy
from sim.population.describe import TAIL, hill_exponent, moments
from sim.population.opening_moments import opening_moments
from sim.population.structure import Structure
from sim.scenario import Scenario

MOST = 150  # firms that a picture of a network can show


class OpeningTables:
    """What an opening economy looks like.

    Parameters
    ----------
    scenario
        Its economy, opened with its first seed.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    @cached_property
    def opening(self) -> Opening:
        """The opened economy; ages count from its first month."""
        one = self.scenario
        return open_economy(one.economy, one.parameters, Draws(one.run.seed), month=0)

    @property
    def structure(self) -> Structure:
        """Its real structure."""
        return self.opening.structure

    @cached_property
    def moments(self) -> pd.DataFrame:
        """Moments reached beside their targets (`sim.population.describe.moments`)."""
        return moments(self.structure, lambda _: opening_moments(self.opening))

    @cached_property
    def tails(self) -> pd.DataFrame:
        """Part of firms with at least so much, for sales, numbers of customers and of suppliers.

        Columns: ``measure``, ``value`` (of sales over their mean), ``part`` (of firms with positive values
        that have at least so much), ``exponent`` (Hill's estimate on the largest twentieth), ``tail``
        (whether the value is among those).
        """
        firms, links = self.structure.firms, self.structure.links
        living = firms.living
        inside = living[links.buyer] & (links.supplier != NOBODY)
        sales = self.structure.target_sales[living]
        customers, suppliers = (
            np.bincount(ends[inside], minlength=firms.rows)[living] for ends in (links.supplier, links.buyer)
        )
        measures = {"sales": sales / sales.mean(), "customers": customers, "suppliers": suppliers}
        return pd.concat([tail_of(name, values) for name, values in measures.items()], ignore_index=True)

    def chain(self, most: int = MOST) -> pd.DataFrame:
        """Return the links of the conglomerate with the most suppliers, and of theirs, tier by tier.

        Of each tier the links with the largest flows are kept, so that no more than ``most`` firms are shown.

        Returns
        -------
        A row a link: ``supplier`` and ``buyer`` (row numbers), ``supplier_tier``, ``buyer_tier``, and
        ``supplier_sector``, ``buyer_sector``, ``supplier_sales``, ``buyer_sales`` and ``flow`` (simulated
        won a month). Only links from one tier to the tier above are in it.
        """
        structure = self.structure
        firms, links = structure.firms, structure.links
        flow = structure.flows
        served = (links.supplier != NOBODY) & (flow > 0)
        served &= firms.living[links.buyer] & firms.living[links.supplier]
        tier, supplier, buyer = firms.tier, links.supplier, links.buyer
        up = np.flatnonzero(served & (tier[supplier] == tier[buyer] + 1) & (tier[supplier] < OUTSIDE))
        heads = np.bincount(buyer[up], minlength=firms.rows) * (firms.kind == Kind.CONGLOMERATE)
        kept: list[NDArray[np.intp]] = []
        above = np.array([int(np.argmax(heads))])
        for room in (most // 3, most // 2, most - 1 - most // 3 - most // 2):
            mine = up[np.isin(buyer[up], above)]
            mine = mine[np.argsort(-flow[mine], kind="stable")]
            _, first = np.unique(supplier[mine], return_index=True)
            above = supplier[mine[np.sort(first)[:room]]]
            kept.append(mine[np.isin(supplier[mine], above)])
        rows = np.concatenate(kept)
        names = np.array(structure.table.names)
        ends = {"supplier": supplier[rows], "buyer": buyer[rows]}
        table: dict[str, NDArray[np.generic]] = {**ends}
        table |= {f"{end}_tier": tier[at] for end, at in ends.items()}
        table |= {f"{end}_sector": names[firms.sector[at]] for end, at in ends.items()}
        table |= {f"{end}_sales": structure.target_sales[at] for end, at in ends.items()}
        return pd.DataFrame(table | {"flow": flow[rows]})


def tail_of(name: str, values: NDArray[np.generic]) -> pd.DataFrame:
    """Return the part of firms that have at least each value."""
    positive = np.sort(np.asarray(values, dtype=float)[np.asarray(values) > 0])
    value, first = np.unique(positive, return_index=True)
    part = 1 - first / positive.size
    table = pd.DataFrame({"measure": name, "value": value, "part": part})
    return table.assign(exponent=hill_exponent(positive), tail=table["part"] <= TAIL)
