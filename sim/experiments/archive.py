"""A sweep's folder: its plan, one file a run, and what failed.

A run's file is named after all that its numbers depend on, so a file that is there need not be made
again. It appears complete or not at all. Which runs are done is what the folder lists, and is noted
nowhere else.

====================  ================================================================
``design.toml``       the design as it was given
``plan.parquet``      one row for each scenario, point and seed: run and parameters
``runs/``             month by metric, a file a run, named after the run
``panels/``           recorded columns of firms, a file a run, if the scenario says so
``failed/``           a folder for each failed run: its scenario and its error
====================  ================================================================
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.experiments.disk import replacing, replacing_folder, share
from sim.experiments.manifest import digest, fingerprint
from sim.experiments.store import Result, column_notes, metric_notes, write_scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.scenario import Scenario

RUN = {
    "run": {"unit": "name", "meaning": "hash of model, scenario and seed; the name of the file"},
    "seed": {"unit": "1", "meaning": "seed of the run"},
    "month": {"unit": "month", "meaning": "month of the run"},
}


def run_id(scenario: Scenario, seed: int) -> str:
    """Return the name of a run: a hash of model, resolved scenario and seed."""
    return name_of(fingerprint(), scenario.hash, seed)


def name_of(model: str, scenario_hash: str, seed: int) -> str:
    """Return the name of a run made by any version of the model."""
    return hashlib.sha256(f"{model} {scenario_hash} {seed}".encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Archive:
    """A sweep's folder."""

    folder: Path

    @property
    def plan_file(self) -> Path:
        """The table of all runs the sweep consists of."""
        return self.folder / "plan.parquet"

    def run_file(self, run: str) -> Path:
        """Where a run is stored once it is complete."""
        return self.folder / "runs" / f"{run}.parquet"

    def panel_file(self, run: str) -> Path:
        """Where the panel of a run is stored, if it has one."""
        return self.folder / "panels" / f"{run}.parquet"

    def failure_folder(self, run: str) -> Path:
        """Where a failed run is recorded."""
        return self.folder / "failed" / run

    # --- plan ---------------------------------------------------------------------------------

    def write_plan(self, table: pd.DataFrame, told: Mapping[str, str], design: str) -> None:
        """Write the plan and the design; an earlier plan is replaced."""
        import pyarrow as pa

        columns = [pa.array(storable(list(table[name]))) for name in table]
        plan = pa.table(columns, names=list(map(str, table.columns)))
        with replacing(self.folder / "design.toml") as aside:
            aside.write_text(design, encoding="utf-8", newline="\n")
        with replacing(self.plan_file) as aside:
            write(plan.replace_schema_metadata(dict(told)), aside)

    def plan(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """Return the plan, and what is told of it: title, design, version, model.

        Raises
        ------
        InputError
            When the folder holds no sweep.
        """
        import pyarrow.parquet as pq

        if not self.plan_file.is_file():
            fix = "name the folder of a sweep, which winwin sweep prints at its end"
            raise InputError([Problem(str(self.folder), "holds no sweep: there is no plan.parquet", fix)])
        try:
            table = pq.read_table(self.plan_file, page_checksum_verification=True)
        except (OSError, ValueError) as error:
            fix = "start the sweep again, which writes it anew"
            raise InputError([Problem(str(self.plan_file), f"cannot be read: {error}", fix)]) from None
        told = {key.decode(): text.decode() for key, text in (table.schema.metadata or {}).items()}
        frame: pd.DataFrame = table.to_pandas()
        return frame, told

    def check_version(self) -> None:
        """Refuse to add to what another version of the model has made.

        Raises
        ------
        InputError
            With the ways out.
        """
        if not self.plan_file.is_file():
            return
        _, told = self.plan()
        if told.get("model") != fingerprint():
            made = f"winwin {told.get('version')}, model {told.get('model', '')[:8]}"
            what = f"its runs are those of another version of the model ({made}; this is {fingerprint()[:8]})"
            ways = "name another folder with -o, go back to that version"
            fix = f"{ways}, or clear it: winwin results {self.folder} --prune"
            raise InputError([Problem(str(self.folder), what, fix)])

    # --- runs ---------------------------------------------------------------------------------

    def complete(self) -> set[str]:
        """Return the names of the runs that are stored."""
        return set(names(self.folder / "runs", ".parquet"))

    def failed(self) -> set[str]:
        """Return the names of the runs that are recorded as failed."""
        return set(names(self.folder / "failed", ""))

    def nearby(self) -> dict[str, Archive]:
        """Return the runs that sweeps in the folders beside this one hold, with their folder."""
        beside = self.folder.absolute().parent.glob("*/plan.parquet")
        others = [Archive(plan.parent) for plan in sorted(beside) if plan.parent != self.folder.absolute()]
        return {run: other for other in others for run in other.complete()}

    def adopt(self, wanted: Iterable[str]) -> None:
        """Take over runs that other sweeps have made; a file is shared where the disk can do that."""
        found = self.nearby()
        for run in wanted:
            if run in found:
                other = found[run]
                if other.panel_file(run).exists():
                    share(other.panel_file(run), self.panel_file(run))
                share(other.run_file(run), self.run_file(run))

    def save(self, result: Result, run: str) -> int:
        """Store a run, its panel first, and return the bytes written."""
        written = 0
        if result.panel is not None:
            written += self._save(self.panel_file(run), result, result.panel, column_notes())
        return written + self._save(self.run_file(run), result, result.metrics.reset_index(), metric_notes())

    def _save(self, path: Path, result: Result, table: pd.DataFrame, notes: Any) -> int:
        import pyarrow as pa

        head = {"run": [path.stem] * len(table), "seed": [result.seed] * len(table)}
        columns = head | {str(name): table[name].to_numpy() for name in table if name != "seed"}
        arrays = {name: pa.array(values) for name, values in columns.items()}
        fields = [
            pa.field(name, values.type, metadata=dict((RUN | notes).get(name, {})))
            for name, values in arrays.items()
        ]
        told = {"manifest": json.dumps(result.manifest, sort_keys=True, ensure_ascii=False)}
        with replacing(path) as aside:
            write(pa.table(list(arrays.values()), schema=pa.schema(fields, metadata=told)), aside)
            return aside.stat().st_size

    def manifest(self, run: str) -> dict[str, Any]:
        """Return what a stored run was made from, and its digest."""
        import pyarrow.parquet as pq

        told = pq.read_metadata(self.run_file(run)).metadata or {}
        manifest: dict[str, Any] = json.loads(told[b"manifest"])
        return manifest

    def metrics(self, run: str, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Read a run, month by metric, verifying the checksum of every page."""
        wanted = None if columns is None else ["month", *columns]
        frame: pd.DataFrame = read(self.run_file(run), wanted).to_pandas()
        return frame.drop(columns=["run", "seed"], errors="ignore").set_index("month")

    def panel(self, run: str) -> pd.DataFrame | None:
        """Read the panel of a run, if it has one."""
        if not self.panel_file(run).is_file():
            return None
        frame: pd.DataFrame = read(self.panel_file(run)).to_pandas().drop(columns=["run", "seed"])
        return frame

    def damage(self, run: str) -> str:
        """Return what is wrong with a stored run; "" when its numbers are those it vouches for."""
        try:
            manifest = self.manifest(run)
            if run != name_of(manifest["model"], manifest["scenario_hash"], manifest["seed"]):
                return "is another run under this name"
            same = digest(self.metrics(run), self.panel(run)) == manifest["digest"]
        except (OSError, ValueError, KeyError) as error:
            return f"cannot be read: {error}"
        return "" if same else "the numbers are not those the manifest vouches for"

    # --- failures -----------------------------------------------------------------------------

    def record_failure(self, run: str, scenario: Scenario, seed: int, error: str) -> None:
        """Record a failed run: its scenario, which runs by itself, and its error."""
        with replacing_folder(self.failure_folder(run)) as aside:
            write_scenario(scenario, aside)
            (aside / "error.txt").write_text(error.strip() + "\n", encoding="utf-8", newline="\n")

    def error(self, run: str) -> str:
        """Return the error of a failed run."""
        with suppress(OSError):
            return (self.failure_folder(run) / "error.txt").read_text(encoding="utf-8").strip()
        return ""

    def command(self, run: str, seed: int) -> str:
        """Return the command that does a failed run again, with its traceback."""
        return f"winwin run {self.failure_folder(run) / 'scenario.toml'} --seed {seed} --seeds 1"


def names(folder: Path, ending: str) -> Iterator[str]:
    """Yield the names of what is complete in a folder."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ending) and not entry.name.startswith("."):
                yield entry.name.removesuffix(ending)


def write(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, with a checksum for every page."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    pq.write_table(table, path, write_page_checksum=True, use_dictionary=texts or False)


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, verifying the checksum of every page."""
    import pyarrow.parquet as pq

    return pq.read_table(path, columns=columns, page_checksum_verification=True, partitioning=None)


def storable(values: list[Any]) -> list[Any]:
    """Return values as one type that a column can have; mixed ones are written as JSON."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or (len(kinds) == 1 and not kinds & {list, dict, tuple}):
        return [float(value) if kinds == {int, float} and value is not None else value for value in values]
    return [None if value is None else json.dumps(value) for value in values]
