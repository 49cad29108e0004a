"""Silence: a warehouse that falls silent is told, one that has just begun is not judged."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from connectors.settings import Settings
from metrics.alarms import silence
from tests.unit.alarming import rule

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = date(2024, 1, 1)
TEXT = """
[quiet]
kind = "silent"
title = "Nothing comes"
metric = "received_units"
by = ["warehouse"]
above = 1
"""


class Open:
    """A shop on record since a day."""

    settings = Settings()

    def __init__(self, since: date) -> None:
        self.since = since

    def first_day(self, _rule: Any) -> date:
        return self.since


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, int]]]:
    """Which warehouses are off on which days, given the days on which each received something."""

    def given(days: dict[str, list[int]], end: int, since: date = FIRST) -> list[tuple[str, int]]:
        def hourly(_what: Any, _rule: Any, _asking: Any, span: Any, _values: Any) -> pl.DataFrame:
            rows = [
                (datetime.combine(FIRST, datetime.min.time()) + timedelta(days=day, hours=10), name)
                for name, all_ in days.items()
                for day in all_
                if span[0] <= FIRST + timedelta(days=day) < span[1]
            ]
            frame = pl.DataFrame(rows, ["hour", "warehouse"], orient="row")
            return frame.with_columns(pl.lit(1).alias("seen"))

        monkeypatch.setattr(silence, "hourly", hourly)
        asking: Any = Open(since)
        last = FIRST + timedelta(days=end)
        found = silence.silent(rule(text=TEXT), asking, last - timedelta(days=5), last)
        off = found.filter("off").sort("warehouse", "period")
        return [
            (name, (day - FIRST).days) for name, day in off.select("warehouse", "period").rows()
        ]

    return given


def test_a_member_that_came_every_day_is_off_once_it_stays_away(received: Any) -> None:
    days = {"a": list(range(90)), "b": list(range(94))}
    assert received(days, 94) == [("a", 91), ("a", 92), ("a", 93)]


def test_one_heard_of_for_less_than_four_weeks_is_not_judged(received: Any) -> None:
    assert received({"a": list(range(94)), "new": list(range(70, 90))}, 94) == []
    assert received({"a": list(range(94)), "known": list(range(60, 90))}, 94) != []


def test_what_came_before_the_shop_was_on_record_is_no_rhythm(received: Any) -> None:
    days = {"a": list(range(90))}
    assert received(days, 94, since=FIRST + timedelta(days=75)) == []
