"""Who gained: paired runs compared firm by firm, summed by tier, size, kind, sector, region and part.

The gain of a firm is its value added after transfers in a scenario less that in the baseline. Parts say how
the policies came near a firm: they reached it; it supplies firms they reached, or buys from them, over so
many contracts of the network when the scenarios parted; it sells in the sector of one they reached; none of
these. Every firm is in one part, so the parts add up to the total, to the won.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.following import AMOUNTS, ATTRIBUTES, Followed
from sim.experiments.intervals import interval

TREATED, FARTHEST, SAME_SECTOR, REST = 0, 3, 7, 8
PARTS = (
    "treated",
    "suppliers, 1 step",
    "suppliers, 2 steps",
    "suppliers, 3+ steps",
    "buyers, 1 step",
    "buyers, 2 steps",
    "buyers, 3+ steps",
    "same sector",
    "rest",
)
BY = (*ATTRIBUTES, "part")
ALL = "all"
LAST = np.iinfo(np.int64).max  # code of all together: they stand below the groups
SAME = 0.01  # of its own income: a smaller gain leaves a firm unchanged, smaller sales leave it coherent
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two runs of one seed, compared firm by firm and summed.

    Attributes
    ----------
    groups
        By each of `BY`, a row a group and one for all: whole numbers of firms, simulated won of
        ``baseline`` and ``gain``, differences of `AMOUNTS`, the code of the group, and the median gain
        of a firm.
    coherence
        By year, the part of firms whose sales are ``equal``, and ``close``: within 1 %.
    factor
        Korea's won a month for a simulated won of the whole time.
    months
        Over how many months.
    """

    groups: dict[str, pd.DataFrame]
    coherence: pd.DataFrame
    factor: float
    months: int


def pair(baseline: Followed, arm: Followed, policies: Iterable[str]) -> Pair:
    """Compare two runs firm by firm.

    Parameters
    ----------
    baseline, arm
        What was followed in each.
    policies
        Names of the policies that not both have: what they reached in either run is treated.
    """
    uid = np.union1d(baseline.uid, arm.uid)
    here, there = placed(baseline, uid), placed(arm, uid)
    names = set(policies)
    treated = reached(baseline, here, names, uid.size) | reached(arm, there, names, uid.size)
    attributes = {name: attribute(name, baseline, here, arm, there, uid.size) for name in ATTRIBUTES}
    attributes["part"] = parts(treated, attributes["sector"], *ends(baseline, uid))
    amounts = {
        name: (spread(baseline.amounts[name], here, uid.size), spread(arm.amounts[name], there, uid.size))
        for name in AMOUNTS
    }
    firms = by_firm(amounts, np.isin(uid, baseline.uid), np.isin(uid, arm.uid))
    known = {**arm.labels, **baseline.labels, "part": dict(enumerate(PARTS))}
    groups = {by: summed(firms, attributes[by], known.get(by, {})) for by in BY}
    months = baseline.months
    return Pair(groups, coherence(baseline, here, arm, there, uid.size), baseline.scale / months, months)


# --- one pair -------------------------------------------------------------------------------------------


def placed(run: Followed, uid: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the place of each firm of a run among the firms of both."""
    return np.searchsorted(uid, run.uid)


def spread(values: NDArray[Any], places: NDArray[np.intp], size: int) -> NDArray[Any]:
    """Put values of a run where its firms stand among those of both; zero for firms it does not have."""
    wide = np.zeros(size, dtype=values.dtype)
    wide[places] = values
    return wide


def attribute(
    name: str, baseline: Followed, here: NDArray[np.intp], arm: Followed, there: NDArray[np.intp], size: int
) -> NDArray[Any]:
    """Return an attribute of all firms, the baseline's where both have one."""
    values = spread(arm.attributes[name], there, size)
    values[here] = baseline.attributes[name]
    return values


def reached(run: Followed, places: NDArray[np.intp], policies: set[str], size: int) -> Mask:
    """Return which firms some policies reached in a run."""
    mask = np.zeros(size, dtype=bool)
    for name in policies & set(run.reached):
        mask |= spread(run.reached[name], places, size)
    return mask


def ends(run: Followed, uid: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of supplier and buyer of each contract."""
    return np.searchsorted(uid, run.supplier), np.searchsorted(uid, run.buyer)


def parts(
    treated: Mask, sector: NDArray[Any], supplier: NDArray[np.intp], buyer: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the place in `PARTS` of each firm.

    A firm that both supplies treated firms and buys from some belongs where the way is shorter, to
    suppliers where both are equally long.
    """
    up = distance(treated, buyer, supplier)
    down = distance(treated, supplier, buyer)
    near = np.minimum(up, down)
    in_sector = np.isin(sector, sector[treated])
    part = np.where(in_sector, SAME_SECTOR, REST)
    part = np.where(near <= FARTHEST, np.where(up <= down, near, near + FARTHEST), part)
    return np.where(treated, TREATED, part)


def distance(start: Mask, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return contracts between each firm and the nearest of some, going from first to second ends.

    From `FARTHEST` on they are not told apart; one more stands for no way.

    Examples
    --------
    >>> distance(np.array([True, False, False, False]), np.array([0, 1]), np.array([1, 2]))
    array([0, 1, 2, 4])
    """
    steps = np.where(start, 0, FARTHEST + 1)
    edge = start
    for step in range(1, start.size):
        new = np.zeros(start.size, dtype=bool)
        new[second[edge[first]]] = True
        edge = new & (steps > FARTHEST)
        if not edge.any():
            break
        steps[edge] = min(step, FARTHEST)
    return steps


def by_firm(amounts: dict[str, tuple[Any, Any]], before: Mask, after: Mask) -> pd.DataFrame:
    """Return a row a firm: its gain, what made it up, and what it counts as."""

    def income(run: int) -> Any:
        return amounts["value_added"][run] + amounts["received"][run] - amounts["paid"][run]

    both, level, gain = before & after, income(0), income(1) - income(0)
    same = np.abs(gain) <= SAME * np.abs(level)
    columns = {
        "firms": before | after,
        "entered": after & ~before,
        "left": before & ~after,
        "winners": both & ~same & (gain > 0),
        "losers": both & ~same & (gain < 0),
        "unchanged": both & same,
        "baseline": level,
        "gain": gain,
        **{name: new - old for name, (old, new) in amounts.items()},
        "median_gain": np.where(both, gain, np.nan),
    }
    return pd.DataFrame(columns)


def summed(firms: pd.DataFrame, codes: NDArray[Any], known: dict[int, str]) -> pd.DataFrame:
    """Sum firms by the code of an attribute, with all of them at the end."""
    whole, gain = firms.drop(columns="median_gain").astype(np.int64), firms["median_gain"]
    by_code = whole.groupby(codes).sum()
    found = by_code.index.tolist()
    by_code.index = pd.Index([known.get(code, str(code)) for code in found])
    table = pd.concat([by_code, whole.sum().to_frame(ALL).T])
    table["code"] = [*found, LAST]
    table["median_gain"] = [*gain.groupby(codes).median(), gain.median()]
    return table


def coherence(
    baseline: Followed, here: NDArray[np.intp], arm: Followed, there: NDArray[np.intp], size: int
) -> pd.DataFrame:
    """Return, by year, the part of firms with sales in either run whose sales are equal, or close."""
    rows: dict[Any, dict[str, float]] = {}
    for year in baseline.year_sales:
        old = spread(baseline.year_sales[year], here, size)
        new = spread(arm.year_sales[year], there, size)
        sells = (old != 0) | (new != 0)
        gap, level = np.abs(new - old)[sells], np.abs(old)[sells]
        rows[year] = (
            {"equal": np.mean(gap == 0), "close": np.mean(gap <= SAME * level)} if sells.any() else {}
        )
    return framed(rows)


# --- over seeds -----------------------------------------------------------------------------------------


def incidence(pairs: Sequence[Pair], by: str) -> pd.DataFrame:
    """Return gains by group in Korea's won a month: means over pairs, with the 95 % interval of the gain.

    A group that a pair does not have counts with zero there.
    """
    tables = aligned(pairs, by)
    factors = np.array([one.factor for one in pairs])
    rows: dict[Any, dict[str, float]] = {}
    for group in tables[0].index:
        values = pd.DataFrame([table.loc[group] for table in tables])
        won = values[["baseline", "gain", *AMOUNTS]].mul(factors, axis=0).to_numpy()
        means = dict(zip(["baseline", "gain", *AMOUNTS], won.mean(axis=0).tolist(), strict=True))
        _, low, high = interval(won[:, 1])
        level, gain = means.pop("baseline"), means.pop("gain")
        counts = {name: float(values[name].mean()) for name in ("firms", "entered", "left")}
        rows[group] = {**counts, "baseline": level, "gain": gain, "low": low, "high": high, **means}
        rows[group]["n"] = len(pairs)
    return framed(rows)


def floors(placebo: Sequence[Pair], by: str) -> dict[str, float]:
    """Return the mean distance, over pairs, that the placebo makes to the value of each group."""
    tables = aligned(placebo, by)
    won = [table["gain"].abs() * one.factor for table, one in zip(tables, placebo, strict=True)]
    return {str(group): float(value) for group, value in (sum(won[1:], won[0]) / len(won)).items()}


def winners(pairs: Sequence[Pair], by: str) -> pd.DataFrame:
    """Return parts of firms that gain, lose, or do neither by more than 1 %, of those in both runs."""
    tables = aligned(pairs, by)
    rows: dict[Any, dict[str, float]] = {}
    for group in tables[0].index:
        values = pd.DataFrame([table.loc[group] for table in tables])
        counted = values[["winners", "losers", "unchanged"]]
        total = counted.sum(axis=1)
        kept = (total > 0).to_numpy()
        if not kept.any():
            continue
        shares = counted[kept].div(total[kept], axis=0)
        _, low, high = interval(shares["winners"].to_numpy())
        median = (values["median_gain"] / [one.months for one in pairs])[kept].to_numpy()
        middle, least, most = interval(median)
        rows[group] = {
            "firms": float(total.mean()),
            **{str(name): float(value) for name, value in shares.mean().items()},
            "low": low,
            "high": high,
            "median_gain": middle,
            "median_low": least,
            "median_high": most,
            "n": int(kept.sum()),
        }
    return framed(rows)


def coherent(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Return, by year, the parts of firms whose sales are equal or close, with intervals over pairs."""
    rows: dict[Any, dict[str, float]] = {}
    for year in pairs[0].coherence.index:
        values = {
            name: np.array([one.coherence.at[year, name] for one in pairs]) for name in ("equal", "close")
        }
        rows[year] = {}
        for name, over_pairs in values.items():
            found = dict(zip((name, f"{name}_low", f"{name}_high"), interval(over_pairs), strict=True))
            rows[year].update(found)
    return framed(rows)


def aligned(pairs: Sequence[Pair], by: str) -> list[pd.DataFrame]:
    """Return the sums of all pairs with the same groups, in order, all firms last."""
    tables = [one.groups[by] for one in pairs]
    code = pd.concat([table["code"] for table in tables]).groupby(level=0).first()
    order = code.sort_values(kind="stable").index
    whole = dict.fromkeys(tables[0].columns.drop("median_gain"), 0)
    return [table.reindex(order).fillna(whole) for table in tables]


def framed(rows: dict[Any, dict[str, float]]) -> pd.DataFrame:
    """Return rows as a table."""
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows)))
