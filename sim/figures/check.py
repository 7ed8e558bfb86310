"""What a gallery was made with, and whether it comes out the same again.

Numbers are compared with a tolerance, whatever they were made with; the bytes of pictures only where the same
versions of everything that draws are at work.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.disk import replacing
from sim.experiments.manifest import PACKAGES, fingerprint, package_version, processor_level
from sim.figures.picture import FORMATS, Picture

TOLERANCE = 1e-6  # of a number, relative to the largest of its column
DRAWING = ("matplotlib", "pillow", "fonttools")
TOLD = "gallery.json"


def environment() -> dict[str, str]:
    """Return all on which the bytes of a picture depend besides the numbers in it."""
    from matplotlib.ft2font import __freetype_version__ as freetype

    versions = {name: package_version(name) for name in (*PACKAGES, *DRAWING)}
    made = {"python": platform.python_version(), "processor": processor_level(), "freetype": str(freetype)}
    return made | versions


def told(pictures: Mapping[str, Picture], quick: bool, language: str) -> dict[str, Any]:
    """Return what a gallery was made with, and title, text and hashes of every figure."""
    return {
        "version": package_version("winwin"),
        "model": fingerprint(),
        "quick": quick,
        "language": language,
        "environment": environment(),
        "figures": {
            name: {"title": one.title, "alt": one.alt, "sha256": hashes(one)}
            for name, one in pictures.items()
        },
    }


def hashes(picture: Picture) -> dict[str, str]:
    """Return the hash of each form of a figure."""
    return {form: hashlib.sha256(picture.files[form]).hexdigest() for form in FORMATS}


def write(folder: Path, record: Mapping[str, Any]) -> None:
    """Write what a gallery was made with beside its figures; figures it does not have stay as they were."""
    before = read(folder)
    same = {key: value for key, value in before.items() if key != "figures"}
    kept = before.get("figures", {}) if same == {k: v for k, v in record.items() if k != "figures"} else {}
    whole = {**record, "figures": {**kept, **record["figures"]}}
    with replacing(folder / TOLD) as aside:
        aside.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """Return what a gallery was made with; nothing where none is told."""
    file = folder / TOLD
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def compare(pictures: Mapping[str, Picture], folder: Path, language: str) -> tuple[list[str], list[str]]:
    """Return what differs from a stored gallery, and what could not be compared."""
    stored = read(folder)
    here, there = environment(), stored.get("environment", {})
    other = [f"{key} {there.get(key)}, here {here[key]}" for key in here if there.get(key) != here[key]]
    differs, notes = [], []
    if stored.get("language") != language:
        notes.append("the pictures stored are in another language: their bytes are not compared")
    elif other:
        notes.append(f"bytes are not compared, as the gallery was made with {'; '.join(other)}")
    if stored.get("model") not in (None, fingerprint()):
        notes.append("the model has changed since the gallery was made: its numbers may differ")
    for name, picture in pictures.items():
        file = folder / f"{name}.csv"
        if not file.is_file():
            differs.append(f"{name}: {file} is missing")
            continue
        gap = difference(pd.read_csv(io.StringIO(picture.csv())), pd.read_csv(file))
        if gap:
            differs.append(f"{name}: {gap}")
        elif not notes:
            known = stored["figures"].get(name, {}).get("sha256", {})
            forms = [form for form, now in hashes(picture).items() if known.get(form) != now]
            differs += [f"{name}: other bytes in {', '.join(forms)}"] if forms else []
    return differs, notes


def difference(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Say what is different in two tables; nothing where they agree.

    Examples
    --------
    >>> one = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 1000.0]})
    >>> difference(one, one.assign(value=[1.0001, 1000.0])), difference(one, one.assign(value=[1.1, 1000.0]))
    ('', 'value differs by 0.1 in row 2')
    """
    if list(ours) != list(theirs) or len(ours) != len(theirs):
        shapes = [f"{len(one)} rows of {', '.join(map(str, one.columns))}" for one in (ours, theirs)]
        return f"{shapes[0]}; stored are {shapes[1]}"
    for column in ours:
        one, other = ours[column], theirs[column]
        if not (is_number(one) and is_number(other)):
            if not one.astype(str).equals(other.astype(str)):
                return f"{column} differs"
            continue
        left, right = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
        largest = np.nanmax(np.abs(right), initial=0.0)
        gap = np.where(np.isnan(left) & np.isnan(right), 0.0, np.abs(left - right))
        wrong = ~(gap <= TOLERANCE * largest)
        if wrong.any():
            return f"{column} differs by {gap[wrong][0]:.3g} in row {int(np.argmax(wrong)) + 2}"
    return ""


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a column holds numbers."""
    return bool(pd.api.types.is_numeric_dtype(column.dtype))
