"""From a question to its answer: compile, ask, join on (period, dimensions), arithmetic last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.settings import Settings, load_settings
from metrics import formula
from metrics.checks import checked
from metrics.compare import compared, earlier_range
from metrics.compile import Note, Plan, compile_plan
from metrics.coverage import coverage_of
from metrics.dimensions import OTHER
from metrics.elapsed import elapsed_days
from metrics.ever import members_ever
from metrics.leaves import expand
from metrics.marks import marked, short_memory
from metrics.metric import Aggregate, Choice, Days, Formula, Metric, RowSet, Stored
from metrics.params import value
from metrics.periods import starts
from metrics.scope import PERIOD, ROWS, Scope
from metrics.sent import send

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from sqlalchemy import Select

    from connectors.engines.base import Connector
    from metrics.access import Access
    from metrics.query import Query


@dataclass(frozen=True)
class Result:
    """An answer.

    Attributes:
        frame: `period` (Date; Datetime for hours) and `partial` (and `immature` where a metric
            matures) when there is a grain, each dimension (String), each metric (Int64 or
            Float64) and its comparison. Rows exist only where a fact has some.
        notes: why a number is null or incomplete.
        statements: writes out those that were sent; they are planned again for it, because
            they took most of the memory of an answer.
        as_of: local clock time up to which the facts are known.
        currency: that of all amounts, or None when the warehouse holds none yet.
        compared: the days that the range is compared with, half-open, or None.
    """

    frame: pl.DataFrame
    notes: tuple[Note, ...]
    statements: Callable[[], tuple[str, ...]]
    as_of: datetime
    currency: str | None
    compared: tuple[date, date] | None = None

    @property
    def sql(self) -> tuple[str, ...]:
        """The statements that were sent, their values written out."""
        return self.statements()


def run(
    query: Query, access: Access, connector: Connector, settings: Settings | None = None
) -> Result:
    """The answer to a question, as the role may see it.

    Args:
        query: the question.
        access: what the asker may see.
        connector: the warehouse.
        settings: time zone and week start; those in force when left out.

    Raises:
        UserError: for unknown names, impossible ranges, and what the role may not ask.
    """
    settings = settings or load_settings()
    question = checked(query, access)
    scope = Scope(
        query=question,
        access=access,
        connector=connector,
        present=connector.tables(),
        settings=settings,
    )
    metrics = expand(question.metrics, question.params)
    coverage = coverage_of(connector, metrics, settings.zone)
    scope = replace(scope, members=_best(scope))
    frame, plan = ask(scope, metrics)
    frame, notes = compared(frame, scope, coverage, ask)
    return Result(
        frame=_sorted(marked(frame, scope, metrics, coverage), scope),
        notes=tuple(dict.fromkeys((*plan.notes, *short_memory(scope, metrics, coverage), *notes))),
        statements=partial(_sql, scope, metrics),
        as_of=coverage.as_of,
        currency=connector.meta().currency,
        compared=earlier_range(scope, coverage),
    )


def _sql(scope: Scope, metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    return tuple(scope.connector.sql(part.select) for part in compile_plan(scope, metrics).parts)


def ask(scope: Scope, metrics: tuple[Metric, ...]) -> tuple[pl.DataFrame, Plan]:
    """The period, the dimensions and the asked metrics, without comparison."""
    plan = compile_plan(scope, metrics)
    frames = [_part_frame(scope, part.select, part.columns) for part in plan.parts]
    frames += [
        metric.kind.read(scope).rename({"value": metric.name})
        for metric in plan.stored
        if isinstance(metric.kind, Stored)
    ]
    frame = _joined(scope, frames, {metric.name for metric in metrics if _unknown_if_empty(metric)})
    for metric in metrics:
        if metric.name not in frame.columns:
            computed = _computed(metric, plan, scope, metrics)
            frame = frame.with_columns(computed.alias(metric.name))
    unknown = tuple(
        Note(metric.name, metric.unknown)
        for metric in metrics
        if metric.unknown and frame[metric.name].has_nulls() and not plan.refused(metric.name)
    )
    plan = replace(plan, notes=plan.notes + unknown)
    return frame.select(*scope.keys, *scope.query.metrics), plan


def _part_frame(
    scope: Scope, select: Select[Any], columns: tuple[tuple[str, str], ...]
) -> pl.DataFrame:
    frame = send(scope.connector, select)
    frame = frame.filter(pl.col(ROWS) > 0)
    grain = scope.query.grain
    keys = [pl.col(name).cast(pl.String) for name in scope.query.by]
    if grain:
        period = starts(grain, pl.col(PERIOD), scope.week_start)
        keys.insert(0, period.cast(_period_type(scope)).alias(PERIOD))
    return frame.select(*keys, *(pl.col(column).alias(name) for column, name in columns))


def _period_type(scope: Scope) -> pl.DataType:
    return pl.Datetime("us") if scope.query.grain == "hour" else pl.Date()


def _unknown_if_empty(metric: Metric) -> bool:
    return isinstance(metric.kind, Aggregate | RowSet | Stored) and metric.kind.empty is None


def _joined(scope: Scope, frames: list[pl.DataFrame], unknown: AbstractSet[str]) -> pl.DataFrame:
    """All facts side by side; where one has no row for a key that another has, it counts 0.

    Those of `unknown` are null there: no row says nothing of them.
    """
    if not scope.keys:
        known = pl.exclude(unknown) if unknown else pl.all()
        rows = [
            frame if frame.height else frame.clear(1).with_columns(known.fill_null(0))
            for frame in frames
        ]
        return pl.concat(rows, how="horizontal") if rows else pl.DataFrame({"": [None]})
    if not frames:
        types = dict.fromkeys(scope.keys, pl.String()) | {PERIOD: _period_type(scope)}
        return pl.DataFrame(schema={key: types[key] for key in scope.keys})
    return reduce(lambda left, right: _full_join(left, right, scope.keys, unknown), frames)


def _full_join(
    left: pl.DataFrame, right: pl.DataFrame, keys: tuple[str, ...], unknown: AbstractSet[str]
) -> pl.DataFrame:
    has_left, has_right = pl.lit(value=True).alias("__l"), pl.lit(value=True).alias("__r")
    both = left.with_columns(has_left).join(
        right.with_columns(has_right), on=keys, how="full", coalesce=True, nulls_equal=True
    )
    missing = [(left, pl.col("__l")), (right, pl.col("__r"))]
    zeros = [
        pl.when(there.is_null()).then(0).otherwise(pl.col(name)).cast(side.schema[name]).alias(name)
        for side, there in missing
        for name in side.columns
        if name not in keys and name not in unknown
    ]
    return both.with_columns(zeros).drop("__l", "__r")


def _computed(metric: Metric, plan: Plan, scope: Scope, metrics: tuple[Metric, ...]) -> pl.Expr:
    """What is reckoned from the columns before it; a leaf that could not be asked is null."""
    match metric.kind:
        case Formula(text):
            return formula.expression(text, plan.absent).cast(pl.Float64)
        case Choice(param) as choice:
            return pl.col(choice.chosen(value(scope.query.params, param)))
        case Days():
            return elapsed_days(scope, coverage_of(scope.connector, metrics, scope.zone).as_of)
    return pl.lit(None, pl.Int64 if metric.unit == "count" else pl.Float64)


def _best(scope: Scope) -> tuple[str | None, ...] | None:
    """The top members of the first dimension by the first metric over the whole range.

    None when there are no others to fold, whenever one asks.
    """
    query = scope.query
    if query.top is None:
        return None
    first, by = query.metrics[0], query.by[0]
    whole = replace(
        query, metrics=(first,), by=(by,), grain=None, compare=None, compared=(), top=None
    )
    asked, metrics = replace(scope, query=whole), expand(whole.metrics, whole.params)
    frame, _ = ask(asked, metrics)
    if frame.height <= query.top and members_ever(asked, metrics) <= query.top:
        return None
    ranked = frame.sort(first, by, descending=[True, False], nulls_last=True)
    return tuple(ranked.head(query.top)[by].to_list())


def _sorted(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """By period, then the greatest first, "(other)" last; without groups just by period."""
    query = scope.query
    if not query.by:
        return frame.sort(PERIOD) if query.grain else frame
    order = [
        *([pl.col(PERIOD)] if query.grain else []),
        *([pl.col(query.by[0]).eq_missing(OTHER)] if scope.members is not None else []),
        -pl.col(query.metrics[0]).cast(pl.Float64),
        *(pl.col(name) for name in query.by),
    ]
    return frame.sort(order, nulls_last=True)
