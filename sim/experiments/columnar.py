"""Tables as Parquet files, with unit and meaning of columns in the fields, and a checksum for every page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Notes = Mapping[str, Mapping[str, str]]
HEAD = ("run", "seed", "month")  # columns that are no metrics


def write(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, with a checksum for every page."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    pq.write_table(table, path, write_page_checksum=True, use_dictionary=texts or False)


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, verifying the checksum of every page."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, page_checksum_verification=True) as file:  # a third of the time of read_table
        return file.read(columns, use_threads=False)


def values(
    path: Path, columns: Iterable[str] | None = None
) -> tuple[list[str], tuple[str, ...], NDArray[np.float64]]:
    """Return months, names and (names, months) values of metrics that a file has, verifying every page.

    This takes a third of the time of a frame, which matters where there are 10^5 files.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        there = [name for name in file.schema_arrow.names if name not in HEAD]
        names = there if columns is None else [name for name in columns if name in there]
        table = file.read([*names, "month"], use_threads=False)
    found = [table[name].to_numpy() for name in names]
    return table["month"].to_pylist(), tuple(names), np.array(found, dtype=np.float64)


def storable(values: list[Any]) -> list[Any]:
    """Return values as one type that a column can have; mixed ones are written as JSON."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or (len(kinds) == 1 and not kinds & {list, dict, tuple}):
        return [float(value) if kinds == {int, float} and value is not None else value for value in values]
    return [None if value is None else json.dumps(value) for value in values]


def write_table(table: pd.DataFrame, path: Path, notes: Notes) -> None:
    """Write a table as Parquet, with unit and meaning of each column in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table)
    fields = [field.with_metadata(dict(notes.get(field.name, {}))) for field in arrow.schema]
    pq.write_table(
        arrow.cast(pa.schema(fields, metadata=arrow.schema.metadata)), path, write_page_checksum=True
    )


def read_table(path: Path, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """Read a table with its index, verifying the checksum of every page."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        index = [name for name in (file.schema_arrow.pandas_metadata or {}).get("index_columns", [])]
        wanted = None if columns is None else [*filter(lambda name: isinstance(name, str), index), *columns]
        table: pd.DataFrame = file.read(wanted, use_threads=False).to_pandas()
    return table


def metric_notes() -> dict[str, dict[str, str]]:
    """Return unit and meaning of every metric."""
    import sim.metrics

    return {
        name: {"unit": metric.unit, "meaning": metric.doc} for name, metric in sim.metrics.available().items()
    }


def column_notes() -> dict[str, dict[str, str]]:
    """Return unit and meaning of every column of firms."""
    from sim.economy.firms import Firms

    return {row["column"]: {"unit": row["unit"], "meaning": row["meaning"]} for row in Firms.dictionary()}
