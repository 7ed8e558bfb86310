"""A drawn figure with the table behind it and a text for those who cannot see it; how it is written."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.disk import replacing
from sim.figures.style import styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

METADATA = {  # no clock and no version of a library: the same figure has the same bytes
    "png": lambda title, alt: {"Title": title, "Description": alt, "Software": "winwin"},
    "svg": lambda title, alt: {"Title": title, "Description": alt, "Creator": "winwin", "Date": None},
    "pdf": lambda title, alt: {
        "Title": title,
        "Subject": alt,
        "Creator": "winwin",
        "CreationDate": None,
        "ModDate": None,
    },
}
FORMATS = tuple(METADATA)


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure.

    Parameters
    ----------
    figure
        What is seen.
    table
        The numbers that are shown, as the function that made them returns them.
    title
        Its title.
    alt
        What is to be seen, in words.
    """

    figure: Figure
    table: pd.DataFrame
    title: str
    alt: str

    @styled
    def drawn(self, form: str) -> bytes:
        """Return the figure as ``"png"``, ``"svg"`` or ``"pdf"``."""
        held = io.BytesIO()
        with without_clock():
            self.figure.savefig(held, format=form, metadata=METADATA[form](self.title, self.alt))
        return held.getvalue()

    def csv(self) -> str:
        """Return the numbers as CSV."""
        return self.table.to_csv(index=False, lineterminator="\n")

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The figure in all forms, its numbers and its text, by ending."""
        forms = {form: self.drawn(form) for form in FORMATS}
        return forms | {"csv": self.csv().encode(), "txt": f"{self.title}\n\n{self.alt}\n".encode()}

    def write(self, folder: Path, name: str) -> None:
        """Write all files of the figure into a folder; each appears complete or not at all."""
        for ending, content in self.files.items():
            with replacing(folder / f"{name}.{ending}") as aside:
                aside.write_bytes(content)


def rendered(picture: Picture) -> Picture:
    """Return a picture that holds its files; called in another process, it leaves the work there."""
    _ = picture.files
    return picture


@contextmanager
def without_clock() -> Iterator[None]:
    """Give the time that stands in a file a fixed value, where its form does not let it be left out."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
