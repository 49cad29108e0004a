"""What the demo's truth says can be found in its tables: each planted incident, and the causes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo, truth_folder
from connectors.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str], tuple[Any, ...]]

ARGUMENTS = Arguments(date(2025, 11, 20), orders=30_000, days=240)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings.model_validate(
        {"warehouse": str(folder / "warehouse"), "state": str(folder / "state.db")}
    )
    run_demo(ARGUMENTS, settings, wait=1)
    truth = truth_folder(settings)
    (file,) = truth.parent.glob("generation-*.duckdb")
    connection = duckdb.connect(str(file), read_only=True)
    for each in truth.glob("*.parquet"):
        connection.sql(f"CREATE TEMP VIEW truth_{each.stem} AS FROM '{each}'")

    def one(sql: str) -> tuple[Any, ...]:
        (row,) = connection.sql(sql).fetchall()
        return row

    return one


def incident(ask: Ask, kind: str) -> dict[str, Any]:
    names = ("start_date", "last_date", "size", "style_id", "skc_id")
    values = ask(f"SELECT {', '.join(names)} FROM truth_incidents WHERE kind = '{kind}'")
    return dict(zip(names, values, strict=True))


def test_all_eight_kinds_lie_within_the_last_half_year(ask: Ask) -> None:
    row = ask(
        "SELECT count(DISTINCT kind), max(DATE '2025-11-20' - start_date), min(start_date),"
        " count(*) FILTER (last_date = DATE '2025-11-20') FROM truth_incidents"
    )
    assert row[0] == 8
    assert row[1] < 184
    assert row[3] >= 3


def test_a_checkout_fault_stops_one_device(ask: Ask) -> None:
    found = incident(ask, "checkout_fault")
    rates = [
        ask(
            "SELECT count(order_at) / count(checkout_at) FROM sessions"
            f" WHERE device {device} 'android' AND started_date {when} DATE '{found['start_date']}'"
            f" AND started_date > DATE '{found['start_date']}' - 60"
        )[0]
        for device in ("=", "<>")
        for when in ("<", ">=")
    ]
    before, during, others_before, others_during = rates
    assert during < before * 0.75
    assert others_during > others_before * 0.75


def test_a_warehouse_that_stops_receives_nothing(ask: Ask) -> None:
    found = incident(ask, "warehouse_stop")
    during = f"received_date BETWEEN '{found['start_date']}' AND '{found['last_date']}'"
    guangzhou, hangzhou = (
        ask(
            f"SELECT count(*) FROM receipts WHERE kind = 'purchase' AND {during}"
            f" AND warehouse_id = '{name}'"
        )[0]
        for name in ("wh_guangzhou", "wh_hangzhou")
    )
    assert guangzhou == 0
    assert hangzhou > 0


def test_a_channel_loses_its_effect(ask: Ask) -> None:
    found = incident(ask, "channel_fatigue")
    before, during = (
        ask(
            "SELECT sum(orders) / sum(working_spend) FROM truth_channels"
            f" WHERE channel = '京准通' AND date {when} DATE '{found['start_date']}'"
        )[0]
        for when in ("<", ">=")
    )
    assert during < before * 0.75


def test_a_style_goes_viral(ask: Ask) -> None:
    found = incident(ask, "viral_style")
    within = f"ordered_date BETWEEN '{found['start_date']}' AND '{found['last_date']}'"
    during, before = ask(
        f"SELECT count(*) FILTER ({within}) / 11, count(*) FILTER (ordered_date BETWEEN"
        f" DATE '{found['start_date']}' - 11 AND DATE '{found['start_date']}' - 1) / 11"
        f" FROM order_lines WHERE style_id = '{found['style_id']}'"
    )
    assert during > 2 * before


def test_a_price_is_wrong(ask: Ask) -> None:
    found = incident(ask, "price_error")
    within = f"ordered_date BETWEEN '{found['start_date']}' AND '{found['last_date']}'"
    wrong, right = ask(
        f"SELECT avg(unit_price) FILTER ({within} AND shop_id = 'tmall_flagship'),"
        f" avg(unit_price) FILTER ({within} AND shop_id <> 'tmall_flagship')"
        f" FROM (FROM order_lines WHERE style_id = '{found['style_id']}')"
    )
    usual = ask(f"SELECT max(tag_price) FROM products WHERE style_id = '{found['style_id']}'")[0]
    assert wrong < float(usual) * 0.1
    assert right is None or right > float(usual) * 0.4


def test_a_courier_is_late_in_one_region(ask: Ask) -> None:
    found = incident(ask, "courier_delay")
    shipped = "CAST(shipped_at + INTERVAL 8 HOUR AS DATE)"
    late, usual = ask(
        "SELECT avg(days) FILTER (hit AND during), avg(days) FILTER (NOT hit AND during) FROM ("
        "SELECT epoch(delivered_at - shipped_at) / 86400 AS days,"
        " courier = '中通' AND region = '西南' AS hit,"
        f" {shipped} BETWEEN '{found['start_date']}' AND '{found['last_date']}' AS during"
        " FROM deliveries)"
    )
    assert late > usual + 2


def test_a_defect_comes_back(ask: Ask) -> None:
    found = incident(ask, "quality_defect")
    bad, usual = ask(
        "SELECT count(*) FILTER (is_quality AND hit) / count(*) FILTER (hit),"
        " count(*) FILTER (is_quality AND NOT hit) / count(*) FILTER (NOT hit) FROM ("
        f"SELECT o.skc_id = '{found['skc_id']}' AS hit, coalesce(is_quality, false) AS is_quality"
        " FROM order_lines AS o LEFT JOIN returns AS r"
        " ON (r.shop_id, r.order_id, r.order_line_id) = (o.shop_id, o.order_id, o.line_id)"
        f" WHERE is_paid AND ordered_date BETWEEN '{found['start_date']}'"
        " AND DATE '2025-11-20' - 20)"
    )
    assert bad > usual + found["size"] / 3


def test_incidents_say_since_when_they_show(ask: Ask) -> None:
    """What shows at once, what shows when parcels and goods would have come, and ten rows of it."""
    wrong = ask(
        "SELECT count(*) FROM truth_incidents WHERE shows_date IS NULL OR shows_date < start_date"
        " OR matters_date < shows_date OR matters_date > start_date + 21"
        " OR (kind NOT IN ('courier_delay', 'quality_defect') AND shows_date > start_date + 1)"
    )
    assert wrong == (0,)
    first = ask(
        "SELECT min(ordered_date) = min(shows_date) FROM order_lines JOIN truth_incidents AS i"
        " USING (style_id, shop_id) WHERE kind = 'price_error' AND unit_price < tag_price * 0.1"
    )
    assert first == (True,)
    refunds, before, skc = ask(
        "SELECT count(*) FILTER (refunded_date <= matters_date),"
        " count(*) FILTER (refunded_date <= shows_date), min(i.skc_id)"
        " FROM truth_incidents AS i JOIN returns AS r USING (skc_id) JOIN order_lines AS o"
        " ON (o.shop_id, o.order_id, o.line_id) = (r.shop_id, r.order_id, order_line_id)"
        " WHERE i.kind = 'quality_defect' AND is_quality AND ordered_date >= start_date"
    )
    assert skc == incident(ask, "quality_defect")["skc_id"]
    assert refunds >= 10 > before >= 1
    came, missing = ask(
        "SELECT count(*) FILTER (arrived <= shows_date),"
        " count(*) FILTER (sent < matters_date AND (arrived IS NULL OR arrived > matters_date))"
        " FROM (SELECT *, CAST(delivered_at + INTERVAL 8 HOUR AS DATE) AS arrived,"
        " CAST(shipped_at + INTERVAL 8 HOUR AS DATE) AS sent FROM deliveries"
        " JOIN truth_incidents USING (courier, region) WHERE kind = 'courier_delay')"
        " WHERE sent >= start_date"
    )
    assert came == 0
    assert missing >= 10


def test_first_orders_of_paid_channels_are_what_spend_causes(ask: Ask) -> None:
    """The expected ones less what checkout, size and stock have lost, and but for chance."""
    ratio, correlation = ask(
        "SELECT sum(orders) / sum(expected_orders), corr(orders, expected_orders)"
        " FROM truth_channels"
    )
    assert 0.75 < ratio < 1.02
    assert correlation > 0.7


def test_platforms_claim_more_than_they_brought(ask: Ask) -> None:
    claimed = ask("SELECT sum(claimed_orders) FROM ad_spend")[0]
    brought = ask("SELECT sum(orders) FROM truth_channels")[0]
    assert 1.4 < claimed / brought < 3.5


def test_customers_come_again_at_their_rates(ask: Ask) -> None:
    """Orders after the first, by customers who joined early, beside what their rates promise."""
    placed, promised = ask(
        """
        WITH early AS (
            FROM truth_customers
            WHERE customer_id IS NOT NULL AND first_date < DATE '2025-03-25'
        ), placed AS (
            SELECT customer_id, count(DISTINCT order_id) AS orders FROM order_lines
            WHERE ordered_date > DATE '2025-03-26' GROUP BY ALL
        )
        SELECT sum(orders), sum(orders_a_year * greatest(
            least(left_date, DATE '2025-11-21') - DATE '2025-03-26', 0) / 365)
        FROM early LEFT JOIN placed USING (customer_id)
        """
    )
    assert float(placed) == pytest.approx(promised, rel=0.25)


def test_empty_shelves_lose_sales(ask: Ask) -> None:
    """What was wanted and not sold was wanted of SKUs that ran out, or failed at the checkout."""
    wanted, sold = ask("SELECT sum(demand), sum(sold) FROM truth_demand")
    assert 0.02 < 1 - sold / wanted < 0.25
