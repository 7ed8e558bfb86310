"""A folder that runs were stored in one by one: what ``winwin run -o`` and ``winwin compare -o`` leave."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.experiments import followed
from sim.experiments.columnar import read_table
from sim.experiments.disk import remains
from sim.experiments.store import Result
from sim.experiments.vouched import Vouched
from sim.scenario.describe import flatten

if TYPE_CHECKING:
    import pandas as pd

SEEDS = ("run.seed", "run.seeds")  # how often it was to be run does not tell a run apart
SIZE = ("economy.firms", "run.months")  # told of every run; other parameters where scenarios of a name differ


@dataclass(frozen=True)
class RunFolders:
    """A folder of runs, each in a folder of its own named after scenario, hash and seed."""

    folder: Path

    def run_file(self, run: str) -> Path:
        """Where the metrics of a run are."""
        return self.folder / run / "metrics.parquet"

    def complete(self) -> set[str]:
        """Return the names of the runs."""
        found = self.folder.glob("[!.]*/manifest.json")
        return {file.parent.name for file in found}

    def failed(self) -> set[str]:
        """Return no names: a run that fails is not stored."""
        return set()

    def plan(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """Return a row for each run, and what is told of all."""
        import pandas as pd

        runs = sorted(self.complete())
        manifests = [self._manifest(run) for run in runs]
        names = [str(one.get("scenario", "?")) for one in manifests]
        seeds = [int(one.get("seed", -1)) for one in manifests]
        parameters = self._parameters(runs)
        columns: dict[str, list[Any]] = {"run": runs, "scenario": names, "seed": seeds}
        for name in told_apart(names, parameters):
            columns[name] = [of_run.get(name) for of_run in parameters]
        frame = pd.DataFrame(columns).infer_objects()
        frame = frame.sort_values(["scenario", "seed", "run"], ignore_index=True)
        told = {"title": "Runs one by one"}
        for key in ("version", "model"):
            told[key] = " and ".join(sorted({str(one.get(key, "?")) for one in manifests}))
        return frame, told

    def _manifest(self, run: str) -> dict[str, Any]:
        try:
            return self.manifest(run)
        except (OSError, ValueError):
            return {}

    def _parameters(self, runs: Iterable[str]) -> list[dict[str, Any]]:
        """Return the parameters of runs by dotted name; seeds of a scenario share them."""
        known: dict[str, dict[str, Any]] = {}
        for run in runs:
            scenario = run.rpartition("-")[0]
            if scenario not in known:
                text = self.folder / run / "scenario.toml"
                try:
                    known[scenario] = flatten(tomllib.loads(text.read_text(encoding="utf-8")))
                except (OSError, ValueError):
                    known[scenario] = {}
        return [known[run.rpartition("-")[0]] for run in runs]

    def manifest(self, run: str) -> dict[str, Any]:
        """Return what a stored run was made from, and its digest."""
        found: dict[str, Any] = json.loads((self.folder / run / "manifest.json").read_text(encoding="utf-8"))
        return found

    def vouched(self, runs: Iterable[str]) -> dict[str, Vouched]:
        """Return what runs vouch for."""
        return {run: Vouched.of(self.manifest(run)) for run in runs}

    def columns(self, run: str) -> list[str]:
        """Return the metrics of a run."""
        import pyarrow.parquet as pq

        return [name for name in pq.read_schema(self.run_file(run)).names if name != "month"]

    def metrics(self, run: str, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Read a run, month by metric, verifying the checksum of every page."""
        return read_table(self.run_file(run), columns)

    def damage(self, run: str) -> str:
        """Return what is wrong with a stored run; "" when its numbers are those it vouches for."""
        try:
            result = Result.load(self.folder / run)
        except InputError as error:
            return error.problems[0].what
        except (KeyError, TypeError) as error:
            return f"cannot be read: {error!r}"
        if result.name != run:
            return "is another run under this name"
        return followed.damage(self.folder / run, result.manifest["digest"])

    def prune(self, broken: set[str]) -> dict[str, int]:
        """Remove damaged runs and what was cut off while writing."""
        for run in broken:
            shutil.rmtree(self.folder / run, ignore_errors=True)
        cut_off = remains(self.folder)
        for path in cut_off:
            shutil.rmtree(path, ignore_errors=True)
        return {"runs": len(broken), "cut off": len(cut_off)}


def told_apart(names: list[str], parameters: list[dict[str, Any]]) -> list[str]:
    """Return the parameters that tell runs apart: their size, and what differs under one name.

    Examples
    --------
    >>> told_apart(["a", "a", "b"], [{"x.y": 1, "x.z": 1}, {"x.y": 2, "x.z": 1}, {"x.y": 1, "x.z": 2}])
    ['x.y']
    """
    by_name: dict[str, dict[int, dict[str, Any]]] = {}
    for name, of_run in zip(names, parameters, strict=True):
        by_name.setdefault(name, {})[id(of_run)] = of_run  # seeds share theirs
    differ: set[str] = set()
    for alike in by_name.values():
        first, *others = alike.values()
        for other in others:
            differ |= {key for key in first.keys() | other.keys() if first.get(key) != other.get(key)}
    sizes = [key for key in SIZE if any(key in of_run for of_run in parameters)]
    return [*sizes, *sorted(key for key in differ - {*sizes, *SEEDS} if "." in key)]
