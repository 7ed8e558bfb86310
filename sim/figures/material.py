"""The results that figures are drawn from, each made when it is first asked for and kept.

All come from the functions of `sim.experiments`. Runs that a folder holds are not done again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments import failures
from sim.experiments.compare import compare
from sim.experiments.design import Design
from sim.experiments.effects import Effect
from sim.experiments.opening import OpeningTables
from sim.experiments.run import Tell, silent
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.front import Front
    from sim.experiments.sensitivity import Sensitivity
    from sim.experiments.shapley import Decomposition

REGIMES = ("baseline", "trickle_down", "growth_for_all")
LINKAGE, SHOCK = "levers/price_linkage", "shocks/materials"
SHARING, TRANSITION = "levers/profit_sharing", "levers/partner_transition"
DOSES = ("policy.profit_sharing.share", "policy.partner_transition.take_up")
MIXED = {  # with the largest dose that is tried
    "policy.profit_sharing.share": 0.2,
    "policy.smart_factory.projects": 0.2,
    "policy.cooperation_fund.contribution_rate": 0.02,
}
UNCERTAIN = ("pricing.power_exponent", "technology.spillover", "demand.smoothing")


@dataclass(frozen=True)
class Size:
    """How large the runs of a figure are: firms, first month, months, seeds."""

    firms: int
    start: str
    months: int
    seeds: int

    def of(self, scenario: Scenario) -> Scenario:
        """Return a scenario of this size."""
        return scenario.replacing(
            "economy.firms", self.firms, "run.start", self.start, "run.months", self.months
        )


@dataclass(frozen=True)
class Sizes:
    """The sizes of all runs, and how finely doses are varied.

    ``opening`` is the number of firms of the opening economy that is shown; ``tried`` are the doses of two
    policies, in an economy that takes a ``turn`` to new parts (month, duration); ``mixes`` of policies are
    tried in each of ``generations``; ``walks`` go through the space of uncertain parameters.
    ``lorenz_seeds`` runs of each regime are done again for the Lorenz curves.
    """

    regimes: Size
    history: Size
    shock: Size
    surface: Size
    mixes_size: Size
    uncertain: Size
    channels: Size
    lorenz_seeds: int
    opening: int
    tried: tuple[tuple[float, ...], tuple[float, ...]]
    turn: tuple[int, int]
    mixes: int
    generations: int
    walks: int


QUICK = Sizes(
    regimes=Size(300, "2017-01", 48, 4),
    history=Size(3000, "2011-01", 192, 2),  # smaller economies have too few large firms
    shock=Size(300, "2017-01", 36, 3),
    surface=Size(300, "2018-01", 24, 2),
    mixes_size=Size(200, "2018-01", 24, 1),
    uncertain=Size(200, "2018-01", 12, 1),
    channels=Size(200, "2018-01", 12, 3),
    lorenz_seeds=2,
    opening=1000,
    tried=((0.0, 0.02, 0.1), (0.0, 0.5, 1.0)),
    turn=(6, 12),
    mixes=8,
    generations=2,
    walks=4,
)
FULL = Sizes(
    regimes=Size(3000, "2016-01", 120, 20),
    history=Size(3000, "2011-01", 192, 20),
    shock=Size(3000, "2016-01", 96, 20),
    surface=Size(1000, "2016-01", 96, 10),
    mixes_size=Size(500, "2018-01", 60, 3),
    uncertain=Size(500, "2018-01", 60, 3),
    channels=Size(1000, "2016-01", 96, 10),
    lorenz_seeds=10,
    opening=3000,
    tried=((0.0, 0.02, 0.04, 0.06, 0.08, 0.1), (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    turn=(60, 36),
    mixes=24,
    generations=10,
    walks=20,
)


class Material:
    """Results, made when they are asked for.

    Parameters
    ----------
    sizes
        How large the runs are.
    jobs
        Processes at work.
    folder
        Where runs are stored and looked for; without one they are forgotten in the end.
    tell
        Called with a number of months whenever they have been simulated.
    """

    def __init__(
        self, sizes: Sizes = FULL, jobs: int = 1, folder: Path | None = None, tell: Tell = silent
    ) -> None:
        self.sizes, self.jobs, self.folder, self.tell = sizes, jobs, folder, tell

    # --- scenarios ----------------------------------------------------------------------------

    @cached_property
    def regime_scenarios(self) -> list[Scenario]:
        """The baseline and two opposite regimes."""
        return [self.sizes.regimes.of(Scenario.load(name)) for name in REGIMES]

    @cached_property
    def history_scenario(self) -> Scenario:
        """Korea from 2011 on."""
        return self.sizes.history.of(Scenario.load("history"))

    @cached_property
    def shock_scenarios(self) -> list[list[Scenario]]:
        """Without and with a materials shock: once without price linkage, once with it."""
        struck = self.sizes.shock.of(Scenario.load(SHOCK))
        linkage = Scenario.load(LINKAGE).resolved["policy"]["price_linkage"]
        kinds = {"": struck, " linked": struck.adding("price_linkage", **linkage)}
        return [
            [one.replacing("shock.materials.off", True).named(f"calm{end}"), one.named(f"struck{end}")]
            for end, one in kinds.items()
        ]

    @cached_property
    def surface_scenario(self) -> Scenario:
        """Help with new parts, and sharing profit, where suppliers have to change."""
        sharing = Scenario.load(SHARING).resolved["policy"]["profit_sharing"]
        both = Scenario.load(TRANSITION).adding("profit_sharing", **sharing).named("two_policies")
        month, duration = self.sizes.turn
        turning = both.replacing("transition.month", month, "transition.duration", duration)
        return self.sizes.surface.of(turning)

    @cached_property
    def channel_scenarios(self) -> list[Scenario]:
        """The baseline and growth for all."""
        return [self.sizes.channels.of(Scenario.load(name)) for name in ("baseline", "growth_for_all")]

    @cached_property
    def opening_scenario(self) -> Scenario:
        """The economy that is shown at month zero."""
        return Scenario.load("baseline").replacing("economy.firms", self.sizes.opening)

    # --- results ------------------------------------------------------------------------------

    @cached_property
    def opening(self) -> OpeningTables:
        """The economy of month zero."""
        return OpeningTables(self.opening_scenario)

    @cached_property
    def regimes(self) -> Effect:
        """The two regimes against the baseline, with firms followed."""
        return self.compared(self.regime_scenarios, self.sizes.regimes.seeds, incidence=True)

    @cached_property
    def history(self) -> pd.DataFrame:
        """What is published by year, of each seed."""
        from sim.reproduce.hindcast import simulated

        folder = self.within("compare")
        return simulated(self.history_scenario, self.sizes.history.seeds, self.jobs, folder, self.tell)

    @cached_property
    def shocks(self) -> list[Effect]:
        """What the materials shock does, without and with price linkage."""
        return [self.compared(pair, self.sizes.shock.seeds, incidence=True) for pair in self.shock_scenarios]

    @cached_property
    def lorenz(self) -> pd.DataFrame:
        """Lorenz curves of the regimes."""
        from sim.experiments.lorenz import curves

        return curves(self.regime_scenarios, self.sizes.lorenz_seeds, self.jobs, self.tell)

    @cached_property
    def surface(self) -> pd.DataFrame:
        """The response to doses of two policies."""
        from sim.experiments.surface import surface

        return surface(
            self.surface_scenario,
            dict(zip(DOSES, self.sizes.tried, strict=True)),
            seeds=self.sizes.surface.seeds,
            jobs=self.jobs,
            folder=self.within("compare"),
            tell=self.tell,
        )

    @cached_property
    def front(self) -> Front:
        """Policy mixes of equal cost."""
        from sim.experiments.search import search

        ranges = {key: f"{{ low = 0.0, high = {most} }}" for key, most in MIXED.items()}
        text = design("growth_for_all", "latin_hypercube", self.sizes.mixes, self.sizes.mixes_size, ranges)
        return self.designed(
            text,
            "mixes",
            lambda one, folder: search(
                one, generations=self.sizes.generations, workers=self.jobs, folder=folder, watch=self.watch
            ),
        )

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """Which uncertain parameters decide the effect of growth for all."""
        from sim.experiments.sensitivity import sensitivity

        ranges = dict.fromkeys(UNCERTAIN, "{}")
        scenarios = ["baseline", "growth_for_all"]
        text = design(scenarios, "morris", self.sizes.walks, self.sizes.uncertain, ranges)
        return self.designed(
            text,
            "parameters",
            lambda one, folder: sensitivity(one, self.jobs, folder, watch=self.watch),
        )

    @cached_property
    def channels(self) -> Decomposition:
        """What each channel adds to the effect of growth for all."""
        from sim.experiments.shapley import shapley

        baseline, arm = self.channel_scenarios
        return shapley(
            baseline,
            arm,
            seeds=self.sizes.channels.seeds,
            jobs=self.jobs,
            folder=self.within("compare"),
            tell=self.tell,
        )

    # --- how ----------------------------------------------------------------------------------

    def compared(self, scenarios: list[Scenario], seeds: int, incidence: bool = False) -> Effect:
        """Compare scenarios with the first; no run may fail."""
        folder = self.within("compare")
        effect = compare(
            *scenarios, seeds=seeds, jobs=self.jobs, folder=folder, tell=self.tell, incidence=incidence
        )
        failures.refuse(effect.failures)
        return effect

    def within(self, name: str) -> Path | None:
        """Return a folder for some runs, if any are kept."""
        return self.folder and self.folder / name

    def designed[Found](self, text: str, name: str, do: Callable[[Design, Path], Found]) -> Found:
        """Do something with a design in the folder of the runs, or in one that is thrown away."""
        with tempfile.TemporaryDirectory() as aside:
            file = Path(aside) / f"{name}.toml"
            file.write_text(text, encoding="utf-8")
            return do(Design.load(file), self.within(name) or Path(aside) / "runs")

    def watch(self, report: Any) -> None:
        """Note that a run of a sweep has ended."""
        self.tell(0)


def design(scenarios: str | list[str], method: str, points: int, size: Size, ranges: dict[str, str]) -> str:
    """Return the text of a design."""
    word = "scenario" if isinstance(scenarios, str) else "scenarios"
    named = repr(scenarios).replace("'", '"')
    parameters = {
        "run.start": f'"{size.start}"',
        "run.months": size.months,
        "economy.firms": size.firms,
        **ranges,
    }
    lines = [f"{word} = {named}", f'method = "{method}"', f"points = {points}", f"seeds = {size.seeds}"]
    return "\n".join([*lines, "[parameters]", *(f"{key} = {value}" for key, value in parameters.items())])
