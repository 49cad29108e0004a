"""How far targets are reached and how they are split, against a calendar counted by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.state import Target
from metrics.target_progress import split

if TYPE_CHECKING:
    from metrics.periods import Grain


class _Nothing:
    """A warehouse without a sale: all days weigh the same."""

    version = "none"

    def tables(self) -> frozenset[str]:
        return frozenset()


def test_without_sales_a_year_is_split_by_its_days() -> None:
    year = Target(metric="paid_sales", start=date(2022, 1, 1), end=date(2023, 1, 1), amount=365.0)
    parts = split(year, "quarter", _Nothing(), "monday")  # type: ignore[arg-type]
    assert parts["amount"].to_list() == pytest.approx([90, 91, 92, 92])


@given(
    start=some.dates(date(2015, 1, 1), date(2025, 1, 1)),
    days=some.integers(1, 800),
    grain=some.sampled_from(["week", "month", "quarter", "year"]),
)
def test_parts_add_up(start: date, days: int, grain: Grain) -> None:
    end = date.fromordinal(start.toordinal() + days)
    target = Target(metric="paid_sales", start=start, end=end, amount=1_000.0)
    parts = split(target, grain, _Nothing(), "monday")  # type: ignore[arg-type]
    assert parts["amount"].sum() == pytest.approx(1_000)
    assert parts["period"].is_unique().all()
