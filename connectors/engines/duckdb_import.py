"""Importing into DuckDB: the next generation is built beside the current one, then takes over."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
import polars as pl
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from connectors.engines.checks import check_meta
from connectors.engines.disk import full_disk_explained
from connectors.engines.duckdb import fetch, quoted
from connectors.engines.generations import (
    begin,
    current,
    not_a_folder,
    publish,
    spill_folder,
    tidy,
)
from connectors.engines.lock import import_lock
from connectors.engines.system import CURRENT, create_all, made_with, version_of
from connectors.engines.writer import SqlWriter
from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, SelectBase, Table

    from connectors.engines.base import Rows
    from connectors.engines.system import Purpose
    from connectors.settings import Settings

_MEMORY = 768 * 2**20
"""Bytes that DuckDB may hold while it imports; past it, it spills into the warehouse's folder."""
_SHARE = 5
"""What is derived from a large warehouse may take this part of the machine's memory: the joins of
10 million order lines take three times as long where they have to spill."""
_ROW_GROUP = 122_880
"""Rows that DuckDB stores together: pieces of just this size are loaded side by side, in half the
time; those of any other size cost twice the work."""
_STORAGE = "v1.4.0"
"""The oldest DuckDB that must read a new warehouse; what it knows writes texts in a quarter less
time than what the very first one does."""
_DEAR = "fsst,zstd,chimp,patas,alp,alprd,roaring"
"""Compressions not tried on each column: trying them doubles the time of a load, and the 529,000
order lines of the largest real set take 15.0 MB without them and 15.2 MB with them."""


class DuckDBWriter(SqlWriter):
    """A `Writer` to a generation that is being built."""

    _deriving = False

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As the protocol says."""
        return fetch(self._raw, select)

    def _load(self, target: Table, rows: pl.DataFrame) -> None:
        # A view of the frame would be simpler, but the transaction keeps it, and so the frame.
        pieces = [piece.rechunk() for piece in rows.iter_slices(_ROW_GROUP)] or [rows]
        given_as_held = pl.CompatLevel.newest()  # an older level copies every text
        arrow = pl.concat(pieces, rechunk=False).to_arrow(compat_level=given_as_held)
        frame = self._raw.from_arrow(arrow)
        given = (f'"{c.name}"' if c.name in rows.columns else "NULL" for c in target.columns)
        frame.project(", ".join(given)).insert_into(target.name)

    def build(self, table: Table, rows: Rows) -> int:
        """As the protocol says."""
        if not self._deriving:  # asked and set once: each table's turn would take its time
            self._store()
            self._raw.execute(f"SET memory_limit = '{self._deriving_memory()} B'")
            self._deriving = True
        return super().build(table, rows)

    def _store(self) -> None:
        """Puts what was imported into the file, which nobody reads before it takes over.

        What a transaction still holds is read by fewer threads, and fills the memory meanwhile.
        """
        self._raw.execute("COMMIT")
        self._raw.execute("BEGIN TRANSACTION")

    def _deriving_memory(self) -> int:
        """Bytes: twice the warehouse's file, so that small ones stay small."""
        (path,) = self._raw.execute(
            "SELECT path FROM duckdb_databases() WHERE NOT internal"
        ).fetchone() or ("",)
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return max(_MEMORY, min(2 * Path(path).stat().st_size, machine // _SHARE))

    def _analyse(self, table: Table) -> None:
        """Nothing to tell: DuckDB knows its tables as they are."""

    @property
    def _raw(self) -> duckdb.DuckDBPyConnection:
        return cast("duckdb.DuckDBPyConnection", self._connection.connection.driver_connection)


@contextmanager
def open_for_import(
    folder: Path, settings: Settings, purpose: Purpose, wait: float
) -> Iterator[DuckDBWriter]:
    """One run: on a clean end a new generation is current, on an exception nothing has changed."""
    _make(folder)
    lock = folder / "import.lock"
    # Explained inside as well: there, what the import had written can still be measured.
    with full_disk_explained(folder), import_lock(lock, purpose.what, settings, wait):
        try:
            with full_disk_explained(folder), _next_generation(folder, settings, purpose) as writer:
                yield writer
        finally:
            tidy(folder)


def _make(folder: Path) -> None:
    if folder.is_file():
        raise not_a_folder(folder)
    if "?" in str(folder):  # DuckDB takes what follows for a query, and looks for its log elsewhere
        raise UserError(
            "The warehouse folder cannot be {folder}: name it without '?'.", folder=folder
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            "The warehouse folder {folder} cannot be made: {problem}.",
            folder=folder,
            problem=error.strerror,
        ) from error
    if not os.access(folder, os.W_OK):
        raise UserError("The warehouse folder {folder} cannot be written to.", folder=folder)


@contextmanager
def _next_generation(folder: Path, settings: Settings, purpose: Purpose) -> Iterator[DuckDBWriter]:
    pointer = None if purpose.anew else current(folder)
    if pointer and pointer.meta.demo and not purpose.demo:
        pointer = None
    if pointer:
        check_meta(pointer.meta, settings, folder)
    building = begin(folder, pointer)
    with _engine(building) as engine:
        with engine.begin() as connection:
            if pointer is None:
                create_all(connection, made_with(settings, purpose), keyed=False)
            writer = DuckDBWriter(connection)
            yield writer
            version = writer.finish()
        with engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
    _verify(building, version)
    publish(folder, building, version, writer.meta)


@contextmanager
def _engine(building: Path) -> Iterator[Engine]:
    # One connection, given as it is: a URL would read more than a path into the path. On a full
    # disk it cannot even roll back; the pool, asked to on its return, would print why.
    wrapped = ConnectionWrapper(
        duckdb.connect(str(building), config={"storage_compatibility_version": _STORAGE})
    )
    engine = create_engine(
        "duckdb://", creator=lambda: wrapped, poolclass=StaticPool, pool_reset_on_return=None
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET memory_limit = '{_MEMORY} B'")
            connection.exec_driver_sql(f"SET disabled_compression_methods = '{_DEAR}'")
            # What is committed goes into the file at once: a log would be written for nothing.
            connection.exec_driver_sql("SET checkpoint_threshold = '1 B'")
            connection.exec_driver_sql(f"SET temp_directory = '{quoted(spill_folder(building))}'")
            connection.exec_driver_sql("SET ieee_floating_point_ops = false")
        yield engine
    finally:
        engine.dispose()


def _verify(building: Path, version: str) -> None:
    """Opens the closed file once more: what takes over must be readable."""
    with duckdb.connect(str(building), read_only=True) as connection:
        found = fetch(connection, CURRENT).row(0)
    if version_of(*found) != version:
        raise RuntimeError(f"{building.name} holds version {version_of(*found)}, not {version}")
