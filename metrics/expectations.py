"""How much of each day's sales will be refunded in the end: the incremental-rate method.

For each age, the share of sales that is refunded at just that age is taken from all orders that
have reached it (a run-off triangle's incremental ratios), the later the more. The expected final
rate of a day is what was refunded so far and, of what was not, the share that the ages still ahead
take: what is refunded already cannot be again. Cells with few sales lean on their mode and
category, and those on their shop.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Double, String, cast, func, literal_column, select, union_all

from connectors.schema import order_lines, order_returns, refund_expectations, refund_rates
from metrics.nothing import no_rows

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import CompoundSelect

    from connectors.engines.base import Writer

LAST_AGE = 90
"""Refunds at a greater age are counted at this one."""

LEAN_DAYS = 7
"""A cell leans on its mode, and that on its shop, as if it had seen this many days of the shop."""

HALF_LIFE = 120.0
"""Days after which what was refunded at an age counts half: rates drift."""

_LEAST_LEFT = 1e-9
_CELL = ("shop_id", "mode", "category")
_line, _back = order_lines.c, order_returns.c


def expected_refunds(writer: Writer) -> pl.DataFrame:
    """The rows of `refund_expectations`: paid sales and expected final refund rate of each day.

    Without any returns, or paid sales, there is nothing to expect, and the table stays empty.
    """
    sales = _sales(writer) if order_returns.name in writer.tables() else pl.DataFrame()
    if sales.is_empty():
        return no_rows(refund_expectations)
    return final_rates(sales, _refunds(writer))


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
    as_of: Any = pl.concat([sales["sold_date"], linked["refunded_date"]]).max()
    aged = sales.with_columns(
        age=_days(pl.lit(as_of) - pl.col("sold_date")), weight=_weight(as_of, "sold_date")
    )
    ahead = _shares_ahead(aged, _met(linked, as_of))
    so_far = linked.group_by(*_CELL, "sold_date").agg(refunded=pl.col("refund_amount").sum())
    unlinked = _unlinked_share(sales, refunds.filter(~pl.col("has_order")))
    seen = (pl.col("refunded").fill_null(0.0) / pl.col("sales_amount")).fill_nan(0.0)
    left = (1 - seen).clip(lower_bound=0.0)
    rate = seen + left * pl.col("ahead").fill_null(0.0) + pl.col("unlinked").fill_null(0.0)
    return (
        aged.join(so_far, on=[*_CELL, "sold_date"], how="left")
        .join(ahead, on=[*_CELL, "age"], how="left")
        .join(unlinked, on="shop_id", how="left")
        .select(*_CELL, "sold_date", "sales_amount", expected_refund_rate=rate.clip(0.0, 1.0))
        .sort(*_CELL, "sold_date")
    )


def _met(linked: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Refunds with their age and weight; what has no refund date counts as made at once."""
    age = _days(pl.col("refunded_date") - pl.col("sold_date")).fill_null(0).clip(lower_bound=0)
    made = linked.with_columns(age=age, met=pl.coalesce("refunded_date", "sold_date"))
    return made.with_columns(weight=_weight(as_of, "met"))


def _shares_ahead(aged: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """For each cell and age, the share still to be refunded of what is not by then.

    A mode leans on its shop, and a cell on its mode as its category is refunded more or less.
    """
    days = aged.group_by("shop_id").agg(
        lean=pl.col("sales_amount").sum() / pl.col("sold_date").n_unique() * LEAN_DAYS
    )
    shop = _triangle(aged, linked, ("shop_id",)).with_columns(lean=0.0, usual=0.0)
    of_shop = _usual(shop, ("shop_id",))
    mode = _triangle(aged, linked, ("shop_id", "mode")).join(days, on="shop_id")
    of_mode = _usual(mode.join(of_shop, on=["shop_id", "age"]), ("shop_id", "mode"))
    cell = _triangle(aged, linked, _CELL).join(days, on="shop_id")
    found = _like_category(cell.join(of_mode, on=["shop_id", "mode", "age"]))
    shares = found.with_columns(share=_leant()).sort(*_CELL, "age")
    so_far = pl.col("share").cum_sum().over(_CELL)
    ahead = pl.col("share").sum().over(_CELL) - so_far
    left = (1 - so_far).clip(lower_bound=_LEAST_LEFT)
    return shares.select(*_CELL, "age", ahead=(ahead / left).clip(0.0, 1.0))


def _triangle(aged: pl.DataFrame, linked: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """`by`, age (each up to the last), `refunded` at it, and the sales `exposed` to it.

    Both are weighed by the day on which they met: the refund's, or that on which sales came of age.
    """
    ages = pl.DataFrame({"age": pl.Series(range(LAST_AGE + 1), dtype=pl.Int64)})
    sold = aged.group_by(*by, "age").agg(sold=(pl.col("sales_amount") * pl.col("weight")).sum())
    back = linked.group_by(*by, "age").agg(
        refunded=(pl.col("refund_amount") * pl.col("weight")).sum()
    )
    grid = aged.select(by).unique().join(ages, how="cross")
    both = grid.join(sold, on=[*by, "age"], how="left").join(back, on=[*by, "age"], how="left")
    fresh = (pl.col("age") / HALF_LIFE * math.log(2)).exp()
    return (
        both.with_columns(pl.col("sold", "refunded").fill_null(0.0))
        .sort(*by, "age")
        .with_columns(exposed=pl.col("sold").cum_sum(reverse=True).over(by) * fresh)
        .select(*by, "age", "refunded", "exposed")
    )


def _leant() -> pl.Expr:
    """The share refunded at an age, leaning on what is usual."""
    exposed = pl.col("exposed") + pl.col("lean")
    return (
        pl.when(exposed > 0)
        .then((pl.col("refunded") + pl.col("lean") * pl.col("usual")) / exposed)
        .otherwise(0.0)
    )


def _usual(triangle: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """`by`, age and `usual`: the shares of a group, for smaller ones to lean on."""
    return triangle.select(*by, "age", usual=_leant())


def _like_category(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with what is usual times how their category differs in the shop."""
    of = ("shop_id", "category")
    expected = (pl.col("exposed") * pl.col("usual")).sum().over(of) + pl.col("lean")
    differs = (pl.col("refunded").sum().over(of) + pl.col("lean")) / expected
    return cells.with_columns(usual=pl.col("usual") * pl.when(expected > 0).then(differs))


def _unlinked_share(sales: pl.DataFrame, unlinked: pl.DataFrame) -> pl.DataFrame:
    """Refunds without an order / paid sales, by shop."""
    paid = sales.group_by("shop_id").agg(paid=pl.col("sales_amount").sum())
    lost = unlinked.group_by("shop_id").agg(lost=pl.col("refund_amount").sum())
    share = pl.when(pl.col("paid") > 0).then(pl.col("lost") / pl.col("paid"))
    return paid.join(lost, on="shop_id").select("shop_id", unlinked=share)


def _weight(as_of: date, day: str) -> pl.Expr:
    """1 on the last day known, half as much `HALF_LIFE` days before."""
    return (-(pl.lit(as_of) - pl.col(day)).dt.total_days() / HALF_LIFE * math.log(2)).exp()


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
