"""Periods against the standard library's calendar."""

import calendar
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import (
    WeekStart,
    add_months,
    first_day,
    key_of,
    next_period,
    periods,
    whole_months,
)

_DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
_WEEK_STARTS = st.sampled_from(["monday", "sunday", "saturday"])
_WEEKDAY = {"monday": 0, "saturday": 5, "sunday": 6}


@given(_DAYS, _WEEK_STARTS)
def test_a_week_begins_on_its_weekday_and_holds_the_day(day: date, start: WeekStart) -> None:
    first = first_day("week", day, start)
    assert first.weekday() == _WEEKDAY[start]
    assert first <= day < first + timedelta(days=7)


@given(_DAYS, st.integers(-60, 60))
def test_months_move_to_the_same_day_or_the_last(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


@given(_DAYS, st.integers(1, 800), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_periods_cover_the_range_once_and_in_order(day: date, length: int, grain: str) -> None:
    end = day + timedelta(days=length)
    found = list(periods(grain, day, end, "monday"))  # type: ignore[arg-type]
    assert found[0] <= day
    assert found[-1] < end <= next_period(grain, found[-1])  # type: ignore[arg-type]
    for earlier, later in itertools.pairwise(found):
        assert next_period(grain, earlier) == later  # type: ignore[arg-type]


@given(_DAYS, st.sampled_from(["week", "month", "quarter", "year"]), _WEEK_STARTS)
def test_the_key_moves_by_one_from_period_to_period(
    day: date, grain: str, start: WeekStart
) -> None:
    first = first_day(grain, day, start)  # type: ignore[arg-type]
    after = next_period(grain, first)  # type: ignore[arg-type]
    key, following = key_of(grain, first, start), key_of(grain, after, start)  # type: ignore[arg-type]
    assert isinstance(key, int)
    assert following == key + 1


def test_hours_of_a_day() -> None:
    hours = list(periods("hour", date(2024, 2, 29), date(2024, 3, 1), "monday"))
    assert len(hours) == 24
    assert hours[-1].isoformat() == "2024-02-29T23:00:00"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 1), date(2024, 2, 1), 1),
        (date(2023, 11, 1), date(2024, 2, 1), 3),
        (date(2024, 1, 2), date(2024, 2, 2), 0),
        (date(2024, 1, 1), date(2024, 1, 31), 0),
    ],
)
def test_whole_months(start: date, end: date, months: int) -> None:
    assert whole_months(start, end) == months
