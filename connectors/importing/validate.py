"""What a canonical row must be, checked by dataframely: schemas come from the tables themselves."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import dataframely as dy
import polars as pl
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric

from connectors.importing.cells import EMPTY
from connectors.importing.rows import PROBLEM, ROW
from connectors.schema import IMPORTED
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Column, Table

MAX_AMOUNT = 1e12
MAX_COUNT = 10**12
FIRST_DATE, END_DATE = date(1990, 1, 1), date(2100, 1, 1)
VOCABULARIES: dict[str, tuple[str, ...]] = {
    "order_lines.line_type": ("sale", "adjustment"),
    "returns.kind": ("refund_only", "return", "exchange"),
    "surveys.nps_group": ("promoter", "passive", "detractor"),
    "receipts.kind": ("purchase", "transfer", "adjustment"),
    "deliveries.status": ("waiting", "shipped", "delivered", "returned", "lost"),
    "traffic_daily.level": ("shop", "source", "item"),
    "products.buy_type": ("futures", "stock", "quick_response"),
    "shops.kind": ("online", "store"),
    "warehouses.kind": ("warehouse", "store"),
    **dict.fromkeys(
        ("order_lines.mode", "returns.mode"),
        ("shelf", "self_live", "creator_live", "short_video"),
    ),
    **dict.fromkeys(
        ("order_lines.price_state", "products.price_state"), ("full_price", "clearance")
    ),
}
"""Columns that take no other values; metrics count on them."""
REQUIRED = {
    "order_lines": ("ordered_at", "quantity"),
    "returns": ("quantity", "refund_amount"),
    "stock_daily": ("on_hand",),
    "ad_spend": ("spend",),
    "events": ("event_at", "event_name"),
    "costs": ("amount",),
    "rates": ("rate",),
}
"""Columns without which a row says nothing, besides its key."""
_COMPLAINTS = {
    "nullability": EMPTY,
    **dict.fromkeys(("min", "min_exclusive", "max", "max_exclusive"), N_("out of range")),
    "check__vocabulary": N_("a value that the table does not know"),
}


def with_problems(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `__problem` filled where a row cannot be one of `table`.

    A key without a value, a required column that is empty or not mapped at all, an amount of 10¹²
    or more, a date before 1990 or after 2099, and a value outside its vocabulary are problems.
    """
    needed = [*(column.name for column in table.primary_key), *REQUIRED.get(table.name, ())]
    absent = [name for name in needed if name not in rows.columns]
    rows = rows.with_columns(_nulls(table, name) for name in absent)
    checked = tuple(name for name in rows.columns if name in table.columns)
    _, failures = _schema(table.name, checked).filter(rows.select(ROW, *checked))
    if not failures.counts():
        return rows
    details = failures.details()
    problem = pl.coalesce(
        pl.when(pl.col(rule) == "invalid").then(pl.lit(_complaint(table.name, rule)))
        for rule in details.columns
        if "|" in rule
    )
    found = details.select(ROW, problem.alias("__found")).unique(
        ROW, keep="first", maintain_order=True
    )
    joined = rows.join(found, on=ROW, how="left", maintain_order="left")
    return joined.with_columns(pl.col(PROBLEM).fill_null(pl.col("__found"))).drop("__found")


def _nulls(table: Table, name: str) -> pl.Expr:
    column = _column(table.columns[name], required=False)
    return pl.lit(None).cast(column.dtype).alias(name)


def _complaint(table: str, rule: str) -> str:
    column, _, kind = rule.partition("|")
    return f"{table}.{column}: {_COMPLAINTS.get(kind, kind)}"


@cache
def _schema(table: str, names: tuple[str, ...]) -> type[dy.Schema]:
    columns = IMPORTED[table].columns
    needed = {*(key.name for key in IMPORTED[table].primary_key), *REQUIRED.get(table, ())}
    members = {name: _column(columns[name], required=name in needed) for name in names}
    return type(f"{table}_rows", (dy.Schema,), {"source_row": dy.Int64(alias=ROW), **members})


def _column(column: Column[Any], *, required: bool) -> dy.Column:
    nullable = not required
    for kind, make in _KINDS:
        if isinstance(column.type, kind):
            return make(nullable)
    words = VOCABULARIES.get(f"{column.table.name}.{column.name}")
    if words:
        return dy.String(nullable=nullable, check={"vocabulary": lambda each: each.is_in(words)})
    return dy.String(nullable=nullable)


_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[bool], dy.Column]], ...] = (
    (Boolean, lambda nullable: dy.Bool(nullable=nullable)),
    (Integer, lambda nullable: dy.Int64(nullable=nullable, min=-MAX_COUNT, max=MAX_COUNT)),
    (
        (Numeric, Float),
        lambda nullable: dy.Float64(
            nullable=nullable, min_exclusive=-MAX_AMOUNT, max_exclusive=MAX_AMOUNT
        ),
    ),
    (Date, lambda nullable: dy.Date(nullable=nullable, min=FIRST_DATE, max_exclusive=END_DATE)),
    (
        DateTime,
        lambda nullable: dy.Datetime(
            nullable=nullable,
            time_unit="us",
            min=datetime.combine(FIRST_DATE, datetime.min.time()),
            max_exclusive=datetime.combine(END_DATE, datetime.min.time()),
        ),
    ),
)
