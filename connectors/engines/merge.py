"""How staged rows of a fact become rows of its table: one SQL for every engine that we write.

The staged rows get a verdict each (`board_verdict`), from which the counts and the changes follow.
Nothing here relies on the engine for uniqueness; the last step verifies it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    SmallInteger,
    String,
    Table,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.schema import CreateTable, DropTable

from connectors.engines.base import Merge
from connectors.engines.staged import ROW
from connectors.engines.system import keys, temporary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Delete, Select
    from sqlalchemy.sql.selectable import FromClause

ID = "__id"

delivered = temporary("board_documents", [Column("source", String), Column("document", String)])
"""The documents that the run delivers whole."""


class Fate(IntEnum):
    """What becomes of a staged row; of a source row's several, the smallest counts."""

    LOADED = 1
    UPDATED = 2
    UNCHANGED = 3


def staging(table: Table, names: Collection[str]) -> Table:
    """The temporary table for rows of `table` of which only the columns `names` say anything."""
    own = (Column(ID, BigInteger), Column(ROW, BigInteger))
    told = [column for column in table.columns if column.name in names or column.primary_key]
    return temporary(f"board_stage_{table.name}", [*told, *own])


def merge_fact(connection: Connection, table: Table, staged: Table) -> Merge:
    """Brings `staged`, where each key is once, into `table`.

    Removes what the run's documents no longer hold. Only the rows that were written are left in
    `staged`.

    Raises:
        RuntimeError: when a key would stand twice in `table`: a defect, never the data's fault.
    """
    verdict = _judge(connection, table, staged)
    fates = _count_fates(connection, verdict)
    removed = _remove_missing(connection, table, staged)
    connection.execute(_drop_updated(table, staged, verdict))
    # A plain copy of a whole table is what engines do fastest, so the rest goes first.
    unchanged = exists(
        select(literal(1))
        .select_from(verdict)
        .where(verdict.c[ID] == staged.c[ID], verdict.c.fate == Fate.UNCHANGED)
        .correlate(staged)
    )
    connection.execute(delete(staged).where(unchanged))
    names = _told(table, staged)
    added = select(*(staged.c[name] for name in names))
    connection.execute(insert(table).from_select(names, added))
    connection.execute(DropTable(verdict))
    written = verify_keys(connection, table, staged)
    return Merge(**fates, removed=removed, written=written)


def verify_keys(connection: Connection, table: Table, written: Table) -> int:
    """How many rows of `table` were `written`, once it is certain that each key is there once."""
    expected = rows_in(connection, written)
    same = same_key(written, table, keys(table))
    written_key = exists(select(literal(1)).select_from(written).where(same).correlate(table))
    found = connection.scalar(select(func.count()).select_from(table).where(written_key))
    if found != expected:
        raise RuntimeError(f"{table.name}: {found} rows hold the keys of {expected} written rows")
    return expected


def same_key(left: FromClause, right: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    """The condition that two rows have the same key."""
    return and_(*(left.c[name] == right.c[name] for name in names))


def rows_in(connection: Connection, table: FromClause) -> int:
    """How many rows `table` has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _told(table: Table, staged: Table) -> list[str]:
    return [column.name for column in table.columns if column.name in staged.c]


def _judge(connection: Connection, table: Table, staged: Table) -> Table:
    own = [Column(ID, BigInteger), Column(ROW, BigInteger), Column("fate", SmallInteger)]
    verdict = temporary("board_verdict", own)
    connection.execute(CreateTable(verdict))
    connection.execute(insert(verdict).from_select([ID, ROW, "fate"], _fates(table, staged)))
    return verdict


def _fates(table: Table, staged: Table) -> Select[int, int, int]:
    names = keys(table)
    told = [name for name in _told(table, staged) if name not in names]
    silent = [column.name for column in table.columns if column.name not in staged.c]
    # What the rows say nothing of is summed up before the join, which is then half as wide.
    more = or_(false(), *(table.c[name].is_not(None) for name in silent))
    stored = select(*(table.c[name] for name in [*names, *told]), more.label("more")).subquery()
    differs = [staged.c[name].is_distinct_from(stored.c[name]) for name in told]
    fate = case(
        (stored.c[names[0]].is_(None), Fate.LOADED),
        (or_(stored.c.more, *differs), Fate.UPDATED),
        else_=Fate.UNCHANGED,
    )
    source = staged.outerjoin(stored, same_key(staged, stored, names))
    return select(staged.c[ID], staged.c[ROW], fate).select_from(source)


def _count_fates(connection: Connection, verdict: Table) -> dict[str, int]:
    best = select(func.min(verdict.c.fate).label("fate")).group_by(verdict.c[ROW]).subquery()
    counted = select(best.c.fate, func.count()).group_by(best.c.fate)
    return {Fate(fate).name.lower(): rows for fate, rows in connection.execute(counted)}


def _drop_updated(table: Table, staged: Table, verdict: Table) -> Delete:
    updated = (
        select(literal(1))
        .select_from(staged.join(verdict, staged.c[ID] == verdict.c[ID]))
        .where(verdict.c.fate == Fate.UPDATED, same_key(staged, table, keys(table)))
        .correlate(table)
    )
    return delete(table).where(exists(updated))


def _remove_missing(connection: Connection, table: Table, staged: Table) -> int:
    whole = (
        select(literal(1))
        .select_from(delivered)
        .where(
            delivered.c.source == table.c.import_source,
            delivered.c.document == table.c.import_document,
        )
        .correlate(table)
    )
    kept = (
        select(literal(1))
        .select_from(staged)
        .where(same_key(staged, table, keys(table)))
        .correlate(table)
    )
    return connection.execute(delete(table).where(exists(whole), ~exists(kept))).rowcount
