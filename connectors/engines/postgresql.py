"""PostgreSQL: the same tables on a team's server, in a schema of their own."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from psycopg.errors import UndefinedTable
from sqlalchemy import (
    URL,
    BinaryExpression,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    select,
)
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from connectors.engines.base import Meta
from connectors.engines.checks import check_meta, nothing_imported
from connectors.engines.normalise import from_rows, schema_of
from connectors.engines.system import filled, version_of, warehouse
from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from psycopg import Connection
    from sqlalchemy import Engine, SelectBase
    from sqlalchemy.sql import Executable

    from connectors.settings import Settings

SCHEMA = "board"
"""The schema that holds the board's tables, so that they never meet others of the database."""
_lock = Lock()
_memories: dict[str, tuple[str, dict[tuple[str, ...], Any]]] = {}


class _Compiler(PGCompiler_psycopg):
    """Divides by zero as the board does: the quotient is null."""

    def visit_truediv_binary(
        self, binary: BinaryExpression[Any], operator: Any, **options: Any
    ) -> str:
        divisor = binary.right
        divisor = func.nullif(divisor, literal_column("0"), type_=divisor.type)
        guarded = BinaryExpression(binary.left, divisor, binary.operator, type_=binary.type)
        return str(super().visit_truediv_binary(guarded, operator, **options))  # type: ignore[no-untyped-call]


class _Dialect(PGDialect_psycopg):
    """Only for the compiler."""

    statement_compiler = _Compiler
    supports_statement_cache = True


_TO_SHOW = _Dialect(paramstyle="named")  # type: ignore[no-untyped-call]


class PostgreSQLConnector:
    """A `Connector` to the schema as it is; each frame sees whole imports only."""

    engine = "postgresql"

    def __init__(
        self, engine: Engine, version: str, meta: Meta, memory: dict[tuple[str, ...], Any]
    ) -> None:
        self._engine = engine
        self._meta = meta
        self.version = version
        self.memory = memory

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """As the protocol says."""
        schema = schema_of(select)
        with self._engine.connect() as connection:
            return from_rows(connection.execute(cast("Executable", select)).all(), schema)

    @staticmethod
    def sql(select: SelectBase) -> str:
        """As the protocol says."""
        return str(select.compile(dialect=_TO_SHOW, compile_kwargs={"literal_binds": True}))

    def tables(self) -> frozenset[str]:
        """As the protocol says."""
        row = self.frame(filled()).row(0, named=True)
        return frozenset(name for name, has_rows in row.items() if has_rows)

    def meta(self) -> Meta:
        """As the protocol says."""
        return self._meta

    def close(self) -> None:
        """Does nothing: connections go back to the pool after each frame."""


def connect(url: str, settings: Settings) -> PostgreSQLConnector:
    """A connector to what was imported last.

    Raises:
        UserError: when the server cannot be reached, nothing was imported, or the warehouse is of
            another schema version or time zone.
    """
    found = read(url)
    if found is None:
        raise nothing_imported(shown(url))
    version, meta = found
    check_meta(meta, settings, shown(url))
    reading = engine_of(url).execution_options(isolation_level="AUTOCOMMIT")
    return PostgreSQLConnector(reading, version, meta, _memory(url, version))


def _memory(url: str, version: str) -> dict[tuple[str, ...], Any]:
    """What is kept of this version; what was kept of the one before it goes."""
    with _lock:
        kept = _memories.get(url)
        if kept is None or kept[0] != version:
            kept = _memories[url] = (version, {})
        return kept[1]


def is_empty(url: str, settings: Settings) -> bool:
    """Whether nothing was imported into the database yet."""
    return read(url) is None or not connect(url, settings).tables()


def read(url: str) -> tuple[str, Meta] | None:
    """The version and what the warehouse was built with; None where nothing was ever imported."""
    names = [warehouse.c[name] for name in ("warehouse_id", "changes", *Meta._fields)]
    with reached(url):
        try:
            with engine_of(url).connect() as connection:
                own, changes, *meta = connection.execute(select(*names)).one()
        except ProgrammingError as error:
            if isinstance(error.orig, UndefinedTable):
                return None
            raise
    return version_of(own, changes), Meta(*meta)


@contextmanager
def reached(url: str) -> Iterator[None]:
    """Turns a server that cannot be reached into a UserError."""
    try:
        yield
    except OperationalError as error:
        if error.statement is not None:
            raise
        raise UserError(
            "The PostgreSQL server at {url} does not answer: {problem}. "
            "Check the setting warehouse and the server.",
            url=shown(url),
            problem=" ".join(str(error.orig).split()),
        ) from error


def shown(url: str) -> str:
    """`url` without its password."""
    return _url(url).render_as_string(hide_password=True)


def _url(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise UserError(
            "The warehouse is no URL: write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        ) from None


@cache
def engine_of(url: str) -> Engine:
    """The engine of `url`, one a process; its connections see the board's schema, in UTC."""
    target = _url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(target, pool_pre_ping=True)
    engine.dialect.statement_compiler = _Compiler

    @event.listens_for(engine, "connect")
    def prepare(connection: Connection[Any], _: object) -> None:
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute("SET timezone TO 'UTC'")
        connection.commit()

    return engine
