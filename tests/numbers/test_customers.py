"""Members, repeat buyers, retention and the net promoter score, reckoned by hand."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import pytest

from tests.numbers.given import business, by, reasons, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

JANUARY, FEBRUARY = (date(2026, 1, 1), date(2026, 2, 1)), (date(2026, 2, 1), date(2026, 3, 1))
FIRST_QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
# c1 buys in every month, twice in January; c2 in January and March; c3 in February alone.
TABLES = {
    "order_lines": """shop_id,order_id,line_id,ordered_at,customer_id,category,quantity,unit_price
s,o1,1,2026-01-05 10:00:00,c1,dress,1,900
s,o1,2,2026-01-05 10:00:00,c1,shirt,1,50
s,o2,1,2026-01-20 10:00:00,c1,dress,1,100
s,o3,1,2026-01-21 10:00:00,c2,shirt,1,80
s,o4,1,2026-02-02 10:00:00,c1,shirt,1,90
s,o5,1,2026-02-03 10:00:00,c3,shirt,1,70
s,o6,1,2026-03-04 10:00:00,c1,dress,1,90
s,o7,1,2026-03-05 10:00:00,c2,dress,1,90
s,o8,1,2026-06-30 10:00:00,c1,dress,1,90
s,p1,1,2026-01-07 10:00:00,d1,coat,1,300
s,p2,1,2026-01-08 10:00:00,d2,coat,1,20
s,p3,1,2026-01-09 10:00:00,d3,coat,1,30
""",
    "customers": """shop_id,customer_id,joined_at,is_member,left_date,region
s,c1,2025-11-01 10:00:00,true,,north
s,c2,2025-12-01 10:00:00,false,2026-02-10,north
s,c3,2026-01-10 10:00:00,true,,
s,d1,2026-02-05 10:00:00,true,,north
s,d2,2026-02-20 10:00:00,true,,south
s,d3,,false,,south
s,d4,2025-11-01 18:00:00,true,,north
s,d5,2026-03-04 10:00:00,false,2026-03-04,south
""",
    "surveys": "survey_id,answer_id,answered_at,score,nps_group\n"
    + "".join(
        f"v,{number},2026-01-15 10:00:00,{score},{group}\n"
        for number, (score, group) in enumerate(
            [(10, "promoter")] * 9 + [(8, "passive")] * 6 + [(3, "detractor")] * 3
        )
    ),
}


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    yield from business(new_warehouse(), tmp_path_factory.mktemp("customers"), TABLES)


def test_new_customers_count_on_the_day_of_their_first_order(shop: Connector) -> None:
    got = by(shop, FIRST_QUARTER, "period", "new_customers", grain="month")
    assert got == {date(2026, 1, 1): (5,), date(2026, 2, 1): (1,)}


def test_members_grow_by_those_who_join_and_leave(shop: Connector) -> None:
    names = ("members", "new_members", "lost_members", "member_growth")
    assert tuple(row(shop, JANUARY, *names).values()) == (4, 1, 0, pytest.approx(1 / 3))
    assert tuple(row(shop, FEBRUARY, *names).values()) == (5, 2, 1, pytest.approx(1 / 4))
    months = by(shop, FIRST_QUARTER, "period", *names, grain="month")
    assert months[date(2026, 3, 1)] == (5, 1, 1, 0)


def test_members_stand_where_they_are(shop: Connector) -> None:
    by_region = by(shop, FEBRUARY, "region", "members", "lost_members")
    assert by_region == {"north": (3, 1), "south": (1, 0), None: (1, 0)}
    where = (("region", ("north",)),)
    assert row(shop, FIRST_QUARTER, "members", "lost_members", where=where) == {
        "members": 3,
        "lost_members": 1,
    }


def test_repeat_buyers_have_two_orders_in_the_period(shop: Connector) -> None:
    assert row(shop, JANUARY, "repeat_buyers", "repurchase_rate") == {
        "repeat_buyers": 1,
        "repurchase_rate": pytest.approx(1 / 5),
    }
    assert row(shop, FIRST_QUARTER, "repurchase_rate")["repurchase_rate"] == pytest.approx(2 / 6)
    by_category = by(shop, FIRST_QUARTER, "category", "repeat_buyers")
    assert by_category == {"dress": (1,), "shirt": (1,), "coat": (0,)}


def test_a_cohort_is_retained_by_calendar_months(shop: Connector) -> None:
    for month, share in (("1", 1 / 5), ("2", 2 / 5), ("3", 0), ("4", 0)):
        got = row(shop, JANUARY, "retention", params=(("retention_month", month),))
        assert got == {"retention": pytest.approx(share)}
    cohorts = by(shop, FIRST_QUARTER, "period", "retention", grain="month")
    assert cohorts == {date(2026, 1, 1): (pytest.approx(1 / 5),), date(2026, 2, 1): (0,)}


def test_a_month_that_is_not_over_is_unknown(shop: Connector) -> None:
    for month, known in (("5", True), ("6", False)):
        params = (("retention_month", month),)
        got = row(shop, JANUARY, "retention", params=params)["retention"]
        assert (got is not None) == known
    assert (
        "not over"
        in reasons(shop, JANUARY, "retained_customers", params=params)["retained_customers"]
    )


def test_the_best_fifth_and_who_of_them_comes_back(shop: Connector) -> None:
    counts = ("high_value_customers", "high_value_judged", "high_value_retained")
    names = (*counts, "high_value_retention")
    assert tuple(row(shop, JANUARY, *names).values()) == (1, 1, 1, 1)
    late = (date(2026, 3, 1), date(2026, 7, 1))
    assert tuple(row(shop, late, *names).values()) == (1, None, None, None)


def test_net_promoter_score_and_its_margin(shop: Connector) -> None:
    p, d, n = 9.75 / 21, 3.75 / 21, 21
    margin = 1.96 * 100 * sqrt((p + d - (p - d) ** 2) / n)
    assert row(shop, JANUARY, "nps", "nps_margin") == {
        "nps": pytest.approx(100 * (1 / 2 - 1 / 6)),
        "nps_margin": pytest.approx(margin),
    }
    assert row(shop, FEBRUARY, "nps", "nps_margin") == {"nps": None, "nps_margin": None}


def test_without_deliveries_nobody_knows_how_long_they_took(shop: Connector) -> None:
    said = reasons(shop, JANUARY, "survey_answers", by=("delivery_time",))
    assert said["survey_answers"] == "{table} has no {dimension}."
