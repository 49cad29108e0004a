"""What is kept comes back as it was, what cannot be is refused, and what changed is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.state import (
    Baseline,
    Benchmark,
    Edits,
    State,
    Target,
    View,
    open_state,
    segment_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.settings import Settings
    from connectors.state.records import Record
    from tests.contract.state.conftest import Sql

YEAR = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}
NOON = datetime(2025, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
TARGET = Target(metric="paid_sales", segment=segment_of({"shop": ["a"]}), amount=1e6, **YEAR)
LEVEL = Target(metric="gross_margin", level=0.42, note="as agreed")
VIEW = View(name="Monday", page="board/sales", query="by=shop&x=%E4%B8%AD", owner="anna")


@pytest.fixture
def state(settings: Settings) -> State:
    """An empty state."""
    return open_state(settings)


def test_before_the_first_edit_there_is_nothing(settings: Settings, state: State) -> None:
    assert (state.targets(), state.baselines(), state.benchmarks()) == ((), (), ())
    assert state.views("board/sales", "anna") == ()
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
    assert again.views("board/sales", "anna") == (view,)
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
        (replace(LEVEL, segment=segment_of({"shop": ["s" * 2_000]})), "takes 2011 bytes, 1800"),
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


def test_an_edit_needs_a_name(state: State) -> None:
    with pytest.raises(UserError, match="who is ''"):
        state.put(TARGET, "")


def test_the_database_itself_holds_the_rules(settings: Settings, state: State, sql: Sql) -> None:
    state.put(TARGET, "anna")
    for change in ("level = 1", "amount = NULL", '"end" = "start"', "metric = NULL"):
        with pytest.raises(Exception, match="(?i)constraint"):
            sql(settings, f"UPDATE targets SET {change}")
    assert state.targets() == (TARGET,)


def test_the_history_of_a_row(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD_NOW", "2025-03-01T09:30+08:00")
    first = state.put(TARGET, "anna")
    second = state.put(replace(first, amount=2e6, note="raised"), "bob")
    state.put(second, "carl")  # nothing changed
    state.delete(second, "dora")
    made = {
        "metric": "paid_sales",
        "segment": {"shop": ["a"]},
        "start": "2025-01-01",
        "end": "2026-01-01",
        "amount": 1e6,
        "level": None,
        "level_over_baseline": None,
        "note": "",
    }
    raised = {**made, "amount": 2e6, "note": "raised"}
    history = state.history("targets", first.id)
    assert [(c.number, c.who, c.before, c.after) for c in history] == [
        (3, "dora", raised, None),
        (2, "bob", made, raised),
        (1, "anna", None, made),
    ]
    assert {c.at for c in history} == {datetime(2025, 3, 1, 1, 30, tzinfo=UTC)}
    assert state.history("targets") == history
    assert json.loads(json.dumps(history[0].before)) == raised
    with pytest.raises(UserError, match="Did you mean 'targets'"):
        state.history("target")


def test_the_version_moves_with_each_edit(state: State, new_state: Callable[[], Settings]) -> None:
    versions = [state.version]
    kept = state.put(TARGET, "anna")
    versions.append(state.version)
    state.put(kept, "anna")  # nothing changed
    assert state.version == versions[-1]
    state.put(LEVEL, "anna")
    versions.append(state.version)
    state.delete(kept, "anna")
    versions.append(state.version)
    other = open_state(new_state())
    other.put(TARGET, "anna")
    versions.append(other.version)
    assert len(set(versions)) == 5


def test_an_edit_of_what_changed_is_refused(state: State) -> None:
    read = state.put(TARGET, "anna")
    state.put(replace(read, amount=2e6), "bob")
    stale: list[Callable[[], Any]] = [
        lambda: state.put(replace(read, amount=3e6), "anna"),
        lambda: state.delete(read, "anna"),
    ]
    for attempt in stale:
        with pytest.raises(UserError, match=r"paid_sales .* was changed by bob at 20"):
            attempt()
    state.delete(state.targets()[0], "carl")
    for attempt in stale:
        with pytest.raises(UserError, match=r"was deleted by carl at 20"):
            attempt()
    assert [change.who for change in state.history("targets")] == ["carl", "bob", "anna"]


def test_two_of_the_same_are_refused(state: State) -> None:
    state.put(TARGET, "anna")
    later = state.put(replace(TARGET, start=date(2025, 2, 1)), "bob")
    with pytest.raises(UserError, match=r"already paid_sales 2025-01-01.*, set by anna at 20"):
        state.put(replace(TARGET, amount=5.0), "carl")
    with pytest.raises(UserError, match=r"already paid_sales 2025-01-01.*, set by anna at 20"):
        state.put(replace(later, start=TARGET.start), "bob")
    assert len(state.targets()) == 2


def test_a_sheet_is_kept_whole_or_not_at_all(state: State) -> None:
    old = state.put(TARGET, "anna")
    sheet = [replace(TARGET, amount=7.0), LEVEL, replace(LEVEL, metric="net_margin")]
    with pytest.raises(UserError, match="exactly one of"):
        state.put_all([*sheet, Target(metric="m")], "bob")
    assert state.targets() == (old,)
    assert state.put_all(sheet, "bob") == Edits(added=2, changed=1, unchanged=0)
    assert state.put_all(sheet, "bob") == Edits(added=0, changed=0, unchanged=3)
    assert set(state.targets()) == set(sheet)
    history = state.history("targets")
    assert [change.number for change in history] == [2, 2, 2, 1]
    assert state.put_all([], "bob") == Edits(0, 0, 0)


def test_views_are_seen_by_their_owner_or_when_shared(state: State) -> None:
    mine = state.put(VIEW, "anna")
    shared = state.put(replace(VIEW, owner="bob", is_shared=True), "bob")
    state.put(replace(VIEW, owner="bob", name="private"), "bob")
    state.put(replace(VIEW, page="board/stock"), "anna")
    assert state.views("board/sales", "anna") == (mine, shared)
    assert state.views("board/sales", "carl") == (shared,)
    attempts: list[Callable[[], Any]] = [
        lambda: state.put(replace(shared, query=""), "anna"),
        lambda: state.put(replace(shared, query="", owner="anna"), "anna"),
        lambda: state.put(replace(VIEW, owner="bob", name="planted"), "anna"),
        lambda: state.put_all([replace(VIEW, owner="bob", query="")], "anna"),
        lambda: state.delete(shared, "anna"),
    ]
    for attempt in attempts:
        with pytest.raises(UserError, match="belongs to bob: save it under a name of your own"):
            attempt()
    assert state.views("board/sales", "anna") == (mine, shared)


def test_a_clock_set_back_loses_nothing(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    target, versions = TARGET, []
    for year in ("2026", "2020", "2023"):
        monkeypatch.setenv("BOARD_NOW", f"{year}-01-01T00:00+00:00")
        target = state.put(replace(target, note=year), "anna")
        versions.append(state.version)
    assert len(set(versions)) == 3
    history = state.history("targets")
    assert [change.at.year for change in history] == [2023, 2020, 2026]
    assert [change.after and change.after["note"] for change in history] == ["2023", "2020", "2026"]
    with pytest.raises(UserError, match="changed by anna at 2023-01-01 00:00 UTC"):
        state.put(replace(target, version=1), "bob")
