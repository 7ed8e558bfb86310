"""The gallery: which figures there are, and what each is drawn from."""

from __future__ import annotations

from collections.abc import Callable

from sim.figures import firms, mixes, opening, parameters, published, regimes, shocks
from sim.figures.material import Material
from sim.figures.picture import Picture

Drawer = Callable[[Material, str], Picture]

FIGURES: dict[str, Drawer] = {
    "published": lambda m, lang: published.published(m.history, m.history_scenario, lang),
    "network": lambda m, lang: opening.network(m.opening, lang),
    "tails": lambda m, lang: opening.tails(m.opening, lang),
    "moments": lambda m, lang: opening.moments(m.opening, lang),
    "shock": lambda m, lang: shocks.waterfall(m.shocks, m.shock_scenarios, lang),
    "event_study": lambda m, lang: regimes.event_study(m.regimes, m.regime_scenarios, lang),
    "fan": lambda m, lang: regimes.fan(m.regimes, m.regime_scenarios, lang),
    "surface": lambda m, lang: mixes.surface(m.surface, m.surface_scenario, lang),
    "front": lambda m, lang: mixes.front(m.front, lang),
    "lorenz": lambda m, lang: firms.lorenz(m.lorenz, m.regime_scenarios, lang),
    "sensitivity": lambda m, lang: parameters.sensitivity(m.sensitivity, lang),
    "winners": lambda m, lang: firms.winners(m.regimes, m.regime_scenarios, language=lang),
    "channels": lambda m, lang: parameters.channels(m.channels, m.channel_scenarios, lang),
    "convergence": lambda m, lang: regimes.convergence(m.regimes, m.regime_scenarios, lang),
}
