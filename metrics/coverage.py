"""Up to when the facts are known: what decides which periods are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Date, FromClause, Table, func, select

from connectors.clock import now
from connectors.schema import products
from metrics.metric import Aggregate, Metric, RowSet
from metrics.once import once
from metrics.scope import local_midnight

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from connectors.engines.base import Connector


@dataclass(frozen=True)
class Coverage:
    """The days that hold facts.

    Attributes:
        first: first day with a fact; None without any.
        last: last day with a fact; None without any.
        as_of: local clock time up to which facts are known: now, or the end of the last day
            with facts when that is earlier, so that a shop whose data ended is not judged by
            the months without data.
    """

    first: date | None
    last: date | None
    as_of: datetime


def coverage_of(connector: Connector, metrics: Iterable[Metric], zone: ZoneInfo) -> Coverage:
    """The days covered by the facts behind the metrics; launches, which are planned, are none."""
    kinds = (metric.kind for metric in metrics)
    facts = {
        (k.table, k.dated)
        for k in kinds
        if isinstance(k, Aggregate | RowSet) and k.table is not products
    }
    spans = [span for fact, dated in facts if (span := fact_span(connector, fact, dated))]
    present = now(zone).replace(tzinfo=None)
    if not spans:
        return Coverage(None, None, present)
    last = max(end for _, end in spans)
    known = local_midnight(last + timedelta(days=1))
    return Coverage(min(start for start, _ in spans), last, min(present, known))


def fact_span(connector: Connector, fact: Table, dated: str) -> tuple[date, date] | None:
    """First and last day of a fact, asked once per version; None when it has no dated row."""
    key = ("span", fact.name, dated)
    return once(connector, key, lambda: _asked_span(connector, fact, dated))


def says_anything(
    connector: Connector,
    fact: Table,
    known: ColumnElement[bool],
    source: FromClause | None = None,
) -> bool:
    """Whether one row of the fact fulfils `known`, asked once per version.

    `source` is the fact with what is joined to it row by row, when `known` reads that too.
    """
    first = select(fact.columns[0]).select_from(fact if source is None else source)
    one = first.where(known).limit(1).subquery("one")
    statement = select(func.count().label("rows")).select_from(one)
    key = ("anything", fact.name, str(known))
    return once(connector, key, lambda: bool(connector.frame(statement).item()))


def _asked_span(connector: Connector, fact: Table, dated: str) -> tuple[date, date] | None:
    if fact.name not in connector.tables():
        return None
    day = fact.c[f"{dated}_date"]
    bounds = select(func.min(day, type_=Date()).label("a"), func.max(day, type_=Date()).label("b"))
    first, last = connector.frame(bounds).row(0)
    return None if first is None else (first, last)
