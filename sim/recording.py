"""What a run keeps: metrics every month, columns of firms every so many months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import metrics
from sim.core.months import month_name
from sim.metrics.metric import reading

if TYPE_CHECKING:
    from sim.model import Ecosystem


class Recorder:
    """Collects metrics and panel rows of one run.

    Parameters
    ----------
    record
        The scenario's ``[record]`` table.
    """

    def __init__(self, record: Any) -> None:
        self.names: tuple[str, ...] = tuple(record.metrics) or tuple(metrics.available())
        self.columns: tuple[str, ...] = tuple(record.panel.columns) if record.panel else ()
        self.every: int = record.panel.every if record.panel else 0
        self.rows: list[list[Any]] = []
        self.panels: list[pd.DataFrame] = []

    def record(self, model: Ecosystem) -> None:
        """Keep this month."""
        with reading():
            values = [metrics.value(name, model) for name in self.names]
        self.rows.append([month_name(model.month), *values])
        age = model.month - model.start + 1
        if self.columns and age % self.every == 0:
            self.panels.append(self._panel(model))

    def _panel(self, model: Ecosystem) -> pd.DataFrame:
        firms = model.firms
        kept = np.flatnonzero(firms.living)
        beside = {"deposits": model.ledger.deposits, "memberships": model.memberships_held()}
        columns = {"month": month_name(model.month), "uid": firms.uid[kept]}
        for name in self.columns:
            columns[name] = beside[name][kept] if name in beside else getattr(firms, name)[kept]
        return pd.DataFrame(columns)

    def metrics_frame(self) -> pd.DataFrame:
        """Return one row a month, one column a metric."""
        return pd.DataFrame(self.rows, columns=["month", *self.names]).set_index("month")

    def panel_frame(self) -> pd.DataFrame:
        """Return one row a living firm and recorded month."""
        return (
            pd.concat(self.panels, ignore_index=True)
            if self.panels
            else pd.DataFrame(columns=["month", "uid", *self.columns])
        )
