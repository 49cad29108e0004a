"""A backup holds all, goes back into either engine, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import Target, backup, open_state, restore
from tests.contract.state.conftest import everything, run_sql
from tests.contract.state.test_many import someone_writing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgresql import Server

TABLES = ("targets", "baselines", "benchmarks", "saved_views", "audit")


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Another state, new and empty, of either engine."""
    if request.param == "sqlite":
        return Settings(state=str(tmp_path / "elsewhere.db"))
    server: Server = request.getfixturevalue("postgresql")
    return Settings(state=server.database())


def test_what_was_backed_up_is_restored(
    filled: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "saved" / "board.backup"
    file.parent.mkdir()
    rows = sum(run_sql(filled, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES)
    assert backup(filled, file) == rows
    assert list(file.parent.iterdir()) == [file]
    assert run_sql(Settings(state=str(file)), "PRAGMA integrity_check") == [("ok",)]
    assert restore(elsewhere, file, "dora") == rows
    assert everything(elsewhere) == everything(filled)
    [note] = open_state(elsewhere).history("counter")
    assert [(note.number,)] == run_sql(filled, "SELECT edits + 1 FROM counter")
    assert note.who == "dora"
    assert open_state(elsewhere).version != open_state(filled).version
    open_state(elsewhere).put(Target(metric="new", level=1), "anna")
    assert len(open_state(elsewhere).targets()) == 1_201


def test_a_backup_may_be_the_state_itself(filled: Settings, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    backup(filled, file)
    assert everything(Settings(state=str(file))) == everything(filled)


def test_a_backup_is_of_one_moment_while_others_write(filled: Settings, tmp_path: Path) -> None:
    before = everything(filled)
    with someone_writing(filled):
        backup(filled, tmp_path / "b")
    assert everything(Settings(state=str(tmp_path / "b"))) == before


def test_a_backup_overwrites_nothing(filled: Settings, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_text("precious")
    with pytest.raises(UserError, match=r"There is already .*b: name a new file"):
        backup(filled, file)
    assert file.read_text() == "precious"
    with pytest.raises(UserError, match="cannot be written: No such file or directory"):
        backup(filled, tmp_path / "none" / "b")


def test_there_is_nothing_to_back_up_yet(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no state at .* yet: nothing to back up"):
        backup(Settings(state=str(tmp_path / "state.db")), tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_holds_something_stays_unless_told(
    filled: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b")
    state = open_state(elsewhere)
    state.put(Target(metric="own", level=1), "anna")
    version, before = state.version, everything(elsewhere)
    with pytest.raises(UserError, match=r"holds 2 rows already: back it up, then .* --replace"):
        restore(elsewhere, tmp_path / "b", "dora")
    assert (state.version, everything(elsewhere)) == (version, before)
    restore(elsewhere, tmp_path / "b", "dora", replace=True)
    assert everything(elsewhere) == everything(filled)
    assert state.version != version


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "connectors", *arguments]
    return subprocess.run(
        command,
        env={**os.environ, "LC_ALL": "C", "LOGNAME": "dora", "BOARD_STATE": settings.state},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands(filled: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(state=str(tmp_path / "elsewhere.db"))
    file = str(tmp_path / "b")
    done = run(filled, "backup", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Backed up 2408 rows of the state into {file}.\n"
    done = run(elsewhere, "restore", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Restored 2408 rows of the state from {file}.\n"
    assert everything(elsewhere) == everything(filled)
    assert open_state(elsewhere).history("counter")[0].who == "dora"
    again = run(elsewhere, "restore", file)
    assert again.returncode == 2
    assert "restore with --replace" in again.stderr
    assert run(elsewhere, "restore", "--replace", file).returncode == 0
    assert run(filled, "backup", file).returncode == 2
