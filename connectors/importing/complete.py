"""What every mapping would have to say again: amounts and flags that follow from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    Formula = Callable[[set[str]], pl.Expr | None]

KEY_DEFAULTS = {
    "ad_spend": {"ad_id": "all"},
    "costs": {"shop_id": "all"},
    "customers": {"shop_id": "all"},
    "traffic_daily": {"level": "shop", "traffic_source": "all", "item_id": "all"},
}
"""What a key column holds when the source has none: the value that means the whole."""


def completed(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with what follows from the columns that the mapping gave, and nothing else.

    Amounts are Float64 in the currency of the row; a mapped column is never overwritten, except
    that `line_type` and flags are filled in where it is null.
    """
    for name, value in KEY_DEFAULTS.get(table.name, {}).items():
        given = pl.col(name) if name in rows.columns else pl.lit(None, pl.String)
        rows = rows.with_columns(given.fill_null(value).alias(name))
    for name, formula in _FORMULAS.get(table.name, {}).items():
        if (follows := formula(set(rows.columns))) is not None:
            rows = rows.with_columns(follows.alias(name))
    return rows


def _gross_amount(given: set[str]) -> pl.Expr | None:
    if "gross_amount" in given or not {"quantity", "unit_price"} <= given:
        return None
    return pl.col("quantity") * pl.col("unit_price")


def _tag_amount(given: set[str]) -> pl.Expr | None:
    if "tag_amount" in given or not {"quantity", "tag_price"} <= given:
        return None
    return pl.col("quantity") * pl.col("tag_price")


def _is_paid(given: set[str]) -> pl.Expr:
    cancelled = pl.col("is_cancelled") if "is_cancelled" in given else pl.lit(None, pl.Boolean)
    paid = pl.col("is_paid") if "is_paid" in given else pl.lit(None, pl.Boolean)
    return paid.fill_null(cancelled.not_()).fill_null(value=True)


def _line_type(given: set[str]) -> pl.Expr:
    """An adjustment where the price is zero or below; without a price, where the amount is."""
    amounts = [pl.col(name) for name in ("unit_price", "gross_amount") if name in given]
    price = pl.coalesce(*amounts, pl.lit(None, pl.Float64))
    kind = pl.when(price <= 0).then(pl.lit("adjustment")).otherwise(pl.lit("sale"))
    return pl.col("line_type").fill_null(kind) if "line_type" in given else kind


def _paid_amount(given: set[str]) -> pl.Expr | None:
    """Unless the source says: the whole of a paid line, nothing of another."""
    if "paid_amount" in given or "gross_amount" not in given:
        return None
    gross = pl.col("gross_amount")
    return pl.when(pl.col("is_paid") | gross.is_null()).then(gross).otherwise(0.0)


def _sales_amount(given: set[str]) -> pl.Expr | None:
    if "sales_amount" in given or "paid_amount" not in given:
        return None
    value = pl.col("paid_amount")
    if "platform_subsidy" in given:
        value = value + pl.col("platform_subsidy").fill_null(0)
    if "postage" in given:
        value = value - pl.col("postage").fill_null(0)
    return value


def _sold_at(given: set[str]) -> pl.Expr | None:
    """A presale counts when it is fully paid, and until then not at all."""
    if "sold_at" in given or not {"is_presale", "ordered_at", "paid_at"} <= given:
        return None
    presale = pl.col("is_presale").fill_null(value=False)
    return pl.when(presale).then(pl.col("paid_at")).otherwise(pl.col("ordered_at"))


_FORMULAS: dict[str, dict[str, Formula]] = {
    "order_lines": {
        "gross_amount": _gross_amount,
        "tag_amount": _tag_amount,
        "is_paid": _is_paid,
        "line_type": _line_type,
        "paid_amount": _paid_amount,
        "sales_amount": _sales_amount,
        "sold_at": _sold_at,
    },
}
"""In the order in which one builds on another."""
