"""Results as tables of plain text, for a terminal of 80 columns or more, or for a file."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

import sim.metrics
from sim.core.months import MONTHS
from sim.experiments.compare import WHOLE, Effect, Span, in_span, interval
from sim.experiments.records import unit
from sim.experiments.run import Outcome
from sim.population.structure import Structure
from sim.scenario import Scenario

WIDE = 140  # columns of a page that is not shown in a terminal
ROOMY = 120  # from here on a table of moments says what each one means
BROAD = 100  # from here on a table of differences shows the last year too
POWERS = ((1e12, "trn "), (1e9, "bn "), (1e6, "m "))
TOLERANCE = 0.1  # a moment further from its target than this part of it is marked as missed


def width() -> int:
    """Return how many columns a page may have."""
    return shutil.get_terminal_size((WIDE, 24)).columns


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0, 1)) -> str:
    """Align columns below a head, to the right but for those named.

    Examples
    --------
    >>> print(grid(["metric", "unit", "level"], [["gdp", "KRW", "1.5"]]))
    metric  unit  level
    ───────────────────
    gdp     KRW     1.5
    """
    table = [list(head), *map(list, rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(size) if place in left else cell.rjust(size)
            for place, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join([lines[0], "─" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def paragraph(text: str) -> str:
    """Break a line of text so that it fits the page."""
    return textwrap.fill(text, min(width(), WIDE))


# --- numbers ---------------------------------------------------------------------------------------


def number(value: float, digits: int = 4) -> str:
    """Write a number with the digits that matter.

    Examples
    --------
    >>> number(0.123456), number(1234567.0), number(float("nan")), number(-0.0)
    ('0.1235', '1.235e+06', '-', '0')
    """
    return "-" if value != value else f"{value + 0.0:.{digits}g}"


def readable(name: str, *values: float) -> tuple[str, float]:
    """Return the unit in which values of a metric are shown, and what to divide them by.

    Examples
    --------
    >>> readable("gdp", 1.038e14, -2e9), readable("gini_of_value_added", 0.7)
    (('trn KRW/month', 1000000000000.0), ('ratio', 1.0))
    """
    plain = unit(name)
    if not plain.startswith("KRW"):
        return "ratio" if plain == "1" else plain, 1.0
    largest = max((abs(value) for value in values if value == value), default=0)
    word, power = next(((word, power) for power, word in POWERS if largest >= power), ("", 1.0))
    return word + plain, power


def headline(names: Sequence[str]) -> list[str]:
    """Return the headline metrics that were recorded, or all when none of them was."""
    return [name for name in sim.metrics.HEADLINE if name in names] or list(names)


def labels(scenarios: Sequence[Scenario]) -> dict[str, str]:
    """Return what to call each scenario: its title, and its name where others have the same title."""
    titles = [scenario.title for scenario in scenarios]
    return {
        one.name: one.title if titles.count(one.title) == 1 else f"{one.title} ({one.name})"
        for one in scenarios
    }


def period(months: Sequence[str]) -> str:
    """Name a stretch of months.

    Examples
    --------
    >>> period(["2016-01", "2016-02"]), period([f"2016-{month:02d}" for month in range(1, 13)])
    ('2016-01 to 2016-02', '2016')
    """
    whole = len(months) == MONTHS and months[0].endswith("-01")
    return months[0][:4] if whole else f"{months[0]} to {months[-1]}"


# --- runs and comparisons --------------------------------------------------------------------------


def levels(scenario: Scenario, outcomes: Sequence[Outcome], names: Mapping[str, str]) -> str:
    """Return the averages of the first and the last year, over all seeds that ended well."""
    frames = {done.seed: done.metrics for done in outcomes if done.metrics is not None}
    title = paragraph(names[scenario.name])
    if not frames:
        return f"{title}: no run ended well"
    first = next(iter(frames.values()))
    spans = [slice(-MONTHS, None)] if len(first) < 2 * MONTHS else [slice(MONTHS), slice(-MONTHS, None)]
    years = [pd.DataFrame([frame.iloc[span].mean() for frame in frames.values()]) for span in spans]
    many = len(frames) > 1
    rows = []
    for name in headline([str(name) for name in first]):
        means = [float(year[name].dropna().mean()) for year in years]
        shown, power = readable(name, *means)
        rows.append([name, shown, *(number(mean / power) for mean in means)])
        if many:
            rows[-1].append(half_width(*interval(years[-1][name].dropna().to_numpy())[1:], power))
    head = ["metric", "unit", *(period(list(map(str, first.index[span]))) for span in spans)]
    whom = f"means of {len(frames)} seeds; ± 95 % over seeds" if many else f"seed {next(iter(frames))}"
    about = f"Averages over the months named; {whom}. Scenario {scenario.name}, hash {scenario.hash[:8]}."
    return "\n".join([title, grid([*head, "± 95 %"] if many else head, rows), paragraph(about + MORE)])


MORE = " What a metric is: winwin explain METRIC. All metrics of every month: --json or --output."


def differences(effect: Effect, baseline: Scenario, scenario: Scenario, names: Mapping[str, str]) -> str:
    """Return the paired differences of one scenario."""
    arm, seeds = scenario.name, effect.seeds(scenario.name)
    title = f"{names[arm]} less {names[baseline.name]}"
    hashes = f"Hashes: {baseline.name} {baseline.hash[:8]}, {arm} {scenario.hash[:8]}."
    if not seeds:
        return "\n".join([paragraph(f"{title}: no pair of runs ended well"), paragraph(hashes)])
    months = effect.runs[arm, seeds[0]].index
    since, year = (list(map(str, in_span(months, span, effect.since))) for span in WHOLE)
    table, late = (averages(effect, arm, span) for span in WHOLE)
    fewer = any(row["n"] != len(seeds) for row in table.values())
    both = width() >= BROAD and since != year
    rows = []
    for name in headline(list(table)):
        row = table[name]
        shown, power = readable(name, row["baseline"], row["difference"])
        rows.append([name, shown, number(row["baseline"] / power), *difference_cells(row, power)])
        if fewer:
            rows[-1].append(str(int(row["n"])))
        if both:
            rows[-1] += difference_cells(late[name], power)
    head = ["metric", "unit", "baseline", "difference  ", "± 95 %", *(["pairs"] if fewer else [])]
    head += [f"in {period(year)}  ", "± 95 %"] if both else []
    pairs = "1 pair of runs" if len(seeds) == 1 else f"{len(seeds)} pairs of runs"
    dropped = f" ({effect.dropped(arm)} seeds dropped)" if effect.dropped(arm) else ""
    what = f"Averages over {period(since)}; {pairs}{dropped} with the same draws"
    clear = "; * where the 95 % interval leaves out 0" if len(seeds) > 1 else "; one pair has no interval"
    return "\n".join([paragraph(title), grid(head, rows), paragraph(f"{what}{clear}. {hashes}")])


def averages(effect: Effect, arm: str, span: Span) -> dict[Any, dict[Any, Any]]:
    """Return the row of each metric: level in the baseline, difference, interval."""
    rows: dict[Any, dict[Any, Any]] = effect.table(by=span).loc[[arm]].droplevel("scenario").to_dict("index")
    return rows


def difference_cells(row: Mapping[Any, Any], power: float) -> list[str]:
    """Write a difference, with a star where its interval leaves out zero, and half the interval."""
    clear = row["low"] > 0 or row["high"] < 0
    difference = number(row["difference"] / power, 3) + (" *" if clear else "  ")
    return [difference, half_width(row["low"], row["high"], power)]


def half_width(low: float, high: float, power: float) -> str:
    """Write half the width of an interval that lies evenly about its middle."""
    return number((high - low) / 2 / power, 3)


# --- the opening economy ---------------------------------------------------------------------------


def opening(structure: Structure, moments: pd.DataFrame, seed: int) -> str:
    """Return the size of an opening economy and its moments next to their targets."""
    living = int(structure.firms.living.sum())
    size = (
        f"Opening economy of seed {seed}: {living:,} firms, {structure.firms.rows - living:,} that may enter "
        f"later, {structure.links.rows:,} supply links. Every won, worker and unit of goods in it stands for "
        f"{structure.scale:,.0f} of Korea's: columns of firms and model.accounts hold the simulated amounts, "
        "metrics and the table below those of Korea."
    )
    rows = moments.to_dict("records")
    missed = [row["moment"] for row in rows if is_missed(row)]
    aims = sum(row["target"] == row["target"] for row in rows)
    met = (
        f"{aims - len(missed)} of {aims} targets are met; * marks a miss: further than a tenth of the target "
        "from it (than 0.1, where the target is smaller than 1). Targets in brackets are compared only; "
        "parameters were chosen with the others in view, so that agreement with those is no confirmation. "
        "Rows, and what was chosen: sim/population/data/SOURCES.md."
    )
    roomy = width() >= ROOMY
    if not roomy:
        met += " What a moment means: winwin explain MOMENT."
    head = ["moment", "reached", "target", "unit", "off, %", "row, year"]
    table = grid(head, [moment_row(row) for row in rows], left=(0, 3, 5))
    if roomy:
        table = beside(table, ["meaning", "", *(said(row["meaning"]) for row in rows)])
    notes = [paragraph(f"note: {note}") for note in structure.notes]
    return "\n".join([paragraph(size), "", table, "", paragraph(met), *notes])


def is_missed(row: Mapping[Any, Any]) -> bool:
    """Whether a moment lies too far from its target."""
    return bool(abs(row["reached"] - row["target"]) > TOLERANCE * max(abs(row["target"]), 1))


def moment_row(row: Mapping[Any, Any]) -> list[str]:
    """Return the cells of a moment."""
    target, off = number(row["target"], 6), ""
    if row["target"] == row["target"] and row["target"]:
        off = f"{round(100 * (row['reached'] / row['target'] - 1)):+d}"
    source = ", ".join(str(row[key]) for key in ("row", "year") if pd.notna(row[key]))
    return [
        str(row["moment"]),
        number(row["reached"], 4 if abs(row["reached"]) >= 0.01 else 3),
        f"({target})" if row["use"] == "K" else target,
        said(row["unit"]),
        off + (" *" if is_missed(row) else "  "),
        source,
    ]


def said(value: Any) -> str:
    """Return a text, or nothing for a missing one."""
    return value if isinstance(value, str) else ""


def beside(table: str, texts: Sequence[str]) -> str:
    """Put a last column of wrapped text to the right of a table, one text a line of it."""
    lines = table.split("\n")
    start = max(map(len, lines)) + 2
    room = width() - start
    page = []
    for line, text in zip(lines, texts, strict=True):
        first, *others = ["─" * room] if line == lines[1] else textwrap.wrap(text, room) or [""]
        page += [f"{line.ljust(start)}{first}".rstrip(), *(" " * start + part for part in others)]
    return "\n".join(page)
