"""What stock is ahead of and what is late, against plain SQL over the raw rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from metrics.cover import cover_by_size
from metrics.replenish import PLACES, STATE
from tests.numbers.given import asked, business, by, reasons, row
from tests.numbers.shelves import DAYS, FIRST, closing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import date

    from connectors.engines import Connector

DAY = timedelta(days=1)
ALL = (FIRST, DAYS[-1] + DAY)
RECEIPTS = """purchase_id,line_id,supplier_id,warehouse_id,sku_id,ordered_at,promised_date,\
received_at,kind,ordered_quantity,received_quantity,unit_cost
p1,1,near,A,x,2026-03-01 09:00:00,2026-03-20,,purchase,10,,5
p1,2,near,A,y,2026-03-01 09:00:00,2026-03-25,2026-04-20 09:00:00,purchase,4,4,2
p2,1,far,B,x,2026-03-01 09:00:00,2026-03-10,2026-03-12 09:00:00,purchase,7,7,5
p3,1,far,B,x,2026-03-01 09:00:00,2026-04-09,,purchase,9,,5
p4,1,far,B,x,2026-03-01 09:00:00,2026-05-09,,,9,,5
p5,1,far,B,x,2026-03-01 09:00:00,2026-03-09,,transfer,3,,5
p6,1,far,,x,2026-03-01 09:00:00,2026-04-08,,,2,,
"""


@pytest.fixture(scope="module")
def bought(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    """Purchase orders and nothing else."""
    folder = tmp_path_factory.mktemp("bought")
    yield from business(new_warehouse(), folder, {"receipts": RECEIPTS})


def test_the_age_of_stock_counts_each_unit_alike(shop: Connector, raw: sqlite3.Connection) -> None:
    days = "julianday(:day) - julianday(s.first_received_date)"
    sums = f"sum(s.on_hand * ({days})) / sum(s.on_hand)"
    expected = closing(raw, DAYS[-1], sums, "warehouse_id")
    got = by(shop, ALL, "warehouse", "stock_age")
    assert got == {place: (pytest.approx(age),) for place, (age,) in expected.items()}


def test_the_cost_of_a_unit_is_known_without_any_in_stock(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    expected = closing(raw, DAYS[-1], "avg(s.unit_cost)", "s.sku_id")
    assert by(shop, ALL, "sku", "unit_cost") == {
        sku: (pytest.approx(cost),) for sku, (cost,) in expected.items()
    }


def test_values_are_those_of_the_units_at_cost(shop: Connector) -> None:
    names = ("water_stock", "target_stock", "unit_cost", "water_stock_value", "target_stock_value")
    each = asked(shop, ALL, *names, by=("sku", "warehouse")).frame.drop_nulls("target_stock")
    assert each.height > 0
    for units in names[:2]:
        expected = (each[units] * each["unit_cost"]).sum()
        whole = row(shop, ALL, f"{units}_value")[f"{units}_value"]
        assert whole == pytest.approx(expected)
    levels = row(shop, ALL, "water_level_by_value", *names[3:])
    ratio = levels["water_stock_value"] / levels["target_stock_value"]
    assert levels["water_level_by_value"] == pytest.approx(ratio)


def test_sales_ahead_are_demand_at_the_price_of_four_weeks(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    """In A, whose snapshots of the last four weeks say which days count."""
    each = by(shop, ALL, "sku", "forward_sales", "forward_demand", where=(("warehouse", ("A",)),))
    since = DAYS[-1] - 27 * DAY
    sql = """SELECT sum(l.quantity * l.unit_price), sum(l.quantity) FROM order_lines AS l
        JOIN stock_daily AS s ON s.sku_id = l.sku_id AND s.warehouse_id = l.warehouse_id
         AND s.stock_date = substr(l.ordered_at, 1, 10)
        WHERE l.sku_id = ? AND l.warehouse_id = 'A' AND l.is_paid = 'true' AND s.stock_date > ?"""
    compared = 0
    for sku, (sales, demand) in each.items():
        last = raw.execute(
            "SELECT max(stock_date) FROM stock_daily WHERE sku_id = ? AND warehouse_id = 'A'",
            (sku,),
        ).fetchone()[0]
        if last == str(DAYS[-1]) and demand:
            amount, units = raw.execute(sql, (sku, str(since - DAY))).fetchone()
            assert sales == pytest.approx(demand * amount / units)
            compared += 1
    assert compared > 3


def test_the_map_says_what_the_metric_says(shop: Connector) -> None:
    state = asked(shop, ALL, *STATE, by=PLACES).frame
    cells = cover_by_size(state, 99).select("skc", "size", pl.col("days_of_cover").alias("cover"))
    frame = asked(shop, ALL, "days_of_cover", by=("skc", "size")).frame
    both = cells.join(frame, on=["skc", "size"], nulls_equal=True)
    assert both.height == frame.drop_nulls("skc").height > 0
    assert both["cover"].to_list() == pytest.approx(both["days_of_cover"].to_list(), nan_ok=True)


def test_late_is_what_was_promised_before_the_last_day_and_is_not_there(bought: Connector) -> None:
    names = ("late_units", "late_value", "late_days")
    assert DAYS[-1].isoformat() == "2026-04-09"
    assert _late(bought, ALL, *names) == {"p1": (14, 58, 20), "p6": (2, 0, 1)}
    assert row(bought, ALL, *names) == {"late_units": 16, "late_value": 58, "late_days": 20}
    march = (FIRST, FIRST + 11 * DAY)
    assert _late(bought, march, *names) == {"p2": (7, 35, 1)}


def _late(
    connector: Connector, days: tuple[date, date], *names: str
) -> dict[str, tuple[float, ...]]:
    """The purchase orders with anything late."""
    found = by(connector, days, "purchase", *names)
    return {key: numbers for key, numbers in found.items() if numbers[0]}


def test_without_orders_nothing_is_said_of_lateness(shop: Connector) -> None:
    assert "promised" in reasons(shop, ALL, "late_units")["late_units"]
