"""From days beyond a limit to episodes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.alarms.states import Episode, episodes, judged
from tests.unit.alarming import DAY, MONDAY, rows, rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def valued(numbers: Mapping[str, Sequence[float | None]]) -> pl.DataFrame:
    value = pl.col("paid_sales")
    return rows(numbers).with_columns(value=value, usual=pl.lit(None), off=pl.lit(value=True))


def found(
    numbers: Mapping[str, Sequence[float | None]], more: str = "", firing: Sequence[str] = ()
) -> list[Episode]:
    frame = rows(numbers).with_columns(
        pl.col("paid_sales").alias("value"),
        pl.lit(None).alias("usual"),
        pl.lit(value=True).alias("off"),
    )
    return list(episodes(judged(frame, rule(more)), rule(more), [(each,) for each in firing]))


def told(each: Episode) -> tuple[str, int, int, int | None]:
    """State, and first, last and end day as numbers."""
    start, last = (each.start - MONDAY).days, (each.last - MONDAY).days
    return each.state, start, last, (each.end - MONDAY).days if each.end else None


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ([200, 200], "", []),
        ([200, 50], "", [("firing", 1, 1, None)]),
        ([50, 50, 200], "", [("resolved", 0, 1, 2)]),
        ([50, 200, 50], "", [("resolved", 0, 0, 1), ("firing", 2, 2, None)]),
        ([200, 50, 200], "for = 2", []),
        ([200, 200, 50], "for = 2", [("pending", 2, 2, None)]),
        ([200, 50, 50], "for = 2", [("firing", 1, 2, None)]),
        ([50, 200], "keep = 2", [("recovering", 0, 0, 1)]),
        ([50, 200, 200], "keep = 2", [("resolved", 0, 0, 1)]),
        ([50, 200, 50], "keep = 2", [("firing", 0, 2, None)]),
        ([50, 110, 110], "clear = 120", [("firing", 0, 0, None)]),
        ([50, 110, 130], "clear = 120", [("resolved", 0, 0, 2)]),
        ([50, None, 50], "", [("firing", 0, 2, None)]),
    ],
)
def test_the_states_follow_the_days(
    values: list[float | None], more: str, expected: list[tuple[str, int, int, int | None]]
) -> None:
    assert [told(each) for each in found({"a": values}, more)] == expected


def test_a_limit_of_its_own_counts_for_a_member() -> None:
    numbers = {"a": [150.0], "b": [150.0]}
    assert [each.group for each in found(numbers, "limits = { b = 200 }")] == [("b",)]


def test_what_is_grave_is_said() -> None:
    frame = rows({"a": [50.0, 90.0]}).with_columns(
        pl.col("paid_sales").alias("value"),
        pl.lit(None).alias("usual"),
        pl.lit(value=True).alias("off"),
    )
    assert judged(frame, rule("critical = 60"))["grave"].to_list() == [True, False]


def test_members_of_one_group_are_one_episode_while_they_overlap() -> None:
    numbers = {f"shop-{n}": [200.0, 50.0, 50.0, 200.0] for n in range(3_000)}
    whole = found(numbers, "group = []")
    assert [told(each) for each in whole] == [("resolved", 1, 2, 3)]
    assert len(whole[0].spans) == 3_000
    apart = found(
        {"a": [50.0, 200.0, 200.0, 200.0], "b": [200.0, 200.0, 200.0, 50.0]}, "group = []"
    )
    assert len(apart) == 2


def test_one_that_fired_before_ends_or_stays_between_the_levels() -> None:
    assert told(found({"a": [110.0]}, "clear = 120", ["a"])[0])[0] == "firing"
    assert told(found({"a": [130.0]}, "clear = 120", ["a"])[0])[0] == "resolved"
    assert found({"a": [110.0]}, "clear = 120") == []


@given(
    values=st.lists(st.sampled_from([50.0, 110.0, 200.0]), min_size=1, max_size=30),
    duration=st.integers(1, 4),
    keep=st.integers(1, 4),
)
def test_episodes_lie_apart_in_order_and_hold_as_many_days_as_asked(
    values: list[float], duration: int, keep: int
) -> None:
    all_ = found({"a": values}, f"clear = 120\nfor = {duration}\nkeep = {keep}")
    fired = [each for each in all_ if each.state != "pending"]
    for each in fired:
        first = (each.start - MONDAY).days
        assert values[first : first + duration] == [50.0] * duration
    for one, other in pairwise(all_):
        assert one.end is not None
        assert one.end + DAY * (keep - 1) < other.start
    runs = "".join("x" if value == 50.0 else "." for value in values)
    assert bool(fired) == ("x" * duration in runs)
