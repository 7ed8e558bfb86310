"""Results on disk: one folder a run, complete or absent.

Parquet pages carry checksums, and reading verifies them and the digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sim.core.errors import InputError, Problem
from sim.experiments.disk import replacing_folder
from sim.experiments.manifest import digest, origin

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.following import Followed
    from sim.scenario import Scenario

Notes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class Result:
    """What one run produced.

    Parameters
    ----------
    scenario
        The scenario that was run.
    seed
        Its seed.
    metrics
        Month by metric; the index is named ``month`` and reads ``"2016-01"``.
    panel
        Recorded columns of firms, or None.
    manifest
        What it was made from (`sim.experiments.manifest`).
    firms
        What was followed of each firm, or None; it is not stored.
    """

    scenario: Scenario
    seed: int
    metrics: pd.DataFrame
    panel: pd.DataFrame | None
    manifest: dict[str, Any]
    firms: Followed | None = None

    @property
    def name(self) -> str:
        """Name of the run's folder: scenario, its hash, seed."""
        return folder_name(self.scenario, self.seed)

    def save(self, folder: str | Path) -> Path:
        """Write the run into a folder of its own below ``folder`` and return that folder.

        A crash leaves the complete result or none; an earlier result of the same run is replaced.
        """
        path = Path(folder) / self.name
        with replacing_folder(path) as aside:
            self._write(aside)
        return path

    def _write(self, folder: Path) -> None:
        write_scenario(self.scenario, folder)
        text = json.dumps(self.manifest, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        write_table(self.metrics, folder / "metrics.parquet", metric_notes())
        if self.panel is not None:
            write_table(self.panel, folder / "panel.parquet", column_notes())

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a run's folder.

        Raises
        ------
        InputError
            When a file is missing or its content is not what was written.
        """
        from sim.scenario import Scenario

        path = Path(folder)
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
            metrics = read_table(path / "metrics.parquet")
            panel = read_table(path / "panel.parquet") if (path / "panel.parquet").exists() else None
        except (OSError, ValueError) as error:
            raise InputError([Problem(str(path), f"is not a complete result: {error}")]) from None
        if digest(metrics, panel) != manifest["digest"]:
            raise InputError([Problem(str(path), "the numbers are not those the manifest vouches for")])
        return cls(Scenario.load(path / "scenario.toml"), manifest["seed"], metrics, panel, manifest)


def folder_name(scenario: Scenario, seed: int) -> str:
    """Return the name of a run's folder: scenario, its hash, seed."""
    return f"{scenario.name}-{scenario.hash[:8]}-seed{seed}"


def stored(scenario: Scenario, seed: int, folder: str | Path) -> Result | None:
    """Return the result of the same run, if a folder holds it: complete, unchanged, by the same model.

    A scenario with a class that has no file is never taken as stored: its hash does not cover all that
    the class may use.
    """
    path = Path(folder) / folder_name(scenario, seed)
    if not scenario.repeatable or not path.is_dir():
        return None
    try:
        result = Result.load(path)
    except InputError:
        return None
    same = all(result.manifest.get(key) == value for key, value in origin(scenario, seed).items())
    return result if same else None


def write_scenario(scenario: Scenario, folder: Path) -> None:
    """Write a scenario, and the private policies it uses, so that it runs by itself."""
    (folder / "scenario.toml").write_text(scenario.to_toml(folder), encoding="utf-8", newline="\n")
    for name, source in scenario.sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8", newline="\n")


def write_table(table: pd.DataFrame, path: Path, notes: Notes) -> None:
    """Write a table as Parquet, with unit and meaning of each column in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table)
    fields = [field.with_metadata(dict(notes.get(field.name, {}))) for field in arrow.schema]
    pq.write_table(
        arrow.cast(pa.schema(fields, metadata=arrow.schema.metadata)), path, write_page_checksum=True
    )


def read_table(path: Path) -> pd.DataFrame:
    """Read a table, verifying the checksum of every page."""
    import pyarrow.parquet as pq

    table: pd.DataFrame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    return table


def metric_notes() -> dict[str, dict[str, str]]:
    """Return unit and meaning of every metric."""
    import sim.metrics

    return {
        name: {"unit": metric.unit, "meaning": metric.doc} for name, metric in sim.metrics.available().items()
    }


def column_notes() -> dict[str, dict[str, str]]:
    """Return unit and meaning of every column of firms."""
    from sim.economy.firms import Firms

    return {row["column"]: {"unit": row["unit"], "meaning": row["meaning"]} for row in Firms.dictionary()}
