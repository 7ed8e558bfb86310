"""Results on disk: one folder a run, complete or absent.

Parquet pages carry checksums, and reading verifies them and the digest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sim.core.errors import InputError, Problem
from sim.experiments import followed
from sim.experiments.columnar import column_notes, metric_notes, read_table, write_table
from sim.experiments.disk import replacing_folder
from sim.experiments.manifest import digest, origin

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.following import Followed
    from sim.scenario import Scenario


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
        What was followed of each firm, or None.
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

        A crash leaves the complete result or none; an earlier result of the same run is replaced. What was
        followed of firms is added to a result of the same numbers.
        """
        path = Path(folder) / self.name
        if self.firms is None or stored(self.scenario, self.seed, folder) is None:
            with replacing_folder(path) as aside:
                self._write(aside)
        if self.firms is not None:
            followed.save(self.firms, path, self.manifest["digest"])
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


def stored(scenario: Scenario, seed: int, folder: str | Path, since: str | None = None) -> Result | None:
    """Return the result of the same run, if a folder holds it: complete, unchanged, by the same model.

    With a month ``since`` firms must have been followed from then on, too.

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
    if any(result.manifest.get(key) != value for key, value in origin(scenario, seed).items()):
        return None
    if since is None:
        return result
    firms = followed.load(path, max(since, scenario.run.start), result.manifest["digest"])
    return None if firms is None else replace(result, firms=firms)


def write_scenario(scenario: Scenario, folder: Path) -> None:
    """Write a scenario, and the private policies it uses, so that it runs by itself."""
    (folder / "scenario.toml").write_text(scenario.to_toml(folder), encoding="utf-8", newline="\n")
    for name, source in scenario.sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8", newline="\n")
