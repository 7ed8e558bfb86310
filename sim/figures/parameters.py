"""What decides an effect: uncertain parameters, and the channels by which it comes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim import words
from sim.experiments.shapley import REST, TOTAL
from sim.figures import style
from sim.figures.picture import Picture

if TYPE_CHECKING:
    from sim.experiments.sensitivity import Sensitivity
    from sim.experiments.shapley import Decomposition
    from sim.scenario import Scenario

SHOWN = ("real_gdp", "sme_value_added_share", "operating_margin_sme")
SIZES = {"morris": "mu_star", "saltelli": "ST"}


@style.styled
def sensitivity(found: Sensitivity, language: str = "en") -> Picture:
    """Draw how much each uncertain parameter moves the effect on three metrics, with intervals."""
    size = SIZES[found.design.method]
    metrics = [name for name in SHOWN if name in found.table.index.get_level_values("metric")]
    table = found.table.loc[(slice(None), metrics), :].reset_index()
    order = table[table["metric"] == metrics[0]].sort_values(size)["parameter"].tolist()
    figure, panels = style.page(
        style.WIDE, 1.3 + 0.3 * len(order), 1, len(metrics), sharey=True, squeeze=False
    )
    said = []
    for axes, metric in zip(panels[0], metrics, strict=True):
        rows = table[table["metric"] == metric].set_index("parameter").loc[order]
        power, unit = style.scaled(metric, rows[size], language, change=True)
        power, unit = (1.0, "") if size == "ST" else (power, unit)
        for place, (_, row) in enumerate(rows.iterrows()):
            raises = row.get("mu", 1.0) >= 0
            colour = style.GAIN if raises else style.LOSS
            axes.hlines(
                place, max(row[f"{size}_low"], 0) / power, row[f"{size}_high"] / power, color=colour, lw=1
            )
            axes.plot(row[size] / power, place, "o" if raises else "s", color=colour, ms=4)
        axes.set_title(style.fold(words.label(f"metric.{metric}", language), 26))
        axes.set_xlim(left=0)
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.grid(axis="x")
        axes.grid(False, axis="y")
        axes.set_xlabel(style.fold(words.text("axis.effect_size", language, unit=unit), 22) if unit else size)
        most = rows[size].idxmax() if rows[size].notna().any() else order[-1]
        said.append(f"{words.label(f'metric.{metric}', language)}: {parameter(str(most), language)}")
    panels[0][0].set_yticks(range(len(order)), [style.fold(parameter(name, language), 22) for name in order])
    title = words.label("figure.sensitivity", language)
    more = f"● {words.label('word.raises', language)}; ■ {words.label('word.lowers', language)}."
    one = found.design
    note = style.provenance(
        language, "morris", len(one.seeds), one.scenarios, more, firms=style.firms_of(one)
    )
    style.finish(figure, title, note)
    return Picture(figure, table, title, words.text("alt.sensitivity", language, said="; ".join(said) + "."))


@style.styled
def channels(found: Decomposition, scenarios: Sequence[Scenario], language: str = "en") -> Picture:
    """Draw what each channel, or policy, contributes to the effect on two metrics, and the total."""
    metrics = SHOWN[:2]
    table = found.table().loc[list(metrics)].reset_index()
    parts = [
        *found.players,
        *([REST] if (table.loc[table["part"] == REST, "contribution"] != 0).any() else []),
        TOTAL,
    ][::-1]
    figure, panels = style.page(style.WIDE, 1.2 + 0.28 * len(parts), 1, len(metrics), sharey=True)
    said = []
    for axes, metric in zip(panels, metrics, strict=True):
        rows = table[table["metric"] == metric].set_index("part")
        name = words.label(f"metric.{metric}", language)
        power, unit = style.scaled(metric, rows["contribution"], language, change=True)
        for place, part in enumerate(parts):
            value, low, high = (float(rows[end][part]) / power for end in ("contribution", "low", "high"))
            colour = style.BASELINE if part == TOTAL else style.GAIN if value >= 0 else style.LOSS
            axes.barh(place, value, 0.65, color=colour, lw=0)
            if np.isfinite(low):
                axes.hlines(place, low, high, color=style.INK, lw=0.9)
            said.append(f"{name}, {player(found, part, language)} {value:+.3g} {unit}")
        axes.axvline(0, color=style.INK, lw=0.8)
        axes.grid(axis="x")
        axes.grid(False, axis="y")
        axes.set_title(name)
        axes.set_xlabel(words.text("axis.contribution", language, unit=unit))
    panels[0].set_yticks(range(len(parts)), [player(found, part, language) for part in parts])
    title = words.label("figure.channels", language)
    style.finish(figure, title, style.provenance(language, "sum", len(found.seeds), scenarios))
    return Picture(figure, table, title, words.text("alt.channels", language, said="; ".join(said) + "."))


def player(found: Decomposition, part: str, language: str) -> str:
    """Return what to call a channel, or a policy."""
    key = f"policy.{part}" if found.by == "policies" and part in found.players else f"channel.{part}"
    return words.label(key, language) if words.known(key) else part


def parameter(name: str, language: str) -> str:
    """Return what to call a parameter; its own name where the table of labels has none."""
    key = name if name.startswith("policy.") else f"parameter.{name}"
    return words.label(key, language) if words.known(key) else name
