"""How staged rows of a dimension become rows of its table: each column keeps what was stated last.

A source states a product's name in one row and its colour in another, at different times. So when
each column was stated is kept beside the table (`system.KNOWN`), and a value is replaced by one
stated later, or by a greater one stated at the same time. Taking the greatest of (time, value) is
a fold that gives the same table for any order of rows, files and runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    SmallInteger,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.schema import CreateTable, DropTable

from connectors.engines.base import Merge
from connectors.engines.merge import Fate, same_key, verify_keys
from connectors.engines.staged import ROW
from connectors.engines.system import KNOWN, PROVENANCE, attributes, keys, temporary

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table

_OLDEST = literal(datetime(1, 1, 1), DateTime)  # noqa: DTZ001 (naive UTC throughout)


def merge_dimension(
    connection: Connection, table: Table, staged: Table, brought: Collection[str]
) -> Merge:
    """Folds `staged`, of which only the columns `brought` hold values, into `table`.

    Raises:
        RuntimeError: when a key would stand twice in `table`: a defect, never the data's fault.
    """
    stated = [name for name in attributes(table) if name in brought]
    folded = _folded(connection, table, staged, stated)
    merged = _merged(connection, table, folded, stated)
    fates = _count_fates(connection, table, staged, merged)
    written = connection.scalar(select(func.count()).where(merged.c["__written"])) or 0
    connection.execute(delete(merged).where(~merged.c["__moved"]))
    _replace(connection, table, merged, [column.name for column in table.columns])
    known = KNOWN[table.name]
    _replace(connection, known, merged, [*keys(table), *map(_stamp, attributes(table))])
    verify_keys(connection, table, merged)
    connection.execute(DropTable(folded))
    connection.execute(DropTable(merged))
    return Merge(**fates, written=written)


def _stamp(name: str) -> str:
    """The column that holds when the column `name` was stated."""
    return f"__known_{name}"


def _folded(connection: Connection, table: Table, staged: Table, stated: list[str]) -> Table:
    """One row a staged key: each stated column's last value, and when it was stated."""
    names = keys(table)
    stamps = [Column(_stamp(name), DateTime) for name in stated]
    told: list[Column[Any]] = [table.c[name] for name in [*names, "known_at", *stated]]
    own = [*told, *stamps]
    folded = temporary("board_folded", own)
    connection.execute(CreateTable(folded))
    known = func.coalesce(staged.c.known_at, _OLDEST)
    last = _last_stated(staged, names, stated, known)
    values = [
        _greatest(case((known == last.c[_stamp(name)], staged.c[name]))).label(name)
        for name in stated
    ]
    key = [last.c[name] for name in names]
    carried: list[ColumnElement[Any]] = [
        last.c.known_at,
        *(last.c[_stamp(name)] for name in stated),
    ]
    rows = (
        select(*key, carried[0], *values, *carried[1:])
        .select_from(staged.join(last, same_key(staged, last, names)))
        .group_by(*key, *carried)
    )
    connection.execute(insert(folded).from_select([column.name for column in own], rows))
    return folded


def _last_stated(
    staged: Table, names: list[str], stated: list[str], known: ColumnElement[datetime]
) -> Subquery:
    stamps = [
        func.max(case((staged.c[name].is_not(None), known))).label(_stamp(name)) for name in stated
    ]
    key = [staged.c[name] for name in names]
    newest = func.max(staged.c.known_at).label("known_at")
    return select(*key, newest, *stamps).group_by(*key).subquery("last")


def _greatest(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.bool_or(value) if isinstance(value.type, Boolean) else func.max(value)


def _merged(connection: Connection, table: Table, folded: Table, stated: list[str]) -> Table:
    """The rows of `folded` as they will stand in `table`, each with its fate."""
    stamps = [Column(_stamp(name), DateTime) for name in attributes(table)]
    marks: list[Column[Any]] = [
        Column("__fate", SmallInteger),
        Column("__written", Boolean),
        Column("__moved", Boolean),
    ]
    merged = temporary("board_merged", [*table.columns, *stamps, *marks])
    connection.execute(CreateTable(merged))
    rows = _with_fates(table, _beside(table, folded, stated))
    connection.execute(insert(merged).from_select([c.name for c in merged.columns], rows))
    return merged


def _beside(table: Table, folded: Table, stated: list[str]) -> Subquery:
    """The new value of each column beside the stored one."""
    names, known = keys(table), KNOWN[table.name]
    newest = func.greatest(
        func.coalesce(folded.c.known_at, _OLDEST), func.coalesce(table.c.known_at, _OLDEST)
    )
    columns: list[ColumnElement[Any]] = [
        *(folded.c[name] for name in names),
        func.nullif(newest, _OLDEST, type_=DateTime).label("known_at"),
        table.c[names[0]].is_(None).label("is_new"),
        table.c.known_at.label("old_known_at"),
    ]
    for name in attributes(table):
        columns += _resolved(name, table, known, folded if name in stated else None)
    source = folded.outerjoin(table, same_key(folded, table, names))
    source = source.outerjoin(known, same_key(folded, known, names))
    return select(*columns).select_from(source).subquery("beside")


def _resolved(
    name: str, table: Table, known: Table, folded: Table | None
) -> list[ColumnElement[Any]]:
    old, old_stamp = table.c[name], known.c[name]
    new: ColumnElement[Any] = old
    new_stamp: ColumnElement[Any] = old_stamp
    if folded is not None:
        given, given_stamp = folded.c[name], folded.c[_stamp(name)]
        later = or_(
            old_stamp.is_(None),
            given_stamp > old_stamp,
            and_(given_stamp == old_stamp, given > old),
        )
        wins = and_(given_stamp.is_not(None), later)
        new = case((wins, given), else_=old)
        new_stamp = case((wins, given_stamp), else_=old_stamp)
    return [
        new.label(name),
        new_stamp.label(_stamp(name)),
        old.label(f"old_{name}"),
        old_stamp.label(f"old_{_stamp(name)}"),
    ]


def _with_fates(table: Table, beside: Subquery) -> Select[Any]:
    def differ(names: list[str]) -> ColumnElement[bool]:
        return or_(*(beside.c[name].is_distinct_from(beside.c[f"old_{name}"]) for name in names))

    names = attributes(table)
    told = [name for name in names if name not in PROVENANCE]
    fate = case((beside.c.is_new, Fate.LOADED), (differ(told), Fate.UPDATED), else_=Fate.UNCHANGED)
    written = or_(beside.c.is_new, differ([*names, "known_at"]))
    moved = or_(written, differ([_stamp(name) for name in names]))
    kept = [beside.c[column.name] for column in table.columns]
    return select(*kept, *(beside.c[_stamp(name)] for name in names), fate, written, moved)


def _count_fates(
    connection: Connection, table: Table, staged: Table, merged: Table
) -> dict[str, int]:
    best = (
        select(func.min(merged.c["__fate"]).label("fate"))
        .select_from(staged.join(merged, same_key(staged, merged, keys(table))))
        .group_by(staged.c[ROW])
        .subquery()
    )
    counted = select(best.c.fate, func.count()).group_by(best.c.fate)
    return {Fate(fate).name.lower(): rows for fate, rows in connection.execute(counted)}


def _replace(connection: Connection, target: Table, merged: Table, source: list[str]) -> None:
    same = same_key(merged, target, keys(target))
    replaced = exists(select(literal(1)).select_from(merged).where(same).correlate(target))
    connection.execute(delete(target).where(replaced))
    names = [column.name for column in target.columns]
    rows = select(*(merged.c[name] for name in source))
    connection.execute(insert(target).from_select(names, rows))
