"""Where the state is kept: an SQLite file in WAL mode, or a schema of a PostgreSQL database."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from connectors.errors import UserError
from connectors.log import masked
from connectors.state.failures import explained

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    import psycopg

BUSY_SECONDS = 10.0
_ANSWER_SECONDS = 10
SCHEMA = "board_state"
"""The schema that holds the state in PostgreSQL, so that it never meets other tables."""
_LOCK = 7_367_617  # of the advisory lock that makes one upgrade at a time
_WRITING = "board_writing"
VERSION_TABLE = "state_version"
_OURS = f"SELECT count(*) = 0 OR max(name = '{VERSION_TABLE}') FROM sqlite_master"  # noqa: S608
"""Whether an SQLite file is empty or the board's: nobody else's is changed."""


@dataclass(frozen=True)
class Place:
    """Where a state is.

    Attributes:
        name: what messages call it: the file, or the URL without its password.
        engine: gives connections that see one moment of the state and write nothing.
        file: the SQLite file, or None.
    """

    name: str
    engine: Engine
    file: Path | None = None

    def is_absent(self) -> bool:
        """Whether there is no file yet."""
        return self.file is not None and not self.file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to one moment of the state; raises UserErrors for what the place lacks."""
        with self.explained(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is the only one to write; kept on leaving cleanly, else undone."""
        engine = self.engine.execution_options(**{_WRITING: True})
        if self.file is None:
            engine = engine.execution_options(isolation_level="READ COMMITTED")
        with self.explained(), engine.begin() as connection:
            yield connection

    def create(self) -> None:
        """Makes the empty file and its folder, unless they are there."""
        if self.file is not None:
            with self.explained():
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self.file.touch()

    def prepare(self, connection: Connection) -> None:
        """Within `writing`, makes this the only upgrade, with a place for the tables."""
        if self.file is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns what is wrong with the place into UserErrors."""
        try:
            yield
        except (DBAPIError, OSError) as error:
            raise explained(error, self.name, BUSY_SECONDS) or error from error


def place_of(state: str) -> Place:
    """The place that the setting `state` names; nothing is opened or made.

    Raises:
        UserError: when it is neither a file nor a URL of SQLite or PostgreSQL.
    """
    url = _url(state)
    if url.get_backend_name() == "postgresql":
        return Place(url.render_as_string(hide_password=True), _postgresql(url))
    file = Path(url.database or "").absolute()
    return Place(str(file), _sqlite(file), file)


def _url(state: str) -> URL:
    try:
        url = make_url(state) if "://" in state else URL.create("sqlite", database=state)
    except ArgumentError:
        url = URL.create("?")
    if url.drivername == "postgres":
        url = url.set(drivername="postgresql")
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    if not is_file and url.get_backend_name() != "postgresql":
        raise UserError(
            "The state cannot be kept in {state!r}: the setting state takes a file, or "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
            state=masked(state),
        )
    return url


@cache
def _sqlite(file: Path) -> Engine:
    """Connections that last for a transaction, so that none outlives its file."""
    path = str(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    # Without mode=rw a file that went away would be made anew, and be empty.
    url = URL.create("sqlite", database=f"file:{path}", query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the begin event below says how, not the driver
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        is_wal = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        if not is_wal and connection.execute(_OURS).fetchone() == (1,):
            with _only_one(file.parent):
                connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could fail half-way when another wrote.
        mode = "IMMEDIATE" if connection.get_execution_options().get(_WRITING) else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """One process at a time: SQLite refuses a change of its journal to two, without waiting."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@cache
def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": _ANSWER_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _: object) -> None:
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute("SET timezone TO 'UTC'")
        connection.execute(f"SET lock_timeout TO '{BUSY_SECONDS * 1000:.0f}ms'")
        connection.commit()

    return engine
