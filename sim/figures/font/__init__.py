"""The Korean font that comes with the package, and how it is made.

It is a part of NanumBarunGothic (NAVER Corporation; SIL Open Font License, beside this file) under another
name, as the licence asks: the 2,350 syllables of KS X 1001, with which nearly all Korean can be written, so
that titles of users' own scenarios can be shown too, and what else the labels need. To make it anew from the
font of the Debian package fonts-nanum: ``python -m sim.figures.font``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sim import words

NAME = "Winwin Hangul"
FAMILY = ("DejaVu Sans", NAME)  # one glyph after the other: Korean stands in the second
BOLD = 700
FILE = "WinwinHangul.ttf"
ORIGINAL = Path("/usr/share/fonts/truetype/nanum/NanumBarunGothic.ttf")
LEAD, TRAIL = range(0xB0, 0xC9), range(0xA1, 0xFF)  # bytes of the syllables of KS X 1001 in EUC-KR


@cache
def register() -> None:
    """Let matplotlib find the font, which has one weight, for bold text too."""
    from matplotlib.font_manager import fontManager

    with as_file(files("sim.figures.font") / FILE) as path:
        fontManager.addfont(path)
    fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=BOLD))


def syllables() -> set[str]:
    """Return the Korean syllables of KS X 1001."""
    return {bytes([lead, trail]).decode("euc_kr") for lead in LEAD for trail in TRAIL}


def wanted() -> set[str]:
    """Return the characters the font is to have."""
    return syllables() | {sign for row in words.table().values() for sign in row.korean}


def glyphs() -> set[str]:
    """Return the characters the font has."""
    return {chr(code) for code in opened().getBestCmap()}


def part(text: Iterable[str]) -> bytes:
    """Return a font for the web (WOFF) with no more than the characters of a text, to be put into a page."""
    reduced = cut(opened(), text)
    reduced.flavor = "woff"
    held = io.BytesIO()
    reduced.save(held)
    return held.getvalue()


def make(original: Path, target: Path) -> None:
    """Make the font from the one it is a part of."""
    from fontTools.ttLib import TTFont

    reduced = cut(TTFont(original, recalcTimestamp=False), wanted())
    ours = {1: NAME, 2: "Regular", 3: NAME, 4: NAME, 6: NAME.replace(" ", "")}
    kept = {0, 13, 14}  # copyright, licence and where it is written
    names = reduced["name"].names
    reduced["name"].names = [name for name in names if name.nameID in kept | set(ours)]
    for name in reduced["name"].names:
        if name.nameID in ours:
            name.string = ours[name.nameID]
    reduced.save(target)


def opened() -> Any:
    """Open the font that comes with the package."""
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO((files("sim.figures.font") / FILE).read_bytes()), recalcTimestamp=False)


def cut(whole: Any, text: Iterable[str]) -> Any:
    """Leave in a font only what some characters need."""
    from fontTools import subset

    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5", "FFTM"]  # the designer's own notes
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(set(text))))
    cutter.subset(whole)
    return whole
