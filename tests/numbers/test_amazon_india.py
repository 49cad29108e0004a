"""An apparel seller's orders, export business and stock beside plain SQL on the raw files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from sqlalchemy import func, select

from connectors.schema import order_lines, stock_daily
from metrics import Query, run
from tests.numbers import oracle
from tests.numbers.tables import EVERYONE, answered, asked, assert_equal

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from connectors.engines import Connector

START, END = date(2022, 3, 1), date(2022, 7, 1)
_PAID = "status NOT LIKE 'Pending%' AND status <> 'Cancelled'"
_PRICED = "NOT (amount IS NOT NULL AND amount <= 0)"
_GONE_BACK = """status IN ('Shipped - Returned to Seller', 'Shipped - Returning to Seller',
    'Shipped - Rejected by Buyer', 'Shipped - Lost in Transit', 'Shipped - Damaged')"""
_SALES = f"sum(CASE WHEN {_PAID} THEN coalesce(amount, 0) ELSE 0 END)"
_BACK = f"sum(CASE WHEN {_GONE_BACK} THEN coalesce(amount, 0) ELSE 0 END)"
EXPECTED = {
    "gmv": "sum(amount)",
    "paid_sales": _SALES,
    "refunds_of_orders": _BACK,
    "cohort_refunds": _BACK,
    "net_sales": f"{_SALES} - {_BACK}",
    "refund_rate": f"{_BACK} / nullif({_SALES}, 0)",
    "placed_orders": f"count(DISTINCT CASE WHEN {_PRICED} THEN id END)",
    "orders": f"count(DISTINCT CASE WHEN {_PAID} AND {_PRICED} THEN id END)",
    "cancelled_orders": f"count(DISTINCT CASE WHEN status = 'Cancelled' AND {_PRICED} THEN id END)",
    "units": f"sum(CASE WHEN {_PAID} AND {_PRICED} THEN q ELSE 0 END)",
}
FILTERS: dict[str, Any] = {
    "nothing": ((), "1"),
    "two categories": ((("category", ("Shirt", "Blazzer")),), "category IN ('Shirt', 'Blazzer')"),
}


@pytest.fixture(scope="module")
def orders(data: Path) -> sqlite3.Connection:
    return oracle.amazon_orders(data)


@pytest.fixture(scope="module")
def exports(data: Path) -> sqlite3.Connection:
    return oracle.amazon_international(data)


@pytest.mark.parametrize("kept", FILTERS)
@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", None])
def test_orders_at_each_grain(
    amazon_orders: Connector, orders: sqlite3.Connection, grain: Any, kept: str
) -> None:
    where, sql = FILTERS[kept]
    query = Query(tuple(EXPECTED), START, END, grain=grain, where=where)
    keys = [oracle.period(grain)] if grain else []
    expected = asked(orders, list(EXPECTED.values()), sql, *keys)
    assert_equal(answered(amazon_orders, query, *(["period"] if grain else [])), expected)


def test_both_spellings_of_a_date_land_in_their_month(amazon_orders: Connector) -> None:
    """Counted by hand in the raw file: rows by the month that both spellings put first."""
    query = Query(("placed_orders",), START, END, grain="month")
    months = run(query, EVERYONE, amazon_orders).frame["period"].to_list()
    assert months == [date(2022, month, 1) for month in (3, 4, 5, 6)]
    march = Query(("placed_orders",), START, date(2022, 4, 1), grain="day")
    assert run(march, EVERYONE, amazon_orders).frame["period"].to_list() == [date(2022, 3, 31)]


def test_groups_by_category_and_size(amazon_orders: Connector, orders: sqlite3.Connection) -> None:
    names = ("paid_sales", "orders", "units")
    keys = ("category", "CASE size WHEN 'Free' THEN 'FREE' ELSE size END")
    expected = asked(orders, [EXPECTED[name] for name in names], "1", *keys)
    query = Query(names, START, END, by=("category", "size"))
    assert_equal(answered(amazon_orders, query, "category", "size"), expected)


@pytest.mark.parametrize("grain", ["day", "month", None])
def test_the_export_business_counts_its_repeated_block_once(
    amazon_international: Connector, exports: sqlite3.Connection, grain: Any
) -> None:
    names = ("paid_sales", "units", "buyers")
    values = ["sum(gross)", "sum(q)", "count(DISTINCT trim(customer))"]
    query = Query(names, date(2021, 6, 1), date(2022, 6, 1), grain=grain)
    keys = [oracle.period(grain)] if grain else []
    expected = asked(exports, values, "1", *keys)
    assert_equal(answered(amazon_international, query, *(["period"] if grain else [])), expected)


def test_export_skus_join_their_stock(
    amazon_international: Connector, exports: sqlite3.Connection
) -> None:
    line, stock = order_lines.c.sku_id, stock_daily.c
    joined = (
        select(func.count(line.distinct()).label("skus"))
        .select_from(order_lines)
        .join(stock_daily, stock.sku_id == line)
    )
    sold = select(func.count(line.distinct()).label("skus"))
    counts = [amazon_international.frame(each)["skus"].item() for each in (joined, sold)]
    raw = exports.execute(
        "SELECT count(DISTINCT CASE WHEN sku IN (SELECT sku FROM stock) THEN sku END),"
        " count(DISTINCT sku) FROM raw WHERE sku <> ''"
    ).fetchone()
    assert counts == list(raw) == [4_490, 4_590]


def test_stock_is_what_the_snapshot_says(
    amazon_international: Connector, exports: sqlite3.Connection
) -> None:
    columns = select(stock_daily.c.sku_id, stock_daily.c.on_hand)
    got = amazon_international.frame(columns).filter(pl.col("sku_id").str.starts_with("JNE"))
    raw = exports.execute("SELECT sku, units FROM stock WHERE sku LIKE 'JNE%'").fetchall()
    assert dict(got.iter_rows()) == {sku: int(float(units)) for sku, units in raw}
