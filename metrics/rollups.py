"""Roll-ups of order lines: built once per generation, asked wherever they answer exactly.

A roll-up answers for a metric when it holds it, by whole days, and when every dimension of the
question lies in it where the lines have it. `tests/numbers/test_rollups.py` holds it to the lines.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, cast, func

from connectors.schema import (
    order_lines,
    sales_by_band,
    sales_by_category,
    sales_by_origin,
    sales_by_product,
)
from metrics.coverage import says_anything

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from metrics.metric import Metric
    from metrics.slice import Slice

ROLLUPS = (sales_by_category, sales_by_band, sales_by_origin, sales_by_product)
"""The smallest first: it is preferred."""
DISTINCT = ("orders", "placed_orders", "cancelled_orders")
SPLITS = {sales_by_category.name: "category", sales_by_origin.name: None}
"""Roll-ups that count orders, and the dimension by which one order has several rows: its counts add
up over the others alone."""


def rolled_up(slice_: Slice, metric: Metric) -> Slice | None:
    """The same question of a roll-up, or None when only the lines answer it."""
    if slice_.fact is not order_lines or slice_.dated != "sold" or not _by_days(slice_):
        return None
    return next((_of(slice_, each) for each in ROLLUPS if _holds(each, slice_, metric)), None)


def value(metric: Metric, fact: Table) -> ColumnElement[Any]:
    """What to ask for the metric: the roll-up's own sums, or the aggregate of the lines."""
    if fact not in ROLLUPS:
        return metric.kind.asked  # type: ignore[union-attr]
    column = fact.c[metric.name]
    summed = func.sum(column)
    return cast(summed, BigInteger) if isinstance(column.type, Integer) else summed


def _of(slice_: Slice, rollup: Table) -> Slice:
    return replace(slice_, fact=rollup, stored=None)


def _by_days(slice_: Slice) -> bool:
    until = slice_.scope.until
    return slice_.scope.query.grain != "hour" and (until is None or until.time() == time(0))


def _holds(rollup: Table, slice_: Slice, metric: Metric) -> bool:
    scope = slice_.scope
    if rollup.name not in scope.present or metric.name not in rollup.columns:
        return False
    asked = (*slice_.asked_dimensions(), *(name for name, _ in scope.access.rows))
    if not all(_alike(slice_, rollup, name) for name in asked):
        return False
    if metric.name not in DISTINCT:
        return True
    known = rollup.c[metric.name].is_not(None)
    return _is_apart(slice_, SPLITS[rollup.name]) and says_anything(scope.connector, rollup, known)


def _is_apart(slice_: Slice, split: str | None) -> bool:
    """Whether no number is asked of several members of the dimension together."""
    query = slice_.scope.query
    folded = slice_.scope.members is not None and query.by[0] == split
    kept = dict((*query.where, *slice_.scope.access.rows)).get(split or "", ())
    return split is None or (split in query.by and not folded) or len(kept) == 1


def _alike(slice_: Slice, rollup: Table, name: str) -> bool:
    """Whether the roll-up has the dimension from where the lines have it."""
    lines, own = (slice_.scope.locate(name, fact) for fact in (order_lines, rollup))
    return lines is not None and own is not None and lines.lookup is own.lookup
