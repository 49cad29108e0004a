"""A roll-up answers as the lines do, or it is not asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import func, select

from connectors.engines import connect, open_for_import
from connectors.importing.run import build_derived
from connectors.schema import order_lines, receipts, returns, sales_by_category
from connectors.settings import Settings
from metrics import DIMENSIONS, METRICS, Access, Query, rollup_rows, rollups, run
from metrics.derived import BUILDERS
from metrics.metric import Aggregate
from tests.without_rollups import WithoutRollups

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.engines import Connector

_FIRST, _DAYS, _ORDERS = date(2025, 1, 1), 60, 400
_MEASURES = sorted({c.name for each in rollups.ROLLUPS for c in each.columns if c.name in METRICS})
_DIMENSIONS = (
    *("shop", "mode", "creator", "channel", "region", "category", "size"),
    *("style", "skc", "price_band", "discount_band", "platform"),
)
_MEMBERS = {
    "shop": ("s0", "s1"),
    "mode": ("shelf", "(unknown)"),
    "category": ("c1",),
    "size": ("M",),
    "skc": ("k2", "(unknown)"),
    "price_band": ("100-200", "300-500"),
}


def _lines(*, apart: bool) -> pl.DataFrame:
    """Random orders of one to three lines; `apart`: the lines of an order differ in their mode."""
    random = np.random.default_rng(7)
    order = np.repeat(np.arange(_ORDERS), random.integers(1, 4, _ORDERS))
    count = len(order)

    def of(values: list[str | None], per_order: bool = True) -> list[str | None]:  # noqa: FBT001, FBT002
        chosen = random.integers(0, len(values), _ORDERS if per_order else count)
        return [values[i] for i in (chosen[order] if per_order else chosen)]

    day = random.integers(0, _DAYS, _ORDERS)[order]
    money = pl.Series(np.round(random.uniform(1, 500, count), 2)).cast(pl.Decimal(18, 4))
    nothing = pl.Series([None] * count, dtype=money.dtype)
    holes = pl.Series(random.random(count) < 0.3)
    return pl.DataFrame(
        {
            "shop_id": of(["s0", "s1", "s2"]),
            "order_id": [f"o{each}" for each in order],
            "line_id": [str(each) for each in range(count)],
            "sold_date": [_FIRST + timedelta(days=int(each)) for each in day],
            "mode": of(["shelf", "self_live", None], per_order=not apart),
            "creator_id": of(["k1", None]),
            "channel": of(["search", "paid", None]),
            "region": of(["north", "south"]),
            "category": of(["c1", "c2", None], per_order=False),
            "size": of(["S", "M"], per_order=False),
            **_products(of(["k1", "k2", "k3", None], per_order=False)),
            "line_type": of(["sale", "sale", "adjustment"], per_order=False),
            "is_paid": random.random(count) < 0.8,
            "is_cancelled": random.random(count) < 0.1,
            "is_shipped": random.random(count) < 0.7,
            "customer_id": of(["a", "b", None]),
            "quantity": random.integers(1, 4, count),
            "unit_price": money.zip_with(~holes, nothing),
            "gross_amount": money,
            "sales_amount": money,
            "platform_fee": money.zip_with(~holes, nothing),
            "unit_cost": money.zip_with(holes, nothing),
            "tag_amount": money.zip_with(~holes, nothing),
        }
    ).with_columns(ordered_date="sold_date")


def _products(skcs: list[str | None]) -> dict[str, list[str | None]]:
    """SKC, the style of two of them, and one SKU each."""
    styles = {"k1": "t1", "k2": "t1", "k3": "t2"}
    return {
        "skc_id": skcs,
        "style_id": [styles.get(str(each)) for each in skcs],
        "sku_id": [each and f"{each}-M" for each in skcs],
    }


def _arrivals() -> pl.DataFrame:
    """Of two of the SKUs it is known that they arrived."""
    return pl.DataFrame(
        {
            "purchase_id": ["p1", "p2"],
            "line_id": ["1", "1"],
            "sku_id": ["k1-M", "k3-M"],
            "received_date": [_FIRST, _FIRST],
            "received_quantity": [900, 900],
        }
    )


@pytest.fixture(scope="module", params=[False, True], ids=["whole", "apart"])
def warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connector]:
    """Roll-ups of a few lines, though they would not pay."""
    folder: Path = tmp_path_factory.mktemp("rollups")
    sales = _lines(apart=request.param)
    back = sales.sample(100, seed=1).with_columns(
        return_id="order_id",
        order_line_id="line_id",
        refund_amount=pl.col("sales_amount") / 2,
        refunded_date=pl.col("sold_date") + pl.duration(days=3),
        kind=pl.lit("return"),
    )
    own = [c.name for c in returns.columns if c.name in back.columns]
    options = Settings(warehouse=str(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollup_rows, "PAYS", 0)
        patch.setattr(rollup_rows, "FOLDS", 0)
        with open_for_import(str(folder), options, wait=0, what="test") as writer:
            writer.set_currency("CNY")
            writer.build(order_lines, sales)
            writer.build(returns, back.select(own))
            writer.build(receipts, _arrivals())
            build_derived(writer, {order_lines.name, returns.name, receipts.name})
    connector = connect(str(folder), options)
    yield connector
    connector.close()


@st.composite
def _queries(draw: st.DrawFn) -> Query:
    measures = draw(st.lists(st.sampled_from(_MEASURES), min_size=1, max_size=4, unique=True))
    start = _FIRST + timedelta(days=draw(st.integers(0, 40)))
    by = draw(st.lists(st.sampled_from(_DIMENSIONS[:-1]), max_size=2, unique=True))
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
    )


@settings(max_examples=60, deadline=None)
@given(query=_queries())
def test_a_roll_up_answers_as_the_lines_do(warehouse: Connector, query: Query) -> None:
    access = Access("test")
    mine = run(query, access, warehouse)
    without: Any = WithoutRollups(warehouse)
    lines = run(query, access, without)
    order = [each for each in ("period", *query.by) if each in mine.frame.columns]
    frames = [each.frame.sort(order) if order else each.frame for each in (mine, lines)]
    assert_frame_equal(*frames, rel_tol=1e-9, abs_tol=1e-6)
    assert mine.notes == lines.notes
    assert not any("sales_by_" in each for each in lines.sql)


def test_sums_come_from_the_smallest_roll_up(warehouse: Connector) -> None:
    end = _FIRST + timedelta(days=_DAYS)
    by = {
        "mode": "sales_by_category",
        "region": "sales_by_origin",
        "style": "sales_by_product",
        "price_band": "sales_by_band",
        "size": "order_lines",
    }
    for dimension, table in by.items():
        (sql,) = run(
            Query(("paid_sales",), _FIRST, end, by=(dimension,)), Access("t"), warehouse
        ).sql
        assert f"FROM {table}" in sql


def test_orders_add_up_only_where_each_lies_in_one_row(
    warehouse: Connector, request: pytest.FixtureRequest
) -> None:
    end = _FIRST + timedelta(days=_DAYS)
    is_apart = "apart" in request.node.callspec.id
    for by, table in (((), "sales_by_origin"), (("category",), "sales_by_category")):
        (sql,) = run(Query(("orders",), _FIRST, end, by=by), Access("t"), warehouse).sql
        assert (table in sql) is not is_apart


def test_few_lines_have_no_roll_up(tmp_path: Path) -> None:
    with open_for_import(str(tmp_path), Settings(), wait=0, what="test") as writer:
        writer.build(order_lines, _lines(apart=False))
        for builder in BUILDERS:
            if builder.table in rollups.ROLLUPS:
                assert builder.build(writer) == 0


@pytest.mark.parametrize(("folds", "rows"), [(1, 521), (3, 0)])
def test_lines_that_differ_have_no_roll_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folds: int, rows: int
) -> None:
    monkeypatch.setattr(rollup_rows, "PAYS", 0)
    monkeypatch.setattr(rollup_rows, "FOLDS", folds)
    lines = _lines(apart=False)
    assert len(lines.unique(["sold_date", "shop_id", "mode", "category"])) == 521
    with open_for_import(str(tmp_path), Settings(), wait=0, what="test") as writer:
        writer.build(order_lines, lines)
        (builder,) = (each for each in BUILDERS if each.table.name == "sales_by_category")
        builder.build(writer)
        built = select(func.count().label("rows")).select_from(sales_by_category)
        assert writer.frame(built).item() == rows


def test_every_column_of_a_roll_up_is_a_metric_of_lines_or_a_dimension() -> None:
    for rollup in rollups.ROLLUPS:
        for column in rollup.columns:
            kind = METRICS[column.name].kind if column.name in METRICS else None
            named = column.name in order_lines.columns or column.name in DIMENSIONS
            assert isinstance(kind, Aggregate) or named
