"""Published figures: each once, with a source, and never a remembered number."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.experiments.manifest import COMPARED as OUTSIDE
from sim.experiments.manifest import source_hash
from sim.population.published import COMPARED, FITTED, SERIES, published, series, targets

TABLE = published()
KNOWN = TABLE[TABLE["value"].notna() & (TABLE["confidence"] != "identity")]


def test_each_figure_stands_once():
    assert not TABLE.duplicated(["name", "year"]).any()
    moment = TABLE.loc[TABLE["moment"] != "", "moment"]
    assert moment.is_unique


def test_a_figure_has_a_row_a_source_a_use_and_was_not_only_remembered():
    assert set(KNOWN["confidence"]) <= {"S", "V", "V?", "D"}
    assert set(KNOWN["use"]) == {FITTED, COMPARED}
    assert (KNOWN["row"] > 0).all()
    assert (KNOWN["source"].str.len() > 10).all()
    assert (TABLE["meaning"].str.len() > 0).all()


def test_what_a_parameter_holds_is_marked_as_fitted():
    """Figures that declarations quote as the source of their value."""
    named = KNOWN.set_index("name")["use"]
    for name in ("cash_ratio", "paid_within_60_days", "supplier_tail", "pay_mid_over_large", "margin_large"):
        assert set(named.loc[[name]]) == {FITTED}


def test_the_series_are_by_year_and_targets_by_moment():
    assert set(series()["name"]) == set(SERIES)
    assert targets().loc["cash_share", "target"] == 62.5  # the cash ratio of 2018
    assert targets().loc["margin_small", "year"] == 2023
    assert pd.isna(targets().loc["wage_share", "target"])


def test_no_run_looks_old_because_a_published_figure_came_to_be_known(tmp_path: Path):
    data = tmp_path / "population" / "data"
    data.mkdir(parents=True)
    for name in ("published.csv", "sectors.csv"):
        (data / name).write_text("a\n")
    before = source_hash(tmp_path)
    (tmp_path / OUTSIDE[0]).write_text("b\n")
    assert source_hash(tmp_path) == before
    (data / "sectors.csv").write_text("b\n")
    assert source_hash(tmp_path) != before
