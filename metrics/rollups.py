"""Roll-ups of facts: built once per generation, asked wherever they answer exactly.

A roll-up answers for a metric when it holds it, by whole days, and when every dimension of the
question lies in it where the fact has it. `tests/numbers/test_rollups.py` holds it to the fact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, Table, cast, func

from connectors.schema import (
    order_lines,
    order_returns,
    returns_by_sku,
    sales_by_band,
    sales_by_category,
    sales_by_origin,
    sales_by_product,
    sales_by_sku,
    sessions,
    sessions_by_segment,
    stock_by_place,
    stock_spans,
)
from metrics.coverage import says_anything

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from metrics.metric import Metric
    from metrics.slice import Slice


@dataclass(frozen=True)
class Rollup:
    """A table with the sums of a fact by the day and some of its dimensions.

    Attributes:
        table: the table; its columns are those of the fact, dimensions, and metrics by name.
        fact: what it sums up.
        dated: the moment that dates the fact.
        split: where it counts orders, the dimension by which one order has several rows: its
            counts add up over the others alone.
    """

    table: Table
    fact: Table = order_lines
    dated: str = "sold"
    split: str | None = None


ROLLUPS = (
    Rollup(sales_by_category, split="category"),
    Rollup(sales_by_band),
    Rollup(sales_by_origin),
    Rollup(sales_by_product),
    Rollup(sales_by_sku),
    Rollup(returns_by_sku, order_returns),
    Rollup(sessions_by_segment, sessions, "started"),
    Rollup(stock_by_place, stock_spans, "stock"),
)
"""Of each fact the smallest first: it is preferred."""
_TABLES = frozenset(each.table for each in ROLLUPS)


def rolled_up(slice_: Slice, metric: Metric) -> Slice | None:
    """The same question of a roll-up, or None when only the fact answers it."""
    if not by_days(slice_):
        return None
    holding = (each.table for each in ROLLUPS if _holds(each, slice_, metric))
    table = next(holding, None)
    return None if table is None else replace(slice_, fact=table, stored=None)


def value(metric: Metric, fact: Table) -> ColumnElement[Any]:
    """What to ask for the metric: the roll-up's own sums, or the aggregate of the fact."""
    if fact not in _TABLES:
        return metric.kind.asked  # type: ignore[union-attr]
    column, weighed = fact.c[metric.name], metric.kind.weighed  # type: ignore[union-attr]
    summed = weighed.total(fact, column) if weighed else func.sum(column)
    return cast(summed, BigInteger) if isinstance(column.type, Integer) else summed


def by_days(slice_: Slice) -> bool:
    """Whether the question tells no times of a day apart."""
    until = slice_.scope.until
    return slice_.scope.query.grain != "hour" and (until is None or until.time() == time(0))


def _holds(rollup: Rollup, slice_: Slice, metric: Metric) -> bool:
    table = rollup.table
    if (slice_.fact, slice_.dated) != (rollup.fact, rollup.dated):
        return False
    if metric.name not in table.columns or not has_dimensions(slice_, table):
        return False
    if metric.kind.orders is None:  # type: ignore[union-attr]
        return True
    known = table.c[metric.name].is_not(None)
    return is_apart(slice_, rollup.split) and says_anything(slice_.scope.connector, table, known)


def has_dimensions(slice_: Slice, table: Table) -> bool:
    """Whether the table has rows, and all dimensions of the question from where the fact does."""
    scope = slice_.scope
    asked = (*slice_.asked_dimensions(), *(name for name, _ in scope.access.rows))
    return table.name in scope.present and all(_alike(slice_, table, name) for name in asked)


def is_apart(slice_: Slice, split: str | None) -> bool:
    """Whether no number is asked of several members of the dimension together."""
    query = slice_.scope.query
    folded = slice_.scope.members is not None and query.by[0] == split
    kept = dict((*query.where, *slice_.scope.access.rows)).get(split or "", ())
    return split is None or (split in query.by and not folded) or len(kept) == 1


def _alike(slice_: Slice, table: Table, name: str) -> bool:
    own, rolled = (slice_.scope.locate(name, fact) for fact in (slice_.fact, table))
    return own is not None and rolled is not None and own.lookup is rolled.lookup
