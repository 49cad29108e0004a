"""The demo shop keeps its books: goods and money by plain SQL on the tables of a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.schema import IMPORTED
from tests.unit.demo_shop import SMALL, asking, built, none

if TYPE_CHECKING:
    from tests.unit.demo_shop import Ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asking(built(tmp_path_factory.mktemp("demo"), SMALL))


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


def test_what_is_on_order_was_ordered_and_has_not_come(ask: Ask) -> None:
    none(
        ask,
        """
        WITH days AS (SELECT DISTINCT stock_date AS day FROM stock_daily), bought AS (
            SELECT day, warehouse_id, sku_id, sum(ordered_quantity) AS units
            FROM receipts JOIN days
                ON ordered_date <= day AND (received_date IS NULL OR received_date > day)
            WHERE kind = 'purchase' GROUP BY ALL
        )
        FROM stock_daily AS s JOIN bought AS b
            ON (b.day, b.warehouse_id, b.sku_id) = (stock_date, s.warehouse_id, s.sku_id)
        WHERE inbound <> b.units
        """,
    )
    none(
        ask,
        """
        FROM stock_daily AS s WHERE inbound <> 0 AND NOT EXISTS (
            FROM receipts AS r WHERE (r.warehouse_id, r.sku_id) = (s.warehouse_id, s.sku_id)
                AND kind = 'purchase' AND ordered_date <= stock_date
                AND (received_date IS NULL OR received_date > stock_date)
        )
        """,
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
