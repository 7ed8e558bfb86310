"""Doses of policies: the response to two of them, and mixes of equal cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim import words
from sim.experiments.mixes import OBJECTIVES
from sim.experiments.surface import SIDES
from sim.experiments.tables import number, power_of
from sim.figures import style
from sim.figures.picture import Picture

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.front import Front
    from sim.scenario import Scenario

SHARE = "sme_value_added_share"
BOX = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * 0.44  # the frame of a cell


@style.styled
def surface(table: pd.DataFrame, scenario: Scenario, language: str = "en") -> Picture:
    """Draw what conglomerates and their suppliers gain from the doses of two policies, framed where both do.

    A thick frame means that both intervals lie above zero, a thin one that both means do.
    """
    first, second = (str(name) for name in table.columns[:2])
    word, power = power_of(*(value for side in SIDES for value in table[f"{side} gain"]))
    unit = words.label(f"unit.{word}KRW/month", language)
    figure, panels = style.page(style.WIDE, 3.5, 1, 2, sharey=True)
    framed = table[(table[[f"{side} gain" for side in SIDES]] > 0).all(axis=1)]
    said = []
    for axes, side in zip(panels, SIDES, strict=True):
        grid = table.pivot(index=second, columns=first, values=f"{side} gain").sort_index() / power
        most = float(np.nanmax(np.abs(grid.to_numpy()))) or 1.0
        axes.imshow(grid, origin="lower", cmap=style.DIVERGING, vmin=-most, vmax=most, aspect="auto")
        for (down, across), value in np.ndenumerate(grid.to_numpy()):
            ink = "white" if abs(value) > 0.7 * most else style.INK
            told = f"{value:+,.0f}" if abs(value) >= 10 else f"{value:+.2g}" if value else "0"
            axes.text(across, down, told, ha="center", va="center", size=7, color=ink)
        for _, row in framed.iterrows():
            sure = all(row[f"{one} low"] > 0 for one in SIDES)
            at = [
                np.flatnonzero(names == row[key])[0]
                for key, names in ((first, grid.columns), (second, grid.index))
            ]
            axes.plot(
                *(BOX + np.array(at)).T,
                color=style.INK,
                lw=2 if sure else 0.8,
                ls="-" if sure else (0, (2, 2)),
            )
        name = words.label(f"word.{side}", language)
        axes.set_title(f"{name}, {unit}")
        axes.set_xticks(range(grid.shape[1]), [f"{value:.3g}" for value in grid.columns])
        axes.set_yticks(range(grid.shape[0]), [f"{value:.3g}" for value in grid.index])
        axes.set_xlabel(dose(first, language))
        axes.grid(False)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        said.append(
            f"{name} {number(float(grid.min().min()), 3)} – {number(float(grid.max().max()), 3)} {unit}"
        )
    panels[0].set_ylabel(dose(second, language))
    title = words.label("figure.surface", language)
    key = words.text("note.frames", language, many=len(framed), all=len(table))
    if scenario.resolved["transition"]["share"]:
        key = f"{words.label('note.transition', language)} {key}"
    note = style.provenance(language, "income", int(table["n"].iloc[0]), [scenario], key)
    style.finish(figure, title, note)
    alt = words.text(
        "alt.surface", language, x=words.label(first, language), y=words.label(second, language),
        said="; ".join(said) + ".", many=len(framed), all=len(table),
    )  # fmt: skip
    return Picture(figure, table, title, alt)


def dose(key: str, language: str) -> str:
    """Return what to call the dose of a policy."""
    policy = words.label(".".join(key.split(".")[:2]), language)
    return style.fold(f"{policy}: {words.label(key, language)}", 36)


@style.styled
def front(found: Front, language: str = "en") -> Picture:
    """Draw policy mixes by growth and the SME share, and the doses of the efficient ones."""
    table = found.tried
    down, across = "real_gdp", SHARE
    figure, (left, right) = style.page(style.WIDE, 3.4, 1, 2, width_ratios=[1, 1])
    dear = table[~table["affordable"]]
    beaten = table[table["affordable"] & ~table["efficient"]]
    best = found.efficient
    for rows, colour, face, word in (
        (dear, "#BDBDBD", "#BDBDBD", "too_dear"),
        (beaten, style.FAINT, "none", "affordable"),
        (best, style.GAIN, style.GAIN, "efficient"),
    ):
        left.scatter(
            100 * rows[across], 100 * rows[down], s=18, facecolor=face, edgecolor=colour, lw=0.8,
            label=f"{words.label(f'word.{word}', language)} ({len(rows)})", zorder=3,
        )  # fmt: skip
    left.margins(0.12)
    numbered = [(100 * float(value), str(place + 1), style.GAIN) for place, value in enumerate(best[down])]
    edge = left.get_xlim()[1]
    left.hlines(100 * best[down], 100 * best[across], edge, color=style.GAIN, lw=0.4, zorder=1)
    left.set_xlim(right=edge)
    style.end_labels(left, numbered, 6.5)
    pp, percent = (words.label(f"unit.{name}", language) for name in ("pp", "%"))
    names = {name: words.label(f"metric.{name}", language) for name in OBJECTIVES}
    left.set_xlabel(words.text("axis.difference_of", language, name=names[across], unit=pp))
    left.set_ylabel(words.text("axis.difference_of", language, name=names[down], unit=percent))
    left.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), handletextpad=0.1, labelspacing=0.2)
    doses(right, found, language)
    title = words.label("figure.front", language)
    one = found.design
    note = style.provenance(language, "tried", len(one.seeds), one.scenarios, firms=style.firms_of(one))
    style.finish(figure, title, note)
    alt = words.text("alt.front", language, efficient=len(best), all=len(table))
    return Picture(figure, table, title, alt)


def doses(axes: Any, found: Front, language: str) -> None:
    """Draw the doses of each efficient mix, in percent of the largest one tried."""
    best = found.efficient
    if best.empty:
        axes.axis("off")
        axes.text(0.5, 0.5, words.label("word.no_mix", language), ha="center", va="center", color=style.FAINT)
        return
    wide = 0.8 / len(found.design.free)
    for place, one in enumerate(found.design.free):
        at = np.arange(len(best)) + wide * (place - (len(found.design.free) - 1) / 2)
        policy, colour = ".".join(one.name.split(".")[:2]), style.SCENARIOS[place % len(style.SCENARIOS)]
        axes.bar(at, 100 * best[one.name] / one.high, wide, color=colour, label=words.label(policy, language))
    axes.set_xticks(range(len(best)), [str(place + 1) for place in range(len(best))])
    axes.set_xlabel(words.label("axis.mix", language))
    axes.set_title(words.label("axis.part_of_most", language), weight="normal")
    axes.set_ylim(0, 100)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.1), ncols=1, handlelength=1, labelspacing=0.2)
