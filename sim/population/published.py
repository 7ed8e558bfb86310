"""Published figures: what is known of Korea, each number once, with its source and what became of it here.

The table is ``data/published.csv``. No number of a run comes from it: parameters hold what they were given,
and name the row of the evidence themselves.
"""

from __future__ import annotations

import pandas as pd

from sim.population.io_table import DATA

FITTED, COMPARED = "fitted", "compared"  # what became of a figure here
SERIES = ("fund_contributions", "win_win_payments", "cash_ratio", "operating_margin_sme")  # year by year


def published() -> pd.DataFrame:
    """Return all published figures, one row each.

    Columns: ``name``; ``year``; ``value`` (none for what is simulated and has no published counterpart);
    ``unit``; ``row`` of the evidence; ``confidence`` (S founding text, V read in the text of the source, V?
    read in a copy or an excerpt, D derived from these; never a remembered number); ``use`` (fitted:
    parameters were chosen with it in view, or hold it; compared: never); ``rule`` by which a simulated
    value passes (`sim.reproduce.rules`; none: shown only); ``moment`` of the opening economy it is compared
    with, if any; ``source``; ``meaning``; ``note`` (why the model is believed to miss it).
    """
    types = {"year": "Int64", "value": "float64", "row": "Int64"}
    empty = {key: [""] for key in types}
    return pd.read_csv(DATA / "published.csv", dtype=types, keep_default_na=False, na_values=empty)


def series(*names: str) -> pd.DataFrame:
    """Return figures published year by year; all `SERIES` unless some are named."""
    table = published()
    return table[table["name"].isin(names or SERIES)].astype({"year": int, "row": int})


def targets() -> pd.DataFrame:
    """Return what moments of the opening economy are compared with, indexed by moment.

    Columns: ``target``, ``unit``, ``year``, ``row``, ``confidence``, ``use``, ``meaning``.
    """
    table = published()
    table = table[table["moment"] != ""].rename(columns={"value": "target"}).set_index("moment")
    return table[["target", "unit", "year", "row", "confidence", "use", "meaning"]]
