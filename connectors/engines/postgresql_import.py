"""Importing into PostgreSQL: one transaction under an advisory lock, counted when it changed."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from psycopg import sql
from psycopg.errors import DiskFull
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from connectors.engines.checks import check_meta
from connectors.engines.lock import Holder, wait_for
from connectors.engines.normalise import from_rows, schema_of
from connectors.engines.postgresql import SCHEMA, engine_of, reached, read, shown
from connectors.engines.system import create_all, made_with
from connectors.engines.writer import SqlWriter
from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from psycopg import Connection as Driver
    from sqlalchemy import Connection, SelectBase, Table
    from sqlalchemy.sql import Executable

    from connectors.engines.system import Purpose
    from connectors.settings import Settings

_LOCK = 7_497_583_114  # any number; it only has to be the same for every import
_NEXT = f"{SCHEMA}_next"
_ROWS = 50_000
_HOLDER = text(
    "SELECT application_name, pid, xact_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (classid::bigint << 32 | objid::bigint) = :lock"
)


class PostgreSQLWriter(SqlWriter):
    """A `Writer` in an open transaction."""

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As the protocol says."""
        rows = self._connection.execute(cast("Executable", select)).all()
        return from_rows(rows, schema_of(select))

    def _load(self, target: Table, rows: pl.DataFrame) -> None:
        driver = cast("Driver[Any]", self._connection.connection.driver_connection)
        names = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
        into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)")
        with (
            driver.cursor() as cursor,
            cursor.copy(into.format(sql.Identifier(target.name), names)) as copy,
        ):
            for part in rows.iter_slices(_ROWS):
                copy.write(_csv(part))

    def _analyse(self, table: Table) -> None:
        self._connection.exec_driver_sql(f'ANALYZE "{table.name}"')


def _csv(rows: pl.DataFrame) -> bytes:
    """`rows` as COPY takes them: a null is nothing, an empty text is a pair of quotes."""
    buffer = BytesIO()
    rows.write_csv(
        buffer,
        include_header=False,
        quote_style="non_numeric",
        datetime_format="%Y-%m-%d %H:%M:%S%.6f",
    )
    return buffer.getvalue()


@contextmanager
def open_for_import(
    url: str, settings: Settings, purpose: Purpose, wait: float
) -> Iterator[PostgreSQLWriter]:
    """One run: on a clean end it is committed, on an exception nothing has changed."""
    with _full_disk_explained(url), reached(url), engine_of(url).begin() as connection:
        _lock(connection, settings, purpose, wait)
        found = read(url)
        anew = purpose.anew or found is None or (found[1].demo and not purpose.demo)
        if anew:
            connection.exec_driver_sql(f"CREATE SCHEMA {_NEXT}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {_NEXT}")
            create_all(connection, made_with(settings, purpose), keyed=True)
        elif found:
            check_meta(found[1], settings, shown(url))
        writer = PostgreSQLWriter(connection)
        yield writer
        writer.finish()
        if anew:
            # Readers keep the old tables until this very end, which takes no time.
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            connection.exec_driver_sql(f"ALTER SCHEMA {_NEXT} RENAME TO {SCHEMA}")


def _lock(connection: Connection, settings: Settings, purpose: Purpose, wait: float) -> None:
    def take() -> bool:
        return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))

    def holder() -> Holder:
        row = connection.execute(_HOLDER, {"lock": _LOCK}).first()
        return Holder(*map(str, row)) if row else Holder("?", "?", "?")

    name = select(func.set_config("application_name", purpose.what, True))
    connection.execute(name)
    connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")
    wait_for(take, holder, settings, wait)


@contextmanager
def _full_disk_explained(url: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, DiskFull):
            raise
        raise UserError(
            "The PostgreSQL server at {url} is out of disk space. "
            "Nothing was imported; free some space there and run it again.",
            url=shown(url),
        ) from error
