"""A backup holds all, goes back into either engine, and never half."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import (
    Baseline,
    Benchmark,
    Target,
    View,
    backup,
    backups,
    open_state,
    restore,
    segment_of,
)
from tests.contract.state.conftest import run_sql
from tests.contract.state.test_many import someone_writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from tests.postgresql import Server

DAY = date(2025, 1, 1)
TABLES = ("targets", "baselines", "benchmarks", "saved_views", "audit")


def everything(settings: Settings) -> object:
    state = open_state(settings)
    tables = ("targets", "baselines", "benchmarks", "saved_views")
    records = (state.targets(), state.baselines(), state.benchmarks(), state.views("p", "anna"))
    ids = [(record.id, record.version) for kind in records for record in kind]
    return records, ids, [state.history(table) for table in tables]


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """A state with some of everything, and something deleted."""
    state = open_state(settings)
    segment = segment_of({"shop": ["旗舰店", 'quo"te']})
    target = state.put(Target(metric="m", level=1.5, segment=segment, note="x"), "anna")
    state.put_all([Target(metric=f"m{n}", level_over_baseline=0.2) for n in range(1_200)], "bob")
    at = datetime(2025, 5, 1, 4, tzinfo=UTC)
    state.put(Baseline(metric="m", start=DAY, end=date.max, value=1 / 3, recorded_at=at), "anna")
    state.put(Benchmark(metric="m", value=-2e-9, source="s", as_of=DAY), "anna")
    state.put(View(name="v", page="p", query="a=1", owner="anna", is_shared=True), "anna")
    state.delete(target, "carl")
    return settings


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
    assert (note.who, note.number) == (
        "dora",
        run_sql(filled, "SELECT edits + 1 FROM counter")[0][0],
    )
    assert open_state(elsewhere).version != open_state(filled).version
    kept = open_state(elsewhere).targets()[0]
    open_state(elsewhere).put(kept.__class__(metric="new", level=1), "anna")
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


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _wipe_a_page(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    file.write_bytes(content)


def _no_segment(file: Path) -> None:
    # Sound for SQLite, but no state could ever hold it: the copying itself fails half-way.
    with closing(sqlite3.connect(file)) as state, state:
        state.execute("UPDATE targets SET segment = '{' WHERE metric = 'm1100'")


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as state, state:
        state.execute("UPDATE state_version SET version_num = '0009'")


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _text(file: Path) -> None:
    file.write_text("metric,level\n" * 500)


def _other(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as state, state:
        state.execute("CREATE TABLE notes (text)")


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (_cut, "damaged"),
        (_wipe_a_page, "damaged"),
        (_no_segment, "Expecting property name"),
        (_newer, "is of version 0009, which a newer board made"),
        (_empty, "is no backup of the board's state"),
        (_text, "is no SQLite database"),
        (_other, "is no backup of the board's state"),
        (Path.unlink, "There is no file"),
    ],
)
def test_a_bad_backup_changes_nothing(
    filled: Settings, tmp_path: Path, harm: Callable[[Path], None], problem: str
) -> None:
    file = tmp_path / "b"
    backup(filled, file)
    harm(file)
    version, before = open_state(filled).version, everything(filled)
    with pytest.raises(Exception, match=problem) as caught:
        restore(filled, file, "dora", replace=True)
    assert isinstance(caught.value, UserError) == (harm is not _no_segment)
    assert (open_state(filled).version, everything(filled)) == (version, before)


def test_a_full_disk_leaves_no_half_backup(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("connectors.state.backups._copy", full)
    (tmp_path / "saved").mkdir()
    with pytest.raises(UserError, match=r"The disk of .*b is full"):
        backup(filled, tmp_path / "saved" / "b")
    assert list((tmp_path / "saved").iterdir()) == []


def test_a_backup_that_is_not_in_its_file_is_no_backup(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk fills up at the last step, which SQLite leaves to the next to open it."""
    copy, others = backups._copy, []

    def watched(old: Connection, new: Connection) -> int:
        [(_, _, path)] = new.exec_driver_sql("PRAGMA database_list").all()
        others.append(sqlite3.connect(path))
        others[-1].execute("SELECT * FROM counter").fetchone()
        return copy(old, new)

    monkeypatch.setattr(backups, "_copy", watched)
    with pytest.raises(UserError, match=r"The disk of .*b is full"):
        backup(filled, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    others[0].close()


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
