"""The presets of the Indian apparel seller, beside the csv module over the raw rows."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.importing import Board

if TYPE_CHECKING:
    from pathlib import Path

    Rows = list[dict[str, str]]

RETURNED = {
    "Shipped - Returned to Seller",
    "Shipped - Returning to Seller",
    "Shipped - Rejected by Buyer",
    "Shipped - Lost in Transit",
    "Shipped - Damaged",
}
LINES = "FROM order_lines"


def day(text: str) -> str:
    """A month-first date in any of the seller's spellings, in ISO's."""
    form = "%m/%d/%Y" if "/" in text else "%m-%d-%y" if len(text) == 8 else "%m-%d-%Y"
    return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 (a date alone)


@pytest.fixture(scope="module")
def folder(data: Path) -> Path:
    return data / "amazon_india_apparel"


@pytest.fixture(scope="module")
def orders(folder: Path) -> Rows:
    with gzip.open(
        folder / "Amazon Sale Report.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def international(folder: Path) -> Rows:
    """The first 18,635 rows, as the file's description counts its first table."""
    with (folder / "International sale Report.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[:18_635]


@pytest.fixture(scope="module")
def stock(folder: Path) -> Rows:
    with (folder / "Sale Report.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> tuple[Board, dict[str, Any]]:
    board = Board(tmp_path_factory.mktemp("orders") / "warehouse")
    file = folder / "Amazon Sale Report.csv.gz"
    return board, board.imported("order_lines", "amazon_india_orders", file)


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> tuple[Board, dict[str, Any]]:
    board = Board(tmp_path_factory.mktemp("abroad") / "warehouse")
    file = folder / "International sale Report.csv"
    return board, board.imported("order_lines", "amazon_india_international", file)


def test_every_order_row_is_loaded(sold: tuple[Board, dict[str, Any]], orders: Rows) -> None:
    _, report = sold
    assert report["read"] == report["loaded"] == len(orders) == 128_976
    assert (report["excluded"], report["rejected"], report["currency"]) == ({}, {}, "INR")


def test_both_spellings_of_dates_land_in_the_right_month(
    sold: tuple[Board, dict[str, Any]], orders: Rows
) -> None:
    board, _ = sold
    expected = Counter(day(row["Date"])[:7] for row in orders)
    assert set(expected) == {"2022-03", "2022-04", "2022-05", "2022-06"}
    months = board.sql(f"SELECT strftime(sold_date, '%Y-%m'), count(*) {LINES} GROUP BY 1")
    assert dict(months) == expected
    assert board.sql(f"SELECT DISTINCT has_time {LINES}") == [(False,)]


def test_lines_keep_what_the_report_says(sold: tuple[Board, dict[str, Any]], orders: Rows) -> None:
    board, _ = sold
    expected = Counter(
        (
            row["Order ID"],
            day(row["Date"]),
            row["Category"],
            row["Size"].replace("Free", "FREE"),
            int(row["Qty"]),
            Decimal(row["Amount"]) if row["Amount"] else None,
            row["Status"] == "Cancelled",
            not row["Status"].startswith(("Cancelled", "Pending")),
        )
        for row in orders
    )
    query = f"""SELECT order_id, strftime(ordered_date, '%Y-%m-%d'), category, size, quantity,
        gross_amount, is_cancelled, is_paid {LINES}"""
    assert Counter(board.sql(query)) == expected


def test_only_paid_lines_sell_and_an_empty_amount_is_not_zero(
    sold: tuple[Board, dict[str, Any]], orders: Rows
) -> None:
    board, _ = sold
    unpaid = ("Cancelled", "Pending")
    paid = [row["Amount"] for row in orders if not row["Status"].startswith(unpaid)]
    amounts = sum(Decimal(each) for each in paid if each)
    assert board.sql(f"SELECT sum(sales_amount), sum(gross_amount) FILTER (is_paid) {LINES}") == [
        (amounts, amounts)
    ]
    empty = sum(not row["Amount"] for row in orders)
    assert empty == 7_800
    assert board.sql(f"SELECT count(*) {LINES} WHERE sales_amount IS NULL") == [(empty,)]


def test_statuses_of_goods_that_went_back_are_returns(
    sold: tuple[Board, dict[str, Any]], orders: Rows
) -> None:
    board, report = sold
    back = [row for row in orders if row["Status"] in RETURNED]
    assert report["tables"]["returns"]["written"] == len(back)
    query = """SELECT r.reason, count(*), sum(refund_amount), count(refunded_at), count(l.order_id)
        FROM returns r LEFT JOIN (SELECT DISTINCT order_id FROM order_lines) l USING (order_id)
        GROUP BY 1 ORDER BY 1"""
    expected = [
        (
            status,
            sum(row["Status"] == status for row in back),
            sum(Decimal(row["Amount"] or 0) for row in back if row["Status"] == status),
            0,
            sum(row["Status"] == status for row in back),
        )
        for status in sorted(RETURNED)
    ]
    assert board.sql(query) == expected


def test_states_are_spelt_one_way(sold: tuple[Board, dict[str, Any]], orders: Rows) -> None:
    board, _ = sold
    found = dict(board.sql(f"SELECT coalesce(region, ''), count(*) {LINES} GROUP BY 1"))
    assert found["Rajasthan"] == sum(
        row["ship-state"].upper() in {"RAJASTHAN", "RAJSHTHAN", "RAJSTHAN", "RJ"} for row in orders
    )
    assert found["Delhi"] == sum(row["ship-state"].upper().endswith("DELHI") for row in orders)
    assert found[""] == sum(not row["ship-state"] for row in orders) == 35
    assert len({name.casefold() for name in found}) == len(found) == 38
    assert not [name for name in found if name.isupper() and name != "APO"]


def test_repeated_export_rows_can_be_left_out(
    sold: tuple[Board, dict[str, Any]], orders: Rows, folder: Path, tmp_path: Path
) -> None:
    assert sold[1]["loaded"] == len(orders)
    board = Board(tmp_path / "warehouse")
    file = folder / "Amazon Sale Report.csv.gz"
    rule = ("--rule", "repeated_row_number=on")
    report = board.imported("order_lines", "amazon_india_orders", file, *rule)
    repeated = len(orders) - len({tuple(row.values()) for row in orders})
    assert report["excluded"] == {"repeated_row_number": repeated}
    assert repeated == 168


def test_only_the_first_block_is_taken(
    abroad: tuple[Board, dict[str, Any]], international: Rows
) -> None:
    board, report = abroad
    assert report["read"] == 37_432
    assert report["loaded"] == len(international)
    assert report["excluded"] == {"second_sales": 17_757, "style_list": 1_040}
    assert report["rejected"] == {}
    expected = Counter(
        (
            day(row["Sale_Date"]),
            row["Customer_Name"].strip(),
            row["Product_SKU"].strip() or None,
            row["Product_Style"].strip(),
            row["Product_Size"].upper().strip(),
            int(row["Quantity_Purchased"]),
            Decimal(row["Gross_Amount"]),
        )
        for row in international
    )
    query = f"""SELECT strftime(sold_date, '%Y-%m-%d'), customer_id, sku_id, style_id, size,
        quantity, sales_amount {LINES}"""
    assert Counter(board.sql(query)) == expected


def test_the_months_that_the_file_names_agree(international: Rows) -> None:
    """The dates are month first: the file says so itself, as `21-Jun`, in every row."""
    for row in international:
        named = datetime.strptime(row["Sale_Month"], "%y-%b")  # noqa: DTZ007 (a month alone)
        assert day(row["Sale_Date"])[:7] == f"{named:%Y-%m}"


def test_the_workbook_gives_the_same_tables(
    abroad: tuple[Board, dict[str, Any]], folder: Path, tmp_path: Path
) -> None:
    board, report = abroad
    book = Board(tmp_path / "warehouse")
    file = folder / "International sale Report.xlsx"
    same = book.imported("order_lines", "amazon_india_international", file)
    assert {**same, "seconds": 0, "files": []} == {**report, "seconds": 0, "files": []}
    for table in ("order_lines", "products", "customers", "shops"):
        assert book.rows(table) == board.rows(table)


def test_the_stock_is_one_snapshot_without_its_broken_rows(
    abroad: tuple[Board, dict[str, Any]], folder: Path, stock: Rows, international: Rows
) -> None:
    board, _ = abroad
    report = board.imported("stock_daily", "amazon_india_stock", folder / "Sale Report.csv")
    sound = [row for row in stock if row["Product_SKU"] not in {"", "#REF!"}]
    last = {row["Product_SKU"].strip(): int(row["Stock_Level"]) for row in sound}
    assert report["read"] == len(stock) == 9_271
    assert report["rejected"] == {
        "Product_SKU: empty": 83,
        "Product_SKU: a spreadsheet's error, not a value": 15,
    }
    assert report["excluded"] == {"superseded_in_run": len(sound) - len(last)}
    assert dict(board.sql("SELECT sku_id, on_hand FROM stock_daily")) == last
    sold = {row["Product_SKU"].strip() for row in international} - {""}
    joined = "SELECT count(DISTINCT sku_id) FROM order_lines JOIN stock_daily USING (sku_id)"
    assert board.sql(joined) == [(len(sold & set(last)),)] == [(4_490,)]
    assert board.sql(f"SELECT count(DISTINCT sku_id) {LINES}") == [(len(sold),)] == [(4_590,)]
