"""Who buys again: in a later month, after a good quarter."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
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
    select,
    true,
)

from connectors.schema import first_orders, order_lines, purchase_days
from metrics.bought import BOUGHT
from metrics.calendar import Calendar
from metrics.coverage import fact_span
from metrics.periods import first_day, month_number, month_of
from metrics.purchases import Within, as_days, spent_by_days
from metrics.scope import PERIOD, ROWS
from metrics.windows import P_LAST

if TYPE_CHECKING:
    from datetime import date

    from metrics.slice import Slice

TOP_SHARE = 0.2
QUARTER_DAYS = 90
_line, _first, _bought = order_lines.c, first_orders.c, purchase_days.c


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
    before, start = _bought.previous_date, slice_.scope.query.start
    later_first = and_(before >= start, month_of(before) < again_in)
    again = and_(
        _bought.shop_id == _first.shop_id,
        _bought.customer_id == _first.customer_id,
        again_in == month + later,
        later_first if later else before.is_(None),
        *_dated(_months_later(slice_, later)),
    )
    over = func.max(month) + later < known
    active = cast(case((over, func.count(_bought.customer_id))), BigInteger)
    source = slice_.source().outerjoin(purchase_days, again)
    return slice_.statement(source, active.label("value"))


def best_fifth(slice_: Slice) -> Select[Any]:
    """The fifth of the customers who paid most.

    Equal customers share a rank, so that none of them is in it by chance.
    """
    ranked = _ranked(slice_)
    return _best(slice_, ranked, ranked, func.count().label("value"))


def kept_fifth(slice_: Slice) -> Select[Any]:
    """Of that fifth, those who bought in the 90 days after the period ("kept").

    Null while these are not over; "judged" are those of whom it is known.
    """
    calendar, known = _own_days(slice_), _known_until(slice_)
    if calendar.lasts()[0] + timedelta(days=QUARTER_DAYS) >= known:
        nothing = (cast(null(), BigInteger).label(name) for name in ("judged", "kept"))
        days = as_days(slice_)
        return slice_.select(*nothing).where(*BOUGHT) if days is None else days.select(*nothing)
    ranked = _ranked(slice_)
    until = P_LAST + literal_column(str(QUARTER_DAYS))
    over = func.max(until) < cast(literal(known), Date)
    back = func.count(case((ranked.c.next_date <= until, literal_column("1"))))
    counts = {"judged": func.count(), "kept": back}
    values = (cast(case((over, each)), BigInteger).label(name) for name, each in counts.items())
    own = (ranked.c[each.name] == each.element for each in calendar.key())
    source = ranked.join(calendar.rows(), and_(true(), *own))
    return _best(slice_, source, ranked, *values)


def _ranked(slice_: Slice) -> Subquery:
    spent = _spent(slice_).subquery("spent")
    named = [spent.c[each.name] for each in slice_.groups()]
    rank = func.percent_rank().over(partition_by=named or None, order_by=spent.c.amount)
    return select(*named, spent.c.next_date, rank.label("rank")).subquery("ranked")


def _best(
    slice_: Slice, source: FromClause, ranked: Subquery, *values: ColumnElement[Any]
) -> Select[Any]:
    named = [ranked.c[each.name] for each in slice_.groups()]
    statement = select(*named, func.count().label(ROWS), *values).select_from(source)
    best = ranked.c.rank >= literal_column(str(1 - TOP_SHARE))
    return statement.where(best).group_by(*named)


def _spent(slice_: Slice) -> Select[Any] | CompoundSelect[Any]:
    """By period, group and customer: the amount paid, and the next day with a purchase after it."""
    days = as_days(slice_)
    if days is None:
        return _spent_by_lines(slice_)
    return spent_by_days(days, _within(days), *days.filters(), *_own_days(days).bounds())


def _spent_by_lines(slice_: Slice) -> Select[Any]:
    groups, customer = slice_.groups(), (_line.shop_id, _line.customer_id)
    calendar, within = _own_days(slice_), _within(slice_)
    paid = (
        select(*groups, *customer, func.sum(_line.sales_amount).label("amount"))
        .select_from(slice_.source())
        .where(*slice_.filters(), *calendar.bounds(), *BOUGHT)
        .group_by(*_ordinals(groups), *customer)
    ).subquery("paid")
    last_day = and_(
        *(_bought[each.name] == paid.c[each.name] for each in customer),
        *(key == paid.c[PERIOD] for key in within.key()),
        *_dated(calendar.days()),
        within.last(),
    )
    named = (paid.c[each.name] for each in groups)
    source = paid.join(purchase_days, last_day)
    return select(*named, paid.c.amount, _bought.next_date).select_from(source)


def _ordinals(groups: tuple[ColumnElement[Any], ...]) -> list[ColumnElement[Any]]:
    return [literal_column(str(number + 1)) for number in range(len(groups))]


def _within(slice_: Slice) -> Within:
    query, last = slice_.scope.query, _own_days(slice_).lasts()[1]
    return Within(
        purchase_days, query.start, last + timedelta(days=1), query.grain, slice_.scope.week_start
    )


def _own_days(slice_: Slice) -> Calendar:
    """The periods, each with its own days alone."""
    return Calendar(slice_, timedelta(0), from_first=True)


def _months_later(slice_: Slice, later: int) -> tuple[date, date]:
    """About the days of the months that come so much later than those of the question."""
    query = slice_.scope.query
    first = first_day("month", query.start, "monday") + timedelta(days=28 * later)
    return first, query.end + timedelta(days=31 * (later + 1))


def _dated(days: tuple[date, date]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Purchases of these days: the engine would else look among those of all years."""
    return _bought.sold_date >= days[0], _bought.sold_date <= days[1]


def _known_until(slice_: Slice) -> date:
    """The day after the last purchase that is known."""
    span = fact_span(slice_.scope.connector, purchase_days, "sold")
    return (span[1] if span else slice_.scope.query.start) + timedelta(days=1)
