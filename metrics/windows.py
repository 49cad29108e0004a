"""Which rows count for a period, when not those dated in it.

What stands (stock, members) is added up over its keys and never over time: a row stands from its
day until the day that its `ends` column names. Every window joins the fact to a calendar of one row
a period, named "periods": its key, its first and last day, and the first day of rows that count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    values,
)

from connectors.clock import now
from metrics.coverage import fact_span
from metrics.periods import key_of, next_period, periods
from metrics.scope import PERIOD, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

    from metrics.slice import Slice

_DAY = timedelta(days=1)
P_FIRST: ColumnElement[Any] = literal_column("periods.p_first", Date)
P_LAST: ColumnElement[Any] = literal_column("periods.p_last", Date)
_SINCE: ColumnElement[Any] = literal_column("periods.p_since", Date)
P_FRESH: ColumnElement[Any] = literal_column("periods.p_fresh", Integer)
"""Of the period that a row counts for: first and last known day, and the most days that what is
not renewed stands."""


@dataclass(frozen=True)
class Past:
    """Rows of the `days` that end with the period's last day; without a number, all up to it.

    Values have to be sums: they are asked by day first, so that a long past is read once.
    """

    days: int | None = None

    def select(self, slice_: Slice, *given: ColumnElement[Any]) -> Select[Any]:
        """The grouped SELECT over the calendar, as `Slice.select`."""
        calendar = Calendar(slice_, timedelta(days=self.days - 1) if self.days else None)
        members = slice_.members()
        counted = (func.count().label(ROWS), *given)
        daily = (
            select(slice_.day.label("p_day"), *members, *counted)
            .select_from(slice_.source())
            .where(*slice_.filters(), *calendar.bounds())
            .group_by(*_ordinals(1 + len(members)))
            .subquery("daily")
        )
        groups = [*calendar.key(), *(daily.c[each.name] for each in members)]
        sums = [func.sum(daily.c[each.name]).label(each.name) for each in counted]
        source = daily.join(calendar.rows(), counts(daily.c.p_day))
        return select(*groups, *sums).select_from(source).group_by(*_ordinals(len(groups)))


@dataclass(frozen=True)
class Standing:
    """Rows that stand on the period's last day, or (`throughout`) on any of its days.

    Attributes:
        ends: the column of the first day on which a row stands no more; null for not yet.
        limit: the setting of how many days a row stands that nothing renews; None for any number.
        throughout: values weigh each row with `stood_days`.
    """

    ends: str
    limit: str | None = None
    throughout: bool = False

    def select(self, slice_: Slice, *given: ColumnElement[Any]) -> Select[Any]:
        """The grouped SELECT over the calendar, as `Slice.select`."""
        source, conditions, key = self.joined(slice_)
        groups = [*key, *slice_.members()]
        statement = select(*groups, func.count().label(ROWS), *given).select_from(source)
        return statement.where(*conditions).group_by(*_ordinals(len(groups)))

    def joined(
        self, slice_: Slice
    ) -> tuple[FromClause, list[ColumnElement[bool]], list[ColumnElement[Any]]]:
        """The fact joined to the calendar, its conditions, and the period's key."""
        limit = int(slice_.scope.param(self.limit)) if self.limit else None
        since = timedelta(days=limit - 1) if limit else None
        calendar = Calendar(slice_, since, self.throughout, limit)
        ends, day = slice_.fact.c[self.ends], slice_.day
        seen = P_FIRST if self.throughout else P_LAST
        holds = and_(counts(day), or_(ends.is_(None), ends > seen))
        source = slice_.source().join(calendar.rows(), holds)
        return source, [*slice_.filters(), *calendar.bounds()], calendar.key()


def counts(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a row of that day may count for the calendar's period."""
    return and_(day <= P_LAST, day >= _SINCE)


def stood_days(fact: Table, dated: str, ends: str) -> ColumnElement[Any]:
    """On how many days of the period the row stood."""
    day = fact.c[f"{dated}_date"]
    after = P_LAST + literal_column("1")
    until = func.least(func.coalesce(fact.c[ends], after), after, day + P_FRESH)
    return cast(until - func.greatest(day, P_FIRST), Integer)


Window = Past | Standing


@dataclass(frozen=True)
class Calendar:
    """The periods of a question up to the last known day of a fact.

    Attributes:
        slice_: the fact as the question restricts it.
        back: how long before a period's last day rows count; None for ever.
        from_first: count back from the period's first day.
        fresh: the most days that a row stands.
    """

    slice_: Slice
    back: timedelta | None
    from_first: bool = False
    fresh: int | None = None

    def rows(self) -> FromClause:
        """The calendar as SQL, named "periods"."""
        types = {"p_key": self._key_type(), "p_first": Date, "p_last": Date, "p_since": Date}
        types["p_fresh"] = Integer
        given = values(*(column(name, kind) for name, kind in types.items()), name="given")
        typed = given.data([tuple(row) for row in self._periods()] or [self._never()])
        return select(
            *(cast(typed.c[name], kind).label(name) for name, kind in types.items())
        ).subquery("periods")

    def key(self) -> list[ColumnElement[Any]]:
        """The period's key where the question has a grain."""
        grain = self.slice_.scope.query.grain
        return [literal_column("periods.p_key", self._key_type()).label(PERIOD)] if grain else []

    def bounds(self) -> list[ColumnElement[bool]]:
        """The range of days that any period needs, for the engine to skip all else."""
        found = list(self._periods()) or [self._never()]
        day = self.slice_.day
        return [day >= min(row[3] for row in found), day <= max(row[2] for row in found)]

    def _periods(self) -> Iterator[tuple[Any, date, date, date, int]]:
        scope = self.slice_.scope
        query, grain = scope.query, scope.query.grain
        begun, known = self._known()
        week = scope.week_start
        for start in periods(grain, query.start, query.end, week) if grain else [query.start]:
            end = next_period(grain, start) if grain else query.end
            first, last = max(start, query.start, begun), min(end - _DAY, query.end - _DAY, known)
            if first <= last:
                key = key_of(grain, start, week) if grain else 0
                yield key, first, last, self._since(first, last), self.fresh or _FOR_EVER

    def _since(self, first: date, last: date) -> date:
        return date.min if self.back is None else (first if self.from_first else last) - self.back

    def _never(self) -> tuple[Any, date, date, date, int]:
        key = date.max if self._key_type() is Date else 0
        return key, date.max, date.min, date.max, 1

    def _known(self) -> tuple[date, date]:
        """The first and last day of which the fact says anything: not after today, or the cut."""
        scope = self.slice_.scope
        last = now(scope.zone).date()
        if scope.until:
            last = min(last, (scope.until - timedelta(microseconds=1)).date())
        span = fact_span(scope.connector, self.slice_.fact, self.slice_.dated)
        if self.fresh is None or span is None:
            return date.min, last
        return span[0], min(last, span[1] + _DAY * (self.fresh - 1))

    def _key_type(self) -> type[Date | Integer]:
        return Date if self.slice_.scope.query.grain == "day" else Integer


_FOR_EVER = 100_000


def _ordinals(count: int) -> list[ColumnElement[Any]]:
    return [literal_column(str(position + 1)) for position in range(count)]
