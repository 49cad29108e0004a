"""Targets: what was planned, for which metric, range and segment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.errors import UserError, unknown
from connectors.schema import order_lines
from metrics.coverage import fact_span
from metrics.periods import next_period, periods
from metrics.scope import PERIOD, local_midnight
from metrics.season import day_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.settings import Settings
    from metrics.access import Filter
    from metrics.scope import Scope

SHIPPED = Path(__file__).parents[1] / "assets" / "targets.toml"
_KEYS = ("metric", "from", "to", "amount", "level", "where", "note")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Target:
    """One target.

    Attributes:
        metric: the metric that it is for.
        where: the segment, exactly as a question names it; empty for the whole business.
        start: first day; None for a level that always holds.
        end: day after the last.
        amount: what the whole range shall bring, split by the seasonal calendar.
        level: what the metric shall be at any time.
    """

    metric: str
    where: tuple[Filter, ...] = ()
    start: date = date.min
    end: date = date.max
    amount: float | None = None
    level: float | None = None


def load_targets(settings: Settings) -> tuple[Target, ...]:
    """The targets of `assets/targets.toml`, or of the file that the setting `targets` names.

    Raises:
        UserError: for what is no target, naming the file and the entry.
    """
    file = Path(settings.targets) if settings.targets else SHIPPED
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("target", [])
    except FileNotFoundError:
        raise UserError(
            "The setting targets names {file}: there is no such file.", file=file
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None
    return tuple(_target(each, f"{file.name}, target {n}") for n, each in enumerate(entries, 1))


def _target(entry: dict[str, Any], where: str) -> Target:
    from metrics.catalogue import METRICS  # the dictionary itself holds metrics of targets

    for key in entry:
        if key not in _KEYS:
            raise unknown("key of a target", key, _KEYS, where)
    if entry.get("metric") not in METRICS:
        raise unknown("metric", str(entry.get("metric")), METRICS, where)
    if ("amount" in entry) == ("level" in entry):
        raise UserError("{where}: give either an amount or a level.", where=where)
    if "amount" in entry and not ("from" in entry and "to" in entry):
        raise UserError(
            "{where}: an amount needs from and to, the day after the last.", where=where
        )
    segment = entry.get("where", {})
    filters = tuple((name, tuple(sorted(segment[name]))) for name in sorted(segment))
    return Target(
        entry["metric"],
        filters,
        entry.get("from", date.min),
        entry.get("to", date.max),
        entry.get("amount"),
        entry.get("level"),
    )


def target_frame(scope: Scope) -> pl.DataFrame:
    """The period, the dimensions and the target of each asked metric; only rows with a target."""
    frames = [targets_of(scope, name).rename({"value": name}) for name in scope.query.metrics]
    joined = frames[0]
    for frame in frames[1:]:
        if scope.keys:
            joined = joined.join(frame, on=scope.keys, how="full", coalesce=True, nulls_equal=True)
        else:
            joined = pl.concat([joined, frame], how="horizontal")
    return joined


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

    A period has a target when all of its days within the question have one; where several cover
    a day, the one over the shortest range counts.
    """
    targets = [each for each in load_targets(scope.settings) if each.metric == metric]
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
    asked = {**dict(scope.access.rows), **dict(query.where)}
    found: dict[tuple[str, ...], list[Target]] = {}
    for target in targets:
        where = dict(target.where)
        members = tuple(where[name][0] for name in query.by if len(where.get(name, ())) == 1)
        rest = {name: kept for name, kept in where.items() if name not in query.by}
        inside = all(m in asked.get(n, (m,)) for n, m in zip(query.by, members, strict=False))
        outside = {name: kept for name, kept in asked.items() if name not in query.by}
        if len(members) == len(query.by) and rest == outside and inside:
            found.setdefault(members, []).append(target)
    yield from found.items()


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
