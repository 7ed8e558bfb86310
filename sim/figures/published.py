"""Published series beside the simulated economy, each year marked as used in the model or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim import words
from sim.experiments.spread import fan
from sim.figures import style
from sim.figures.picture import Picture
from sim.figures.regimes import years_below
from sim.population.published import FITTED, series

if TYPE_CHECKING:
    from sim.experiments.effects import Effect
    from sim.scenario import Scenario

SIMULATED = {"cash_ratio": "cash_ratio", "operating_margin_sme": "operating_margin_sme"}
WHY = {"fund_contributions": "why_fund", "win_win_payments": "why_payments"}  # what has no simulated series


@style.styled
def published(effect: Effect, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw the published series, and the simulated ones beside those that the model has.

    Drawn are the baseline and, where a policy of it sets the series, growth for all.
    """
    given = series().rename(columns={"name": "series"})
    simulated = {key: yearly(effect, metric) for key, metric in SIMULATED.items()}
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    colours = style.colours(list(names))
    figure, panels = style.page(style.WIDE, 4.6, 2, 2)
    said = []
    for axes, (key, rows) in zip(panels.flat, given.groupby("series", sort=False), strict=True):
        unit = words.label(f"unit.{rows['unit'].iloc[0]}", language)
        years = set(rows["year"])
        ends: list[tuple[float, str, str]] = []
        for name, mine in simulated.get(str(key), pd.DataFrame({"scenario": []})).groupby(
            "scenario", sort=False
        ):
            at, colour = mine["period"].astype(int), colours[str(name)]
            axes.fill_between(at, 100 * mine["q05"], 100 * mine["q95"], color=colour, alpha=0.18, lw=0)
            axes.plot(at, 100 * mine["mean"], color=colour)
            ends.append((100 * float(mine["mean"].iloc[-1]), names[str(name)], colour))
            years |= set(at)
        for is_used, face in ((True, style.INK), (False, "white")):
            part = rows[(rows["use"] == FITTED) == is_used]
            axes.plot(part["year"], part["value"], "o", ms=4, mfc=face, mec=style.INK, mew=0.9, zorder=4)
        if str(key) in WHY:
            axes.plot(rows["year"], rows["value"], color=style.INK, lw=0.6, zorder=2)
            why = words.label(f"word.{WHY[str(key)]}", language)
            told = style.fold(words.text("word.not_simulated", language, why=why), 26)
            axes.text(0.97, 0.05, told, transform=axes.transAxes, ha="right", size=6.5, color=style.FAINT)
            axes.set_ylim(bottom=0)
        axes.set_title(f"{words.label(f'series.{key}', language)}, {unit}")
        years_below(axes, list(range(min(years), max(years) + 1)))
        style.end_labels(axes, ends, 6.5)
        axes.margins(y=0.15)
        last = rows.iloc[-1]
        said.append(f"{words.label(f'series.{key}', language)} {last['year']}: {last['value']:g} {unit}")
    table = pd.concat(
        [given, *(rows.assign(series=key) for key, rows in simulated.items())], ignore_index=True
    )
    title = words.label("figure.published", language)
    used, unused = (words.label(f"word.published_{name}", language) for name in ("used", "unused"))
    more = f"● {used}; ○ {unused}. {words.label('note.published', language)}"
    drawn = [one for one in scenarios if one.name in set(table["scenario"])]
    note = style.provenance(language, "quantiles", len(effect.seeds(effect.arms[0])), drawn, more)
    style.finish(figure, title, note)
    return Picture(figure, table, title, words.text("alt.published", language, said="; ".join(said) + "."))


def yearly(effect: Effect, metric: str) -> Any:
    """Return the yearly fan of a metric of the baseline, and of growth for all where there is one."""
    table = fan(effect, metric, by="year")
    return table[table["scenario"].isin([effect.baseline, "growth_for_all"])]
