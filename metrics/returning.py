"""Buyers who came back: they bought in the same shop in the days before the period."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Values,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    values,
)

from connectors.schema import order_lines, purchase_days
from metrics.periods import Grain, key_of, period_key, periods
from metrics.purchases import as_days, spent_by_days, within
from metrics.rollups import by_days
from metrics.scope import PERIOD, ROWS

if TYPE_CHECKING:
    from metrics.slice import Slice

_line = order_lines.c


def returning(slice_: Slice) -> Select[Any]:
    """The slice's buyers who had bought before its period ("buyers"), and their "sales"."""
    days = as_days(slice_) if by_days(slice_) else None
    return _of_lines(slice_) if days is None else _of_days(days)


def _of_days(days: Slice) -> Select[Any]:
    spent = spent_by_days(days, within(days), *days.conditions()).subquery("spent")
    begun = _beginnings(days)
    key = cast(begun.c.key, begun.c.key.type)
    own = key == spent.c[PERIOD] if days.scope.query.grain else true()
    back = spent.c.previous_date >= cast(begun.c.since, Date)
    named = [spent.c[each.name] for each in days.groups()]
    buyers = func.count(case((back, literal_column("1")))).label("buyers")
    sales = func.sum(case((back, spent.c.amount), else_=literal_column("0"))).label("sales")
    counted = (func.count().label(ROWS), buyers, sales)
    return select(*named, *counted).select_from(spent.join(begun, own)).group_by(*named)


def _of_lines(slice_: Slice) -> Select[Any]:
    """The same of order lines.

    A customer's first purchase day within a period is the only one whose previous purchase day
    lies before it, so that joining these days marks each customer and period once.
    """
    before = _returned_customers(slice_).subquery("returned")
    same = and_(
        before.c.shop_id == _line.shop_id,
        before.c.customer_id == _line.customer_id,
        before.c.key == _key(slice_, _line.sold_date),
    )
    back = and_(
        _line.is_paid.is_(True), _line.line_type == "sale", before.c.customer_id.is_not(None)
    )
    identity = _line.shop_id + "/" + _line.customer_id
    buyers = func.count(case((back, identity)).distinct())
    sales = func.sum(case((back, _line.sales_amount), else_=literal_column("0")))
    source = slice_.source().outerjoin(before, same)
    return slice_.statement(source, buyers.label("buyers"), sales.label("sales"))


def _returned_customers(slice_: Slice) -> Select[Any]:
    days = purchase_days.c
    calendar = _beginnings(slice_)
    begun = calendar.c
    query = slice_.scope.query
    key = _key(slice_, days.sold_date)
    return (
        select(days.shop_id, days.customer_id, key.label("key"))
        .select_from(purchase_days.join(calendar, cast(begun.key, begun.key.type) == key))
        .where(
            days.sold_date >= query.start,
            days.sold_date < query.end,
            days.previous_date < cast(begun.begins, Date),
            days.previous_date >= cast(begun.since, Date),
        )
    )


def _beginnings(slice_: Slice) -> Values:
    """Each period's key, its first day, and the first day on which an earlier purchase counts."""
    query, week_start = slice_.scope.query, slice_.scope.week_start
    lookback = timedelta(days=int(slice_.scope.param("lookback")))
    grain = _grain(slice_)
    starts = list(periods(grain, query.start, query.end, week_start)) if grain else [query.start]
    first = (max(start, query.start) for start in starts)
    rows = [
        (key_of(grain, start, week_start) if grain else 0, day, day - lookback)
        for start, day in zip(starts, first, strict=True)
    ]
    columns = (
        column("key", Date if grain == "day" else Integer),
        column("begins", Date),
        column("since", Date),
    )
    return values(*columns, name="periods").data(rows)


def _grain(slice_: Slice) -> Grain | None:
    """Purchases before an hour are those before its day."""
    grain = slice_.scope.query.grain
    return "day" if grain == "hour" else grain


def _key(slice_: Slice, day: Any) -> ColumnElement[Any]:
    grain = _grain(slice_)
    if grain is None:
        return literal_column("0")
    return period_key(grain, day, None, slice_.scope.week_start)
