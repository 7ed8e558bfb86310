"""Who gained, as tables of plain text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.effects import Effect
from sim.experiments.incidence import ALL
from sim.experiments.intervals import mark
from sim.experiments.placebo import PLACEBO
from sim.experiments.tables import grid, half_width, number, paragraph, power_of

NAMES = {"size_class": "size class"}
MILLION = 1e6
LONG = 22  # letters of a group's name


def page(effect: Effect, arm: str, by: Sequence[str], titles: Mapping[str, str]) -> str:
    """Return who gained in a scenario: by attributes, by part, and how coherent the firms are."""
    if not any(name == arm for name, _ in effect.pairs):
        return paragraph(f"{titles[arm]}: no pair of runs in which firms could be followed")
    gains = [table(effect, arm, one) for one in dict.fromkeys((*by, "part"))]
    title = paragraph(f"Who gained: {titles[arm]}")
    return "\n\n".join([title, *gains, coherence(effect, arm), notes(effect, arm)])


def rows_of_arm(table: pd.DataFrame, arm: str) -> dict[Any, dict[Any, Any]]:
    """Return the rows of one scenario."""
    rows: dict[Any, dict[Any, Any]] = table.loc[[arm]].droplevel("scenario").to_dict("index")
    return rows


def table(effect: Effect, arm: str, by: str) -> str:
    """Return gains by one attribute: won, and how many firms win or lose."""
    return grid(*gain_rows(effect, arm, by), left=(0,))


def gain_rows(effect: Effect, arm: str, by: str) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the table of gains by one attribute."""
    gains, firms = (rows_of_arm(one(by), arm) for one in (effect.incidence, effect.winners))
    word, power = power_of(*(row["gain"] for row in gains.values()))
    head = [NAMES.get(by, by), "firms", f"gain, {word.strip() or 'KRW'}  ", "± 95 %", "gain %", "got", "paid"]
    head += ["win %", "lose %", "median, m"]
    return head, [gain_cells(str(group), row, firms.get(group, {}), power) for group, row in gains.items()]


def gain_cells(group: str, row: Mapping[str, float], firms: Mapping[str, float], power: float) -> list[str]:
    """Write the gain of a group of firms, and how many of them win or lose."""
    clear = row["low"] > 0 or row["high"] < 0
    share = 100 * row["gain"] / row["baseline"] if row["baseline"] > 0 else np.nan
    return [
        group if len(group) <= LONG else f"{group[: LONG - 1]}…",
        number(row["firms"]),
        f"{number(row['gain'] / power, 3)} {mark(row['gain'], clear, row['floor'])}",
        half_width(row["low"], row["high"], power),
        percent(share),
        number(row["received"] / power, 3),
        number(row["paid"] / power, 3),
        *(percent(100 * firms.get(name, np.nan)) for name in ("winners", "losers")),
        number(firms.get("median_gain", np.nan) / MILLION, 3),
    ]


def percent(value: float) -> str:
    """Write a percentage with two digits.

    Examples
    --------
    >>> percent(0.456), percent(99.7), percent(-0.0)
    ('0.46', '100', '0')
    """
    return f"{value:.0f}" if abs(value) >= 10 else number(value, 2)


def coherence(effect: Effect, arm: str) -> str:
    """Return the part of firms that sell the same in both runs, year by year."""
    years = rows_of_arm(effect.coherence(), arm)
    head = ["% of firms whose sales are", *map(str, years)]
    words = {"equal": "equal", "close": "within 1 %"}
    shown = [[said, *(percent(100 * row[name]) for row in years.values())] for name, said in words.items()]
    return grid(head, shown, left=(0,))


def notes(effect: Effect, arm: str) -> str:
    """Say what the tables mean."""
    whole = rows_of_arm(effect.incidence("part"), arm)[ALL]
    entered, left = (number(whole[name]) for name in ("entered", "left"))
    placebo = ""
    if effect.placebo:
        luck = rows_of_arm(effect.winners("part"), PLACEBO)[ALL]
        placebo = (
            " ~ not above the placebo floor, the mean distance that one won to a random firm makes: with "
            f"that alone {percent(100 * luck['winners'])} % win and {percent(100 * luck['losers'])} % lose."
        )
    return paragraph(
        "Gain: value added, and receipts less payments under policies (got, paid), KRW a month, less the "
        "baseline's. Groups are those at the beginning of the month in which the scenarios part "
        f"({effect.since or 'the first'}). Means of {whole['n']:.0f} pairs; * the 95 % interval leaves out "
        "0; each table adds up to all. Win, lose: firms that gain or lose more than 1 % of their own; "
        "median: gain of the middle firm, m KRW a month, simulated. Treated: a policy moved the firm's "
        "money or changed a value of it; the others by their way to such a firm. On average "
        f"{entered} firms are only in the scenario, {left} only in the baseline.{placebo}"
    )


def record(effect: Effect, by: Sequence[str]) -> dict[str, Any]:
    """Return who gained as a JSON object: amounts in KRW/month of Korea, medians of a simulated firm."""
    if not effect.pairs:
        return {}
    asked = list(dict.fromkeys((*by, "part")))
    return {
        "incidence": {one: rows_of(effect.incidence(one), one) for one in asked},
        "winners": {one: rows_of(effect.winners(one), one) for one in asked},
        "coherence": rows_of(effect.coherence(), "year"),
    }


def rows_of(table: Any, key: str) -> list[dict[str, Any]]:
    """Return a table as rows that name scenario and group."""
    named = table.reset_index(names=["scenario", key])
    rows: list[dict[str, Any]] = named.to_dict("records")
    return rows
