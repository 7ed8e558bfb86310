"""Running a small Korea with and without policies, and comparing two economies to the bit."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.doses import Dose
from sim import metrics
from sim.core.draws import Draws
from sim.core.months import parse_month
from sim.economy.kinds import NOBODY
from sim.economy.network import Network
from sim.model import Ecosystem
from sim.population.build import Opening, open_structure
from sim.population.structure import Structure, build_structure
from sim.scenario import Scenario

APRIL = 3
TAKING_PART = ["memberships", "win_win_drawers", "fund_contributors"]
TABLES = ("firms", "groups", "links", "sectors", "households", "banks")
# Where a closed firm's capital is sold, the odd won goes to another buyer when rows are in another order, and
# with it a few billionths of capital: here nobody gives up, so that orders of rows agree more closely.
CALM = {"closure_rate": 0.0, "closure_by_losses": 0.0}
NOBODYS = {"group": [1_000_000]}  # a business group that no economy has


def scenario(policies: dict[str, dict[str, Any]] | None = None, firms: int = 300) -> Scenario:
    """Return the baseline with few firms and with policies."""
    return Scenario.from_dict(
        {
            "extends": "baseline",
            "economy": {"firms": firms},
            "lifecycle": CALM,
            "policy": dict(policies or {}),
        }
    )


@cache
def _opening(firms: int, seed: int, relabel: int) -> Opening:
    plain, draws = scenario(firms=firms), Draws(seed)
    structure = build_structure(plain.economy, draws)
    if relabel:
        order = np.random.default_rng(relabel).permutation(structure.firms.rows)
        structure = relabelled(structure, order)
    return open_structure(structure, plain.parameters, draws, parse_month(plain.run.start))


def relabelled(structure: Structure, order: NDArray[np.intp]) -> Structure:
    """Return the same economy with firms in other rows; each keeps its uid, partners and sales.

    ``order`` holds, for each new row, the row its firm had.
    """
    structure = copy.deepcopy(structure)
    firms, groups, links = structure.firms, structure.groups, structure.links
    row = np.empty_like(order)
    row[order] = np.arange(order.size)
    rows = {"firms": order}
    for table, column in ((groups, "buyer"), (groups, "candidates"), (links, "buyer"), (links, "supplier")):
        old = getattr(table, column)
        setattr(table, column, np.where(old >= 0, row[np.maximum(old, 0)], NOBODY))
    rows["groups"] = np.argsort(groups.buyer, kind="stable")
    group = np.empty_like(rows["groups"])
    group[rows["groups"]] = np.arange(group.size)
    links.group = group[links.group]
    rows["links"] = np.argsort(links.group, kind="stable")
    for table, moved in ((firms, "firms"), (groups, "groups"), (links, "links")):
        for column in table.arrays.values():
            column[...] = column[..., rows[moved]]
    for name in ("target_sales", "home_sales", "export_sales"):
        setattr(structure, name, getattr(structure, name)[order])
    structure.network = Network(groups, links, firms.rows)
    return structure


def economy(
    policies: dict[str, dict[str, Any]] | None = None, firms: int = 300, seed: int = 1, relabel: int = 0
) -> Ecosystem:
    """Return a small Korea in its first month; ``relabel`` is the key of another order of its firms."""
    opening = copy.deepcopy(_opening(firms, seed, relabel))
    return Ecosystem(scenario(policies, firms), seed=seed, opening=opening)


def months(model: Ecosystem, number: int, dose: Dose | None = None) -> Iterator[int]:
    """Live month by month, with the yearly shock of a dose."""
    for month in range(number):
        if dose and month % 12 == APRIL:
            dose.yearly(model)
        model.step()
        yield month


def lived(model: Ecosystem, number: int, dose: Dose | None = None) -> Ecosystem:
    """Return a model after some months."""
    for _ in months(model, number, dose):
        pass
    return model


@cache
def untreated(number: int, dose: Dose) -> Ecosystem:
    """Return the economy without policy after some months; look, do not touch."""
    return lived(economy(), number, dose)


def state(model: Ecosystem) -> dict[str, Any]:
    """Return everything an economy consists of: columns, balances, instruments, metrics."""
    ledger, runoff = model.ledger, model.runoff
    found = {
        f"{table}.{name}": column for table in TABLES for name, column in getattr(model, table).arrays.items()
    }
    found |= {f"run-off {name}": value for name, value in vars(runoff).items()}
    found |= {name: value for name, value in vars(model).items() if isinstance(value, np.ndarray)}
    found |= {
        "balances": ledger.balance,
        "bonds": np.array([ledger.bonds, ledger.central_bank_bonds]),
        "trade credit": np.array([ledger.trade_credit]),
        "wage index": np.array([model.wage_index, model.productivity_growth]),
        "events": np.array([f"{name} {count}" for name, count in sorted(model.events.items())]),
        # Firms may take part in a policy that does nothing.
        "metrics": model.metrics_frame().drop(columns=TAKING_PART).to_numpy(),
    }
    return found


def differences(one: Ecosystem, other: Ecosystem) -> list[str]:
    """Name everything in which two economies differ by as much as a bit."""
    first, second = state(one), state(other)
    assert first.keys() == second.keys()
    assert len(first) > 100
    assert first["metrics"].shape == (one.month - one.start, len(metrics.available()) - len(TAKING_PART))
    return [name for name, value in first.items() if value.tobytes() != second[name].tobytes()]
