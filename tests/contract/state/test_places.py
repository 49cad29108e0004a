"""Places that cannot keep a state say so in one line, and what was there stays."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import Target, open_state
from connectors.state.places import place_of
from tests.contract.state.conftest import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
TARGET = Target(metric="m", level=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a state may be."""
    return tmp_path / "state.db"


def at(file: Path | str) -> Settings:
    return Settings(state=str(file))


def put(file: Path | str) -> None:
    open_state(at(file)).put(TARGET, "anna")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user reaches."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@contextmanager
def protected(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder; as root, whom no mode stops, the test goes on as nobody."""
    user = os.geteuid()
    for each in [*folder.iterdir(), folder]:
        each.chmod(0o555)
    os.seteuid(user or NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


@pytest.mark.parametrize("state", ["state.db", "sqlite:///state.db", "a b%20#?/状态.db"])
def test_a_file_by_path_or_url(state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(state)
    assert open_state(at(state)).targets() == (TARGET,)
    assert Path(state.removeprefix("sqlite:///")).is_file()


@pytest.mark.parametrize(
    "state", ["mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "?://"]
)
def test_no_other_place_is_taken(state: str) -> None:
    with pytest.raises(UserError, match="takes a file, or postgresql://") as caught:
        open_state(at(state))
    assert "secret" not in str(caught.value)


def test_a_server_that_is_away() -> None:
    with pytest.raises(UserError, match=r"does not answer: .*Check the setting state") as caught:
        open_state(at("postgresql://u:secret@127.0.0.1:1/board")).targets()
    assert "secret" not in str(caught.value)


def test_sqlite_is_in_wal_mode_with_foreign_keys(file: Path) -> None:
    put(file)
    assert run_sql(at(file), "PRAGMA journal_mode") == [("wal",)]
    with place_of(str(file)).reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "busy_timeout", "synchronous")
        ]
    assert found == [1, 10_000, 2]


def test_a_file_that_was_copied_in_is_in_wal_mode_too(file: Path) -> None:
    put(file)
    run_sql(at(file), "PRAGMA journal_mode = DELETE")
    assert open_state(at(file)).targets() == (TARGET,)
    assert run_sql(at(file), "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize(
    "content", [b"metric,amount\n" * 100, b"SQLite format 3\x00" + b"x" * 4096]
)
def test_a_file_that_is_no_database_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for attempt in (open_state(at(file)).targets, lambda: put(file)):
        with pytest.raises(UserError, match=r"state\.db is no SQLite database, or a damaged one"):
            attempt()
    assert file.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE notes (text)")
    content = file.read_bytes()
    with pytest.raises(UserError, match="holds tables of something else"):
        put(file)
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written: unable to open"):
        put(tmp_path)


def test_a_file_in_place_of_the_folder(file: Path) -> None:
    file.touch()
    with pytest.raises(UserError, match=r"cannot be written: .*by the setting state"):
        put(file / "state.db")


def test_a_folder_that_nobody_may_write(folder: Path) -> None:
    with protected(folder):
        assert open_state(at(folder / "state.db")).targets() == ()
        with pytest.raises(UserError, match="cannot be written: Permission denied"):
            put(folder / "state.db")


def test_a_file_that_nobody_may_write(folder: Path) -> None:
    put(folder / "state.db")
    with protected(folder), pytest.raises(UserError, match=r"cannot be written: .* the right to"):
        put(folder / "state.db")
    assert run_sql(at(folder / "state.db"), "SELECT metric, level FROM targets") == [("m", 1.0)]


def test_a_full_disk(file: Path) -> None:
    put(file)
    state = open_state(at(file))
    engine = place_of(str(file)).engine
    kept = state.targets()

    def fill(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # the least there can be: what is in use

    event.listen(engine, "connect", fill)
    sheet = [Target(metric=f"m{n}", level=1, note="n" * 1_000) for n in range(100)]
    with pytest.raises(UserError, match=r"disk of .* is full. Nothing was changed: free"):
        state.put_all(sheet, "anna")
    event.remove(engine, "connect", fill)
    assert state.targets() == kept
    assert len(state.history("targets")) == 1
    assert state.put_all(sheet, "anna").added == 100


def test_a_file_that_goes_away_while_the_board_runs(file: Path) -> None:
    put(file)
    state = open_state(at(file))
    version = state.version
    file.unlink()
    assert state.targets() == ()
    state.put(TARGET, "bob")
    assert state.targets() == (TARGET,)
    assert state.version not in {"", version}
