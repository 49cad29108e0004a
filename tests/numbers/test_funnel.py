"""Sessions and visitors that pass through the funnel, one row at a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.numbers.given import business, by, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

JUNE = (date(2026, 6, 1), date(2026, 6, 8))
# s1 goes all the way; s2 buys at once, without cart and checkout; s3 only carts; s4 orders and
# does not pay; s5 has no view; s6 views once. v3 views in s3 and orders in s7, three days later;
# v6 views in s6 and pays in s8, nine days later.
TABLES = {
    "events": """shop_id,event_id,event_at,event_name,visitor_id,session_id,device
w,a1,2026-06-01 09:00:00,view,v1,s1,phone
w,a2,2026-06-01 09:02:00,cart,v1,s1,phone
w,a3,2026-06-01 09:03:00,checkout,v1,s1,phone
w,a4,2026-06-01 09:06:00,order,v1,s1,phone
w,a5,2026-06-01 09:07:00,pay,v1,s1,phone
w,b1,2026-06-01 10:00:00,view,v2,s2,desktop
w,b2,2026-06-01 10:10:00,order,v2,s2,desktop
w,b3,2026-06-01 10:13:00,pay,v2,s2,desktop
w,c1,2026-06-02 10:00:00,view,v3,s3,phone
w,c2,2026-06-02 10:01:00,cart,v3,s3,phone
w,d1,2026-06-02 11:00:00,view,v4,s4,phone
w,d2,2026-06-02 11:08:00,checkout,v4,s4,phone
w,d3,2026-06-02 11:20:00,order,v4,s4,phone
w,e1,2026-06-02 12:00:00,cart,v5,s5,phone
w,e2,2026-06-02 12:01:00,order,v5,s5,phone
w,f1,2026-06-02 13:00:00,view,v6,s6,phone
w,g1,2026-06-05 10:00:00,order,v3,s7,desktop
w,g2,2026-06-05 10:01:00,pay,v3,s7,desktop
w,h1,2026-06-11 10:00:00,order,v6,s8,phone
w,h2,2026-06-11 10:01:00,pay,v6,s8,phone
""",
}
STEPS = ("funnel_view", "funnel_cart", "funnel_checkout", "funnel_order", "funnel_pay")


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("funnel"), TABLES)


def test_sessions_pass_in_order_and_may_skip_cart_and_checkout(shop: Connector) -> None:
    assert tuple(row(shop, JUNE, *STEPS).values()) == (5, 2, 2, 3, 2)
    assert by(shop, JUNE, "device", *STEPS) == {
        "phone": (4, 2, 2, 2, 1),
        "desktop": (1, 0, 0, 1, 1),
    }
    assert by(shop, JUNE, "period", "funnel_view", "funnel_pay", grain="day") == {
        date(2026, 6, 1): (2, 2),
        date(2026, 6, 2): (3, 0),
        date(2026, 6, 5): (0, 0),
    }


def test_rates_of_the_steps(shop: Connector) -> None:
    names = ("cart_rate", "checkout_rate", "order_rate", "pay_rate", "conversion")
    got = row(shop, JUNE, *(f"funnel_{name}" for name in names))
    assert tuple(got.values()) == pytest.approx((2 / 5, 2 / 5, 3 / 5, 2 / 3, 2 / 5))


def test_orders_from_the_checkout_leave_those_that_skipped_it_out(shop: Connector) -> None:
    """s2 orders without it; of the two at the checkout on the phone both order."""
    names = ("funnel_checkout", "funnel_placed", "funnel_placed_rate")
    assert by(shop, JUNE, "device", *names) == {"phone": (2, 2, 1.0), "desktop": (0, 0, None)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [("7", (5, 2, 2, 4, 3)), ("2", (5, 2, 2, 3, 2)), ("9", (5, 2, 2, 5, 4))],
)
def test_visitors_pass_within_days_of_their_first_view(
    shop: Connector, days: str, expected: tuple[int, ...]
) -> None:
    params = (("funnel_unit", "visitor"), ("funnel_days", days))
    assert tuple(row(shop, JUNE, *STEPS, params=params).values()) == expected


def test_a_visitor_counts_where_the_view_was(shop: Connector) -> None:
    params = (("funnel_unit", "visitor"),)
    assert by(shop, JUNE, "device", "funnel_view", "funnel_pay", params=params) == {
        "phone": (4, 2),
        "desktop": (1, 1),
    }


def test_bounces_and_the_time_between_steps(shop: Connector) -> None:
    names = ("sessions", "bounce_rate", "funnel_order_minutes", "funnel_pay_minutes")
    assert row(shop, JUNE, *names) == {
        "sessions": 7,
        "bounce_rate": pytest.approx(1 / 7),
        "funnel_order_minutes": pytest.approx(10),
        "funnel_pay_minutes": pytest.approx(1),
    }


def test_sessions_have_hours(shop: Connector) -> None:
    first: dict[str, Any] = {"grain": "hour"}
    got = by(shop, (date(2026, 6, 1), date(2026, 6, 2)), "period", "sessions", **first)
    hours = [datetime.fromisoformat(f"2026-06-01 {hour}:00") for hour in ("09", "10")]
    assert got == dict.fromkeys(hours, (1,))
