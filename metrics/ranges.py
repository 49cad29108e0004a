"""Ranges that people ask for by name, ending on the last day whose facts are complete."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from connectors.text import N_
from metrics.festivals import same_festival_last_year
from metrics.periods import first_day, next_period

if TYPE_CHECKING:
    from metrics.periods import Grain, WeekStart

RANGES: dict[str, str] = {
    "last_day": N_("Last day"),
    "last_7_days": N_("Last 7 days"),
    "last_28_days": N_("Last 28 days"),
    "last_90_days": N_("Last 90 days"),
    "last_full_week": N_("Last full week"),
    "this_week": N_("This week"),
    "this_month": N_("This month"),
    "this_quarter": N_("This quarter"),
    "this_year": N_("This year"),
    "last_festival": N_("Last year's same festival"),
}
"""The ranges' titles by name, in the order in which they are offered."""

MONDAYS_RANGE, DEFAULT_RANGE = "last_full_week", "last_28_days"
_DAYS = {"last_day": 1, "last_7_days": 7, "last_28_days": 28, "last_90_days": 90}
_CURRENT: dict[str, Grain] = {
    "this_week": "week",
    "this_month": "month",
    "this_quarter": "quarter",
    "this_year": "year",
}
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_FINEST: tuple[tuple[int, Grain], ...] = ((1, "hour"), (62, "day"), (200, "week"), (1100, "month"))
"""The finest grain that a range of at most so many days is still read well in."""
_LENGTH: dict[Grain, float] = {
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 30,
    "quarter": 91,
    "year": 365,
}
_MOST_PERIODS = 1_500


def default_range(today: date) -> str:
    """What is asked about when nobody says: on Mondays, when weeks are reviewed, the last one."""
    return MONDAYS_RANGE if today.weekday() == 0 else DEFAULT_RANGE


def last_complete_day(as_of: datetime) -> date:
    """The last day that is over at `as_of`, the local clock time up to which facts are known."""
    return as_of.date() - _DAY


def named_range(name: str, complete: date, week_start: WeekStart) -> tuple[date, date]:
    """The half-open range of days that `name` stands for.

    Args:
        name: one of `RANGES`.
        complete: the last complete day. A current week, month … is the one that it lies in, and
            whole: the days to come are part of the range, so that a target for it is whole too.
            The festival is the one nearest to it, as of the year before, a week on either side.
        week_start: the first day of a week.
    """
    if name in _DAYS:
        return complete + _DAY - timedelta(days=_DAYS[name]), complete + _DAY
    if name == "last_full_week":
        end = first_day("week", complete + _DAY, week_start)
        return end - timedelta(weeks=1), end
    if name == "last_festival":
        festival = same_festival_last_year(complete).day
        return festival - _WEEK, festival + _WEEK + _DAY
    start = first_day(_CURRENT[name], complete, week_start)
    return start, next_period(_CURRENT[name], start)


def months_before(end: date, count: int) -> date:
    """The first of the month that lies `count` months before that of a range's last day."""
    last = end - timedelta(days=1)
    months = last.year * 12 + last.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def readable_grain(start: date, end: date, asked: Grain | None = None) -> Grain:
    """The grain in which to show the range [start, end).

    Args:
        start: first day.
        end: day after the last.
        asked: the one that is wanted; it holds unless a chart would drown in periods. Without
            one the range is read best in neither a dot nor a blur.
    """
    days = (end - start).days
    if asked and days / _LENGTH[asked] <= _MOST_PERIODS:
        return asked
    return next((grain for most, grain in _FINEST if days <= most), "quarter")
