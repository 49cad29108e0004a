"""What stands in a roll-up: the additive metrics of its fact by day and dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, cast, extract, func, literal_column, select

from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.metric import Aggregate, RowSet
from metrics.nothing import no_rows
from metrics.rollups import ROLLUPS

if TYPE_CHECKING:
    import polars as pl
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
"""One day of so many is looked at for that."""
_ONE: ColumnElement[Any] = literal_column("1")
_ORDER = ("shop_id", "order_id")
_PARTS = "__parts"


def rollup_rows(fact: Table, writer: Writer) -> dict[Table, Rows]:
    """The rows of the fact's roll-ups; none where its rows are too few or too different."""
    own = [each for each in ROLLUPS if each.fact is fact]
    rows: dict[Table, Rows] = {each.table: no_rows(each.table) for each in own}
    if _count(writer, select(_ONE.label("row")).select_from(fact)) < PAYS:
        return rows
    orders = _Orders(writer)
    folding = [each for each in reversed(own) if _folds(each, writer)]
    return rows | {each.table: _rows(each, orders) for each in folding}


def _folds(rollup: Rollup, writer: Writer) -> bool:
    """Whether its rows hold enough rows of the fact each, on some days of every month."""
    day = rollup.fact.c[f"{rollup.dated}_date"]
    looked_at = extract("day", day) % _EVERY == _ONE
    groups = select(*_labelled(_groups(rollup))).where(looked_at)
    rows = _count(writer, groups)
    return 0 < rows >= FOLDS * _count(writer, groups.distinct())


def _count(writer: Writer, rows: Select[Any]) -> int:
    counted = select(func.count().label("rows")).select_from(rows.subquery("counted"))
    found: int = writer.frame(counted).item()
    return found


def _rows(rollup: Rollup, orders: _Orders) -> Rows:
    """The rows of a day lie together, so that a question about some reads those alone."""
    kinds, groups, day = _kinds(rollup), _groups(rollup), f"{rollup.dated}_date"
    when = {name: kind.orders for name, kind in kinds.items() if kind.orders is not None}
    sums: Columns = {
        name: cast(kind.kept, rollup.table.c[name].type)
        for name, kind in kinds.items()
        if name not in when
    }
    rows = _grouped(_source(rollup, kinds), groups, sums)
    if not when:
        return rows.order_by(literal_column(str([*groups].index(day) + 1)))
    counts = orders.by(rollup, groups, when)
    known = orders.writer.frame(rows).join(counts, on=[*groups], how="left", nulls_equal=True)
    return known.sort(day)


def _groups(rollup: Rollup) -> Columns:
    """What the rows of the fact are grouped by."""
    names = [each.name for each in rollup.table.columns if each.name not in METRICS]
    return {name: _of(rollup.fact, name) for name in names}


def _of(fact: Table, name: str) -> ColumnElement[Any]:
    made = None if name in fact.columns else DIMENSIONS[name].made
    return made.of(fact) if made else fact.c[name]


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


@dataclass
class _Orders:
    """Counts the orders of roll-ups: these add up where each order lies in one row.

    Attributes:
        writer: the warehouse.
        alike: columns in which the rows of each order were found to be alike.
    """

    writer: Writer
    alike: list[set[str]] = field(default_factory=list)

    def by(self, rollup: Rollup, groups: Columns, when: Columns) -> pl.DataFrame:
        """The groups with the numbers of their orders; no rows where one lies in several.

        Args:
            rollup: the roll-up; with a `split` each member's part of an order is one of its own.
            groups: what its rows are grouped by, the shop among it.
            when: which rows of the fact make their order count, by the name of the number.
        """
        whole = {"order_id": rollup.fact.c.order_id} | groups
        flags: Columns = {name: func.max(case((each, _ONE))) for name, each in when.items()}
        part = _grouped(rollup.fact, whole, flags).subquery("part")
        counts: Columns = {name: func.count(part.c[name]) for name in when}
        own: Columns = {name: part.c[name] for name in groups}
        found = self.writer.frame(_grouped(part, own, counts | {_PARTS: func.count()}))
        parts = int(found[_PARTS].sum())
        return (found if self._whole(rollup, {*groups}, parts) else found.clear()).drop(_PARTS)

    def _whole(self, rollup: Rollup, groups: set[str], parts: int) -> bool:
        """Whether each order lies in one group, as it does where there are no more parts."""
        key = [*_ORDER, rollup.split] if rollup.split else [*_ORDER]
        if any(groups - {*key} <= each for each in self.alike):
            return True
        orders = select(*(rollup.fact.c[name] for name in key)).distinct()
        if parts != _count(self.writer, orders):
            return False
        if rollup.split is None:
            self.alike.append(groups)
        return True


def _grouped(source: FromClause, groups: Columns, values: Columns) -> Select[Any]:
    ordinals: list[ColumnElement[Any]] = [
        literal_column(str(number + 1)) for number in range(len(groups))
    ]
    return select(*_labelled(groups | values)).select_from(source).group_by(*ordinals)


def _labelled(columns: Columns) -> list[Label[Any]]:
    return [each.label(name) for name, each in columns.items()]
