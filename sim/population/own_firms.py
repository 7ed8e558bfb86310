"""Firms from a researcher's table; what the table leaves open is generated and noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.draws import Decision, Draws
from sim.core.months import MONTHS
from sim.economy.firms import Firms
from sim.economy.kinds import NOBODY, Kind, Size
from sim.population.firms import (
    BEFORE,
    REGIONS,
    SIZES,
    Reals,
    SizeTargets,
    entrants_by_sector,
    firms_by_class,
    form_groups,
    planned_sales,
    set_ages,
    settle_regions,
    size_classes,
    size_targets,
    zipf_sales,
)
from sim.population.own_tables import firm_rules
from sim.population.parameters import EconomyParameters

GENERATED = {
    "sales": "by Zipf's law within the sector",
    "size_class": "by rank of sales, in Korea's proportions",
    "region": "by the sector's regional shares",
    "business_group": "large firms joined by size",
    "conglomerate": "large firms in business groups",
    "age": "from the age distribution of Korean SMEs",
}


@dataclass(frozen=True)
class OwnFirms:
    """A researcher's table in the order of the firms' rows, and the economy's size by it."""

    frame: pd.DataFrame
    economy: EconomyParameters

    @classmethod
    def of(
        cls, frame: pd.DataFrame, names: tuple[str, ...], economy: EconomyParameters, draws: Draws
    ) -> OwnFirms:
        """Sort a checked table by sector and from the largest firm to the smallest."""
        table = frame.assign(sector=pd.Categorical(frame["sector"], categories=list(names)).codes)
        chance = draws.uniform(Decision.SIZE, BEFORE, table["id"].to_numpy().astype(np.int64), partner=1)
        by_class = (
            table["size_class"].map(SIZES.index) if "size_class" in table else pd.Series(0, table.index)
        )
        size = -table["sales"] if "sales" in table else by_class + pd.Series(chance, table.index)
        order = np.lexsort((size.to_numpy(), table["sector"].to_numpy()))
        smaller = economy.model_copy(update={"firms": len(frame)})
        return cls(table.iloc[order].reset_index(drop=True), smaller)

    @property
    def identity(self) -> NDArray[np.int64]:
        """(n,) the researcher's ids by row."""
        return self.frame["id"].to_numpy().astype(np.int64)

    def notes(self) -> list[str]:
        """Say what was generated."""
        missing = [name for name in firm_rules(()) if name in GENERATED and name not in self.frame]
        size = f"firms table: {len(self.frame)} firms; sales are scaled to the input-output table"
        return [size] + [
            f"firms table: column {name!r} is missing, generated {GENERATED[name]}" for name in missing
        ]


def adopt_firms(own: OwnFirms, output: Reals, profiles: pd.DataFrame, draws: Draws) -> tuple[Firms, Reals]:
    """Make firms from a researcher's table.

    Parameters
    ----------
    own
        The sorted table.
    output
        (S,) won/month: sales of each sector; own sales are scaled to it sector by sector.
    profiles
        S rows of ``data/sectors.csv``.
    draws
        Source of randomness.

    Returns
    -------
    As `sim.population.firms.make_firms`.
    """
    frame, economy = own.frame, own.economy
    sector = frame["sector"].to_numpy().astype(np.intp)
    size = _sizes(frame, sector)
    counts = np.bincount(sector * len(Size) + size, minlength=output.size * len(Size)).reshape(-1, len(Size))
    targets = _targets(counts, output, profiles)
    entrants = entrants_by_sector(economy, targets)
    firms = Firms(economy.firms + int(entrants.sum()))
    living = slice(0, economy.firms)
    firms.uid = np.arange(firms.rows)
    firms.living[living] = True
    firms.sector[living], firms.size_class[living] = sector, size
    firms.sector[economy.firms :] = np.repeat(np.arange(output.size), entrants)
    firms.size_class[economy.firms :] = Size.MICRO
    sales = np.zeros(firms.rows)
    if "sales" in frame:
        given = frame["sales"].to_numpy(dtype=float)
        sales[living] = given * (output / np.bincount(sector, given, output.size))[sector]
    else:
        sales[living] = zipf_sales(firms, targets, economy, draws)
    sales[economy.firms :] = planned_sales(firms, targets, economy, draws)
    settle_regions(firms, profiles, draws)
    set_ages(firms, economy, draws)
    _write_given(firms, frame, economy, sales, draws)
    firms.research_intensity = size_classes()["research_intensity"].to_numpy()[firms.size_class]
    return firms, sales


def _sizes(frame: pd.DataFrame, sector: NDArray[np.intp]) -> NDArray[np.intp]:
    if "size_class" in frame:
        return frame["size_class"].map(SIZES.index).to_numpy().astype(np.intp)
    if "sales" in frame:
        place = frame["sales"].rank(ascending=False, method="first").to_numpy() - 1
    else:
        first = np.searchsorted(sector, np.arange(sector.max() + 1))
        place = (np.arange(sector.size) - first[sector]) * sector.size / np.bincount(sector)[sector]
    return np.searchsorted(np.cumsum(firms_by_class(sector.size)), place, side="right")


def _targets(counts: NDArray[Any], output: Reals, profiles: pd.DataFrame) -> SizeTargets:
    """Spread sales over the sizes a sector has, as in a generated economy of the same number of firms."""
    usual = size_targets(int(counts.sum()), output, profiles["large_weight"].to_numpy(dtype=float)).sales
    sales = np.where(counts > 0, np.maximum(usual, 1e-9 * output[:, None]), 0)
    return SizeTargets(counts, sales * (output / sales.sum(axis=1))[:, None])


def _write_given(
    firms: Firms, frame: pd.DataFrame, economy: EconomyParameters, sales: Reals, draws: Draws
) -> None:
    living = slice(0, economy.firms)
    if "region" in frame:
        firms.region[living] = frame["region"].map(REGIONS.index).to_numpy()
    if "age" in frame:
        firms.birth[living] = -np.round(MONTHS * frame["age"].to_numpy(dtype=float))
        young = (firms.birth[living] > -economy.startup_age) & (firms.size_class[living] >= Size.SME)
        firms.kind[living] = np.where(young, Kind.STARTUP, Kind.SUPPLIER)
    if "business_group" not in frame and "conglomerate" not in frame:
        form_groups(firms, sales, economy, draws)
        return
    large = firms.size_class[living] == Size.LARGE
    leads = frame["conglomerate"].to_numpy() == 1 if "conglomerate" in frame else large
    if "business_group" in frame:
        firms.business_group[living] = frame["business_group"].fillna(NOBODY).to_numpy()
        leads = leads if "conglomerate" in frame else large & (firms.business_group[living] != NOBODY)
    else:
        firms.business_group[np.flatnonzero(leads)] = np.arange(int(leads.sum()))
    firms.kind[np.flatnonzero(leads)] = Kind.CONGLOMERATE
