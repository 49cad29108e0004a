"""The seasonal calendar: which share of a target each day is expected to bring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from connectors.schema import order_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.engines.base import Connector

_YEAR = timedelta(days=364)


def day_weights(connector: Connector, days: Sequence[date]) -> dict[date, float]:
    """The weight of each day: what the same weekday brought a year (364 days) before.

    Where last year is not known for all of the days, the mean of the weekday over the days that
    are known counts; without any history all days weigh the same.
    """
    sold = _daily_sales(connector, days[0] - _YEAR, days[-1] + timedelta(days=1))
    last_year = [sold.get(day - _YEAR) for day in days]
    if sold and min(sold) <= days[0] - _YEAR and max(sold) >= days[-1] - _YEAR:
        return {day: value or 0.0 for day, value in zip(days, last_year, strict=True)}
    by_weekday: dict[int, list[float]] = {}
    for day, value in sold.items():
        by_weekday.setdefault(day.weekday(), []).append(value)
    means = {weekday: sum(values) / len(values) for weekday, values in by_weekday.items()}
    overall = sum(means.values()) / len(means) if means else 1.0
    return {day: means.get(day.weekday(), overall) for day in days}


def _daily_sales(connector: Connector, start: date, end: date) -> dict[date, float]:
    line = order_lines.c
    if order_lines.name not in connector.tables():
        return {}
    statement = (
        select(line.sold_date, func.sum(line.sales_amount).label("sales"))
        .where(line.is_paid.is_(True), line.sold_date >= start, line.sold_date < end)
        .group_by(line.sold_date)
    )
    rows = connector.frame(statement).drop_nulls().iter_rows()
    return {day: max(sales, 0.0) for day, sales in rows}
