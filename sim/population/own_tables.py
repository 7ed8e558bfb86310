"""A researcher's own firms and links, as CSV or Parquet.

Firms, one row each. Only ``id`` and ``sector`` are needed; the rest is generated if missing, and noted.

=============== ============ ==========================================================================
column          unit         meaning
=============== ============ ==========================================================================
id              whole number identity, unique, used by the table of links
sector          name         sector of ``data/sectors.csv`` that the input-output table contains
sales           KRW/month    sales; only their proportions within a sector matter
size_class      name         large, mid_sized, sme, micro
region          name         capital, chungcheong, honam, daegyeong, dongnam
business_group  whole number business group; -1 or empty for none
conglomerate    0 or 1       1 for a large firm that leads or belongs to a business group
age             year         age at month zero
=============== ============ ==========================================================================

Links, one row each; ``buyer`` and ``supplier`` are needed. The links of a buyer that occurs in the
table replace all its generated ones; other firms keep generated links.

=============== ============ ==========================================================================
buyer, supplier whole number ids of the firms
amount          KRW/month    purchases; their proportions give coefficients and shares
age             year         length of the relation
terms           month        months from delivery to payment, 0 to 4
instrument      name         cash or note
=============== ============ ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem, nearest
from sim.population.firms import REGIONS, SIZES
from sim.population.io_table import DATA, IOTable, load_io_table
from sim.population.parameters import EconomyParameters
from sim.population.reading import read

FEWEST_FIRMS = 2  # a sector with one firm could not supply itself
LATEST_TERMS = 4
BLANK = ("", "nan", "None", "<NA>")
SHOWN = 20  # mistakes of one kind that are listed one by one


@dataclass(frozen=True)
class Rule:
    """What a column may contain: names from a list, or numbers between bounds."""

    names: tuple[str, ...] = ()
    low: float = 0
    high: float = float("inf")
    whole: bool = False
    empty: bool = False


def firm_rules(sectors: tuple[str, ...]) -> dict[str, Rule]:
    """Return what each column of the table of firms may contain."""
    return {
        "id": Rule(high=2**32 - 1, whole=True),
        "sector": Rule(names=sectors),
        "sales": Rule(low=np.nextafter(0, 1)),
        "size_class": Rule(names=SIZES),
        "region": Rule(names=REGIONS),
        "business_group": Rule(low=-1, high=2**31 - 1, whole=True, empty=True),
        "conglomerate": Rule(high=1, whole=True),
        "age": Rule(high=1000),
    }


LINK_RULES = {
    "buyer": Rule(high=2**32 - 1, whole=True),
    "supplier": Rule(high=2**32 - 1, whole=True),
    "amount": Rule(low=np.nextafter(0, 1)),
    "age": Rule(high=1000),
    "terms": Rule(high=LATEST_TERMS, whole=True),
    "instrument": Rule(names=("cash", "note")),
}


@dataclass(frozen=True)
class OwnTables:
    """What an economy is built from besides parameters; None where the builder generates."""

    io: IOTable
    firms: pd.DataFrame | None
    links: pd.DataFrame | None


def read_own_tables(economy: EconomyParameters) -> OwnTables:
    """Read the input-output table and a researcher's firms and links.

    Raises
    ------
    InputError
        The mistakes of all tables together.
    """
    problems: list[Problem] = []

    def kept(read: Any, path: str | Path, *known: Any) -> Any:
        try:
            return read(path, *known) if path else None
        except InputError as error:
            problems.extend(error.problems)
            return None

    table = kept(load_io_table, economy.io_table or DATA / "korea_2011.csv")
    firms = kept(read_firms, economy.firms_table, table.names if table else None)
    if economy.firms_table:
        ids = None if firms is None else firms["id"].to_numpy()
    else:
        ids = np.arange(economy.firms)
    links = kept(read_links, economy.links_table, ids)
    if problems:
        raise InputError(problems)
    return OwnTables(table, firms, links)


def read_firms(path: str | Path, sectors: tuple[str, ...] | None) -> pd.DataFrame:
    """Read and check a table of firms.

    Parameters
    ----------
    path
        CSV or Parquet file.
    sectors
        Sectors of the input-output table; each needs at least two firms. None when they are not known.

    Returns
    -------
    The table, numbers as numbers.

    Raises
    ------
    InputError
        All mistakes together, each with file, row and column.
    """
    file = Path(path)
    names = sectors or tuple(pd.read_csv(DATA / "sectors.csv")["sector"])
    frame, problems = _checked(file, firm_rules(names), needed=("id", "sector"))
    if "id" in frame:
        repeated = frame["id"].duplicated(keep="first").to_numpy() & frame["id"].notna().to_numpy()
        problems += _listed(
            file,
            "id",
            np.flatnonzero(repeated),
            lambda row: f"{frame['id'].iloc[row]:.0f} occurs before",
            "ids are unique",
        )
    if "sector" in frame:
        count = frame["sector"].value_counts()
        for sector in sectors or ():
            if count.get(sector, 0) < FEWEST_FIRMS:
                problems.append(
                    Problem(
                        f"{file}, column sector",
                        f"{count.get(sector, 0)} firms in {sector!r}",
                        f"give at least {FEWEST_FIRMS}, or leave the sector out of the input-output table",
                    )
                )
    if problems:
        raise InputError(problems)
    return frame


def read_links(path: str | Path, ids: NDArray[Any] | None) -> pd.DataFrame:
    """Read and check a table of links.

    Parameters
    ----------
    path
        CSV or Parquet file.
    ids
        Identities of the firms; None when they are not known.

    Raises
    ------
    InputError
        All mistakes together, each with file, row and column.
    """
    file = Path(path)
    frame, problems = _checked(file, LINK_RULES, needed=("buyer", "supplier"))
    ends = [end for end in ("buyer", "supplier") if end in frame]
    for end in ends:
        known = frame[end].isna() | (True if ids is None else frame[end].isin(ids))
        problems += _listed(
            file,
            end,
            np.flatnonzero(~known.to_numpy()),
            partial(_unknown_id, frame[end]),
            "use ids of the table of firms",
        )
    if len(ends) == 2:
        own = np.flatnonzero((frame["buyer"] == frame["supplier"]).to_numpy())
        problems += _listed(
            file, "supplier", own, lambda row: "the firm supplies itself", "leave the row out"
        )
        twice = np.flatnonzero(frame.duplicated(["buyer", "supplier"]).to_numpy())
        problems += _listed(
            file, "supplier", twice, lambda row: "buyer and supplier occur before", "join the rows"
        )
    if problems:
        raise InputError(problems)
    return frame


def _unknown_id(ends: pd.Series[Any], row: int) -> str:
    return f"no firm has the id {int(ends.iloc[row])}"


def _checked(file: Path, rules: dict[str, Rule], needed: Iterable[str]) -> tuple[pd.DataFrame, list[Problem]]:
    frame = read(file)
    problems = [
        Problem(f"{file}, column {name!r}", "unknown column", nearest(str(name), rules))
        for name in frame
        if name not in rules
    ]
    problems += [
        Problem(str(file), f"column {name!r} is missing", "it is needed")
        for name in needed
        if name not in frame
    ]
    if not len(frame):
        problems.append(Problem(str(file), "has no rows", "give one row a firm or link"))
    columns = {}
    for name in frame.columns.intersection(list(rules)):
        columns[name], found = _column(file, str(name), frame[name], rules[name])
        problems += found
    return pd.DataFrame(columns), problems


def _column(
    file: Path, name: str, column: pd.Series[Any], rule: Rule
) -> tuple[pd.Series[Any], list[Problem]]:
    text = column.astype("string").fillna("").str.strip()
    if rule.names:
        bad = ~text.isin(rule.names).to_numpy()
        return text, _listed(
            file,
            name,
            np.flatnonzero(bad),
            lambda row: f"unknown name {text.iloc[row]!r}" if text.iloc[row] not in BLANK else "is empty",
            lambda row: nearest(text.iloc[row], rule.names),
        )
    number = pd.to_numeric(column, errors="coerce").astype(float)
    values = number.to_numpy()
    bad = ~(np.isfinite(values) & (values >= rule.low) & (values <= rule.high))
    if rule.whole:
        bad |= values != np.floor(values)
    if rule.empty:
        bad &= ~text.isin(BLANK).to_numpy()
    kind = "a whole number" if rule.whole else "a number"
    least = "more than 0" if 0 < rule.low < 1e-300 else f"at least {rule.low:g}"
    most = "" if np.isinf(rule.high) else f", at most {rule.high:g}"
    problems = _listed(
        file,
        name,
        np.flatnonzero(bad),
        lambda row: f"{text.iloc[row]!r} is not allowed" if text.iloc[row] not in BLANK else "is empty",
        f"{kind}, {least}{most}",
    )
    return number, problems


def _listed(file: Path, column: str, rows: NDArray[np.intp], what: Any, fix: Any) -> list[Problem]:
    """List mistakes of one kind in one column; row 1 is the first below the header."""
    problems = [
        Problem(f"{file}, row {row + 1}, column {column}", what(row), fix(row) if callable(fix) else fix)
        for row in rows[:SHOWN].tolist()
    ]
    if rows.size > SHOWN:
        problems.append(
            Problem(f"{file}, column {column}", f"{rows.size - SHOWN} more mistakes of this kind")
        )
    return problems
