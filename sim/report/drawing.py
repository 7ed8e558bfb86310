"""What all charts share: how they look, and the parts they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.words import label

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GREY = "#5F5F5F"
FONTS = "Arial, 'Liberation Sans', 'Noto Sans KR', 'Malgun Gothic', 'Apple SD Gothic Neo', 'winwin Korean'"
LOOK: Spec = {
    "font": f"{FONTS}, sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {"labelColor": "#333", "titleColor": "#333", "gridColor": "#E4E4E4", "domain": False},
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": True, "labelSeparation": 6},
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


def coloured(field: str, words: Mapping[str, str], colours: Mapping[str, str]) -> Spec:
    """Return the colour of each value of a field; both are told by the same keys in the same order."""
    scale = {"domain": list(words.values()), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "scale": scale}
