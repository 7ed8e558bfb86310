"""How figures look: colours, sizes, labels at the ends of lines, the note below.

Scenarios have the colours of Okabe and Ito, which people with any colour vision tell apart; the baseline is
always grey. Tiers go from dark blue to red, from the top of the chain down.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import words
from sim.experiments.manifest import package_version
from sim.experiments.records import unit
from sim.experiments.tables import power_of
from sim.figures import font

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.experiments.design import Design
    from sim.scenario import Scenario

BASELINE = "#5F5F5F"
SCENARIOS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
REGIMES = {"growth_for_all": SCENARIOS[0], "trickle_down": SCENARIOS[1], "growth_by_choice": SCENARIOS[2]}
TIERS = {"0": "#16325B", "1": "#2A7F9E", "2": "#E08A1E", "3": "#B23A48", "outside": "#8C8C8C"}
GAIN, LOSS, SAME = "#0072B2", "#D55E00", "#D0D0D0"
DIVERGING = "PuOr_r"
INK, FAINT = "#222222", "#6B6B6B"
NARROW, MIDDLE, WIDE = 3.35, 5.0, 6.9  # inches: a column, one and a half, a page
POINTS = 8
SMALL = 6.5
PLACES = 4  # to which positions on the page are rounded
RULES: dict[str, Any] = {
    "font.family": list(font.FAMILY),
    "font.size": POINTS,
    "axes.titlesize": POINTS,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": POINTS,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.unicode_minus": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "legend.fontsize": 7,
    "hatch.linewidth": 0.5,
    "savefig.dpi": 150,
    "svg.fonttype": "path",
    "svg.hashsalt": "winwin",
    "pdf.fonttype": 42,
    "path.simplify": True,
}


def styled[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw by the rules of this file, whatever the user's own are."""

    @functools.wraps(draw)
    def inside(*given: P.args, **named: P.kwargs) -> R:
        import matplotlib

        font.register()
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            settings: Any = matplotlib.rcParams
            settings.update(RULES)
            return draw(*given, **named)

    return inside


def page(width: float, height: float, rows: int = 1, columns: int = 1, **more: Any) -> tuple[Figure, Any]:
    """Return an empty figure and its axes, one or an array of them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)  # which knows how large a text is
    return figure, figure.subplots(rows, columns, **more)


def finish(figure: Figure, title: str, note: str) -> Figure:
    """Put the title above and the note below, and leave everything where it is from now on."""
    from matplotlib.text import Text

    width, height = figure.get_size_inches()
    head = wrapped(title, width, POINTS + 1)
    foot = wrapped(note, width, SMALL)
    above = (head.count("\n") + 1) * (POINTS + 1) * 1.35 / 72 / height
    below = (foot.count("\n") + 1) * SMALL * 1.35 / 72 / height
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.01, below + 0.03, 0.98, 1 - above - below - 0.05))
    figure.text(0.01, 0.99, head, size=POINTS + 1, weight="bold", va="top", ha="left")
    figure.text(0.01, 0.01, foot, size=SMALL, color=FAINT, va="bottom", ha="left", linespacing=1.25)
    for text in figure.findobj(Text):
        if is_korean(text.get_text()):  # the font has no bold, and beside it bold digits look odd
            text.set_fontweight("normal")
    figure.draw_without_rendering()
    for axes in figure.axes:
        for apply in axes.__dict__.pop("_end_labels", []):
            apply()
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:  # the layout's solver leaves last bits to chance
        axes.set_position(tuple(round(edge, PLACES) for edge in axes.get_position().bounds))
    return figure


def wrapped(text: str, width: float, size: float) -> str:
    """Break a text so that it fits a width in inches; a Korean sign is as wide as two others."""
    room = int(0.97 * width * 72 / (size * 0.56))
    lines, line, used = [], "", 0
    for word in text.split(" "):
        wide = sum(1 + is_korean(sign) for sign in word)
        if line and used + 1 + wide > room:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + 1 + wide) if line else (word, wide)
    return "\n".join([*lines, line])


def fold(text: str, room: int) -> str:
    """Break the name of something into lines of so many signs; Korean ones are wider."""
    room = room * 2 // 3 if is_korean(text) else room
    return "\n".join(textwrap.wrap(text, room, break_long_words=False)) or text


def is_korean(text: str) -> bool:
    """Whether a text has Korean signs.

    Examples
    --------
    >>> is_korean("GDP, %"), is_korean("한국, %")
    (False, True)
    """
    return any("\uac00" <= sign <= "\ud7a3" for sign in text)


# --- labels at the ends of lines --------------------------------------------------------------------


def end_labels(axes: Any, ends: Sequence[tuple[float, str, str]], size: float = 7) -> None:
    """Write names beside the right edge, at the heights where their lines end, none over another.

    Parameters
    ----------
    axes
        Where the lines are.
    ends
        Height in data, text, colour of each.
    size
        Of the letters, in points.
    """
    order = sorted((end for end in ends if np.isfinite(end[0])), key=lambda end: end[0])
    texts = [
        axes.annotate(
            text, (1, height), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            color=colour, size=size, va="center", ha="left", annotation_clip=False,
        )
        for height, text, colour in order
    ]  # fmt: skip

    def apply() -> None:
        box = axes.get_window_extent()
        renderer: Any = axes.get_figure(root=True).canvas.get_renderer()
        tall = [text.get_window_extent(renderer).height + 1 for text in texts]
        at = [float(axes.transData.transform((0, end[0]))[1]) for end in order]
        points = 72 / axes.get_figure(root=True).dpi
        for text, here, there in zip(texts, at, spread(at, tall, box.y0, box.y1), strict=True):
            text.set_position((4, round((there - here) * points, PLACES)))

    held: list[Callable[[], None]] = getattr(axes, "_end_labels", [])
    axes._end_labels = [*held, apply]


def spread(places: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move ascending places as little as needed for things of some sizes not to overlap.

    Examples
    --------
    >>> spread([0.0, 1.0, 50.0], [10.0, 10.0, 10.0], 0.0, 100.0)
    [5.0, 15.0, 50.0]
    """
    found: list[float] = []
    floor = low
    for place, size in zip(places, sizes, strict=True):
        found.append(max(place, floor + size / 2))
        floor = found[-1] + size / 2
    ceiling = max(high, low + sum(sizes))
    for k in range(len(found) - 1, -1, -1):
        found[k] = min(found[k], ceiling - sizes[k] / 2)
        ceiling = found[k] - sizes[k] / 2
    return found


# --- words and numbers -------------------------------------------------------------------------------


def scenario_name(scenario: Scenario, language: str) -> str:
    """Return what to call a scenario: as the table of labels says, else by its own title."""
    return words.translated(f"scenario.{scenario.name}", scenario.title, language)


def colours(names: Sequence[str]) -> dict[str, str]:
    """Return the colour of each scenario, the first one the baseline."""
    free = iter([colour for colour in SCENARIOS if colour not in {REGIMES.get(name) for name in names}] * 9)
    return {name: BASELINE if not k else REGIMES.get(name) or next(free) for k, name in enumerate(names)}


def scaled(metric: str, values: Any, language: str, change: bool = False) -> tuple[float, str]:
    """Return what to divide values of a metric by, and the unit that then stands beside them.

    Ratios become percent, and differences of ratios percentage points.
    """
    plain = unit(metric)
    if plain in ("1", "1/year"):
        return 0.01, words.label("unit.pp" if change else "unit.%", language)
    if not plain.startswith("KRW"):
        return 1.0, words.label(f"unit.{plain}", language)
    word, power = power_of(*np.asarray(values, dtype=float).ravel().tolist())
    return power, words.label(f"unit.{word}{plain}", language)


def provenance(
    language: str, statistic: str, seeds: int, scenarios: Sequence[Scenario], more: str = "", firms: int = 0
) -> str:
    """Return the note below a figure: what is shown, how many seeds, which scenarios, made by what.

    ``firms`` is their number where it is not that of the scenarios.
    """
    named = ", ".join(f"{one.name} {one.hash[:8]}" for one in scenarios)
    parts = [
        words.label(f"note.{statistic}", language),
        words.text("note.seeds" if seeds > 1 else "note.one_seed", language, n=seeds),
        words.text("note.firms", language, n=f"{firms or scenarios[0].economy.firms:,}"),
        words.text("note.scenarios", language, named=named),
        f"winwin {package_version('winwin')}.",
    ]
    return " ".join([*parts, more] if more else parts)


def firms_of(design: Design) -> int:
    """Return the number of firms that a design sets, 0 where it leaves it to its scenarios."""
    return next((int(one.values[0]) for one in design.varied if one.name == "economy.firms"), 0)
