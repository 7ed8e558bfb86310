"""Who bears a shock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import words
from sim.experiments.tables import number, power_of
from sim.figures import style
from sim.figures.picture import Picture

if TYPE_CHECKING:
    from sim.experiments.effects import Effect
    from sim.scenario import Scenario

DEEP = "3 and below"
COLOURS = {
    **{tier: style.TIERS[tier] for tier in ("0", "1", "2")},
    DEEP: style.TIERS["3"],
    "outside": style.TIERS["outside"],
    "all": style.BASELINE,
}
CASES = ("without_linkage", "with_linkage")


@style.styled
def waterfall(
    effects: Sequence[Effect], scenarios: Sequence[Sequence[Scenario]], language: str = "en"
) -> Picture:
    """Draw what a shock takes from each tier, added up tier by tier, without and with price linkage.

    Parameters
    ----------
    effects
        The effect of the shock in each case, with firms followed.
    scenarios
        Those of each effect.
    language
        Of the words.
    """
    tables = [
        effect.incidence("tier").reset_index(names=["scenario", "tier"]).assign(case=case)
        for effect, case in zip(effects, CASES, strict=True)
    ]
    table = pd.concat(tables, ignore_index=True)
    word, power = power_of(*table["gain"])
    unit = words.label(f"unit.{word}KRW/month", language)
    figure, panels = style.page(style.WIDE, 3.3, 1, 2, sharey=True)
    said = []
    for axes, case in zip(panels, CASES, strict=True):
        rows: Any = steps(table[table["case"] == case])
        before = 0.0
        for place, row in enumerate(rows.itertuples()):
            tier, (gain, low, high) = (
                str(row.Index),
                (float(x) / power for x in (row.gain, row.low, row.high)),
            )
            bottom = 0.0 if tier == "all" else before
            axes.bar(place, gain, 0.7, bottom, color=COLOURS[tier], lw=0)
            edges = [bottom, bottom + gain]
            if np.isfinite(low):
                edges += [bottom + low, bottom + high]
                axes.vlines(place, *edges[2:], color=style.INK, lw=0.9)
            if tier != "all":
                axes.hlines(bottom + gain, place - 0.35, place + 1.35, color=style.FAINT, lw=0.5)
            up = gain >= 0
            axes.annotate(
                f"{gain:+.2g}" if abs(gain) < 1 else f"{gain:+.2f}",
                (place, max(edges) if up else min(edges)), (0, 2 if up else -2),
                textcoords="offset points", ha="center", va="bottom" if up else "top", size=6.5,
            )  # fmt: skip
            before = bottom + gain
        axes.axhline(0, color=style.INK, lw=0.8)
        axes.set_title(words.label(f"word.{case}", language))
        shown = [style.fold(words.label(f"tier.{tier}", language), 9) for tier in rows.index]
        axes.set_xticks(range(len(rows)), shown, size=6)
        axes.margins(y=0.1)
        total = f"{number(float(rows['gain']['all']) / power, 3)} {unit}"
        said.append(f"{words.label(f'word.{case}', language)}: {words.label('word.total', language)} {total}")
    panels[0].set_ylabel(style.fold(words.text("axis.value_added_change", language, unit=unit), 34))
    title = words.label("figure.shock", language)
    named = [one for pair in scenarios for one in pair]
    style.finish(figure, title, style.provenance(language, "sum", int(table["n"].max()), named))
    return Picture(figure, table, title, words.text("alt.shock", language, said="; ".join(said) + "."))


def steps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return gain and interval by tier, tiers from the third on added up, where there is no interval then."""
    own = rows.assign(tier=rows["tier"].astype(str)).set_index("tier")[["gain", "low", "high"]]
    deep = [tier for tier in own.index if tier.isdecimal() and int(tier) >= 3]
    kept = own.drop(index=deep)
    if deep:
        kept.loc[DEEP] = own.loc[deep[0]] if len(deep) == 1 else [own.loc[deep, "gain"].sum(), np.nan, np.nan]
    return kept.loc[[tier for tier in COLOURS if tier in kept.index]]
