"""The benchmark as tables for a reader, ratios first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BUSY = 1.15  # seconds on the clock over those of the processor from which figures cannot be trusted
HEADLINE = {
    "vs_mesa_10k": ("times as fast as one Python object a firm in Mesa, the same block, 10,000 firms", "x"),
    "vs_mesa_10k_month": ("times as fast is a whole month here as Mesa's one block", "x"),
    "vs_floor_1m": ("times what the machine needs to move a month's columns, 1,000,000 firms", "x"),
    "exponent": ("power of the number of firms with which a month grows, 10,000 and up", ""),
    "growth_for_all_1m": ("times a month of the baseline with the policies of growth_for_all", "x"),
    "recording_share": ("part of a run of 3,000 firms that goes into recording metrics and panel", ""),
    "runs_per_second_1k": ("runs of 1,000 firms x 120 months a second of one core", "1/s"),
    "month_seconds_1m": ("a month of 1,000,000 firms, mean with quarter and year ends", "s"),
    "build_seconds_1m": ("building 1,000,000 firms", "s"),
    "peak_gib_1m": ("memory at most, 1,000,000 firms", "GiB"),
    "start_seconds": ("from nothing to the end of the first month, 3,000 firms, opening kept", "s"),
}


def page(found: dict[str, Any]) -> str:
    """Return all tables as text."""
    parts = [headline(found), sizes(found["sizes"]), phases(found["phases"]), small(found["small"])]
    parts += [sweeps(found["sweeps"]), machine(found["machine"]) + busy(found["sizes"])]
    return "\n\n".join(part for part in parts if part)


def headline(found: dict[str, Any]) -> str:
    """Return the ratios and the main figures."""
    lines = []
    for key, (meaning, unit) in HEADLINE.items():
        value = found[key]
        shown = "-" if value is None else f"{value:,.3g}{'' if unit in ('', 'x') else ' ' + unit}"
        lines.append(f"{shown:>12}  {meaning}" + (f" ({found['why_not'][key]})" if value is None else ""))
    return "\n".join(lines)


def sizes(rows: Sequence[dict[str, Any]]) -> str:
    """Return how time and memory grow with size."""
    head = (
        f"{'scenario':<15}{'firms':>10}{'links':>11}{'build s':>9}{'month s':>10}{'median':>10}"
        f"{'quartiles':>20}{'bytes/firm':>12}{'peak GiB':>10}"
    )
    lines = [
        f"{row['scenario']:<15}{row['firms']:>10,}{row['links']:>11,}{row['build_seconds']:>9.2f}"
        f"{row['month_seconds']:>10.4f}{row['month_median']:>10.4f}"
        f"{' to '.join(f'{value:.4f}' for value in row['month_quartiles']):>20}"
        f"{row['bytes_per_firm']:>12,.0f}{row['peak_gib']:>10.2f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def phases(found: dict[str, Any] | None) -> str:
    """Return seconds of each phase over its floor, the one that loses most first."""
    if not found:
        return ""
    rows = sorted(found["phases"], key=lambda row: row["floor_seconds"] - row["seconds"])
    title = f"phase of a plain month, {found['firms']:,} firms"
    head = f"{title:<52}{'ms':>9}{'MB':>9}{'gathers':>12}{'floor ms':>10}{'over':>7}"
    lines = [
        f"{row['phase']:<52}{1e3 * row['seconds']:>9.1f}{row['bytes'] / 1e6:>9.1f}{row['gathered']:>12,}"
        f"{1e3 * row['floor_seconds']:>10.1f}{over(row):>7}"
        for row in rows
    ]
    far = ", ".join(row["phase"] for row in rows[:3])
    return "\n".join([head, *lines, f"most time above the floor: {far}"])


def over(row: dict[str, Any]) -> str:
    """Say how many times its floor a phase takes."""
    return f"{row['seconds'] / row['floor_seconds']:.1f}x" if row["floor_seconds"] > 1e-6 else "-"


def small(found: dict[str, Any]) -> str:
    """Return what a small run spends its time on."""
    lines = [
        f"{row['function']:<52}{row['calls_a_month']:>9.1f}{100 * row['share']:>8.1f} %"
        for row in found["functions"]
    ]
    told = (
        f"{found['firms']:,} firms, profiled: {found['calls_a_month']:,.0f} calls a month, most of them short"
    )
    head = f"{'function':<52}{'calls':>9}{'own time':>10}"
    return "\n".join([told, head, *lines])


def sweeps(rows: Sequence[dict[str, Any]]) -> str:
    """Return runs a second, and what a run costs beyond the simulation."""
    head = f"{'scenario':<15}{'firms':>10}{'months':>8}{'runs':>7}{'processes':>11}{'runs/s':>9}"
    head += f"{'overhead ms':>13}{'MiB early':>11}{'MiB at end':>12}"
    lines = [
        f"{row['scenario']:<15}{row['firms']:>10,}{row['months']:>8}{row['runs']:>7,}"
        f"{row['workers']:>11}{row['runs_per_second']:>9.2f}"
        + "".join(
            f"{row[key]:>{width}.1f}" if key in row else f"{'-':>{width}}"
            for key, width in (("overhead_ms", 13), ("mib_after_tenth", 11), ("mib_at_end", 12))
        )
        for row in rows
    ]
    return "\n".join([head, *lines])


def machine(found: dict[str, Any]) -> str:
    """Return what was measured of the machine."""
    return (
        f"{found['system']}, {found['cores']} cores; one core moves {found['copy'] / 1e9:.1f} GB/s in long "
        f"runs and gathers {found['gather'] / 1e6:.0f} million scattered numbers a second"
    )


def busy(rows: Sequence[dict[str, Any]]) -> str:
    """Warn when others were at work: processor time then includes waiting for memory and shared caches."""
    most = max(row["clock_over_processor"] for row in rows)
    if most < BUSY:
        return ""
    return (
        f"\nother programs were at work: the clock showed up to {most:.1f} times the processor's time,\n"
        "and the figures are too high; measure again on a quiet machine"
    )
