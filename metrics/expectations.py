"""How much of each day's sales will be refunded in the end: the incremental-rate method.

For each age, the share of sales that is refunded at just that age is taken from all orders that
have reached it (a run-off triangle's incremental ratios). An order's expected final rate is what
was refunded so far plus the shares of the ages still ahead of it. Cells with few sales lean on
their shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Double, String, cast, func, literal_column, select, union_all

from connectors.schema import order_lines, order_returns, refund_expectations, refund_rates

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect

    from connectors.engines.base import Writer

LAST_AGE = 90
"""Refunds at a greater age are counted at this one."""

LEAN_DAYS = 7
"""A cell leans on its shop as if it had seen this many of the shop's days."""

_CELL = ("shop_id", "mode", "category")
_line, _back = order_lines.c, order_returns.c


def expected_refunds(writer: Writer) -> pl.DataFrame:
    """The rows of `refund_expectations`: paid sales and expected final refund rate of each day.

    Without any returns there is nothing to expect from, and the table stays empty.
    """
    if order_returns.name not in writer.tables():
        return pl.DataFrame(schema={c.name: pl.Null for c in refund_expectations.columns})
    sales, refunds = _sales(writer), _refunds(writer)
    return final_rates(sales, refunds)


def final_rates(sales: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Expected final refund rates.

    Args:
        sales: shop_id, mode, category (String), sold_date (Date), sales_amount (Float64), one
            row for each cell and day.
        refunds: the same keys, has_order (Boolean), refunded_date (Date) and refund_amount
            (Float64); those without an order count with their shop's overall share.

    Returns:
        The keys, sales_amount, and expected_refund_rate in [0, 1].
    """
    linked = refunds.filter("has_order")
    as_of = max(sales["sold_date"].max(), linked["refunded_date"].max() or sales["sold_date"].max())  # type: ignore[type-var]
    aged = sales.with_columns(age=_days(pl.lit(as_of) - pl.col("sold_date")))
    ahead = _shares_ahead(aged, _by_age(linked))
    so_far = linked.group_by(*_CELL, "sold_date").agg(refunded=pl.col("refund_amount").sum())
    unlinked = _unlinked_share(sales, refunds.filter(~pl.col("has_order")))
    seen = (pl.col("refunded").fill_null(0.0) / pl.col("sales_amount")).fill_nan(0.0)
    rate = seen + pl.col("ahead").fill_null(0.0) + pl.col("unlinked").fill_null(0.0)
    return (
        aged.join(so_far, on=[*_CELL, "sold_date"], how="left")
        .join(ahead, on=[*_CELL, "age"], how="left")
        .join(unlinked, on="shop_id", how="left")
        .select(*_CELL, "sold_date", "sales_amount", expected_refund_rate=rate.clip(0.0, 1.0))
        .sort(*_CELL, "sold_date")
    )


def _by_age(linked: pl.DataFrame) -> pl.DataFrame:
    """Refunds by cell and age at refund; what has no refund date counts as made at once."""
    age = _days(pl.col("refunded_date") - pl.col("sold_date")).fill_null(0).clip(lower_bound=0)
    return linked.group_by(*_CELL, age=age).agg(refunded=pl.col("refund_amount").sum())


def _shares_ahead(aged: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """For each cell and age, the share of sales still to be refunded at greater ages."""
    cells = aged.select(_CELL).unique()
    ages = pl.DataFrame({"age": pl.Series(range(LAST_AGE + 1), dtype=pl.Int64)})
    sold = aged.group_by(*_CELL, "age").agg(sold=pl.col("sales_amount").sum())
    grid = (
        cells.join(ages, how="cross")
        .join(sold, on=[*_CELL, "age"], how="left")
        .join(refunds, on=[*_CELL, "age"], how="left")
        .with_columns(pl.col("sold", "refunded").fill_null(0.0))
        .sort(*_CELL, "age")
        .with_columns(exposed=pl.col("sold").cum_sum(reverse=True).over(_CELL))
    )
    of_shop = pl.col("refunded").sum().over("shop_id", "age")
    shop_exposed = pl.col("exposed").sum().over("shop_id", "age")
    days = aged.group_by("shop_id").agg(
        lean=pl.col("sales_amount").sum() / pl.col("sold_date").n_unique() * LEAN_DAYS
    )
    shop_share = pl.when(shop_exposed > 0).then(of_shop / shop_exposed).otherwise(0.0)
    share = (pl.col("refunded") + pl.col("lean") * shop_share) / (
        pl.col("exposed") + pl.col("lean")
    )
    ahead = pl.col("share").cum_sum(reverse=True).over(_CELL) - pl.col("share")
    return (
        grid.join(days, on="shop_id")
        .with_columns(share=pl.when(pl.col("lean") > 0).then(share).otherwise(0.0))
        .select(*_CELL, "age", ahead=ahead)
    )


def _unlinked_share(sales: pl.DataFrame, unlinked: pl.DataFrame) -> pl.DataFrame:
    """Refunds without an order / paid sales, by shop."""
    paid = sales.group_by("shop_id").agg(paid=pl.col("sales_amount").sum())
    lost = unlinked.group_by("shop_id").agg(lost=pl.col("refund_amount").sum())
    share = pl.when(pl.col("paid") > 0).then(pl.col("lost") / pl.col("paid"))
    return paid.join(lost, on="shop_id").select("shop_id", unlinked=share)


def _days(duration: pl.Expr) -> pl.Expr:
    """Whole days, at most `LAST_AGE`."""
    return duration.dt.total_days().clip(upper_bound=LAST_AGE)


def _sales(writer: Writer) -> pl.DataFrame:
    cell = (
        _line.shop_id,
        func.coalesce(_line.mode, "").label("mode"),
        func.coalesce(_line.category, "").label("category"),
        _line.sold_date,
    )
    amount = func.sum(_line.sales_amount).label("sales_amount")
    grouped = select(*cell, amount).where(_line.is_paid.is_(True), _line.sold_date.is_not(None))
    return writer.frame(grouped.group_by(*(literal_column(str(n)) for n in range(1, 5))))


def _refunds(writer: Writer) -> pl.DataFrame:
    cell = (
        _back.shop_id,
        func.coalesce(_back.mode, "").label("mode"),
        func.coalesce(_back.category, "").label("category"),
        _back.sold_date,
        _back.has_order,
        _back.refunded_date,
    )
    amount = func.sum(_back.refund_amount).label("refund_amount")
    grouped = select(*cell, amount).where(_back.sold_date.is_not(None))
    return writer.frame(grouped.group_by(*(literal_column(str(n)) for n in range(1, 7))))


def refund_rates_select() -> CompoundSelect[Any]:
    """The rows of `refund_rates`: each shop's expected rate by day, and that of all together."""
    cell = refund_expectations.c
    by_shop, over_all = cell.shop_id, literal_column("''", String)
    lost = func.sum(cell.sales_amount * cell.expected_refund_rate)
    rate = cast(lost, Double) / func.nullif(cast(func.sum(cell.sales_amount), Double), 0)
    return union_all(
        *(
            select(
                shop.label(refund_rates.c.shop_id.name),
                cell.sold_date,
                rate.label(refund_rates.c.expected_refund_rate.name),
            ).group_by(literal_column("1"), cell.sold_date)
            for shop in (by_shop, over_all)
        )
    )
