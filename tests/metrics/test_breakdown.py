"""The month by groups of firms."""

import numpy as np
import pytest

from sim import metrics
from sim.metrics.breakdown import breakdown
from sim.metrics.economy import value_added_of


def test_a_breakdown_has_a_row_a_value_and_adds_up_to_the_totals(economy):
    table = breakdown(economy, by="tier")
    assert table.index.tolist() == [0, 1, 2, 9] and table.index.name == "tier"
    assert table["firms"].tolist() == [1, 2, 1, 1]
    assert table["value_added"].sum() == value_added_of(economy, economy.firms.living)
    assert table["workers"].sum() == metrics.value("employment", economy)


def test_rates_of_a_group_are_those_of_its_sums(economy):
    row = breakdown(economy, by="tier").loc[1]
    assert row["margin"] == pytest.approx((300 - 160 - 30) / 500)
    assert row["wage"] == pytest.approx(156 / 14) and row["productivity"] == pytest.approx(300 / 14)


def test_what_groups_receive_and_pay_under_policies_adds_up_to_the_totals(economy):
    table = breakdown(economy, by="tier")
    assert table["received"].tolist() == [0, 3500, 0, 1500] and table["paid"].tolist() == [4000, 0, 500, 0]
    assert table["received"].sum() == metrics.value("private_receipts", economy)
    assert table["paid"].sum() == metrics.value("private_cost", economy)


def test_a_group_without_sales_has_no_margin(economy):
    assert np.isnan(breakdown(economy, by="kind").loc[2, "margin"])


def test_an_economy_without_firms_has_no_rows(nothing):
    assert len(breakdown(nothing)) == 0
