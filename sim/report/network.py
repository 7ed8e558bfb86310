"""A supply chain of the opening economy as a picture that a page can hold."""

from __future__ import annotations

import base64

from sim.experiments.opening import OpeningTables
from sim.figures.opening import network
from sim.scenario import Scenario


def drawn(scenario: Scenario, language: str) -> dict[str, str]:
    """Return title, what is to be seen in words, and the picture as an address that holds it."""
    picture = network(OpeningTables(scenario), language)
    packed = base64.b64encode(picture.drawn("svg")).decode()
    return {"title": picture.title, "about": picture.alt, "address": f"data:image/svg+xml;base64,{packed}"}
