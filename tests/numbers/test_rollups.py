"""A roll-up answers as its fact does, or it is not asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import select

from connectors.engines import connect, open_for_import
from connectors.importing.run import build_derived
from connectors.schema import (
    order_lines,
    products,
    receipts,
    returns,
    sales_by_sku,
    sessions,
    sessions_by_segment,
    stock_by_place,
    stock_daily,
)
from connectors.settings import Settings
from metrics import DIMENSIONS, METRICS, Access, Query, rollup_rows, rollups, run
from metrics.metric import Aggregate, RowSet
from tests.numbers import rolled
from tests.without_rollups import WithoutRollups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.engines import Connector

_TABLES = {each.table.name: each for each in rollups.ROLLUPS}
_MEASURES = sorted(
    {c.name for each in rollups.ROLLUPS for c in each.table.columns if c.name in METRICS}
)
_DIMENSIONS = (
    *("shop", "mode", "creator", "channel", "region", "category", "size", "style", "skc", "sku"),
    *("year_season", "price_band", "discount_band", "device", "visitor_kind", "campaign"),
    "warehouse",
)
_MEMBERS = {
    "shop": ("s0", "s1"),
    "mode": ("shelf", "(unknown)"),
    "category": ("c1",),
    "size": ("M",),
    "skc": ("k2", "(unknown)"),
    "price_band": ("100-200", "300-500"),
    "device": ("ios", "(unknown)"),
    "region": ("north",),
    "warehouse": ("w1",),
}
_PARAMS = ((), (("attributes", "as_now"),), (("funnel_unit", "visitor"),))
_END = rolled.FIRST + timedelta(days=rolled.DAYS)


@pytest.fixture(scope="module", params=[False, True], ids=["whole", "apart"])
def warehouse(
    request: pytest.FixtureRequest, new_warehouse: Callable[[], str]
) -> Iterator[Connector]:
    """Roll-ups of a few rows, though they would not pay."""
    url = new_warehouse()
    lines, options = rolled.sales(apart=request.param), Settings(warehouse=url)
    facts = {
        order_lines: lines,
        returns: rolled.sent_back(lines),
        receipts: rolled.arrivals(),
        products: rolled.goods(),
        sessions: rolled.visits(),
        stock_daily: rolled.shelves(),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollup_rows, "PAYS", 0)
        patch.setattr(rollup_rows, "FOLDS", 0)
        with open_for_import(url, options, wait=0, what="test") as writer:
            writer.set_currency("CNY")
            for fact, rows in facts.items():
                writer.build(fact, rows)
            build_derived(writer, {fact.name for fact in facts})
    connector = connect(url, options)
    yield connector
    connector.close()


@st.composite
def _queries(draw: st.DrawFn) -> Query:
    measures = draw(st.lists(st.sampled_from(_MEASURES), min_size=1, max_size=4, unique=True))
    start = rolled.FIRST + timedelta(days=draw(st.integers(0, 40)))
    by = draw(st.lists(st.sampled_from(_DIMENSIONS), max_size=2, unique=True))
    where = draw(st.sampled_from([None, *_MEMBERS]))
    return Query(
        tuple(measures),
        start,
        start + timedelta(days=draw(st.integers(1, 40))),
        grain=draw(st.sampled_from([None, "day", "week", "month"])),
        by=tuple(by),
        where=((where, _MEMBERS[where]),) if where else (),
        compare="previous",
        top=draw(st.sampled_from([None, 1, 5])) if by else None,
        params=draw(st.sampled_from(_PARAMS)),
    )


@settings(max_examples=60, deadline=None)
@given(query=_queries())
def test_a_roll_up_answers_as_its_fact_does(warehouse: Connector, query: Query) -> None:
    access = Access("test")
    mine = run(query, access, warehouse)
    without: Any = WithoutRollups(warehouse)
    facts = run(query, access, without)
    order = [each for each in ("period", *query.by) if each in mine.frame.columns]
    frames = [each.frame.sort(order) if order else each.frame for each in (mine, facts)]
    assert_frame_equal(*frames, rel_tol=1e-9, abs_tol=1e-4)
    assert mine.notes == facts.notes
    assert not any(table in each for table in _TABLES for each in facts.sql)


@pytest.mark.parametrize(
    ("name", "by", "table"),
    [
        ("paid_sales", "mode", "sales_by_category"),
        ("paid_sales", "region", "sales_by_origin"),
        ("paid_sales", "style", "sales_by_product"),
        ("paid_sales", "price_band", "sales_by_band"),
        ("paid_sales", "size", "order_lines"),
        ("units", "size", "sales_by_sku"),
        ("sold_to_date", "skc", "sales_by_product"),
        ("sold_to_date", "sku", "sales_by_sku"),
        ("sold_to_date", "year_season", "sales_by_sku"),
        ("sold_to_date", "region", "order_lines"),
        ("undone_to_date", "year_season", "returns_by_sku"),
        ("undone_to_date", "shop", "order_returns"),
        ("funnel_view", "campaign", "sessions_by_segment"),
        ("sessions", "region", "sessions_by_segment"),
        ("funnel_order_minutes", "region", "sessions"),
        ("stock_value", "warehouse", "stock_by_place"),
        ("target_stock", "category", "stock_by_place"),
        ("lost_sales", "warehouse", "stock_by_place"),
        ("stock_value", "sku", "stock_spans"),
        ("stock_value_over_90", "warehouse", "stock_spans"),
    ],
)
def test_sums_come_from_the_smallest_roll_up(
    warehouse: Connector, name: str, by: str, table: str
) -> None:
    (sql,) = run(Query((name,), rolled.FIRST, _END, by=(by,)), Access("t"), warehouse).sql
    assert f"FROM {table} " in sql.replace("\n", " ")


def test_visitors_are_counted_among_the_sessions(warehouse: Connector) -> None:
    query = Query(("funnel_view",), rolled.FIRST, _END, params=(("funnel_unit", "visitor"),))
    (sql,) = run(query, Access("t"), warehouse).sql
    assert "sessions_by_segment" not in sql


def test_orders_add_up_only_where_each_lies_in_one_row(
    warehouse: Connector, request: pytest.FixtureRequest
) -> None:
    for by, table in (((), "sales_by_origin"), (("category",), "sales_by_category")):
        (sql,) = run(Query(("orders",), rolled.FIRST, _END, by=by), Access("t"), warehouse).sql
        assert (table in sql) is not _is_apart(request)


def test_rows_are_those_of_the_raw_rows(
    warehouse: Connector, request: pytest.FixtureRequest
) -> None:
    """By hand, from the frames that were loaded."""
    sold = pl.col("is_paid") & (pl.col("line_type") == "sale")
    known = sold & pl.col("sku_id").is_in(["k1-M", "k3-M"])
    lines = rolled.sales(apart=_is_apart(request))
    key = ("sold_date", "sku_id", "skc_id", "style_id", "category", "size")
    units = pl.col("quantity")
    by_sku = lines.group_by(key).agg(
        units=units.filter(sold).sum(), sold_to_date=units.filter(known).sum()
    )
    _same(warehouse, sales_by_sku, by_sku, key)
    segment = ("shop_id", "started_date", "device", "region", "channel", "campaign_id")
    late = pl.col("order_at") >= pl.col("viewed_at")
    steps = rolled.visits().group_by(*segment, "category", "visitor_kind")
    by_segment = steps.agg(sessions=pl.len(), funnel_order=late.sum())
    _same(warehouse, sessions_by_segment, by_segment, (*segment, "category", "visitor_kind"))
    place = ("warehouse_id", "sku_id")
    stood = (
        rolled.shelves()
        .sort("stock_date")
        .with_columns(next_date=pl.col("stock_date").shift(-1).over(place))
    )
    spans = ("warehouse_id", "category", "stock_date", "next_date")
    available = (pl.col("on_hand") - pl.col("reserved")).sum()
    _same(warehouse, stock_by_place, stood.group_by(spans).agg(available=available), spans)


def _is_apart(request: pytest.FixtureRequest) -> bool:
    return "apart" in request.node.callspec.id


def _same(connector: Connector, table: Any, frame: pl.DataFrame, key: tuple[str, ...]) -> None:
    found = connector.frame(select(*(table.c[name] for name in frame.columns)))
    assert_frame_equal(found.sort(key), frame.sort(key), check_dtypes=False)


def test_every_column_of_a_roll_up_is_a_sum_of_its_fact_or_a_dimension() -> None:
    for rollup in rollups.ROLLUPS:
        for column in rollup.table.columns:
            kind = METRICS[column.name].kind if column.name in METRICS else None
            if kind is None:
                assert column.name in rollup.fact.columns or column.name in DIMENSIONS
            else:
                assert isinstance(kind, Aggregate | RowSet)
                assert (kind.table, kind.dated) == (rollup.fact, rollup.dated)
