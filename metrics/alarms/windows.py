"""Days side by side: every member on every day, and what the days of a window hold together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = timedelta(days=1)


def days_of(start: date, end: date) -> list[date]:
    """The days of [start, end)."""
    return [start + _DAY * number for number in range((end - start).days)]


def every_day(frame: pl.DataFrame, days: Sequence[date], by: Sequence[str]) -> pl.DataFrame:
    """Each member of `frame` on each day, by member and day; null where nothing is said."""
    grid = pl.DataFrame({PERIOD: days}, schema={PERIOD: pl.Date})
    if by:
        grid = frame.select(by).unique(maintain_order=True).join(grid, how="cross")
    return grid.join(frame, on=[PERIOD, *by], how="left", nulls_equal=True, maintain_order="left")


def summed(name: str, over: int, by: Sequence[str], back: int = 0) -> pl.Expr:
    """The sum over the `over` days that end `back` days earlier; of rows from `every_day`."""
    total = pl.col(name).fill_null(0.0).rolling_sum(over, min_samples=1).shift(back)
    return total.over(list(by)) if by else total
