"""A researcher's own firms and links."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.core.draws import Draws
from sim.core.errors import InputError
from sim.economy.kinds import Instrument
from sim.population.own_tables import read_firms, read_links, read_own_tables
from sim.population.parameters import EconomyParameters
from sim.population.structure import Structure, build_structure

TABLE = (
    "sector,food,metals,household,government,investment,export\n"
    "food,10,0,60,10,0,20\nmetals,20,50,10,0,20,100\nimports,10,50,20,5,5,0\nvalue_added,60,100,0,0,0,0\n"
)
NAMES = ("food", "metals")


def firms_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [7, 3, 9, 4, 8, 1],
            "sector": ["food", "metals", "metals", "food", "metals", "food"],
            "sales": [10.0, 90.0, 30.0, 60.0, 30.0, 30.0],
            "size_class": ["micro", "large", "sme", "large", "sme", "mid_sized"],
        }
    )


def links_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "buyer": [4, 4, 4],
            "supplier": [3, 9, 1],
            "amount": [6.0, 2.0, 4.0],
            "instrument": ["cash", "note", "cash"],
        }
    )


def built(
    folder: Path, firms: pd.DataFrame, links: pd.DataFrame | None = None, kind: str = "csv"
) -> Structure:
    (folder / "io.csv").write_text(TABLE, encoding="utf-8")
    paths = {"io_table": str(folder / "io.csv")}
    for name, frame in (("firms_table", firms), ("links_table", links)):
        if frame is not None:
            paths[name] = str(folder / f"{name}.{kind}")
            frame.to_csv(paths[name], index=False) if kind == "csv" else frame.to_parquet(paths[name])
    economy = EconomyParameters(potential_firms=0.0, io_unit=12.0).model_copy(update=paths)
    return build_structure(economy, Draws(1))


def test_own_firms_keep_identity_sector_and_size(tmp_path: Path) -> None:
    structure = built(tmp_path, firms_frame())
    assert structure.identity.tolist() == [4, 1, 7, 3, 9, 8]
    assert structure.firms.sector.tolist() == [0, 0, 0, 1, 1, 1]
    assert structure.firms.size_class.tolist() == [0, 1, 3, 0, 2, 2]


def test_what_was_generated_is_said(tmp_path: Path) -> None:
    notes = "\n".join(built(tmp_path, firms_frame()).notes)
    assert "column 'region' is missing, generated" in notes
    assert "column 'sales'" not in notes


def test_own_links_replace_the_generated_ones_of_their_buyer(tmp_path: Path) -> None:
    structure = built(tmp_path, firms_frame(), links_frame())
    links, identity = structure.links, structure.identity
    own = identity[links.buyer] == 4
    assert sorted(identity[links.supplier[own]].tolist()) == [1, 3, 9]
    share = dict(zip(identity[links.supplier[own]].tolist(), links.share[own].tolist(), strict=True))
    assert share == {3: pytest.approx(0.75), 9: pytest.approx(0.25), 1: pytest.approx(1.0)}
    paid = dict(zip(identity[links.supplier[own]].tolist(), links.instrument[own].tolist(), strict=True))
    assert paid == {3: Instrument.CASH, 9: Instrument.NOTE, 1: Instrument.CASH}
    assert (np.bincount(links.buyer, minlength=6) > 0).all()


def test_parquet_gives_the_same_economy_as_csv(tmp_path: Path) -> None:
    first = built(tmp_path, firms_frame(), links_frame())
    second = built(tmp_path, firms_frame(), links_frame(), kind="parquet")
    np.testing.assert_array_equal(first.links.share, second.links.share)
    np.testing.assert_array_equal(first.target_sales, second.target_sales)


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    first = built(tmp_path, firms_frame().assign(sales=[10.0, 90, 31, 60, 30, 30]))
    second = built(tmp_path, firms_frame().assign(sales=[10.0, 90, 31, 60, 30, 30]).iloc[::-1])
    np.testing.assert_array_equal(first.identity, second.identity)
    np.testing.assert_array_equal(first.target_sales, second.target_sales)


def test_all_mistakes_of_a_firms_table_are_reported_together(tmp_path: Path) -> None:
    frame = firms_frame().astype({"sales": object})
    frame.loc[1, "id"] = 7
    frame.loc[2, "sector"] = "metal"
    frame.loc[0, "sales"] = -5
    frame.loc[5, "size_class"] = "big"
    frame.to_csv(tmp_path / "firms.csv", index=False)
    with pytest.raises(InputError) as caught:
        read_firms(tmp_path / "firms.csv", NAMES)
    message = str(caught.value)
    assert "row 2, column id: 7 occurs before" in message
    assert "row 3, column sector: unknown name 'metal'" in message and "did you mean 'metals'" in message
    assert "row 1, column sales: '-5' is not allowed" in message and "more than 0" in message
    assert "row 6, column size_class" in message and "mid_sized" in message
    assert len(caught.value.problems) == 4


def test_all_mistakes_of_a_links_table_are_reported_together(tmp_path: Path) -> None:
    frame = pd.DataFrame({"buyer": [1, 2, 3, 1], "supplier": [2, 5, 3, 2], "terms": [0, 9, 1, 1]})
    frame.to_csv(tmp_path / "links.csv", index=False)
    with pytest.raises(InputError) as caught:
        read_links(tmp_path / "links.csv", np.array([1, 2, 3]))
    message = str(caught.value)
    assert "row 2, column supplier: no firm has the id 5" in message
    assert "row 3, column supplier: the firm supplies itself" in message
    assert "row 4, column supplier: buyer and supplier occur before" in message
    assert "row 2, column terms: '9' is not allowed" in message and "at most 4" in message
    assert len(caught.value.problems) == 4


def test_a_flow_of_the_table_that_no_link_carries_is_named(tmp_path: Path) -> None:
    firms = firms_frame()
    food = firms.query("sector == 'food'")["id"].tolist()
    ends = [(buyer, supplier) for buyer in food for supplier in food if buyer != supplier]
    structure = built(tmp_path, firms, pd.DataFrame(ends, columns=["buyer", "supplier"]))
    # Food should buy 0.2 of metals and 0.1 of food a unit; it buys about 0.3 of food.
    sales = structure.target_sales[structure.firms.sector == 0].sum()
    assert structure.sector_flows[1, 0] == 0
    assert 0.3 / 1.11 < structure.sector_flows[0, 0] / sales < 0.3 * 1.11
    lost = structure.table.coefficients[1, 0] * sales
    notes = "\n".join(structure.notes)
    assert "1 flows between sectors fall short" in notes
    assert f"food from metals: {lost:,.0f} of {lost:,.0f} won a month are not bought" in notes


def test_nothing_is_noted_when_the_links_carry_the_table(tmp_path: Path) -> None:
    assert "fall short" not in "\n".join(built(tmp_path, firms_frame(), links_frame()).notes)


def test_mistakes_of_all_own_tables_are_reported_together(tmp_path: Path) -> None:
    firms, links = firms_frame(), links_frame()
    firms.loc[0, "size_class"] = "big"
    links.loc[1, "supplier"] = 4
    (tmp_path / "io.csv").write_text(TABLE.replace("10,0,60", "-10,0,80"), encoding="utf-8")
    firms.to_csv(tmp_path / "firms.csv", index=False)
    links.to_csv(tmp_path / "links.csv", index=False)
    paths = {f"{name}_table": str(tmp_path / f"{name}.csv") for name in ("io", "firms", "links")}
    with pytest.raises(InputError) as caught:
        read_own_tables(EconomyParameters().model_copy(update=paths))
    message = str(caught.value)
    assert "io.csv, row food, column food: -10 is negative" in message
    assert "firms.csv, row 1, column size_class: unknown name 'big'" in message
    assert "links.csv, row 2, column supplier: the firm supplies itself" in message


def test_links_between_generated_firms_are_checked_too(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("buyer,supplier\n3,299\n4,300\n", encoding="utf-8")
    economy = EconomyParameters(firms=300, links_table=str(tmp_path / "links.csv"))
    with pytest.raises(InputError, match="row 2, column supplier: no firm has the id 300") as caught:
        read_own_tables(economy)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,sector\n1,food\n2,식품\n".encode("cp949"), "own.csv, line 3: is not UTF-8 text"),
        (b"id,sector\n1,food,9\n2,metals,3\n", "rows have more cells than the header"),
        (b"id,sector\n1,food\n2,metals,3\n", "Expected 2 fields in line 3, saw 3"),
        (b"id,sector,id\n1,food,2\n", "column 'id': occurs twice"),
        (b"", "cannot be read"),
        (b"id,sector\n", "has no rows"),
        (b"id,sector\n1,food\n,metals\n", "row 2, column id: is empty"),
        (b"id,sector\n1,food\n2\n", "row 2, column sector: is empty"),
        (b"id,sector,sales\n1,food,nan\n2,food,inf\n", "row 2, column sales: 'inf' is not allowed"),
        (b"id,sector,sales\n1,food,nan\n2,food,inf\n", "row 1, column sales: is empty"),
        (b"id,sector\n1.5,food\n", "row 1, column id: '1.5' is not allowed\n    a whole number"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_firms(tmp_path / "own.csv", NAMES)
    assert expected in str(caught.value)


def test_a_mark_of_byte_order_and_spaces_in_the_header_do_no_harm(tmp_path: Path) -> None:
    rows = "".join(f"{firm},{NAMES[firm % 2]}\n" for firm in range(4))
    (tmp_path / "own.csv").write_text("\ufeffid, sector\n" + rows, encoding="utf-8")
    assert read_firms(tmp_path / "own.csv", NAMES)["sector"].tolist() == ["food", "metals"] * 2


def test_empty_cells_of_a_parquet_table_are_named(tmp_path: Path) -> None:
    firms_frame().assign(sector=["food", None, "metals", "food", "metals", "food"]).to_parquet(
        tmp_path / "firms.parquet"
    )
    with pytest.raises(InputError, match="row 2, column sector: is empty"):
        read_firms(tmp_path / "firms.parquet", NAMES)


def test_unknown_and_missing_columns_are_named(tmp_path: Path) -> None:
    firms_frame().rename(columns={"sector": "sectr"}).to_csv(tmp_path / "firms.csv", index=False)
    with pytest.raises(InputError, match="did you mean 'sector'") as caught:
        read_firms(tmp_path / "firms.csv", NAMES)
    assert "column 'sector' is missing" in str(caught.value)


def test_a_sector_without_firms_is_refused(tmp_path: Path) -> None:
    firms_frame().query("sector == 'food'").to_csv(tmp_path / "firms.csv", index=False)
    with pytest.raises(InputError, match="0 firms in 'metals'"):
        read_firms(tmp_path / "firms.csv", NAMES)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.csv: cannot be read"):
        read_firms(tmp_path / "absent.csv", NAMES)
