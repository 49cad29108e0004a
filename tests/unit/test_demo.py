"""The demo shop keeps its books: identities by plain SQL on the tables of a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from connectors.schema import IMPORTED
from tests.unit.demo_shop import SMALL, built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("demo"), SMALL)


@pytest.fixture(scope="module")
def ask(warehouse: Path) -> Ask:
    (file,) = warehouse.glob("generation-*.duckdb")
    connection = duckdb.connect(str(file), read_only=True)
    truth = warehouse / "truth"
    connection.sql("SET TimeZone = 'UTC'")
    for name in ("incidents", "demand", "channels"):
        connection.sql(f"CREATE TEMP VIEW truth_{name} AS FROM '{truth}/{name}.parquet'")
    return lambda sql: connection.sql(sql).fetchall()


def none(ask: Ask, sql: str) -> None:
    assert ask(f"SELECT count(*) FROM ({sql})") == [(0,)]


@pytest.mark.parametrize("table", IMPORTED)
def test_every_table_holds_rows(ask: Ask, table: str) -> None:
    ((rows,),) = ask(f"SELECT count(*) FROM {table}")
    assert rows > 0


@pytest.mark.parametrize("table", IMPORTED)
def test_no_key_is_there_twice(ask: Ask, table: str) -> None:
    keys = ", ".join(column.name for column in IMPORTED[table].primary_key)
    none(ask, f"SELECT {keys} FROM {table} GROUP BY ALL HAVING count(*) > 1")


MOVES = """
    SELECT received_date AS day, warehouse_id, sku_id, received_quantity AS units FROM receipts
    WHERE received_date >= (SELECT min(stock_date) FROM stock_daily)
    UNION ALL SELECT refunded_date, warehouse_id, sku_id, resaleable_quantity FROM returns
"""
SHIPPED = """
    SELECT CAST(shipped_at + INTERVAL 8 HOUR AS DATE) AS day, warehouse_id, sku_id,
        quantity AS units
    FROM order_lines WHERE shipped_at IS NOT NULL
"""


def test_stock_is_that_of_yesterday_and_what_moved(
    ask: Ask,
) -> None:
    """Where a day has no row, nothing was there."""
    none(
        ask,
        f"""
        WITH moved AS (
            SELECT day, warehouse_id, sku_id, sum(units) AS units
            FROM ({MOVES} UNION ALL SELECT day, warehouse_id, sku_id, -units FROM ({SHIPPED}))
            GROUP BY ALL
        ), days AS (
            SELECT coalesce(s.stock_date, m.day) AS day, coalesce(s.on_hand, 0) AS on_hand,
                coalesce(m.units, 0) AS units,
                lag(coalesce(s.on_hand, 0)) OVER (
                    PARTITION BY coalesce(s.warehouse_id, m.warehouse_id),
                        coalesce(s.sku_id, m.sku_id)
                    ORDER BY coalesce(s.stock_date, m.day)
                ) AS yesterday
            FROM stock_daily AS s FULL JOIN moved AS m
                ON (s.stock_date, s.warehouse_id, s.sku_id) = (m.day, m.warehouse_id, m.sku_id)
        )
        FROM days WHERE day > (SELECT min(stock_date) FROM stock_daily)
            AND on_hand <> coalesce(yesterday, 0) + units
        """,
    )


def test_nothing_is_sold_from_an_empty_shelf(
    ask: Ask,
) -> None:
    """What a day sells was free the evening before, or arrived, came back or was moved there."""
    none(
        ask,
        f"""
        WITH sold AS (
            SELECT ordered_date AS day, warehouse_id, sku_id, sum(quantity) AS units
            FROM order_lines WHERE is_paid OR is_presale GROUP BY ALL
        ), arrived AS (
            SELECT day, warehouse_id, sku_id, sum(units) AS units FROM ({MOVES}) GROUP BY ALL
        )
        SELECT * FROM sold
        LEFT JOIN stock_daily AS s ON s.stock_date = sold.day - 1
            AND (s.warehouse_id, s.sku_id) = (sold.warehouse_id, sold.sku_id)
        LEFT JOIN arrived AS a
            ON (a.day, a.warehouse_id, a.sku_id) = (sold.day, sold.warehouse_id, sold.sku_id)
        WHERE sold.day > (SELECT min(stock_date) FROM stock_daily)
            AND sold.units > coalesce(s.on_hand - s.reserved, 0) + coalesce(a.units, 0)
        """,
    )


def test_shelves_never_hold_less_than_nothing(
    ask: Ask,
) -> None:
    none(
        ask,
        'FROM stock_daily WHERE least(on_hand, reserved, inbound, "returning", defective) < 0'
        " OR reserved > on_hand",
    )


def test_nothing_is_sold_before_its_launch(ask: Ask) -> None:
    none(ask, "FROM order_lines JOIN products USING (sku_id) WHERE ordered_date < launch_date")


def test_refunds_never_exceed_what_was_paid(ask: Ask) -> None:
    none(
        ask,
        """
        SELECT o.shop_id FROM returns AS r JOIN order_lines AS o
            ON (o.shop_id, o.order_id, o.line_id) = (r.shop_id, r.order_id, r.order_line_id)
        GROUP BY o.shop_id, o.order_id, o.line_id
        HAVING sum(r.refund_amount) > any_value(o.paid_amount)
            OR sum(r.quantity) > any_value(o.quantity) OR NOT any_value(o.is_paid)
        """,
    )


def test_spend_lies_within_the_dates_of_its_campaign(
    ask: Ask,
) -> None:
    none(
        ask,
        """
        FROM ad_spend LEFT JOIN campaigns USING (campaign_id)
        WHERE start_date IS NULL OR spend_date < start_date OR spend_date >= end_date
        """,
    )


def test_traffic_counts_what_was_paid(ask: Ask) -> None:
    """By shop and day the three levels and the order lines agree on the money."""
    none(
        ask,
        """
        WITH paid AS (
            SELECT sold_date AS day, shop_id, sum(paid_amount) AS amount FROM order_lines
            WHERE is_paid AND shop_id <> 'mini_program'
                AND NOT (shop_id = 'jd_flagship' AND sold_date = DATE '2025-11-20')
            GROUP BY ALL
        ), counted AS (
            SELECT traffic_date AS day, shop_id, level, sum(paid_amount) AS amount
            FROM traffic_daily GROUP BY ALL HAVING sum(paid_amount) > 0
        ), levels AS (SELECT unnest(['shop', 'source', 'item']) AS level)
        SELECT * FROM (FROM paid CROSS JOIN levels) AS p
        FULL JOIN counted AS c USING (day, shop_id, level)
        WHERE p.amount IS DISTINCT FROM c.amount
        """,
    )


def test_traffic_counts_who_paid(ask: Ask) -> None:
    """At least those whom the shop knows, at most one for each order; and all of them visited."""
    none(
        ask,
        """
        WITH paid AS (
            SELECT sold_date AS traffic_date, shop_id, count(DISTINCT customer_id) AS known,
                count(DISTINCT order_id) AS orders
            FROM order_lines WHERE is_paid GROUP BY ALL
        )
        FROM traffic_daily JOIN paid USING (traffic_date, shop_id)
        WHERE level = 'shop' AND (
            paying_buyers NOT BETWEEN known AND orders OR visitors < paying_buyers
            OR cart_visitors > favourite_visitors OR favourite_visitors > visitors)
        """,
    )


@pytest.mark.parametrize(("step", "at"), [("order", "ordered_at"), ("pay", "paid_at")])
def test_events_are_the_orders_of_the_mini_program(ask: Ask, step: str, at: str) -> None:
    """But for those of the tracking outage, in which there is nothing at all."""
    none(
        ask,
        f"""
        WITH placed AS (
            SELECT DISTINCT order_id,
                CAST({at} + INTERVAL 8 HOUR AS DATE) BETWEEN i.start_date AND i.last_date AS untold
            FROM order_lines AS o, truth_incidents AS i
            WHERE o.shop_id = 'mini_program' AND {at} IS NOT NULL AND i.kind = 'tracking_outage'
        )
        FROM placed FULL JOIN (
            SELECT order_id, count(*) AS steps FROM events WHERE event_name = '{step}' GROUP BY ALL
        ) USING (order_id)
        WHERE untold IS NULL OR coalesce(steps, 0) <> CASE WHEN untold THEN 0 ELSE 1 END
        """,
    )
    none(
        ask,
        """
        FROM events, truth_incidents AS i
        WHERE i.kind = 'tracking_outage' AND event_date BETWEEN i.start_date AND i.last_date
        """,
    )


def test_truth_is_what_was_wanted_and_what_was_sold(
    ask: Ask,
) -> None:
    none(
        ask,
        """
        WITH sold AS (
            SELECT ordered_date AS date, sku_id, sum(quantity) AS units
            FROM order_lines GROUP BY ALL
        )
        FROM truth_demand FULL JOIN sold USING (date, sku_id)
        WHERE coalesce(sold, 0) <> coalesce(units, 0) OR demand < sold
        """,
    )
    ((wanted, sold),) = ask("SELECT sum(demand), sum(sold) FROM truth_demand")
    assert sold < wanted
