"""Links from a researcher's table, put in the place of a buyer's generated input groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import Instrument
from sim.population.firms import Reals, Rows


@dataclass(frozen=True)
class OwnLinks:
    """A researcher's links, (l,) by row of the firms, in order of buyer and supplier's sector."""

    buyer: Rows
    supplier: Rows
    sector: Rows
    amount: Reals
    frame: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, identity: NDArray[np.int64], firms: Firms) -> OwnLinks:
        """Find the firms' rows; ``identity`` holds the (n,) ids by row."""
        order = np.argsort(identity)
        ends = {
            end: order[np.searchsorted(identity[order], frame[end].to_numpy().astype(np.int64))]
            for end in ("buyer", "supplier")
        }
        sector = firms.sector[ends["supplier"]]
        amount = frame["amount"].to_numpy(dtype=float) if "amount" in frame else np.ones(len(frame))
        by_group = np.lexsort((sector, ends["buyer"]))
        return cls(
            ends["buyer"][by_group],
            ends["supplier"][by_group],
            sector[by_group],
            amount[by_group],
            frame.iloc[by_group].reset_index(drop=True),
        )

    def notes(self) -> list[str]:
        """Say what was generated."""
        filled = {
            "amount": "inputs by the table's coefficients, suppliers of a sector with equal shares",
            "age": "from the survival of links",
            "terms": "from published payment terms",
            "instrument": "from the published share of cash",
        }
        missing = [
            f"links table: column {name!r} is missing, {how}"
            for name, how in filled.items()
            if name not in self.frame
        ]
        others = f"links table: {np.unique(self.buyer).size} buyers have own links, all others generated ones"
        return [*missing, others]

    def groups(self, firms: Firms, coefficients: Reals) -> tuple[Rows, Rows, Reals, Rows, Reals]:
        """Return buyer, sector, coefficient of each own group, then each link's group and share.

        A firm's coefficients add up to its sector's total; their proportions are those of the amounts or,
        without amounts, of the input-output table.
        """
        starts = np.r_[True, (np.diff(self.buyer) != 0) | (np.diff(self.sector) != 0)]
        group = np.cumsum(starts) - 1
        buyer, sector = self.buyer[starts], self.sector[starts]
        bought = np.bincount(group, self.amount)
        # An input the table does not know keeps a small coefficient, so that the link stays alive.
        usual = np.maximum(coefficients[sector, firms.sector[buyer]], 1e-6)
        weight = bought if "amount" in self.frame else usual
        total = coefficients.sum(axis=0)[firms.sector[buyer]]
        coefficient = total * weight / np.bincount(buyer, weight, firms.rows)[buyer]
        return buyer, sector, coefficient, group, self.amount / bought[group]

    def join(self, groups: Groups, firms: Firms, coefficients: Reals) -> tuple[Groups, Rows, Reals]:
        """Replace the generated groups of own buyers.

        Returns
        -------
        All groups in order of the buyer, each own link's group, each own link's share.
        """
        kept = np.flatnonzero(~np.isin(groups.buyer, self.buyer))
        buyer, sector, coefficient, group, share = self.groups(firms, coefficients)
        joined = Groups(kept.size + buyer.size)
        order = np.argsort(np.concatenate([groups.buyer[kept], buyer]), kind="stable")
        for name, own in (("buyer", buyer), ("sector", sector), ("coefficient", coefficient)):
            setattr(joined, name, np.concatenate([groups.arrays[name][kept], own])[order])
        place = np.empty(order.size, dtype=np.intp)
        place[order] = np.arange(order.size)
        return joined, place[kept.size :][group], share

    def write(self, links: Links, rows: Rows) -> None:
        """Write given contract columns over generated ones; ``rows`` are the own links' rows."""
        frame = self.frame
        if "age" in frame:
            links.since[rows] = -np.round(MONTHS * frame["age"].to_numpy(dtype=float))
        if "terms" in frame:
            links.terms[rows] = frame["terms"].to_numpy()
        if "instrument" in frame:
            cash = (frame["instrument"] == "cash").to_numpy()
            links.instrument[rows] = np.where(cash, Instrument.CASH, Instrument.NOTE)
