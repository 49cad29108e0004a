"""Every sales metric of a real shop beside plain SQL on its raw files: grains, filters, groups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from metrics import Query, run
from tests.numbers import oracle
from tests.numbers.tables import EVERYONE, answered, asked, assert_equal

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from connectors.engines import Connector

START, END = date(2010, 12, 1), date(2011, 12, 10)

_BEFORE = """EXISTS (SELECT 1 FROM raw b WHERE b.customer = raw.customer AND b.q > 0 AND b.p > 0
    AND b.t < {begin} AND b.t >= date({begin}, '-365 days'))"""

EXPECTED = {
    "gmv": "sum(CASE WHEN q > 0 THEN q * p END)",
    "paid_sales": "sum(CASE WHEN q > 0 THEN q * p END)",
    "refunds": "-sum(CASE WHEN q < 0 THEN q * p ELSE 0 END)",
    "refunds_of_orders": "-sum(CASE WHEN q < 0 THEN q * p ELSE 0 END)",
    "refunds_without_order": "-sum(CASE WHEN q < 0 THEN q * p ELSE 0 END)",
    "net_sales": "sum(q * p)",
    "placed_orders": "count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN invoice END)",
    "cancelled_orders": "0",
    "orders": "count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN invoice END)",
    "units": "sum(CASE WHEN q > 0 AND p > 0 THEN q ELSE 0 END)",
    "shipped_units": "sum(CASE WHEN q > 0 AND p > 0 THEN q ELSE 0 END)",
    "buyers": "count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN customer END)",
    "known_sales": "sum(CASE WHEN q > 0 AND customer IS NOT NULL THEN q * p ELSE 0 END)",
    "customer_coverage": "sum(CASE WHEN q > 0 AND customer IS NOT NULL THEN q * p ELSE 0 END)"
    " / nullif(sum(CASE WHEN q > 0 THEN q * p END), 0)",
    "order_value": "sum(CASE WHEN q > 0 THEN q * p END)"
    " / nullif(count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN invoice END), 0)",
    "spend_per_buyer": "sum(CASE WHEN q > 0 AND customer IS NOT NULL THEN q * p END)"
    " / nullif(count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN customer END), 0)",
    "unit_value": "sum(CASE WHEN q > 0 THEN q * p END)"
    " / nullif(sum(CASE WHEN q > 0 AND p > 0 THEN q END), 0)",
    "units_per_order": "1.0 * sum(CASE WHEN q > 0 AND p > 0 THEN q END)"
    " / nullif(count(DISTINCT CASE WHEN q > 0 AND p > 0 THEN invoice END), 0)",
    "cancel_rate": "CASE WHEN count(CASE WHEN q > 0 AND p > 0 THEN 1 END) > 0 THEN 0.0 END",
}
UNKNOWN = (
    "refund_rate", "refund_rate_before_shipping", "return_rate", "return_value_rate",
    "refund_only_rate", "cogs", "gross_margin", "contribution", "contribution_margin",
    "net_margin", "discount_rate", "markdown_rate", "balance_paid_rate", "target_attainment",
    "spend_share",
)  # fmt: skip
FILTERS = {
    "nothing": ((), "1"),
    "one country": ((("region", ("France",)),), "country = 'France'"),
    "two countries and a style": (
        (("region", ("EIRE", "Germany")), ("style", ("22423",))),
        "country IN ('EIRE', 'Germany') AND code LIKE '22423%'",
    ),
}


@pytest.mark.parametrize("kept", FILTERS)
@pytest.mark.parametrize("grain", ["hour", "day", "week", "month", "quarter", "year", None])
def test_all_sales_metrics_at_each_grain(
    online_retail: Connector, raw: sqlite3.Connection, grain: Any, kept: str
) -> None:
    where, sql = FILTERS[kept]
    names = tuple(EXPECTED)
    query = Query(names, START, END, grain=grain, where=where)
    keys = [oracle.period(grain)] if grain else []
    expected = asked(raw, list(EXPECTED.values()), sql, *keys)
    # A period without sales but with returns has 0 sales, where SQL's sum has no value.
    zero = {name for name, text in EXPECTED.items() if text.startswith("sum(") and "/" not in text}
    filled = {
        key: tuple(
            0 if value is None and name in zero else value
            for name, value in zip(names, row, strict=True)
        )
        for key, row in expected.items()
    }
    assert_equal(answered(online_retail, query, *(["period"] if grain else [])), filled)


@pytest.mark.parametrize("grain", ["month", "year", None])
def test_groups(online_retail: Connector, raw: sqlite3.Connection, grain: Any) -> None:
    names = ("paid_sales", "orders", "buyers", "net_sales", "units")
    query = Query(names, START, END, grain=grain, by=("region", "sku"))
    keys = [*([oracle.period(grain)] if grain else []), "country", "code"]
    expected = asked(raw, [f"coalesce({EXPECTED[name]}, 0)" for name in names], "1", *keys)
    got = answered(online_retail, query, *(["period"] if grain else []), "region", "sku")
    assert_equal(got, expected)


@pytest.mark.parametrize("grain", ["week", "month", None])
def test_returning_buyers(online_retail: Connector, raw: sqlite3.Connection, grain: Any) -> None:
    first = "'2011-06-06'"
    begin = f"max({oracle.period(grain, 'raw.t')}, {first})" if grain else first
    before = _BEFORE.format(begin=begin)
    paid = "q > 0 AND p > 0"
    values = [
        f"count(DISTINCT CASE WHEN {paid} AND {before} THEN customer END)",
        f"sum(CASE WHEN {paid} AND {before} THEN q * p ELSE 0 END)",
    ]
    names = ("returning_buyers", "returning_sales")
    query = Query(names, date(2011, 6, 6), date(2011, 9, 5), grain=grain)
    keys = [oracle.period(grain)] if grain else []
    expected = asked(raw, values, "t >= '2011-06-06' AND t < '2011-09-05'", *keys)
    assert_equal(answered(online_retail, query, *(["period"] if grain else [])), expected)


def test_top_and_other_add_up_to_sql(online_retail: Connector, raw: sqlite3.Connection) -> None:
    query = Query(("paid_sales", "buyers"), START, END, by=("region",), top=3)
    got = answered(online_retail, query, "region")
    best = "('United Kingdom', 'Netherlands', 'EIRE')"
    key = f"CASE WHEN country IN {best} THEN country ELSE '(other)' END"
    assert_equal(got, asked(raw, [EXPECTED["paid_sales"], EXPECTED["buyers"]], "1", key))


def test_what_the_source_does_not_know_is_null_with_a_reason(online_retail: Connector) -> None:
    result = run(Query(UNKNOWN, START, END), EVERYONE, online_retail)
    row = result.frame.row(0, named=True)
    assert row == dict.fromkeys(UNKNOWN)
    assert {"cohort_refunds", "shipped_cost", "sales_target"} <= {n.metric for n in result.notes}


def test_the_total_of_the_published_set(online_retail_whole: Connector, data: Path) -> None:
    """9,747,747.934 is the sum over all raw rows that the set's own description gives."""
    result = run(Query(("net_sales",), START, END), EVERYONE, online_retail_whole)
    assert result.frame["net_sales"].item() == pytest.approx(9_747_747.934, abs=1e-6)
    assert data.is_dir()


@pytest.mark.parametrize(
    ("align", "first", "last"),
    [
        ("calendar", "2010-12-01", "2010-12-09"),
        ("weekday", "2010-12-02", "2010-12-10"),
        ("festival", "2010-12-01", "2010-12-09"),  # Double 12 lies near, a year of 365 days before
    ],
)
def test_the_year_before(
    online_retail: Connector, raw: sqlite3.Connection, align: str, first: str, last: str
) -> None:
    query = Query(
        ("paid_sales", "orders"),
        date(2011, 12, 1),
        END,
        compare="year",
        params=(("align", align),),
    )
    row = run(query, EVERYONE, online_retail).frame.row(0, named=True)
    values = [EXPECTED["paid_sales"], EXPECTED["orders"]]
    expected = asked(raw, values, f"date(t) BETWEEN '{first}' AND '{last}'")[()]
    assert (row["paid_sales_year"], row["orders_year"]) == pytest.approx(expected)


def test_days_of_the_range_before_stand_beside_their_ordinal(
    online_retail: Connector, raw: sqlite3.Connection
) -> None:
    query = Query(
        ("paid_sales",), date(2011, 11, 7), date(2011, 11, 14), grain="day", compare="previous"
    )
    got = {
        row["period"].isoformat(): row["paid_sales_previous"]
        for row in run(query, EVERYONE, online_retail).frame.to_dicts()
    }
    where = "t >= '2011-10-31' AND t < '2011-11-07'"
    before = asked(raw, [EXPECTED["paid_sales"]], where, "date(t, '+7 days')")
    assert {day: value for day, value in got.items() if value} == {
        day: pytest.approx(value) for (day,), (value,) in before.items() if value
    }
