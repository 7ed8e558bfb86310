"""Runs at points that a search chooses one after the other, kept as one sweep that can be gone on with.

A search that starts again with the same seed chooses the same points, finds their runs stored, and goes on
where it was interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.archive import Archive
from sim.experiments.design import Design
from sim.experiments.plan import Planned, keep_plan, plan_of
from sim.experiments.sampling import Point
from sim.experiments.sweep import Watch, carry_out, unseen


@dataclass
class Points:
    """The points tried so far, and where their runs are.

    Parameters
    ----------
    design
        Scenarios, seeds, title and text; its points are not run.
    folder
        Where runs are kept.
    workers, on, watch
        As of `sim.sweep`.
    """

    design: Design
    folder: Path
    workers: int = 1
    on: Any = None
    watch: Watch = unseen
    plan: list[Planned] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.archive = Archive(self.folder)
        self.archive.check_version()

    def run(self, points: Sequence[Point], metrics: Sequence[str]) -> list[list[list[pd.DataFrame | None]]]:
        """Return metrics, month by metric, by point, scenario and seed; None for a run that failed."""
        new = plan_of(replace(self.design, points=tuple(points)), self.archive.points())
        self.plan += new
        keep_plan(self.archive, self.design, self.plan)
        done = carry_out(new, self.archive, self.workers, self.on, self.watch)
        self.failed |= done.failed
        return frames_of(self.archive, replace(self.design, points=tuple(points)), new, metrics)


def frames_of(
    archive: Archive, design: Design, plan: Sequence[Planned], metrics: Sequence[str]
) -> list[list[list[pd.DataFrame | None]]]:
    """Return stored metrics of a plan, month by metric, by point, scenario and seed; None where missing."""
    stored = archive.complete()
    frames = {run: archive.metrics(run, metrics) for run in {row.run for row in plan} if run in stored}
    shape = (len(design.points), len(design.scenarios), len(design.seeds))
    places = np.arange(len(plan)).reshape(shape)
    return [[[frames.get(plan[place].run) for place in arm] for arm in point] for point in places]
