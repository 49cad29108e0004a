"""What was planned, by the periods and groups of a question."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.schema import order_lines
from connectors.text import N_
from metrics.compile import Note
from metrics.coverage import fact_span
from metrics.periods import next_period, periods
from metrics.scope import PERIOD, local_midnight
from metrics.season import day_weights
from metrics.target_list import load_targets, without_baseline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connectors.state import Target
    from metrics.scope import Scope

NO_BASELINE = N_("A target is set against a baseline, and none is recorded for it.")
_DAY = timedelta(days=1)


def target_frame(scope: Scope) -> pl.DataFrame:
    """The period, the dimensions and the target of each asked metric; only rows with a target."""
    every = load_targets(scope.settings)
    frames = [_of(scope, every, name).rename({"value": name}) for name in scope.query.metrics]
    joined = frames[0]
    for frame in frames[1:]:
        if scope.keys:
            joined = joined.join(frame, on=scope.keys, how="full", coalesce=True, nulls_equal=True)
        else:
            joined = pl.concat([joined, frame], how="horizontal")
    return joined


def target_notes(scope: Scope) -> tuple[Note, ...]:
    """Why an asked metric has no target although one is set: it is over a baseline."""
    missing = without_baseline(scope.settings)
    return tuple(Note(name, NO_BASELINE) for name in scope.query.metrics if name in missing)


def sales_target(scope: Scope) -> pl.DataFrame:
    """The target of paid sales by the scope's periods and groups, as "value"."""
    return targets_of(scope, "paid_sales")


def elapsed_sales_target(scope: Scope) -> pl.DataFrame:
    """The part of the target of paid sales that the seasonal calendar expects by now."""
    span = fact_span(scope.connector, order_lines, "sold")
    known = local_midnight(span[1] + _DAY) if span else None
    return targets_of(scope, "paid_sales", until=known)


def targets_of(scope: Scope, metric: str, until: datetime | None = None) -> pl.DataFrame:
    """The targets of one metric by the scope's periods and groups, as "value".

    A period has a target when all of its days within the question have one. Where several cover a
    day, the one over the shortest range counts, and the longer one loses that day's share: what is
    left of a year of which one month has a target of its own is the year without that month.
    """
    return _of(scope, load_targets(scope.settings), metric, until)


def _of(
    scope: Scope, every: Iterable[Target], metric: str, until: datetime | None = None
) -> pl.DataFrame:
    targets = [each for each in every if each.metric == metric]
    rows = []
    for members, segment in _segments(scope, targets):
        daily = _daily(scope, segment, until)
        for period, days in _periods(scope):
            value = _over(daily, segment, days)
            if value is not None or not scope.keys:
                rows.append((*([period] if scope.query.grain else []), *members, value))
    grain = scope.query.grain
    schema: dict[str, Any] = dict.fromkeys(scope.query.by, pl.String)
    if grain:
        schema = {PERIOD: pl.Datetime("us") if grain == "hour" else pl.Date, **schema}
    if not rows and not scope.keys:
        rows = [(None,)]
    return pl.DataFrame(rows, schema={**schema, "value": pl.Float64}, orient="row")


def _segments(
    scope: Scope, targets: list[Target]
) -> Iterator[tuple[tuple[str, ...], list[Target]]]:
    """The targets of each group: its members, and the targets whose segment is the group."""
    query = scope.query
    asked = _asked(scope)
    found: dict[tuple[str, ...], list[Target]] = {}
    for target in targets:
        where = dict(target.segment)
        members = tuple(where[name][0] for name in query.by if len(where.get(name, ())) == 1)
        rest = {name: kept for name, kept in where.items() if name not in query.by}
        inside = all(m in asked.get(n, (m,)) for n, m in zip(query.by, members, strict=False))
        outside = {name: kept for name, kept in asked.items() if name not in query.by}
        if len(members) == len(query.by) and rest == outside and inside:
            found.setdefault(members, []).append(target)
    yield from found.items()


def _asked(scope: Scope) -> dict[str, tuple[str, ...]]:
    """The members that the question keeps of each dimension, and that the role may see."""
    asked = {name: tuple(sorted(members)) for name, members in scope.access.rows}
    for name, members in scope.query.where:
        asked[name] = tuple(each for each in members if each in asked.get(name, members))
    return asked


def _periods(scope: Scope) -> Iterator[tuple[date, list[date]]]:
    """Each period with its days within the question."""
    query = scope.query
    if query.grain is None:
        yield query.start, _days(query.start, query.end)
        return
    for period in periods(query.grain, query.start, query.end, scope.week_start):
        if not isinstance(period, datetime):
            end = next_period(query.grain, period)
            yield period, _days(max(period, query.start), min(end, query.end))


def _daily(scope: Scope, targets: list[Target], until: datetime | None) -> dict[date, float]:
    """The amount of each day of the question, by the shortest target that covers it."""
    query = scope.query
    daily: dict[date, float] = {}
    for target in sorted(targets, key=lambda each: each.end - each.start, reverse=True):
        if target.amount is None or target.start >= query.end or target.end <= query.start:
            continue
        days = _days(target.start, target.end)
        weights = day_weights(scope.connector, days)
        whole = sum(weights.values()) or 1.0
        for day in days:
            daily[day] = target.amount * weights[day] / whole * _elapsed(day, until)
    return daily


def _over(daily: dict[date, float], targets: list[Target], days: list[date]) -> float | None:
    if daily:
        return sum(daily[day] for day in days) if all(day in daily for day in days) else None
    levels = [
        each
        for each in targets
        if each.level is not None and each.start <= days[0] and days[-1] < each.end
    ]
    return min(levels, key=lambda each: each.end - each.start).level if levels else None


def _elapsed(day: date, until: datetime | None) -> float:
    """The share of a day that is over at `until`."""
    if until is None:
        return 1.0
    return min(max((until - local_midnight(day)) / _DAY, 0.0), 1.0)


def _days(start: date, end: date) -> list[date]:
    return [start + _DAY * n for n in range((end - start).days)]
