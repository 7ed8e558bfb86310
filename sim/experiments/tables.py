"""Results as tables of plain text, for a terminal of 80 columns or more, or for a file."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

import sim.metrics
from sim import words
from sim.core.months import MONTHS
from sim.experiments.effects import WHOLE, Effect, Span, in_span
from sim.experiments.intervals import interval, mark
from sim.experiments.records import unit
from sim.experiments.run import Outcome
from sim.scenario import Scenario

WIDE = 140  # columns of a page that is not shown in a terminal
BROAD = 100  # from here on a table of differences shows the last year too
MANY = 10_000  # pairs of runs that are not counted any more
POWERS = ((1e12, "trn "), (1e9, "bn "), (1e6, "m "))
MARKED = "  "  # room for a mark behind the numbers of a column


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


def value(given: Any) -> str:
    """Write a value of a parameter.

    Examples
    --------
    >>> value(0.123456), value("none"), value(None), value(float("nan"))
    ('0.1235', 'none', '-', '-')
    """
    return number(given) if isinstance(given, float) else "-" if given is None else str(given)


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
    word, power = power_of(*values)
    return word + plain, power


def power_of(*values: float) -> tuple[str, float]:
    """Return the power of ten in which the largest of some amounts is shown, in words and as a number."""
    largest = max((abs(value) for value in values if value == value), default=0)
    return next(((word, power) for power, word in POWERS if largest >= power), ("", 1.0))


def heads(*names: str) -> list[str]:
    """Return the heads of columns, from the table of labels.

    Examples
    --------
    >>> heads("metric", "last_year")
    ['metric', 'last year']
    """
    return [words.label(f"word.{name}") for name in names]


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
    for name in sim.metrics.headline([str(name) for name in first]):
        means = [float(year[name].dropna().mean()) for year in years]
        shown, power = readable(name, *means)
        rows.append([name, shown, *(number(mean / power) for mean in means)])
        if many:
            rows[-1].append(half_width(*interval(years[-1][name].dropna().to_numpy())[1:], power))
    head = [*heads("metric", "unit"), *(period(list(map(str, first.index[span]))) for span in spans)]
    whom = f"means of {len(frames)} seeds; ± 95 % over seeds" if many else f"seed {next(iter(frames))}"
    about = f"Averages over the months named; {whom}. Scenario {scenario.name}, hash {scenario.hash[:8]}."
    return "\n".join(
        [title, grid([*head, *heads("interval")] if many else head, rows), paragraph(about + MORE)]
    )


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
    both = width() >= BROAD and since != year
    head, rows = difference_rows(effect, arm, len(seeds), both)
    pairs = "1 pair of runs" if len(seeds) == 1 else f"{len(seeds)} pairs of runs"
    dropped = f" ({effect.dropped(arm)} seeds dropped)" if effect.dropped(arm) else ""
    spans = f"Averages over {period(since)}" + (f", last year {period(year)}" if both else "")
    said = [f"{spans}; {pairs}{dropped} with the same draws", *said_of_marks(effect, arm, len(rows))]
    return "\n".join([paragraph(title), grid(head, rows), paragraph(f"{'; '.join(said)}. {hashes}")])


def difference_rows(effect: Effect, arm: str, pairs: int, both: bool) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of a table of differences; with the last year beside the whole if asked."""
    whole, late = ((averages(effect, arm, span), effect.clear(span), span) for span in WHOLE)
    fewer = any(row["n"] != pairs for row in whole[0].values())
    rows = []
    for name in sim.metrics.headline(list(whole[0])):
        row = whole[0][name]
        shown, power = readable(name, row["baseline"], row["difference"])

        def marked(table: Any, clear: Any, span: Span, name: str = name, power: float = power) -> str:
            difference = table[name]["difference"]
            sign = mark(difference, (arm, name) in clear, effect.floor(name, span))
            return f"{number(difference / power, 3)} {sign}"

        rows.append([name, shown, number(row["baseline"] / power), marked(*whole)])
        rows[-1] += [half_width(row["low"], row["high"], power), count(row["needed"])]
        rows[-1] += [str(int(row["n"]))] if fewer else []
        rows[-1] += [marked(*late)] if both else []
    head = heads("metric", "unit", "baseline", "difference", "interval", "needed")
    head += heads("pairs") if fewer else []
    head += heads("last_year") if both else []
    return [name + MARKED * (name in heads("difference", "last_year")) for name in head], rows


def said_of_marks(effect: Effect, arm: str, metrics: int) -> list[str]:
    """Say what the marks mean, and what is needed for what."""
    floor = "~ not above the placebo floor, the mean distance that one won to a random firm makes"
    floors = [floor] if effect.placebo else []
    if len(effect.seeds(arm)) == 1:
        return [*floors, "one pair has no interval"]
    family = f"{metrics} metrics" + (f" x {len(effect.arms)} scenarios" if len(effect.arms) > 1 else "")
    wanted = f"± {100 * effect.precision:g} % of the difference, - where its interval does not leave out 0"
    clear = f"* clear at 95 % after Holm's adjustment for {family}"
    return [clear, *floors, f"needed: pairs for {wanted}"]


def averages(effect: Effect, arm: str, span: Span) -> dict[Any, dict[Any, Any]]:
    """Return the row of each metric: level in the baseline, difference, interval."""
    rows: dict[Any, dict[Any, Any]] = effect.table(by=span).loc[[arm]].droplevel("scenario").to_dict("index")
    return rows


def counted(many: int, name: str) -> str:
    """Write how many of something there are.

    Examples
    --------
    >>> counted(1, "world"), counted(20, "seed")
    ('1 world', '20 seeds')
    """
    return f"{many} {name}{'' if many == 1 else 's'}"


def count(pairs: float) -> str:
    """Write how many pairs are needed.

    Examples
    --------
    >>> count(37.0), count(123456.0), count(float("nan"))
    ('37', '>9999', '-')
    """
    return "-" if pairs != pairs else f"{pairs:.0f}" if pairs < MANY else f">{MANY - 1}"


def half_width(low: float, high: float, power: float) -> str:
    """Write half the width of an interval that lies evenly about its middle."""
    return number((high - low) / 2 / power, 3)
