"""Checks: each incident once, whatever is repeated, killed or done by two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors.settings import Settings
from connectors.state import AlarmState, Incident, open_alarms
from metrics.alarms.check import check
from tests.unit.alarming import DAY, MONDAY, RULE, Numbers, rows, rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LOW: Sequence[float] = [200, 200, 200, 200, 50, 50, 200, 200, 200]


class Check:
    """Checks on the morning after a day, counted from a Monday."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = Settings(state=str(folder / "state.db"))
        self.state: AlarmState = open_alarms(self.settings)
        self._patch = monkeypatch

    def __call__(
        self, numbers: Mapping[str, Sequence[float]], day: int, *more: str, clock: str = "09:00"
    ) -> list[Any]:
        self._patch.setenv("BOARD_NOW", f"{MONDAY + DAY * (day + 1)}T{clock}")
        asking: Any = Numbers(self.settings, rows(numbers), day)
        rules = [rule(each) for each in more or ("",)]
        return check(asking, self.state, rules)

    def told(self) -> list[str]:
        """The news of all incidents, in the order of their incidents and keys."""
        known = [*self.state.incidents(over=True), *self.state.incidents()]
        return sorted(m.news for each in known for m in self.state.messages(str(each.id)))

    def only(self) -> Incident:
        (incident,) = [*self.state.incidents(over=True), *self.state.incidents()]
        return incident


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    return Check(tmp_path, monkeypatch)


def test_an_incident_opens_lasts_and_ends_and_is_told_once_each(checks: Check) -> None:
    for day in range(4):
        assert [each.state for each in checks({"a": LOW}, day)] == ["normal"]
    assert [(each.state, each.opened) for each in checks({"a": LOW}, 4)] == [("firing", 1)]
    assert [(each.state, each.opened) for each in checks({"a": LOW}, 5)] == [("firing", 0)]
    assert [(each.state, each.opened) for each in checks({"a": LOW}, 6)] == [("normal", 0)]
    ended = checks.only()
    assert (ended.start, ended.last_day, ended.end_day) == tuple(
        MONDAY + DAY * n for n in (4, 5, 6)
    )
    assert (ended.segment, ended.value, ended.limit_value) == ((("shop", ("a",)),), 50.0, 100.0)
    assert checks.told() == ["opened", "resolved"]


def test_what_is_repeated_or_replayed_opens_nothing_twice(checks: Check) -> None:
    for day in (3, 4, 4, 5, 5, 6, 4, 3, 6, 7, 5, 8):
        checks({"a": LOW}, day)
    assert checks.only().state == "resolved"
    assert checks.told() == ["opened", "resolved"]


def test_two_that_judged_the_same_before_either_wrote_open_one(
    checks: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks({"a": LOW}, 3)
    inner = checks.state.checking
    once = iter([True])

    def interleaved(who: str) -> Any:
        if next(once, False):
            Check.__call__(other, {"a": LOW}, 4)
        return inner(who)

    other = Check.__new__(Check)
    other.__dict__ |= {**checks.__dict__, "state": open_alarms(checks.settings)}
    monkeypatch.setattr(checks.state, "checking", interleaved)
    checks({"a": LOW}, 4)
    assert checks.only().state == "firing"
    assert checks.told() == ["opened"]


def test_a_board_that_slept_hears_of_what_it_missed(checks: Check) -> None:
    checks({"a": LOW}, 2)
    assert checks({"a": LOW}, 8)[0].opened == 1
    assert checks.only().state == "resolved"
    assert checks.told() == ["opened"]


def test_what_had_ended_before_the_first_check_is_no_news(checks: Check) -> None:
    assert checks({"a": [200, 50, 200]}, 2)[0].opened == 0


def test_it_comes_back_as_the_same_and_is_not_told_again_at_once(checks: Check) -> None:
    numbers = {"a": [200, 50, 200, 50, 50]}
    for day in range(5):
        checks(numbers, day)
    assert (checks.only().reopened, checks.only().state) == (1, "firing")
    assert checks.told() == ["opened", "resolved"]


def test_what_someone_closed_stays_closed_until_the_repeat_interval_is_over(checks: Check) -> None:
    numbers = {"a": [200] + [50] * 12}
    checks(numbers, 1)
    closed = replace(
        checks.only(),
        state="resolved",
        resolved_by="anna",
        resolved_at=datetime(2024, 3, 6, 1, 30, tzinfo=UTC),
    )
    checks.state.put(closed, "anna")
    for day in range(2, 9):
        checks(numbers, day)
    assert checks.only().state == "resolved"
    for day in range(9, 12):
        checks(numbers, day)
    assert (checks.only().state, checks.only().reopened) == ("firing", 1)


def test_nobody_is_reminded_before_the_repeat_interval_nor_after_taking_note(checks: Check) -> None:
    numbers = {"a": [200] + [50] * 30}
    for day in range(1, 8):
        checks(numbers, day)
    assert checks.told() == ["opened"]
    for day in range(8, 12):
        checks(numbers, day)
    assert checks.told() == ["opened", "reminder"]
    noted = replace(checks.only(), acknowledged_at=datetime(2024, 3, 16, tzinfo=UTC))
    checks.state.put(noted, "anna")
    for day in range(12, 25):
        checks(numbers, day)
    assert checks.told() == ["opened", "reminder"]


def test_what_gets_worse_is_told_once(checks: Check) -> None:
    numbers = {"a": [200, 90, 50, 40, 90]}
    for day in range(5):
        checks(numbers, day, "critical = 60")
    assert checks.only().severity == "critical"
    assert checks.told() == ["opened", "worse"]


def test_three_thousand_members_of_a_group_are_one_incident(checks: Check) -> None:
    numbers = {f"s{n}": [200.0, 50.0, 50.0] for n in range(3_000)}
    checks(numbers, 1, "group = []")
    checks(numbers, 2, "group = []")
    assert len(checks.only().contributors["top"]) == 10
    assert checks.told() == ["opened"]


def test_what_another_rule_explains_says_nothing_of_the_same_members(checks: Check) -> None:
    cause = RULE.replace("[low]", "[cause]").replace("100", "60")
    numbers = {"a": [200.0, 50.0], "b": [200.0, 80.0]}
    checks._patch.setenv("BOARD_NOW", f"{MONDAY + DAY * 2}T09:00")
    asking: Any = Numbers(checks.settings, rows(numbers), 1)
    from metrics.alarms.rule_files import read_rules

    check(asking, checks.state, read_rules(f'{RULE}\ndepends = ["cause"]\n{cause}', "test"))
    assert sorted((each.rule, each.segment[0][1]) for each in checks.state.incidents()) == [
        ("cause", ("a",)),
        ("low", ("b",)),
    ]


def test_quiet_hours_put_off_until_they_end(checks: Check) -> None:
    quiet = 'quiet = { from = "22:00", to = "08:00" }'
    checks({"a": [200, 50]}, 1, quiet, clock="23:00")
    (message,) = checks.state.messages(str(checks.only().id))
    eight = datetime.fromisoformat(f"{MONDAY + DAY * 3}T08:00+08:00")
    assert message.not_before == eight


def test_no_data_and_errors_are_states_and_the_others_are_checked(
    checks: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks({"a": []}, 1)[0].state == "no_data"

    def broken(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setenv("BOARD_NOW", f"{MONDAY + DAY * 2}T09:00")
    asking: Any = Numbers(checks.settings, rows({"a": [200.0, 50.0]}), 1)
    second = rule(text=RULE.replace("[low]", "[second]"))
    answers = iter([broken, asking.by_day])

    def by_day(*given: object) -> Any:
        return next(answers)(*given)

    asking.by_day = by_day
    first, other = check(asking, checks.state, [rule(), second])
    assert (first.state, first.note[:2], other.state) == ("error", "E-", "firing")
    assert {each.rule: each.state for each in checks.state.watches()} == {
        "low": "error",
        "second": "firing",
    }


def test_history_says_what_checks_and_people_did(checks: Check) -> None:
    checks({"a": LOW}, 4)
    checks.state.put(replace(checks.only(), owner="bert"), "anna")
    who = [change.who for change in checks.state.history("incidents")]
    assert who[0] == "anna"
    assert set(who[1:]) == {"alarms"}


def test_a_members_end_is_found_although_it_fired_long_ago(checks: Check) -> None:
    numbers = {"a": [200, 50, *[110] * 9, 130]}
    for day in range(1, 11):
        checks(numbers, day, "clear = 120")
    assert checks.only().state == "firing"
    checks(numbers, 11, "clear = 120")
    assert checks.only().state == "resolved"
    assert checks.only().end_day == MONDAY + DAY * 11
