"""Ranges by name, against a calendar read by eye."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from metrics.ranges import RANGES, default_range, last_complete_day, named_range, readable_grain

FRIDAY = date(2011, 12, 9)  # of ISO week 49, 5 to 11 December


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("last_day", date(2011, 12, 9), date(2011, 12, 10)),
        ("last_7_days", date(2011, 12, 3), date(2011, 12, 10)),
        ("last_28_days", date(2011, 11, 12), date(2011, 12, 10)),
        ("last_90_days", date(2011, 9, 11), date(2011, 12, 10)),
        ("last_full_week", date(2011, 11, 28), date(2011, 12, 5)),
        ("this_week", date(2011, 12, 5), date(2011, 12, 12)),
        ("this_month", date(2011, 12, 1), date(2012, 1, 1)),
        ("this_quarter", date(2011, 10, 1), date(2012, 1, 1)),
        ("this_year", date(2011, 1, 1), date(2012, 1, 1)),
        ("last_festival", date(2010, 12, 5), date(2010, 12, 20)),  # a week about Double 12
    ],
)
def test_ranges_end_on_the_last_complete_day(name: str, start: date, end: date) -> None:
    assert named_range(name, FRIDAY, "monday") == (start, end)


def test_every_range_is_tried_above() -> None:
    for name in RANGES:
        start, end = named_range(name, FRIDAY, "monday")
        assert start < end


@pytest.mark.parametrize(
    ("complete", "week_start", "start"),
    [
        (date(2011, 12, 11), "monday", date(2011, 12, 5)),  # a Sunday: its week is over
        (date(2011, 12, 12), "monday", date(2011, 12, 5)),
        (date(2011, 12, 10), "sunday", date(2011, 12, 4)),
        (date(2011, 12, 9), "sunday", date(2011, 11, 27)),
        (date(2011, 12, 9), "saturday", date(2011, 12, 3)),
    ],
)
def test_the_last_full_week(complete: date, week_start: str, start: date) -> None:
    assert named_range("last_full_week", complete, week_start)[0] == start  # type: ignore[arg-type]


def test_weeks_are_reviewed_on_mondays() -> None:
    week = [default_range(date(2026, 11, day)) for day in range(23, 30)]  # from a Monday on
    assert week == ["last_full_week", *["last_28_days"] * 6]


def test_a_day_is_complete_when_it_is_over() -> None:
    assert last_complete_day(datetime.fromisoformat("2011-12-10")) == FRIDAY
    assert last_complete_day(datetime.fromisoformat("2011-12-10T18:30")) == FRIDAY


@pytest.mark.parametrize(
    ("days", "grain"), [(1, "hour"), (2, "day"), (31, "day"), (90, "week"), (366, "month")]
)
def test_a_range_is_read_in_a_few_dozen_points(days: int, grain: str) -> None:
    start = date(2011, 1, 1)
    end = date.fromordinal(start.toordinal() + days)
    assert readable_grain(start, end) == grain


@pytest.mark.parametrize(
    ("days", "asked", "grain"),
    [(7, "hour", "hour"), (365, "hour", "month"), (365, "day", "day"), (90, "year", "year")],
)
def test_a_grain_is_kept_unless_it_drowns_the_reader(days: int, asked: str, grain: str) -> None:
    start = date(2011, 1, 1)
    end = date.fromordinal(start.toordinal() + days)
    assert readable_grain(start, end, asked) == grain  # type: ignore[arg-type]
