"""Who bears dearer materials: pass-through and price linkage, from paired runs contract by contract.

The price of imported materials is raised for good, by as much as makes the cost a unit of what small
suppliers buy 26.4 % higher after twelve months (row 111), home inputs included; a first try tells by how
much. Reflected is the part of that rise, in won a unit, by which the price of a contract lies above that of
the same contract in the paired run; of a supplier, the mean over its contracts: not at all below 5 %, fully
above 95 %. Contracts of small suppliers count that have lasted through the year in both runs, and whose
supplier's cost has risen by at least 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.economy.kinds import NOBODY, Size
from sim.experiments.run import Tell, silent
from sim.reproduce.ensemble import Measured
from sim.scenario import Scenario

Real = NDArray[np.float64]
BEFORE = 12  # months before materials become dearer
RISE = 0.264  # of the cost a unit, row 111
TRY = 0.4  # rise of material prices that is tried first
NOT, FULLY, LEAST = 0.05, 0.95, 0.01
LINKAGE = "policy.price_linkage"


@dataclass(frozen=True)
class Prices:
    """Prices and costs at the end of a run; suppliers of each contract then and before the rise."""

    price: Real
    before: NDArray[np.int32]
    supplier: NDArray[np.int32]
    cost: Real  # of what a firm buys, a unit of its output
    unit_cost: Real
    list_price: Real
    small: NDArray[np.bool_]  # living small firms
    large: NDArray[np.bool_]
    sector: NDArray[np.intp]
    funnel: Measured


def measure(scenario: Scenario, seed: int, tell: Tell = silent) -> Measured:
    """Return pass-through without price linkage and with it.

    ``scenario`` has price linkage, which is taken out for the first.
    """
    found = unlinked(scenario.replacing(f"{LINKAGE}.off", True), seed)
    calm, linked = ends(scenario, seed, 0.0), ends(scenario, seed, found["material_price_rise"] / 100)
    found |= {
        f"{name}_linked": value
        for name, value in pass_through(calm, linked).items()
        if not name.endswith("_of_contracts")
    }
    tell(BEFORE + MONTHS)
    return found | calm.funnel


def unlinked(scenario: Scenario, seed: int) -> Measured:
    """Return pass-through in a scenario without price linkage, and the rise of material prices it took."""
    calm, tried = ends(scenario, seed, 0.0), ends(scenario, seed, TRY)
    rise = TRY * RISE / mean_rise(calm, tried)
    struck = ends(scenario, seed, rise)
    found = {"supply_cost_rise": 100 * mean_rise(calm, struck), "material_price_rise": 100 * rise}
    return found | pass_through(calm, struck) | own_cost(calm, struck)


def ends(scenario: Scenario, seed: int, rise: float) -> Prices:
    """Run a scenario until a year after materials have become dearer."""
    from sim.model import Ecosystem

    at = ("world.material_change", rise, "world.material_month", BEFORE, "world.material_duration", 0)
    model = Ecosystem(scenario.replacing(*at, "run.months", BEFORE + MONTHS), seed)
    before = model.links.supplier
    for month in range(BEFORE + MONTHS):
        if month == BEFORE:
            before = model.links.supplier.copy()
        model.step()
    firms, groups, links, network = model.firms, model.groups, model.links, model.network
    bought = network.sum_groups_by_buyer(groups.coefficient * network.sum_by_group(links.share * links.price))
    materials = firms.material_coefficient * model.sectors.material_price[firms.sector]
    return Prices(
        links.price.copy(),
        before,
        links.supplier.copy(),
        bought + materials,
        firms.unit_cost.copy(),
        firms.price.copy(),
        firms.living & (firms.size_class >= Size.SME),
        firms.living & (firms.size_class <= Size.MID_SIZED),
        firms.sector,
        funnel(model),
    )


def compared(calm: Prices, struck: Prices) -> NDArray[np.intp]:
    """Return contracts of small suppliers that have lasted in both runs."""
    same = (calm.before == calm.supplier) & (struck.supplier == calm.supplier) & (calm.supplier != NOBODY)
    return np.flatnonzero(same & (calm.small & struck.small)[calm.supplier])


def mean_rise(calm: Prices, struck: Prices) -> float:
    """Return by which part the cost of what small suppliers buy has risen, on average over them."""
    rows = np.unique(calm.supplier[compared(calm, struck)])
    return float(np.mean(struck.cost[rows] / calm.cost[rows] - 1))


def pass_through(calm: Prices, struck: Prices) -> Measured:
    """Return how many small suppliers see a part of the rise reflected, on the mean of their contracts.

    The mean is computed as the survey's is: nothing for those that see none, all for those that see it fully
    reflected. The survey asks firms; shares of contracts are told beside them.
    """
    rows = compared(calm, struck)
    supplier = calm.supplier[rows]
    rise = struck.cost[supplier] - calm.cost[supplier]
    counted = rise >= LEAST * calm.cost[supplier]
    part = (struck.price[rows] - calm.price[rows])[counted] / rise[counted]
    _, place = np.unique(supplier[counted], return_inverse=True)
    shares = shares_reflected(np.bincount(place, part) / np.bincount(place))
    among, partly, fully = (shares[name] for name in ("among_partly", "partly", "fully"))
    mean = (partly * among / 100 if partly else 0.0) / 100 + fully / 100
    found = {f"pass_through_{name}": value for name, value in (shares | {"mean": mean}).items()}
    by_contract = shares_reflected(part)
    return found | {f"pass_through_{name}_of_contracts": value for name, value in by_contract.items()}


def shares_reflected(part: Real) -> Measured:
    """Return how many per cent reflect nothing, a part or all of a rise, and how much of it a part is."""
    none, fully = part < NOT, part > FULLY
    partly = ~none & ~fully
    return {
        "none": 100 * float(none.mean()),
        "partly": 100 * float(partly.mean()),
        "fully": 100 * float(fully.mean()),
        "among_partly": 100 * float(part[partly].mean()) if partly.any() else np.nan,
    }


def own_cost(calm: Prices, struck: Prices) -> Measured:
    """Return the elasticity of list prices to a firm's own unit cost, given what its sector does."""
    price = np.log(struck.list_price / calm.list_price)
    cost = np.log(struck.unit_cost / calm.unit_cost)
    found = {}
    for name in ("small", "large"):
        mine = np.flatnonzero(getattr(calm, name) & getattr(struck, name))
        found[f"own_cost_{name}"] = slope_within(price[mine], cost[mine], calm.sector[mine])
    return found


def slope_within(left: Real, right: Real, group: NDArray[np.intp]) -> float:
    """Return the least-squares slope within groups; not a number where nothing varies.

    Examples
    --------
    >>> slope_within(np.array([1.0, 2.0, 9.0, 11.0]), np.array([0.0, 1.0, 0.0, 2.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    _, place = np.unique(group, return_inverse=True)
    count = np.bincount(place)
    left, right = (values - (np.bincount(place, values) / count)[place] for values in (left, right))
    below = float(right @ right)
    return float(left @ right) / below if below > 0 else np.nan


def funnel(model: Any) -> Measured:
    """Return how many small suppliers have a main raw material, and have it linked; none without linkage."""
    from sim.policies.price_linkage import PriceLinkage

    policies = [one for one in model.policies.in_force(model.month - 1) if isinstance(one, PriceLinkage)]
    if not policies:
        return {}
    (policy,) = policies
    firms, links, served = model.firms, model.links, model.network.served
    supplier = model.network.supplier
    counted = served & (firms.living & (firms.size_class >= Size.SME))[supplier] & (model.invoice > 0)
    (_, material), *_ = policy.costs(model)
    main = (material > 0) & (material >= policy.material_share * links.price)
    linked = links.linked_since >= 0

    def suppliers(which: NDArray[np.bool_]) -> int:
        return int(np.unique(supplier[counted & which]).size)

    everyone, scope = suppliers(served), suppliers(main & policy.may_join(model))
    return {
        "main_raw_material": 100 * suppliers(main) / max(everyone, 1),
        "linkage_signed": 100 * suppliers(main & linked) / scope if scope else np.nan,
        "linkage_coverage": 100 * suppliers(linked) / max(everyone, 1),
    }
