"""What `frame` answers: exact values and dtypes, the same from every engine."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import (
    Date,
    Double,
    cast,
    distinct,
    func,
    literal,
    null,
    select,
)

from connectors.engines import connect
from connectors.schema import TABLES, order_lines, stock_daily, surveys
from tests.contract.loading import load
from tests.contract.rows import ROWS, START

if TYPE_CHECKING:
    from connectors.engines import Connector
    from connectors.settings import Settings

c = order_lines.c
LARGE = 2**53 + 1


def test_every_kind_of_column_comes_back_exactly(connector: Connector) -> None:
    names = ["order_id", "quantity", "sold_hour", "sales_amount", "exchange_rate"]
    names += ["sold_date", "sold_at", "is_paid", "region"]
    expected = pl.DataFrame(
        [{name: row[name] for name in names} for row in ROWS],
        schema={
            "order_id": pl.String,
            "quantity": pl.Int64,
            "sold_hour": pl.Int64,
            "sales_amount": pl.Float64,
            "exchange_rate": pl.Float64,
            "sold_date": pl.Date,
            "sold_at": pl.Datetime("us"),
            "is_paid": pl.Boolean,
            "region": pl.String,
        },
        strict=False,
    )
    found = connector.frame(select(*(c[name] for name in names)).order_by(c.order_id))
    assert_frame_equal(found, expected, check_exact=True)


def test_an_empty_answer_keeps_labels_and_dtypes(connector: Connector) -> None:
    dtypes = {
        int: pl.Int64,
        float: pl.Float64,
        Decimal: pl.Float64,
        date: pl.Date,
        datetime: pl.Datetime("us"),
        bool: pl.Boolean,
        str: pl.String,
    }
    for table in TABLES.values():
        found = connector.frame(select(table).where(literal(1) == 0))
        assert found.height == 0
        expected = {column.name: dtypes[column.type.python_type] for column in table.columns}
        assert found.schema == expected


def test_labels_and_order_are_those_of_the_select(connector: Connector) -> None:
    labelled = select(
        c.quantity.label("数量"), c.order_id.label("order no"), literal(True).label("B")
    )
    assert connector.frame(labelled).columns == ["数量", "order no", "B"]


def test_a_column_that_is_null_throughout_has_its_dtype(connector: Connector) -> None:
    found = connector.frame(select(c.mode, c.tag_price, c.paid_at, c.is_presale, c.ordered_date))
    assert found.dtypes == [pl.String, pl.Float64, pl.Datetime("us"), pl.Boolean, pl.Date]
    assert found.null_count().row(0) == (len(ROWS),) * 5
    assert connector.frame(select(cast(null(), Date).label("x"))).dtypes == [pl.Date]


def test_sums_and_counts(connector: Connector) -> None:
    found = connector.frame(
        select(
            func.sum(c.sales_amount).label("sales"),
            func.sum(c.quantity).label("units"),
            func.count().label("lines"),
            func.count(c.quantity).label("stated"),
            func.count(distinct(c.customer_id)).label("buyers"),
            func.avg(c.quantity, type_=Double).label("mean"),
            func.min(c.sold_date).label("first"),
            func.max(c.sold_at).label("last"),
        )
    )
    units = [row["quantity"] for row in ROWS if row["quantity"] is not None]
    expected = pl.DataFrame(
        {
            "sales": [float(sum(row["sales_amount"] or Decimal() for row in ROWS))],
            "units": [sum(units)],
            "lines": [40],
            "stated": [39],
            "buyers": [5],
            "mean": [sum(units) / len(units)],
            "first": [date(2024, 2, 28)],
            "last": pl.Series([START + timedelta(hours=39)], dtype=pl.Datetime("us")),
        }
    )
    assert_frame_equal(found, expected, check_exact=True)


def test_sums_of_nothing_are_null(connector: Connector) -> None:
    nothing = select(func.sum(c.sales_amount).label("s"), func.sum(c.quantity).label("q"))
    found = connector.frame(nothing.where(c.order_id == "none"))
    assert found.rows() == [(None, None)]
    assert found.dtypes == [pl.Float64, pl.Int64]


def test_integers_beyond_what_a_float_holds(url: str, settings: Settings) -> None:
    key = {"warehouse_id": "w", "stock_date": date(2024, 1, 1), "import_source": "m"}
    keys = [column.name for column in stock_daily.primary_key]
    assert set(keys) == {"stock_date", "warehouse_id", "sku_id"}
    rows = [{**key, "sku_id": sku, "on_hand": LARGE} for sku in ("a", "b", "c")]
    load(url, settings, stock_daily, rows)
    total = select(func.sum(stock_daily.c.on_hand).label("n"), func.max(stock_daily.c.on_hand))
    assert connect(url, settings).frame(total).row(0) == (3 * LARGE, LARGE)


def test_grouped_by_date_and_hour(connector: Connector) -> None:
    by_hour = select(c.sold_date, c.sold_hour, func.count().label("n"))
    found = connector.frame(
        by_hour.group_by(c.sold_date, c.sold_hour).order_by(c.sold_date, c.sold_hour)
    )
    hours = Counter((row["sold_date"], row["sold_hour"]) for row in ROWS)
    assert found.rows() == [(*key, n) for key, n in sorted(hours.items())]
    months = select(func.date_trunc("month", c.sold_date, type_=Date).label("m"), func.count())
    monthly = connector.frame(months.group_by("m").order_by("m"))
    days = Counter(row["sold_date"].replace(day=1) for row in ROWS)
    assert monthly.rows() == sorted(days.items())
    assert monthly.dtypes == [pl.Date, pl.Int64]


def test_dividing_by_zero_is_null(connector: Connector) -> None:
    zero = c.quantity * 0
    ratios = select(
        (c.sales_amount / c.quantity).label("money"),
        (c.quantity / zero).label("whole"),
        (c.exchange_rate / zero).label("measured"),
        (func.sum(c.sales_amount).over() / func.nullif(zero, 0)).label("guarded"),
    ).order_by(c.order_id)
    found = connector.frame(ratios)
    for n, row in enumerate(ROWS):
        amount, units = row["sales_amount"], row["quantity"]
        money = None if amount is None or not units else float(amount) / units
        assert found["money"][n] == (None if money is None else pytest.approx(money, rel=1e-12))
    assert found.select("whole", "measured", "guarded").null_count().row(0) == (40, 40, 40)
    assert found.dtypes == [pl.Float64] * 4
    known = [each for each in found["money"] if each is not None]
    total = connector.frame(select(func.sum(c.sales_amount / c.quantity).label("s"))).item()
    assert total == pytest.approx(sum(known), rel=1e-12)


def test_not_a_number_is_null(url: str, settings: Settings) -> None:
    scores = [math.nan, math.inf, -math.inf, 4.5]
    rows = [
        {"survey_id": "s", "answer_id": str(n), "score": score} for n, score in enumerate(scores)
    ]
    load(url, settings, surveys, rows)
    found = connect(url, settings).frame(select(surveys.c.score).order_by(surveys.c.answer_id))
    assert found["score"].to_list() == [None, None, None, 4.5]
