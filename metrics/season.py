"""The seasonal calendar: which share of a target each day is expected to bring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from connectors.schema import order_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.engines.base import Connector

_YEAR = timedelta(days=364)
_sold: WeakKeyDictionary[Connector, tuple[str, dict[date, float]]] = WeakKeyDictionary()


def day_weights(connector: Connector, days: Sequence[date]) -> dict[date, float]:
    """The weight of each of consecutive days: what the same weekday brought a year before.

    A year is 364 days. Where that is not known for all of the days, the mean of the weekday over
    the days since then that are known counts; where all of it comes to nothing, all days weigh the
    same.
    """
    sold = _daily_sales(connector)
    first, last = days[0] - _YEAR, days[-1]
    if sold and min(sold) <= first and max(sold) >= last - _YEAR:
        weights = {day: sold.get(day - _YEAR, 0.0) for day in days}
    else:
        since = {day: value for day, value in sold.items() if first <= day <= last}
        weights = _by_weekday(since, days)
    return weights if any(weights.values()) else dict.fromkeys(days, 1.0)


def _by_weekday(sold: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    known: dict[int, list[float]] = {}
    for day, value in sold.items():
        known.setdefault(day.weekday(), []).append(value)
    means = {weekday: sum(values) / len(values) for weekday, values in known.items()}
    overall = sum(means.values()) / len(means) if means else 1.0
    return {day: means.get(day.weekday(), overall) for day in days}


def _daily_sales(connector: Connector) -> dict[date, float]:
    """Paid sales of each day that has some, asked once per generation."""
    version, sold = _sold.get(connector, ("", {}))
    if version != connector.version:
        sold = _asked(connector)
        _sold[connector] = (connector.version, sold)
    return sold


def _asked(connector: Connector) -> dict[date, float]:
    line = order_lines.c
    if order_lines.name not in connector.tables():
        return {}
    statement = (
        select(line.sold_date, func.sum(line.sales_amount).label("sales"))
        .where(line.is_paid.is_(True))
        .group_by(line.sold_date)
    )
    rows = connector.frame(statement).drop_nulls().iter_rows()
    return {day: max(sales, 0.0) for day, sales in rows}
