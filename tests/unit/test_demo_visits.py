"""The demo shop keeps its books: spend, visits and steps by plain SQL on a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.demo_shop import SMALL, asking, built, none

if TYPE_CHECKING:
    from tests.unit.demo_shop import Ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asking(built(tmp_path_factory.mktemp("demo"), SMALL))


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


def test_what_ads_cost_is_what_their_channel_spent(ask: Ask) -> None:
    none(
        ask,
        """
        WITH told AS (
            SELECT spend_date AS date, shop_id, channel, sum(spend) AS spend
            FROM ad_spend GROUP BY ALL
        )
        FROM told FULL JOIN (FROM truth_channels WHERE spend > 0) AS t
            USING (date, shop_id, channel)
        WHERE abs(coalesce(told.spend, 0) - coalesce(t.spend, 0)) > 0.006
            AND NOT (shop_id = 'jd_flagship' AND date = DATE '2025-11-20')
        """,
    )


def test_ads_show_styles_that_are_sold_and_creators(ask: Ask) -> None:
    none(
        ask,
        """
        SELECT a.style_id FROM ad_spend AS a JOIN campaigns USING (campaign_id)
        LEFT JOIN (SELECT style_id, min(launch_date) AS launched FROM products GROUP BY ALL) AS p
            USING (style_id)
        WHERE (a.style_id IS NULL) <> (ad_id = 'all')
            OR a.style_id IS NOT NULL AND (launched IS NULL OR launched > start_date)
            OR a.creator_id IS NOT NULL
                AND a.creator_id NOT IN (SELECT creator_id FROM order_lines WHERE is_paid)
        """,
    )
    ((styles, creators),) = ask(
        "SELECT count(DISTINCT style_id), count(DISTINCT creator_id) FROM ad_spend"
    )
    assert styles > 3
    assert creators > 1


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
