"""What a result was made from, and a digest by which two machines can compare results.

A manifest holds no clock and no path: the same run on the same machine gives the same bytes.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

PACKAGES = ("mesa", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "networkx")
FACES = (
    "__init__.py",
    "bench",
    "cli.py",
    "command",
    "dashboard",
    "docs",
    "doctor.py",
    "experiments",
    "figures",
    "report",
    "reproduce",
    "words",
)  # no numbers come from them
COMPARED = ("population/data/published.csv",)  # nor from what simulated numbers are held against
LEVELS = {  # what a processor needs for each level of the x86-64 psABI
    "x86-64-v4": ("AVX512F", "AVX512BW", "AVX512CD", "AVX512DQ", "AVX512VL"),
    "x86-64-v3": ("AVX2", "FMA3"),
    "x86-64-v2": ("SSE42",),
}


def manifest(
    scenario: Scenario,
    seed: int,
    metrics: pd.DataFrame,
    panel: pd.DataFrame | None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return everything needed to name, repeat and check a run.

    Returns
    -------
    What `origin` returns, ``notes`` (what was filled in, changed or may not be expected) and ``digest``.
    """
    return {
        **origin(scenario, seed),
        "notes": [*scenario.notes, *notes],
        "digest": digest(metrics, panel),
    }


def origin(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Return all on which the numbers of a run depend.

    Returns
    -------
    ``scenario``, ``title``, ``scenario_hash``, ``seed``, ``version``, ``model`` (hash of the
    package's source and data), ``python``, ``packages`` and ``processor`` (feature level, on which
    the last bits of results may depend).
    """
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "scenario_hash": scenario.hash,
        "seed": seed,
        "version": package_version("winwin"),
        "model": fingerprint(),
        "python": platform.python_version(),
        "packages": {name: package_version(name) for name in PACKAGES},
        "processor": processor_level(),
    }


@cache  # reading it in again would take a fiftieth of a small run
def package_version(name: str) -> str:
    """Return the installed version of a package, or "unknown"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def fingerprint() -> str:
    """Return the hash of the source and input data that make a run's numbers.

    Neither the commit nor what is made of runs is part of it: a change of a document or of a table would
    make all stored results look old.
    """
    return source_hash(Path(__file__).resolve().parents[1])


def source_hash(root: Path) -> str:
    """Return the hash of a package's source and data, but for the faces and what is only compared."""
    hashed = hashlib.sha256()
    for file in sorted(file for ending in ("py", "csv") for file in root.rglob(f"*.{ending}")):
        name = file.relative_to(root)
        if name.parts[0] not in FACES and name.as_posix() not in COMPARED:
            hashed.update(name.as_posix().encode() + b"\0")
            hashed.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()


@cache
def processor_level() -> str:
    """Return the processor's feature level, as far as NumPy has found it out."""
    features = import_module("numpy._core._multiarray_umath").__cpu_features__
    for level, needed in LEVELS.items():
        if all(features.get(name) for name in needed):
            return level
    return platform.machine()


def digest(metrics: pd.DataFrame, panel: pd.DataFrame | None = None) -> str:
    """Return the SHA-256 of the values of a result.

    Columns are taken in alphabetical order, numbers as little-endian doubles, so that the digest
    does not depend on the machine's own form of a number.
    """
    hashed = hashlib.sha256()
    for table in (metrics, panel):
        if table is None:
            continue
        flat = table.reset_index()
        for name in sorted(map(str, flat.columns)):
            hashed.update(name.encode() + b"\0")
            hashed.update(values_bytes(flat[name]))
    return hashed.hexdigest()


def values_bytes(column: pd.Series[Any]) -> bytes:
    """Return the values of a column in one fixed form."""
    if column.dtype.kind in "biuf":
        values = column.to_numpy(dtype="<f8") + 0.0  # negative zero becomes zero
        values[np.isnan(values)] = np.nan  # one of the many not-a-numbers
        return values.tobytes()
    return "\0".join(map(str, column)).encode()
