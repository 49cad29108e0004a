"""What sessions know of their visitors and of what they saw, against plain SQL on raw events."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from connectors.schema import sessions
from metrics import UNKNOWN
from metrics import sessions as made
from tests.numbers.given import business, by, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

FIRST, DAYS = datetime.fromisoformat("2026-05-01"), 12
RANGE = (date(2026, 5, 4), date(2026, 5, 10))
NAMES = ("shop_id", "event_id", "event_at", "event_name", "visitor_id", "session_id")
PRODUCT = ("style_id", "category")
SEEN = (("", ""), ("s1", "coats"), ("s2", "50% off: 'x'?"), ("s3", ""))
STEPS = ("funnel_view", "funnel_cart", "funnel_pay")


def _events() -> list[dict[str, str]]:
    """Some hundred sessions whose first views often share a second, and whose visitors return."""
    random = Random(7)
    rows: list[dict[str, str]] = []
    for number in range(300):
        begin = FIRST + timedelta(minutes=random.randrange(DAYS * 24 * 60))
        visitor = random.choice(["", *(f"v{each}" for each in range(90))])
        shop = random.choice("ab")
        for step in random.choices(("view", "view", "view", "cart", "order", "pay"), k=6):
            at = begin + timedelta(seconds=random.randrange(3))
            product = random.choice(SEEN)
            row = (shop, f"e{len(rows)}", f"{at}", step, visitor, f"{number:x}", *product)
            rows.append(dict(zip((*NAMES, *PRODUCT), row, strict=True)))
    return rows


@pytest.fixture(scope="module")
def raw() -> sqlite3.Connection:
    """The raw events, '' being null."""
    connection = sqlite3.connect(":memory:")
    names = (*NAMES, *PRODUCT)
    connection.execute(f"CREATE TABLE events ({', '.join(names)})")
    rows = [[each[name] or None for name in names] for each in _events()]
    connection.executemany(f"INSERT INTO events VALUES ({', '.join('?' * len(names))})", rows)
    return connection


@pytest.fixture(scope="module", params=[made.MANY, 0], ids=["whole", "in parts"])
def shop(
    request: pytest.FixtureRequest,
    new_warehouse: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Connector]:
    text = io.StringIO()
    writer = csv.DictWriter(text, (*NAMES, *PRODUCT))
    writer.writeheader()
    writer.writerows(_events())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "MANY", request.param)
        folder = tmp_path_factory.mktemp("sessions")
        yield from business(new_warehouse(), folder, {"events": text.getvalue()})


LANDED = """SELECT shop_id, session_id, (
    SELECT category FROM events AS seen
    WHERE seen.shop_id = e.shop_id AND seen.session_id = e.session_id
    AND event_name = 'view' AND style_id IS NOT NULL
    ORDER BY event_at, category IS NULL, category LIMIT 1
) AS category FROM events AS e GROUP BY shop_id, session_id"""
KINDS = """SELECT shop_id, session_id, CASE WHEN visitor_id IS NULL THEN NULL
    WHEN date(min(event_at)) > (
        SELECT date(min(event_at)) FROM events AS seen
        WHERE seen.shop_id = e.shop_id AND seen.visitor_id = e.visitor_id
    ) THEN 'returning' ELSE 'new' END AS visitor_kind
FROM events AS e GROUP BY shop_id, session_id"""
STARTED = "SELECT shop_id, session_id, min(event_at) AS at FROM events GROUP BY shop_id, session_id"


@pytest.mark.parametrize(("column", "plain"), [("category", LANDED), ("visitor_kind", KINDS)])
def test_a_session_knows_where_it_landed_and_who_came(
    shop: Connector, raw: sqlite3.Connection, column: str, plain: str
) -> None:
    key = (sessions.c.shop_id, sessions.c.session_id)
    got = shop.frame(select(*key, sessions.c[column]).order_by(*key)).rows()
    expected = raw.execute(f"{plain} ORDER BY shop_id, session_id").fetchall()
    assert got == expected
    assert len({each[2] for each in expected}) == 3


@pytest.mark.parametrize(("column", "plain"), [("category", LANDED), ("visitor_kind", KINDS)])
def test_the_funnel_by_where_sessions_landed_and_who_came(
    shop: Connector, raw: sqlite3.Connection, column: str, plain: str
) -> None:
    counted = raw.execute(
        f"""WITH first AS (
            SELECT shop_id, session_id, min(event_at) FILTER (WHERE event_name = 'view') AS viewed,
            min(event_at) FILTER (WHERE event_name = 'cart') AS carted,
            min(event_at) FILTER (WHERE event_name = 'order') AS ordered,
            min(event_at) FILTER (WHERE event_name = 'pay') AS paid
            FROM events GROUP BY shop_id, session_id
        )
        SELECT {column}, count(viewed), sum(coalesce(carted >= viewed, 0)),
        sum(coalesce(ordered >= viewed AND paid >= ordered, 0))
        FROM first JOIN ({plain}) USING (shop_id, session_id)
        JOIN ({STARTED}) USING (shop_id, session_id)
        WHERE date(at) >= ? AND date(at) < ? GROUP BY 1""",
        tuple(map(str, RANGE)),
    ).fetchall()
    expected = {member: tuple(numbers) for member, *numbers in counted}
    assert by(shop, RANGE, column, *STEPS) == expected
    for member, numbers in expected.items():
        kept = row(shop, RANGE, *STEPS, where=((column, (member or UNKNOWN,)),))
        assert tuple(kept.values()) == numbers
