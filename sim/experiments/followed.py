"""What was followed of the firms of a run, beside its other results: two tables in a folder.

They stand on their own, so that a run may be followed from several months on, and are taken only with a
run of the very numbers they belong to.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError, Problem
from sim.experiments.columnar import read, write
from sim.experiments.disk import replacing_folder
from sim.experiments.following import Followed

PREFIX = "followed-"
GROUPS = ("attributes", "amounts", "year_sales", "reached")
UNITS = {"attributes": "code", "amounts": "simulated KRW", "year_sales": "simulated KRW", "reached": "1"}


def save(firms: Followed, run: Path, digest: str) -> None:
    """Store what was followed in the folder of a run whose numbers have a digest."""
    tables = tables_of(firms)
    labels = {name: {str(int(code)): text for code, text in of.items()} for name, of in firms.labels.items()}
    head = {name: getattr(firms, name) for name in ("months", "scale", "since")}
    head |= {"run": digest, "labels": labels}
    told = json.dumps({**head, "digest": digest_of(tables, head)}, sort_keys=True, ensure_ascii=False)
    with replacing_folder(run / f"{PREFIX}{firms.since}") as aside:
        for name, columns in tables.items():
            write(arrow(columns, {"followed": told}), aside / f"{name}.parquet")


def load(run: Path, since: str, digest: str) -> Followed | None:
    """Return what was followed from a month on; None when it is not there or not what was stored."""
    try:
        return loaded(run / f"{PREFIX}{since}", digest)
    except (InputError, OSError, ValueError, KeyError):
        return None


def damage(run: Path, digest: str) -> str:
    """Return what is wrong with what was followed in a run; "" when nothing is."""
    for folder in sorted(run.glob(f"{PREFIX}*")):
        try:
            loaded(folder, digest)
        except InputError as error:
            return f"{folder.name}: {error.problems[0].what}"
        except (OSError, ValueError, KeyError) as error:
            return f"{folder.name} cannot be read: {error}"
    return ""


def loaded(folder: Path, digest: str) -> Followed:
    """Read what was followed, refusing what is not as it was stored or belongs to other numbers."""
    found = {name: read(folder / f"{name}.parquet") for name in ("firms", "links")}
    told = json.loads(found["firms"].schema.metadata[b"followed"])
    vouched = told.pop("digest")
    tables = {
        name: {column: table[column].to_numpy() for column in table.column_names}
        for name, table in found.items()
    }
    if told["run"] != digest or digest_of(tables, told) != vouched:
        raise InputError([Problem(str(folder), "the numbers are not those it vouches for")])
    columns, links = tables["firms"], tables["links"]
    group: dict[str, dict[Any, Any]] = {name: {} for name in GROUPS}
    for column, values in columns.items():
        kind, _, name = column.partition(":")
        if kind in GROUPS:
            group[kind][int(name) if kind == "year_sales" else name] = values
    labels = {name: {int(code): text for code, text in of.items()} for name, of in told["labels"].items()}
    return Followed(
        columns["uid"],
        group["attributes"],
        labels,
        group["amounts"],
        group["year_sales"],
        group["reached"],
        links["supplier"],
        links["buyer"],
        told["months"],
        told["scale"],
        told["since"],
    )


def tables_of(firms: Followed) -> dict[str, dict[str, Any]]:
    """Return the columns of the table of firms, and of that of contracts."""
    columns = {"uid": firms.uid}
    for kind in GROUPS:
        columns |= {f"{kind}:{name}": values for name, values in getattr(firms, kind).items()}
    return {"firms": columns, "links": {"supplier": firms.supplier, "buyer": firms.buyer}}


def digest_of(tables: dict[str, dict[str, Any]], head: dict[str, Any]) -> str:
    """Return the SHA-256 of what was followed: all numbers with their types and names."""
    hashed = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    for columns in tables.values():
        for name, values in columns.items():
            fixed = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
            hashed.update(f"{name} {fixed.dtype.str} {fixed.size}\0".encode())
            hashed.update(fixed.tobytes())
    return hashed.hexdigest()


def arrow(columns: dict[str, Any], told: dict[str, str]) -> Any:
    """Return columns as a table of Arrow, with units."""
    import pyarrow as pa

    arrays = {name: pa.array(values) for name, values in columns.items()}
    fields = [
        pa.field(name, values.type, metadata={"unit": UNITS.get(name.partition(":")[0], "identity")})
        for name, values in arrays.items()
    ]
    return pa.table(list(arrays.values()), schema=pa.schema(fields, metadata=told))
