"""Stock value cut into ages, from the metrics that count it older than so many days."""

from __future__ import annotations

import polars as pl

BANDS = ("to_90", "to_180", "to_365", "over_365", "undated")
"""Ages in days, the youngest first; last what came nobody knows when."""


def by_age(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """A row a member and age that holds something.

    Args:
        rows: the member and `stock_value`, `dated_stock_value`, `stock_value_over_90`, `_180` and
            `_365`, in money; null counts as nothing.
        by: the dimension.

    Returns:
        The member, `age` (one of `BANDS`), `place` (its number) and `value` (money). The values of
        a member add up to its stock value.
    """
    over = {days: _known(f"stock_value_over_{days}") for days in (90, 180, 365)}
    values = {
        "to_90": _known("dated_stock_value") - over[90],
        "to_180": over[90] - over[180],
        "to_365": over[180] - over[365],
        "over_365": over[365],
        "undated": _known("stock_value") - _known("dated_stock_value"),
    }
    parts = [
        rows.select(by, age=pl.lit(name), place=pl.lit(n), value=values[name])
        for n, name in enumerate(BANDS)
    ]
    return pl.concat(parts).filter(pl.col("value").round(6) != 0)


def _known(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).fill_null(0.0)
