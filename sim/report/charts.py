"""Charts of a comparison as Vega-Lite specifications: the page draws them live, the report as pictures.

A specification is a plain dictionary with the numbers in it. Colours are those of Okabe and Ito, which most
colour-blind people can tell apart; the baseline is always the grey line at zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.tables import readable
from sim.report.comparison import DRAWN, SHOWN
from sim.report.drawing import GREY, Spec, coloured, interval_tips, titled
from sim.report.gains import fates, gains_of, who
from sim.words import label, translated

ARMS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


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


def pictures(found: Sequence[Spec]) -> dict[str, str]:
    """Return the charts as SVG, by key.

    Raises
    ------
    ImportError
        When the optional packages of the page are not installed.
    """
    import vl_convert

    return {chart["key"]: vl_convert.vegalite_to_svg(chart["spec"]) for chart in found}
