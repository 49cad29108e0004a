"""Several addresses, each with its own outcome; a sender killed at any point."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from connectors.settings import Settings
from connectors.state import AlarmState, Incident, Message, alarms, open_alarms
from metrics.alarms.notices import Address, addresses, send_due
from metrics.alarms.outbox import LEASE
from tests.unit.alarming import MONDAY, rule

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)
RULES = {"low": rule()}
NAMES = ("one", "two")
SCRIPT = """
import sys
from tests.unit.test_alarm_addresses import killed_at
killed_at(sys.argv[1], sys.argv[2], int(sys.argv[3]))
"""


class Receivers:
    """Two addresses that keep what they are told, unless they are down."""

    def __init__(self) -> None:
        self.told: Counter[tuple[str, str]] = Counter()
        self.down: set[str] = set()

    def there(self, *names: str) -> tuple[Address, ...]:
        return tuple(Address(name, self._send(name)) for name in names or NAMES)

    def _send(self, name: str) -> Callable[[str, str, str], None]:
        def send(title: str, _body: str, _key: str) -> None:
            if name in self.down:
                raise ConnectionError(name)
            self.told[name, title] += 1

        return send


def filled(file: Path) -> AlarmState:
    """A state with one notification in the outbox."""
    state = open_alarms(Settings(state=str(file)))
    with state.checking("test") as book:
        incident = book.keep(Incident(rule="low", start=MONDAY, last_day=MONDAY, judged_day=MONDAY))
        book.keep(Message(key="opened", incident=str(incident.id), news="opened", not_before=NOW))
    return state


@pytest.fixture
def state(tmp_path: Path) -> AlarmState:
    return filled(tmp_path / "state.db")


def send(state: AlarmState, there: tuple[Address, ...], moment: datetime = NOW) -> tuple[int, int]:
    return send_due(state, RULES, Settings(language="en"), there, moment)


def test_only_the_address_that_failed_is_tried_again(state: AlarmState) -> None:
    receivers = Receivers()
    receivers.down = {"two"}
    assert send(state, receivers.there()) == (1, 1)
    assert state.unsent() == 1
    assert send(state, receivers.there(), NOW + LEASE / 2) == (0, 0)
    receivers.down = set()
    assert send(state, receivers.there(), NOW + LEASE) == (1, 0)
    assert send(state, receivers.there(), NOW + LEASE * 9) == (0, 0)
    assert dict(receivers.told) == {("one", "New: Low"): 1, ("two", "New: Low"): 1}
    assert state.unsent() == 0
    outcome = {each.address: (each.attempts, each.error) for each in state.sendings("opened")}
    assert outcome == {"one": (1, ""), "two": (2, "")}


def test_why_an_address_failed_is_kept(state: AlarmState) -> None:
    receivers = Receivers()
    receivers.down = {"two"}
    send(state, receivers.there())
    assert {each.address: each.error for each in state.sendings("opened")} == {
        "one": "",
        "two": "two",
    }


def test_an_address_that_was_taken_out_is_waited_for_no_more(state: AlarmState) -> None:
    receivers = Receivers()
    receivers.down = {"two"}
    send(state, receivers.there())
    assert send(state, receivers.there("one"), NOW + LEASE) == (0, 0)
    assert (state.unsent(), state.has_due(NOW + LEASE * 99)) == (0, False)


def test_the_state_knows_addresses_by_a_name_that_tells_no_password(state: AlarmState) -> None:
    url = "json://anna:secret@127.0.0.1:1/"
    (there,) = addresses(Settings(notify=f"{url} {url}"))
    send(state, (there._replace(send=Receivers().there("x")[0].send),))
    assert [each.address for each in state.sendings("opened")] == [there.name]
    assert not {"secret", "anna"} & set(there.name.split())
    assert len(there.name) == 16


def killed_at(file: str, log: str, step: int) -> None:
    """Sends to two addresses and kills its own process before the step of that number.

    Steps are each write of the outbox, and before and after each handing over.
    """
    left = iter(range(step))

    def perhaps() -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    keep = alarms.Book.keep

    def kept(book: Any, record: Any) -> Any:
        perhaps()
        return keep(book, record)

    alarms.Book.keep = kept  # type: ignore[method-assign, assignment]

    def sender(name: str) -> Callable[[str, str, str], None]:
        def hand_over(_title: str, _body: str, _key: str) -> None:
            perhaps()
            with Path(log).open("a") as there:
                there.write(f"{name}\n")
            perhaps()

        return hand_over

    there = tuple(Address(name, sender(name)) for name in NAMES)
    send(open_alarms(Settings(state=file)), there)


CLAIMED = 3
"""Writes of a claim: what goes to each address, and when the message is due again."""
TAKEN = {CLAIMED + 1: "one", CLAIMED + 2: "one", CLAIMED + 3: "one"}
TAKEN |= {CLAIMED + 5: "two", CLAIMED + 6: "two", CLAIMED + 7: "two"}
"""Steps after a remote end took a notification, up to the commit that notes it, and which end."""
STEPS = CLAIMED + 8


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_killed_at_any_point_nothing_is_lost_and_one_stretch_alone_repeats(
    step: int, tmp_path: Path, root: Path
) -> None:
    state, log = filled(tmp_path / "state.db"), tmp_path / "told.txt"
    log.touch()
    run = [sys.executable, "-c", SCRIPT, str(tmp_path / "state.db"), str(log), str(step)]
    ended = subprocess.run(run, cwd=root, check=False)
    assert ended.returncode == (0 if step == STEPS else -signal.SIGKILL)
    again = Receivers()
    send(state, again.there(), NOW + LEASE)
    send(state, again.there(), NOW + LEASE * 99)
    told = Counter(log.read_text().split()) + Counter(name for name, _ in again.told.elements())
    expected = Counter(NAMES) + Counter([TAKEN[step]] if step in TAKEN else [])
    assert told == expected
    assert state.unsent() == 0
