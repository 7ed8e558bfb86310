"""Input-output tables: closing, balancing, refusing mistakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.population.data.make_sectors import fit, split_flows
from sim.population.io_table import FINALS, IOTable, balanced, load_io_table, save_io_table

HEADER = "sector,food,metals,household,government,investment,export\n"
GOOD = (
    HEADER
    + "food,10,0,60,10,0,20\nmetals,20,50,10,0,20,100\nimports,10,50,20,5,5,0\nvalue_added,60,100,0,0,0,0\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "own.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_korean_table_has_twenty_sectors_and_closes() -> None:
    table = load_io_table()
    costs = table.intermediate.sum(axis=0) + table.imports + table.value_added
    assert len(table.names) == 20
    np.testing.assert_allclose(costs, table.output, rtol=1e-8)


def test_the_korean_table_keeps_value_added_of_2011_and_balances_trade() -> None:
    table = load_io_table()
    assert table.value_added.sum() == pytest.approx(1_086_114, rel=1e-6)
    assert table.finals[3].sum() == pytest.approx(table.imports.sum() + table.imported_finals.sum(), rel=1e-8)


def test_home_demand_equals_value_added_when_trade_balances(tmp_path: Path) -> None:
    table, _, _ = balanced(load_io_table(written(tmp_path, GOOD)))
    assert table.finals[:3].sum() + table.imported_finals.sum() == pytest.approx(table.value_added.sum())


def test_balancing_keeps_input_coefficients(tmp_path: Path) -> None:
    raw = load_io_table(written(tmp_path, GOOD))
    table, home, export = balanced(raw)
    np.testing.assert_allclose(table.coefficients, [[0.1, 0.0], [0.2, 0.25]])
    assert home > 1 > export  # the table exports 120 and imports 90


def test_balancing_twice_changes_nothing() -> None:
    table, home, export = balanced(load_io_table())
    assert home == pytest.approx(1, abs=1e-9)
    assert export == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(table.output, load_io_table().output, rtol=1e-8)


def test_a_written_table_is_read_back(tmp_path: Path) -> None:
    table = load_io_table(written(tmp_path, GOOD))
    save_io_table(table, tmp_path / "again.csv")
    again = load_io_table(tmp_path / "again.csv")
    assert again.names == ("food", "metals")
    for name in ("intermediate", "imports", "value_added", "finals", "imported_finals"):
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))


def test_all_mistakes_of_a_table_are_reported_together(tmp_path: Path) -> None:
    text = GOOD.replace("food,10,0,60", "food,ten,-3,60").replace("metals,20,50,10,0", "metals,20,x,10,0")
    with pytest.raises(InputError) as caught:
        load_io_table(written(tmp_path, text))
    message = str(caught.value)
    assert "row food, column food" in message and "'ten' is not a number" in message
    assert "row metals, column metals" in message
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sector,food,metals", "sector,food,metal", "did you mean 'metals'"),
        ("metals,20,50,10,0,20,100\n", "", "not square"),
        ("food,10,0,60,10,0,20", "food,10,0,-60,10,0,-20", "sums to -60"),
        ("food,10,0,60,10,0,20", "food,10,-3,63,10,0,20", "is negative"),
        ("value_added,60,100", "value_added,160,100", "differ by more than"),
        ("imports,10,50", "import,10,50", "row 'imports' is missing"),
        ("imports,10,50,20,5,5,0", "imports,10,50,20,5,5,7", "row imports, column export: 7 is not used"),
        ("value_added,60,100,0", "value_added,60,100,3", "row value_added, column household: 3 is not used"),
        ("imports,10,50,20", "imports,10,50,-20", "row imports, column household: -20 is negative"),
        ("sector,food,metals", "sector,food,food", "column 'food': occurs twice"),
        ("imports,10,50", "imports,10,", "row imports, column metals: '' is not a number"),
    ],
)
def test_a_mistake_in_a_table_says_where_and_what(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        load_io_table(written(tmp_path, GOOD.replace(old, new)))
    assert "own.csv" in str(caught.value)


def test_imports_that_nothing_pays_for_are_refused(tmp_path: Path) -> None:
    text = GOOD.replace("60,10,0,20\n", "80,10,0,0\n").replace("0,20,100\n", "100,20,0\n")
    with pytest.raises(InputError, match="column export: nothing pays for imports of 90"):
        load_io_table(written(tmp_path, text))


def test_biproportional_fitting_reaches_both_margins() -> None:
    rows, columns = np.array([3.0, 7.0]), np.array([4.0, 6.0])
    fitted = fit(np.array([[1.0, 2.0], [3.0, 1.0]]), rows, columns)
    np.testing.assert_allclose(fitted.sum(axis=1), rows)
    np.testing.assert_allclose(fitted.sum(axis=0), columns)


def test_splitting_an_industry_keeps_its_flows_and_its_own_block_mostly_on_the_diagonal() -> None:
    flows = pd.DataFrame([[100.0, 10.0], [20.0, 0.0]], index=["a", "b"], columns=["a", "b"])
    split = pd.DataFrame({"industry": ["a", "a", "b"], "output": [0.6, 0.4, 1.0]})
    parts = split_flows(flows, split).to_numpy()
    assert parts.sum() == pytest.approx(130)
    assert parts[0, 0] == pytest.approx(0.95 * 60 + 0.05 * 36)
    np.testing.assert_allclose(parts[2, :2], [12, 8])


def test_finals_are_named_in_the_order_of_the_rows() -> None:
    assert FINALS == ("household", "government", "investment", "export")
    assert IOTable.__dataclass_fields__.keys() >= {"finals", "imported_finals"}
