"""What scenarios cost, as a page and as a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.core.months import month_name
from sim.experiments import tables
from sim.experiments.budget import TOTALS, Match, total
from sim.experiments.intervals import interval
from sim.experiments.manifest import fingerprint
from sim.scenario import Scenario

PAYERS = ("fiscal", "private")
OTHER = "other"
BN = 1e9
REMARK = (
    "fiscal: net payments of government and policy-finance agency under the policy; private: of firms that "
    "pay more than they get under it. other: what a firm gets under one policy in the month in which it pays "
    "under another is taken off; damages and penalties for theft of technology are added."
)


def rows(costs: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the mean costs by policy and payer, and the rest that makes up the total."""
    mean = costs.mean()
    names = sorted({str(column).partition(" ")[2] for column in costs if column not in TOTALS})
    parts = {name: {payer: float(mean.get(f"{payer} {name}", 0.0)) for payer in PAYERS} for name in names}
    rest = {
        payer: float(mean[whole]) - sum(part[payer] for part in parts.values())
        for payer, whole in zip(PAYERS, TOTALS, strict=True)
    }
    return {**parts, OTHER: rest}


def page(
    scenarios: Mapping[str, Scenario], costs: Mapping[str, pd.DataFrame], rate: float, found: Match | None
) -> str:
    """Return the costs of scenarios by policy and payer, and the dose found."""
    run = next(iter(scenarios.values())).run
    months = [month_name(run.first_month), month_name(run.first_month + run.months - 1)]
    seeds = len(next(iter(costs.values())))
    head = (
        f"Present value of costs from {months[0]} to {months[1]}, at {100 * rate:g} % a year, in prices of "
        f"{months[0]}; bn won, means of {seeds} seed{'s' if seeds > 1 else ''}"
    )
    lines = [line for name, frame in costs.items() for line in lines_of(name, frame)]
    grid = tables.grid(["scenario", "policy", "fiscal", "private", "all", "± 95 %"], lines)
    parts = [tables.paragraph(head), grid, tables.paragraph(REMARK)]
    return "\n".join(parts if found is None else [*parts, "", dose_page(found, *costs)])


def lines_of(name: str, costs: pd.DataFrame) -> list[list[str]]:
    """Return the lines of one scenario: its policies, the rest, and the sum with its interval."""
    lines = [
        ["", policy, *(won(part[payer]) for payer in PAYERS), won(sum(part.values())), ""]
        for policy, part in rows(costs).items()
    ]
    _, low, high = interval(total(costs))
    sums = [won(float(costs[whole].mean())) for whole in TOTALS]
    return [*lines, [name, "all", *sums, won(float(total(costs).mean())), won((high - low) / 2)]]


def won(value: float) -> str:
    """Write won in billions."""
    return "-" if value != value else f"{value / BN + 0.0:,.0f}"


def dose_page(found: Match, ours: str, theirs: str) -> str:
    """Say which dose makes the costs equal, how sure it is, and what to write."""
    _, policy, name = found.key.split(".")
    mean, low, high = found.difference
    about = (
        f"95 % interval over seeds {found.low:.3g} to {found.high:.3g}, as if costs were proportional to it"
    )
    left = f"{won(mean)} ± {won((high - low) / 2)} bn won"
    if len(found.ours) < 2:
        about, left = "one seed has no interval", f"{won(mean)} bn won"
    text = (
        f"{ours} costs as much as {theirs} with {found.key} = {found.dose:g} ({about}); it had "
        f"{found.before:g}. The difference left is {left}. In the file:"
    )
    return "\n".join([tables.paragraph(text), f"[policy.{policy}]", f"{name} = {found.dose:g}"])


def record(
    scenarios: Mapping[str, Scenario], costs: Mapping[str, pd.DataFrame], rate: float, found: Match | None
) -> dict[str, Any]:
    """Return the costs as a JSON object, in won of Korea."""
    first = next(iter(scenarios.values()))
    return {
        "rate": rate,
        "unit": "KRW",
        "firms": first.economy.firms,
        "months": first.run.months,
        "model": fingerprint(),
        "seeds": [int(seed) for seed in next(iter(costs.values())).index],
        "scenarios": {
            name: {
                "hash": scenarios[name].hash,
                "policies": rows(frame),
                "total": dict(zip(("mean", "low", "high"), interval(total(frame)), strict=True)),
                **{whole: float(frame[whole].mean()) for whole in TOTALS},
            }
            for name, frame in costs.items()
        },
        "match": found
        and {
            "key": found.key,
            "before": found.before,
            "dose": found.dose,
            "low": found.low,
            "high": found.high,
            "difference": dict(zip(("mean", "low", "high"), found.difference, strict=True)),
        },
    }
