"""Two files of one export become one: told apart, joined by key, amounts shared out to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.importing.presets import read_mapping
from connectors.importing.rows import FILE
from connectors.importing.splits import with_splits
from tests.unit.importing import Board, write_csv

if TYPE_CHECKING:
    from pathlib import Path

JOINED = """
title = "Items and orders"
document = "order_id"
[columns]
order_id = { from = "Order", required = true }
sku_id = { from = "SKU" }
unit_price = { from = "Price", kind = "decimal" }
quantity = { from = "Qty", kind = "integer", required = true }
[companions.orders]
on = ["order_id"]
[companions.orders.columns]
order_id = { from = "Number", required = true }
ordered_at = { from = ["Placed", "Made"], kind = "date", formats = ["%Y-%m-%d"], required = true }
paid = { from = "Paid", kind = "decimal" }
note = { from = "Note", optional = true }
[derived]
shop_id = "'s'"
[splits.paid_amount]
amount = "paid"
within = "order_id"
weight = "unit_price * quantity"
[[feeds]]
table = "order_lines"
numbered = { line_id = "sku_id" }
"""
ITEMS = [("1", "a", 10, 2), ("1", "b", 10, 1), ("2", "a", 10, 1)]
ORDERS = [("1", "2024-06-17", "25"), ("2", "2024-06-18", "9.99")]
LINES = "SELECT order_id, line_id, ordered_date::VARCHAR, paid_amount FROM order_lines ORDER BY ALL"
EXPECTED = [
    ("1", "a#1", "2024-06-17", Decimal("16.67")),
    ("1", "b#1", "2024-06-17", Decimal("8.33")),
    ("2", "a#1", "2024-06-18", Decimal("9.99")),
]


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    (tmp_path / "joined.toml").write_text(JOINED)
    return tmp_path / "joined.toml"


def items(folder: Path, *more: tuple[object, ...], name: str = "items.csv") -> Path:
    return write_csv(folder / name, "Order SKU Price Qty", [*ITEMS, *more])


def orders(folder: Path, *more: tuple[object, ...], name: str = "orders.csv") -> Path:
    return write_csv(folder / name, "Number Placed Paid", [*ORDERS, *more])


def test_rows_of_both_files_have_a_fate(board: Board, joined: Path, tmp_path: Path) -> None:
    both = items(tmp_path, ("9", "a", 1, 1)), orders(tmp_path, ("3", "2024-06-19", 5))
    report = board.imported("order_lines", joined, *both)
    assert (report["read"], report["loaded"], report["excluded"]) == (7, 3, {"joined_in": 2})
    assert report["rejected"] == {
        "orders: no line of the other file goes with it": 1,
        "orders: no row of the other file goes with it": 1,
    }
    assert [(each["file"], each["read"], each["accepted"]) for each in report["files"]] == [
        ("items.csv", 4, 3),
        ("orders.csv", 3, 0),
    ]
    assert board.sql(LINES) == EXPECTED
    again = board.imported("order_lines", joined, *both)
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 0, 3)


def test_what_the_files_are_called_does_not_matter(
    board: Board, joined: Path, tmp_path: Path
) -> None:
    board.imported(
        "order_lines", joined, items(tmp_path, name="z.csv"), orders(tmp_path, name="a.csv")
    )
    assert board.sql(LINES) == EXPECTED


@pytest.mark.parametrize(
    ("part", "needed"),
    [("items", "Number, Placed, Paid"), ("orders", "Order, SKU, Price, Qty")],
)
def test_one_file_alone_is_refused(
    board: Board, joined: Path, tmp_path: Path, part: str, needed: str
) -> None:
    file = {"items": items, "orders": orders}[part](tmp_path)
    done = board.run("import", file, "--as", "order_lines", "--mapping", joined)
    assert done.code == 2
    assert done.err == (f"joined needs a second file with the columns {needed}: name both files.\n")


def test_a_missing_column_is_that_of_the_file_that_lacks_it(
    board: Board, joined: Path, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "orders.csv", "Number Paid Note", [("1", 25, "x")])
    done = board.run("import", items(tmp_path), file, "--as", "order_lines", "--mapping", joined)
    assert done.code == 2
    assert done.err.startswith("orders.csv: no column named 'Placed | Made'. ")
    assert done.err.count("\n") == 1


def test_rows_that_contradict_each_other_join_nothing(
    board: Board, joined: Path, tmp_path: Path
) -> None:
    """Which of the two amounts is right, nobody can tell; the same row twice says one thing."""
    file = orders(tmp_path, ("1", "2024-06-17", "24"), ("2", "2024-06-18", "9.99"))
    report = board.imported("order_lines", joined, items(tmp_path), file)
    assert report["rejected"] == {
        "order_id: several rows of the file that differ": 2,
        "orders: order_id: several rows of the file that differ": 2,
    }
    assert report["excluded"] == {"joined_in": 1, "superseded_in_run": 1}
    assert board.sql(LINES) == EXPECTED[2:]


def test_the_later_file_states_the_order(board: Board, joined: Path, tmp_path: Path) -> None:
    header, rows = "Number Placed Paid", [("1", "2024-06-17", 30)]
    later = write_csv(tmp_path / "orders2.csv", header, rows)
    report = board.imported("order_lines", joined, later, items(tmp_path), orders(tmp_path))
    assert report["excluded"] == {"joined_in": 2, "superseded_in_run": 1}
    assert [row[3] for row in board.sql(LINES)] == [20, 10, Decimal("9.99")]


def test_a_bad_row_of_the_second_file_is_rejected_with_its_lines(
    board: Board, joined: Path, tmp_path: Path
) -> None:
    file = orders(tmp_path, ("3", "soon", 5))
    report = board.imported("order_lines", joined, items(tmp_path, ("3", "a", 5, 1)), file)
    assert report["rejected"] == {
        "Placed: not a date as declared": 1,
        "orders: Placed: not a date as declared": 1,
    }
    assert report["loaded"] == 3


GROUP = st.tuples(
    st.decimals(0, 10**7, places=2),
    st.lists(st.decimals(0, 10**5, places=2), min_size=1, max_size=12),
)


@given(groups=st.lists(GROUP, min_size=1, max_size=4))
def test_parts_add_up_and_none_is_a_cent_off(groups: list[tuple[Decimal, list[Decimal]]]) -> None:
    rows = pl.DataFrame(
        [
            {FILE: 0, "order_id": str(number), "paid": float(whole), "share": float(weight)}
            for number, (whole, weights) in enumerate(groups)
            for weight in weights
        ]
    )
    text = JOINED.replace("unit_price * quantity", "share").replace("sku_id =", "share =")
    parts = with_splits(rows, read_mapping(text.replace('"sku_id"', '"share"'), "m.toml"))
    for number, (whole, weights) in enumerate(groups):
        mine = parts.filter(order_id=str(number))["paid_amount"].to_list()
        cents = [round(Decimal(part), 2) for part in mine]
        assert sum(cents) == whole
        total = sum(weights)
        for part, weight in zip(cents, weights, strict=True):
            fair = whole * weight / total if total else whole / len(weights)
            assert abs(part - fair) < Decimal("0.011")


def test_an_unknown_amount_stays_unknown() -> None:
    rows = pl.DataFrame({FILE: [0, 0], "order_id": "1", "paid": [None, None], "share": [1.0, 2.0]})
    text = JOINED.replace("unit_price * quantity", "share").replace("sku_id =", "share =")
    mapping = read_mapping(text.replace('"sku_id"', '"share"'), "m.toml")
    given = rows.with_columns(pl.col("paid").cast(pl.Float64))
    assert with_splits(given, mapping)["paid_amount"].to_list() == [None, None]


def test_a_reject_is_cleared_once_its_order_is_whole(
    board: Board, joined: Path, tmp_path: Path
) -> None:
    joined.write_text('origin = "shop"\n' + JOINED)
    more = orders(tmp_path, ("3", "2024-06-19", 5))
    board.imported("order_lines", joined, items(tmp_path), more)
    kept = "SELECT file, line, document FROM board_rejects"
    assert board.sql(kept) == [("orders.csv", 4, "3")]
    late = write_csv(tmp_path / "late.csv", "Order SKU Price Qty", [("3", "a", 5, 1)])
    renamed = write_csv(tmp_path / "again.csv", "Number Placed Paid", [("3", "2024-06-19", 5)])
    board.imported("order_lines", joined, late, renamed)
    assert board.sql(kept) == []
