"""Results as one JSON document; runs and comparisons name scenarios, months, metrics and units alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sim.metrics
from sim.experiments.disk import replacing, storage
from sim.experiments.effects import Effect, Span, in_span
from sim.experiments.pairs import notes_of
from sim.experiments.run import Outcome
from sim.scenario import Scenario


def emit(record: dict[str, Any]) -> None:
    """Print one JSON document to standard output."""
    print(json.dumps(clean(record), ensure_ascii=False, allow_nan=False))


def keep(record: dict[str, Any], file: Path) -> None:
    """Write one JSON document into a file, which stays as it was until all is there."""
    with storage(file.parent, "make room or name another file, and start it again"), replacing(file) as aside:
        text = json.dumps(clean(record), ensure_ascii=False, allow_nan=False)
        aside.write_text(text + "\n", encoding="utf-8", newline="\n")


def clean(value: Any) -> Any:
    """Replace what JSON cannot say, a number that is not finite, by null."""
    if isinstance(value, dict):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return None if isinstance(value, float) and value - value != 0 else value


def runs(scenarios: Sequence[Scenario], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return runs as a JSON object: every metric by month, and the manifest of each run."""
    done = [outcome for outcome in outcomes if outcome.metrics is not None]
    frames = [outcome.metrics for outcome in outcomes if outcome.metrics is not None]
    recorded = dict.fromkeys(name for frame in frames for name in map(str, frame.columns))
    return {
        "scenarios": told(scenarios),
        "units": units(list(recorded)),
        "runs": [run(outcome) for outcome in done],
        "failed": failed(outcomes),
        "notes": notes_of(outcomes),
    }


def run(done: Outcome) -> dict[str, Any]:
    """Return a run as a JSON object."""
    assert done.metrics is not None
    return {
        "scenario": done.scenario,
        "seed": done.seed,
        "months": list(map(str, done.metrics.index)),
        "metrics": {str(name): done.metrics[name].tolist() for name in done.metrics},
        "folder": done.folder,
        "manifest": done.manifest,
    }


def comparison(scenarios: Sequence[Scenario], effect: Effect) -> dict[str, Any]:
    """Return a comparison as a JSON object; ``months`` are those over which ``differences`` average."""
    frames = list(effect.runs.values())
    return {
        "scenarios": told(scenarios),
        "units": units(effect.metrics),
        "baseline": effect.baseline,
        "months": list(map(str, in_span(frames[0].index, "in_force", effect.since))) if frames else [],
        "seeds": {arm: effect.seeds(arm) for arm in effect.arms},
        "precision": effect.precision,
        "differences": averages(effect, "in_force"),
        "differences_last_year": averages(effect, "last_year"),
        "failed": failed(effect.failures),
        "notes": list(effect.notes),
    }


def averages(effect: Effect, span: Span) -> list[dict[str, Any]]:
    """Return a row for each scenario and metric, averaged over a span of months.

    ``clear`` says of a headline metric whether the difference stands after Holm's adjustment, of others
    nothing; ``floor`` is the placebo floor.
    """
    if not effect.runs:
        return []
    clear, family = effect.clear(span), sim.metrics.headline(effect.metrics)
    rows = effect.table(by=span).reset_index().to_dict("records")
    return [
        {
            **{str(key): row[key] for key in row},
            "clear": (row["scenario"], row["metric"]) in clear if row["metric"] in family else None,
            "floor": effect.floor(row["metric"], span),
            "unit": unit(row["metric"]),
        }
        for row in rows
    ]


def told(scenarios: Sequence[Scenario]) -> dict[str, dict[str, str]]:
    """Return title and hash of scenarios by name."""
    return {one.name: {"title": one.title, "hash": one.hash} for one in scenarios}


def units(names: Sequence[str]) -> dict[str, str]:
    """Return the unit of each metric."""
    return {name: unit(name) for name in names}


def unit(name: str) -> str:
    """Return the unit of a metric."""
    metrics = sim.metrics.available()
    return metrics[name].unit if name in metrics else ""


def failed(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return the runs that failed as JSON objects."""
    return [
        {"scenario": done.scenario, "seed": done.seed, "error": done.error} for done in outcomes if done.error
    ]
