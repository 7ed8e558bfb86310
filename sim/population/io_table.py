"""Input-output tables: reading, checking, balancing.

A table is one CSV file, in any money unit a year::

    sector, <buyer 1>, ..., <buyer S>, household, government, investment, export
    <supplier 1> ... <supplier S>      domestic deliveries
    imports                            imported inputs of each buyer, imported goods of the first 3 uses
    value_added                        value added and taxes of each buyer

Rows and columns carry the same sector names, from ``data/sectors.csv``, in the same order; a sector that
does not exist in the economy may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem, nearest
from sim.population.reading import read

Reals = NDArray[np.float64]
DATA = Path(__file__).parent / "data"
FINALS = ("household", "government", "investment", "export")
CLOSURE = 0.02  # rows and columns of a table may differ by this share before it is refused


@dataclass(frozen=True)
class IOTable:
    """An input-output table.

    Attributes
    ----------
    names
        S sectors.
    intermediate
        (S, S) money a year: domestic deliveries, supplier in rows, buyer in columns.
    imports
        (S,) money a year: imported inputs by buyer.
    value_added
        (S,) money a year: value added and taxes by buyer.
    finals
        (4, S) money a year: household, government, investment and export demand for domestic output.
    imported_finals
        (3,) money a year: imported goods used by households, government, investment.
    """

    names: tuple[str, ...]
    intermediate: Reals
    imports: Reals
    value_added: Reals
    finals: Reals
    imported_finals: Reals

    @property
    def output(self) -> Reals:
        """(S,) money a year: what all users together buy."""
        return np.asarray(self.intermediate.sum(axis=1) + self.finals.sum(axis=0))

    @property
    def coefficients(self) -> Reals:
        """(S, S) domestic input a unit of output, supplier in rows, buyer in columns."""
        return np.asarray(self.intermediate / self.output)

    @property
    def closure_error(self) -> float:
        """Largest gap between a sector's sales and its costs, as a share of its output."""
        costs = self.intermediate.sum(axis=0) + self.imports + self.value_added
        return float(np.abs(costs - self.output).max() / self.output.mean())


def balanced(table: IOTable) -> tuple[IOTable, float, float]:
    """Close a table and balance its trade.

    At a rest point nobody lends abroad, so exports must equal imports. Exports are multiplied by one
    factor, home demand by another, such that trade balances and total value added stays as it was.
    Input coefficients are kept; a column's residual goes to value added; output follows from demand
    by Leontief's inverse, so that rows and columns close up to rounding.

    Returns
    -------
    The balanced table, the factor of home demand and the factor of exports.
    """
    # Costs are taken as shares of their own sum: that alone closes columns the source left open.
    costs = table.intermediate.sum(axis=0) + table.imports + table.value_added
    direct = table.intermediate / costs
    imported = table.imports / costs
    inverse = np.linalg.inv(np.eye(costs.size) - direct)
    home, export = table.finals[:3].sum(axis=0), table.finals[3]
    made = imported @ inverse  # imports needed for a unit of each sector's final output
    added = (1 - direct.sum(axis=0) - imported) @ inverse
    conditions = np.array(
        [
            [made @ home + table.imported_finals.sum(), made @ export - export.sum()],
            [added @ home, added @ export],
        ]
    )
    home_factor, export_factor = np.linalg.solve(conditions, [0.0, table.value_added.sum()])
    finals = table.finals * np.array([home_factor] * 3 + [export_factor])[:, None]
    output = inverse @ finals.sum(axis=0)
    closed = replace(
        table,
        intermediate=direct * output,
        imports=imported * output,
        value_added=(1 - direct.sum(axis=0) - imported) * output,
        finals=finals,
        imported_finals=table.imported_finals * home_factor,
    )
    return closed, float(home_factor), float(export_factor)


def save_io_table(table: IOTable, path: Path) -> None:
    """Write a table in the documented form."""
    body = np.vstack([table.intermediate, table.imports, table.value_added])
    finals = np.vstack([table.finals.T, np.append(table.imported_finals, 0), np.zeros(4)])
    frame = pd.DataFrame(
        np.hstack([body, finals]),
        index=pd.Index([*table.names, "imports", "value_added"], name="sector"),
        columns=[*table.names, *FINALS],
    )
    frame.to_csv(path, float_format="%.6f", lineterminator="\n")


def load_io_table(path: str | Path = DATA / "korea_2011.csv") -> IOTable:
    """Read a table.

    Parameters
    ----------
    path
        CSV file in the form described above.

    Raises
    ------
    InputError
        Naming file, row and column of every mistake: unknown or missing sector, not square, not a
        number, negative, a row that sells nothing, no value added, rows and columns that differ, imports that
        nothing pays for.
    """
    file = Path(path)
    cells = read(file)
    text = cells.iloc[:, 1:].set_axis(cells.iloc[:, 0].astype(str).str.strip())
    numbers = text.apply(pd.to_numeric, errors="coerce").astype(float)
    problems = _name_problems(file, text) + [
        Problem(
            f"{file}, row {text.index[row]}, column {text.columns[column]}",
            f"{text.iat[row, column]!r} is not a number",
            "write a number; 0 where nothing is delivered",
        )
        for row, column in np.argwhere(~np.isfinite(numbers.to_numpy()))
    ]
    if problems:
        raise InputError(problems)
    table = _table(numbers)
    problems = _cell_problems(file, numbers) + _value_problems(file, table)
    if problems:
        raise InputError(problems)
    return table


def _table(numbers: pd.DataFrame) -> IOTable:
    names = [name for name in numbers.index if name not in ("imports", "value_added")]
    return IOTable(
        names=tuple(names),
        intermediate=numbers.loc[names, names].to_numpy(dtype=float),
        imports=numbers.loc["imports", names].to_numpy(dtype=float),
        value_added=numbers.loc["value_added", names].to_numpy(dtype=float),
        finals=numbers.loc[names, list(FINALS)].to_numpy(dtype=float).T,
        imported_finals=numbers.loc["imports", list(FINALS[:3])].to_numpy(dtype=float),
    )


def _name_problems(file: Path, text: pd.DataFrame) -> list[Problem]:
    known = list(pd.read_csv(DATA / "sectors.csv")["sector"])
    rows = {
        "row": (list(text.index), ["imports", "value_added"]),
        "column": (list(text.columns), list(FINALS)),
    }
    problems = []
    for side, (names, extra) in rows.items():
        for name in extra:
            if name not in names:
                problems.append(
                    Problem(
                        str(file),
                        f"{side} {name!r} is missing",
                        "the form is described in sim/population/io_table.py",
                    )
                )
        for name in names:
            if name not in known and name not in extra:
                problems.append(
                    Problem(f"{file}, {side} {name!r}", "unknown sector", nearest(name, [*known, *extra]))
                )
            if names.count(name) > 1 and f"{file}, {side} {name!r}" not in [p.where for p in problems]:
                problems.append(
                    Problem(f"{file}, {side} {name!r}", f"occurs {names.count(name)} times", "keep one")
                )
    suppliers = [name for name in text.index if name in known]
    buyers = [name for name in text.columns if name in known]
    for name in sorted(set(suppliers) ^ set(buyers)):
        side = "row" if name in buyers else "column"
        problems.append(
            Problem(
                f"{file}, {side} {name!r}",
                "missing: the table is not square",
                "a sector needs a row and a column",
            )
        )
    return problems


def _cell_problems(file: Path, numbers: pd.DataFrame) -> list[Problem]:
    """Refuse negative amounts, and amounts in cells without a meaning, which would be lost."""
    unused = [("value_added", use) for use in FINALS] + [("imports", "export")]
    problems = [
        Problem(
            f"{file}, row {row}, column {column}",
            f"{amount:g} is not used",
            "write 0: taxes on final uses and re-exports belong to no sector",
        )
        for row, column in unused
        if (amount := float(numbers[column].loc[row])) != 0
    ]
    amounts = numbers.drop(index="value_added")
    values = amounts.to_numpy(dtype=float)
    for row, column in np.argwhere(values < 0):
        where = f"{file}, row {amounts.index[row]}, column {amounts.columns[column]}"
        problems.append(Problem(where, f"{values[row, column]:g} is negative", "0 or more"))
    return problems


def _value_problems(file: Path, table: IOTable) -> list[Problem]:
    problems = []
    imported = table.imports.sum() + table.imported_finals.sum()
    if imported > 0 and table.finals[3].sum() <= 0:
        problems.append(
            Problem(f"{file}, column export", f"nothing pays for imports of {imported:g}", "give exports")
        )
    costs = table.intermediate.sum(axis=0) + table.imports + table.value_added
    for name, sold, cost, added in zip(table.names, table.output, costs, table.value_added, strict=True):
        if sold <= 0:
            problems.append(
                Problem(f"{file}, row {name}", f"the row sums to {sold:g}", "a sector must sell something")
            )
        if added <= 0:
            problems.append(
                Problem(f"{file}, row value_added, column {name}", f"{added:g}", "must be more than 0")
            )
        if abs(sold - cost) > CLOSURE * max(abs(sold), abs(cost)):
            problems.append(
                Problem(
                    f"{file}, sector {name}",
                    f"sales {sold:g} and costs {cost:g} differ by more than {CLOSURE:.0%}",
                    "a column's inputs, imports and value added must equal the row's sales",
                )
            )
    return problems
