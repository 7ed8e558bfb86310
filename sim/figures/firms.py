"""Firms: how unequal they are, and which of them win."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim import words
from sim.figures import style
from sim.figures.picture import Picture

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.effects import Effect
    from sim.scenario import Scenario


@style.styled
def lorenz(table: pd.DataFrame, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw Lorenz curves of value added, and how far they lie from the baseline's.

    The curves of regimes lie so close together that only their differences can be seen.
    """
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    colours = style.colours(list(names))
    curves = {str(name): rows.reset_index(drop=True) for name, rows in table.groupby("scenario", sort=False)}
    figure, (left, right) = style.page(style.WIDE, 3.3, 1, 2)
    left.plot([0, 100], [0, 100], color=style.FAINT, lw=0.8, ls=(0, (3, 3)))
    left.annotate(
        words.label("word.equality", language), (50, 50), (-3, 3), textcoords="offset points", size=6.5,
        color=style.FAINT, ha="right",
    )  # fmt: skip
    said = []
    gini = words.label("word.gini", language)
    for place, (name, rows) in enumerate(curves.items()):
        left.fill_between(
            100 * rows["firms"], 100 * rows["low"], 100 * rows["high"], color=colours[name], alpha=0.15, lw=0
        )
        left.plot(100 * rows["firms"], 100 * rows["value_added"], color=colours[name], lw=1.1)
        told = f"{names[name]}: {gini} {rows['gini'].iloc[0]:.4f}"
        left.text(
            0.04, 0.95 - 0.08 * place, told, transform=left.transAxes, size=6.5, color=colours[name], va="top"
        )
        said.append(f"{names[name]} {rows['gini'].iloc[0]:.4f}")
    left.set_xlabel(words.label("axis.firms_poorest", language))
    left.set_ylabel(words.label("axis.value_added_part", language))
    left.set_xlim(0, 100)
    left.set_ylim(0, 100)
    base, *arms = curves
    for name in arms:
        gap = 100 * (curves[name]["value_added"] - curves[base]["value_added"])
        right.plot(100 * curves[name]["firms"], gap, color=colours[name])
    right.axhline(0, color=style.BASELINE, lw=1)
    right.set_xlim(0, 100)
    right.set_title(style.fold(words.label("axis.from_baseline", language), 44))
    right.set_xlabel(words.label("axis.firms_poorest", language))
    title = words.label("figure.lorenz", language)
    style.finish(figure, title, style.provenance(language, "lorenz", int(table["n"].iloc[0]), scenarios))
    return Picture(figure, table, title, words.text("alt.lorenz", language, said="; ".join(said) + "."))


@style.styled
def winners(effect: Effect, scenarios: Sequence[Scenario], by: str = "tier", language: str = "en") -> Picture:
    """Draw the parts of firms that gain, lose, or stay within 1 %, by group."""
    table = effect.winners(by).reset_index(names=["scenario", by])
    names = {one.name: style.scenario_name(one, language) for one in scenarios}
    groups = list(dict.fromkeys(table[by].astype(str)))[::-1]
    figure, panels = style.page(
        style.WIDE, 1.1 + 0.32 * len(groups), 1, len(effect.arms), sharey=True, squeeze=False
    )
    said = []
    parts = {"losers": style.LOSS, "unchanged": style.SAME, "winners": style.GAIN}
    for axes, arm in zip(panels[0], effect.arms, strict=True):
        rows = (
            table[table["scenario"] == arm].assign(group=lambda one: one[by].astype(str)).set_index("group")
        )
        for place, group in enumerate(groups):
            if group not in rows.index:
                continue
            left, ends = 0.0, [100 - 100 * float(rows[end][group]) for end in ("high", "low")]
            for part, colour in parts.items():
                wide = 100 * float(rows[part][group])
                axes.barh(place, wide, 0.72, left, color=colour, lw=0)
                if wide >= 8:
                    ink = style.INK if part == "unchanged" else "white"
                    middle = left + wide / 2
                    axes.text(middle, place, f"{wide:.0f}", ha="center", va="center", size=6.5, color=ink)
                left += wide
            axes.hlines(place, *ends, color=style.INK, lw=0.8)
        axes.set_title(names[arm])
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.6, len(groups) + 0.1)
        axes.grid(False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(words.label("axis.part_of_firms", language))
        top = len(groups) - 0.45
        for part, at, side in (("losers", 0, "left"), ("unchanged", 50, "center"), ("winners", 100, "right")):
            colour = style.FAINT if part == "unchanged" else parts[part]
            axes.text(
                at, top, words.label(f"word.{part}", language), size=7, ha=side, color=colour, va="bottom"
            )
        whole = rows.loc["all"]
        lose, win = (words.label(f"word.{part}", language) for part in ("losers", "winners"))
        said.append(
            f"{names[arm]}: {win} {100 * whole['winners']:.0f} %, {lose} {100 * whole['losers']:.0f} %"
        )
    panels[0][0].set_yticks(range(len(groups)), [words.label(f"{by}.{group}", language) for group in groups])
    title = words.label("figure.winners", language)
    style.finish(figure, title, style.provenance(language, "shares", int(table["n"].max()), scenarios))
    return Picture(figure, table, title, words.text("alt.winners", language, said="; ".join(said) + "."))
