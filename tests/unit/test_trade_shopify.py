"""Shopify's orders export: the order on its first row, discounts and refunds to the cent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.trade import SHOPIFY, records, write_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.importing import Board

NO = "540000000100{}".format
LINES = """SELECT order_id, line_id, quantity, gross_amount::DOUBLE, paid_amount::DOUBLE,
postage::DOUBLE, sales_amount::DOUBLE, is_paid, is_cancelled, is_shipped FROM order_lines
ORDER BY ALL"""
RETURNS = """SELECT order_id, order_line_id, refund_amount::DOUBLE, is_before_shipping, kind,
refunded_at FROM returns ORDER BY ALL"""
EXPECTED: list[tuple[Any, ...]] = [
    (NO(2), "JKT-M#1", 1, 100, 70, 0, 70, True, True, False),
    # 99.80 less 5.00 shipping and 3.00 tip is 91.80, by 30 and 70.
    (NO(3), "MUG#1", 1, 30, 29.04, 1.5, 27.54, True, False, True),
    (NO(3), "TEE-BLK-S#1", 2, 70, 67.76, 3.5, 64.26, True, False, True),
    (NO(4), "CNDL#1", 1, 25, 0, 0, 0, False, False, False),
]


def test_an_export_of_2024(board: Board) -> None:
    report = board.imported("order_lines", "shopify_orders", SHOPIFY)
    assert (report["read"], report["loaded"], report["currency"]) == (5, 4, "USD")
    assert (report["excluded"], report["excluded_amount"]) == ({"tips": 1}, {"tips": 3})
    assert board.sql(LINES) == EXPECTED
    assert board.sql(RETURNS) == [
        (NO(2), "JKT-M#1", 70, True, "refund_only", None),
        (NO(3), "MUG#1", 9, False, None, None),
        (NO(3), "TEE-BLK-S#1", 21, False, None, None),
    ]
    again = board.imported("order_lines", "shopify_orders", SHOPIFY)
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 0, 4)


def test_lines_and_tips_add_up_to_the_totals_of_paid_orders(board: Board) -> None:
    board.imported("order_lines", "shopify_orders", SHOPIFY, "--rule", "tips=off")
    paid = [row for row in records(SHOPIFY, "utf-8") if row["Paid at"]]
    stated = sum(Decimal(row["Total"]) for row in paid)
    assert board.sql("SELECT sum(paid_amount) FROM order_lines") == [(stated,)]
    stated = sum(Decimal(row["Refunded Amount"]) for row in paid)
    assert board.sql("SELECT sum(refund_amount) FROM returns") == [(stated,)]
    query = "SELECT quantity, paid_amount FROM order_lines WHERE line_type = 'adjustment'"
    assert board.sql(query) == [(1, 3)]


def test_the_order_is_on_every_line(board: Board) -> None:
    """10:11:12 −0500 is 15:11:12 UTC and 23:11 in Shanghai."""
    board.imported("order_lines", "shopify_orders", SHOPIFY)
    query = f"""SELECT ordered_at, sold_hour, paid_at, shipped_at, customer_id, region, channel,
    tag_price::DOUBLE FROM order_lines WHERE order_id = '{NO(3)}' ORDER BY line_id"""
    at = datetime.fromisoformat
    same = (
        *(at("2024-03-05T15:11:12"), 23, at("2024-03-05T15:11:20"), at("2024-03-06T13:00:00")),
        *("ann@example.com", "Illinois", "web"),
    )
    assert board.sql(query) == [(*same, 30.0), (*same, 40.0)]
    kept = str([board.rows(table) for table in ("order_lines", "returns", "customers")])
    for text in ("Ann Example", "Main St", "12175550100", "62701"):
        assert text not in kept


def test_columns_are_found_by_name(board: Board, tmp_path: Path) -> None:
    """The 47 columns of 2012, in another order: no Id, no refunds, no line discounts."""
    rows = [dict(reversed(list(row.items())[:47])) for row in records(SHOPIFY, "utf-8")]
    board.imported("order_lines", "shopify_orders", write_rows(tmp_path / "o.csv", rows))
    lines = [(f"#100{row[0][-1]}", *row[1:]) for row in EXPECTED]
    assert board.sql(LINES) == lines
    assert board.sql(RETURNS) == []
    board.imported("order_lines", "shopify_orders", SHOPIFY)
    assert board.sql(LINES) == EXPECTED  # the same orders, now with their numbers


ROW = {
    "Name": "#1",
    "Email": "Ann@Example.com",
    "Financial Status": "paid",
    "Currency": "USD",
    "Subtotal": "70.00",
    "Shipping": "0.00",
    "Taxes": "0.00",
    "Total": "70.00",
    "Discount Amount": "30.00",
    "Created at": "2024-03-05 10:11:12 -0500",
    "Lineitem quantity": "1",
    "Lineitem name": "A",
    "Lineitem price": "50.00",
    "Lineitem discount": "30.00",
    "Refunded Amount": "0.00",
}
NEXT = {**dict.fromkeys(ROW, ""), "Name": "#1", "Created at": ROW["Created at"]}
NEXT |= {"Lineitem quantity": "1", "Lineitem name": "B", "Lineitem price": "50.00"}
PARTS = "SELECT paid_amount::DOUBLE FROM order_lines WHERE is_paid ORDER BY line_id"


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        # The discounts of lines add up to the order's: A bears all of it.
        ({}, [20, 50]),
        # They do not (a code's discount is on no line): A and B bear it alike.
        ({"Lineitem discount": "15.00"}, [35, 35]),
        # Prices with taxes in them: Taxes is only told.
        ({"Taxes": "11.18"}, [20, 50]),
        # Taxes on top are part of what was paid.
        ({"Taxes": "7.00", "Total": "77.00"}, [22, 55]),
        # A total that no sum explains is what was paid all the same, to the cent.
        ({"Total": "70.01", "Lineitem discount": ""}, [35.01, 35]),
        ({"Financial Status": "Paid"}, [20, 50]),
        ({"Financial Status": "authorized"}, []),
        ({"Financial Status": "voided", "Cancelled at": "2024-03-05 11:00:00 -0500"}, []),
    ],
)
def test_discounts_and_taxes(
    board: Board, tmp_path: Path, change: dict[str, str], parts: list[float]
) -> None:
    rows = [ROW | {"Cancelled at": ""} | change, NEXT]
    board.imported("order_lines", "shopify_orders", write_rows(tmp_path / "o.csv", rows))
    assert [paid for (paid,) in board.sql(PARTS)] == parts
    query = "SELECT DISTINCT customer_id, is_cancelled FROM order_lines"
    assert board.sql(query) == [("ann@example.com", "Cancelled at" in change)]


def test_two_exports_of_one_name_with_the_same_order(board: Board, tmp_path: Path) -> None:
    """Every export is called orders_export_1.csv; the later folder states the order."""
    files = []
    for year, status in (("2023", "pending"), ("2024", "paid")):
        (tmp_path / year).mkdir()
        rows = [{**ROW, "Financial Status": status}, NEXT]
        files.append(write_rows(tmp_path / year / "orders_export_1.csv", rows))
    report = board.imported("order_lines", "shopify_orders", *files)
    assert (report["loaded"], report["excluded"]) == (2, {"superseded_in_run": 2})
    assert [paid for (paid,) in board.sql(PARTS)] == [20, 50]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"Financial Status": "in_review"}, "a value that the mapping does not list"),
        ({"Total": "x"}, "not a number"),
    ],
)
def test_an_order_whose_first_row_is_refused_is_refused_whole(
    board: Board, tmp_path: Path, change: dict[str, str], first: str
) -> None:
    other = {**ROW, "Name": "#2"}
    file = write_rows(tmp_path / "o.csv", [{**ROW, **change}, NEXT, other])
    report = board.imported("order_lines", "shopify_orders", file)
    reason = (
        "the first row of the order has no Total, or no Financial Status that the mapping lists"
    )
    assert report["rejected"] == {f"{next(iter(change))}: {first}": 1, reason: 1}
    assert board.sql("SELECT order_id FROM order_lines") == [("#2",)]


def test_another_currency_needs_a_rate(board: Board, tmp_path: Path) -> None:
    board.settings["CURRENCY"] = "CNY"
    done = board.run("import", SHOPIFY, "--as", "order_lines", "--mapping", "shopify_orders")
    assert (done.code, done.err.count("\n")) == (2, 1)
    rate = {"from_currency": "USD", "to_currency": "CNY", "rate": "7.2"}
    days = [{"rate_date": day, **rate} for day in ("2024-03-04", "2024-03-09")]
    board.imported("rates", "canonical", write_rows(tmp_path / "rates.csv", days))
    board.imported("order_lines", "shopify_orders", SHOPIFY)
    paid = round(sum(row[4] for row in EXPECTED) * 7.2, 4)
    assert board.sql("SELECT sum(paid_amount)::DOUBLE FROM order_lines") == [(paid,)]
    assert board.sql("SELECT DISTINCT currency FROM order_lines") == [("USD",)]
    # Refunds name no day: they are converted as their orders are.
    assert board.sql("SELECT sum(refund_amount)::DOUBLE FROM returns") == [(720.0,)]


def test_a_missing_column_and_empty_files(board: Board, tmp_path: Path) -> None:
    lacking = {name: cell for name, cell in ROW.items() if name != "Total"}
    file = write_rows(tmp_path / "o.csv", [lacking])
    done = board.run("import", file, "--as", "order_lines", "--mapping", "shopify_orders")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("o.csv: no column named 'Total'.")
    file.write_bytes(b"")
    done = board.run("import", file, "--as", "order_lines", "--mapping", "shopify_orders")
    assert (done.code, done.err.count("\n")) == (2, 1)
    file.write_bytes(SHOPIFY.read_bytes().splitlines(keepends=True)[0])
    assert board.imported("order_lines", "shopify_orders", file)["read"] == 0
