"""What the command ``winwin figures`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim import words
from sim.core.errors import InputError, Problem, nearest
from sim.experiments.commands import check_folder, say
from sim.experiments.dispatch import LOST, dispatch
from sim.experiments.where import open_place
from sim.figures import check
from sim.figures.gallery import FIGURES
from sim.figures.material import FULL, QUICK, Material
from sim.figures.picture import Picture, rendered

FOLDER = Path("results") / "figures"


def figures(
    names: Sequence[str],
    folder: Path | None,
    quick: bool,
    checking: bool,
    language: str,
    jobs: int | None,
    runs: Path | None,
) -> bool:
    """Draw figures and write them, or compare them with those stored; return whether any differs."""
    chosen = known(names)
    words.checked(language)
    folder = folder or FOLDER
    if checking and not (folder / check.TOLD).is_file():
        fix = "draw them first, without --check, or name their folder with -o"
        raise InputError([Problem("figures", f"{folder} holds no figures to compare with", fix)])
    for place in (runs, None if checking else folder):
        check_folder(place)
    jobs = jobs or os.cpu_count() or 1
    material = Material(QUICK if quick else FULL, jobs, runs)
    done = {}
    for name, picture in drawn(chosen, material, language, jobs):
        done[name] = picture
        if not checking:
            picture.write(folder, name)
            say(f"{folder / name}: {picture.title}")
    pictures = {name: done[name] for name in chosen}
    if not checking:
        check.write(folder, check.told(pictures, quick, language))
        return False
    differs, notes = check.compare(pictures, folder, language)
    for note in notes:
        say(f"note: {note}")
    print("\n".join(differs) or f"{len(pictures)} figures are as stored in {folder}")
    return bool(differs)


def drawn(
    names: Sequence[str], material: Material, language: str, jobs: int
) -> Iterator[tuple[str, Picture]]:
    """Draw figures; one is made into files in another process while the runs of the next are done."""
    with open_place(None, jobs) as place:
        for name, picture in dispatch(rendered, names, lambda one: FIGURES[one](material, language), place):
            if picture is None:
                raise InputError([Problem("figures", f"{name}: {LOST}", "draw it with --jobs 1")])
            yield name, picture


def known(names: Sequence[str]) -> list[str]:
    """Return the figures that are named, without any all of them; each once, in the order of the gallery."""
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        raise InputError(
            [Problem("figures", f"there is no figure {name!r}", nearest(name, FIGURES)) for name in unknown]
        )
    return [name for name in FIGURES if not names or name in names]
