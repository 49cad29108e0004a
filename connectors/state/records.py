"""What the state keeps, as plain frozen values: checked before they are kept, free of sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from connectors.clock import now
from connectors.errors import UserError
from connectors.state.checks import LONG, check_name, check_number, check_range, check_text
from connectors.state.segments import Segment, check_segment

_LONGEST_LABEL = 120


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return now(ZoneInfo("UTC"))


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every record has.

    Attributes:
        id: the row that it is; None for a record that is not kept yet.
        version: moves with each edit of the row, so that an edit of what changed meanwhile is
            refused.
    """

    id: str | None = field(default=None, compare=False)
    version: int = field(default=0, compare=False)

    def label(self) -> str:
        """What to call it in a message, in names that need no translation."""
        raise NotImplementedError

    def check(self, where: str) -> None:
        """Whether it can be kept.

        Raises:
            UserError: when it cannot; the message begins with `where`.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Target(Record):
    """What was planned for a metric, a segment and a range: one of amount and the two levels.

    Attributes:
        metric: the metric that it is for.
        segment: exactly as a question names it; empty for the whole business.
        start: first day; `date.min` for what has always held.
        end: day after the last; `date.max` for what holds for ever.
        amount: what the whole range shall bring, split by the seasonal calendar.
        level: what the metric shall be at any time.
        level_over_baseline: the level as a change against the baseline: 0.2 stands for +20 %.
        note: why.
    """

    metric: str
    segment: Segment = ()
    start: date = date.min
    end: date = date.max
    amount: float | None = None
    level: float | None = None
    level_over_baseline: float | None = None
    note: str = ""

    def label(self) -> str:
        """Metric, range and segment."""
        return _label(self.metric, self.start, self.end, self.segment)

    def check(self, where: str) -> None:
        """As the base class says."""
        given = {name: getattr(self, name) for name in ("amount", "level", "level_over_baseline")}
        values = {name: value for name, value in given.items() if value is not None}
        if len(values) != 1:
            raise UserError(
                "{where}: give exactly one of amount, level and level_over_baseline.", where=where
            )
        if self.amount is not None and (self.start == date.min or self.end == date.max):
            raise UserError(
                "{where}: an amount needs from and to, the day after the last.", where=where
            )
        for name, value in values.items():
            check_number(name, value, where)
        _check_measured(self, where)
        check_text("note", self.note, where, LONG)


@dataclass(frozen=True, kw_only=True)
class Baseline(Record):
    """What a metric was before, recorded so that "+20 % against it" stays what it is.

    Attributes:
        metric: the metric.
        segment: the segment that it was asked for.
        start: first day of the range that it was asked over.
        end: day after the last.
        value: the answer.
        recorded_at: when it was asked, UTC.
    """

    metric: str
    segment: Segment = ()
    start: date
    end: date
    value: float
    recorded_at: datetime = field(default_factory=utc_now)

    def label(self) -> str:
        """Metric, range and segment."""
        return _label(self.metric, self.start, self.end, self.segment)

    def check(self, where: str) -> None:
        """As the base class says."""
        check_number("value", self.value, where)
        _check_measured(self, where)


@dataclass(frozen=True, kw_only=True)
class Benchmark(Record):
    """What others reach: a value, who says so, and of when."""

    metric: str
    value: float
    source: str
    as_of: date

    def label(self) -> str:
        """Metric and source."""
        return f"{self.metric} {self.source}"

    def check(self, where: str) -> None:
        """As the base class says."""
        check_name("metric", self.metric, where)
        check_name("source", self.source, where)
        check_number("value", self.value, where)


@dataclass(frozen=True, kw_only=True)
class View(Record):
    """A page with its filters under a name: `query` is the link's query string.

    Attributes:
        name: what its owner calls it.
        page: the page's path.
        query: the query string, without "?".
        owner: who saved it, and alone may change it.
        is_shared: whether all see it.
        created_at: when it was saved first, UTC.
    """

    name: str
    page: str
    query: str
    owner: str
    is_shared: bool = False
    created_at: datetime = field(default_factory=utc_now)

    def label(self) -> str:
        """Page and name."""
        return f"{self.page} {self.name!r}"

    def check(self, where: str) -> None:
        """As the base class says."""
        for name in ("name", "page", "owner"):
            check_name(name, getattr(self, name), where)
        check_text("query", self.query, where, LONG)


@dataclass(frozen=True)
class Change:
    """One edit of one row.

    Attributes:
        number: the state's counter of edits; rows changed together share it.
        at: when, UTC, by the clock of who edited.
        who: who did it.
        table: the table.
        key: the row's id.
        before: its columns before; None for a new row.
        after: its columns after; None for a deleted row.
    """

    number: int
    at: datetime
    who: str
    table: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def _label(metric: str, start: date, end: date, segment: Segment) -> str:
    days = "" if (start, end) == (date.min, date.max) else f" {start}..{end}"
    members = "".join(f" {name}={'|'.join(kept)}" for name, kept in segment)
    return shorten(f"{metric}{days}{members}", _LONGEST_LABEL, placeholder=" …")


def _check_measured(record: Target | Baseline, where: str) -> None:
    check_name("metric", record.metric, where)
    check_range(record.start, record.end, where)
    check_segment(record.segment, where)
