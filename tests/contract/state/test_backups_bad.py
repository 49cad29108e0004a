"""A backup that went wrong is none, and a bad one changes nothing."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.errors import UserError
from connectors.state import backup, backups, open_state, restore
from tests.contract.state.conftest import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from connectors.settings import Settings


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
