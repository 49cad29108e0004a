"""Stock against plain SQL over the raw rows."""

from __future__ import annotations

from datetime import timedelta
from statistics import mean
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import Access
from metrics.compile import DENIED, LACKS
from tests.numbers.given import asked, by, reasons, row
from tests.numbers.shelves import DAYS, FIRST, closing

if TYPE_CHECKING:
    import sqlite3

    from connectors.engines import Connector

DAY = timedelta(days=1)
ALL = (FIRST, DAYS[-1] + DAY)
UNITS = ("on_hand", "reserved", "inbound", "returning")
SUMS = ", ".join(f'sum(s."{name}")' for name in UNITS)


def test_closing_stock_is_the_last_snapshot_of_each_sku_and_place(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    expected = closing(raw, DAYS[-1], f"{SUMS}, sum(s.on_hand - s.reserved)")["all"]
    got = row(shop, ALL, *UNITS, "available")
    assert tuple(got.values()) == expected
    assert by(shop, ALL, "warehouse", *UNITS) == closing(raw, DAYS[-1], SUMS, "warehouse_id")
    value = closing(raw, DAYS[-1], "sum(s.on_hand * s.unit_cost)", "s.style_id")
    assert by(shop, ALL, "style", "stock_value") == value


@pytest.mark.parametrize(("grain", "length"), [("day", 1), ("week", 7)])
def test_a_period_closes_with_its_last_day(
    shop: Connector, raw: sqlite3.Connection, grain: str, length: int
) -> None:
    start = FIRST + DAY  # a Monday
    days = (start, start + 14 * DAY)
    assert start.weekday() == 0
    starts = [start + n * DAY for n in range(0, 14, length)]
    expected = {day: closing(raw, day + (length - 1) * DAY, SUMS)["all"] for day in starts}
    assert by(shop, days, "period", *UNITS, grain=grain) == expected


def test_a_snapshot_that_nothing_renews_stands_for_the_days_that_the_setting_says(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    sku = {"where": (("sku", ("X-r-S",)), ("warehouse", ("B",)))}
    last = DAYS[15]
    units = raw.execute(
        "SELECT on_hand FROM stock_daily WHERE warehouse_id = 'B' AND sku_id = 'X-r-S'"
        " AND stock_date = ?",
        (str(last),),
    ).fetchone()
    for age, expected in ((6, units[0]), (7, None)):
        day = last + age * DAY
        assert row(shop, (day, day + DAY), "on_hand", **sku) == {"on_hand": expected}
    old = (last + 7 * DAY, last + 8 * DAY)
    assert "recent enough" in reasons(shop, old, "on_hand", **sku)["on_hand"]
    longer = {**sku, "params": (("stock_age", "8"),)}
    assert row(shop, old, "on_hand", **longer) == {"on_hand": units[0]}


def test_average_stock_and_what_it_turns(shop: Connector, raw: sqlite3.Connection) -> None:
    days = (DAYS[10], DAYS[30])
    daily = [closing(raw, DAYS[n], "sum(s.on_hand * s.unit_cost)")["all"][0] for n in range(10, 30)]
    average = mean(daily)
    cogs = raw.execute(
        "SELECT sum(quantity * unit_cost) FROM order_lines"
        " WHERE is_shipped = 'true' AND ordered_at >= ? AND ordered_at < ?",
        (str(days[0]), str(days[1])),
    ).fetchone()[0]
    got = row(shop, days, "average_stock_value", "days", "cogs", "turnover_days", "turnover")
    assert got == {
        "average_stock_value": pytest.approx(average),
        "days": 20,
        "cogs": pytest.approx(cogs),
        "turnover_days": pytest.approx(20 * average / cogs),
        "turnover": pytest.approx(365 * cogs / 20 / average),
    }
    weeks = by(shop, (DAYS[1], DAYS[15]), "period", "average_stock_value", "days", grain="week")
    first = [closing(raw, DAYS[n], "sum(s.on_hand * s.unit_cost)")["all"][0] for n in range(1, 8)]
    assert weeks[DAYS[1]] == (pytest.approx(mean(first)), 7)


def test_stock_outs_are_days_of_skus_and_places(shop: Connector, raw: sqlite3.Connection) -> None:
    days = (DAYS[8], DAYS[38])
    out = "sum(s.on_hand - s.reserved <= 0), count(*)"
    found = [closing(raw, DAYS[n], out)["all"] for n in range(8, 38)]
    rate = sum(each[0] for each in found) / sum(each[1] for each in found)
    assert rate > 0
    assert row(shop, days, "stockout_rate") == {"stockout_rate": pytest.approx(rate)}


def test_what_stock_does_not_tell_apart_is_unknown_or_denied(shop: Connector) -> None:
    where = {"where": (("shop", ("s",)),)}
    assert row(shop, ALL, "on_hand", **where) == {"on_hand": None}
    assert reasons(shop, ALL, "on_hand", **where)["on_hand"] == LACKS
    manager = Access("manager", rows=(("shop", ("s",)),))
    assert [n.message for n in asked(shop, ALL, "on_hand", access=manager).notes] == [DENIED]


def test_after_the_last_snapshots_have_lapsed_nothing_is_known(shop: Connector) -> None:
    later = (DAYS[-1] + 10 * DAY, DAYS[-1] + 20 * DAY)
    assert row(shop, later, "on_hand", "stock_value") == {"on_hand": None, "stock_value": None}


@given(st.integers(0, 39), st.integers(1, 40))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_last_of_a_range_is_the_snapshot_of_its_last_day(
    shop: Connector, start: int, length: int
) -> None:
    last = min(start + length, 40) - 1
    whole = by(shop, (DAYS[start], DAYS[last] + DAY), "sku", "on_hand", "available")
    assert whole == by(shop, (DAYS[last], DAYS[last] + DAY), "sku", "on_hand", "available")
    total = row(shop, (DAYS[start], DAYS[last] + DAY), "on_hand")["on_hand"]
    assert total == sum(units for units, _ in whole.values())
