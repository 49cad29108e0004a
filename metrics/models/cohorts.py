"""Cohorts: of those who first bought in a month, how many buy in each month after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def cohort_cells(
    sizes: pl.DataFrame, active: pl.DataFrame, by: Sequence[str], as_of: date
) -> pl.DataFrame:
    """Every cell that is complete; a month that is not over would show less than it will be.

    Args:
        sizes: `by`, `cohort_date` (Date, the first of a month) and `customers` (Int64), those who
            first bought in the month.
        active: `by`, `cohort_date`, `month` (Date, the first of a month) and `active` (Int64):
            those of them who bought in the month; without a row there were none.
        by: columns that tell groups of customers apart.
        as_of: the first day that is not known any more.

    Returns:
        `by`, `cohort_date`, `months_since` (Int64, from 1), `customers` and `active`.
    """
    keys = [*by, "cohort_date"]
    over = pl.col("month").dt.offset_by("1mo") <= as_of
    months = pl.date_ranges(
        pl.col("cohort_date").dt.offset_by("1mo"),
        pl.max_horizontal(pl.col("cohort_date").dt.offset_by("1mo"), pl.lit(as_of)),
        "1mo",
    )
    grid = sizes.select(*keys, "customers").with_columns(month=months).explode("month")
    cells = grid.filter(over).join(active, on=[*keys, "month"], how="left", nulls_equal=True)
    since = _month_number(pl.col("month")) - _month_number(pl.col("cohort_date"))
    return cells.select(
        *keys, "customers", months_since=since, active=pl.col("active").fill_null(0)
    ).sort(*keys, "months_since", nulls_last=True)


def _month_number(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)
