"""Reading a researcher's files: all cells as they stand there, or a message that says why not."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import pandas as pd

from sim.core.errors import InputError, Problem


def read(file: Path) -> pd.DataFrame:
    """Read a table with a header: a Parquet file as it is, any other file as CSV in which all cells are text.

    Raises
    ------
    InputError
        When the file is absent, not UTF-8, not a table, or names a column twice.
    """
    try:
        if file.suffix == ".parquet":
            return pd.read_parquet(file)
        text = file.read_bytes().decode("utf-8-sig")
        head, body = _cells(text)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fix = "save it as UTF-8 (in a spreadsheet: CSV UTF-8)"
        raise InputError([Problem(f"{file}, line {line}", "is not UTF-8 text", fix)]) from error
    except pd.errors.ParserWarning as error:
        fix = "name every column; end no row with a comma"
        raise InputError([Problem(str(file), "rows have more cells than the header", fix)]) from error
    except (OSError, ValueError) as error:
        what = f"cannot be read: {str(error).strip()}"
        raise InputError([Problem(str(file), what, "give a CSV or Parquet file")]) from error
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice:
        raise InputError([Problem(f"{file}, column {name!r}", "occurs twice", "keep one") for name in twice])
    return body.set_axis(head, axis="columns")


def _cells(text: str) -> tuple[list[str], pd.DataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        head = pd.read_csv(io.StringIO(text), header=None, nrows=1, dtype=str, keep_default_na=False)
        body = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, index_col=False)
    return head.iloc[0].str.strip().tolist(), body
