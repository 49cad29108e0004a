"""What stands below the cards is sent after them, all of it, in its order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pages.ui import first

if TYPE_CHECKING:
    from collections.abc import Callable


class _Run:
    """A run of a script, as far as messages go."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.came = threading.Event()
        self._enqueue: Callable[[Any], None] = self._take

    def _take(self, message: object) -> None:
        self.sent.append(message)
        self.came.set()

    def draw(self, message: object) -> None:
        self._enqueue(message)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> _Run:
    made = _Run()
    monkeypatch.setattr(first, "get_script_run_ctx", lambda: made)
    return made


def test_what_is_held_back_comes_when_the_page_is_whole(
    run: _Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first, "LONGEST", 3600)
    run.draw("cards")
    first.hold_back()
    run.draw("trend")
    first.hold_back()
    run.draw("table")
    assert run.sent == ["cards"]
    first.let_go()
    assert run.sent == ["cards", "trend", "table"]
    run.draw("end")
    first.let_go()
    assert run.sent == ["cards", "trend", "table", "end"]


def test_a_question_that_takes_long_holds_nothing(
    run: _Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first, "LONGEST", 0)
    first.hold_back()
    run.draw("trend")
    assert run.came.wait(60)
    run.draw("table")
    assert run.sent == ["trend", "table"]


def test_the_next_run_holds_back_again(run: _Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first, "LONGEST", 3600)
    for name in ("one", "two"):
        first.hold_back()
        run.draw(name)
        assert name not in run.sent
        first.let_go()
    assert run.sent == ["one", "two"]
