"""The running economy: what `winwin describe` shows of month zero, and how firms and links come and go.

Means of the years 3 to 8 of the baseline, by the definitions of the opening moments.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.months import MONTHS, QUARTER
from sim.economy.kinds import Kind, Size
from sim.experiments.openings import kept_opening
from sim.experiments.run import Tell, silent
from sim.metrics.economy import value_added
from sim.metrics.gaps import wage_of
from sim.population.describe import hill_exponent, moments, network_moments, percent
from sim.population.firms import sector_profiles
from sim.population.opening_moments import SMALL, SURVEYED_PERSONS, opening_moments, supplier_moments
from sim.reproduce import growth, panel
from sim.reproduce.ensemble import Measured
from sim.scenario import Scenario

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]
FIRST, LAST = 3, 8  # years of a run over which means are taken
CLASSES = {"large": (Size.LARGE,), "mid_sized": (Size.MID_SIZED,), "small": SMALL}
NEVER = 10**6  # month of what has not happened
PREFIX = "running_"  # of measures that month zero has too


def measure(scenario: Scenario, seed: int, tell: Tell = silent, *, network: int | None = None) -> Measured:
    """Run the baseline and return what is measured on it.

    With a ``network``, the opening economy is that of another seed than the events. Moments of month zero are
    those that ``winwin describe`` shows.
    """
    from sim.model import Ecosystem

    start = scenario.run.first_month
    opening = kept_opening(scenario, seed if network is None else network)
    opening.structure.firms.birth -= start  # moments count ages from month zero
    reached = moments(opening.structure, lambda _: opening_moments(opening)).set_index("moment")["reached"]
    opening.structure.firms.birth += start
    watch = Watch(Ecosystem(scenario, seed, opening))
    for _ in range(scenario.run.months):
        watch.model.step()
        watch.add()
        tell(1)
    return {str(name): float(value) for name, value in reached.items()} | watch.measured()


class Watch:
    """Adds up what firms do year by year, and notes when they and their links come and go."""

    def __init__(self, model: Any) -> None:
        self.model, self.months = model, 0
        rows = model.firms.rows
        self.born = np.where(model.firms.living, -1, NEVER)  # month of the run; -1 for firms of month zero
        self.died = np.full(rows, NEVER)
        self.sums: dict[str, Real] = {}
        self.years: list[dict[str, Real]] = []
        self.quarter = np.zeros((2, rows))  # sales and value added since it began
        self.quarters: list[Real] = []
        self.yearly: list[Measured] = []
        self.pairs = linked(model)
        self.many_large = int((model.firms.living & (model.firms.size_class == Size.LARGE)).sum())
        self.lived_at_new_year = int(model.firms.living.sum())
        self.panel = panel.Panel(model)

    def add(self) -> None:
        """Add the month that has just ended; take stock at the end of a year."""
        model, firms = self.model, self.model.firms
        added = value_added(model)
        month = {
            "sales": firms.sales,
            "added": added,
            "profit": added - firms.labour_cost - firms.depreciation,
            "interest": firms.loan_rate / MONTHS * firms.loans,
        }
        for name, amount in month.items():
            self.sums[name] = self.sums.get(name, 0) + amount.astype(float)
        self.died[(self.born < NEVER) & (self.died == NEVER) & ~firms.living] = self.months
        self.born[firms.living & (self.born == NEVER)] = self.months
        self.quarter += np.array([firms.sales, added])
        self.panel.add(firms.sales)
        self.months += 1
        if self.months % QUARTER == 0:
            self.quarters.append(self.quarter)
            self.quarter = np.zeros_like(self.quarter)
        if self.months % MONTHS == 0:
            self.yearly.append(self.taken())
            whole = (self.born <= self.months - MONTHS) & (self.died == NEVER)
            self.years.append(self.sums | {"sales": self.sums["sales"] * whole})
            self.sums = {}
            self.pairs, self.lived_at_new_year = linked(model), int(firms.living.sum())
            self.panel.close(model, whole)

    def taken(self) -> Measured:
        """Return what is measured of the year that has just ended."""
        this = range(self.months - MONTHS, self.months)
        entered, left = (np.isin(when, this).sum() for when in (self.born, self.died))
        kept = len(self.pairs & linked(self.model)) / max(len(self.pairs), 1)
        return {
            **of_classes(self.model, self.sums),
            **of_network(self.model, self.sums),
            "entry_rate": 100 * entered / self.lived_at_new_year,
            "exit_rate": 100 * left / self.lived_at_new_year,
            "customer_link_survival": 100 * kept,
            "supplier_link_survival": 100 * kept,
        }

    def measured(self) -> Measured:
        """Return means over years, and what needs more than a year to be seen."""
        chosen = pd.DataFrame(self.yearly[FIRST - 1 : LAST])
        found = {str(name): float(value) for name, value in chosen.mean().items()}
        sales = np.array([year["sales"] for year in self.years[FIRST - 2 : LAST]])
        rates, size = growth.growth_rates(sales)
        found |= {
            "growth_shape": growth.subbotin_shape(rates),
            "size_variance": growth.size_variance(rates, size),
        }
        sales, added = np.array(self.quarters)[(FIRST - 1) * MONTHS // QUARTER :].transpose(1, 0, 2)
        found["granularity"] = growth.granularity(sales, added.sum(axis=1), self.many_large)
        for years in (1, 5):
            found[f"survival_{years}"] = growth.survival(self.born, self.died, years * MONTHS, self.months)
        return found | self.panel.measured()


def linked(model: Any) -> set[tuple[int, int]]:
    """Return who supplies whom, as pairs of identities."""
    links, uid = model.links, model.firms.uid
    served = model.network.served & model.firms.living[links.buyer]
    return set(zip(uid[links.supplier[served]].tolist(), uid[links.buyer[served]].tolist(), strict=True))


def of_classes(model: Any, sums: dict[str, Real]) -> Measured:
    """Return shares, margins, pay and productivity by size class, from a year's sums."""
    firms = model.firms
    of = {name: firms.living & np.isin(firms.size_class, sizes) for name, sizes in CLASSES.items()}
    total = {name: float(amount[firms.living].sum()) for name, amount in sums.items()}
    found: Measured = {}
    for name, mine in of.items():
        part = {key: float(amount[mine].sum()) for key, amount in sums.items()}
        found[f"{PREFIX}sales_share_{name}"] = 100 * part["sales"] / total["sales"]
        found[f"profit_share_{name}"] = 100 * part["profit"] / total["profit"]
        found[f"{PREFIX}margin_{name}"] = 100 * part["profit"] / part["sales"]
    maker = sector_profiles(model.sectors.names)["manufacturing"].to_numpy()[firms.sector] == 1
    asked = {name: mine & maker & (firms.workers >= SURVEYED_PERSONS) for name, mine in of.items()}
    output = {name: sums["added"][mine].sum() / firms.workers[mine].sum() for name, mine in asked.items()}
    prime = firms.living & (firms.kind == Kind.CONGLOMERATE)
    first = firms.living & (firms.tier == 1) & (firms.size_class >= Size.SME)
    staffed = firms.living & (firms.size_class <= Size.SME)  # audited firms are hardly ever micro firms
    return found | {
        f"{PREFIX}pay_mid_over_large": 100 * wage_of(model, of["mid_sized"]) / wage_of(model, of["large"]),
        f"{PREFIX}pay_small_over_large": 100 * wage_of(model, of["small"]) / wage_of(model, of["large"]),
        f"{PREFIX}pay_tier_1_over_prime": 100 * wage_of(model, first) / wage_of(model, prime),
        f"{PREFIX}productivity_small_over_large": 100 * output["small"] / output["large"],
        f"{PREFIX}employment_share_small": float(
            100 * firms.workers[of["small"]].sum() / firms.workers[firms.living].sum()
        ),
        f"{PREFIX}interest_not_covered": percent((sums["profit"] < sums["interest"])[staffed]),
        "group_sales_over_gdp": 100 * float(sums["sales"][prime].sum()) / total["added"],
    }


def of_network(model: Any, sums: dict[str, Real]) -> Measured:
    """Return tails, links and dependence by the functions that measure month zero.

    Units there cost one won; here invoices and sales of December stand in their place.
    """
    firms, sales = model.firms, model.firms.sales.astype(float)
    names = ("living", "size_class", "workers", "tier", "sector", "rows")
    seen: Any = SimpleNamespace(
        firms=SimpleNamespace(output=sales, **{name: getattr(firms, name) for name in names}),
        links=model.links,
        network=SimpleNamespace(
            served=model.network.served & (model.invoice > 0), flow=lambda _, rows: model.invoice[rows]
        ),
        table=SimpleNamespace(names=model.sectors.names),
    )
    found = {**supplier_moments(seen), **network_moments(model)}
    found["sales_tail"] = hill_exponent(sums["sales"][firms.living])
    return {f"{PREFIX}{name}": float(value) for name, value in found.items()}
