"""A business of nine lines, four returns and two campaigns, every number reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from metrics import OTHER, UNKNOWN, Access, Query, run
from metrics.compare import PART_EARLIER

if TYPE_CHECKING:
    from connectors.engines import Connector

EVERYONE = Access("unrestricted")
START, END = date(2026, 1, 1), date(2026, 3, 1)

BY_HAND: dict[str, Any] = {
    "gmv": 200 + 50 + 300 + 120 + 400 + 200 + 200 - 30 + 240,
    "paid_sales": 200 + 50 + 400 + 200 - 30 + 240,
    "presale_deposits": 50 + 40,
    "presale_lines": 2,
    "balances_paid": 1,
    "balance_paid_rate": 1 / 2,
    "placed_orders": 7,
    "cancelled_orders": 1,
    "cancel_rate": 1 / 7,
    "spot_placed_orders": 5,
    "spot_orders": 3,
    "spot_pay_rate": 3 / 5,
    "spot_units": 2 + 1 + 1 + 3,
    "orders": 4,
    "units": 2 + 1 + 1 + 1 + 3,
    "buyers": 2,
    "known_sales": 200 + 50 + 400 + 240,
    "customer_coverage": 890 / 1060,
    "order_value": 1060 / 4,
    "spend_per_buyer": 890 / 2,
    "unit_value": 1060 / 8,
    "units_per_order": 8 / 4,
    "tagged_sales": 200 + 50 + 400 + 240,
    "tag_value": 300 + 80 + 500 + 300,
    "discount_rate": 890 / 1180,
    "markdown_rate": 1 - 890 / 1180,
    "refunds": 100 + 40 + 200 + 25,
    "refunds_of_orders": 365,
    "refunds_without_order": 25,
    "cohort_refunds": 340,
    "net_sales": 1060 - 365,
    "refund_rate": 340 / 1060,
    "refunds_before_shipping": 200,
    "refund_rate_before_shipping": 200 / 1060,
    "refund_rate_after_shipping": 140 / 1060,
    "refunds_without_goods": 40,
    "refund_only_rate": 40 / 1060,
    "shipped_units": 2 + 1 + 1 + 3,
    "shipped_sales": 200 + 50 + 400 + 240,
    "returned_units": 1,
    "return_rate": 1 / 7,
    "returned_sales": 100,
    "return_value_rate": 100 / 890,
    "shipped_cost": 80 + 100 + 90,
    "resaleable_cost": 40,
    "cogs": 230,
    "costed_sales": 200 + 400 + 200 + 240,
    "costed_refunds": 100 + 40 + 200,
    "cost_coverage": 1040 / 1060,
    "gross_margin": (1040 - 340 - 230) / (1040 - 340),
    "selling_fees": 10 + 8 + 80 + 20 + 2 + 1,
    "freight_back": 6,
    "spend": 100,
    "contribution": 695 - 230 - 121 - 6 - 100,
    "contribution_margin": 238 / 695,
    "spend_share": 100 / 695,
    "mer": 695 / 100,
    "overheads": 30,
    "net_margin": (238 - 30) / 695,
}


def _row(business: Connector, *metrics: str, access: Access = EVERYONE, **more: Any) -> Any:
    given = {"start": START, "end": END, **more}
    return run(Query(metrics, **given), access, business).frame.row(0, named=True)


def _rows(business: Connector, *metrics: str, **more: Any) -> list[dict[str, Any]]:
    given = {"start": START, "end": END, **more}
    rows: list[dict[str, Any]] = run(Query(metrics, **given), EVERYONE, business).frame.to_dicts()
    return rows


def test_every_metric_of_the_whole(business: Connector) -> None:
    assert _row(business, *BY_HAND) == pytest.approx(BY_HAND)


def test_what_stays_is_expected_to_be_less_than_what_was_paid(business: Connector) -> None:
    expected = _row(business, "expected_net_sales")["expected_net_sales"]
    assert 0 < expected <= 1060 - 340


def test_presales_count_when_fully_paid_and_refunds_with_their_order(business: Connector) -> None:
    got = _rows(business, "paid_sales", "net_sales", "refunds", "presale_deposits", grain="month")
    january, february = got
    assert (january["paid_sales"], february["paid_sales"]) == (250, 810)
    assert (january["net_sales"], february["net_sales"]) == (150, 810 - 265)
    assert (january["refunds"], february["refunds"]) == (0, 365)
    assert (january["presale_deposits"], february["presale_deposits"]) == (90, 0)


def test_a_returning_buyer_bought_before_in_the_same_shop(business: Connector) -> None:
    got = _rows(business, "returning_buyers", "returning_share", "returning_sales", grain="month")
    assert [row["returning_buyers"] for row in got] == [0, 1]
    assert got[1]["returning_share"] == pytest.approx(1 / 2)
    assert got[1]["returning_sales"] == 240
    narrow: dict[str, Any] = {"start": date(2026, 2, 1), "params": (("lookback", "20"),)}
    assert _row(business, "returning_buyers", **narrow)["returning_buyers"] == 0


def test_groups_by_a_lookup_and_by_the_line(business: Connector) -> None:
    by_platform = {
        r["platform"]: r for r in _rows(business, "paid_sales", "spend", by=("platform",))
    }
    assert by_platform["tmall"] == {"platform": "tmall", "paid_sales": 460, "spend": 60}
    assert by_platform["douyin"] == {"platform": "douyin", "paid_sales": 600, "spend": 40}
    sold = {r["category"]: r["paid_sales"] for r in _rows(business, "paid_sales", by=("category",))}
    assert sold == {"dress": 840, "shirt": 50, "coat": 200, None: -30}
    now = _rows(business, "paid_sales", by=("category",), params=(("attributes", "as_now"),))
    assert {r["category"]: r["paid_sales"] for r in now} == {"gown": 840, "shirt": 50, None: 170}
    again = _rows(business, "paid_sales", by=("replenishable",))
    assert {r["replenishable"]: r["paid_sales"] for r in again} == {"yes": 440, "no": 50, None: 570}


def test_a_dimension_that_a_fact_lacks_makes_its_metrics_null_with_the_reason(
    business: Connector,
) -> None:
    result = run(
        Query(("contribution", "paid_sales"), START, END, by=("category",)), EVERYONE, business
    )
    assert result.frame["contribution"].is_null().all()
    assert result.frame["paid_sales"].sum() == 1060
    assert ("spend", {"table": "ad_spend", "dimension": "category"}) in [
        (note.metric, dict(note.values)) for note in result.notes
    ]


def test_filters_and_the_unknown(business: Connector) -> None:
    where = (("region", ("Zhejiang", UNKNOWN)), ("shop", ("A",)))
    assert _row(business, "paid_sales", where=where)["paid_sales"] == 200 + 50 - 30 + 240
    unknown = (("customer", (UNKNOWN,)),)
    assert _row(business, "paid_sales", where=unknown)["paid_sales"] == 200 - 30
    assert _row(business, "orders", "order_value", where=(("shop", ("none",)),)) == {
        "orders": 0,
        "order_value": None,
    }


def test_top_members_stay_and_the_rest_is_asked_again(business: Connector) -> None:
    got = _rows(business, "paid_sales", "buyers", by=("sku",), top=2)
    assert [(row["sku"], row["paid_sales"], row["buyers"]) for row in got] == [
        ("S1", 440, 1),
        ("S5", 400, 1),
        (OTHER, 50 + 200 - 30, 1),
    ]


@pytest.mark.parametrize("metric", ["paid_sales", "buyers", "order_value"])
def test_a_top_that_leaves_nobody_out_whenever_one_asks_has_no_others(
    business: Connector, metric: str
) -> None:
    """February has four of the five SKUs (one of them unknown); S2 was sold in January alone."""
    days: dict[str, Any] = {"start": date(2026, 2, 1), "end": END, "compare": "previous"}
    for top, name in ((4, OTHER), (5, "S2")):
        got = _rows(business, metric, by=("sku",), top=top, **days)
        assert {"S2", OTHER} & {row["sku"] for row in got} == {name}


def test_roles_see_their_rows_and_nothing_that_cannot_be_limited_to_them(
    business: Connector,
) -> None:
    manager = Access("manager", rows=(("shop", ("A",)),))
    got = _row(business, "paid_sales", "net_sales", "spend", access=manager)
    assert got == {"paid_sales": 460, "net_sales": 460 - 125, "spend": 60}
    buyer = Access("buyer", rows=(("category", ("dress",)),))
    result = run(Query(("paid_sales", "spend"), START, END), buyer, business)
    assert result.frame.row(0) == (840, None)
    assert [note.metric for note in result.notes] == ["spend"]


def test_a_partial_month_is_marked_and_meets_the_same_days_of_the_month_before(
    business: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_NOW", "2026-02-05T22:00")
    query: dict[str, Any] = {
        "start": date(2026, 2, 1),
        "end": date(2026, 3, 1),
        "compare": "previous",
    }
    row = _row(business, "paid_sales", "gmv", **query)
    assert (row["paid_sales"], row["paid_sales_previous"]) == (810, 250)
    monkeypatch.setenv("BOARD_NOW", "2026-02-05T09:59")
    assert _row(business, "paid_sales", **query)["paid_sales_previous"] == 0
    months = _rows(business, "paid_sales", grain="month", compare="previous")
    assert [row["partial"] for row in months] == [False, True]


def test_hours_of_the_local_clock(business: Connector) -> None:
    got = _rows(
        business, "paid_sales", grain="hour", start=date(2026, 2, 10), end=date(2026, 2, 13)
    )
    assert [(row["period"], row["paid_sales"]) for row in got] == [
        (datetime.fromisoformat("2026-02-10 00:00"), 200),
        (datetime.fromisoformat("2026-02-11 12:00"), -30),
        (datetime.fromisoformat("2026-02-12 08:00"), 240),
    ]


def test_without_facts_in_the_year_before_there_is_nothing_to_compare_with(
    business: Connector,
) -> None:
    query = Query(("paid_sales",), date(2026, 2, 1), date(2026, 3, 1), compare="year")
    result = run(query, EVERYONE, business)
    assert result.frame.row(0, named=True) == {"paid_sales": 810, "paid_sales_year": None}
    assert [note.metric for note in result.notes] == ["paid_sales"]


def test_what_lies_before_the_facts_is_unknown_and_said_so(business: Connector) -> None:
    """The facts begin on 5 January: 30 December to 4 January are unknown, not without sales."""
    query = Query(("paid_sales",), date(2026, 1, 6), date(2026, 1, 13), "day", compare="previous")
    result = run(query, EVERYONE, business)
    earlier = {row["period"]: row["paid_sales_previous"] for row in result.frame.to_dicts()}
    assert earlier == {date(2026, 1, 12): 200 + 50}
    assert [note.message for note in result.notes] == [PART_EARLIER]
    later = replace(query, start=date(2026, 1, 13), end=date(2026, 1, 20))
    assert run(later, EVERYONE, business).notes == ()
