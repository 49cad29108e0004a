"""Periods: grains, where they begin, and how a comparison moves them.

In SQL a period is a date or a small whole number, because truncating dates was measured five times
slower than extracting their parts; `starts` turns it back into the period's first day (or hour).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Integer,
    extract,
    func,
    literal_column,
    type_coerce,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
WeekStart = Literal["monday", "sunday", "saturday"]

LENGTHS: dict[Grain, str] = {
    "hour": "1h",
    "day": "1d",
    "week": "1w",
    "month": "1mo",
    "quarter": "1q",
    "year": "1y",
}
"""How long each is, as Polars writes it."""

_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}
# A Saturday, a Sunday and a Monday before any data.
_FIRST_WEEK: dict[WeekStart, date] = {
    "saturday": date(1969, 12, 27),
    "sunday": date(1969, 12, 28),
    "monday": date(1969, 12, 29),
}
_EPOCH = date(1970, 1, 1)


def period_key(
    grain: Grain, day: ColumnElement[Any], hour: Column[Any] | None, week_start: WeekStart
) -> ColumnElement[Any]:
    """The period as SQL: the day itself, or a number that `starts` understands."""
    if grain == "day":
        return day
    if grain == "hour":
        return hours_of(day, hour)
    if grain == "week":
        weeks = _days_since(_FIRST_WEEK[week_start], day) / literal_column("7.0")
        return func.floor(weeks, type_=Double())
    if grain == "year":
        return extract("year", day)
    return extract("year", day) * (12 // _MONTHS[grain]) + extract(grain, day) - 1


def starts(grain: Grain, key: pl.Expr, week_start: WeekStart) -> pl.Expr:
    """The first day (for hours: the hour) of periods from their SQL keys."""
    if grain == "day":
        return key
    if grain == "hour":
        return pl.lit(datetime(1970, 1, 1)) + pl.duration(hours=key)  # noqa: DTZ001 (local clock)
    if grain == "week":
        return pl.lit(_FIRST_WEEK[week_start]) + pl.duration(days=key * 7)
    months = key.cast(pl.Int64) * _MONTHS[grain]
    return pl.date(months // 12, months % 12 + 1, 1)


def hours_of(day: ColumnElement[Any], hour: Column[Any] | None) -> ColumnElement[Any]:
    """Hours of the local clock since 1970: the least of them is the first in time."""
    return _days_since(_EPOCH, day) * 24 + hour


def key_of(grain: Grain, period: date, week_start: WeekStart) -> date | int:
    """The key that `period_key` gives for days of the period that begins on `period`."""
    if grain == "day":
        return period
    if grain == "week":
        return (period - _FIRST_WEEK[week_start]).days // 7
    if grain == "year":
        return period.year
    months = _MONTHS[grain]
    return period.year * (12 // months) + (period.month - 1) // months


def first_day(grain: Grain, day: date, week_start: WeekStart) -> date:
    """The first day of the period that `day` lies in."""
    if grain in {"hour", "day"}:
        return day
    if grain == "week":
        return day - timedelta(days=(day - _FIRST_WEEK[week_start]).days % 7)
    months = _MONTHS[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_period(grain: Grain, period: date) -> date:
    """The first day (for hours: the hour) of the period after one that begins at `period`."""
    if grain == "hour":
        return period + timedelta(hours=1)
    if grain in {"day", "week"}:
        return period + timedelta(days=1 if grain == "day" else 7)
    return add_months(period, _MONTHS[grain])


def periods(grain: Grain, start: date, end: date, week_start: WeekStart) -> Iterator[date]:
    """Every period that touches [start, end), in order; hours are datetimes."""
    current = first_day(grain, start, week_start)
    last: date = end
    if grain == "hour":
        current, last = _midnight(current), _midnight(end)
    while current < last:
        yield current
        current = next_period(grain, current)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day when it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for days in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=days)
        except ValueError:
            continue
    raise ValueError(f"no day {day.day} in month {month + 1}")


def whole_months(start: date, end: date) -> int:
    """How many months [start, end) consists of; 0 when it is not made of whole ones."""
    if start.day != 1 or end.day != 1:
        return 0
    return (end.year - start.year) * 12 + end.month - start.month


def month_of(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The calendar month of a date as a number: `month_number` in SQL."""
    return extract("year", day) * 12 + extract("month", day)


def month_number(day: date) -> int:
    """Months since the year 0, so that the next month is one more."""
    return day.year * 12 + day.month


def days_of(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whole days since 1970 of a date."""
    return _days_since(_EPOCH, day)


def _days_since(origin: date, day: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(day - literal_column(f"DATE '{origin}'"), Integer)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (the local clock of the business)
