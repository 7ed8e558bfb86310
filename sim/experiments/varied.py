"""The parameters of a design: values or ranges its file gives them, and whether scenarios take these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError, nearest
from sim.experiments.faults import Faults
from sim.experiments.inputs import is_whole
from sim.experiments.ranges import declared_range
from sim.experiments.sampling import Method, Point, Varied
from sim.scenario import Scenario
from sim.scenario.files import Key
from sim.scenario.messages import show

RANGE = ("low", "high", "steps", "log")
EXAMPLE = "write for example [parameters] and policy.profit_sharing.share = { low = 0.0, high = 0.2 }"


def applied(point: Point, scenario: Scenario) -> dict[str, Any]:
    """Return the values of a point that a scenario takes: all but those of policies it does not have."""
    return {name: value for name, value in point.items() if takes(scenario, name)}


def takes(scenario: Scenario, name: str) -> bool:
    """Whether a parameter of a design is for a scenario."""
    steps = name.split(".")
    return steps[0] != "policy" or steps[1:2] == [] or steps[1] in scenario.known_policies


@dataclass
class Parameters:
    """What a design says of its parameters."""

    faults: Faults
    method: Method | None
    scenarios: Sequence[Scenario]

    def read(self, table: Any) -> list[Varied]:
        """Return the parameters, after putting their values into the scenarios."""
        if not isinstance(table, Mapping) or not table:
            self.faults.report(("parameters",), "names no parameter: nothing varies", EXAMPLE)
            return []
        found = [one for key, value in leaves(table) for one in self.one(key, self.ranged(key, value))]
        for one in found if self.scenarios else ():
            self.check(one)
        return [with_type(one, self.scenarios) for one in found]

    def ranged(self, key: Key, value: Any) -> Any:
        """Return what is said of a parameter; a range without ends has those its source states."""
        if isinstance(value, Mapping) and "low" not in value and "high" not in value:
            ranges = [found for one in self.scenarios if (found := declared_range(one, ".".join(key)))]
            return {**value, "low": ranges[0][0], "high": ranges[0][1]} if ranges else value
        return value

    def one(self, key: Key, value: Any) -> Iterator[Varied]:
        """Return one parameter, or note what is wrong with it."""
        place, name = ("parameters", *key), ".".join(key)
        if len(key) < 2:
            self.faults.report(place, "is no dotted name of a parameter", EXAMPLE)
        elif name in ("run.seed", "run.seeds"):
            self.faults.report(
                place, "seeds are said for the whole design", "write seeds = 5, or a list of seeds"
            )
        elif isinstance(value, list):
            if not value:
                self.faults.report(place, "the list is empty", "give at least one value")
            elif any(item in value[:spot] for spot, item in enumerate(value)) and self.method != "list":
                self.faults.report(place, "a value occurs twice", "each value once")
            else:
                yield Varied(name, tuple(value))
        elif isinstance(value, Mapping):
            yield from self.range(place, name, value)
        else:
            yield Varied(name, (value,))

    def range(self, place: Key, name: str, value: Mapping[str, Any]) -> Iterator[Varied]:
        """Return a parameter that is taken from a range, or note what is wrong with the range."""
        before = len(self.faults.problems)
        for key in value:
            if key not in RANGE:
                self.faults.report((*place, key), "unknown key", nearest(key, RANGE))
        ends = [value.get(key) for key in ("low", "high")]
        low, high = (
            end if isinstance(end, int | float) and not isinstance(end, bool) else None for end in ends
        )
        log, steps = value.get("log", False), value.get("steps", 2)
        if low is None or high is None or not low < high < float("inf") or low == -float("inf"):
            none = " and its source states none" if low is high is None else ""
            self.faults.report(
                place, f"is not a range{none}", "write { low = 0.0, high = 0.2 }, low below high"
            )
        elif log and low <= 0:
            self.faults.report(
                place, f"a range on a logarithmic scale cannot begin at {show(low)}", "begin above 0"
            )
        if not isinstance(log, bool):
            self.faults.report((*place, "log"), f"wrong type: {show(log)}", "allowed: true or false")
        if not is_whole(steps) or steps < 2:
            self.faults.report(
                (*place, "steps"), f"wrong value: {show(steps)}", "allowed: whole numbers from 2"
            )
        if self.method == "list":
            self.faults.report(
                place, "the method list takes lists of values, not ranges", "write [0.05, 0.1]"
            )
        elif self.method == "grid" and "steps" not in value:
            self.faults.report(
                place, "a grid needs to know how many values to take", "add steps = 5, or write a list"
            )
        if len(self.faults.problems) == before:
            yield Varied(name, (), float(ends[0]), float(ends[1]), int(steps), log)  # type: ignore[arg-type]

    def check(self, one: Varied) -> None:
        """Put the values of a parameter into the scenarios and note what is refused."""
        place = ("parameters", *one.name.split("."))
        meant = [scenario for scenario in self.scenarios if takes(scenario, one.name)]
        if not meant:
            known = {f"policy.{policy}" for scenario in self.scenarios for policy in scenario.known_policies}
            policy = ".".join(one.name.split(".")[:2])
            hint = nearest(policy, known) if known else "the scenarios have no policies"
            self.faults.report(place, f"no scenario of the design has {policy}", hint)
        typed = with_type(one, self.scenarios)
        for scenario in meant:
            for value in typed.extremes:
                try:
                    scenario.replacing(one.name, int(value) if typed.whole else value)
                except InputError as error:
                    for problem in error.problems:
                        self.faults.report(
                            place, f"{problem.what} (in scenario {scenario.name})", problem.fix
                        )


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
    return is_whole(value_in(scenario, name))


def value_in(scenario: Scenario, name: str) -> Any:
    """Return what a scenario has under a dotted name; None where it has nothing."""
    value: Any = scenario.resolved
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
