"""A check that is killed leaves all of what it found, or nothing; the next one mends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from connectors.settings import Settings
from connectors.state import open_alarms
from metrics.alarms.check import check
from tests.unit.alarming import DAY, MONDAY, Numbers, rows, rule

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = {"a": [200.0, 50.0], "b": [200.0, 60.0], "c": [200.0, 200.0]}
NOW = f"{MONDAY + DAY * 2}T09:00"
SCRIPT = """
import sys
from tests.unit.test_alarm_killed import checked_until
checked_until(sys.argv[1], int(sys.argv[2]))
"""


def checked(state_file: str) -> None:
    settings = Settings(state=state_file)
    asking: Any = Numbers(settings, rows(NUMBERS), 1)
    check(asking, open_alarms(settings), [rule()])


def checked_until(state_file: str, writes: int) -> None:
    """A check that kills its own process before it keeps for the nth time."""
    from connectors.state import alarms

    keep, left = alarms.Book.keep, iter(range(writes))

    def until_killed(book: Any, record: Any) -> Any:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(book, record)

    alarms.Book.keep = until_killed  # type: ignore[method-assign, assignment]
    checked(state_file)


@pytest.mark.parametrize("writes", range(8))
def test_killed_at_any_write_nothing_is_lost_or_doubled(
    writes: int, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_NOW", NOW)
    file = str(tmp_path / "state.db")
    run = [sys.executable, "-c", SCRIPT, file, str(writes)]
    ended = subprocess.run(run, cwd=root, check=False)
    state = open_alarms(Settings(state=file))
    found = state.incidents()
    told = [message for each in found for message in state.messages(str(each.id))]
    whole = ended.returncode == 0
    assert whole or ended.returncode == -signal.SIGKILL
    assert (len(found), len(told)) == ((2, 2) if whole else (0, 0))
    checked(file)
    found = state.incidents()
    told = [message for each in found for message in state.messages(str(each.id))]
    assert (len(found), len(told)) == (2, 2)


def test_the_check_writes_fewer_times_than_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_NOW", NOW)
    from connectors.state import alarms

    kept: list[object] = []
    keep = alarms.Book.keep

    def counted(book: Any, record: Any) -> Any:
        kept.append(record)
        return keep(book, record)

    monkeypatch.setattr(alarms.Book, "keep", counted)
    checked(str(tmp_path / "state.db"))
    assert 2 <= len(kept) < 8
