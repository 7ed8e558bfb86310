"""The table of levers: what each acts on, who pays and receives, and what its default dose does.

A lever is a policy with a scenario of its own, ``scenarios/levers/<policy>.toml``. Its control is the
scenario which that file extends: mostly the baseline, but a lever that answers to an event has a control
with the same event. The effects take some hundred runs; they are stored with the hash of each scenario and
of the model, and the table says where they are out of date and how to renew them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import failures, tables
from sim.experiments.compare import compare
from sim.experiments.disk import check_writable, replacing, storage
from sim.experiments.effects import Effect
from sim.experiments.intervals import mark
from sim.experiments.manifest import fingerprint
from sim.experiments.run import Tell, silent
from sim.policies import available, load
from sim.policies.base import Policy
from sim.policies.voluntary import Voluntary
from sim.scenario import Scenario
from sim.scenario.files import PACKAGE, extended, shipped

HEADLINE = ("real_gdp", "sme_value_added_share", "operating_margin_sme", "fiscal_cost", "private_cost")
LANDED = (
    *(f"income_{tier}" for tier in ("tier0", "tier1", "tier2", "tier3", "outside")),
    "policy_receipts_households",
)
METRICS = HEADLINE + LANDED
PREFIX = "levers/"
START = "2018-01"  # when the levers' scenarios begin
RENEW = "To run them again: winwin levers --renew"
UNSTORED = "what was stored before is still there; make room, then run the levers again"
STORED = PACKAGE.parent / "results" / "levers.csv"


@dataclass(frozen=True)
class Lever:
    """A policy with its scenario and the name of the scenario with which it is compared."""

    name: str
    scenario: Scenario
    control: str

    @property
    def policy(self) -> Any:
        """The policy's class."""
        return load(self.name)

    def doses(self) -> list[tuple[str, Any, str, str]]:
        """Name, value in the scenario, unit and source of every parameter of its own."""
        return doses(self.policy, self.scenario.resolved["policy"][self.name])


def doses(policy: type[Policy], table: Mapping[str, Any]) -> list[tuple[str, Any, str, str]]:
    """Name, value, unit and source of every parameter of a policy's own, with its table in a scenario.

    Of what all voluntary policies share only the part that takes part is shown, unless firms choose.
    """
    shared = {row["name"] for row in Voluntary.describe()} - {"take_up", "voluntary"}
    hidden = shared if issubclass(policy, Voluntary) and not table.get("voluntary") else set()
    return [
        (row["name"], table.get(row["name"], row["default"]), row["unit"], row["source"])
        for row in policy.describe()
        if row["name"] not in hidden
    ]


def levers() -> list[Lever]:
    """Return all policies that have a scenario of their own, by name."""
    files = shipped()
    return [
        Lever(name, Scenario.load(files[PREFIX + name]), control_of(files[PREFIX + name]))
        for name in available()
        if PREFIX + name in files
    ]


def control_of(file: Path) -> str:
    """Return the name of the shipped scenario that a lever's file extends."""
    base = extended(file)
    (name,) = (name for name, other in shipped().items() if base is not None and other.samefile(base))
    return name


def controls(every: list[Lever]) -> list[str]:
    """Return the controls of some levers, each once."""
    return list(dict.fromkeys(lever.control for lever in every))


def renew(
    seeds: int, firms: int, jobs: int, file: Path = STORED, tell: Tell = silent, months: int | None = None
) -> pd.DataFrame:
    """Run every lever against its control, and a placebo on each control; store the effects, return them.

    Parameters
    ----------
    seeds, firms, jobs
        Pairs of runs, firms at the start, processes at work.
    file
        Where to store; it appears complete or stays as it was.
    tell
        Called with a number of months whenever they have been simulated.
    months
        Length of the runs; that of the controls by default.
    """
    check_writable(file.parent, str(file), "make the folder writable, then run the levers again")
    own = {"economy.firms": firms} | ({"run.months": months} if months else {})
    change = [part for pair in own.items() for part in pair]
    every, found = levers(), []
    for control in controls(every):
        base = Scenario.load(control).replacing(*change)
        mine = [lever for lever in every if lever.control == control]
        arms = [lever.scenario.replacing(*change).named(lever.name) for lever in mine]
        effect = compare(base, *arms, seeds=seeds, jobs=jobs, tell=tell, placebo=True)
        failures.refuse_by_name(effect.failures, "levers", "nothing was stored")
        hashes = {lever.name: lever.scenario.hash for lever in mine}
        found.append(effects(effect, hashes).assign(control=control))
    table = pd.concat(found, ignore_index=True)
    table["firms"], table["model"] = firms, fingerprint()
    with storage(file.parent, UNSTORED), replacing(file) as aside:
        table.to_csv(aside, index=False)
    return table


def effects(effect: Effect, hashes: dict[str, str]) -> pd.DataFrame:
    """Return one row a lever and metric, with the placebo floor of the metric."""
    rows = effect.table().loc[(slice(None), list(METRICS)), :].reset_index()
    floor = {metric: effect.floor(metric) for metric in METRICS}
    rows["floor"] = rows["metric"].map(floor)
    rows["hash"] = rows["scenario"].map(hashes)
    return rows.rename(columns={"scenario": "lever"})


def stored(file: Path = STORED) -> pd.DataFrame | None:
    """Return the stored effects, or None when there are none."""
    return pd.read_csv(file) if file.is_file() else None


def page(table: pd.DataFrame | None) -> str:
    """Return the table of levers as text."""
    every = levers()
    parts = [entry(lever) for lever in every]
    if table is None:
        return "\n\n".join([*parts, f"No effects are stored.\n{RENEW}"])
    return "\n\n".join([*parts, effects_page(every, table)])


def record(table: pd.DataFrame | None) -> dict[str, Any]:
    """Return the table of levers as a JSON object."""
    rows = [] if table is None else table.to_dict("records")
    return {
        "levers": [
            {
                "name": lever.name,
                "title": lever.policy.title,
                "korean": lever.policy.korean,
                "acts_on": lever.policy.acts_on,
                "paid_by": lever.policy.paid_by,
                "received_by": lever.policy.received_by,
                "scenario": PREFIX + lever.name,
                "control": lever.control,
                "parameters": [
                    dict(zip(("name", "value", "unit", "source"), dose, strict=True))
                    for dose in lever.doses()
                ],
                "effects": [row for row in rows if row["lever"] == lever.name],
            }
            for lever in levers()
        ]
    }


def entry(lever: Lever) -> str:
    """Return what a lever is, line by line."""
    policy = lever.policy
    lines = [
        f"{lever.name}  {policy.title} ({policy.korean})",
        f"  acts on      {policy.acts_on}",
        f"  paid by      {policy.paid_by}",
        f"  received by  {policy.received_by}",
        f"  scenario     {PREFIX}{lever.name}, compared with {lever.control}",
    ]
    for name, value, unit, source in lever.doses():
        lines.append(f"  {name} = {tables.value(value)} [{unit}]  {source}")
    return "\n".join(lines)


def effects_page(every: list[Lever], table: pd.DataFrame) -> str:
    """Return the effects of all levers, where they landed by tier, and how they were made."""
    grids = [effects_grid(every, table, names) for names in (HEADLINE, LANDED)]
    made = set(zip(table["lever"], table["control"], table["hash"], strict=True))
    old = [lever.name for lever in every if (lever.name, lever.control, lever.scenario.hash) not in made]
    note = (
        "Paired differences from the scenario compared with, ± half the 95 % interval, averages since "
        f"{START}; {table['n'].max()} seeds, {table['firms'].iloc[0]:,} firms. * the interval leaves out 0; "
        "~ not above the placebo floor, the mean distance that one won to a random firm makes."
    )
    if old or table["model"].iloc[0] != fingerprint():
        note += f" Changed since, or never run: {', '.join(old)}." if old else " The model has changed since."
        return "\n\n".join([*grids, f"{tables.paragraph(note)}\n{RENEW}"])
    return "\n\n".join([*grids, tables.paragraph(note)])


def effects_grid(every: list[Lever], table: pd.DataFrame, names: Sequence[str]) -> str:
    """Return the effects of all levers on some metrics."""
    power = {name: unit_of(table, name) for name in names}
    head = ["lever", *(f"{name}, {power[name][0]}" for name in names)]
    rows = []
    for lever in every:
        mine = table[table["lever"] == lever.name].set_index("metric")
        rows.append([lever.name, *(marked(mine, name, power[name][1]) for name in names)])
    return tables.grid(head, rows)


def unit_of(table: pd.DataFrame, metric: str) -> tuple[str, float]:
    """Return the unit in which a metric's differences are shown, and what to divide them by."""
    return tables.readable(metric, *table.loc[table["metric"] == metric, "difference"])


def marked(mine: pd.DataFrame, metric: str, power: float) -> str:
    """Write a difference with its interval and marks."""
    if metric not in mine.index:
        return "-"
    row: dict[Any, Any] = mine[["difference", "low", "high", "floor"]].to_dict("index")[metric]
    difference, low, high = row["difference"], row["low"], row["high"]
    sign = mark(difference, low > 0 or high < 0, row["floor"])
    return f"{tables.number(difference / power, 3)} ± {tables.half_width(low, high, power)} {sign}"
