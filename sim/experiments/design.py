"""Designs of sweeps: a TOML file that says which scenarios are run with which parameters and seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from sim.core.errors import InputError, Problem, nearest
from sim.experiments.inputs import chosen_seeds, is_whole
from sim.experiments.ranges import declared_range
from sim.experiments.sampling import EVEN, SAMPLED, Method, Point, Varied, count, points_of
from sim.scenario import Scenario
from sim.scenario.files import Key, key_lines, locate, parse, read_text, shipped, shipped_designs
from sim.scenario.messages import show

KEYS = ("title", "scenario", "scenarios", "method", "points", "scramble_seed", "seeds", "parameters")
RANGE = ("low", "high", "steps", "log")
METHODS: tuple[Method, ...] = get_args(Method)
MOST_RUNS = 1_000_000
EXAMPLE = "write for example [parameters] and policy.profit_sharing.share = { low = 0.0, high = 0.2 }"


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

    @property
    def free(self) -> tuple[Varied, ...]:
        """The parameters that have more than one value."""
        return tuple(one for one in self.varied if not one.fixed)

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
        return Reader(file, text, parse(text, file)).design()


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


def applied(point: Point, scenario: Scenario) -> dict[str, Any]:
    """Return the values of a point that a scenario takes: all but those of policies it does not have."""
    return {name: value for name, value in point.items() if takes(scenario, name)}


def takes(scenario: Scenario, name: str) -> bool:
    """Whether a parameter of a design is for a scenario."""
    steps = name.split(".")
    return steps[0] != "policy" or steps[1:2] == [] or steps[1] in scenario.known_policies


@dataclass
class Reader:
    """A design's file, what it says, and what is wrong with it."""

    file: Path
    text: str
    given: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    places: dict[Key, str] = field(default_factory=dict)

    def design(self) -> Design:
        """Return the design, or raise with all its problems."""
        for key, line in key_lines(self.text):
            self.places.setdefault(tuple(".".join(key).split(".")), f"{self.file}, line {line}")
        if not self.given:
            fix = "a design has title, scenario or scenarios, method, seeds and [parameters]"
            raise InputError([Problem(str(self.file), "the design is empty", fix)])
        for name in self.given:
            if name not in KEYS:
                self.report((name,), "unknown key", nearest(name, KEYS))
        title = self.given.get("title", "")
        if not isinstance(title, str):
            self.report(("title",), f"wrong type: {show(title)}", "allowed: text in quotes")
        scenarios = self.scenarios()
        method = self.method()
        varied = self.varied(method, scenarios)
        points = self.points(method, varied)
        seeds = self.seeds(scenarios)
        if method and not self.problems:
            self.check_size(count(method, varied, points) * len(scenarios) * len(seeds))
        if self.problems or method is None:
            raise InputError(self.problems)
        scramble_seed = int(self.given.get("scramble_seed", 0))
        all_points = tuple(points_of(method, varied, points, scramble_seed))
        name, worlds = self.file.stem, tuple(scenarios)
        told = (tuple(seeds), self.text, tuple(varied), points, scramble_seed)
        return Design(name, title or name, worlds, method, all_points, *told)

    def report(self, key: Key, what: str, fix: str = "") -> None:
        """Note a problem, once, with file, line and key."""
        lines = (self.places[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self.places)
        problem = Problem(f"{next(lines, str(self.file))}, {'.'.join(key)}", what, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    # --- scenarios, seeds, points -------------------------------------------------------------

    def scenarios(self) -> list[Scenario]:
        """Load the scenarios the design names."""
        keys = [key for key in ("scenario", "scenarios") if key in self.given]
        if len(keys) != 1:
            what = "scenario and scenarios are both given" if keys else "the design names no scenario"
            self.report(("scenario",), what, 'write scenario = "baseline", or scenarios = ["...", "..."]')
            return []
        key = (keys[0],)
        named = self.given[keys[0]]
        names = named if isinstance(named, list) and keys[0] == "scenarios" else [named]
        if not names or not all(isinstance(name, str) and name for name in names):
            fix = "allowed: " + ("a list of names or files" if keys[0] == "scenarios" else "a name or a file")
            self.report(key, f"wrong value: {show(named)}", fix)
            return []
        loaded = [scenario for name in names for scenario in self.scenario(key, name)]
        titles = [scenario.name for scenario in loaded]
        for name in dict.fromkeys(title for title in titles if titles.count(title) > 1):
            self.report(key, f"two scenarios have the name {name}", "name each once, or rename a file")
        return loaded

    def scenario(self, key: Key, name: str) -> Iterator[Scenario]:
        """Load one scenario, or note why it cannot be."""
        path = locate(name, self.file.parent)
        if not path.is_file():
            known = {*shipped(), *(file.name for file in self.file.parent.glob("*.toml"))} - {self.file.name}
            self.report(key, f"there is no scenario {name!r}", nearest(name, known))
            return
        try:
            yield Scenario.load(path)
        except InputError as error:
            self.problems += [problem for problem in error.problems if problem not in self.problems]

    def method(self) -> Method | None:
        """Return the method, a grid if none is named."""
        method = self.given.get("method", "grid")
        if method in METHODS:
            chosen: Method = method
            return chosen
        self.report(("method",), f"there is no method {show(method)}", nearest(str(method), METHODS))
        return None

    def seeds(self, scenarios: Sequence[Scenario]) -> list[int]:
        """Return the seeds, by default those of the first scenario."""
        first = scenarios[0] if scenarios else Scenario.from_dict({})
        try:
            return chosen_seeds(self.given.get("seeds"), first)
        except InputError as error:
            for problem in error.problems:
                self.report(("seeds",), problem.what, problem.fix)
        return []

    def points(self, method: Method | None, varied: Sequence[Varied]) -> int:
        """Return how many points are to be drawn; 0 for a method that does not draw."""
        given: int = self.given.get("points", 0)
        for name, least in (("points", 1), ("scramble_seed", 0)):
            value = self.given.get(name, least)
            if not is_whole(value) or value < least:
                self.report((name,), f"wrong value: {show(value)}", f"allowed: whole numbers from {least}")
                given = 0
            elif name in self.given and method not in (*SAMPLED, None):
                fix = f"leave it out, or choose one of {', '.join(SAMPLED)}"
                self.report((name,), f"the method {method} draws no points", fix)
        if method in SAMPLED and "points" not in self.given:
            self.report(("method",), f"{method} needs to know how many points", "write points = 64")
        if method in EVEN and is_whole(given) and given > 0 and given & (given - 1):
            near = 1 << (given.bit_length() - 1)
            what = f"{given} is not a power of two, for which Sobol points are even"
            self.report(("points",), what, f"write {near} or {2 * near}")
        lengths = {len(one.values) for one in varied if not one.fixed}
        if method == "list" and len(lengths) > 1:
            told = ", ".join(f"{one.name} {len(one.values)}" for one in varied if not one.fixed)
            fix = "give every parameter as many values, or one value for all points"
            self.report(("parameters",), f"the lists differ in length: {told}", fix)
        return given

    def check_size(self, runs: int) -> None:
        """Refuse a design that nobody can run."""
        if runs > MOST_RUNS:
            fix = "draw points by latin_hypercube or sobol"
            self.report(("method",), f"makes {runs:,} runs, more than {MOST_RUNS:,}", fix)

    # --- parameters ---------------------------------------------------------------------------

    def varied(self, method: Method | None, scenarios: Sequence[Scenario]) -> list[Varied]:
        """Return the parameters, after putting their values into the scenarios."""
        table = self.given.get("parameters", {})
        if not isinstance(table, Mapping) or not table:
            self.report(("parameters",), "names no parameter: nothing varies", EXAMPLE)
            return []
        found = [
            one
            for key, value in leaves(table)
            for one in self.one(key, self.ranged(key, value, scenarios), method)
        ]
        for one in found if scenarios else ():
            self.check(one, scenarios)
        return [with_type(one, scenarios) for one in found]

    def ranged(self, key: Key, value: Any, scenarios: Sequence[Scenario]) -> Any:
        """Return what is said of a parameter; a range without ends has those its source states."""
        if isinstance(value, Mapping) and "low" not in value and "high" not in value:
            ranges = [found for one in scenarios if (found := declared_range(one, ".".join(key)))]
            return {**value, "low": ranges[0][0], "high": ranges[0][1]} if ranges else value
        return value

    def one(self, key: Key, value: Any, method: Method | None) -> Iterator[Varied]:
        """Return one parameter, or note what is wrong with it."""
        place, name = ("parameters", *key), ".".join(key)
        if len(key) < 2:
            self.report(place, "is no dotted name of a parameter", EXAMPLE)
        elif name in ("run.seed", "run.seeds"):
            self.report(place, "seeds are said for the whole design", "write seeds = 5, or a list of seeds")
        elif isinstance(value, list):
            if not value:
                self.report(place, "the list is empty", "give at least one value")
            elif any(item in value[:spot] for spot, item in enumerate(value)) and method != "list":
                self.report(place, "a value occurs twice", "each value once")
            else:
                yield Varied(name, tuple(value))
        elif isinstance(value, Mapping):
            yield from self.range(place, name, value, method)
        else:
            yield Varied(name, (value,))

    def range(
        self, place: Key, name: str, value: Mapping[str, Any], method: Method | None
    ) -> Iterator[Varied]:
        """Return a parameter that is taken from a range, or note what is wrong with the range."""
        before = len(self.problems)
        for key in value:
            if key not in RANGE:
                self.report((*place, key), "unknown key", nearest(key, RANGE))
        ends = [value.get(key) for key in ("low", "high")]
        low, high = (
            end if isinstance(end, int | float) and not isinstance(end, bool) else None for end in ends
        )
        log, steps = value.get("log", False), value.get("steps", 2)
        if low is None or high is None or not low < high < float("inf") or low == -float("inf"):
            none = " and its source states none" if low is high is None else ""
            self.report(place, f"is not a range{none}", "write { low = 0.0, high = 0.2 }, low below high")
        elif log and low <= 0:
            self.report(place, f"a range on a logarithmic scale cannot begin at {show(low)}", "begin above 0")
        if not isinstance(log, bool):
            self.report((*place, "log"), f"wrong type: {show(log)}", "allowed: true or false")
        if not is_whole(steps) or steps < 2:
            self.report((*place, "steps"), f"wrong value: {show(steps)}", "allowed: whole numbers from 2")
        if method == "list":
            self.report(place, "the method list takes lists of values, not ranges", "write [0.05, 0.1]")
        elif method == "grid" and "steps" not in value:
            self.report(
                place, "a grid needs to know how many values to take", "add steps = 5, or write a list"
            )
        if len(self.problems) == before:
            yield Varied(name, (), float(ends[0]), float(ends[1]), int(steps), log)  # type: ignore[arg-type]

    def check(self, one: Varied, scenarios: Sequence[Scenario]) -> None:
        """Put the values of a parameter into the scenarios and note what is refused."""
        place = ("parameters", *one.name.split("."))
        meant = [scenario for scenario in scenarios if takes(scenario, one.name)]
        if not meant:
            known = {f"policy.{policy}" for scenario in scenarios for policy in scenario.known_policies}
            policy = ".".join(one.name.split(".")[:2])
            hint = nearest(policy, known) if known else "the scenarios have no policies"
            self.report(place, f"no scenario of the design has {policy}", hint)
        typed = with_type(one, scenarios)
        for scenario in meant:
            for value in typed.extremes:
                try:
                    scenario.replacing(one.name, int(value) if typed.whole else value)
                except InputError as error:
                    for problem in error.problems:
                        self.report(place, f"{problem.what} (in scenario {scenario.name})", problem.fix)


def leaves(table: Mapping[str, Any], above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Yield every parameter with its value; names may be dotted, nested, or dotted in quotes."""
    for name, value in table.items():
        key = (*above, *name.split("."))
        if isinstance(value, Mapping) and value and not set(value) & set(RANGE):
            yield from leaves(value, key)
        else:
            yield key, value


def with_type(one: Varied, scenarios: Sequence[Scenario]) -> Varied:
    """Return a range that takes whole numbers only where the parameter is declared as one."""
    whole = not one.values and any(is_whole_parameter(scenario, one.name) for scenario in scenarios)
    return Varied(one.name, one.values, one.low, one.high, one.steps, one.log, whole)


def is_whole_parameter(scenario: Scenario, name: str) -> bool:
    """Whether a parameter has a whole number in a scenario."""
    value: Any = scenario.resolved
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return is_whole(value)
