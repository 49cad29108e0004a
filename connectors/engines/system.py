"""What an engine keeps beside the canonical tables, and the tables as an engine creates them."""

from __future__ import annotations

from functools import cache
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    exists,
    insert,
    literal,
    select,
)
from sqlalchemy.schema import CreateTable

from connectors.engines.base import Meta
from connectors.schema import DIMENSIONS, SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Select

    from connectors.settings import Settings

_TEXT = String().with_variant(String(collation="C"), "postgresql")

SYSTEM = MetaData()

warehouse = Table(
    "board_warehouse",
    SYSTEM,
    Column("warehouse_id", String, nullable=False, doc="Random, so that no two share a version"),
    Column("schema_version", Integer, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("currency", String),
    Column("demo", Boolean, nullable=False),
    Column("changes", BigInteger, nullable=False, doc="Imports that changed a table, so far"),
    comment="One row: what the warehouse was built with",
)

import_log = Table(
    "board_imports",
    SYSTEM,
    Column("import_id", BigInteger, nullable=False, doc="1, 2, 3 … in the order of the runs"),
    Column("mapping", String, nullable=False),
    Column("table_name", String, nullable=False, doc="The table that the run was for"),
    Column("started_at", DateTime, nullable=False, doc="UTC"),
    Column("finished_at", DateTime, nullable=False, doc="UTC"),
    Column("files", BigInteger, nullable=False, doc="Files read"),
    Column("read", BigInteger, nullable=False, doc="Source rows read"),
    Column("loaded", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("excluded", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("file_names", String, nullable=False, doc="JSON array"),
    Column("excluded_by", String, nullable=False, doc="JSON object: rows by rule"),
    Column("rejected_by", String, nullable=False, doc="JSON object: rows by reason"),
    Column("tables", String, nullable=False, doc="JSON object: counts by table"),
    comment="One row an import run",
)

import_rejects = Table(
    "board_rejects",
    SYSTEM,
    Column("import_id", BigInteger, nullable=False, doc="The run that rejected it"),
    Column("mapping", String, nullable=False),
    Column("table_name", String, nullable=False),
    Column("file", String, nullable=False),
    Column("line", BigInteger, nullable=False, doc="1-based"),
    Column("reason", String, nullable=False),
    Column("document", String, doc="import_document of the row, where it is known"),
    Column("row", String, nullable=False, doc="The raw row, a JSON object"),
    comment="Source rows that stand rejected",
)

PROVENANCE = ("known_at", "import_source", "import_document")


def keys(table: Table) -> list[str]:
    """The names of the columns that identify a row of `table`."""
    return [column.name for column in table.primary_key]


def attributes(dimension: Table) -> list[str]:
    """The names of a dimension's columns that later knowledge replaces, one by one."""
    fixed = {*keys(dimension), "known_at"}
    return [column.name for column in dimension.columns if column.name not in fixed]


def _known(dimension: Table) -> Table:
    stated = [
        Column(name, DateTime, doc=f"When {name} was stated; null when it never was")
        for name in attributes(dimension)
    ]
    key = [Column(name, String, primary_key=True) for name in keys(dimension)]
    return Table(f"board_known_{dimension.name}", SYSTEM, *key, *stated)


KNOWN: dict[str, Table] = {dimension.name: _known(dimension) for dimension in DIMENSIONS}
"""Per dimension, when each column's value was stated: a fold that no order of runs can change."""

ALL: tuple[Table, ...] = (*TABLES.values(), *SYSTEM.sorted_tables)


def temporary(name: str, columns: Iterable[Column[Any]]) -> Table:
    """A table of one import's own, in a catalogue of its own."""
    fresh = [
        Column(column.name, _TEXT if isinstance(column.type, String) else column.type)
        for column in columns
    ]
    return Table(name, MetaData(), *fresh, prefixes=["TEMPORARY"])


@cache
def filled() -> Select[*tuple[Any, ...]]:
    """A SELECT of one row that says of each canonical table whether it has rows."""
    return select(*(exists(select(literal(1)).select_from(t)).label(n) for n, t in TABLES.items()))


def as_created(table: Table, *, keyed: bool) -> Table:
    """`table` as an engine creates it: text sorts by code point everywhere, keys are never null.

    Args:
        table: a canonical, system or temporary table.
        keyed: whether the engine holds the primary key itself.
    """
    columns = [
        Column(
            column.name,
            _TEXT if isinstance(column.type, String) else column.type,
            primary_key=keyed and column.primary_key,
            nullable=column.nullable and not column.primary_key,
        )
        for column in table.columns
    ]
    return Table(table.name, MetaData(), *columns)


def create_all(connection: Connection, made_with: Meta, *, keyed: bool) -> None:
    """Creates every table, empty, and writes what the warehouse is made with."""
    for table in ALL:
        connection.execute(CreateTable(as_created(table, keyed=keyed)))
    own = {"warehouse_id": token_hex(4), "changes": 0}
    connection.execute(insert(warehouse).values(**own, **made_with._asdict()))


def read_meta(connection: Connection) -> Meta:
    """What the warehouse was made with."""
    names = [warehouse.c[name] for name in Meta._fields]
    return Meta(*connection.execute(select(*names)).one())


CURRENT = select(warehouse.c.warehouse_id, warehouse.c.changes)
"""The SELECT whose row `version_of` takes."""


def version_of(warehouse_id: str, changes: int) -> str:
    """What caches key on; no two warehouses share one."""
    return f"{warehouse_id}-{changes}"


class Purpose(NamedTuple):
    """What an import run is for: `what` tells others; `anew` leaves all that was there behind."""

    what: str
    demo: bool
    anew: bool


def made_with(settings: Settings, purpose: Purpose) -> Meta:
    """What a new warehouse is built with."""
    return Meta(SCHEMA_VERSION, settings.time_zone, settings.currency, purpose.demo)
