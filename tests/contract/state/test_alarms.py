"""Incidents, their actions and the outbox, on every engine of the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.state import Action, AlarmRule, Incident, Message, Sending, open_alarms

if TYPE_CHECKING:
    from connectors.settings import Settings

DAY = date(2024, 3, 4)
NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)


def incident(rule: str = "low", shop: str = "a", severity: str = "warning") -> Incident:
    segment = (("shop", (shop,)),)
    return Incident(
        rule=rule,
        segment=segment,
        start=DAY,
        last_day=DAY,
        judged_day=DAY,
        severity=severity,
        contributors={"top": [{"segment": {"shop": shop}, "value": 1.5}]},
        opened_at=NOW,
    )


def test_they_come_back_as_they_were_kept_the_gravest_first(settings: Settings) -> None:
    state = open_alarms(settings)
    given = [incident(shop="a"), incident(shop="b", severity="critical"), incident("other")]
    for each in given:
        state.put(each, "alarms")
    found = state.incidents()
    assert found[0] == given[1]
    assert {each.label() for each in found} == {each.label() for each in given}
    assert [each.rule for each in state.incidents(rule="other")] == ["other"]
    assert state.incident(str(found[0].id)) == given[1]
    assert state.incident("nothing") is None


def test_those_that_ended_stand_apart(settings: Settings) -> None:
    state = open_alarms(settings)
    kept = state.put(incident(), "alarms")
    state.put(replace(kept, state="resolved", resolved_at=NOW), "anna")
    assert state.incidents() == ()
    assert [each.state for each in state.incidents(over=True)] == ["resolved"]
    assert state.since("low", DAY) == state.incidents(over=True)


def test_one_rule_group_and_day_is_one_incident(settings: Settings) -> None:
    state = open_alarms(settings)
    state.put(incident(), "alarms")
    with pytest.raises(UserError, match="There is already low shop=a 2024-03-04"):
        state.put(incident(), "alarms")


def test_two_who_edit_the_same_are_told(settings: Settings) -> None:
    state = open_alarms(settings)
    kept = state.put(incident(), "alarms")
    state.put(replace(kept, owner="anna"), "anna")
    with pytest.raises(UserError, match="was changed by anna"):
        state.put(replace(kept, owner="bert"), "bert")


def test_what_is_done_in_one_transaction_is_kept_whole_or_not(settings: Settings) -> None:
    state = open_alarms(settings)

    def broken() -> None:
        with state.checking("alarms") as book:
            book.keep(incident())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert state.incidents() == ()
    with state.checking("alarms") as book:
        kept = book.keep(incident())
        key = f"{kept.id}:opened"
        book.keep(Message(key=key, incident=str(kept.id), news="opened", not_before=NOW))
        assert book.is_queued(key)
    assert state.has_due(NOW)
    assert [each.news for each in state.messages(str(kept.id))] == ["opened"]


def test_actions_and_rules_are_kept(settings: Settings) -> None:
    state = open_alarms(settings)
    kept = state.put(incident(), "alarms")
    late = Action(incident=str(kept.id), what="second", who="bert")
    soon = Action(incident=str(kept.id), what="first", who="anna", due=DAY)
    for each in (late, soon):
        state.put(each, "anna")
    assert state.actions(str(kept.id)) == (soon, late)
    state.put(AlarmRule(name="low", text="[low]"), "anna")
    assert [each.name for each in state.rules()] == ["low"]
    assert state.unsent() == 0


def test_a_notification_has_an_outcome_at_each_address(settings: Settings) -> None:
    state = open_alarms(settings)
    with state.checking("alarms") as book:
        book.keep(Message(key="a", incident="i", news="opened", not_before=NOW))
        for address, sent_at in (("one", NOW), ("two", None)):
            book.keep(Sending(message="a", address=address, not_before=NOW, sent_at=sent_at))
        assert {each.address for each in book.sendings()} == {"one", "two"}
    assert [(each.address, each.sent_at) for each in state.sendings("a")] == [
        ("one", NOW),
        ("two", None),
    ]
    assert state.unsent() == 1
    with state.checking("alarms") as book:
        (message,) = book.due(NOW)
        assert book.message("a") == message
        book.keep(replace(message, sent_at=NOW))
        assert book.sendings() == ()
    assert state.unsent() == 0
    with pytest.raises(UserError, match="There is already a one"):
        state.put(Sending(message="a", address="one", not_before=NOW), "alarms")
