"""Who buys again: within a period, in a later month, after a good quarter."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from connectors.schema import first_orders, order_lines, purchase_days
from metrics.calendar import Calendar
from metrics.coverage import fact_span
from metrics.periods import first_day, month_number, month_of
from metrics.scope import ROWS
from metrics.windows import P_LAST, counts

if TYPE_CHECKING:
    from datetime import date

    from metrics.slice import Slice

TOP_SHARE = 0.2
QUARTER_DAYS = 90
_line, _first, _bought = order_lines.c, first_orders.c, purchase_days.c
_PAID = (_line.is_paid.is_(True), _line.line_type == "sale", _line.customer_id.is_not(None))


def repeat_buyers(slice_: Slice) -> Select[Any]:
    """Known customers with two or more paid orders in the period: whose first is not their last."""
    groups = slice_.groups()
    keys: list[ColumnElement[Any]] = [literal_column(str(n + 1)) for n in range(len(groups))]
    first, last = func.min(_line.order_id), func.max(_line.order_id)
    each = (
        select(*groups, first.label("first"), last.label("last"))
        .select_from(slice_.source())
        .where(*slice_.conditions(), *_PAID)
        .group_by(*keys, _line.shop_id, _line.customer_id)
    ).subquery("customers_of_period")
    named = [each.c[group.name] for group in groups]
    often = case((each.c.first != each.c.last, literal_column("1")))
    return select(*named, func.count().label(ROWS), func.count(often).label("value")).group_by(
        *named
    )


def retained(slice_: Slice) -> Select[Any]:
    """Of the slice's new customers, those who bought in the month that the setting names.

    Months are those of the calendar, counted from that of the first order; null while the month of
    any of them is not over. A customer's first purchase in that month is the only one whose
    previous purchase lies before it, so that each is joined once.
    """
    later, known = int(slice_.scope.param("retention_month")), month_number(_known_until(slice_))
    if month_number(slice_.scope.query.start) + later >= known:
        return slice_.select(cast(null(), BigInteger).label("value"))
    month, again_in = month_of(_first.sold_date), month_of(_bought.sold_date)
    before = month_of(_bought.previous_date)
    again = and_(
        _bought.shop_id == _first.shop_id,
        _bought.customer_id == _first.customer_id,
        again_in == month + later,
        or_(before.is_(None), before < again_in),
        *_within(_months_later(slice_, later)),
    )
    over = func.max(month) + later < known
    active = cast(case((over, func.count(_bought.customer_id))), BigInteger)
    source = slice_.source().outerjoin(purchase_days, again)
    return slice_.statement(source, active.label("value"))


def high_value(slice_: Slice) -> Select[Any]:
    """The fifth of the customers who paid most ("top"), and those who bought in the 90 days after.

    Equal customers share a rank, so that none of them is in it by chance. "kept" is null while
    the 90 days of the period are not over. Their first purchase after it is the only one whose
    previous purchase is not after it, so that each is joined once.
    """
    ranked = _ranked(slice_).subquery("ranked")
    row = ranked.c
    named = [row[each.name] for each in slice_.groups()]
    top = row.rank >= literal_column(str(1 - TOP_SHARE))
    counted = (func.count().label(ROWS), func.count().label("top"))
    source, kept = _kept(slice_, ranked)
    return (
        select(*named, *counted, kept.label("kept")).select_from(source).where(top).group_by(*named)
    )


def _kept(slice_: Slice, ranked: Subquery) -> tuple[FromClause, ColumnElement[Any]]:
    """The ranked customers joined to their next purchase, and how many of them have one."""
    row, known, days = ranked.c, _known_until(slice_), _quarters_after(slice_)
    if days[0] + timedelta(days=QUARTER_DAYS) >= known:
        return ranked, cast(null(), BigInteger)
    until = row.last + literal_column(str(QUARTER_DAYS))
    again = and_(
        _bought.shop_id == row.shop_id,
        _bought.customer_id == row.customer_id,
        _bought.sold_date > row.last,
        _bought.previous_date <= row.last,
        _bought.sold_date <= until,
        *_within(days),
    )
    over = func.max(until) < cast(literal(known), Date)
    kept = cast(case((over, func.count(_bought.customer_id))), BigInteger)
    return ranked.outerjoin(purchase_days, again), kept


def _ranked(slice_: Slice) -> Select[Any]:
    calendar = _own_days(slice_)
    named = [*calendar.key(), *slice_.members()]
    spent = (
        select(
            *named,
            _line.shop_id,
            _line.customer_id,
            func.max(P_LAST).label("last"),
            func.sum(_line.sales_amount).label("amount"),
        )
        .select_from(slice_.source().join(calendar.rows(), counts(slice_.day)))
        .where(*slice_.filters(), *calendar.bounds(), *_PAID)
        .group_by(*(literal_column(str(n + 1)) for n in range(len(named) + 2)))
    ).subquery("spent")
    keys: list[ColumnElement[Any]] = [spent.c[each.name] for each in named]
    rank = func.percent_rank().over(partition_by=keys or None, order_by=spent.c.amount)
    return select(*spent.c, rank.label("rank"))


def _own_days(slice_: Slice) -> Calendar:
    """The periods, each with its own days alone."""
    return Calendar(slice_, timedelta(0), from_first=True)


def _quarters_after(slice_: Slice) -> tuple[date, date]:
    """The first and last day on which a customer of any period may come back."""
    first, last = _own_days(slice_).lasts()
    return first, last + timedelta(days=QUARTER_DAYS)


def _months_later(slice_: Slice, later: int) -> tuple[date, date]:
    """About the days of the months that come so much later than those of the question."""
    query = slice_.scope.query
    first = first_day("month", query.start, "monday") + timedelta(days=28 * later)
    return first, query.end + timedelta(days=31 * (later + 1))


def _within(days: tuple[date, date]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Purchases of these days: the engine would else look among those of all years."""
    return _bought.sold_date >= days[0], _bought.sold_date <= days[1]


def _known_until(slice_: Slice) -> date:
    """The day after the last purchase that is known."""
    span = fact_span(slice_.scope.connector, purchase_days, "sold")
    return (span[1] if span else slice_.scope.query.start) + timedelta(days=1)
