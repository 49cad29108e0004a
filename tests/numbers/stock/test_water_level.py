"""The water level, sell-through and what stock sells, against plain SQL and plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor, sqrt
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Double, cast, literal, select

from metrics.outages import DEMAND
from metrics.stock import safety_stock
from tests.models.shelves import summed_fill_rate
from tests.numbers.given import asked, by, row
from tests.numbers.shelves import DAYS, FIRST, GIVEN, closing

if TYPE_CHECKING:
    import sqlite3

    from connectors.engines import Connector

DAY = timedelta(days=1)
ALL = (FIRST, DAYS[-1] + DAY)


def _demand(place: str, sku: str, day: date) -> tuple[float | None, float | None, bool]:
    """Mean and deviation of what a day in stock sells, of 28 days; whether most of them sell."""
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
    smooth = sum(each > 0 for each in units) >= len(units) / 1.32
    return (mean(units) if units else None, stdev(units) if len(units) > 1 else None, smooth)


def test_cover_safety_stock_and_reorder_point(shop: Connector, raw: sqlite3.Connection) -> None:
    """By the formula where every day sells; else what the distribution of demand asks for."""
    end = (DAYS[-1], ALL[1])
    each = "max(s.stock_date), sum(s.on_hand - s.reserved)"
    standing = closing(raw, DAYS[-1], each, "s.warehouse_id || ' ' || s.sku_id")
    names = ("safety_stock", "reorder_point", "target_stock", *DEMAND)
    found = asked(shop, end, *names, by=("warehouse", "sku")).frame.to_dicts()
    got = {f"{row['warehouse']} {row['sku']}": row for row in found}
    demand = available = 0.0
    found_smooth = set()
    for key, (day, units) in standing.items():
        place, sku = key.split(" ")
        usual, spread, smooth = _demand(place, sku, date.fromisoformat(day))
        if usual is None:
            continue
        demand, available = demand + usual, available + units
        if sku.startswith("X") and spread is not None:
            lead = _lead(sku)
            found_smooth.add(smooth)
            if smooth:
                _formula(got[key], usual, spread, lead)
            else:
                _distribution(got[key], lead)
    assert found_smooth == {True, False}
    days = row(shop, end, "days_of_cover")["days_of_cover"]
    assert days == pytest.approx(available / demand)


def _lead(sku: str) -> tuple[float, float]:
    """Of the supplier's arrivals; the other one promises nine days."""
    leads = [
        (date.fromisoformat(r["received_at"][:10]) - date.fromisoformat(r["ordered_at"][:10])).days
        for r in GIVEN["receipts"]
        if r["kind"] == "purchase"
    ]
    return (mean(leads), stdev(leads)) if "-r-" in sku else (9, 0)


def _formula(got: dict[str, Any], usual: float, spread: float, lead: tuple[float, float]) -> None:
    safety = 1.65 * sqrt(lead[0] * spread**2 + usual**2 * lead[1] ** 2)
    assert got["safety_stock"] == pytest.approx(safety)
    assert got["reorder_point"] == pytest.approx(usual * lead[0] + safety)


def _distribution(got: dict[str, Any], lead: tuple[float, float]) -> None:
    demand, target = tuple(got[name] for name in DEMAND), got["target_stock"]
    assert summed_fill_rate(demand, lead, target) >= 0.94
    assert summed_fill_rate(demand, lead, floor(target * 0.97) - 1) < 0.955
    assert got["reorder_point"] == pytest.approx(target - 7 * demand[0])


def test_days_until_out_lie_around_the_cover(shop: Connector) -> None:
    chances = ("stockout_days_p10", "stockout_days", "stockout_days_p90", "stockout_risk")
    names = ("available", "expected_demand", *chances)
    got = row(shop, (DAYS[-1], ALL[1]), *names)
    cover = got["available"] / got["expected_demand"]
    assert got["stockout_days"] == pytest.approx(cover, rel=0.1)
    assert got["stockout_days_p10"] < got["stockout_days"] < got["stockout_days_p90"]
    assert 0 < got["stockout_risk"] < 1
    each = asked(shop, (DAYS[-1], ALL[1]), *names, by=("sku",)).frame
    assert each.height == 12
    assert each["stockout_days"].null_count() == 0


def test_the_water_level_is_stock_over_target(shop: Connector) -> None:
    end = (DAYS[-1], ALL[1])
    got = by(shop, end, "replenishable", "water_level", "water_stock", "target_stock")
    names = ("reorder_point", "target_stock", "forward_demand", "expected_demand")
    each = asked(shop, end, *names, by=("warehouse", "sku")).frame.drop_nulls("reorder_point")
    weekly = (each["target_stock"] - each["reorder_point"]) / 7
    for said, *either in zip(weekly, each["forward_demand"], each["expected_demand"], strict=True):
        assert any(said == pytest.approx(one) for one in either)
    assert got["yes"][2] == pytest.approx(each["target_stock"].sum())
    available = by(shop, end, "replenishable", "available")["yes"][0]
    assert got["yes"][0] == pytest.approx(available / got["yes"][2])
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
    stock = closing(raw, DAYS[-1], "sum(s.on_hand)")["all"][0]
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
        sizes = closing(raw, last, "s.skc_id, sum(s.on_hand - s.reserved)", "s.sku_id")
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
        found = closing(raw, last, f"{old}, sum({value})")["all"]
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


def test_the_check_values_of_the_dictionary(shop: Connector) -> None:
    given = [literal(value, Double) for value in (100.0, 20.0, 7.0, 2.0)]
    safety = cast(safety_stock(*given), Double)
    got = shop.frame(select(safety.label("safety"), (safety + 700.0).label("reorder"))).row(0)
    assert [round(each, 1) for each in got] == [341.4, 1041.4]
