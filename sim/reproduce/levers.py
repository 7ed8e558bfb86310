"""What support does to those who get it: each lever alone, against the same firms in the paired run.

Studies of support compare firms with others like them; here the other is the same firm, in the run of the
same seed without the lever. Who is treated is said at each function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.months import MONTHS
from sim.economy.kinds import NOBODY, Kind, Size
from sim.experiments.openings import opened
from sim.experiments.run import Tell, silent
from sim.reproduce.ensemble import OVER, UNDER, Measured
from sim.scenario import Scenario

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]
SINCE = 60  # months before a lever is pulled: before, no firm has had the time to get into difficulties
SALES_GAIN = 0.01  # from which a firm would report a gain
ROUNDING = 1e-6  # relative difference of prices that is none
HALF_MONTHS = 2  # by which the American scheme of row 325 paid sooner: 15 days
ARMS = {  # scenario of each lever, and values put into it
    "smart": ("levers/smart_factory", ()),
    "payment": (
        "levers/payment_terms",
        (
            "policy.payment_terms.max_months", 1,
            "policy.payment_terms.where", {"kind": ["conglomerate"]},
        ),
    ),
    "finance": ("levers/win_win_finance", ()),
    "screening": ("screening", ("screening.month", SINCE)),
    "sharing": ("levers/performance_sharing", ()),
}  # fmt: skip


@dataclass
class Trace:
    """What is kept of a run from the year before the lever on: yearly sums and states at new year, by row.

    ``opening`` is what held in the month before the lever was pulled, ``contracts`` suppliers and prices of
    contracts then and a year later.
    """

    sums: list[dict[str, Real]] = field(default_factory=list)
    states: list[dict[str, NDArray[Any]]] = field(default_factory=list)
    opening: dict[str, NDArray[Any]] = field(default_factory=dict)
    contracts: list[tuple[NDArray[np.int32], Real]] = field(default_factory=list)
    supported: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    failed: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))


def measure(scenario: Scenario, seed: int, tell: Tell = silent) -> Measured:
    """Return the effects of all levers; ``scenario``, without any, sets the size and world of the runs."""
    run = scenario.run
    size: tuple[Any, ...] = (
        "economy.firms", scenario.economy.firms, "run.start", run.start, "run.months", run.months,
        "world.material_change", scenario.resolved["world"]["material_change"],
    )  # fmt: skip
    calm = followed(scenario, seed, tell)
    found: Measured = {}
    effects = {
        "smart": smart, "payment": payment, "finance": finance, "screening": screening, "sharing": sharing,
    }  # fmt: skip
    for name, (arm, values) in ARMS.items():
        found |= effects[name](calm, followed(Scenario.load(arm).replacing(*size, *values), seed))
    return found


def followed(scenario: Scenario, seed: int, tell: Tell = silent) -> Trace:
    """Run a scenario and keep what the effects need."""
    model, trace = opened(scenario, seed), Trace()
    rows = model.firms.rows
    sums: dict[str, Real] = {}
    trace.supported, trace.failed = np.zeros(rows, dtype=bool), np.zeros(rows, dtype=bool)
    limit = model.parameters["payment"].arrears_limit
    for month in range(scenario.run.months):
        lived = model.firms.living.copy()
        model.step()
        firms = model.firms
        tell(1)
        if month < SINCE - MONTHS:
            continue
        trace.failed |= lived & ~firms.living & (firms.arrears_months >= limit)
        for name in ("sales", "workers", "wage_bill"):
            sums[name] = sums.get(name, 0) + np.asarray(getattr(firms, name), dtype=float)
        if month >= SINCE and month < SINCE + MONTHS:
            trace.supported |= firms.supported_loans > 0
        if month == SINCE - 1:
            trace.opening = opening(model)
        if month in (SINCE - 1, SINCE + MONTHS - 1):
            trace.contracts.append((model.links.supplier.copy(), model.links.price.copy()))
        if month % MONTHS == MONTHS - 1:
            trace.sums.append(sums)
            sums = {}
            kept = {name: getattr(firms, name).copy() for name in ("living", "productivity", "smart_level")}
            trace.states.append(kept | {"pay": firms.pay})
    return trace


def opening(model: Any) -> dict[str, NDArray[Any]]:
    """Return what decides who is treated, as of the month before the lever is pulled."""
    firms, links = model.firms, model.links
    prime = (firms.kind == Kind.CONGLOMERATE)[links.buyer] & model.network.served
    sooner = np.maximum(0, links.terms.astype(int) - 1) * HALF_MONTHS
    won = np.where(prime, model.invoice, 0)
    small = firms.living & (firms.size_class >= Size.SME)
    return {
        "small": small,
        "esg": firms.esg.copy(),
        "workers": firms.workers.copy(),
        "pay": firms.pay,
        "sold_to_prime": model.network.sum_by_supplier(won),
        "accelerated": MONTHS * model.network.sum_by_supplier(won * sooner),
        "prime_buys": prime,
        "required": np.full(firms.rows, model.parameters["screening"].level),
    }


def percent_change(treated: Real, untreated: Real) -> float:
    """Return by how many per cent a sum differs."""
    below = float(untreated.sum())
    return 100 * (float(treated.sum()) / below - 1) if below > 0 else np.nan


def smart(calm: Trace, arm: Trace) -> Measured:
    """Adopters in the first two years that would not have adopted by then; two years later.

    Productivity is the geometric mean of output a worker-month, survivors in both runs.
    """
    when, then = 2, len(arm.states) - 1
    more = arm.states[when]["smart_level"] > calm.states[when]["smart_level"]
    both = arm.states[then]["living"] & calm.states[then]["living"]
    rows = np.flatnonzero(more & both & (calm.sums[then]["sales"] > 0))
    if not rows.size:
        return {}
    ratio = {
        name: arm.sums[then][name][rows] / np.maximum(calm.sums[then][name][rows], 1e-9)
        for name in ("sales", "workers")
    }
    gain = np.log(arm.states[then]["productivity"][rows] / calm.states[then]["productivity"][rows])
    tiny = calm.opening["workers"][rows] < 10
    return {
        "smart_productivity": 100 * float(np.expm1(gain.mean())),
        "smart_productivity_tiny": 100 * float(np.expm1(gain[tiny].mean())) if tiny.any() else np.nan,
        "smart_sales": 100 * float(np.exp(np.log(ratio["sales"]).mean()) - 1),
        "smart_jobs": 100 * float(np.exp(np.log(np.maximum(ratio["workers"], 1e-9)).mean()) - 1),
        "smart_any_sales_gain": 100 * float((ratio["sales"] > 1 + SALES_GAIN).mean()),
        "smart_any_jobs_gain": 100 * float((ratio["workers"] > 1 + SALES_GAIN).mean()),
    }


def payment(calm: Trace, arm: Trace) -> Measured:
    """Small suppliers of conglomerates that paid them later than a month after delivery.

    Payroll: more of it in the second year for each won of yearly deliveries that is paid 15 days sooner.
    Failures: those that could not pay by the end of the run; owners who gave up are not counted.
    """
    treated = calm.opening["small"] & (calm.opening["accelerated"] > 0)
    payroll = (arm.sums[2]["wage_bill"] - calm.sums[2]["wage_bill"])[treated]
    gone, before = (float((treated & trace.failed).sum()) for trace in (arm, calm))
    return {
        f"payroll_per_accelerated_won{OVER}": float(payroll.sum()),
        f"payroll_per_accelerated_won{UNDER}": float(calm.opening["accelerated"][treated].sum()),
        f"faster_payment_failures{OVER}": 100 * (gone - before),
        f"faster_payment_failures{UNDER}": before,
    }


def finance(calm: Trace, arm: Trace) -> Measured:
    """Borrowers of the first year, two years after it began: who lives, and how productive those are."""
    treated = arm.supported & calm.opening["small"]
    states = arm.states[2], calm.states[2]
    alive, lived = (treated & state["living"] for state in states)
    level = [
        float(np.log(state["productivity"][rows]).mean()) if rows.any() else np.nan
        for state, rows in zip(states, (alive, lived), strict=True)
    ]
    return {
        f"loans_survival{OVER}": 100 * (float(alive.sum()) - float(lived.sum())),
        f"loans_survival{UNDER}": float(treated.sum()),
        "loans_productivity": 100 * float(np.expm1(level[0] - level[1])),
    }


def screening(calm: Trace, arm: Trace) -> Measured:
    """Small suppliers of conglomerates whose score is below the one required, in the second year of it."""
    first = calm.opening
    treated = first["small"] & (first["sold_to_prime"] > 0) & (first["esg"] < arm.opening["required"])
    both = treated & arm.states[2]["living"] & calm.states[2]["living"]
    low = both & (first["pay"] < np.median(first["pay"][first["small"]]))
    return {
        "screening_sales": percent_change(arm.sums[2]["sales"][treated], calm.sums[2]["sales"][treated]),
        "screening_jobs": percent_change(arm.sums[2]["workers"][treated], calm.sums[2]["workers"][treated]),
        "screening_low_pay": percent_change(arm.states[2]["pay"][low], calm.states[2]["pay"][low]),
    }


def sharing(calm: Trace, arm: Trace) -> Measured:
    """Contracts of conglomerates whose price was cut within a year without sharing: what suppliers kept.

    A price is cut when it has not followed that of the median contract, which nobody reviewed.
    """
    (first, start), (last, end) = calm.contracts
    same = (first == last) & (arm.contracts[1][0] == last) & (last != NOBODY)
    usual = start * np.median(end[same] / start[same])
    fell = np.flatnonzero(same & calm.opening["prime_buys"] & (end < usual * (1 - ROUNDING)))
    kept = (arm.contracts[1][1] - end)[fell] / usual[fell]
    return {
        f"sharing_supplier_part{OVER}": float(kept.sum()),
        f"sharing_supplier_part{UNDER}": float(((usual - end)[fell] / usual[fell]).sum()),
    }
