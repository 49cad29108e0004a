"""Which rows count for a period, when not those dated in it.

What stands (stock, members) is added up over its keys and never over time: a row stands from its
day until the day that its `ends` column names. Every window joins the fact to a calendar of one row
a period (`metrics/calendar.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from metrics.calendar import Calendar
from metrics.scope import ROWS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Table

    from metrics.periods import Grain
    from metrics.slice import Slice

P_FIRST: ColumnElement[Any] = literal_column("periods.p_first", Date)
P_LAST: ColumnElement[Any] = literal_column("periods.p_last", Date)
_SINCE: ColumnElement[Any] = literal_column("periods.p_since", Date)
P_FRESH: ColumnElement[Any] = literal_column("periods.p_fresh", Integer)
"""Of the period that a row counts for: first and last known day, and the most days that what is
not renewed stands."""


@dataclass(frozen=True)
class Past:
    """Rows of the days that end with the period's last day.

    Values have to be sums: they are asked by day first, so that a long past is read once.

    Attributes:
        days: how many days; without a number, all up to the last.
    """

    days: int | None = None

    def among(self, grain: Grain | None) -> Past:  # noqa: ARG002 (as that of what stands)
        """The same for a question of this grain."""
        return self

    def select(self, slice_: Slice, *given: ColumnElement[Any]) -> Select[Any]:
        """The grouped SELECT over the calendar, as `Slice.select`."""
        calendar = Calendar(slice_, timedelta(days=self.days - 1) if self.days else None)
        day = slice_.day if self.days else _from(slice_.day, *calendar.lasts())
        return _folded(slice_, calendar, {"p_day": day}, given)


@dataclass(frozen=True)
class Standing:
    """Rows that stand on the period's last day, or (`throughout`) on any of its days.

    Attributes:
        ends: the column of the first day on which a row stands no more; null for not yet.
        limit: the setting of how many days a row stands that nothing renews; None for any number.
        throughout: values weigh each row with `stood_days`.
        adds_up: values are sums that know nothing of the period: what comes and goes on the same
            days is added up before it meets several of them.
    """

    ends: str
    limit: str | None = None
    throughout: bool = False
    adds_up: bool = False

    def among(self, grain: Grain | None) -> Standing:
        """The same for a question of this grain: one period alone is met row by row."""
        return self if grain else replace(self, adds_up=False)

    def select(self, slice_: Slice, *given: ColumnElement[Any]) -> Select[Any]:
        """The grouped SELECT over the calendar, as `Slice.select`."""
        if self.adds_up and not slice_.looked_up():  # for their keys would tell most rows apart
            return self._added_up(slice_, given)
        source, conditions, key = self.joined(slice_)
        groups = [*key, *slice_.members()]
        statement = select(*groups, func.count().label(ROWS), *given).select_from(source)
        return statement.where(*conditions).group_by(*_ordinals(len(groups)))

    def joined(
        self, slice_: Slice
    ) -> tuple[FromClause, list[ColumnElement[bool]], list[ColumnElement[Any]]]:
        """The fact joined to the calendar, its conditions, and the period's key."""
        calendar = self._calendar(slice_)
        ends, day = slice_.fact.c[self.ends], slice_.day
        seen, earliest = P_LAST, calendar.lasts()[0]
        if self.throughout:
            seen, earliest = P_FIRST, calendar.first()
        source = slice_.source(calendar.days()).join(
            calendar.rows(), and_(counts(day), _stands(ends, seen))
        )
        known = [*slice_.filters(), *calendar.bounds(), _stands(ends, earliest)]
        return source, known, calendar.key()

    def _calendar(self, slice_: Slice) -> Calendar:
        limit = int(slice_.scope.param(self.limit)) if self.limit else None
        since = timedelta(days=limit - 1) if limit else None
        return Calendar(slice_, since, self.throughout, limit)

    def _added_up(self, slice_: Slice, given: tuple[ColumnElement[Any], ...]) -> Select[Any]:
        calendar, ends = self._calendar(slice_), slice_.fact.c[self.ends]
        first, last = calendar.lasts()
        day = slice_.day if self.limit else _from(slice_.day, first, last)
        days = {"p_day": day, "p_end": case((ends <= last, ends))}
        return _folded(slice_, calendar, days, given, _stands(ends, first))


def _folded(
    slice_: Slice,
    calendar: Calendar,
    days: dict[str, ColumnElement[Any]],
    given: tuple[ColumnElement[Any], ...],
    *when: ColumnElement[bool],
) -> Select[Any]:
    """Rows of equal days, "p_day" and perhaps "p_end", added up before they meet the calendar.

    Dimension tables are met after that too, by the few keys that are left.
    """
    by, late = slice_.scope.query.by, slice_.looked_up()
    counted = (func.count().label(ROWS), *given)
    parts = {**days, **{name: slice_.group(name) for name in by if name not in late}}
    parts |= {_key(each): slice_.fact.c[each.name] for at in late.values() for each in _keys(at)}
    folded = (
        select(*(each.label(name) for name, each in parts.items()), *counted)
        .select_from(slice_.own_source(calendar.days()))
        .where(*slice_.own_filters(), *calendar.bounds(), *when)
        .group_by(*_ordinals(len(parts)))
        .subquery("folded")
    )
    sums = [each.name for each in counted]
    if late:
        folded = _looked_up(slice_, folded, [*days], sums)
    holds = [counts(folded.c.p_day), *(_stands(folded.c[n], P_LAST) for n in days if n == "p_end")]
    groups = [*calendar.key(), *(folded.c[name] for name in by)]
    source = folded.join(calendar.rows(), and_(*holds))
    return _summed(folded, groups, sums).select_from(source)


def _looked_up(slice_: Slice, folded: Subquery, days: list[str], sums: list[str]) -> Subquery:
    """The same by the members that dimension tables hold, in place of the keys of these."""
    late = slice_.looked_up()
    source: FromClause = folded
    for lookup in {each.name: each for each in late.values()}.values():
        same = (folded.c[_key(each)] == each for each in _keys(lookup))
        source = source.outerjoin(lookup, and_(*same))
    groups: list[ColumnElement[Any]] = [folded.c[name] for name in days]
    groups += [
        slice_.group(name).label(name) if name in late else folded.c[name]
        for name in slice_.scope.query.by
    ]
    statement = _summed(folded, groups, sums).select_from(source)
    return statement.where(*slice_.looked_up_filters()).subquery("looked_up")


def _summed(folded: Subquery, groups: list[ColumnElement[Any]], sums: list[str]) -> Select[Any]:
    values = (func.sum(folded.c[name]).label(name) for name in sums)
    return select(*groups, *values).group_by(*_ordinals(len(groups)))


def _keys(lookup: Table) -> list[Column[Any]]:
    """What a dimension table is joined by."""
    return list(lookup.primary_key)


def _key(column: Column[Any]) -> str:
    return f"k_{column.name}"


def _from(day: ColumnElement[Any], first: date, last: date) -> ColumnElement[Any]:
    """The day, or the first that matters: what was before it counts for every period."""
    since = cast(literal(first), Date)
    return since if first == last else func.greatest(day, since, type_=Date)


def _stands(ends: ColumnElement[Any], seen: ColumnElement[Any] | date) -> ColumnElement[bool]:
    return or_(ends.is_(None), ends > seen)


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


def _ordinals(count: int) -> list[ColumnElement[Any]]:
    return [literal_column(str(position + 1)) for position in range(count)]
