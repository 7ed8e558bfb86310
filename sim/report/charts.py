"""Charts of a comparison as Vega-Lite specifications: the page draws them live, the report as pictures.

A specification is a plain dictionary with the numbers in it. Colours are those of Okabe and Ito, which most
colour-blind people can tell apart; the baseline is always the grey line at zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.incidence import ALL
from sim.experiments.tables import power_of, readable
from sim.report.comparison import DRAWN, SHOWN
from sim.words import label, translated

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GREY = "#5F5F5F"
ARMS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
COMPONENTS = {"value_added": "#0072B2", "received": "#009E73", "paid": "#D55E00"}
FATES = {"winners": "#0072B2", "unchanged": "#C8C8C8", "losers": "#D55E00"}
FONTS = "Arial, 'Liberation Sans', 'Noto Sans KR', 'Malgun Gothic', 'Apple SD Gothic Neo', 'winwin Korean'"
LOOK: Spec = {
    "font": f"{FONTS}, sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {"labelColor": "#333", "titleColor": "#333", "gridColor": "#E4E4E4", "domain": False},
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": True},
    "legend": {
        "orient": "top",
        "title": None,
        "labelColor": "#333",
        "columns": 3,
        "labelLimit": 300,
        "symbolOpacity": 1,
    },
    "title": {"anchor": "start", "color": "#1B1B1B", "subtitleColor": "#555", "fontWeight": 600},
}


def charts(told: Spec, language: str, width: int | str = "container") -> list[Spec]:
    """Return the charts of a comparison: each measure by year, then who gained in each scenario.

    Parameters
    ----------
    told
        What `sim.report.comparison.Comparison.told` returns.
    language
        Language of the words in them.
    width
        Pixels, or ``"container"`` for as wide as there is room.

    Returns
    -------
    For each chart ``key``, ``title``, ``about`` (a sentence for who cannot see it), ``group``
    (``"years"``, or the attribute of firms) and ``spec``.
    """
    found = [years(told, name, language, width) for name in DRAWN if rows_of(told, name)]
    for arm in told["arms"]:
        for by in SHOWN:
            if gains_of(told, arm, by):
                found += [who(told, arm, by, language, width), fates(told, arm, by, language, width)]
    return found


def rows_of(told: Spec, name: str) -> list[Spec]:
    """Return the yearly differences of a measure that are numbers."""
    return [row for row in told["years"] if row["metric"] == name and row["difference"] is not None]


def gains_of(told: Spec, arm: str, by: str) -> list[Spec]:
    """Return the gains of groups of firms in a scenario, without that of all together."""
    rows = told["record"].get("incidence", {}).get(by, [])
    return [row for row in rows if row["scenario"] == arm and row[by] != ALL]


def titled(key: str, name: str, about: str, group: str, spec: Spec) -> Spec:
    """Return a chart with its title and a sentence that tells what it shows."""
    fit = {"autosize": {"type": "fit-x", "contains": "padding"}, "padding": {"left": 12, "right": 8}}
    whole = {"$schema": SCHEMA, "config": LOOK, "description": about, **fit, **spec}
    return {"key": key, "title": name, "about": about, "group": group, "spec": whole}


def interval_tips(field: str, language: str) -> list[Spec]:
    """Return what a pointer tells of a value and its interval."""
    words = {field: f"word.{field}", "low": "page.low", "high": "page.high"}
    return [
        {"field": name, "type": "quantitative", "format": ".3~g", "title": label(word, language)}
        for name, word in words.items()
    ]


def group_axis(names: Sequence[str]) -> Spec:
    """Return the axis of groups of firms, in their order."""
    axis = {"labelLimit": 130, "ticks": False}
    return {"field": "group", "type": "nominal", "sort": names, "title": None, "axis": axis}


def coloured(field: str, words: Mapping[str, str], colours: Mapping[str, str]) -> Spec:
    """Return the colour of each value of a field; both are told by the same keys in the same order."""
    scale = {"domain": list(words.values()), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "scale": scale}


def years(told: Spec, name: str, language: str, width: int | str) -> Spec:
    """Return the differences of a measure, year by year, with their intervals."""
    rows = rows_of(told, name)
    shown, power = readable(name, *(row["difference"] for row in rows))
    colours = dict(zip(told["arms"], ARMS * len(told["arms"]), strict=False))
    titles = {arm: named(arm, told["arms"][arm]["title"], language) for arm in told["arms"]}
    points = [
        {
            "year": row["period"],
            "arm": titles[row["scenario"]],
            "difference": row["difference"] / power,
            **{end: row[end] / power for end in ("low", "high") if row[end] is not None},
        }
        for row in rows
    ]
    many = len(titles) > 1
    x: Spec = {"field": "year", "type": "ordinal", "title": None}
    y: Spec = {"type": "quantitative", "title": None, "axis": {"format": ",.3~r", "tickCount": 5}}
    colour = {**coloured("arm", titles, colours), "legend": {"columns": 1} if many else None}
    tips = [
        {"field": "year", "title": label("word.year", language)},
        *([{"field": "arm", "title": label("word.scenario", language)}] if many else []),
        *interval_tips("difference", language),
    ]
    measure, unit = label(f"metric.{name}", language), label(f"unit.{unit_key(shown)}", language)
    last = points[-1]
    about = f"{measure}: {last['year']}: {last['difference']:.3g} {unit}"
    return titled(
        f"years-{name}",
        measure,
        about,
        "years",
        {
            "width": width,
            "height": 150,
            "title": {"text": measure, "subtitle": unit},
            "data": {"values": points},
            "layer": [
                {"mark": {"type": "rule", "color": GREY, "size": 1.5}, "encoding": {"y": {"datum": 0}}},
                {
                    "mark": {"type": "area", "opacity": 0.2, "line": False},
                    "encoding": {
                        "x": x,
                        "y": {**y, "field": "low"},
                        "y2": {"field": "high"},
                        "color": colour,
                    },
                },
                {
                    "mark": {"type": "line", "point": True, "strokeWidth": 2},
                    "encoding": {
                        "x": x,
                        "y": {**y, "field": "difference"},
                        "color": colour,
                        "tooltip": tips,
                    },
                },
            ],
        },
    )


def named(name: str, title: str, language: str) -> str:
    """Return what a scenario is called: its title, translated where that is known."""
    return translated(f"scenario.{name}", title, language)


def unit_key(shown: str) -> str:
    """Return the key of a unit's name: a ratio is one without a unit."""
    return "1" if shown == "ratio" else shown


def who(told: Spec, arm: str, by: str, language: str, width: int | str) -> Spec:
    """Return who gained by one attribute: what made up the gain of each group, and its interval."""
    rows = gains_of(told, arm, by)
    word, power = power_of(*(row["gain"] for row in rows))
    names = [label(f"{by}.{row[by]}", language) for row in rows]
    signs = {"value_added": 1, "received": 1, "paid": -1}
    words = {part: label(f"page.part_{part}", language) for part in COMPONENTS}
    bars = [
        {"group": name, "part": words[part], "won": signs[part] * row[part] / power, "order": place}
        for name, row in zip(names, rows, strict=True)
        for place, part in enumerate(COMPONENTS)
    ]
    gains = [
        {"group": name, "gain": row["gain"] / power}
        | {end: row[end] / power for end in ("low", "high") if row[end] is not None}
        for name, row in zip(names, rows, strict=True)
    ]
    title = label("page.gain_parts", language)
    unit = label(f"unit.{word}KRW/month", language)
    about = f"{title}: {label(f'by.{by}', language)}. "
    about += "; ".join(f"{row['group']} {row['gain']:.3g}" for row in gains) + f" ({unit})"
    axis = group_axis(names)
    gain: Spec = {
        "field": "gain",
        "type": "quantitative",
        "title": None,
        "axis": {"format": ",.3~r", "grid": True},
    }
    tips = [{"field": "group", "title": label(f"by.{by}", language)}, *interval_tips("gain", language)]
    return titled(
        f"who-{arm}-{by}",
        title,
        about,
        by,
        {
            "width": width,
            "height": 30 * len(rows),
            "title": {"text": title, "subtitle": f"{unit}; ◆ {label('page.gain_with_interval', language)}"},
            "layer": [
                {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": {"datum": 0}}},
                {
                    "data": {"values": bars},
                    "mark": {"type": "bar", "height": 14, "opacity": 0.85},
                    "encoding": {
                        "y": axis,
                        "x": {**gain, "field": "won"},
                        "order": {"field": "order"},
                        "color": coloured("part", words, COMPONENTS),
                        "tooltip": [
                            {"field": "group", "title": label(f"by.{by}", language)},
                            {"field": "part", "title": " "},
                            {"field": "won", "type": "quantitative", "format": ".3~g", "title": unit},
                        ],
                    },
                },
                {
                    "data": {"values": gains},
                    "mark": {"type": "rule", "color": "#1B1B1B", "size": 1.5},
                    "encoding": {"y": axis, "x": {**gain, "field": "low"}, "x2": {"field": "high"}},
                },
                {
                    "data": {"values": gains},
                    "mark": {
                        "type": "point",
                        "shape": "diamond",
                        "filled": True,
                        "size": 70,
                        "color": "#1B1B1B",
                    },
                    "encoding": {"y": axis, "x": gain, "tooltip": tips},
                },
            ],
        },
    )


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


def pictures(found: Sequence[Spec]) -> dict[str, str]:
    """Return the charts as SVG, by key.

    Raises
    ------
    ImportError
        When the optional packages of the page are not installed.
    """
    import vl_convert

    return {chart["key"]: vl_convert.vegalite_to_svg(chart["spec"]) for chart in found}
