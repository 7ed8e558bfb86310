"""The card: published figures beside simulated ones, what each was used for, and whether it passes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.experiments.tables import grid, number, paragraph
from sim.population.published import FITTED, published
from sim.reproduce.hindcast import GROUP as HINDCAST
from sim.reproduce.rules import passes
from sim.reproduce.structure import CLASSES, PREFIX

Interval = tuple[float, float, float]
Row = dict[str, Any]
FEW = 20  # networks below which an interval says little
TRICKLE = ("first_year", "second_year")
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {  # title, and names of measures, in order
    "opening": ("The economy at month zero", ()),
    "running": ("The running economy, mean of years 3 to 8 of the baseline", ()),
    "demography": (
        "Firms and links come and go; growth of firms",
        (
            "entry_rate", "exit_rate", "survival_1", "survival_5", "customer_link_survival",
            "supplier_link_survival", "growth_shape", "size_variance", "granularity",
            "growth_on_sales_to_large",
        ),
    ),
    "pass_through": (
        "Dearer materials, paired runs",
        (
            "supply_cost_rise", "material_price_rise",
            *(f"pass_through_{part}" for part in ("none", "partly", "fully", "among_partly", "mean")),
            *(f"pass_through_{part}_of_contracts" for part in ("none", "partly", "fully", "among_partly")),
            *(f"pass_through_{part}_linked" for part in ("none", "partly", "fully", "among_partly", "mean")),
            "own_cost_small", "own_cost_large", "main_raw_material", "linkage_signed", "linkage_coverage",
        ),
    ),
    "levers": (
        "What support does to those who get it, paired runs",
        (
            "sharing_supplier_part", "smart_productivity", "smart_productivity_tiny", "smart_sales",
            "smart_jobs", "smart_any_sales_gain", "smart_any_jobs_gain", "payroll_per_accelerated_won",
            "faster_payment_failures", "loans_productivity", "loans_survival", "screening_sales",
            "screening_jobs", "screening_low_pay",
        ),
    ),
    "spillover": (
        "Trickle-down by tier: paired truth, and what a panel regression would say",
        (
            *(
                f"elasticity_of_{what}_{tier}_{year}"
                for what, year in (("value_added", TRICKLE[0]), ("sales", TRICKLE[1]))
                for tier in ("tier_1", "tier_2", "tier_3", "outside")
            ),
            *(f"panel_{what}_tier_{tier}" for tier in (1, 2, 3) for what in ("elasticity", "slope", "error")),
        ),
    ),
}  # fmt: skip
MISLED = (
    "Why they differ: year effects take out what reaches all firms of a tier alike; a supplier and its "
    "customers sell to the same final users, whose orders the regression takes for trickle-down; exposures "
    "of lower tiers are so small that their slopes are luck."
)
COLUMNS = (
    "group", "name", "published", "year", "unit", "row", "confidence", "source", "simulated", "low", "high",
    "error", "networks_part", "fitted", "rule", "passed", "meaning", "note",
)  # fmt: skip


def rows(found: Mapping[str, Interval], networks: Mapping[str, float]) -> list[Row]:
    """Return the rows of the card.

    Parameters
    ----------
    found
        Median and 90 % interval of each measure over networks.
    networks
        Part of the variance of a measure that is the network's.
    """
    table = published()
    card = []
    for group, (_, names) in GROUPS.items():
        for name in names or of_moments(group, table, found):
            bare = name.removeprefix(PREFIX)
            known = table[(table["moment"] == bare) | ((table["name"] == bare) & (table["moment"] == ""))]
            if name not in found and bool(known["value"].isna().all()):
                continue
            interval = found.get(name, (math.nan, math.nan, math.nan))
            for figure in known.to_dict("records"):
                card.append(row(group, name, figure, interval, networks.get(name, math.nan)))
    return card


def of_moments(group: str, table: pd.DataFrame, found: Mapping[str, Interval]) -> list[str]:
    """Return moments with a published figure: of month zero, or those that the running economy has too."""
    moments = table[(table["moment"] != "") & (table["rule"] != "")]
    own = moments["moment"] == moments["name"]
    names = pd.concat([moments[own], moments[~own]])["moment"].tolist()
    if group == "opening":
        return names
    running = [PREFIX + name for name in names if PREFIX + name in found]
    return [*running, *(f"profit_share_{size}" for size in CLASSES), "group_sales_over_gdp"]


def of_history(rows: Sequence[Row]) -> list[Row]:
    """Return rows of the hindcast in the form of the others."""
    found = []
    for one in rows:
        value = math.nan if one["published"] is None else float(one["published"])
        mine: Row = dict.fromkeys(COLUMNS, "") | one
        mine |= {"published": value, "error": one["simulated"] - value, "networks_part": math.nan}
        mine["row"] = None if pd.isna(one["row"]) else int(one["row"])
        found.append(mine)
    return found


def row(group: str, name: str, figure: Mapping[Any, Any], interval: Interval, part: float) -> Row:
    """Return a published figure with what was simulated."""
    value = float(figure["value"])
    simulated, low, high = interval
    return {
        "group": group,
        "name": name,
        "published": value,
        "year": None if pd.isna(figure["year"]) else int(figure["year"]),
        "unit": figure["unit"],
        "row": None if pd.isna(figure["row"]) else int(figure["row"]),
        "confidence": figure["confidence"],
        "source": figure["source"],
        "simulated": simulated,
        "low": low,
        "high": high,
        "error": simulated - value,
        "networks_part": part,
        "fitted": figure["use"] == FITTED,
        "rule": figure["rule"],
        "passed": passes(figure["rule"], value, simulated, low, high),
        "meaning": figure["meaning"],
        "note": figure["note"],
    }


def counts(card: Sequence[Row]) -> dict[str, int]:
    """Return how many rows passed and missed, fitted and not apart, and how many have nothing to pass."""
    found = {}
    for fitted, word in ((False, "not_fitted"), (True, "fitted")):
        for passed, end in ((True, "passed"), (False, "missed")):
            mine = [row for row in card if row["fitted"] == fitted and row["passed"] is passed]
            found[f"{word}_{end}"] = len(mine)
    return found | {"shown_only": sum(row["passed"] is None for row in card)}


def record(card: Sequence[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card as a JSON object: ``rows`` that pass or miss, and what is only ``shown``."""
    judged, shown = ([row for row in card if (row["passed"] is None) == only] for only in (False, True))
    return {**about, "counts": counts(card), "rows": judged, "shown": shown}


# --- pages -----------------------------------------------------------------------------------------

HEAD = ("figure", "published", "year", "simulated", "90 % interval", "unit", "off", "rule", "", "fit", "row")


def page(card: Sequence[Row], about: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return the card for a terminal of 140 columns."""
    parts = [paragraph(told(about)), ""]
    for group, title in titles.items():
        mine = [row for row in card if row["group"] == group]
        if mine:
            parts += [title, grid(HEAD, [cells(row) for row in mine], left=(0, 5, 7, 8, 9)), ""]
            parts += [*misses(mine), *map(paragraph, reading(mine)), ""]
    return "\n".join([*parts, paragraph(summary(card))])


def cells(row: Row) -> list[str]:
    """Return the cells of a row."""
    known = row["published"] == row["published"]
    mark = {True: "pass", False: "MISS", None: ""}[row["passed"]]
    return [
        row["name"],
        sign(row) if known else "-",
        str(row["year"] or ""),
        number(row["simulated"], 3),
        f"{number(row['low'], 3)} to {number(row['high'], 3)}",
        "" if row["unit"] == "1" else row["unit"],
        f"{row['error']:+.3g}" if known and row["unit"] != "sign" and row["error"] == row["error"] else "",
        row["rule"],
        mark,
        "fitted" if row["fitted"] else "",
        str(row["row"] or ""),
    ]


def sign(row: Row) -> str:
    """Write a published number; of one that is a sign only, the sign."""
    return ("+" if row["published"] > 0 else "-") if row["unit"] == "sign" else number(row["published"])


def misses(card: Sequence[Row]) -> list[str]:
    """Return what is believed of each miss; of figures by year with the years."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in card:
        if row["passed"] is False:
            year = [str(row["year"])] if row["group"] == HINDCAST else []
            found.setdefault((row["name"], row["note"]), []).extend(year)
    return [
        paragraph(f"MISS {' '.join([name, ', '.join(years)]).strip()}: {note or 'the reason is not known'}")
        for (name, note), years in found.items()
    ]


def reading(card: Sequence[Row]) -> list[str]:
    """Say how far the panel regression is from the paired truth, and forecasts from what came."""
    at = {row["name"]: row for row in card}
    lines = []
    for tier in (1, 2, 3):
        truth = at.get(f"elasticity_of_sales_tier_{tier}_{TRICKLE[1]}")
        guess, slope, error = (
            at.get(f"panel_{what}_tier_{tier}") for what in ("elasticity", "slope", "error")
        )
        if truth and guess and slope and error:
            claimed = 1.64 * error["simulated"] * abs(guess["simulated"] / slope["simulated"])
            lines.append(
                f"Tier {tier}: the regression says {number(guess['simulated'], 2)}, give or take "
                f"{number(claimed, 2)} by its own standard error; the paired runs say "
                f"{number(truth['simulated'], 2)}, and over networks {number(truth['low'], 2)} to "
                f"{number(truth['high'], 2)}."
            )
    return [*lines, MISLED] if lines else against_lines(card)


def against_lines(card: Sequence[Row]) -> list[str]:
    """Say how far forecasts are from what came, beside lines that need no model."""
    lines = []
    for row in card:
        ahead = [row.get(name) for name in ("linear", "exponential")]
        if None not in ahead and "" not in ahead and row["published"] == row["published"]:
            said = (number(float(value)) for value in (row["published"], row["simulated"], *ahead))
            came, model, straight, growing = said
            lines.append(
                f"{row['name']} {row['year']}: {came} came; the model says {model}, a straight line through "
                f"the years up to 2020 {straight}, an exponential one {growing}."
            )
    return lines


def told(about: Mapping[str, Any]) -> str:
    """Say what the card was made from, and when it should not be quoted."""
    few = min(about["seeds"], about["pair_seeds"]) < FEW
    parts = [
        f"Published figures and what the model makes of them: median and 90 % interval over {about['seeds']} "
        f"networks of {about['firms']:,} firms ({about['pair_seeds']} of {about['pair_firms']:,} in paired "
        "runs); every network has firms, contracts and events of its own.",
        f"{about['failed']} runs failed and are missing: do not quote this." if about["failed"] else "",
        f"Fewer than {FEW} networks: do not quote this." if few else "",
    ]
    return " ".join(part for part in parts if part)


def summary(card: Sequence[Row]) -> str:
    """Say how many figures pass, those that were fitted apart."""
    many = counts(card)
    return (
        f"Not used for fitting: {many['not_fitted_passed']} pass, {many['not_fitted_missed']} miss. Fitted: "
        f"{many['fitted_passed']} pass, {many['fitted_missed']} miss; that a fitted figure passes is no "
        f"evidence. {many['shown_only']} have no published counterpart and nothing to pass.{by_network(card)}"
    )


def by_network(card: Sequence[Row]) -> str:
    """Say how much of the spread is the network's, where that was measured."""
    parts = sorted(row["networks_part"] for row in card if row["networks_part"] == row["networks_part"])
    if not parts:
        return ""
    middle = 100 * parts[len(parts) // 2]
    return f" Of the variance over seeds the network makes {middle:.0f} % (median measure), events the rest."


def markdown(card: Sequence[Row], about: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return the card with meanings and sources, for a file."""
    lines = ["# Published figures and what the model makes of them", "", told(about), "", summary(card)]
    for group, title in titles.items():
        mine = [row for row in card if row["group"] == group]
        if mine:
            lines += ["", f"## {title}", "", *reading(mine), "", "| " + " | ".join((*HEAD, "meaning")) + " |"]
            lines.append("|" + "---|" * (len(HEAD) + 1))
            for row in mine:
                note = f" *{row['note']}*" if row["note"] and row["passed"] is False else ""
                source = f" ({row['source']})" if row["source"] else ""
                lines.append("| " + " | ".join((*cells(row), f"{row['meaning']}{source}{note}")) + " |")
    return "\n".join(lines) + "\n"
