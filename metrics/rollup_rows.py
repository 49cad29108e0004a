"""What stands in a roll-up: one grouped SELECT of the additive metrics of its fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.metric import Aggregate, RowSet
from metrics.nothing import no_rows
from metrics.rollups import ROLLUPS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Label, Select, Table

    from connectors.engines.base import Rows, Writer
    from metrics.rollups import Rollup

    Columns = dict[str, ColumnElement[Any]]
    """Expressions by the name of the column that they fill."""

PAYS = 1_000_000
"""Rows of a fact from which on a roll-up is worth building: fewer are asked as fast themselves."""
FOLDS = 3
"""Rows of a fact that a row of a roll-up has to hold on average: else it is hardly asked faster."""
_EVERY = 8
"""That is looked at on one day of so many."""
_ONE: ColumnElement[Any] = literal_column("1")
_ZERO: ColumnElement[Any] = literal_column("0")


def rollup_rows(fact: Table, writer: Writer) -> dict[Table, Rows]:
    """The rows of the fact's roll-ups; none where its rows are too few or too different."""
    own = [each for each in ROLLUPS if each.fact is fact]
    rows: dict[Table, Rows] = {each.table: no_rows(each.table) for each in own}
    if _count(writer, select(_ONE.label("row")).select_from(fact)) < PAYS:
        return rows
    return rows | {each.table: _rows(each) for each in own if _folds(each, writer)}


def _folds(rollup: Rollup, writer: Writer) -> bool:
    """Whether its rows hold enough rows of the fact each, on some days of every month."""
    day = rollup.fact.c[f"{rollup.dated}_date"]
    looked_at = extract("day", day) % _EVERY == _ONE
    groups = select(*_labelled(_groups(rollup))).where(looked_at)
    return _count(writer, groups.distinct()) * FOLDS <= _count(writer, groups)


def _count(writer: Writer, rows: Select[Any]) -> int:
    counted = select(func.count().label("rows")).select_from(rows.subquery("counted"))
    found: int = writer.frame(counted).item()
    return found


def _groups(rollup: Rollup) -> Columns:
    """What the rows of the fact are grouped by."""
    names = [each.name for each in rollup.table.columns if each.name not in METRICS]
    return {name: _of(rollup.fact, name) for name in names}


def _of(fact: Table, name: str) -> ColumnElement[Any]:
    made = None if name in fact.columns else DIMENSIONS[name].made
    return made.of(fact) if made else fact.c[name]


def _rows(rollup: Rollup) -> Select[Any]:
    """The rows of a day lie together, so that a question about some reads those alone."""
    kinds, groups = _kinds(rollup), _groups(rollup)
    orders = {name: kind.orders for name, kind in kinds.items() if kind.orders is not None}
    sums = {name: kind.asked for name, kind in kinds.items() if name not in orders}
    rows = _grouped(rollup, _source(rollup, kinds), groups, sums)
    if orders:
        part = union_all(rows, _counted(rollup, groups, orders)).subquery("part")
        sums = {name: func.sum(part.c[name]) for name in kinds}
        rows = _grouped(rollup, part, {name: part.c[name] for name in groups}, sums)
    return rows.order_by(literal_column(str([*groups].index(f"{rollup.dated}_date") + 1)))


def _kinds(rollup: Rollup) -> dict[str, Aggregate]:
    """The aggregates that its columns hold."""
    names = [each.name for each in rollup.table.columns if each.name in METRICS]
    return {name: _aggregate(name) for name in names}


def _aggregate(name: str) -> Aggregate:
    kind = METRICS[name].kind
    if isinstance(kind, RowSet) and kind.plain:
        return kind.plain.kind
    assert isinstance(kind, Aggregate)
    return kind


def _grouped(rollup: Rollup, source: FromClause, groups: Columns, values: Columns) -> Select[Any]:
    """The columns of the roll-up from `source`; those without a value are null."""
    columns = rollup.table.columns
    typed = {
        each.name: cast(values.get(each.name, null()), each.type)
        for each in columns
        if each.name not in groups
    }
    statement = select(*_labelled(groups | typed)).select_from(source)
    return statement.group_by(*_ordinals(len(groups)))


def _source(rollup: Rollup, kinds: dict[str, Aggregate]) -> FromClause:
    """The fact, with the stored results that the aggregates need joined to its rows."""
    source: FromClause = rollup.fact
    for stored in {kind.stored for kind in kinds.values() if kind.stored is not None}:
        source = source.outerjoin(stored, _same_cell(rollup.fact, stored))
    return source


def _same_cell(fact: Table, stored: Table) -> ColumnElement[bool]:
    keys = (fact.c[each.name] for each in stored.primary_key)
    known = (key if key.type.python_type is not str else func.coalesce(key, "") for key in keys)
    return and_(*(a == b for a, b in zip(known, stored.primary_key, strict=True)))


def _counted(
    rollup: Rollup, groups: Columns, orders: dict[str, ColumnElement[bool]]
) -> Select[Any]:
    """How many orders lie in each group; no rows at all where one lies in two."""
    each = _orders(rollup, groups, orders).subquery("each_order").c
    counts: Columns = {name: func.count(each[name]) for name in orders}
    counts |= {"apart": func.sum(func.sum(each.apart)).over()}
    grouped = select(*(each[name] for name in groups), *_labelled(counts))
    found = grouped.group_by(*_ordinals(len(groups))).subquery("counted")
    sums: Columns = {name: func.sum(found.c[name]) for name in orders}
    own: Columns = {name: found.c[name] for name in groups}
    return _grouped(rollup, found, own, sums).where(found.c.apart == _ZERO)


def _orders(rollup: Rollup, groups: Columns, orders: Columns) -> Select[Any]:
    """Each order, or with a `split` the part of each that one member has: its group, what it is.

    It is "apart" where its rows lie in several groups.
    """
    names = [name for name in ("shop_id", "order_id", rollup.split) if name]
    key = {name: rollup.fact.c[name] for name in names}
    alike = {name: each for name, each in groups.items() if name not in key}
    differs = or_(*(_differs(each) for each in alike.values()))
    told: Columns = {name: func.min(each) for name, each in alike.items()}
    told |= {name: func.max(case((when, _ONE))) for name, when in orders.items()}
    told |= {"apart": case((differs, _ONE), else_=_ZERO)}
    return select(*_labelled(key | told)).group_by(*_ordinals(len(key)))


def _differs(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the rows of a group differ in the column; unknown is a value of its own."""
    known = func.count(column)
    some = and_(known > _ZERO, known < func.count())
    return or_(func.min(column) != func.max(column), some)


def _labelled(columns: Columns) -> list[Label[Any]]:
    return [each.label(name) for name, each in columns.items()]


def _ordinals(count: int) -> list[ColumnElement[Any]]:
    return [literal_column(str(number + 1)) for number in range(count)]
