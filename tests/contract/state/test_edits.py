"""Who edited what and when, and what happens when two edit the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import UserError
from connectors.state import (
    Baseline,
    Benchmark,
    Edits,
    Incident,
    State,
    Target,
    open_alarms,
    open_state,
)
from tests.contract.state.test_records import LEVEL, TARGET, VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.settings import Settings


def test_an_edit_needs_a_name(state: State) -> None:
    with pytest.raises(UserError, match="who is ''"):
        state.put(TARGET, "")


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


def test_the_version_moves_with_each_edit_that_answers_read(
    state: State, new_state: Callable[[], Settings]
) -> None:
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


@pytest.mark.parametrize("is_planned", [False, True])
def test_the_version_stays_when_no_answer_can_change(settings: Settings, is_planned: bool) -> None:  # noqa: FBT001
    state = open_alarms(settings)
    versions = [state.version]
    if is_planned:
        state.put(TARGET, "anna")
        versions = [state.version]
    state.put(VIEW, "anna")
    day = date(2025, 5, 1)
    state.put(Benchmark(metric="m", value=2.5, source="survey", as_of=day), "anna")
    with state.checking("alarms") as book:
        low: dict[str, Any] = {"rule": "low", "start": day, "last_day": day, "judged_day": day}
        book.keep(Incident(severity="warning", opened_at=datetime(2025, 5, 2, tzinfo=UTC), **low))
    assert len(state.incidents()) == 1
    versions.append(state.version)
    assert len(set(versions)) == 1
    state.put(Baseline(metric="m", value=2.5, start=day, end=date(2025, 6, 1)), "anna")
    assert state.version not in versions


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
    assert state.views("anna", "board/sales") == (mine, shared)
    assert state.views("carl", "board/sales") == (shared,)
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
    assert state.views("anna", "board/sales") == (mine, shared)


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
