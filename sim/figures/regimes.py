"""What regimes change over time: effects by tier, fans of levels, the interval as seeds are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim import words
from sim.experiments.spread import convergence as narrowing
from sim.experiments.spread import fan as fan_of
from sim.figures import style
from sim.figures.picture import Picture

if TYPE_CHECKING:
    from sim.experiments.effects import Effect
    from sim.scenario import Scenario

INCOMES = {
    "0": "income_tier0",
    "1": "income_tier1",
    "2": "income_tier2",
    "3 and below": "income_tier3",
    "outside": "income_outside",
}
COLOURS = dict(zip(INCOMES, style.TIERS.values(), strict=True))
SHOWN = ("real_gdp", "sme_value_added_share")
BANDS = (("q05", "q95", 0.12), ("q25", "q75", 0.22))  # and how dark each is
SHARE = "sme_value_added_share"


@style.styled
def event_study(effect: Effect, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw the yearly differences of each tier's income from the baseline, in percent of its level there."""
    table = pd.concat([effect.table(metric, by="year") for metric in INCOMES.values()]).reset_index()
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    figure, panels = style.page(style.WIDE, 3.4, 1, len(effect.arms), sharey=True, squeeze=False)
    said = []
    for axes, arm in zip(panels[0], effect.arms, strict=True):
        ends = []
        for place, (tier, metric) in enumerate(INCOMES.items()):
            rows = table[(table["scenario"] == arm) & (table["metric"] == metric)]
            years = rows["period"].astype(int).to_numpy()
            level = 100 / rows["baseline"].abs().to_numpy()
            middle, low, high = (rows[name].to_numpy() * level for name in ("difference", "low", "high"))
            shifted = years + 0.09 * (place - 2)
            axes.vlines(shifted, low, high, color=COLOURS[tier], lw=0.9, alpha=0.7)
            axes.plot(shifted, middle, color=COLOURS[tier], marker="o", ms=2.5)
            name = words.label(f"tier.{tier}", language)
            ends.append((float(middle[-1]), f"{name} {middle[-1]:+.1f}", COLOURS[tier]))
            said.append(f"{names[arm]}, {name} {middle[-1]:+.1f} %")
        axes.axhline(0, color=style.BASELINE, lw=1)
        if effect.since:
            starts(axes, int(effect.since[:4]) - 0.5, language)
        axes.set_title(names[arm])
        years_below(axes, sorted(set(table["period"].astype(int))))
        style.end_labels(axes, ends, 6.5)
    panels[0][0].set_ylabel(words.label("axis.income_change", language))
    title = words.label("figure.event_study", language)
    seeds = len(effect.seeds(effect.arms[0]))
    style.finish(figure, title, style.provenance(language, "mean", seeds, scenarios))
    return Picture(figure, table, title, words.text("alt.event_study", language, said="; ".join(said) + "."))


@style.styled
def fan(effect: Effect, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw output and the SME share in all scenarios, and below them their differences from the baseline.

    Levels spread over seeds far more than regimes differ; seed by seed, the differences show.
    """
    parts = [
        fan_of(effect, metric, paired=paired).assign(metric=metric, difference=paired)
        for paired in (False, True)
        for metric in SHOWN
    ]
    table = pd.concat(parts, ignore_index=True)
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    colours = style.colours(list(names))
    figure, panels = style.page(style.WIDE, 4.8, 2, len(SHOWN), sharex=True)
    said = []
    for axes, mine in zip(panels.flat, parts, strict=True):
        metric, paired = str(mine["metric"].iloc[0]), bool(mine["difference"].iloc[0])
        name = words.label(f"metric.{metric}", language)
        power, unit = style.scaled(metric, mine["mean"], language, change=paired)
        ends = []
        for scenario, rows in mine.groupby("scenario", sort=False):
            years, colour = in_years(rows["period"]), colours[str(scenario)]
            for low, high, alpha in BANDS:
                axes.fill_between(
                    years, rows[low] / power, rows[high] / power, color=colour, alpha=alpha, lw=0
                )
            axes.plot(years, rows["mean"] / power, color=colour, lw=1.2)
            last = float(rows["mean"].iloc[-1] / power)
            ends.append((last, names[str(scenario)], colour))
            said += [f"{name}, {names[str(scenario)]} {last:+.3g} {unit}"] if paired else []
        if paired:
            axes.axhline(0, color=style.BASELINE, lw=1)
        if effect.since:
            starts(axes, int(effect.since[:4]) + (int(effect.since[5:7]) - 1) / 12, language)
        told = (
            words.text("axis.difference_of", language, name=name, unit=unit) if paired else f"{name}, {unit}"
        )
        axes.set_title(style.fold(told, 44))
        axes.margins(x=0)
        years_below(axes, sorted({int(period[:4]) for period in mine["period"]}), 0.5)
        style.end_labels(axes, ends, 6.5)
    title = words.label("figure.fan", language)
    seeds = int(table["n"].iloc[0])
    style.finish(figure, title, style.provenance(language, "levels", seeds, scenarios))
    return Picture(figure, table, title, words.text("alt.fan", language, said="; ".join(said) + "."))


@style.styled
def convergence(effect: Effect, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw the interval of the difference in the SME share from the first two, three, ... seeds."""
    table = narrowing(effect, SHARE)
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    colours = style.colours(list(names))
    _, unit = style.scaled(SHARE, table["difference"], language, change=True)
    figure, axes = style.page(style.MIDDLE, 3.0)
    ends, said = [], []
    for name, rows in table.groupby("scenario", sort=False):
        colour, middle = colours[str(name)], 100 * rows["difference"]
        axes.fill_between(rows["n"], 100 * rows["low"], 100 * rows["high"], color=colour, alpha=0.18, lw=0)
        axes.plot(rows["n"], middle, color=colour, marker="o", ms=2.5)
        half = 50 * float((rows["high"] - rows["low"]).iloc[-1])
        ends.append(
            (float(middle.iloc[-1]), f"{names[str(name)]}\n{middle.iloc[-1]:+.2g} ± {half:.2g}", colour)
        )
        said.append(f"{names[str(name)]} {middle.iloc[-1]:+.2g} ± {half:.2g} {unit}")
    axes.axhline(0, color=style.BASELINE, lw=1)
    axes.set_xlabel(words.label("axis.seeds", language))
    axes.xaxis.get_major_locator().set_params(integer=True)
    metric = words.label(f"metric.{SHARE}", language)
    axes.set_title(words.text("axis.difference_of", language, name=metric, unit=unit))
    style.end_labels(axes, ends)
    title = words.label("figure.convergence", language)
    note = style.provenance(language, "converging", int(table["n"].max()), scenarios)
    style.finish(figure, title, note)
    return Picture(figure, table, title, words.text("alt.convergence", language, said="; ".join(said) + "."))


def in_years(months: pd.Series) -> pd.Series:
    """Return months as points in time, in years: 2018-07 begins at 2018.5."""
    return months.str[:4].astype(int) + (months.str[5:7].astype(int) - 0.5) / 12


def years_below(axes: Any, years: Sequence[int], shift: float = 0.0) -> None:
    """Write years below an axis, no more than fit."""
    chosen = years[:: max(1, -(-len(years) // 6))]
    axes.set_xticks([year + shift for year in chosen], [str(year) for year in chosen])


def starts(axes: Any, at: float, language: str) -> None:
    """Mark the time at which policies start."""
    axes.axvline(at, color=style.FAINT, lw=0.8, ls=(0, (3, 3)))
    where = {"xycoords": ("data", "axes fraction"), "xytext": (2, 3), "textcoords": "offset points"}
    look = {"size": 6, "color": style.FAINT, "va": "bottom"}
    axes.annotate(words.label("word.starts", language), (at, 0), **where, **look)
