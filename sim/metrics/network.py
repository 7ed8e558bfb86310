"""Measures of a supply network: systemic risk, influence, and the weight of the tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from sim.economy.kinds import Criticality
from sim.metrics.metric import Economy

BATCH = 64  # failures followed at a time


@dataclass(frozen=True)
class SupplyNetwork:
    """Who delivers how much to whom.

    Parameters
    ----------
    supplier, buyer
        (n_links,) rows of firms.
    weight
        (n_links,) KRW/month delivered, positive.
    sector
        (n_firms,) sector of each firm.
    essential
        (n_links,) whether the buyer cannot produce without this sort of input; all when None.
    final
        (n_firms,) KRW/month sold to final users, whom no failure reaches; none when None.
    """

    supplier: NDArray[np.intp]
    buyer: NDArray[np.intp]
    weight: NDArray[np.float64]
    sector: NDArray[np.intp]
    essential: NDArray[np.bool_] | None = None
    final: NDArray[np.float64] | None = None

    @property
    def firms(self) -> int:
        """Number of firms."""
        return self.sector.size

    def matrix(self, row: NDArray[Any], column: NDArray[Any], value: NDArray[Any], rows: int) -> csr_array:
        """Return a sparse matrix with one column a firm."""
        return csr_array((value, (row, column)), shape=(rows, self.firms))


def systemic_risk(network: SupplyNetwork, of: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the economic systemic risk index (ESRI) of firms.

    The index of a firm is the part of all output lost after it stops and the loss has travelled
    down to buyers, who lack inputs, and up to suppliers, who lack customers. An input is replaced
    as far as the supplier's rivals in its sector still produce.

    Source: Diem, Borsos, Reisch, Kertész and Thurner (2022), "Quantifying firm-level economic
    systemic risk from nation-wide supply networks", doi:10.1038/s41598-022-11522-z.

    Parameters
    ----------
    network
        Deliveries of a month.
    of
        (m,) rows of the firms that fail, one at a time; all when None, which takes time of the
        order of firms x links.

    Returns
    -------
    (m,) share of output lost, 0 to 1; not a number when nothing is sold.

    Examples
    --------
    A chain of three: whoever fails stops all.

    >>> chain = SupplyNetwork(np.array([0, 1]), np.array([1, 2]), np.ones(2), np.arange(3))
    >>> systemic_risk(chain)
    array([1., 1., 1.])
    """
    failing = np.arange(network.firms) if of is None else np.asarray(of, dtype=np.intp)
    size = _sales(network)
    if not size.sum() > 0:
        return np.full(failing.size, np.nan)
    down, up = _Downstream(network, size), _Upstream(network, size)
    parts = [failing[start : start + BATCH] for start in range(0, failing.size, BATCH)]
    lost = [
        (size[:, None] * (1 - np.minimum(down.follow(part), up.follow(part)))).sum(axis=0) for part in parts
    ]
    return np.concatenate([*lost, np.empty(0)]) / size.sum()


def _sales(network: SupplyNetwork) -> NDArray[np.float64]:
    sold = np.bincount(network.supplier, network.weight, network.firms)
    return sold if network.final is None else sold + network.final


class _Cascade:
    """Output levels after failures, from 0 to 1: array (firms, failures), falling to a fixed point."""

    network: SupplyNetwork
    tolerance = 1e-9

    def follow(self, failing: NDArray[np.intp]) -> NDArray[np.float64]:
        ceiling = np.ones((self.network.firms, failing.size))
        ceiling[failing, np.arange(failing.size)] = 0
        level = ceiling
        while True:
            after = np.minimum(ceiling, self.respond(level))
            if np.abs(after - level).max(initial=0) < self.tolerance:
                return after
            level = after

    def respond(self, level: NDArray[np.float64]) -> NDArray[np.float64]:
        raise NotImplementedError


class _Downstream(_Cascade):
    """Buyers produce what their scarcest essential input, and the sum of the others, allow."""

    def __init__(self, network: SupplyNetwork, size: NDArray[np.float64]) -> None:
        self.network, self.size = network, size
        self.sectors = int(network.sector.max(initial=0)) + 1
        self.market = network.matrix(network.sector, np.arange(network.firms), size, self.sectors)
        essential = np.ones(network.buyer.size, bool) if network.essential is None else network.essential
        bought = np.bincount(network.buyer, network.weight, network.firms)
        supplier, buyer, weight = network.supplier, network.buyer, network.weight
        other = ~essential
        self.others = network.matrix(
            buyer[other], supplier[other], weight[other] / bought[buyer[other]], network.firms
        )
        kind = buyer[essential] * self.sectors + network.sector[supplier[essential]]
        labels, group = np.unique(kind, return_inverse=True)
        total = np.bincount(group, weight[essential], labels.size)
        self.essentials = network.matrix(
            group, supplier[essential], weight[essential] / total[group], labels.size
        )
        # Groups come in order of the buyer, so each buyer's groups are neighbours.
        self.owner, self.first = np.unique(labels // self.sectors, return_index=True)

    def respond(self, level: NDArray[np.float64]) -> NDArray[np.float64]:
        standing = (self.market @ level)[self.network.sector]
        size = self.size[:, None]
        lost = (1 - level) * np.where(standing > size, size / np.maximum(standing, size + 1e-300), 1)
        loss = np.asarray(self.others @ lost)
        if self.owner.size:
            worst = np.maximum.reduceat(self.essentials @ lost, self.first, axis=0)
            loss[self.owner] = np.maximum(loss[self.owner], worst)
        return 1 - loss


class _Upstream(_Cascade):
    """Suppliers produce what their remaining customers take."""

    def __init__(self, network: SupplyNetwork, size: NDArray[np.float64]) -> None:
        self.network = network
        part = network.weight / size[network.supplier]
        self.customers = network.matrix(network.supplier, network.buyer, part, network.firms)

    def respond(self, level: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1 - self.customers @ (1 - level))


def supply_network(model: Economy) -> SupplyNetwork:
    """Read the network of the month's deliveries off an economy."""
    links, firms = model.links, model.firms
    value = links.price * links.delivery
    rows = np.flatnonzero((links.supplier >= 0) & (value > 0))
    supplier, weight = links.supplier[rows], value[rows]
    sold = np.bincount(supplier, weight, firms.rows)
    return SupplyNetwork(
        supplier,
        links.buyer[rows],
        weight,
        firms.sector,
        essential=model.groups.criticality[links.group[rows]] == Criticality.ESSENTIAL,
        final=np.maximum(firms.sales - sold, 0),
    )


def influence(
    buyer: ArrayLike, supplier: ArrayLike, share: ArrayLike, firms: int, labour_share: float
) -> NDArray[np.float64]:
    """Return how much each firm's shocks weigh in the aggregate.

    ``v = (a / n) (I - (1 - a) W')^-1 1`` with labour share ``a``. Its Euclidean norm is the
    volatility of aggregate output in units of a firm's volatility.

    Source: Acemoglu, Carvalho, Ozdaglar and Tahbaz-Salehi (2012), "The network origins of
    aggregate fluctuations", doi:10.3982/ECTA9623.

    Parameters
    ----------
    buyer, supplier
        (n_links,) rows of firms.
    share
        (n_links,) part of the buyer's inputs; the shares of a buyer add up to 1.
    firms
        Number of firms.
    labour_share
        Above 0, at most 1.

    Returns
    -------
    (firms,) weights, adding up to 1 when every firm buys inputs.
    """
    if not 0 < labour_share <= 1:
        raise ValueError(f"labour_share must be above 0 and at most 1, not {labour_share}")
    received = csr_array((np.asarray(share, float), (supplier, buyer)), shape=(firms, firms))
    base = np.full(firms, labour_share / max(firms, 1))
    weight: NDArray[np.float64] = base
    while True:  # each round shrinks the error by the factor 1 - labour_share
        after: NDArray[np.float64] = base + (1 - labour_share) * (received @ weight)
        if np.abs(after - weight).sum() < 1e-15 / labour_share or np.array_equal(after, weight):
            return after
        weight = after


def hill(value: ArrayLike, tail: int) -> float:
    """Return Hill's estimate of the exponent of a Pareto tail.

    Parameters
    ----------
    value
        (n,) positive sizes, n above ``tail``.
    tail
        Number of largest values used.

    Returns
    -------
    Exponent; not a number when there are too few positive values or they are all equal.

    Examples
    --------
    >>> round(hill([1.0, np.e, np.e], tail=2), 6)
    1.0
    """
    values = np.asarray(value, dtype=float)
    values = values[values > 0]
    if not 0 < tail < values.size:
        return float("nan")
    largest = np.sort(values)[-tail - 1 :]
    excess = np.log(largest[1:] / largest[0]).mean()
    return float(1 / excess) if excess > 0 else float("nan")
