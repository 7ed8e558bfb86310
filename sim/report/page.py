"""The report as one HTML file: nothing in it is loaded from elsewhere, so it opens from a disk or a mail.

Charts are pictures (SVG) made when the report is written, not scripts: the file stays small, prints, shows
the same in every reader that shows HTML, and nothing in it can stop working. What a pointer would tell stands
in the table under each chart.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sim.experiments.levers import doses
from sim.experiments.manifest import origin
from sim.figures.font import part
from sim.report.charts import charts, named, pictures
from sim.report.comparison import BY, SHOWN, Comparison
from sim.report.network import drawn
from sim.scenario import Scenario
from sim.scenario.describe import cell
from sim.words import known, label, table, text, translated

WIDTH = 400  # of a chart, in pixels: two stand side by side, one fills a phone
HEADS = {
    "metric": "word.metric",
    "baseline": "word.baseline",
    "difference": "word.difference",
    "± 95 %": "word.interval",
    "needed": "word.needed",
    "pairs": "word.pairs",
    "last year": "word.last_year",
    "firms": "word.firms",
    "gain %": "page.gain_percent",
    "got": "page.got",
    "paid": "page.paid",
    "win %": "page.win_percent",
    "lose %": "page.lose_percent",
    "median, m": "page.median",
}


def page(done: Comparison, language: str, command: str, quick: bool = False) -> str:
    """Return the report on a comparison.

    Parameters
    ----------
    done
        What was compared.
    language
        ``"en"`` or ``"ko"``.
    command
        The command that makes the report again.
    quick
        Whether the runs are too small to conclude from, which the report then says first.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("sim.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    told = done.told()
    found = charts(told, language, WIDTH)
    names = {scenario.name: named(scenario.name, scenario.title, language) for scenario in done.scenarios}
    letters = {sign for row in table().values() for sign in row.korean}
    environment.globals.update(
        word=partial(label, language=language),
        sentence=partial(text, language=language),
        called=partial(called, language=language),
        told=partial(translated, language=language),
        unit=partial(unit, language=language),
    )
    return environment.get_template("report.html.jinja").render(
        language=language,
        quick=quick,
        command=command,
        names=names,
        heading=text(
            "report.of",
            language,
            scenarios=", ".join(names[scenario.name] for scenario in done.arms),
            baseline=names[done.scenarios[0].name],
        ),
        baseline=done.scenarios[0],
        arms=[arm_of(done, told, scenario, language) for scenario in done.arms],
        years=[chart for chart in found if chart["group"] == "years"],
        groups=SHOWN,
        charts=found,
        pictures=pictures(found),
        years_table=partial(years_table, told, names),
        origin=origin(done.scenarios[0], done.scenarios[0].run.seed),
        notes=told["record"]["notes"],
        failed=told["record"]["failed"],
        downloads=downloads(done, told, language),
        network=drawn(done.scenarios[0], language),
        font=base64.b64encode(part("".join(letters))).decode() if language == "ko" else "",
    )


def called(key: str, otherwise: str, language: str) -> str:
    """Return a label, or something else where there is none, as for a policy of one's own."""
    return label(key, language) if known(key) else otherwise


def unit(shown: str, language: str) -> str:
    """Return what a unit is called."""
    return called(f"unit.{'1' if shown == 'ratio' else shown}", shown, language)


def arm_of(done: Comparison, told: Mapping[str, Any], scenario: Scenario, language: str) -> dict[str, Any]:
    """Return what the report tells of one scenario."""
    arm = told["arms"][scenario.name]
    return {
        "name": scenario.name,
        "scenario": scenario,
        **arm,
        "differences": heads(arm["differences"], language),
        "gains": {by: gain_heads(arm["gains"][by], by, language) for by in SHOWN},
        "changes": changes(done.scenarios[0], scenario),
        "assumptions": assumptions(done.scenarios[0], scenario),
    }


def heads(table: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the table of differences with heads in a language; a unit stands below its measure."""
    if not table["rows"]:
        return {**table, "rows": []}
    place = table["head"].index("unit")
    head = [label(HEADS[name], language) for name in table["head"] if name != "unit"]
    rows = [(row[0], row[place], [*row[1:place], *row[place + 1 :]]) for row in table["rows"]]
    return {**table, "head": head, "rows": rows}


def gain_heads(table: Mapping[str, Any], by: str, language: str) -> dict[str, Any]:
    """Return a table of who gained with heads in a language."""
    head = []
    for place, name in enumerate(table["head"]):
        if place == 0:
            head.append(label(f"by.{by}", language))
        elif name.startswith("gain, "):
            power = name.removeprefix("gain, ").replace("KRW", "").strip()
            head.append(f"{label('word.gain', language)}, {unit(f'{power} KRW/month'.strip(), language)}")
        else:
            head.append(label(HEADS[name], language))
    return {"head": head, "rows": table["rows"]}


def changes(baseline: Scenario, scenario: Scenario) -> list[tuple[str, str, str]]:
    """Return key, value in the baseline and value here, but for defaults of policies only one of them has."""
    defaults = {
        f"policy.{entry.name}.{row['name']}": row["default"]
        for entry in (*baseline.policies, *scenario.policies)
        for row in type(entry.steps[0][1]).describe()
    }
    return [
        (key, cell(theirs), cell(ours))
        for key, ours, theirs in scenario.diff(baseline).rows
        if (ours is not None and theirs is not None)
        or key not in defaults
        or defaults[key] != (theirs if ours is None else ours)
    ]


def shown(value: Any) -> str:
    """Write the value of a parameter.

    Examples
    --------
    >>> shown(240000000.0), shown(0.05), shown(True), shown({"2018-01": 0.1})
    ('240,000,000', '0.05', 'true', '{ "2018-01" = 0.1 }')
    """
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:,.10g}" if plain else cell(value)


def assumptions(baseline: Scenario, scenario: Scenario) -> list[dict[str, Any]]:
    """Return each policy that the baseline does not have alike, with its parameters and their sources."""
    tables = scenario.resolved["policy"]
    found = []
    for entry in scenario.policies:
        if entry in baseline.policies:
            continue
        policy = type(entry.steps[0][1])
        rows = [
            (name, shown(value), of, source) for name, value, of, source in doses(policy, tables[entry.name])
        ]
        found.append({"name": entry.name, "title": policy.title or entry.name, "rows": rows})
    return found


def years_table(told: Mapping[str, Any], names: Mapping[str, str], metric: str) -> list[list[str]]:
    """Return the numbers behind a chart: scenario, year, difference, interval."""
    return [
        [names[row["scenario"]], row["period"], *(short(row[key]) for key in ("difference", "low", "high"))]
        for row in told["years"]
        if row["metric"] == metric
    ]


def short(value: float | None) -> str:
    """Write a number of a table of data."""
    return "-" if value is None else f"{value:.4g}"


# --- data to take along -----------------------------------------------------------------------------


def downloads(done: Comparison, told: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Return files inside the report: name, what it is, and address with the content in it."""
    record = told["record"]
    gains = [
        {"by": by, "group": row[by], **{key: value for key, value in row.items() if key != by}}
        for by in (*BY, "part")
        for row in record.get("incidence", {}).get(by, [])
    ]
    files = [
        ("differences.csv", label("report.file_differences", language), comma(record["differences"])),
        ("years.csv", label("report.file_years", language), comma(told["years"])),
        ("who_gained.csv", label("report.file_gains", language), comma(gains)),
        *(
            (
                f"{one.name.replace('/', '-')}.toml",
                text("report.file_scenario", language, name=one.name),
                one.to_toml(),
            )
            for one in done.scenarios
        ),
        ("comparison.json", label("report.file_record", language), json.dumps(record, ensure_ascii=False)),
    ]
    return [{"name": name, "title": title, "address": address(content)} for name, title, content in files]


def comma(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    head: Iterable[str] = dict.fromkeys(key for row in rows for key in row)
    writer = csv.DictWriter(out, list(head), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def address(content: str) -> str:
    """Return an address that holds a text itself."""
    return "data:application/octet-stream;base64," + base64.b64encode(content.encode()).decode()
