"""The periods of a question as rows, for what counts by more than its own day.

A calendar has one row a period, named "periods": its key, its first and last day, and the first day
of rows that count.
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
    column,
    literal_column,
    text,
)

from connectors.clock import now
from metrics.coverage import fact_span
from metrics.periods import key_of, next_period, periods
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.slice import Slice

_DAY = timedelta(days=1)
_FOR_EVER = 100_000


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
        """The calendar as SQL, named "periods".

        Written out, for what was asked of it is known again by its text: SQLAlchemy knows no two
        VALUES for the same.
        """
        types = {"p_key": self._key_type(), "p_first": Date, "p_last": Date, "p_since": Date}
        types["p_fresh"] = Integer
        written = ", ".join(f"({', '.join(map(_literal, row))})" for row in self._all())
        given = text(
            f"SELECT * FROM (VALUES {written}) AS given ({', '.join(types)})"  # noqa: S608 (dates)
        )
        return given.columns(*(column(name, kind) for name, kind in types.items())).subquery(
            "periods"
        )

    def key(self) -> list[ColumnElement[Any]]:
        """The period's key where the question has a grain."""
        grain = self.slice_.scope.query.grain
        return [literal_column("periods.p_key", self._key_type()).label(PERIOD)] if grain else []

    def bounds(self) -> list[ColumnElement[bool]]:
        """The range of days that any period needs, for the engine to skip all else."""
        since, last = self.days()
        return [self.slice_.day >= since, self.slice_.day <= last]

    def days(self) -> tuple[date, date]:
        """The first and the last day of rows that any period needs."""
        found = self._all()
        return min(row[3] for row in found), max(row[2] for row in found)

    def first(self) -> date:
        """The first day of the first period."""
        return min(row[1] for row in self._all())

    def lasts(self) -> tuple[date, date]:
        """The last days of the first and of the last period."""
        ends = [row[2] for row in self._all()]
        return min(ends), max(ends)

    def _all(self) -> list[tuple[Any, date, date, date, int]]:
        return list(self._periods()) or [self._never()]

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


def _literal(value: date | int) -> str:
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else str(value)
