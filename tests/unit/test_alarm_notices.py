"""Notifications: over HTTP to a server of the test's own; retried, never sent twice by two."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import Incident, Message, open_alarms
from metrics.alarms.notices import Address, addresses, send_due
from metrics.alarms.outbox import LEASE
from tests.unit.alarming import MONDAY, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.state import AlarmState

NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)
RULES = {"low": rule()}


class Sink(HTTPServer):
    """Keeps what it is told; answers with the status that the test sets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        self.server.keys.append(self.headers["Idempotency-Key"])
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.told.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, sink: Sink) -> Settings:
    return Settings(
        state=str(tmp_path / "state.db"),
        notify=sink.url,
        language="en",
        address="https://board.example/",
    )


@pytest.fixture
def state(settings: Settings) -> AlarmState:
    """A state with two notifications in the outbox."""
    state = open_alarms(settings)
    with state.checking("test") as book:
        for shop in ("a", "b"):
            incident = book.keep(
                Incident(
                    rule="low",
                    segment=(("shop", (shop,)),),
                    start=MONDAY,
                    last_day=MONDAY,
                    judged_day=MONDAY,
                )
            )
            book.keep(
                Message(
                    key=f"{shop}:opened", incident=str(incident.id), news="opened", not_before=NOW
                )
            )
    return state


def send(state: AlarmState, settings: Settings, moment: datetime = NOW) -> tuple[int, int]:
    return send_due(state, RULES, settings, addresses(settings), moment)


def test_what_is_due_goes_out_once_and_together(
    state: AlarmState, settings: Settings, sink: Sink
) -> None:
    assert send(state, settings, NOW - timedelta(seconds=1)) == (0, 0)
    assert send(state, settings) == (2, 0)
    assert send(state, settings, NOW + timedelta(days=1)) == (0, 0)
    (told,) = sink.told
    assert told["title"] == "2 alarms"
    for shop, incident in (("a", state.incidents()[0]), ("b", state.incidents()[1])):
        assert f"[New] Low · {shop}" in told["message"]
        assert f"https://board.example/incident?incident={incident.id}" in told["message"]


def test_it_is_in_the_readers_language(state: AlarmState, settings: Settings, sink: Sink) -> None:
    send(state, settings.model_copy(update={"language": "zh-CN"}))
    assert sink.told[0]["title"] == "2 条告警"


def test_what_fails_is_shown_and_tried_again_later_each_time(
    state: AlarmState, settings: Settings, sink: Sink
) -> None:
    sink.status = 500
    assert send(state, settings) == (0, 2)
    assert state.unsent() == 2
    assert send(state, settings, NOW + LEASE / 2) == (0, 0)
    assert send(state, settings, NOW + LEASE) == (0, 2)
    assert send(state, settings, NOW + LEASE * 2) == (0, 0)
    sink.status = 200
    assert send(state, settings, NOW + LEASE * 3) == (2, 0)
    assert (state.unsent(), len(sink.told)) == (0, 1)


def test_one_who_looks_while_another_sends_finds_nothing(
    state: AlarmState, settings: Settings
) -> None:
    seen = []

    def slow(_title: str, _body: str, _key: str) -> None:
        seen.append(send_due(open_alarms(settings), RULES, settings, there, NOW))

    there = (Address("one", slow),)
    assert send_due(state, RULES, settings, there, NOW) == (2, 0)
    assert seen == [(0, 0)]


def test_a_sender_that_was_killed_loses_nothing(state: AlarmState, settings: Settings) -> None:
    class Killed(BaseException):
        """As a kill: nothing catches it."""

    def killed(_title: str, _body: str, _key: str) -> None:
        raise Killed

    there = tuple(each._replace(send=killed) for each in addresses(settings))
    with pytest.raises(Killed):
        send_due(state, RULES, settings, there, NOW)
    assert send(state, settings, NOW + LEASE - timedelta(seconds=1)) == (0, 0)
    assert send(state, settings, NOW + LEASE) == (2, 0)


def test_a_webhook_is_told_what_it_may_have_been_told_before(
    state: AlarmState, settings: Settings, sink: Sink
) -> None:
    sink.status = 500
    send(state, settings)
    sink.status = 200
    incident = str(state.incidents()[0].id)
    with state.checking("test") as book:
        book.keep(Message(key="a:worse", incident=incident, news="worse", not_before=NOW))
    assert send(state, settings, NOW + LEASE) == (3, 0)
    first, *then = sink.keys
    assert sorted(told["title"].split(":")[0] for told in sink.told) == ["2 alarms", "Worse"]
    assert (then.count(first), len(set(then)), None in then) == (1, 2, False)


def test_an_address_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(UserError, match="its URL number 2 is none that Apprise knows") as caught:
        addresses(Settings(notify="json://localhost nonsense://secret"))
    assert "secret" not in str(caught.value)
    assert addresses(Settings()) == ()
