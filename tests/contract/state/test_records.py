"""What is kept comes back as it was, what cannot be is refused, and what changed is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.state import (
    Baseline,
    Benchmark,
    State,
    Target,
    View,
    open_state,
    segment_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.settings import Settings
    from connectors.state.records import Record
    from tests.contract.state.conftest import Sql

YEAR: dict[str, Any] = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}
NOON = datetime(2025, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
TARGET = Target(metric="paid_sales", segment=segment_of({"shop": ["a"]}), amount=1e6, **YEAR)
LEVEL = Target(metric="gross_margin", level=0.42, note="as agreed")
VIEW = View(name="Monday", page="board/sales", query="by=shop&x=%E4%B8%AD", owner="anna")


def test_before_the_first_edit_there_is_nothing(state: State) -> None:
    assert (state.targets(), state.baselines(), state.benchmarks()) == ((), (), ())
    assert state.views("anna", "board/sales") == ()
    assert state.history("targets") == ()


def test_reading_makes_no_file(tmp_path: Path) -> None:
    from connectors.settings import Settings

    state = open_state(Settings(state=str(tmp_path / "new" / "state.db")))
    assert state.targets() == ()
    assert state.version == ""
    assert list(tmp_path.iterdir()) == []


def test_records_come_back_as_they_were(settings: Settings, state: State) -> None:
    baseline = Baseline(metric="pay_conversion", value=0.031, recorded_at=NOON, **YEAR)
    benchmark = Benchmark(
        metric="return_rate", value=0.5, source="协会 2024", as_of=date(2024, 12, 31)
    )
    view = replace(VIEW, created_at=NOON)
    for record in (TARGET, LEVEL, baseline, benchmark, view):
        state.put(record, "anna")
    again = open_state(settings)
    assert again.targets() == (LEVEL, TARGET)
    assert again.baselines() == (baseline,)
    assert again.benchmarks() == (benchmark,)
    assert again.views("anna", "board/sales") == (view,)
    assert again.baselines()[0].recorded_at.utcoffset() == timedelta(0)


def test_what_lies_in_the_tables(settings: Settings, state: State, sql: Sql) -> None:
    segment = segment_of({"shop": ["b", "a", "b"], "category": ["裙"]})
    state.put(replace(TARGET, segment=segment), "anna")
    state.put(Baseline(metric="m", value=2.5, recorded_at=NOON, **YEAR), "anna")
    columns = 'metric, segment, CAST("start" AS TEXT), CAST("end" AS TEXT), amount, level'
    assert sql(settings, f"SELECT {columns} FROM targets") == [
        (
            "paid_sales",
            '{"category":["裙"],"shop":["a","b"]}',
            "2025-01-01",
            "2026-01-01",
            1e6,
            None,
        )
    ]
    [(recorded,)] = sql(settings, "SELECT CAST(recorded_at AS TEXT) FROM baselines")
    assert recorded[:19] == "2025-05-01 04:00:00"  # in UTC


NAMES = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=40)
SEGMENTS = st.dictionaries(
    NAMES.filter(lambda name: name and name == name.strip()),
    st.lists(NAMES, min_size=1, max_size=3),
    max_size=3,
)


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(segment=SEGMENTS, note=NAMES, level=st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_number_comes_back(
    settings: Settings, segment: dict[str, list[str]], note: str, level: float
) -> None:
    state = open_state(settings)
    target = Target(metric="m", segment=segment_of(segment), level=level, note=note)
    state.put_all([target], "anna")
    assert target in state.targets()
    change = state.history("targets")[0].after
    assert change is not None
    assert change["segment"] == {name: sorted(set(members)) for name, members in segment.items()}


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (Target(metric="m"), "m: give exactly one of amount, level"),
        (Target(metric="m", level=1, amount=1, **YEAR), "exactly one of"),
        (Target(metric="m", amount=1), "m: an amount needs from and to"),
        (Target(metric="m", amount=1, start=YEAR["start"]), "an amount needs from and to"),
        (replace(TARGET, end=TARGET.start), "ends on 2025-01-01, not after its start 2025-01-01"),
        (Target(metric="m", level=float("nan")), "level is nan, not a number"),
        (Target(metric="", level=1), "metric is ''"),
        (Target(metric="m", level=1, note="n" * 8_001), "note has 8001 characters, 8000 are"),
        (Target(metric="m", level=1, note="a\x00b"), "note holds a null character"),
        (replace(LEVEL, segment=segment_of({"shop": ["s" * 2_000]})), "takes 2013 bytes, 1800"),
        (Baseline(metric="m", value=float("inf"), **YEAR), "value is inf"),
        (Benchmark(metric="m", value=1, source=" ", as_of=date(2024, 1, 1)), "source is ' '"),
        (replace(VIEW, name=" Monday"), "name is ' Monday'"),
        (replace(VIEW, query="q" * 9_000), "query has 9000 characters"),
    ],
)
def test_what_cannot_be_kept(state: State, record: Record, problem: str) -> None:
    for attempt in (lambda: state.put(record, "anna"), lambda: state.put_all([record], "anna")):
        with pytest.raises(UserError, match=problem.replace("(", r"\(")):
            attempt()
    assert state.history(_table(record)) == ()


def _table(record: Record) -> str:
    names = {View: "saved_views", Target: "targets", Baseline: "baselines"}
    return names.get(type(record), "benchmarks")


def test_the_database_itself_holds_the_rules(settings: Settings, state: State, sql: Sql) -> None:
    state.put(TARGET, "anna")
    for change in ("level = 1", "amount = NULL", '"end" = "start"', "metric = NULL"):
        with pytest.raises(Exception, match=r"(?i)constraint"):
            sql(settings, f"UPDATE targets SET {change}")
    assert state.targets() == (TARGET,)
