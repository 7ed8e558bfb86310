"""Charts of who gained in a comparison: what made up the gain of each group of firms, and who won or lost."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.incidence import ALL
from sim.experiments.tables import power_of
from sim.report.drawing import GREY, Spec, coloured, interval_tips, titled
from sim.words import label

INK = "#1B1B1B"
COMPONENTS = {"value_added": "#0072B2", "received": "#009E73", "paid": "#D55E00"}
SIGNS = {"value_added": 1, "received": 1, "paid": -1}
FATES = {"winners": "#0072B2", "unchanged": "#C8C8C8", "losers": "#D55E00"}


def gains_of(told: Spec, arm: str, by: str) -> list[Spec]:
    """Return the gains of groups of firms in a scenario, without that of all together."""
    rows = told["record"].get("incidence", {}).get(by, [])
    return [row for row in rows if row["scenario"] == arm and row[by] != ALL]


def group_axis(names: Sequence[str]) -> Spec:
    """Return the axis of groups of firms, in their order."""
    axis = {"labelLimit": 130, "ticks": False}
    return {"field": "group", "type": "nominal", "sort": names, "title": None, "axis": axis}


def who(told: Spec, arm: str, by: str, language: str, width: int | str) -> Spec:
    """Return who gained by one attribute: what made up the gain of each group, and its interval."""
    rows = gains_of(told, arm, by)
    word, power = power_of(*(row[name] for row in rows for name in ("gain", *COMPONENTS)))
    names = [label(f"{by}.{row[by]}", language) for row in rows]
    gains = [
        {"group": name, "gain": row["gain"] / power}
        | {end: row[end] / power for end in ("low", "high") if row[end] is not None}
        for name, row in zip(names, rows, strict=True)
    ]
    title, unit = label("page.gain_parts", language), label(f"unit.{word}KRW/month", language)
    about = f"{title}: {label(f'by.{by}', language)}. "
    about += "; ".join(f"{row['group']} {row['gain']:.3g}" for row in gains) + f" ({unit})"
    zero: Spec = {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": {"datum": 0}}}
    spec = {
        "width": width,
        "height": 30 * len(rows),
        "title": {"text": title, "subtitle": f"{unit}; ◆ {label('page.gain_with_interval', language)}"},
        "layer": [
            zero,
            components(rows, names, power, by, unit, language),
            *intervals(gains, names, by, language),
        ],
    }
    return titled(f"who-{arm}-{by}", title, about, by, spec)


def won(field: str) -> Spec:
    """Return the axis of amounts."""
    axis = {"format": ",.3~r", "grid": True}
    return {"field": field, "type": "quantitative", "title": None, "axis": axis}


def components(
    rows: Sequence[Spec], names: Sequence[str], power: float, by: str, unit: str, language: str
) -> Spec:
    """Return a bar for each group of what it made, got and paid."""
    words = {part: label(f"page.part_{part}", language) for part in COMPONENTS}
    bars = [
        {"group": name, "part": words[part], "won": SIGNS[part] * row[part] / power, "order": place}
        for name, row in zip(names, rows, strict=True)
        for place, part in enumerate(COMPONENTS)
    ]
    tips = [
        {"field": "group", "title": label(f"by.{by}", language)},
        {"field": "part", "title": " "},
        {"field": "won", "type": "quantitative", "format": ".3~g", "title": unit},
    ]
    return {
        "data": {"values": bars},
        "mark": {"type": "bar", "height": 14, "opacity": 0.85},
        "encoding": {
            "y": group_axis(names),
            "x": won("won"),
            "order": {"field": "order"},
            "color": coloured("part", words, COMPONENTS),
            "tooltip": tips,
        },
    }


def intervals(gains: Sequence[Spec], names: Sequence[str], by: str, language: str) -> list[Spec]:
    """Return a diamond for the gain of each group, on a line for its interval."""
    tips = [{"field": "group", "title": label(f"by.{by}", language)}, *interval_tips("gain", language)]
    ends = {"y": group_axis(names), "x": won("low"), "x2": {"field": "high"}}
    diamond = {"type": "point", "shape": "diamond", "filled": True, "size": 70, "color": INK}
    return [
        {
            "data": {"values": gains},
            "mark": {"type": "rule", "color": INK, "size": 1.5},
            "encoding": ends,
        },
        {
            "data": {"values": gains},
            "mark": diamond,
            "encoding": {"y": group_axis(names), "x": won("gain"), "tooltip": tips},
        },
    ]


def fates(told: Spec, arm: str, by: str, language: str, width: int | str) -> Spec:
    """Return which part of the firms of each group win, lose, or stay within 1 %."""
    rows = [row for row in told["record"]["winners"][by] if row["scenario"] == arm and row[by] != ALL]
    words = {fate: label(f"word.{fate}", language) for fate in FATES}
    names = [label(f"{by}.{row[by]}", language) for row in rows]
    values = [
        {"group": name, "fate": words[fate], "part": row[fate], "order": place}
        for name, row in zip(names, rows, strict=True)
        for place, fate in enumerate(FATES)
    ]
    title = label("page.winners_losers", language)
    about = f"{title}: {label(f'by.{by}', language)}. " + "; ".join(
        f"{name} {100 * row['winners']:.2g} % / {100 * row['losers']:.2g} %"
        for name, row in zip(names, rows, strict=True)
    )
    return titled(
        f"fates-{arm}-{by}",
        title,
        about,
        by,
        {
            "width": width,
            "height": 24 * len(rows),
            "title": {"text": title, "subtitle": label("page.winners_note", language)},
            "data": {"values": values},
            "mark": {"type": "bar", "height": 14},
            "encoding": {
                "y": group_axis(names),
                "x": {
                    "field": "part",
                    "type": "quantitative",
                    "stack": "normalize",
                    "title": None,
                    "axis": {"format": ".0%", "grid": True},
                },
                "order": {"field": "order"},
                "color": {**coloured("fate", words, FATES), "legend": {"columns": 3}},
                "tooltip": [
                    {"field": "group", "title": label(f"by.{by}", language)},
                    {"field": "fate", "title": " "},
                    {
                        "field": "part",
                        "type": "quantitative",
                        "format": ".1%",
                        "title": label("word.firms", language),
                    },
                ],
            },
        },
    )
