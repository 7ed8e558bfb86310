"""History again: published series beside the simulated ones, fitted years told from those that test it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim import words
from sim.figures import style
from sim.figures.picture import Picture
from sim.figures.regimes import years_below
from sim.population.published import SERIES
from sim.reproduce.hindcast import rows

if TYPE_CHECKING:
    from sim.scenario import Scenario

NAIVE = {"linear": (0, (1, 1.2)), "exponential": (0, (3, 1.5))}  # how the lines without a model are dashed


@style.styled
def published(results: pd.DataFrame, scenario: Scenario, language: str = "en") -> Picture:
    """Draw medians and the middle 90 % of seeds, published years, and lines that need no model."""
    table = pd.DataFrame(rows(results))
    table = table[table["name"].isin(SERIES)].reset_index(drop=True)
    colour = style.colours(["baseline", scenario.name])[scenario.name]
    figure, panels = style.page(style.WIDE, 4.6, 2, 2)
    said = []
    for axes, name in zip(panels.flat, SERIES, strict=True):
        mine = table[table["name"] == name]
        unit = words.label(f"unit.{mine['unit'].iloc[0]}", language)
        axes.fill_between(mine["year"], mine["low"], mine["high"], color=colour, alpha=0.18, lw=0)
        axes.plot(mine["year"], mine["simulated"], color=colour)
        for line, dashes in NAIVE.items():
            axes.plot(mine["year"], mine[line].astype(float), color=style.FAINT, ls=dashes, lw=1)
        known = mine[mine["published"].notna()]
        for fitted, face in ((True, style.INK), (False, "white")):
            part = known[known["fitted"] == fitted]
            axes.plot(
                part["year"], part["published"].astype(float), "o", ms=4, mfc=face, mec=style.INK, mew=0.9
            )
        top = max(mine["high"].max(), known["published"].max())
        axes.set_ylim(0, 1.1 * top)  # an exponential line may leave the picture
        axes.set_title(f"{words.label(f'series.{name}', language)}, {unit}")
        years_below(axes, list(range(mine["year"].min(), mine["year"].max() + 1)))
        last = known.iloc[-1]
        told = f"{last['published']:g}, {last['simulated']:.3g} {unit}"
        said.append(f"{words.label(f'series.{name}', language)} {last['year']}: {told}")
    title = words.label("figure.published", language)
    used, unused = (words.label(f"word.published_{name}", language) for name in ("used", "unused"))
    more = f"● {used}; ○ {unused}. {words.label('note.published', language)}"
    note = style.provenance(language, "medians", len(results), [scenario], more)
    style.finish(figure, title, note)
    return Picture(figure, table, title, words.text("alt.published", language, said="; ".join(said) + "."))
