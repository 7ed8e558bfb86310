"""Designs of sweeps: a TOML file that says which scenarios are run with which parameters and seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from sim.core.errors import InputError, Problem, nearest
from sim.experiments.faults import Faults
from sim.experiments.inputs import chosen_seeds, is_whole
from sim.experiments.sampling import EVEN, SAMPLED, Method, Point, Varied, count, points_of
from sim.experiments.varied import Parameters
from sim.scenario import Scenario
from sim.scenario.files import Key, locate, parse, read_text, shipped, shipped_designs
from sim.scenario.messages import show

KEYS = (
    "title",
    "scenario",
    "scenarios",
    "shocks",
    "method",
    "points",
    "budget",
    "scramble_seed",
    "seeds",
    "parameters",
)
METHODS: tuple[Method, ...] = get_args(Method)
MOST_RUNS = 1_000_000
BN = 1e9


@dataclass(frozen=True)
class Design:
    """What a sweep runs: every scenario at every point, with every seed.

    Parameters
    ----------
    name
        The file's, without its ending.
    title
        What the sweep is; without one, the name.
    scenarios
        What the points are put into.
    method
        How the points were chosen.
    points
        Values by dotted name. A parameter of a policy that a scenario does not have is left out there.
    seeds
        Seeds of every point.
    text
        The file.
    varied
        The parameters, as the design describes them.
    drawn, scramble_seed
        How many points were asked for, and the seed they were drawn with.
    budget
        What every point of the method ``equal_cost`` is to cost: that of a scenario, or won in present value.
        Its points are proportions only, until pilot runs have told what they cost (`sim.experiments.equal`).
    named
        How many scenarios the design names; those after them are the same in a shock, as many for each.
    """

    name: str
    title: str
    scenarios: tuple[Scenario, ...]
    method: Method
    points: tuple[Point, ...]
    seeds: tuple[int, ...]
    text: str
    varied: tuple[Varied, ...] = ()
    drawn: int = 0
    scramble_seed: int = 0
    budget: Scenario | float | None = None
    named: int = 0

    @property
    def free(self) -> tuple[Varied, ...]:
        """The parameters that have more than one value."""
        return tuple(one for one in self.varied if not one.fixed)

    @property
    def paired(self) -> bool:
        """Whether the first scenario that is named is the baseline of others."""
        return (self.named or len(self.scenarios)) > 1

    def pairs(self) -> list[tuple[int, int]]:
        """Return the places of all scenarios but baselines, with that of their baseline in the same shock."""
        named = self.named or len(self.scenarios)
        if not self.paired:
            return [(arm, arm) for arm in range(len(self.scenarios))]
        return [(arm, arm - arm % named) for arm in range(len(self.scenarios)) if arm % named]

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Read a design's file, or a shipped design by its name.

        Raises
        ------
        InputError
            With every problem of the file: where it is, what is wrong, what is allowed.
        """
        file = find(path)
        text = read_text(file)
        return Reader(Faults(file, text), parse(text, file)).design()


def find(reference: str | Path) -> Path:
    """Return the file a reference means: a path, or the name of a shipped design."""
    path = Path(reference)
    if path.suffix == ".toml" or path.is_file():
        return path
    known = {short: file for name, file in shipped_designs().items() for short in (name, Path(name).name)}
    if str(reference) in known:
        return known[str(reference)]
    fix = nearest(str(reference), shipped_designs())
    raise InputError([Problem(str(reference), "there is no such file or design", fix)])


@dataclass
class Reader:
    """A design's file, what it says, and what is wrong with it."""

    faults: Faults
    given: dict[str, Any]

    def design(self) -> Design:
        """Return the design, or raise with all its problems."""
        if not self.given:
            fix = "a design has title, scenario or scenarios, method, seeds and [parameters]"
            raise InputError([Problem(str(self.faults.file), "the design is empty", fix)])
        for name in self.given:
            if name not in KEYS:
                self.faults.report((name,), "unknown key", nearest(name, KEYS))
        title = self.given.get("title", "")
        if not isinstance(title, str):
            self.faults.report(("title",), f"wrong type: {show(title)}", "allowed: text in quotes")
        without = self.scenarios()
        scenarios = self.with_shocks(without)
        method = self.method()
        varied = Parameters(self.faults, method, scenarios).read(self.given.get("parameters", {}))
        points = self.points(method, varied)
        seeds = self.seeds(scenarios)
        budget = self.budget(method)
        if method and not self.faults.problems:
            self.check_size(count(method, varied, points) * len(scenarios) * len(seeds))
        if self.faults.problems or method is None:
            raise InputError(self.faults.problems)
        scramble_seed = int(self.given.get("scramble_seed", 0))
        all_points = tuple(points_of(method, varied, points, scramble_seed))
        name, worlds = self.faults.file.stem, tuple(scenarios)
        told = (tuple(seeds), self.faults.text, tuple(varied), points, scramble_seed, budget, len(without))
        return Design(name, title or name, worlds, method, all_points, *told)

    # --- scenarios, seeds, points -------------------------------------------------------------

    def scenarios(self) -> list[Scenario]:
        """Load the scenarios the design names."""
        keys = [key for key in ("scenario", "scenarios") if key in self.given]
        if len(keys) != 1:
            what = "scenario and scenarios are both given" if keys else "the design names no scenario"
            self.faults.report(
                ("scenario",), what, 'write scenario = "baseline", or scenarios = ["...", "..."]'
            )
            return []
        key = (keys[0],)
        named = self.given[keys[0]]
        names = named if isinstance(named, list) and keys[0] == "scenarios" else [named]
        if not names or not all(isinstance(name, str) and name for name in names):
            fix = "allowed: " + ("a list of names or files" if keys[0] == "scenarios" else "a name or a file")
            self.faults.report(key, f"wrong value: {show(named)}", fix)
            return []
        loaded = [scenario for name in names for scenario in self.scenario(key, name)]
        titles = [scenario.name for scenario in loaded]
        for name in dict.fromkeys(title for title in titles if titles.count(title) > 1):
            self.faults.report(key, f"two scenarios have the name {name}", "name each once, or rename a file")
        return loaded

    def with_shocks(self, scenarios: list[Scenario]) -> list[Scenario]:
        """Return scenarios, and after them each in every one of the shocks that the design names."""
        key, named = ("shocks",), self.given.get("shocks", [])
        if not isinstance(named, list) or not all(isinstance(name, str) and name for name in named):
            fix = 'allowed: a list of scenarios with shocks, ["shocks/exports", "shocks/pandemic"]'
            self.faults.report(key, f"wrong value: {show(named)}", fix)
            return scenarios
        if len(set(named)) < len(named):
            self.faults.report(key, "a shock occurs twice", "name each once")
        worlds = list(scenarios)
        for shock in [found for name in named for found in self.scenario(key, name)]:
            new = shock.resolved.get("shock", {})
            if not new:
                self.faults.report(key, f"scenario {shock.name} has no shock", "name one that has")
            for scenario in scenarios:
                old = scenario.resolved.get("shock", {})
                for name in sorted(set(old) & set(new)):
                    self.faults.report(key, f"{scenario.name} and {shock.name} both have a shock {name}")
                worlds.append(
                    scenario.replacing("shock", {**old, **new}).named(f"{scenario.name} + {shock.name}")
                )
        return worlds

    def scenario(self, key: Key, name: str) -> Iterator[Scenario]:
        """Load one scenario, or note why it cannot be."""
        path = locate(name, self.faults.file.parent)
        if not path.is_file():
            known = {*shipped(), *(file.name for file in self.faults.file.parent.glob("*.toml"))} - {
                self.faults.file.name
            }
            self.faults.report(key, f"there is no scenario {name!r}", nearest(name, known))
            return
        try:
            yield Scenario.load(path)
        except InputError as error:
            self.faults.problems += [
                problem for problem in error.problems if problem not in self.faults.problems
            ]

    def method(self) -> Method | None:
        """Return the method, a grid if none is named."""
        method = self.given.get("method", "grid")
        if method in METHODS:
            chosen: Method = method
            return chosen
        self.faults.report(("method",), f"there is no method {show(method)}", nearest(str(method), METHODS))
        return None

    def budget(self, method: Method | None) -> Scenario | float | None:
        """Return what points are to cost, which the method equal_cost needs to know and no other takes."""
        given = self.given.get("budget")
        if method != "equal_cost":
            if given is not None and method is not None:
                fix = 'write method = "equal_cost", or leave it out'
                self.faults.report(("budget",), f"the method {method} knows no budget", fix)
            return None
        if isinstance(given, str) and given:
            return next(self.scenario(("budget",), given), None)
        if isinstance(given, int | float) and not isinstance(given, bool) and 0 < given < float("inf"):
            return given * BN
        fix = 'write budget = "growth_for_all", for what a scenario costs, or an amount in bn won above 0'
        what = f"wrong value: {show(given)}" if "budget" in self.given else "the design names no budget"
        self.faults.report(("budget",), what, fix)
        return None

    def seeds(self, scenarios: Sequence[Scenario]) -> list[int]:
        """Return the seeds, by default those of the first scenario."""
        first = scenarios[0] if scenarios else Scenario.from_dict({})
        try:
            return chosen_seeds(self.given.get("seeds"), first)
        except InputError as error:
            for problem in error.problems:
                self.faults.report(("seeds",), problem.what, problem.fix)
        return []

    def points(self, method: Method | None, varied: Sequence[Varied]) -> int:
        """Return how many points are to be drawn; 0 for a method that does not draw."""
        given: int = self.given.get("points", 0)
        for name, least in (("points", 1), ("scramble_seed", 0)):
            value = self.given.get(name, least)
            if not is_whole(value) or value < least:
                self.faults.report(
                    (name,), f"wrong value: {show(value)}", f"allowed: whole numbers from {least}"
                )
                given = 0
            elif name in self.given and method not in (*SAMPLED, None):
                fix = f"leave it out, or choose one of {', '.join(SAMPLED)}"
                self.faults.report((name,), f"the method {method} draws no points", fix)
        if method in SAMPLED and "points" not in self.given:
            self.faults.report(("method",), f"{method} needs to know how many points", "write points = 64")
        if method in EVEN and is_whole(given) and given > 0 and given & (given - 1):
            near = 1 << (given.bit_length() - 1)
            what = f"{given} is not a power of two, for which Sobol points are even"
            self.faults.report(("points",), what, f"write {near} or {2 * near}")
        lengths = {len(one.values) for one in varied if not one.fixed}
        if method == "list" and len(lengths) > 1:
            told = ", ".join(f"{one.name} {len(one.values)}" for one in varied if not one.fixed)
            fix = "give every parameter as many values, or one value for all points"
            self.faults.report(("parameters",), f"the lists differ in length: {told}", fix)
        return given

    def check_size(self, runs: int) -> None:
        """Refuse a design that nobody can run."""
        if runs > MOST_RUNS:
            fix = "draw points by latin_hypercube or sobol"
            self.faults.report(("method",), f"makes {runs:,} runs, more than {MOST_RUNS:,}", fix)
