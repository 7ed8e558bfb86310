"""The economy of month zero: its moments beside published figures, its tails, one of its supply chains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import words
from sim.experiments.opening_page import TOLERANCE
from sim.experiments.tables import number
from sim.figures import style
from sim.figures.picture import Picture
from sim.population.published import FITTED

if TYPE_CHECKING:
    from sim.experiments.opening import OpeningTables

WIDE_RANGE = 300  # of a logarithmic axis, from which only powers of ten are written


@style.styled
def moments(found: OpeningTables, language: str = "en") -> Picture:
    """Draw every moment that has a target as a percentage of it."""
    table = found.moments
    rows = table[table["target"].notna() & (table["target"] != 0)].iloc[::-1].reset_index(drop=True)
    part = 100 * rows["reached"] / rows["target"]
    figure, axes = style.page(style.MIDDLE, 1.1 + 0.155 * len(rows))
    axes.axvspan(100 * (1 - TOLERANCE), 100 * (1 + TOLERANCE), color="#F0F0F0", lw=0)
    axes.axvline(100, color=style.BASELINE, lw=1)
    for place, row in rows.iterrows():
        at = int(str(place))
        used = row["use"] == FITTED
        axes.hlines(at, 100, part[at], color=style.SCENARIOS[0], lw=0.8)
        face = style.SCENARIOS[0] if used else "white"
        axes.plot(part[at], at, "o", ms=4, mfc=face, mec=style.SCENARIOS[0], mew=0.9)
        unit = "" if row["unit"] == "1" else f" {words.label('unit.' + str(row['unit']), language)}"
        told = f"{number(row['reached'], 3)} / {number(row['target'], 4)}{unit}"
        axes.annotate(
            told, (1, at), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            size=6, va="center",
        )  # fmt: skip
    axes.set_yticks(
        range(len(rows)), [words.label(f"moment.{name}", language) for name in rows["moment"]], size=6.5
    )
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.grid(False)
    axes.set_xlim(min(-4, part.min() - 4), max(122, part.max() + 4))
    axes.set_xlabel(words.label("axis.part_of_target", language))
    near = int((np.abs(part - 100) <= 100 * TOLERANCE).sum())
    title = words.label("figure.moments", language)
    chosen, compared = (
        words.label(f"word.{name}", language) for name in ("parameters_chosen", "compared_only")
    )
    note = style.provenance(language, "opening", 1, [found.scenario], f"● {chosen}; ○ {compared}.")
    style.finish(figure, title, note)
    alt = words.text("alt.moments", language, near=near, all=len(rows))
    return Picture(figure, table, title, alt)


@style.styled
def tails(found: OpeningTables, language: str = "en") -> Picture:
    """Draw the part of firms with at least so many sales, customers, suppliers, with Hill's exponents."""
    table = found.tails
    figure, panels = style.page(style.WIDE, 2.7, 1, 3, sharey=True)
    said = []
    for axes, (measure, rows) in zip(panels, table.groupby("measure", sort=False), strict=True):
        exponent, last = float(rows["exponent"].iloc[0]), rows[rows["tail"]]
        axes.loglog(rows["value"], 100 * rows["part"], ".", ms=2.5, color=style.SCENARIOS[5])
        if len(last):
            start = last.iloc[0]
            x = np.array([start["value"], last["value"].max()])
            axes.plot(x, 100 * start["part"] * (x / start["value"]) ** -exponent, color=style.INK, lw=1.2)
        name = words.label(f"tail.{measure}", language)
        axes.set_xlabel(name)
        axes.text(
            0.97, 0.95, f"{words.label('word.exponent', language)} {exponent:.2f}",
            transform=axes.transAxes, ha="right", va="top", size=7,
        )  # fmt: skip
        axes.grid(axis="both")
        plain(axes)
        said.append(f"{name}: {words.label('word.exponent', language)} {exponent:.2f}")
    panels[0].set_ylabel(words.label("axis.part_at_least", language))
    title = words.label("figure.tails", language)
    note = style.provenance(language, "hill", 1, [found.scenario])
    style.finish(figure, title, note)
    return Picture(figure, table, title, words.text("alt.tails", language, said="; ".join(said) + "."))


@style.styled
def network(found: OpeningTables, language: str = "en") -> Picture:
    """Draw the chain of the conglomerate with the most suppliers, tier by tier."""
    table = found.chain()
    ends = [
        table[[end, f"{end}_tier", f"{end}_sales"]].set_axis(["firm", "tier", "sales"], axis=1)
        for end in ("buyer", "supplier")
    ]
    firms = pd.concat(ends).drop_duplicates("firm").set_index("firm")
    place = places(table, firms)
    figure, axes = style.page(style.WIDE, 4.2)
    strongest = float(table["flow"].max())
    columns = [table[name].tolist() for name in ("buyer", "supplier", "buyer_tier", "supplier_tier", "flow")]
    for buyer, supplier, above, below, flow in zip(*columns, strict=True):
        axes.plot(
            [above, below], [place[buyer], place[supplier]], color=style.FAINT, zorder=1,
            lw=0.3 + 1.7 * (flow / strongest) ** 0.5, alpha=0.35, solid_capstyle="round",
        )  # fmt: skip
    said, last = [], int(firms["tier"].max())
    for tier, mine in firms.groupby("tier"):
        area = 6 + 150 * (mine["sales"] / firms["sales"].max()) ** 0.5
        at = float(str(tier))
        colour = style.TIERS[str(min(int(str(tier)), 3))]
        axes.scatter(
            [at] * len(mine), [place[firm] for firm in mine.index], s=area, color=colour, zorder=2,
            edgecolor="white", lw=0.4,
        )  # fmt: skip
        told = f"{words.label(f'tier.{tier}', language)} ({len(mine)})"
        axes.text(at, 1.07, told, ha="center", size=7.5, color=colour, weight="bold")
        said.append(told)
    axes.axis("off")
    axes.set_xlim(-0.3, last + 0.3)
    axes.set_ylim(-0.05, 1.13)
    title = words.label("figure.network", language)
    note = style.provenance(language, "opening", 1, [found.scenario])
    style.finish(figure, title, note)
    counts = {"firms": len(firms), "links": len(table), "last": last}
    return Picture(
        figure, table, title, words.text("alt.network", language, **counts, said="; ".join(said) + ".")
    )


def places(links: pd.DataFrame, firms: pd.DataFrame) -> dict[int, float]:
    """Return the height of each firm, from 0 to 1: tier by tier near the mean of its buyers."""
    found: dict[int, float] = {}
    for tier, mine in firms.groupby("tier"):
        if tier == 0:
            found |= dict.fromkeys(mine.index, 0.5)
            continue
        own = links[links["supplier_tier"] == tier].sort_values("flow", kind="stable")
        above = own.assign(at=own["buyer"].map(found)).groupby("supplier")["at"].mean()
        order = above.sort_values(kind="stable").index
        found |= {int(firm): (k + 0.5) / len(order) for k, firm in enumerate(order)}
    return found


def plain(axes: Any) -> None:
    """Write the ticks of logarithmic axes as plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_view_interval()
        axis.set_major_locator(LogLocator(subs=(1,) if high / low > WIDE_RANGE else (1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(tick))
        axis.set_minor_formatter(NullFormatter())


def tick(value: float, _: int) -> str:
    """Return the text of a tick."""
    return f"{value:g}"
