"""Files and folders that appear on the disk complete or not at all.

What is written stands first under another name, which begins with a dot and counts nowhere. It gets its
own name only once all of it is on the disk, so that a reader finds the older content or the newer, and a
writer that fails or is told to end leaves nothing. One that is killed outright may leave what begins
with a dot; `remains` finds it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sim.core.errors import InputError, Problem

GOES_ON = "make room or name another folder with -o; the same command then does the rest"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file to write to that takes the place of another one only when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        flush(aside)
        os.chmod(aside, 0o644)
        os.replace(aside, path)
        flush(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, which stays as it was until all is there; a full disk is told to the user."""
    with storage(path.parent), replacing(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a folder to write files into that takes the place of another one only when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with cleared(path) as aside, cleared(path) as old:
        yield aside
        for place in (*aside.iterdir(), aside):
            flush(place)
        if path.exists():
            os.replace(path, old / path.name)  # a folder can only take the place of an empty one
        os.chmod(aside, 0o755)
        os.replace(aside, path)
        flush(path.parent)


@contextmanager
def cleared(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a path; what is in it at the end goes away."""
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def flush(path: Path) -> None:
    """Make sure that the content of a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def share(old: Path, new: Path) -> None:
    """Give a file, which nobody changes, a second name; or copy it."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except FileExistsError:
        return
    except OSError:
        with replacing(new) as aside:
            shutil.copyfile(old, aside)


def remains(folder: Path) -> list[Path]:
    """Return what writers that were killed have left in a folder."""
    return sorted(folder.glob(".*-*"))


def check_writable(folder: Path, where: str, fix: str) -> None:
    """Refuse a folder that cannot be made or written to, before anything is done for it."""
    place = next(near for near in (folder, *folder.absolute().parents) if near.exists())
    if not place.is_dir():
        raise InputError([Problem(where, f"{place} is a file", "name a folder")])
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        what = f"{place} cannot be written to: {error.strerror}"
        raise InputError([Problem(where, what, fix)]) from error


class storage:
    """Turn an error of the disk into a problem: where what cannot be kept, why, and what to do now."""

    def __init__(self, folder: Path, fix: str = GOES_ON) -> None:
        self.folder, self.fix = folder, fix

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            what = f"results cannot be stored here: {error.strerror or error}"
            raise InputError([Problem(str(self.folder), what, self.fix)]) from error
