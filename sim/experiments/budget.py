"""Present value of what policies cost, and the dose of one at which two scenarios cost the same.

Costs are the net payments that government, policy-finance agency and firms make under policies
(`sim.metrics.finance.fiscal_cost`, `private_cost`), less those of the same scenario without policies, in
prices of the first month, discounted to it. A won a firm passes to another is counted once, at the firm that
gives it up, so this is the money put in and not a loss of resources. What changes prices, dates of payment
or orders moves no money under a policy's name and counts nothing. A tax credit moves a part of the
burden from firms to the public purse and leaves the sum as it is; taxes forgone are not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem, nearest
from sim.core.months import MONTHS
from sim.experiments import failures
from sim.experiments.intervals import interval
from sim.experiments.manifest import manifest
from sim.experiments.openings import opened
from sim.experiments.run import Job, Outcome, Tell, silent
from sim.experiments.store import Result
from sim.metrics.finance import PUBLIC, policy_flows
from sim.policies.book import PolicyBook
from sim.scenario import Scenario

RATE = 0.045
"""Social discount rate of Korea's preliminary feasibility studies, 4.5 % a year since 2017.

Ministry of Economy and Finance, 11 August 2017 (5.5 % before): newsis NISX20170811_0000065386. It is real.
"""
TOTALS = ("fiscal_cost", "private_cost")
TOLERANCE = 0.005  # a dose is found when the costs are this near to each other
TRIES = 8
DIGITS = 3  # of a dose

Do = Callable[[Sequence[Job]], list[Outcome]]


# --- one run ---------------------------------------------------------------------------------------


class Meter(PolicyBook):
    """A policy book that notes, for the month, what firms receive and pay under each policy."""

    paid: dict[str, NDArray[np.int64]]

    def call(self, event: str, model: Any, *arguments: Any) -> None:
        """Tell the policies concerned, and note what each of them moves."""
        for act in self._acting(model.month).get(event, ()):
            before = model.firms.transfers.copy()
            act(model, *arguments)
            name = act.__self__.name  # type: ignore[attr-defined]  # a bound method of a policy
            self.paid[name] = self.paid.get(name, 0) + model.firms.transfers - before

    def costs(self, model: Any) -> dict[str, float]:
        """Return won of the month by payer and policy, of Korea, in prices of the first month."""
        won = {f"private {name}": -np.minimum(0, net).sum() for name, net in self.paid.items()}
        for reason, row in policy_flows(model).items():
            key = f"fiscal {reason.partition(':')[0]}"
            won[key] = won.get(key, 0) - row[PUBLIC].sum()
        return {key: float(value) * model.scale for key, value in won.items()}


def metered(scenario: Scenario, seed: int, tell: Tell = silent) -> Result:
    """Run a scenario and return, as its metrics, its monthly costs in prices of the first month.

    Columns: ``fiscal_cost`` and ``private_cost``; of each policy ``fiscal <name>`` and ``private <name>``,
    where a firm counts as a payer when it pays more than it gets under that policy.
    """
    scenario = scenario.replacing("record", {"metrics": list(TOTALS)})
    model = opened(scenario, seed)
    meter = model.policies = Meter(scenario.policies)
    rows, prices = [], []
    for _ in range(scenario.run.months):
        meter.paid = {}
        prices.append(model.price_trend)
        model.step()
        rows.append(meter.costs(model))
        tell(1)
    totals = model.metrics_frame()
    parts = pd.DataFrame(rows, index=totals.index).fillna(0.0)
    frame = totals.join(parts).div(np.array(prices), axis=0)
    return Result(scenario, seed, frame, None, manifest(scenario, seed, frame, None, model.notes))


# --- present values --------------------------------------------------------------------------------


def present_value(costs: pd.DataFrame, rate: float, inflation: float = 0.0) -> pd.Series[float]:
    """Return the sum of monthly costs, in prices of the first month and discounted to it.

    Parameters
    ----------
    costs
        Month by cost.
    rate
        Real discount rate a year.
    inflation
        Growth of prices a year, where costs are in those of their month.

    Examples
    --------
    >>> year = pd.DataFrame({"cost": [100.0] + 11 * [0.0] + [104.5]})
    >>> float(present_value(year, 0.045)["cost"])
    200.0
    >>> float(present_value(1.02 * year.iloc[-1:].reindex(range(13)), 0.045, 0.02)["cost"].round(6))
    100.0
    """
    years = np.arange(len(costs)) / MONTHS
    return costs.mul(((1 + rate) * (1 + inflation)) ** -years, axis=0).sum()


def without_policies(scenario: Scenario) -> Scenario:
    """Return the scenario's control: the same economy, no policy."""
    return scenario.replacing("policy", {})


class Budgets:
    """Present values of the costs of scenarios, paired by seed with their controls; nothing is run twice.

    Parameters
    ----------
    seeds
        Seeds of all scenarios.
    do
        Does runs, and returns their outcomes in the same order.
    rate
        Discount rate a year.
    """

    def __init__(self, seeds: Sequence[int], do: Do, rate: float = RATE) -> None:
        self.seeds, self.do, self.rate = list(seeds), do, rate
        self._known: dict[str, pd.DataFrame] = {}

    def of(self, *scenarios: Scenario) -> list[pd.DataFrame]:
        """Return seed by cost, in won of Korea, of each scenario less its control."""
        controls = [without_policies(scenario) for scenario in scenarios]
        new = {arm.hash: arm for arm in (*scenarios, *controls) if arm.hash not in self._known}
        done = self.do([Job(arm, seed, work=metered) for arm in new.values() for seed in self.seeds])
        failures.refuse_by_name(done, "budget", "winwin run tells why")
        for place, key in enumerate(new):
            mine = done[place * len(self.seeds) : (place + 1) * len(self.seeds)]
            values = [present_value(one.metrics, self.rate) for one in mine if one.metrics is not None]
            self._known[key] = pd.DataFrame(values, index=self.seeds).fillna(0.0)
        pairs = zip(scenarios, controls, strict=True)
        return [self._known[a.hash].sub(self._known[b.hash], fill_value=0.0) for a, b in pairs]


def total(costs: pd.DataFrame) -> NDArray[np.float64]:
    """Return (seeds,) fiscal and private cost together."""
    return costs[list(TOTALS)].sum(axis=1).to_numpy(dtype=np.float64)


# --- the dose --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A dose at which two scenarios cost the same.

    Parameters
    ----------
    key
        What is varied, ``policy.<name>.<parameter>``.
    before, dose
        Its value in the scenario, and the one found.
    low, high
        95 % interval of the dose over seeds, as if costs were proportional to it.
    difference
        Mean difference of the costs at the dose found, with its 95 % interval.
    ours, theirs
        Costs of the scenario at the dose found, and of the other one.
    """

    key: str
    before: float
    dose: float
    low: float
    high: float
    difference: tuple[float, float, float]
    ours: pd.DataFrame
    theirs: pd.DataFrame


def match(scenario: Scenario, other: Scenario, key: str, budgets: Budgets) -> Match:
    """Return the dose of one parameter at which a scenario costs as much as another one.

    Parameters
    ----------
    scenario, other
        The scenario whose dose is sought, and the one it is to cost as much as.
    key
        ``policy.<name>.<parameter>``: a number of a policy that the scenario has.
    budgets
        Where costs come from.

    Raises
    ------
    InputError
        When there is no such parameter, or no dose within its bounds costs as much.
    """
    before, low, high = bounds_of(scenario, key)
    (theirs,) = budgets.of(other)
    target = float(total(theirs).mean())

    def cost(dose: float) -> float:
        return float(total(budgets.of(scenario.replacing(key, dose))[0]).mean())

    dose = find_dose(cost, target, before, low, high, key)
    (ours,) = budgets.of(scenario.replacing(key, dose))
    difference = interval(total(ours) - total(theirs))
    half = dose * (difference[2] - difference[1]) / 2 / target
    return Match(key, before, dose, dose - half, dose + half, difference, ours, theirs)


def bounds_of(scenario: Scenario, key: str) -> tuple[float, float, float]:
    """Return value, lower and upper bound of a number that a scenario's policy has."""
    table, _, rest = key.partition(".")
    policy, _, name = rest.partition(".")
    policies = scenario.resolved["policy"]
    if table != "policy" or policy not in policies:
        known = [f"policy.{one}" for one in policies]
        what = f"scenario {scenario.name} has no policy of this name"
        raise InputError([Problem(f"--vary {key}", what, nearest(f"policy.{policy}", known))])
    value = policies[policy].get(name)
    numbers = [one for one, given in policies[policy].items() if isinstance(given, float)]
    if not isinstance(value, float):
        raise InputError(
            [Problem(f"--vary {key}", "is no number that can be varied", nearest(name, numbers))]
        )
    if value <= 0:
        fix = "give it a dose that costs something"
        raise InputError([Problem(f"--vary {key}", f"is {value} in scenario {scenario.name}", fix)])
    entry = next(entry for entry in scenario.policies if entry.name == policy)
    row = next(row for row in type(entry.steps[0][1]).describe() if row["name"] == name)
    least = 0.0 if row["ge"] is None else float(row["ge"])
    most = np.inf if row["le"] is None else float(row["le"])
    return value, least, most


def find_dose(
    cost: Callable[[float], float], target: float, first: float, low: float, high: float, key: str
) -> float:
    """Return the dose at which a cost is near enough to the target, by the secant method.

    A call of ``cost`` takes many runs. Doses have three digits, as a scenario would write them.

    Examples
    --------
    >>> find_dose(lambda dose: 50 * dose + 2 * dose**2, 100.0, 1.0, 0.0, 10.0, "dose")
    1.86
    """
    tried: dict[float, float] = {}
    guess = first
    for _ in range(TRIES):
        dose = float(f"{min(max(guess, low), high):.{DIGITS}g}")
        if dose in tried:
            break
        tried[dose] = cost(dose)
        if abs(tried[dose] - target) <= TOLERANCE * abs(target):
            return dose
        guess = secant(list(tried.items())[-2:], target)
    told = "; ".join(f"{dose:g} costs {won / 1e9:,.0f} bn won" for dose, won in tried.items())
    what = f"no dose found that costs {target / 1e9:,.0f} bn won: {told}"
    raise InputError([Problem(f"--vary {key}", what, "vary another parameter, or more seeds")])


def secant(tried: Sequence[tuple[float, float]], target: float) -> float:
    """Return where the line through two points, or through one and the origin, reaches the target.

    >>> secant([(2.0, 10.0)], 20.0), secant([(2.0, 10.0), (3.0, 14.0)], 20.0)
    (4.0, 4.5)
    """
    (dose, won), (least, less) = tried[-1], tried[0] if len(tried) > 1 else (0.0, 0.0)
    return dose if won == less else dose + (target - won) * (dose - least) / (won - less)
