"""Which targets are in force: for whom, for which segment, against which baseline."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from connectors.state import Baseline, State, Target, segment_of
from metrics import Access, Query
from tests.numbers.plan.conftest import AMOUNT, YEAR, Asked, year

if TYPE_CHECKING:
    from pathlib import Path


def test_segments_are_answered_as_they_were_set(asked: Asked, state: State) -> None:
    state.put(year(), "anna")
    for member, amount in (("s", 7.0), ("t", 8.0)):
        state.put(year(amount, segment=segment_of({"shop": [member]})), "anna")
    both = year(20.0, segment=segment_of({"shop": ["t", "s"], "category": ["dress"]}))
    state.put(both, "anna")
    assert asked.target() == pytest.approx(AMOUNT)
    assert asked.target(where=(("shop", ("t",)),)) == pytest.approx(8)
    assert asked.target(where=(("shop", ("s", "t")),)) is None
    where = (("shop", ("t", "s")), ("category", ("dress",)))
    assert asked.target(where=where) == pytest.approx(20)
    by_shop = {row["shop"]: row["sales_target"] for row in asked.rows(by=("shop",))}
    assert by_shop == {"s": pytest.approx(7), "t": pytest.approx(8)}


def test_a_role_sees_the_targets_of_its_members_only(asked: Asked, state: State) -> None:
    state.put(year(), "anna")
    for member, amount in (("s", 7.0), ("t", 8.0)):
        state.put(year(amount, segment=segment_of({"shop": [member]})), "anna")
    only_s = Access("keeper", rows=(("shop", ("s",)),))
    assert asked.target(access=only_s) == pytest.approx(7)
    assert asked.target(access=only_s, where=(("shop", ("t",)),)) is None
    rows = asked.rows(access=only_s, by=("shop",), where=(("shop", ("s", "t")),))
    assert [(row["shop"], row["sales_target"]) for row in rows] == [("s", pytest.approx(7))]
    pair = Access("pair", rows=(("shop", ("t", "s")),))
    state.put(year(9.0, segment=segment_of({"shop": ["s", "t"]})), "anna")
    assert asked.target(access=pair) == pytest.approx(9)


def test_the_board_replaces_the_defaults_of_a_metric_and_segment(
    asked: Asked, state: State, tmp_path: Path
) -> None:
    (tmp_path / "targets.toml").write_text(
        '[[target]]\nmetric = "order_value"\nlevel = 150\n'
        '[[target]]\nmetric = "order_value"\nlevel = 170\nwhere = {shop = ["s"]}\n'
    )
    assert asked.level() == 150
    state.put(Target(metric="order_value", level=160.0), "anna")
    assert asked.level() == 160
    assert asked.level(where=(("shop", ("s",)),)) == 170
    state.put(Target(metric="order_value", level=200.0, start=YEAR[0]), "anna")
    assert asked.level() == 200
    assert asked.level(date(2024, 12, 1), date(2025, 2, 1)) == 160


def test_a_level_over_the_baseline(asked: Asked, state: State) -> None:
    state.put(Target(metric="order_value", level_over_baseline=0.2), "anna")
    query = Query(("order_value",), *YEAR, compare="target")
    [note] = asked.result(query).notes
    assert note.message == "A target is set against a baseline, and none is recorded for it."
    assert asked.level() is None
    recorded = {2023: ((), 90.0), 2024: ((), 100.0), 2025: (segment_of({"shop": ["s"]}), 1.0)}
    for when, (segment, value) in recorded.items():
        start, end = date(when, 1, 1), date(when + 1, 1, 1)
        baseline = Baseline(
            metric="order_value", segment=segment, start=start, end=end, value=value
        )
        state.put(baseline, "anna")
    assert asked.level() == pytest.approx(120)
    assert asked.result(query).notes == ()


def test_what_is_recorded_later_does_not_move_a_goal_that_was_set(
    asked: Asked, state: State
) -> None:
    begun = date(2024, 6, 1)
    state.put(Target(metric="order_value", level_over_baseline=0.5, start=begun), "anna")
    for start, end, value in (
        (date(2023, 1, 1), date(2024, 1, 1), 90.0),
        (date(2024, 1, 1), date(2024, 6, 1), 80.0),
        (date(2024, 1, 1), date(2024, 7, 1), 100.0),
    ):
        state.put(Baseline(metric="order_value", start=start, end=end, value=value), "anna")
    assert asked.level(date(2024, 7, 1), date(2024, 8, 1)) == pytest.approx(120)
