"""Who asks for a rule, and the days that can be judged: the questions of a board, no others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from metrics.answer import run
from metrics.background import giving_way
from metrics.coverage import coverage_of
from metrics.leaves import expand
from metrics.marks import PARTIAL
from metrics.query import Query
from metrics.ranges import last_complete_day
from metrics.scope import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.engines import Connector
    from connectors.settings import Settings
    from metrics.access import Access
    from metrics.alarms.rules import Rule
    from metrics.coverage import Coverage

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_STRETCH = timedelta(days=28)
"""What is asked at once: a year of sessions by day would take all cores from readers for seconds,
and its parts together take no longer."""


@dataclass(frozen=True)
class Asking:
    """Who asks, of which warehouse, under which settings.

    Attributes:
        connector: the warehouse.
        access: what may be seen.
        settings: time zone and week start.
        rest: seconds at most that it rests after a question, where others wait for pages.
    """

    connector: Connector
    access: Access
    settings: Settings
    rest: float = 0.0
    _frames: dict[Query, pl.DataFrame] = field(default_factory=dict, repr=False)

    def by_day(self, names: Sequence[str], rule: Rule, start: date, end: date) -> pl.DataFrame:
        """`period`, the rule's dimensions and the metrics, of the whole days of [start, end)."""
        return self.whole_days(self._query(names, rule, start, end, rule.by))

    def by_hour(self, names: Sequence[str], rule: Rule, start: date, end: date) -> pl.DataFrame:
        """As `by_day`, each day with its worst stretch of the rule's hours; what counts only."""
        query = replace(self._query(names, rule, start, end, rule.by), grain="hour")
        hour = pl.col(PERIOD).dt.truncate(f"{rule.hours}h")
        counted = self._asked(query).group_by(hour, *rule.by).agg(pl.col(*names).sum())
        worst = pl.col(str(rule.metric)) * -rule.sign
        ranked = counted.sort(worst, PERIOD, *rule.by, nulls_last=True)
        return ranked.with_columns(pl.col(PERIOD).dt.date()).unique(
            [PERIOD, *rule.by], keep="first", maintain_order=True
        )

    def by_window(
        self, names: Sequence[str], rule: Rule, start: date, end: date, by: Iterable[str]
    ) -> pl.DataFrame:
        """As `by_day`, each day with the numbers over the days of the rule's window up to it."""
        frames = []
        for number in range((end - start).days):
            day = start + _DAY * number
            begin = day + _DAY - timedelta(days=rule.over)
            asked = self.whole(names, rule, begin, day + _DAY, by)
            frames.append(asked.select(pl.lit(day).alias(PERIOD), pl.all()))
        return pl.concat(frames) if frames else pl.DataFrame()

    def whole(
        self, names: Sequence[str], rule: Rule, start: date, end: date, by: Iterable[str]
    ) -> pl.DataFrame:
        """The metrics by dimensions over all days of [start, end) together."""
        return self._asked(replace(self._query(names, rule, start, end, by), grain=None))

    def month_to_day(self, rule: Rule, start: date, end: date) -> pl.DataFrame:
        """The metric and its target over each day's month so far."""
        frames = []
        for number in range((end - start).days):
            day = start + _DAY * number
            query = self._query([str(rule.metric)], rule, day.replace(day=1), day + _DAY, rule.by)
            asked = self._asked(replace(query, grain=None, compare="target"))
            frames.append(asked.select(pl.lit(day).alias(PERIOD), pl.all()))
        return pl.concat(frames) if frames else pl.DataFrame()

    def last_day(self, rule: Rule) -> date | None:
        """The last day that is whole for all that the rule looks at; None without facts."""
        spans = [self._span(name) for name in (_facts(rule), *rule.minimum) if name]
        if any(span.last is None for span in spans):
            return None
        if rule.hours:
            return min((span.as_of - _MOMENT).date() for span in spans)
        return min((last_complete_day(span.as_of) for span in spans), default=None)

    def first_day(self, rule: Rule) -> date | None:
        """The first day with facts that the rule is judged by."""
        return self._span(str(_facts(rule))).first

    def whole_days(self, query: Query) -> pl.DataFrame:
        """The answer by day, without days that are not over."""
        return self._asked(query).filter(~pl.col(PARTIAL)).drop(PARTIAL, "immature", strict=False)

    def _span(self, name: str) -> Coverage:
        return coverage_of(self.connector, expand([name]), self.settings.zone)

    def _query(
        self, names: Sequence[str], rule: Rule, start: date, end: date, by: Iterable[str]
    ) -> Query:
        where = tuple(rule.where.items())
        return Query(
            tuple(dict.fromkeys(names)), start, end, grain="day", by=tuple(by), where=where
        )

    def _asked(self, query: Query) -> pl.DataFrame:
        """Rules that look at the same ask once."""
        if query not in self._frames:
            self._frames[query] = pl.concat([self._answer(each) for each in _stretches(query)])
        return self._frames[query]

    def _answer(self, query: Query) -> pl.DataFrame:
        with giving_way(self.rest):
            return run(query, self.access, self.connector, self.settings).frame


def _stretches(query: Query) -> list[Query]:
    """The same question stretch by stretch, where its periods are days or hours."""
    if query.grain is None:
        return [query]
    days = range(0, max((query.end - query.start).days, 1), _STRETCH.days)
    starts = [query.start + timedelta(days=number) for number in days]
    return [replace(query, start=each, end=min(each + _STRETCH, query.end)) for each in starts]


_FACTS = {"stock_out": "available", "silent": "paid_sales"}
"""The metric whose facts say which days are known: stock, of what is foretold of it; sales, of what
may be silent."""


def _facts(rule: Rule) -> str | None:
    return _FACTS.get(rule.kind, rule.metric)
