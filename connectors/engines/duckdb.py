"""DuckDB: a folder of generations, read without locks while the next one is being imported."""

from __future__ import annotations

import shutil
import weakref
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from connectors.engines.checks import check_meta, nothing_imported
from connectors.engines.generations import Lease, current, lease, spill_folder
from connectors.engines.normalise import from_frame, schema_of
from connectors.engines.statement import literal, parametrised
from connectors.engines.system import filled
from connectors.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import SelectBase

    from connectors.engines.base import Meta
    from connectors.settings import Settings

_CALENDAR = 400
"""Periods up to which stock is compared with each: sorting it first, as the engine does from six
on, takes five times as long for a month of days, and twice as long for a year."""
_ROOM = 100_000
"""Rows up to which an answer is copied. DuckDB gives each column room for many more than come: one
row of sixteen columns would keep 180 kB for as long as it is kept, and is copied to 15 kB; 3,700
rows of 27 columns would keep 260 MB of addresses, and what they touch of it."""
_PARALLEL = 2**30
"""Bytes of a file from which on one statement uses all cores. In smaller ones that takes a fifth
more processor time and answers no sooner; several readers use the cores anyway."""
_lock = Lock()
_opened: dict[Path, _Generation] = {}


class _Generation:
    """A generation opened for reading: shared by its connectors, closed with the last of them."""

    def __init__(self, held: Lease) -> None:
        self.pointer = held.pointer
        self.memory: dict[tuple[str, ...], Any] = {}
        self._connection = _open(held)
        self._idle: list[duckdb.DuckDBPyConnection] = []
        spill = spill_folder(held.file)
        self._connection.execute(f"SET temp_directory = '{quoted(spill)}'")
        weakref.finalize(self, _close, self._connection, self._idle, held, spill)

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """The rows of `select`; by a cursor that no other thread uses, so that none waits."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            cursor = self._connection.cursor()
        frame = fetch(cursor, select)
        # A new cursor would look up anew what it knows of the catalogue, with its first statement.
        self._idle.append(cursor)
        return frame

    @cached_property
    def tables(self) -> frozenset[str]:
        """The canonical tables that have rows."""
        row = self.frame(filled()).row(0, named=True)
        return frozenset(name for name, has_rows in row.items() if has_rows)


class DuckDBConnector:
    """A `Connector` to the generation that was current when it was made."""

    engine = "duckdb"

    def __init__(self, generation: _Generation) -> None:
        self._generation: _Generation | None = generation
        self.version = generation.pointer.version
        self.memory = generation.memory

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As the protocol says."""
        return self._open.frame(select)

    @staticmethod
    def sql(select: SelectBase) -> str:
        """As the protocol says."""
        return literal(select)

    def tables(self) -> frozenset[str]:
        """As the protocol says."""
        return self._open.tables

    def meta(self) -> Meta:
        """As the protocol says."""
        return self._open.pointer.meta

    def close(self) -> None:
        """As the protocol says; a closed connector answers nothing any more."""
        self._generation = None

    @property
    def _open(self) -> _Generation:
        if self._generation is None:
            raise ValueError("the connector is closed")
        return self._generation


def connect(folder: Path, settings: Settings) -> DuckDBConnector:
    """A connector to the current generation; cheap while that stays the same.

    Raises:
        UserError: when nothing was imported, or for another schema version or time zone.
    """
    with _lock:
        generation = _opened.get(folder)
        if generation is None or generation.pointer != current(folder):
            _opened.pop(folder, None)
            generation = _opened[folder] = _newest(folder, settings)
    check_meta(generation.pointer.meta, settings, folder)
    return DuckDBConnector(generation)


def is_empty(folder: Path, settings: Settings) -> bool:
    """Whether nothing was imported into `folder` yet."""
    return current(folder) is None or not connect(folder, settings).tables()


def fetch(connection: duckdb.DuckDBPyConnection, select: SelectBase) -> pl.DataFrame:
    """The rows of `select`, past SQLAlchemy, which would make Python rows of them."""
    schema = schema_of(select)
    found = connection.execute(*parametrised(select)).arrow()
    frame = from_frame(pl.DataFrame(found), schema)
    return _copied(frame) if frame.height < _ROOM else frame


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same in memory of its own: all else that copies shares what texts lie in."""
    written = frame.write_ipc_stream(None)
    written.seek(0)
    return pl.read_ipc_stream(written)


def quoted(path: Path) -> str:
    """`path` as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def _newest(folder: Path, settings: Settings) -> _Generation:
    held = lease(folder)
    if held is None:
        raise nothing_imported(folder)
    try:
        check_meta(held.pointer.meta, settings, folder)
        return _Generation(held)
    except BaseException:
        held.release()
        raise


def _open(held: Lease) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(held.file), read_only=True)
    except duckdb.IOException as error:
        raise UserError(
            "{file} cannot be read: {problem}. "
            "Run `python -m connectors rebuild` to build the warehouse anew.",
            file=held.file,
            problem=str(error).splitlines()[0],
        ) from error
    # Set here and not on connecting, so that other readers of our process may open the file too.
    connection.execute("SET GLOBAL ieee_floating_point_ops = false")
    connection.execute(f"SET GLOBAL nested_loop_join_threshold = {_CALENDAR}")
    if held.file.stat().st_size < _PARALLEL:
        connection.execute("SET GLOBAL threads = 1")
    return connection


def _close(
    connection: duckdb.DuckDBPyConnection,
    idle: list[duckdb.DuckDBPyConnection],
    held: Lease,
    spill: Path,
) -> None:
    for each in (*idle, connection):
        each.close()
    shutil.rmtree(spill, ignore_errors=True)
    held.release()
