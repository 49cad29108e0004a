"""Several processes on one state: nothing is lost, nothing is half, whoever dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine

from connectors.errors import UserError
from connectors.state import Target, open_state, upgrade
from tests.contract.state.conftest import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.settings import Settings

PREPARE = """
import os, signal, sys
from dataclasses import replace
from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import Target, open_state
state, name = open_state(Settings(state=sys.argv[1])), sys.argv[2]
"""
FIRST = PREPARE + "state.put(Target(metric=name, level=1), name)"
INCREMENT = (
    PREPARE
    + """
left = 20
while left:
    target = state.targets()[0]
    try:
        state.put(replace(target, level=target.level + 1), name)
        left -= 1
    except UserError as error:
        assert "was changed by" in str(error), error
"""
)
DIE = (
    PREPARE
    + """
with state._editing(name) as session:
    from connectors.state import rows
    rows.fill(rows.added(session, Target(metric="x")), Target(metric="x", level=1))
    rows.fill(rows.claimed(session, state.targets()[0]), Target(metric="y", level=2))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


def start(script: str, settings: Settings, name: str, root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, settings.state, name]
    return subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> int:
    _, said = process.communicate()
    assert process.returncode <= 0, said
    return process.returncode


def test_many_open_a_new_state_at_once(settings: Settings, root: Path) -> None:
    names = ["a", "b", "c", "d"]
    started = [start(FIRST, settings, name, root) for name in names]
    assert [ended(process) for process in started] == [0] * 4
    state = open_state(settings)
    assert [target.metric for target in state.targets()] == names
    assert sorted(change.number for change in state.history("targets")) == [1, 2, 3, 4]
    assert run_sql(settings, "SELECT version_num FROM state_version") == [(upgrade.VERSIONS[-1],)]


def test_no_edit_is_lost_when_two_write_at_once(settings: Settings, root: Path) -> None:
    state = open_state(settings)
    state.put(Target(metric="m", level=0), "anna")
    started = [start(INCREMENT, settings, name, root) for name in ("bob", "carl")]
    assert [ended(process) for process in started] == [0, 0]
    assert state.targets() == (Target(metric="m", level=40),)
    history = state.history("targets")
    assert [change.number for change in history] == list(range(41, 0, -1))
    levels = [change.after and change.after["level"] for change in history]
    assert levels == list(range(40, -1, -1))
    assert sorted({change.who for change in history}) == ["anna", "bob", "carl"]


def test_who_is_killed_in_an_edit_leaves_nothing(settings: Settings, root: Path) -> None:
    state = open_state(settings)
    kept = state.put(Target(metric="m", level=1), "anna")
    before = (state.version, state.history("targets"))
    assert ended(start(DIE, settings, "ghost", root)) == -signal.SIGKILL
    assert state.targets() == (kept,)
    assert (state.version, state.history("targets")) == before
    state.put(Target(metric="n", level=1), "bob")
    assert len(state.targets()) == 2


@contextmanager
def someone_writing(settings: Settings) -> Iterator[None]:
    """Another program in the middle of a transaction that writes."""
    if "://" in settings.state:
        with psycopg.connect(settings.state, options="-csearch_path=board_state") as connection:
            connection.execute("UPDATE counter SET edits = edits")
            yield
        return
    engine = create_engine(f"sqlite:///{settings.state}")
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE counter SET edits = edits")
        yield
    engine.dispose()


def test_readers_do_not_wait_and_writers_not_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.state.places.BUSY_SECONDS", 0.2)
    state = open_state(settings)
    kept = state.put(Target(metric="m", level=1), "anna")
    with someone_writing(settings):
        assert open_state(settings).targets() == (kept,)
        with pytest.raises(UserError, match=r"by another process for more than 0\.2 seconds"):
            state.put(Target(metric="n", level=1), "bob")
    assert state.targets() == (kept,)
    state.put(Target(metric="n", level=1), "bob")
    assert [change.who for change in state.history("targets")] == ["bob", "anna"]
