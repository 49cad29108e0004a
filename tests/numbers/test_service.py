"""Promises of time, quality and the brand, reckoned by hand. Facts end on 10 July."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.numbers.given import business, by, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

JULY = (date(2026, 7, 1), date(2026, 8, 1))
# o1 is in time, o2 late by a parcel, o3 never left; o4 was promised a later pick-up; o5 is too
# young to be judged.
TABLES = {
    "deliveries": """shop_id,order_id,parcel_id,courier,paid_at,promised_pickup_at,shipped_at,\
delivered_at
s,o1,1,SF,2026-07-01 10:00:00,,2026-07-02 10:00:00,2026-07-03 10:00:00
s,o2,1,SF,2026-07-01 10:00:00,,2026-07-02 10:00:00,2026-07-03 09:00:00
s,o2,2,SF,2026-07-01 10:00:00,,2026-07-04 10:00:00,2026-07-06 10:00:00
s,o3,1,ZTO,2026-07-02 10:00:00,,,
s,o4,1,ZTO,2026-07-02 10:00:00,2026-07-06 10:00:00,2026-07-05 10:00:00,2026-07-10 10:00:00
s,o5,1,ZTO,2026-07-09 10:00:00,,,
""",
    "surveys": """survey_id,answer_id,answered_at,shop_id,order_id,nps_group
n,1,2026-07-08 10:00:00,s,o1,promoter
n,2,2026-07-08 10:00:00,s,o2,detractor
n,3,2026-07-08 10:00:00,s,o3,detractor
n,4,2026-07-08 10:00:00,s,o4,detractor
n,5,2026-07-08 10:00:00,s,o2,promoter
n,6,2026-07-08 10:00:00,other,o1,passive
n,7,2026-07-08 10:00:00,,,passive
""",
    "tickets": """shop_id,ticket_id,opened_at,answered_at,kind,is_after_sales
s,t1,2026-07-01 10:00:00,2026-07-01 11:00:00,size,true
s,t2,2026-07-02 10:00:00,2026-07-05 11:00:00,quality,true
s,t3,2026-07-02 10:00:00,,quality,true
s,t4,2026-07-02 10:00:00,,delivery,false
s,t5,2026-07-10 10:00:00,,quality,true
""",
    "order_lines": """shop_id,order_id,line_id,ordered_at,quantity,unit_price,is_shipped
s,o1,1,2026-07-01 10:00:00,1,100,true
s,o2,1,2026-07-01 10:00:00,1,300,true
s,o3,1,2026-07-02 10:00:00,1,500,false
""",
    "returns": """shop_id,return_id,line_id,order_id,order_line_id,refunded_at,kind,is_quality,\
quantity,refund_amount
s,r1,1,o1,1,2026-07-08 10:00:00,return,true,1,100
s,r2,1,o2,1,2026-07-08 10:00:00,return,false,1,300
""",
    "brand_daily": """brand_date,platform,mentions,sentiment,awareness
2026-07-01,red,100,0.5,0.2
2026-07-01,weibo,300,-0.1,
2026-07-02,red,50,,0.3
""",
}


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("service"), TABLES)


def test_orders_are_picked_up_within_the_promise(shop: Connector) -> None:
    names = ("pickups_due", "late_pickups", "pickup_48h")
    assert tuple(row(shop, JULY, *names).values()) == (4, 2, 1 / 2)
    assert by(shop, JULY, "courier", *names) == {"SF": (2, 1, 1 / 2), "ZTO": (2, 1, 1 / 2)}


def test_what_has_not_arrived_counts_against(shop: Connector) -> None:
    names = ("arrivals_due", "late_arrivals", "on_time_48h")
    assert tuple(row(shop, JULY, *names).values()) == (4, 3, 1 / 4)
    days = by(shop, JULY, "period", "on_time_48h", grain="day")
    assert days == {
        date(2026, 7, 1): (1 / 2,),
        date(2026, 7, 2): (0,),
        date(2026, 7, 9): (None,),
    }


def test_requests_after_a_sale_are_answered_in_two_days(shop: Connector) -> None:
    names = ("answers_due", "late_answers", "after_sales_48h")
    assert tuple(row(shop, JULY, *names).values()) == (3, 2, pytest.approx(1 / 3))


def test_a_time_before_the_last_facts_is_the_time_of_judgement(
    shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_NOW", "2026-07-03T10:00")
    assert row(shop, JULY, "pickups_due", "arrivals_due") == {"pickups_due": 2, "arrivals_due": 2}
    monkeypatch.setenv("BOARD_NOW", "2026-07-03T09:59")
    assert row(shop, JULY, "pickups_due") == {"pickups_due": 0}


def test_refunds_for_quality_are_of_what_was_shipped(shop: Connector) -> None:
    assert row(shop, JULY, "quality_refund_rate") == {"quality_refund_rate": 100 / 400}


def test_returns_for_quality_count_when_they_are_refunded(shop: Connector) -> None:
    """One of two, a week after its order."""
    got = by(shop, JULY, "period", "quality_returns", grain="day")
    assert {day: count for day, (count,) in got.items() if count} == {date(2026, 7, 8): 1}


def test_what_is_said_of_the_brand(shop: Connector) -> None:
    assert row(shop, JULY, "social_volume", "sentiment", "awareness") == {
        "social_volume": 450,
        "sentiment": pytest.approx((100 * 0.5 - 300 * 0.1) / 400),
        "awareness": pytest.approx(0.25),
    }
    assert by(shop, JULY, "platform", "social_volume", "awareness") == {
        "red": (150, pytest.approx(0.25)),
        "weibo": (300, None),
    }


def test_answers_are_told_apart_by_how_long_the_last_parcel_took(shop: Connector) -> None:
    """o1 took 48 hours sharp, o2 five days, o4 eight; o3 never left, others are not known."""
    assert by(shop, JULY, "delivery_time", "survey_answers", "nps") == {
        "24–48 h": (1, 100),
        "> 96 h": (3, pytest.approx(-100 / 3)),
        None: (3, pytest.approx(-100 / 3)),
    }
    assert row(shop, JULY, "survey_answers")["survey_answers"] == 7
