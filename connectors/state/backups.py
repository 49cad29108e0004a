"""Backups: the whole state as an SQLite file, whatever it is kept in, and back again."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update

from connectors.errors import UserError
from connectors.state import audit
from connectors.state.base import Base
from connectors.state.places import Place, place_of
from connectors.state.tables import CounterRow
from connectors.state.upgrade import is_ready, upgrade, version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from connectors.settings import Settings

_BATCH = 1_000
_TABLES = Base.metadata.sorted_tables
_COUNTER = Base.metadata.tables[CounterRow.__tablename__]


def backup(settings: Settings, file: Path) -> int:
    """Writes one moment of the state into a new file, while others read and write.

    Returns:
        The number of rows.

    Raises:
        UserError: when there is no state yet, the file exists, or cannot be written.
    """
    source = place_of(settings.state)
    if not is_ready(source):
        raise UserError("There is no state at {state} yet: nothing to back up.", state=source.name)
    if file.exists():
        raise UserError("There is already {file}: name a new file.", file=file)
    with _aside(file, file.absolute().parent) as (part, path):
        upgrade(part)
        with source.reading() as old, part.writing() as new:
            rows = _copy(old, new)
        _check_whole(path)
        path.rename(file)
    return rows


def restore(settings: Settings, file: Path, who: str, *, replace: bool = False) -> int:
    """Puts a backup in place of the state, whole or not at all; running boards see it at once.

    Args:
        settings: name the state.
        file: a backup of this or an earlier version, of a state on either engine.
        who: who does it, for the history.
        replace: whether a state that holds anything may go.

    Returns:
        The number of rows.

    Raises:
        UserError: when the file is no backup, damaged, or of a newer version, and when the state
            holds something already.
    """
    if not file.is_file():
        raise UserError("There is no file {path}.", path=file)
    with _aside(file, None) as (part, path):
        shutil.copyfile(file, path)
        with part.reading() as old:
            _check_backup(old, file)
        is_ready(part)
        target = place_of(settings.state)
        upgrade(target)
        with part.reading() as old, target.writing() as new:
            before = _counter(new)
            if not replace:
                _check_empty(new, target.name)
            rows = _replace(old, new)
            after = _counter(new)
            change = {"table_name": _COUNTER.name, "key": after["state_id"]}
            audit.write(new, who, [{**change, "before": before, "after": after}])
    return rows


@contextmanager
def _aside(file: Path, folder: Path | None) -> Iterator[tuple[Place, Path]]:
    """An SQLite place in a temporary folder within `folder`; messages call it `file`."""
    named = changed(place_of(str(file)), name=str(file))
    with named.explained(), TemporaryDirectory(prefix=".backup-", dir=folder) as temporary:
        path = Path(temporary) / "state.db"
        yield changed(place_of(str(path)), name=str(file)), path


def _copy(old: Connection, new: Connection) -> int:
    """Replaces all rows of the one by those of the other; the number of rows."""
    rows = 0
    for table in reversed(_TABLES):
        new.execute(delete(table))
    for table in _TABLES:
        found = old.execution_options(yield_per=_BATCH).execute(select(table))
        for batch in found.mappings().partitions():
            new.execute(insert(table), [dict(row) for row in batch])
            rows += len(batch) * (table is not _COUNTER)
    return rows


def _replace(old: Connection, new: Connection) -> int:
    """Copies, as a state of its own: no cache may take it for the one that was backed up."""
    rows = _copy(old, new)
    new.execute(update(_COUNTER).values(state_id=uuid4().hex))
    return rows


def _check_whole(path: Path) -> None:
    """Raises an OSError when not all is in the one file: of that SQLite itself says nothing."""
    if path.with_name(f"{path.name}-wal").exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _counter(connection: Connection) -> dict[str, Any]:
    counter = connection.execute(select(_COUNTER)).mappings().one()
    return {"state_id": counter["state_id"], "edits": counter["edits"]}


def _check_backup(connection: Connection, file: Path) -> None:
    if version(connection) is None:
        raise UserError("{file} is no backup of the board's state.", file=file)
    problem = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if problem != "ok":
        raise UserError(
            "The backup {file} is damaged: {problem}. Restore another one.",
            file=file,
            problem=problem,
        )


def _check_empty(connection: Connection, state: str) -> None:
    counts = {table: select(func.count()).select_from(table) for table in _TABLES}
    rows = sum(connection.scalar(n) or 0 for table, n in counts.items() if table is not _COUNTER)
    if rows:
        raise UserError(
            "{state} holds {rows} rows already: back it up, then restore with --replace.",
            state=state,
            rows=rows,
        )
