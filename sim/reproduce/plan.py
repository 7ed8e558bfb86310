"""Which studies there are, and how large they are: quick ones for a first look, full ones to be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sim.reproduce import hindcast, levers, mechanisms, spillover, structure
from sim.reproduce.ensemble import Study
from sim.scenario import Scenario

HISTORY = "history"
NESTED = "events_of_network_"  # name of a study in which one network meets several events


@dataclass(frozen=True)
class Sizes:
    """Firms and seeds of the studies.

    ``firms`` and ``seeds`` of the baseline; ``pair_firms`` and ``pair_seeds`` of paired runs;
    ``history_firms`` of the scenario of history; ``networks`` that meet ``events`` further seeds of events
    each.
    """

    firms: int
    seeds: int
    pair_firms: int
    pair_seeds: int
    history_firms: int
    networks: int
    events: int


QUICK = Sizes(firms=1000, seeds=20, pair_firms=1000, pair_seeds=20, history_firms=3000, networks=4, events=2)
FULL = Sizes(
    firms=10_000, seeds=40, pair_firms=3000, pair_seeds=40, history_firms=10_000, networks=10, events=4
)


def studies(sizes: Sizes, seeds: Sequence[int], pair_seeds: Sequence[int]) -> list[Study]:
    """Return all studies, on economies of some seeds."""
    base = Scenario.load("baseline")
    calm = base.replacing("economy.firms", sizes.firms, "run.start", "2016-01", "run.months", 96)
    pair = ("economy.firms", sizes.pair_firms, "run.start", "2017-01")
    linked = Scenario.load("levers/price_linkage").replacing(
        *pair, "run.months", 24, "policy.price_linkage.start", "2017-01"
    )
    falling = Scenario.load("shocks/large_exports").replacing(*pair, "run.months", 36)
    begins = ("run.start", "2013-01", "run.months", levers.SINCE + 36)  # levers are pulled in January 2018
    levelled = base.replacing("economy.firms", sizes.pair_firms, *begins, "world.material_change", 0.0)
    found = [
        Study("structure", calm, structure.measure, seeds),
        Study("mechanisms", linked, mechanisms.measure, pair_seeds),
        Study("levers", levelled, levers.measure, pair_seeds),
        Study("spillover", falling, spillover.measure, pair_seeds),
        Study(HISTORY, hindcast.history(sizes.history_firms), hindcast.measure, seeds),
    ]
    for network in seeds[: sizes.networks]:
        others = [network + len(seeds) * more for more in range(1, sizes.events + 1)]
        work = partial(structure.measure, network=network)
        found.append(Study(f"{NESTED}{network}", calm, work, others))
    return found
