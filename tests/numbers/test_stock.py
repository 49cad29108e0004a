"""Stock, sell-through and the water level against plain SQL over the raw rows."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Double, cast, literal, select

from metrics import Access
from metrics.compile import DENIED, LACKS
from metrics.stock import safety_stock
from tests.numbers import shelves
from tests.numbers.given import asked, business, by, reasons, row
from tests.numbers.shelves import DAYS, FIRST

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

DAY = timedelta(days=1)
ALL = (FIRST, DAYS[-1] + DAY)
GIVEN = shelves.tables()
UNITS = ("on_hand", "reserved", "inbound", "returning")


@pytest.fixture(scope="module")
def shop(
    new_warehouse: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    texts = {name: shelves.as_csv(rows) for name, rows in GIVEN.items()}
    yield from business(new_warehouse(), tmp_path_factory.mktemp("stock"), texts)


@pytest.fixture(scope="module")
def raw() -> sqlite3.Connection:
    return shelves.in_sqlite(GIVEN)


STANDING = """stock_daily AS s WHERE s.stock_date = (
    SELECT max(stock_date) FROM stock_daily AS t
    WHERE t.sku_id = s.sku_id AND t.warehouse_id = s.warehouse_id
      AND t.stock_date <= :day AND t.stock_date > date(:day, '-7 days'))"""


def _closing(raw: sqlite3.Connection, day: date, values: str, key: str = "'all'") -> dict[Any, Any]:
    sql = f"SELECT {key}, {values} FROM {STANDING} GROUP BY 1"
    return {found[0]: found[1:] for found in raw.execute(sql, {"day": str(day)})}


SUMS = ", ".join(f'sum(s."{name}")' for name in UNITS)


def test_closing_stock_is_the_last_snapshot_of_each_sku_and_place(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    expected = _closing(raw, DAYS[-1], f"{SUMS}, sum(s.on_hand - s.reserved)")["all"]
    got = row(shop, ALL, *UNITS, "available")
    assert tuple(got.values()) == expected
    assert by(shop, ALL, "warehouse", *UNITS) == _closing(raw, DAYS[-1], SUMS, "warehouse_id")
    value = _closing(raw, DAYS[-1], "sum(s.on_hand * s.unit_cost)", "s.style_id")
    assert by(shop, ALL, "style", "stock_value") == value


@pytest.mark.parametrize(("grain", "length"), [("day", 1), ("week", 7)])
def test_a_period_closes_with_its_last_day(
    shop: Connector, raw: sqlite3.Connection, grain: str, length: int
) -> None:
    start = FIRST + DAY  # a Monday
    days = (start, start + 14 * DAY)
    assert start.weekday() == 0
    starts = [start + n * DAY for n in range(0, 14, length)]
    expected = {day: _closing(raw, day + (length - 1) * DAY, SUMS)["all"] for day in starts}
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
    daily = [
        _closing(raw, DAYS[n], "sum(s.on_hand * s.unit_cost)")["all"][0] for n in range(10, 30)
    ]
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
    first = [_closing(raw, DAYS[n], "sum(s.on_hand * s.unit_cost)")["all"][0] for n in range(1, 8)]
    assert weeks[DAYS[1]] == (pytest.approx(mean(first)), 7)


def test_stock_outs_are_days_of_skus_and_places(shop: Connector, raw: sqlite3.Connection) -> None:
    days = (DAYS[8], DAYS[38])
    out = "sum(s.on_hand - s.reserved <= 0), count(*)"
    found = [_closing(raw, DAYS[n], out)["all"] for n in range(8, 38)]
    rate = sum(each[0] for each in found) / sum(each[1] for each in found)
    assert rate > 0
    assert row(shop, days, "stockout_rate") == {"stockout_rate": pytest.approx(rate)}


def _demand(place: str, sku: str, day: date) -> tuple[float | None, float | None]:
    """Mean and deviation of the units sold on the days in stock of 28."""
    sold: dict[date, int] = {}
    for line in GIVEN["order_lines"]:
        if (line["warehouse_id"], line["sku_id"], line["is_paid"]) == (place, sku, "true"):
            on = date.fromisoformat(line["ordered_at"][:10])
            sold[on] = sold.get(on, 0) + line["quantity"]
    units = [
        sold.get(each["stock_date"], 0)
        for each in GIVEN["stock_daily"]
        if (each["warehouse_id"], each["sku_id"]) == (place, sku)
        and day - 28 * DAY < each["stock_date"] <= day
        and (each["on_hand"] > 0 or sold.get(each["stock_date"], 0) > 0)
    ]
    return (mean(units) if units else None, stdev(units) if len(units) > 1 else None)


def test_cover_safety_stock_and_reorder_point(shop: Connector, raw: sqlite3.Connection) -> None:
    end = (DAYS[-1], ALL[1])
    leads = [
        (date.fromisoformat(r["received_at"][:10]) - date.fromisoformat(r["ordered_at"][:10])).days
        for r in GIVEN["receipts"]
        if r["kind"] == "purchase"
    ]
    standing = raw.execute(
        f"SELECT s.warehouse_id, s.sku_id, s.stock_date, s.on_hand - s.reserved FROM {STANDING}",
        {"day": str(DAYS[-1])},
    ).fetchall()
    safety = reorder = demand = available = 0.0
    for place, sku, day, units in standing:
        usual, spread = _demand(place, sku, date.fromisoformat(day))
        if usual is None:
            continue
        demand, available = demand + usual, available + units
        if not sku.startswith("X") or spread is None:
            continue
        lead, lead_sd = (mean(leads), stdev(leads)) if "-r-" in sku else (9, 0)
        own = 1.65 * sqrt(lead * spread**2 + usual**2 * lead_sd**2)
        safety, reorder = safety + own, reorder + usual * lead + own
    assert row(shop, end, "safety_stock", "reorder_point", "days_of_cover") == {
        "safety_stock": pytest.approx(safety),
        "reorder_point": pytest.approx(reorder),
        "days_of_cover": pytest.approx(available / demand),
    }


def test_the_water_level_is_stock_over_target(shop: Connector) -> None:
    end = (DAYS[-1], ALL[1])
    got = by(shop, end, "replenishable", "water_level", "water_stock", "target_stock")
    again = by(shop, end, "replenishable", "reorder_point", "forward_demand", "available")["yes"]
    assert got["yes"][2] == pytest.approx(again[0] + 7 * again[1])
    assert got["yes"][0] == pytest.approx(again[2] / got["yes"][2])
    _, demand, available = by(shop, end, "replenishable", "inbound", "forward_demand", "available")[
        "no"
    ]
    inbound = row(shop, end, "inbound", where=(("replenishable", ("no",)),))["inbound"]
    assert got["no"][1] == available + inbound
    assert 0 < got["no"][2] <= demand * 27


def test_sell_through_is_what_stayed_sold_of_what_arrived(
    shop: Connector, raw: sqlite3.Connection
) -> None:
    for last in (DAYS[12], DAYS[-1]):
        sold = raw.execute(
            "SELECT style_id, sum(quantity) FROM order_lines"
            " WHERE is_paid = 'true' AND ordered_at < ? GROUP BY 1",
            (str(last + DAY),),
        ).fetchall()
        back = dict(
            raw.execute(
                "SELECT style_id, sum(r.quantity) FROM returns AS r"
                " JOIN order_lines USING (order_id) WHERE ordered_at < ? GROUP BY 1",
                (str(last + DAY),),
            ).fetchall()
        )
        received = dict(
            raw.execute(
                "SELECT style_id, sum(received_quantity) FROM receipts"
                " WHERE kind = 'purchase' AND received_at < ? GROUP BY 1",
                (str(last + DAY),),
            ).fetchall()
        )
        expected = {
            style: (pytest.approx((units - back.get(style, 0)) / received[style]),)
            for style, units in sold
        }
        assert by(shop, (last, last + DAY), "style", "sell_through") == expected
    weeks = by(shop, (DAYS[1], DAYS[15]), "period", "sell_through", grain="week")
    whole = row(shop, (DAYS[1], DAYS[15]), "sell_through")["sell_through"]
    assert weeks[DAYS[8]] == (pytest.approx(whole),)
    waves = by(shop, ALL, "wave", "received_to_date", "bought_units")
    assert {wave: bought for wave, (_, bought) in waves.items()} == {"W1": 600, "W2": 600}


def test_stock_against_sales(shop: Connector, raw: sqlite3.Connection) -> None:
    days = (DAYS[-30], ALL[1])
    four_weeks = ("ordered_at >= '" + str(DAYS[-28]) + "'", "ordered_at >= '" + str(days[0]) + "'")
    net = []
    for since in four_weeks:
        sold = raw.execute(
            f"SELECT sum(quantity) FROM order_lines WHERE is_paid = 'true' AND {since}"
        ).fetchone()[0]
        back = raw.execute(
            "SELECT sum(r.quantity) FROM returns AS r JOIN order_lines USING (order_id)"
            f" WHERE {since}"
        ).fetchone()[0]
        net.append(sold - back)
    stock = _closing(raw, DAYS[-1], "sum(s.on_hand)")["all"][0]
    assert row(shop, days, "weeks_on_hand", "stock_to_sales") == {
        "weeks_on_hand": pytest.approx(stock / (net[0] / 4)),
        "stock_to_sales": pytest.approx(stock / net[1]),
    }


def test_style_colours_sold_stocked_and_whole(shop: Connector, raw: sqlite3.Connection) -> None:
    day = DAYS[-1]
    sold = raw.execute(
        "SELECT count(DISTINCT skc_id) FROM order_lines WHERE is_paid = 'true' AND ordered_at >= ?",
        (str(day - 27 * DAY),),
    ).fetchone()[0]
    got = row(shop, (day, day + DAY), "sold_skcs", "stocked_skcs", "active_rate")
    assert got == {"sold_skcs": sold, "stocked_skcs": 4, "active_rate": sold / 4}
    for last in (DAYS[9], DAYS[24], day):
        sizes = _closing(raw, last, "s.skc_id, sum(s.on_hand - s.reserved)", "s.sku_id")
        stocked = {skc for skc, units in sizes.values() if units > 0}
        core = {sku: found for sku, found in sizes.items() if not sku.endswith("-L")}
        broken = {skc for skc, units in core.values() if units <= 0}
        whole = (last, last + DAY)
        assert row(shop, whole, "sized_skcs", "full_size_rate", "broken_size_rate") == {
            "sized_skcs": len(stocked),
            "full_size_rate": pytest.approx(len(stocked - broken) / len(stocked)),
            "broken_size_rate": pytest.approx(len(stocked & broken) / len(stocked)),
        }


def test_age_is_that_at_the_end_of_the_period(shop: Connector, raw: sqlite3.Connection) -> None:
    value = "s.on_hand * s.unit_cost"
    old = f"sum(CASE WHEN julianday(:day) - julianday(s.first_received_date) > 90 THEN {value} END)"
    for last in (DAYS[20], DAYS[-1]):
        found = _closing(raw, last, f"{old}, sum({value})")["all"]
        got = row(shop, (last, last + DAY), "aged_share")["aged_share"]
        assert got == pytest.approx(found[0] / found[1])


def test_suppliers_answer_in_the_median(shop: Connector) -> None:
    hours = sorted(
        (_time(r["confirmed_at"]) - _time(r["ordered_at"])) / 3600 for r in GIVEN["receipts"]
    )
    middle = (hours[17] + hours[18]) / 2
    days = (FIRST - 20 * DAY, ALL[1])
    assert len(hours) == 36
    got = row(shop, days, "supplier_response_hours")["supplier_response_hours"]
    assert got == pytest.approx(middle)


def _time(text: str) -> float:
    return _seconds(text.split(" "))


def _seconds(parts: list[str]) -> float:
    return date.fromisoformat(parts[0]).toordinal() * 86_400 + int(parts[1][:2]) * 3600


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


def test_the_check_values_of_the_dictionary(shop: Connector) -> None:
    given = [literal(value, Double) for value in (100.0, 20.0, 7.0, 2.0)]
    safety = cast(safety_stock(*given), Double)
    got = shop.frame(select(safety.label("safety"), (safety + 700.0).label("reorder"))).row(0)
    assert [round(each, 1) for each in got] == [341.4, 1041.4]
