"""A sweep's folder: its plan, one file a run, and what failed.

A run's file is named after all that its numbers depend on, so a file that is there need not be made
again. It appears complete or not at all. Which runs are done is what the folder lists, and is noted
nowhere else.

====================  ================================================================
``design.toml``       the design as it was given
``plan.parquet``      one row for each scenario, point and seed: run and parameters
``points.parquet``    hashes of the scenarios at the points, so that the plan is soon made again
``vouched.parquet``   what the runs vouch for, noted when they were last listed
``runs/``             month by metric, a file a run, named after the run
``panels/``           recorded columns of firms, a file a run, if the scenario says so
``failed/``           a folder for each failed run: its scenario and its error
====================  ================================================================
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.experiments.columnar import column_notes, metric_notes, read, storable, write
from sim.experiments.disk import remains, replacing, replacing_folder, share
from sim.experiments.manifest import digest, fingerprint
from sim.experiments.store import Result, write_scenario
from sim.experiments.vouched import Vouched, note, noted

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

RUN = {
    "run": {"unit": "name", "meaning": "hash of model, scenario and seed; the name of the file"},
    "seed": {"unit": "1", "meaning": "seed of the run"},
    "month": {"unit": "month", "meaning": "month of the run"},
}


def name_of(model: str, scenario_hash: str, seed: int) -> str:
    """Return the name of a run: a hash of model, resolved scenario and seed."""
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

    def write_points(self, hashes: Mapping[str, str]) -> None:
        """Note the hash of the scenario at each point."""
        import pyarrow as pa

        table = pa.table({"point": list(hashes), "scenario_hash": list(hashes.values())})
        with replacing(self.folder / "points.parquet") as aside:
            write(table.replace_schema_metadata({"model": fingerprint()}), aside)

    def points(self) -> dict[str, str]:
        """Return the hash of the scenario at each point, if this version of the model has noted it."""
        try:
            table = read(self.folder / "points.parquet")
        except (OSError, ValueError):
            return {}
        if (table.schema.metadata or {}).get(b"model", b"").decode() != fingerprint():
            return {}
        return dict(zip(*(table[name].to_pylist() for name in ("point", "scenario_hash")), strict=True))

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

    def vouched(self, runs: Iterable[str]) -> dict[str, Vouched]:
        """Return what runs vouch for; what is read is noted, as 10^5 files take a minute to read."""
        stamps, file = self.stamps(), self.folder / "vouched.parquet"
        known = {key: one for key, one in noted(file).items() if stamps.get(key[0]) == key[1]}
        found, before = {}, len(known)
        for run in runs:
            key = run, stamps.get(run, 0)
            if key not in known:
                known[key] = Vouched.of(self.manifest(run))
            found[run] = known[key]
        if len(known) > before:
            with suppress(OSError):  # a folder that can only be read
                note(known, file)
        return found

    def stamps(self) -> dict[str, int]:
        """Return when each run was stored, in nanoseconds."""
        with suppress(FileNotFoundError), os.scandir(self.folder / "runs") as entries:
            return {Path(entry.name).stem: entry.stat().st_mtime_ns for entry in entries}
        return {}

    def columns(self, run: str) -> list[str]:
        """Return the metrics of a run."""
        import pyarrow.parquet as pq

        return [name for name in pq.read_schema(self.run_file(run)).names if name not in RUN]

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

    def prune(self, broken: set[str]) -> dict[str, int]:
        """Remove runs that the plan does not name, what was cut off while writing, and damaged runs."""
        plan, told = self.plan()
        wanted = set(plan["run"]) if told.get("model") == fingerprint() else set()
        gone = (self.complete() - wanted) | broken
        for run in gone:
            self.run_file(run).unlink(missing_ok=True)
            self.panel_file(run).unlink(missing_ok=True)
        failed = self.failed() - (wanted - self.complete())
        for run in failed:
            shutil.rmtree(self.failure_folder(run), ignore_errors=True)
        parts = ("", "runs", "panels", "failed")
        cut_off = [path for part in parts for path in remains(self.folder / part)]
        for path in cut_off:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if not wanted:
            self.plan_file.unlink(missing_ok=True)
        return {"runs": len(gone), "failures": len(failed), "cut off": len(cut_off)}

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
