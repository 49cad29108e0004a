"""Sessions and touches, derived from a handful of events, row by row."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from connectors.engines import connect
from connectors.schema import purchase_days, sessions, touches
from connectors.settings import Settings
from metrics import sessions as made
from tests.numbers.conftest import imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from connectors.engines import Connector

# The second session begins before midnight in Shanghai and buys after it.
EVENTS = """shop_id,event_id,event_at,event_name,visitor_id,session_id,order_id,device,channel,\
campaign_id
m,e1,2026-04-01 09:00:00,view,v1,s1,,phone,search,k1
m,e2,2026-04-01 09:05:00,cart,v1,s1,,phone,search,k1
m,e3,2026-04-10 23:50:00,view,v1,s2,,phone,live,k2
m,e4,2026-04-11 00:02:00,checkout,v1,s2,,phone,live,k2
m,e5,2026-04-11 00:05:00,order,v1,s2,o1,phone,live,k2
m,e6,2026-04-11 00:06:00,pay,v1,s2,o1,phone,live,k2
m,e7,2026-04-12 10:00:00,view,v1,s3,,phone,search,
m,e8,2026-02-01 10:00:00,view,v1,s0,,phone,search,k0
m,e9,2026-04-05 10:00:00,view,v2,s4,,desktop,,
"""
LINES = """shop_id,order_id,line_id,ordered_at,customer_id,quantity,unit_price
m,o1,1,2026-04-11 00:05:00,c1,1,80
m,o1,2,2026-04-11 00:05:00,c1,2,10
m,o2,1,2026-04-20 08:00:00,c1,1,30
"""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module", params=[made.MANY, 0], ids=["whole", "in parts"])
def shop(
    request: pytest.FixtureRequest,
    new_warehouse: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Connector]:
    url = new_warehouse()
    folder: Path = tmp_path_factory.mktemp("journeys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "MANY", request.param)
        for table, text in (("events", EVENTS), ("order_lines", LINES)):
            file = folder / f"{table}.csv"
            file.write_text(text, encoding="utf-8")
            imported(url, str(file), "--as", table, "--mapping", "canonical")
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


def test_a_session_has_the_time_of_each_step_and_its_local_beginning(shop: Connector) -> None:
    s = sessions.c
    names = (s.session_id, s.started_at, s.started_date, s.started_hour, s.event_count)
    steps = (s.viewed_at, s.carted_at, s.checkout_at, s.order_at, s.pay_at)
    rows = shop.frame(select(*names, *steps).order_by(s.session_id)).rows()
    assert [row[0] for row in rows] == ["s0", "s1", "s2", "s3", "s4"]
    assert rows[1] == (
        "s1", _time("2026-04-01 01:00"), date(2026, 4, 1), 9, 2,
        _time("2026-04-01 01:00"), _time("2026-04-01 01:05"), None, None, None,
    )  # fmt: skip
    assert rows[2] == (
        "s2", _time("2026-04-10 15:50"), date(2026, 4, 10), 23, 4,
        _time("2026-04-10 15:50"), None, _time("2026-04-10 16:02"),
        _time("2026-04-10 16:05"), _time("2026-04-10 16:06"),
    )  # fmt: skip


def test_an_order_is_touched_by_its_visitors_sessions_of_the_days_before(shop: Connector) -> None:
    t = touches.c
    names = (t.order_id, t.session_id, t.campaign_id, t.position, t.position_from_last)
    more = (t.sales_amount, t.sold_date, t.age_days)
    rows = shop.frame(select(*names, *more).order_by(t.position)).rows()
    assert [row[:7] for row in rows] == [
        ("o1", "s1", "k1", 1, 2, 100.0, date(2026, 4, 11)),
        ("o1", "s2", "k2", 2, 1, 100.0, date(2026, 4, 11)),
    ]
    minutes = [row[7] * 24 * 60 for row in rows]
    assert minutes == pytest.approx([9 * 24 * 60 + 15 * 60 + 5, 15])


def test_purchase_days_know_the_one_before(shop: Connector) -> None:
    p = purchase_days.c
    rows = shop.frame(select(p.sold_date, p.previous_date).order_by(p.sold_date)).rows()
    assert rows == [
        (date(2026, 4, 11), None),
        (date(2026, 4, 20), date(2026, 4, 11)),
    ]
