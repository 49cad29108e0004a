"""The incidents that are planted in the demo shop: where, and from when on they matter.

One matters from the first day on which the facts show it, as plain SQL on the raw tables and the
truth beside them say.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.demo.arguments import Arguments
from tests.unit import demo_shop

if TYPE_CHECKING:
    from pathlib import Path

ARGUMENTS = Arguments(date(2026, 11, 22), orders=75_000, days=365)
"""A year of as many orders a day as the demo has by itself."""
TOLD = {
    "checkout_fault": {"funnel_placed_rate", "funnel_order_rate"},
    "warehouse_stop": {"received_units"},
    "channel_fatigue": {"clicks", "claimed_roas"},
    "viral_style": {"paid_sales"},
    "price_error": {"discount_rate"},
    "quality_defect": {"quality_returns"},
}


def planted(demo: Path, kind: str) -> dict[str, Any]:
    """When an incident starts, and where it is: null where it is everywhere."""
    names = ("start_date", "shop_id", "channel", "style_id", "skc_id", "warehouse_id", "device")
    sql = f"SELECT {', '.join(names)} FROM truth_incidents WHERE kind = '{kind}'"
    (row,) = demo_shop.asking(demo)(sql)
    return dict(zip(names, row, strict=True))


def members(where: dict[str, Any], by: tuple[str, ...]) -> tuple[Any, ...]:
    """The members of some dimensions that an incident hits."""
    return tuple(where.get(f"{name}_id", where.get(name)) for name in by)


def matters(demo: Path, kind: str, where: dict[str, Any]) -> date:
    """The day from which the facts show it."""
    start = where["start_date"]
    if kind == "channel_fatigue":  # nothing fades where nothing is spent
        sql = f"SELECT min(spend_date) FROM ad_spend WHERE channel = '{where['channel']}'"
        ((start,),) = demo_shop.asking(demo)(f"{sql} AND spend_date >= DATE '{start}'")
    if kind == "quality_defect":  # what was sold since has to come back first
        ((start,),) = demo_shop.asking(demo)(_BEYOND.format(start=start, skc=where["skc_id"]))
    assert isinstance(start, date)
    return start


_BEYOND = """
WITH back AS (
    SELECT r.refunded_date AS day FROM returns AS r JOIN order_lines AS o
    ON (o.shop_id, o.order_id, o.line_id) = (r.shop_id, r.order_id, r.order_line_id)
    WHERE o.skc_id = '{skc}' AND r.is_quality
), usual AS (
    SELECT count(*) / 60.0 AS a_day FROM back
    WHERE day BETWEEN DATE '{start}' - 60 AND DATE '{start}' - 1
), counted AS (
    SELECT days.day, count(back.day) AS came, a_day * (1 + days.day - DATE '{start}') AS due
    FROM (SELECT DATE '{start}' + n::INTEGER AS day FROM range(56) AS t(n)) AS days
    CROSS JOIN usual LEFT JOIN back ON back.day BETWEEN DATE '{start}' AND days.day
    GROUP BY days.day, a_day
)
SELECT min(day) FROM counted WHERE came > due + 3 * sqrt(due + 1)
"""
"""The first day on which three standard deviations (Poisson's) more have come than is usual."""
