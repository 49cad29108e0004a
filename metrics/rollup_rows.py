"""What stands in a roll-up of order lines: one grouped SELECT of the additive metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import and_, cast, func, literal_column, null, or_, select

from connectors.schema import order_lines, refund_expectations
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS
from metrics.metric import Aggregate
from metrics.rollups import DISTINCT, SPLITS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

    from connectors.engines.base import Writer

PAYS = 1_000_000
"""Order lines from which on a roll-up is worth building: fewer are asked as fast themselves."""


def rollup_rows(rollup: Table, writer: Writer) -> Select[Any] | pl.DataFrame:
    """The rows of a roll-up; none where the lines are too few for it to pay."""
    lines = writer.frame(select(func.count().label("lines")).select_from(order_lines)).item()
    if lines < PAYS:
        return pl.DataFrame(schema={"shop_id": pl.String})
    groups = _groups(rollup)
    if rollup.name not in SPLITS:
        return _summed(rollup, groups, set())
    whole = [each for name, each in groups.items() if name != SPLITS[rollup.name]]
    apart = _some_order_is_apart(whole, writer)
    return _summed(rollup, groups, set(DISTINCT) if apart else set())


def _groups(rollup: Table) -> dict[str, ColumnElement[Any]]:
    """What the lines are grouped by, by the name of its column."""
    return {each.name: _of_lines(each.name) for each in rollup.columns if each.name not in METRICS}


def _of_lines(name: str) -> ColumnElement[Any]:
    made = None if name in order_lines.columns else DIMENSIONS[name].made
    return made.of(order_lines) if made else order_lines.c[name]


def _some_order_is_apart(groups: list[ColumnElement[Any]], writer: Writer) -> bool:
    """Whether an order has lines in two groups: then its counts do not add up over groups."""
    differs = [
        or_(func.min(each) != func.max(each), func.count(each).not_in([0, func.count()]))
        for each in groups
    ]
    apart = (
        select(order_lines.c.order_id)
        .group_by(order_lines.c.shop_id, order_lines.c.order_id)
        .having(or_(*differs))
        .limit(1)
        .subquery("apart")
    )
    found: int = writer.frame(select(func.count().label("orders")).select_from(apart)).item()
    return found > 0


def _summed(rollup: Table, groups: dict[str, ColumnElement[Any]], unknown: set[str]) -> Select[Any]:
    names = [each.name for each in rollup.columns if each.name in METRICS]
    sums = [null() if name in unknown else _asked(name) for name in names]
    values = [
        cast(each, rollup.c[name].type).label(name) for each, name in zip(sums, names, strict=True)
    ]
    ordinals: list[ColumnElement[Any]] = [
        literal_column(str(number + 1)) for number in range(len(groups))
    ]
    source = order_lines.outerjoin(refund_expectations, _same_cell())
    labelled = (each.label(name) for name, each in groups.items())
    return select(*labelled, *values).select_from(source).group_by(*ordinals)


def _same_cell() -> ColumnElement[bool]:
    keys = (order_lines.c[each.name] for each in refund_expectations.primary_key)
    known = (key if key.type.python_type is not str else func.coalesce(key, "") for key in keys)
    return and_(*(a == b for a, b in zip(known, refund_expectations.primary_key, strict=True)))


def _asked(name: str) -> ColumnElement[Any]:
    kind = METRICS[name].kind
    assert isinstance(kind, Aggregate)
    return kind.asked
