"""The supply network: sums over links by group, buyer and supplier."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.graph import CompressedRows, compress, runs
from sim.core.split import whole_sums
from sim.economy.contracts import Groups, Links
from sim.economy.kinds import NOBODY

Real = NDArray[np.float64]


class Network:
    """Access to groups and links by buyer and by supplier.

    Links lie in order of their group and groups in order of their buyer, so sums by group and by
    buyer are runs of neighbouring rows. Sums by supplier scatter.
    """

    def __init__(self, groups: Groups, links: Links, firms: int) -> None:
        self.groups = groups
        self.links = links
        self.firms = firms
        self.group_start = np.searchsorted(links.group, np.arange(groups.rows + 1)).astype(np.intp)
        every = np.arange(firms + 1)
        self.first_group = np.searchsorted(groups.buyer, every).astype(np.intp)
        self.first_link = self.group_start[self.first_group]
        self._listed: CompressedRows | None = None
        self._potential: NDArray[np.bool_] = np.zeros(firms, dtype=bool)
        self.served: NDArray[np.bool_] = np.zeros(links.rows, dtype=bool)
        self.supplier: NDArray[np.intp] = np.zeros(links.rows, dtype=np.intp)
        self._seller: NDArray[np.intp] = np.zeros(
            links.rows, dtype=np.intp
        )  # one row past the last for nobody
        self.changed()

    def expect(self, potential: NDArray[np.bool_]) -> None:
        """Note which firms (n,) may enter later."""
        self._potential, self._listed = potential.copy(), None

    def changed(self, rows: NDArray[Any] | slice = slice(None)) -> None:
        """Note that suppliers of some links have changed."""
        supplier = self.links.supplier[rows]
        self.served[rows] = supplier != NOBODY
        self.supplier[rows] = np.where(supplier != NOBODY, supplier, 0)
        self._seller[rows] = np.where(supplier != NOBODY, supplier, self.firms)

    def use(self, rows: NDArray[Any] | slice = slice(None)) -> Real:
        """(rows,) units that links bring for a unit of their buyers' output."""
        return np.asarray(self.groups.coefficient.take(self.links.group[rows]) * self.links.share[rows])

    def flow(self, output: Real, rows: NDArray[Any] | slice = slice(None)) -> Real:
        """(rows,) units a month that links carry when buyers make ``output`` (n_firms,)."""
        return np.asarray(self.use(rows) * output.take(self.links.buyer[rows]))

    def sum_by_supplier(self, value: NDArray[Any]) -> Real:
        """(n_firms,) sums of (n_links,) values over the links each firm serves.

        Whole numbers stay exact as long as sums are below 2**53, which is nine thousand trillion won.
        """
        if value.dtype == np.int64:  # the same, without turning every value into a real number
            return whole_sums(self._seller, value, self.firms + 1)[: self.firms].astype(float)
        return np.bincount(self._seller, value, self.firms + 1)[: self.firms]

    def sum_by_buyer(self, value: NDArray[Any]) -> Real:
        """(n_firms,) sums of (n_links,) values over the links each firm buys on."""
        if value.dtype == np.int64:
            return whole_sums(self.links.buyer, value, self.firms).astype(float)
        return np.bincount(self.links.buyer, value, self.firms)

    def sum_by_group(self, value: NDArray[Any]) -> Real:
        """(n_groups,) sums of (n_links,) values over each group's links."""
        return np.bincount(self.links.group, value, self.groups.rows)

    def sum_groups_by_buyer(self, value: NDArray[Any]) -> Real:
        """(n_firms,) sums of (n_groups,) values over each firm's input groups."""
        return np.bincount(self.groups.buyer, value, self.firms)

    def groups_that_list(self, firms: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Input groups on whose permanent lists some potential firms stand, and the place of each firm.

        The lists never change, so they are turned around once, when first asked for.
        """
        if self._listed is None:
            flat = self.groups.candidates.reshape(-1)
            entries = np.flatnonzero((flat != NOBODY) & self._potential[np.maximum(flat, 0)])
            rows = compress(flat[entries], self.firms)
            self._listed = CompressedRows(rows.start, entries[rows.order] % self.groups.rows)
        return self._listed.of_all(firms)

    def groups_of_buyers(self, firms: NDArray[Any]) -> NDArray[np.intp]:
        """Input groups of some firms."""
        first = self.first_group[firms]
        return runs(first, self.first_group[firms + 1] - first)[0]

    def links_of_buyers(self, firms: NDArray[Any]) -> NDArray[np.intp]:
        """Links on which some firms buy."""
        first = self.first_link[firms]
        return runs(first, self.first_link[firms + 1] - first)[0]

    def links_of_groups(self, rows: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Links of some groups, and for each the place of its group in ``rows``."""
        first = self.group_start[rows]
        return runs(first, self.group_start[rows + 1] - first)
