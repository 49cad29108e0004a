"""How amounts are split over days, and which of several targets counts, beside plain sums."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.state import State, Target
from metrics import Query
from metrics.season import day_weights
from tests.numbers.plan.conftest import AMOUNT, DAY, LAST, YEAR, Asked, days, share, sold_on, year

if TYPE_CHECKING:
    from connectors.engines import Connector


@pytest.mark.parametrize(
    ("grain", "periods"), [("quarter", 4), ("month", 12), ("week", 53), ("day", 365)]
)
def test_the_parts_of_a_year_are_the_year(
    asked: Asked, state: State, grain: str, periods: int
) -> None:
    state.put(year(), "anna")
    parts = asked.rows(grain=grain)
    assert len(parts) == periods
    assert sum(row["sales_target"] for row in parts) == pytest.approx(AMOUNT)


def test_a_month_has_its_share_of_last_years_same_weekdays(asked: Asked, state: State) -> None:
    state.put(year(), "anna")
    got = {row["period"].month: row["sales_target"] for row in asked.rows(grain="month")}
    for month in (1, 2, 11):
        bounds = date(2025, month, 1), date(2025, month + 1, 1)
        assert got[month] == pytest.approx(AMOUNT * share(*bounds))
    assert got[11] > 2.5 * got[10]
    assert asked.target(date(2025, 2, 8), date(2025, 2, 13)) == 0  # closed a year before


def test_a_week_over_two_months_takes_from_both(asked: Asked, state: State) -> None:
    may, june, july = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)
    for start, end, amount in ((may, june, 300.0), (june, july, 900.0)):
        state.put(Target(metric="paid_sales", start=start, end=end, amount=amount), "anna")
    weeks = asked.rows(may, july, grain="week")
    monday, sunday = date(2025, 5, 26), date(2025, 6, 1)
    [week] = [row["sales_target"] for row in weeks if row["period"] == monday]
    expected = 300 * share(monday, sunday, (may, june)) + 900 * share(
        june, june + DAY, (june, july)
    )
    assert week == pytest.approx(expected)
    assert sum(row["sales_target"] for row in weeks) == pytest.approx(1_200)


def test_the_shorter_range_counts_and_the_longer_loses_that_share(
    asked: Asked, state: State
) -> None:
    march, april = date(2025, 3, 1), date(2025, 4, 1)
    state.put(Target(metric="paid_sales", start=march, end=april, amount=5.0), "anna")
    state.put(year(), "anna")
    months = [row["sales_target"] for row in asked.rows(grain="month")]
    assert months[2] == pytest.approx(5)
    assert months[1] == pytest.approx(AMOUNT * share(date(2025, 2, 1), march))
    assert sum(months) == pytest.approx(AMOUNT * (1 - share(march, april)) + 5)
    assert asked.target() == pytest.approx(sum(months))


def test_a_day_without_a_target_leaves_its_period_without(asked: Asked, state: State) -> None:
    state.put(year(), "anna")
    assert asked.target(YEAR[0] - DAY, YEAR[1]) is None
    query = Query(("sales_target",), YEAR[0] - DAY, YEAR[1])
    [note] = asked.result(query).notes
    assert note.message == "No target covers this range and segment."


def test_a_target_of_closed_days_is_not_lost(asked: Asked, state: State) -> None:
    start, end = date(2025, 2, 8), date(2025, 2, 13)
    state.put(Target(metric="paid_sales", start=start, end=end, amount=50.0), "anna")
    assert [row["sales_target"] for row in asked.rows(start, end, grain="day")] == [
        pytest.approx(10)
    ] * 5


@given(
    start=st.dates(date(2022, 1, 1), date(2027, 1, 1)),
    length=st.integers(min_value=1, max_value=900),
)
def test_weights_are_of_all_days_and_of_something(
    shop: Connector, start: date, length: int
) -> None:
    span = days(start, start + length * DAY)
    weights = day_weights(shop, span)
    assert list(weights) == span
    assert min(weights.values()) >= 0
    assert sum(weights.values()) > 0


def test_pace_and_attainment(asked: Asked, state: State) -> None:
    state.put(year(), "anna")
    names = ("target_attainment", "target_pace", "target_gap")
    [row] = asked.result(Query(names, *YEAR)).frame.to_dicts()
    sold = sum(sold_on(day) for day in days(YEAR[0], LAST + DAY))
    assert row["target_attainment"] == pytest.approx(sold / AMOUNT)
    assert row["target_gap"] == pytest.approx(sold - AMOUNT)
    assert row["target_pace"] == pytest.approx(sold / (AMOUNT * share(YEAR[0], LAST + DAY)))
