"""One fact as a question restricts, groups and dates it, on its way to SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
)

from connectors.schema import sessions, touches
from metrics.dimensions import LEVELS, OTHER, UNKNOWN, join_condition, level_of
from metrics.periods import key_of, period_key
from metrics.scope import PERIOD, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.access import Filter
    from metrics.scope import Scope
    from metrics.windows import Window

_LOGGED = (sessions, touches)
"""Facts made of events: each of their rows has a time of day."""


@dataclass(frozen=True)
class Slice:
    """One fact table as the question restricts, groups and dates it.

    Attributes:
        scope: the question.
        fact: the table.
        dated: the moment that dates it.
        stored: a stored result joined to it row by row.
        lookups: dimension tables joined to it beside those that the question needs.
        over: which rows count for a period, when not those dated in it.
    """

    scope: Scope
    fact: Table
    dated: str
    stored: Table | None = None
    lookups: tuple[Table, ...] = ()
    over: Window | None = None

    @property
    def day(self) -> Any:
        """The date column that dates the fact."""
        return self.fact.c[f"{self.dated}_date"]

    @property
    def is_timed(self) -> bool:
        """Whether the fact can be asked by the hour: its rows say which of them have a time."""
        return "has_time" in self.fact.columns or self.fact in _LOGGED

    def lacking(self, names: tuple[str, ...]) -> str | None:
        """The first of the dimensions that the fact lacks, or None.

        Rows of one level of traffic do not tell apart what those of another do.
        """
        levels = [name for name in names if name in LEVELS] if self._levelled else []
        if len(set(levels)) > 1:
            return levels[-1]
        return next((name for name in names if not self.scope.locate(name, self.fact)), None)

    def asked_dimensions(self) -> tuple[str, ...]:
        """The dimensions of the question itself."""
        return (*self.scope.query.by, *(name for name, _ in self.scope.query.where))

    def looked_up(self) -> dict[str, Table]:
        """The dimensions in play that a dimension table holds, and which; the fact has the rest."""
        access = tuple(name for name, _ in self.scope.access.rows)
        names = (*self.asked_dimensions(), *access)
        located = {name: self.scope.locate(name, self.fact) for name in names}
        return {name: at.lookup for name, at in located.items() if at and at.lookup is not None}

    def select(self, *values: ColumnElement[Any]) -> Select[Any]:
        """The grouped SELECT: period, groups, number of rows, then `values`."""
        if self.over is not None:
            return self.over.select(self, *values)
        return self.statement(self.source(), *values)

    def statement(self, source: FromClause, *values: ColumnElement[Any]) -> Select[Any]:
        """The same SELECT over `source`: the slice's own, joined with more.

        Groups are named by position: a repeated CASE would carry other parameters, and a label
        would lose against a column of its name.
        """
        groups = self.groups()
        rows = func.count().label(ROWS)
        ordinals: list[ColumnElement[Any]] = [
            literal_column(str(position + 1)) for position in range(len(groups))
        ]
        statement = select(*groups, rows, *values).select_from(source)
        return statement.where(*self.conditions()).group_by(*ordinals)

    def groups(self) -> tuple[ColumnElement[Any], ...]:
        """The period and the groups, labelled."""
        labelled = self.members()
        grain = self.scope.query.grain
        if grain is None:
            return labelled
        hour = self.fact.columns.get(f"{self.dated}_hour")
        period = period_key(grain, self.day, hour, self.scope.week_start)
        return (period.label(PERIOD), *labelled)

    def members(self) -> tuple[ColumnElement[Any], ...]:
        """The groups without the period, labelled."""
        return tuple(self.group(name).label(name) for name in self.scope.query.by)

    def group(self, name: str) -> ColumnElement[Any]:
        """What to group by for a dimension: its members, or with a top only the best of them."""
        expression = self._dimension(name)
        members = self.scope.members
        if members is None or name != self.scope.query.by[0]:
            return expression
        known = [member for member in members if member is not None]
        kept = [(expression.in_(known), expression)]
        if None in members:
            kept.append((expression.is_(None), null()))
        return case(*kept, else_=OTHER)

    def source(self, days: tuple[date, date] | None = None) -> FromClause:
        """The fact with the dimension tables that the question needs, each joined by its key.

        Args:
            days: the first and last day of its rows that matter, for a stored result by the week.
        """
        has = {each.name for each in self.lookups}
        needed = {each.name: each for each in self.looked_up().values() if each.name not in has}
        return self._joined(self.own_source(days), needed.values())

    def own_source(self, days: tuple[date, date] | None = None) -> FromClause:
        """The fact with what its values need, and no more."""
        source = self._joined(self.fact, self.lookups)
        if self.stored is None:
            return source
        condition = and_(self._stored_condition(self.stored), *_weeks_of(self.stored, days))
        return source.outerjoin(self.stored, condition)

    def _joined(self, source: FromClause, lookups: Iterable[Table]) -> FromClause:
        for lookup in lookups:
            source = source.outerjoin(lookup, join_condition(self.fact, lookup))
        return source

    def conditions(self) -> list[ColumnElement[bool]]:
        """The range, the filters of the question, and the rows that the role may see."""
        query = self.scope.query
        conditions = [self.day >= query.start, self.day < query.end]
        if self.scope.until is not None:
            conditions.append(self._before(self.scope.until))
        if query.grain == "hour" and "has_time" in self.fact.columns:
            conditions.append(self.fact.c.has_time.is_(True))
        return conditions + self.filters()

    def filters(self) -> list[ColumnElement[bool]]:
        """The filters of the question, the rows that the role may see, and their level."""
        return [*self.own_filters(), *self.looked_up_filters()]

    def looked_up_filters(self) -> list[ColumnElement[bool]]:
        """Those of `filters` that dimension tables decide."""
        late, every = self.looked_up(), (*self.scope.query.where, *self.scope.access.rows)
        return [self._kept(each) for each in every if each[0] in late]

    def own_filters(self) -> list[ColumnElement[bool]]:
        """Those of `filters` that the fact itself decides."""
        late, every = self.looked_up(), (*self.scope.query.where, *self.scope.access.rows)
        kept = [self._kept(each) for each in every if each[0] not in late]
        if self._levelled:
            names = (*self.asked_dimensions(), *(name for name, _ in self.scope.access.rows))
            kept.append(self.fact.c.level == level_of(names))
        return kept

    @property
    def _levelled(self) -> bool:
        return "level" in self.fact.columns

    def _dimension(self, name: str) -> ColumnElement[Any]:
        located = self.scope.locate(name, self.fact)
        if located is None:
            raise LookupError(f"{self.fact.name} has no {name}")
        return located.value

    def _kept(self, each: Filter) -> ColumnElement[bool]:
        name, members = each
        expression = self._dimension(name)
        known = [member for member in members if member != UNKNOWN]
        kept = expression.in_(known) if known else false()
        return or_(kept, expression.is_(None)) if UNKNOWN in members else kept

    def _stored_condition(self, stored: Table) -> ColumnElement[bool]:
        """A stored result joins by its key; '' in it stands for what the fact does not know."""
        return and_(*(self._stored_key(column.name) == column for column in stored.primary_key))

    def _stored_key(self, name: str) -> ColumnElement[Any]:
        if name == "sold_date":
            return self.day  # type: ignore[no-any-return]
        column = self.fact.c[name]
        known = column.primary_key or not isinstance(column.type, String)
        return column if known else func.coalesce(column, "")

    def _before(self, until: datetime) -> ColumnElement[bool]:
        """Facts with a time count to the minute, facts with a day only by the day."""
        column = self.fact.columns.get(f"{self.dated}_at")
        if column is None:
            return _begun(self.day, until)
        limit = until.replace(tzinfo=self.scope.zone).astimezone(UTC).replace(tzinfo=None)
        same_day = and_(self.day == until.date(), column < limit)
        return or_(self.day < until.date(), same_day)


def _weeks_of(stored: Table, days: tuple[date, date] | None) -> list[ColumnElement[bool]]:
    """The weeks of the days: the engine would else look among those of all years."""
    if days is None or "week" not in stored.columns:
        return []
    first, last = (key_of("week", day, "monday") for day in days)
    return [stored.c.week >= first, stored.c.week <= last]


def _begun(day: Any, until: datetime) -> ColumnElement[bool]:
    """Whether a day has begun before `until`."""
    condition: ColumnElement[bool] = (
        day < until.date() if until.time() == time(0) else day <= until.date()
    )
    return condition
