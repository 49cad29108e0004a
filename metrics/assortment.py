"""Style-colours (SKC) as wholes: which are stocked, which sell, which have all core sizes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select

from connectors.schema import order_lines, products, stock_spans
from metrics.calendar import Calendar
from metrics.scope import ROWS
from metrics.windows import P_LAST, Standing, counts

if TYPE_CHECKING:
    from metrics.slice import Slice

ACTIVE_DAYS = 28
"""Days up to a period's end in which an SKC has to sell to be active."""

_line, _stock = order_lines.c, stock_spans.c
_ZERO: ColumnElement[Any] = literal_column("0")
_ONE: ColumnElement[Any] = literal_column("1")
_SKC = func.coalesce(_stock.skc_id, _stock.sku_id)
_CLOSING = Standing("next_date", "stock_age")


def sold_skcs(slice_: Slice) -> Select[Any]:
    """Distinct SKCs with a paid sale in the 28 days up to the period's end."""
    known = replace(slice_, lookups=(products,))
    calendar = Calendar(known, timedelta(days=ACTIVE_DAYS - 1))
    source = known.source().join(calendar.rows(), counts(_line.sold_date))
    skc = func.coalesce(_line.skc_id, products.c.skc_id, _line.sku_id)
    return _counted(
        known, calendar, source, skc.distinct(), _line.is_paid.is_(True), _line.line_type == "sale"
    )


def stocked_skcs(slice_: Slice) -> Select[Any]:
    """Distinct SKCs with stock on one of these days."""
    limit = int(slice_.scope.param("stock_age"))
    calendar = Calendar(slice_, timedelta(days=ACTIVE_DAYS + limit - 2), fresh=limit)
    first = P_LAST - literal_column(str(ACTIVE_DAYS - 1))
    lasted = or_(_stock.next_date.is_(None), _stock.next_date > first)
    source = slice_.source().join(calendar.rows(), and_(counts(slice_.day), lasted))
    return _counted(slice_, calendar, source, _SKC.distinct(), _stock.on_hand > _ZERO)


def _counted(
    slice_: Slice, calendar: Calendar, source: Any, what: Any, *when: ColumnElement[bool]
) -> Select[Any]:
    groups = [*calendar.key(), *slice_.members()]
    counted = func.count(what).label("value")
    return (
        select(*groups, func.count().label(ROWS), counted)
        .select_from(source)
        .where(*slice_.filters(), *calendar.bounds(), *when)
        .group_by(*(literal_column(str(n + 1)) for n in range(len(groups))))
    )


def full_sizes(slice_: Slice) -> Select[Any]:
    """SKCs in stock with core sizes ("stocked"), and those with all of them ("complete").

    A core size is there when any place in view can sell it; one without any row is not.
    """
    return _full_sizes(slice_)


def active_full_sizes(slice_: Slice) -> Select[Any]:
    """The same of goods that are launched and whose season is not over."""
    return _full_sizes(slice_, _stock.is_active.is_(True))


def _full_sizes(slice_: Slice, *when: ColumnElement[bool]) -> Select[Any]:
    source, conditions, key = _CLOSING.joined(slice_)
    named = [*key, *slice_.members()]
    size = func.sum(_stock.available).label("units")
    by_size = (
        select(*named, _stock.skc_id, _stock.sku_id, _stock.is_core_size, size)
        .select_from(source)
        .where(*conditions, *when, _stock.skc_id.is_not(None))
        .group_by(*(literal_column(str(n + 1)) for n in range(len(named) + 3)))
    ).subquery("by_size")
    row, core = by_size.c, _core_sizes().subquery("core")
    there = and_(row.is_core_size.is_(True), row.units > _ZERO)
    groups = [row[each.name] for each in named]
    by_skc = (
        select(
            *groups,
            func.sum(row.units).label("units"),
            (func.sum(case((there, _ONE), else_=_ZERO)) == func.max(core.c.sizes)).label("full"),
        )
        .select_from(by_size.join(core, core.c.skc_id == row.skc_id))
        .group_by(*groups, row.skc_id)
    ).subquery("by_skc")
    stocked = by_skc.c.units > _ZERO
    groups = [by_skc.c[each.name] for each in named]
    statement = select(
        *groups,
        func.count().label(ROWS),
        func.count(case((stocked, _ONE))).label("stocked"),
        func.count(case((and_(stocked, by_skc.c.full), _ONE))).label("complete"),
    )
    return statement.group_by(*groups)


def _core_sizes() -> Select[Any]:
    """How many core sizes each SKC has."""
    item = products.c
    sizes = func.count().label("sizes")
    core = select(item.skc_id, sizes).where(item.is_core_size.is_(True), item.skc_id.is_not(None))
    return core.group_by(item.skc_id)
