"""Festivals: the lunar dates follow the sky, and alignment finds last year's same one."""

from datetime import date, timedelta

import pytest

from metrics.festivals import Festival, festivals, same_festival_last_year, year_before

_NEW_MOON = date(2000, 1, 6)
_SYNODIC_MONTH = 29.530588
"""Days from new moon to new moon: Meeus, Astronomical Algorithms, chapter 49."""


def _moon_age(day: date) -> float:
    return (day - _NEW_MOON).days % _SYNODIC_MONTH


def test_spring_festival_is_a_new_moon_between_21_january_and_21_february() -> None:
    days = [each.day for each in festivals() if each.name == "Spring Festival"]
    assert [day.year for day in days] == list(range(2009, 2033))
    for day in days:
        assert (1, 21) <= (day.month, day.day) <= (2, 21)
        assert min(_moon_age(day), _SYNODIC_MONTH - _moon_age(day)) < 1.7


def test_mid_autumn_is_a_full_moon_in_september_or_early_october() -> None:
    days = [each.day for each in festivals() if each.name == "Mid-Autumn Festival"]
    assert len(days) == 24
    for day in days:
        assert (9, 7) <= (day.month, day.day) <= (10, 8)
        assert abs(_moon_age(day) - _SYNODIC_MONTH / 2) < 2.2


def test_a_range_around_spring_festival_meets_last_years() -> None:
    start, end = date(2026, 2, 10), date(2026, 2, 24)
    assert year_before(start, end) == date(2026, 2, 17) - date(2025, 1, 29)


def test_double_11_meets_double_11() -> None:
    assert year_before(date(2026, 11, 9), date(2026, 11, 12)) == timedelta(days=365)


def test_far_from_any_festival_there_is_none() -> None:
    assert year_before(date(2026, 8, 1), date(2026, 8, 5)) is None


@pytest.mark.parametrize(
    ("day", "name", "last_year"),
    [
        (date(2026, 11, 15), "Double 11", date(2025, 11, 11)),
        (date(2026, 2, 10), "Spring Festival", date(2025, 1, 29)),  # a week before this year's
        (date(2022, 6, 30), "618", date(2021, 6, 18)),
        (date(2024, 9, 25), "National Day", date(2023, 10, 1)),  # Mid-Autumn was on the 17th
    ],
)
def test_last_years_same_festival(day: date, name: str, last_year: date) -> None:
    assert same_festival_last_year(day) == Festival(name, last_year)


@pytest.mark.parametrize("day", [date(1999, 1, 1), date(2009, 1, 1), date(2050, 1, 1)])
def test_a_day_beyond_the_calendar_has_the_nearest_that_it_lists(day: date) -> None:
    assert 2009 <= same_festival_last_year(day).day.year <= 2032
