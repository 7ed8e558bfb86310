"""The table of an opening economy: its size, and its moments beside their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.experiments import tables
from sim.population.published import COMPARED
from sim.population.structure import Structure

ROOMY = 120  # columns from which on a table of moments says what each one means
TOLERANCE = 0.1  # a moment further from its target than this part of it is marked as missed


def page(structure: Structure, moments: pd.DataFrame, seed: int) -> str:
    """Return the size of an opening economy and its moments next to their targets."""
    living = int(structure.firms.living.sum())
    size = (
        f"Opening economy of seed {seed}: {living:,} firms, {structure.firms.rows - living:,} that may enter "
        f"later, {structure.links.rows:,} supply links. Every won, worker and unit of goods in it stands for "
        f"{structure.scale:,.0f} of Korea's: columns of firms and model.accounts hold the simulated amounts, "
        "metrics and the table below those of Korea."
    )
    rows = moments.to_dict("records")
    missed = [row["moment"] for row in rows if is_missed(row)]
    aims = sum(row["target"] == row["target"] for row in rows)
    met = (
        f"{aims - len(missed)} of {aims} targets are met; * marks a miss: further than a tenth of the target "
        "from it (than 0.1, where the target is smaller than 1). Targets in brackets are compared only; "
        "parameters were chosen with the others in view, so that agreement with those is no confirmation. "
        "Rows, and what was chosen: sim/population/data/SOURCES.md."
    )
    roomy = tables.width() >= ROOMY
    if not roomy:
        met += " What a moment means: winwin explain MOMENT."
    head = ["moment", "reached", "target", "unit", "off, %", "row, year"]
    table = tables.grid(head, [moment_row(row) for row in rows], left=(0, 3, 5))
    if roomy:
        table = tables.beside(table, ["meaning", "", *(said(row["meaning"]) for row in rows)])
    notes = [tables.paragraph(f"note: {note}") for note in structure.notes]
    return "\n".join([tables.paragraph(size), "", table, "", tables.paragraph(met), *notes])


def is_missed(row: Mapping[Any, Any]) -> bool:
    """Whether a moment lies too far from its target."""
    return bool(abs(row["reached"] - row["target"]) > TOLERANCE * max(abs(row["target"]), 1))


def moment_row(row: Mapping[Any, Any]) -> list[str]:
    """Return the cells of a moment."""
    target, off = tables.number(row["target"], 6), ""
    if row["target"] == row["target"] and row["target"]:
        off = f"{round(100 * (row['reached'] / row['target'] - 1)):+d}"
    source = ", ".join(str(row[key]) for key in ("row", "year") if pd.notna(row[key]))
    return [
        str(row["moment"]),
        tables.number(row["reached"], 4 if abs(row["reached"]) >= 0.01 else 3),
        f"({target})" if row["use"] == COMPARED else target,
        said(row["unit"]),
        off + (" *" if is_missed(row) else "  "),
        source,
    ]


def said(value: Any) -> str:
    """Return a text, or nothing for a missing one."""
    return value if isinstance(value, str) else ""
